-- moderation.sql -- what is reported, what waits for a moderator, and the statement that the author of it gets.
--
-- A target is a post, a comment, or a member in a club.  A case of the queue is one of
--      report    a target with open reports
--      pending   a post that waits for its publication
--      appeal    an open appeal; the open reports about its target belong to it
-- The queue shows numbers, kinds and states; the words are in mod.case, which is audited for their author.  Nobody is
-- told who reported.

create type lib.moderation_target as (
    kind text, id bigint, club bigint, post bigint, author_kind text, author bigint, state text);

create type lib.moderation_key as (
    what text, kind text, target bigint, club bigint, reports int, weight bigint, score bigint, first_at timestamptz,
    due_at timestamptz, appeal bigint, reminded boolean);

-- What a report's weight is multiplied with in the queue.
create function lib.report_factor(p_reason text) returns int language sql immutable as $$
    select case p_reason when 'safety' then 3 when 'illegal' then 3 when 'abuse' then 2 when 'privacy' then 2 else 1 end
$$;

-- A target as it is now; id is null when there is none.  A member is one in a club, whatever became of the membership.
create function lib.moderation_target(p_kind text, p_target bigint, p_club bigint)
returns lib.moderation_target language plpgsql stable as $$
declare
    v_target lib.moderation_target;
begin
    case p_kind
        when 'post' then
            select 'post', post_id, club_id, post_id, author_kind, author_id, state
              into v_target
              from post
             where post_id = p_target;
        when 'comment' then
            select 'comment', c.comment_id, p.club_id, c.post_id, 'm', c.author, c.state
              into v_target
              from comment c
              join post p on p.post_id = c.post_id
             where c.comment_id = p_target;
        else
            select 'member', m.member_id, s.club_id, null, 'm', m.member_id, m.status
              into v_target
              from member m
              join membership s on s.member_id = m.member_id and s.club_id = p_club
             where m.member_id = p_target
               and m.status <> 'erased';
    end case;
    return v_target;
end $$;

-- Can this member see the target?  Blocks do not count: who has blocked somebody may still report what there is.
create function lib.moderation_visible(p_target lib.moderation_target, p_member bigint)
returns boolean language plpgsql stable as $$
begin
    if not lib.in_club(p_member, p_target.club)
       or exists (
          select
            from member
           where p_target.author_kind = 'm'
             and member_id = p_target.author
             and under_consent_age) then
        return false;
    end if;
    if p_target.kind = 'member' then
        return lib.in_club(p_target.id, p_target.club);
    end if;
    return p_target.state = 'published' and exists (
        select
          from post p
         where p.post_id = p_target.post
           and p.state = 'published'
           and (p.audience = 'club'
                or p.author_kind = 'm' and p.author_id = p_member
                or p.audience = 'tier' and p.audience_ref <= lib.tier_rank(p_member, p.club_id)
                or p.audience = 'segment' and exists (
                    select
                      from segment_member g
                     where g.segment_id = p.audience_ref
                       and g.member_id = p_member)));
end $$;

-- A text as it is kept.  Normalizing can make it longer, and what a check of the table refuses is in the server's log.
create function lib.moderation_text(p_path text, p_text text, p_most int) returns text
language plpgsql immutable as $$
begin
    if length(normalize(p_text)) > p_most then
        perform lib.invalid(p_path, 'is too long');
    end if;
    return normalize(p_text);
end $$;

-- How much the word of a member weighs, in thousandths: the share of the last 100 decided reports that were upheld.
create function lib.report_weight(p_member bigint)
returns int language plpgsql stable as $$
begin
    return (
        select case when count(*) < 5 then 1000
                    else (1000 * least(2.0, greatest(0.2, avg((d.state = 'upheld')::int))))::int end
          from (select state
                  from report
                 where reporter = p_member
                   and state in ('upheld', 'rejected')
                 order by closed_at desc
                 limit 100) d);
end $$;

-- the queue -----------------------------------------------------------------------------------------------

-- The open cases of a club, or those about one target.  Due within 24 hours of the first report, 2 of the first one
-- about safety.
create function lib.moderation_open(p_club bigint, p_target bigint default null)
returns setof lib.moderation_key language plpgsql stable as $$
begin
    return query
    select 'report', r.target_kind, r.target_id, r.club_id, count(*)::int, sum(r.weight_milli),
           sum(r.weight_milli * lib.report_factor(r.reason)), min(r.at),
           least(min(r.at) + interval '24 hours', min(r.at) filter (where r.reason = 'safety') + interval '2 hours'),
           null::bigint, bool_or(r.reminded_at is not null)
      from report r
     where r.club_id = p_club
       and r.state = 'open'
       and (p_target is null or r.target_id = p_target)
       and not exists (
           select
             from moderation_decision d
             join appeal a on a.decision_id = d.decision_id and a.state = 'open'
            where d.target_kind = r.target_kind
              and d.target_id = r.target_id
              and d.club_id = r.club_id
              and d.action in ('hide', 'remove'))
     group by r.target_kind, r.target_id, r.club_id
    union all
    select 'pending', 'post', p.post_id, p.club_id, 0, 0, 0, p.created_at, p.created_at + interval '24 hours', null, false
      from post p
     where p.club_id = p_club
       and p.state = 'pending'
       and (p_target is null or p.post_id = p_target)
    union all
    select 'appeal', d.target_kind, d.target_id, d.club_id, s.reports, s.weight, 2000 + s.score, a.at,
           a.at + interval '24 hours', a.appeal_id, a.reminded_at is not null
      from appeal a
      join moderation_decision d on d.decision_id = a.decision_id
     cross join lateral (
           select count(*)::int as reports, coalesce(sum(r.weight_milli), 0) as weight,
                  coalesce(sum(r.weight_milli * lib.report_factor(r.reason)), 0) as score
             from report r
            where r.target_kind = d.target_kind
              and r.target_id = d.target_id
              and r.club_id = d.club_id
              and r.state = 'open') s
     where a.state = 'open'
       and d.club_id = p_club
       and (p_target is null or d.target_id = p_target);
end $$;

-- The decision that keeps a target where it is, or null.
create function lib.moderation_in_force(p_kind text, p_target bigint, p_club bigint)
returns moderation_decision language plpgsql stable as $$
declare
    v_decision moderation_decision;
begin
    select d.*
      into v_decision
      from moderation_decision d
     where d.target_kind = p_kind
       and d.target_id = p_target
       and d.club_id = p_club
       and d.action = any (case p_kind when 'member' then '{silence,suspend,expel}'::text[] else '{hide,remove}' end)
       and d.ended_at is null
     order by d.decision_id desc
     limit 1;
    return v_decision;
end $$;

-- A case as mod.queue lists it.
create function lib.moderation_row(p_key lib.moderation_key)
returns jsonb language plpgsql stable as $$
declare
    v_target   lib.moderation_target := lib.moderation_target(p_key.kind, p_key.target, p_key.club);
    v_decision moderation_decision;
begin
    if p_key.appeal is not null then
        select d.*
          into v_decision
          from appeal a
          join moderation_decision d on d.decision_id = a.decision_id
         where a.appeal_id = p_key.appeal;
    else
        v_decision := lib.moderation_in_force(p_key.kind, p_key.target, p_key.club);
    end if;
    return jsonb_build_object(
        'case', p_key.what, 'kind', p_key.kind, 'target', p_key.target::text, 'club', p_key.club::text,
        'state', coalesce(v_target.state, 'deleted'), 'staff', coalesce(v_target.author_kind = 's', false),
        'reports', p_key.reports, 'weight', p_key.weight, 'score', p_key.score,
        'reasons', (select coalesce(jsonb_agg(jsonb_build_object('reason', s.reason, 'count', s.count)
                                              order by s.count desc, s.reason), '[]')
                      from (select r.reason, count(*)
                              from report r
                             where r.target_kind = p_key.kind
                               and r.target_id = p_key.target
                               and r.club_id = p_key.club
                               and r.state = 'open'
                             group by r.reason) s),
        'decision', v_decision.decision_id::text, 'automated', v_decision.automated, 'appeal', p_key.appeal::text,
        'first_at', lib.iso(p_key.first_at), 'due_at', lib.iso(p_key.due_at), 'overdue', p_key.due_at < now());
end $$;

-- A page of the queue, heaviest first, then what is due first.
create function lib.moderation_rows(p_club bigint, p_limit int, p_cursor text)
returns jsonb language plpgsql stable as $$
declare
    v_score bigint;
    v_due   timestamptz;
    v_id    bigint;
    v_page  jsonb;
begin
    if p_cursor is not null then
        if p_cursor !~ '^[0-9]{1,15}-[0-9]{1,16}-[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_score := split_part(p_cursor, '-', 1)::bigint;
        v_due := timestamptz 'epoch' + split_part(p_cursor, '-', 2)::bigint * interval '1 microsecond';
        v_id := split_part(p_cursor, '-', 3)::bigint;
    end if;
    with page as (
        select k as key, k.score, k.due_at, coalesce(k.appeal, k.target) as id,
               row_number() over (order by k.score desc, k.due_at, coalesce(k.appeal, k.target)) as no
          from lib.moderation_open(p_club) k
         where v_score is null
            or (-k.score, k.due_at, coalesce(k.appeal, k.target)) > (-v_score, v_due, v_id)
         order by no
         limit p_limit + 1
    )
    select jsonb_build_object(
               'cases', coalesce(jsonb_agg(lib.moderation_row(g.key) order by g.no) filter (where g.no <= p_limit), '[]'),
               'cursor', case when count(*) > p_limit then (
                             select l.score || '-' || (extract(epoch from l.due_at) * 1000000)::bigint || '-' || l.id
                               from page l
                              where l.no = p_limit) end)
      into v_page
      from page g;
    return v_page;
end $$;

-- The first page, for the snapshot of moderation:<club>.
create function lib.moderation_page(p_club bigint)
returns lib.shown language plpgsql stable as $$
begin
    return row(lib.moderation_rows(p_club, 20, null), true, false, '{}'::bigint[])::lib.shown;
end $$;

-- What report.new carries: the case as it is now; nothing once it is closed.
create function lib.moderation_case_view(p_club bigint, p_refs jsonb)
returns lib.shown language plpgsql stable as $$
declare
    v_row jsonb;
begin
    select lib.moderation_row(k)
      into v_row
      from lib.moderation_open(p_club, (p_refs ->> 'target')::bigint) k
     where k.what = p_refs ->> 'case'
       and k.kind = p_refs ->> 'kind'
     limit 1;
    return row(v_row, true, false, '{}'::bigint[])::lib.shown;
end $$;

-- The event of a case that is new, heavier or late.  Of several about one target the newest tells all.
create function lib.moderation_event(p_case text, p_kind text, p_target bigint, p_club bigint, p_weight bigint,
                                     p_reminder boolean default false)
returns lib.event_row language sql stable as $$
    select lib.event('moderation:' || p_club, 'report.new', 'staff',
                     jsonb_build_object('case', p_case, 'kind', p_kind, 'target', p_target::text, 'weight', p_weight,
                                        'reminder', p_reminder),
                     p_object => p_kind || ':' || p_target, p_key => p_case || ':' || p_kind || ':' || p_target)
$$;

-- the statement -------------------------------------------------------------------------------------------

-- A decision as its author is told of it: what, why, on which facts, by whom or what, until when, and how to appeal.
create function lib.moderation_statement(p_decision bigint)
returns jsonb language plpgsql stable as $$
declare
    v_decision moderation_decision;
    v_appeal   appeal;
begin
    select d.* into v_decision from moderation_decision d where d.decision_id = p_decision;
    if not found then
        return null;
    end if;
    select a.* into v_appeal from appeal a where a.decision_id = p_decision;
    return jsonb_build_object(
        'decision', v_decision.decision_id::text, 'club', v_decision.club_id::text, 'kind', v_decision.target_kind,
        'target', v_decision.target_id::text, 'action', v_decision.action, 'ground', v_decision.ground,
        'clause', v_decision.clause, 'facts', v_decision.facts, 'automated', v_decision.automated,
        'reports', v_decision.reports, 'reason', v_decision.reason, 'until', lib.iso(v_decision.until),
        'at', lib.iso(v_decision.at),
        'state', case when v_decision.ended_at is null then 'in_force' else v_decision.ended_by end,
        'ended_at', lib.iso(v_decision.ended_at),
        'appeal', case when v_decision.action in ('hide', 'remove', 'silence', 'suspend', 'expel') then
                      jsonb_build_object(
                          'method', 'mod.appeal', 'until', lib.iso(v_decision.at + interval '6 months'),
                          'state', coalesce(v_appeal.state, 'none'), 'appeal', v_appeal.appeal_id::text,
                          'text', v_appeal.text, 'answer', v_appeal.answer, 'at', lib.iso(v_appeal.at),
                          'decided_at', lib.iso(v_appeal.decided_at)) end);
end $$;

create function lib.moderation_statement_view(p_member bigint, p_decision bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_view jsonb := lib.moderation_statement(p_decision);
begin
    return row(v_view, v_view is not null, false, array[p_member])::lib.shown;
end $$;

-- The event that brings it to them.
create function lib.moderation_statement_event(p_member bigint, p_decision bigint, p_action text, p_state text)
returns lib.event_row language sql stable as $$
    select lib.event('me:' || p_member, 'moderation.decision', 'legal.moderation',
                     jsonb_build_object('decision', p_decision::text, 'action', p_action, 'state', p_state),
                     p_subjects => array[p_member], p_object => 'decision:' || p_decision)
$$;
