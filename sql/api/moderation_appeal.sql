-- moderation_appeal.sql -- appeals against decisions, the member's own statements, timers, invariants.

-- mod.appeal   Appeals against a decision, once, within six months.
--   who    member, whatever their status
--   raises ZC002 no such decision about the caller; ZC017 nothing to appeal against, appealed before, too late, undone
--   emits  report.new on moderation:<club>
create function api.mod_appeal(p_who text, p_idem text, p_hash bytea, p_decision bigint, p_text text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old      lib.answer;
    v_member   bigint;
    v_decision moderation_decision;
    v_state    text;
    v_appeal   bigint;
begin
    v_old := lib.idem_begin(p_who, 'mod.appeal', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select d.*
      into v_decision
      from moderation_decision d
     where d.decision_id = p_decision
       and d.member_id = v_member
       for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    v_state := case when v_decision.action in ('none', 'restore', 'publish') then v_decision.action
                    when exists (select from appeal where decision_id = p_decision) then 'appealed'
                    when v_decision.at <= now() - interval '6 months' then 'expired'
                    when v_decision.ended_by = 'decision' then 'undone' end;
    if v_state is not null then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_state));
    end if;
    if btrim(p_text, E' \n\t') = '' then
        perform lib.invalid('text', 'is empty');
    end if;
    v_appeal := lib.new_id();
    insert into appeal (appeal_id, decision_id, member_id, text)
    values (v_appeal, p_decision, v_member, lib.moderation_text('text', p_text, 4000));
    return lib.idem_end(p_who, 'mod.appeal', p_idem, lib.done(
        jsonb_build_object('appeal', v_appeal::text, 'decision', p_decision::text, 'state', 'open'),
        lib.emit_all(array[lib.moderation_event('appeal', v_decision.target_kind, v_decision.target_id,
                                                v_decision.club_id, 0)])));
end $$;

-- mod.appeal_decide   Decides an appeal; granted: the decision is undone.
--   who    moderator of the club, another one than who took the decision
--   raises ZC001 of another club, one's own decision or case; ZC002 there is none; ZC017 decided before; ZC602 facts
--   emits  moderation.decision on me:<member>; report.closed on me:<reporter>; report.decided on moderation:<club>;
--          what gives back what the decision took; notify.added; sys
create function api.mod_appeal_decide(p_who text, p_idem text, p_hash bytea, p_appeal bigint, p_outcome text,
                                      p_facts text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old      lib.answer;
    v_staff    bigint;
    v_appeal   appeal;
    v_decision moderation_decision;
    v_target   lib.moderation_target;
    v_reports  bigint[];
    v_reversed bigint[] := '{}';
    v_events   lib.event_row[] := '{}';
    v_closed   record;
    v_state    text;
begin
    v_old := lib.idem_begin(p_who, 'mod.appeal_decide', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_staff := lib.require_staff(p_who, '{moderator}');
    select a.* into v_appeal from appeal a where a.appeal_id = p_appeal;
    select d.* into v_decision from moderation_decision d where d.decision_id = v_appeal.decision_id;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    perform lib.require_staff(p_who, '{moderator}', v_decision.club_id);
    v_target := lib.moderation_target(v_decision.target_kind, v_decision.target_id, v_decision.club_id);
    if v_decision.decided_by = p_who or lib.moderation_is_party(v_target, v_staff) then
        perform lib.refuse('ZC001', '{"why":"own_case"}');
    end if;
    if btrim(p_facts, E' \n\t') = '' then
        perform lib.invalid('facts', 'are needed');
    end if;

    if v_target.id is not null then
        v_target := lib.moderation_lock(v_target);
    end if;
    select array_agg(r.report_id) into v_reports from lib.moderation_reports_open(v_target) r
     where v_decision.target_kind <> 'member';
    select d.* into v_decision from moderation_decision d where d.decision_id = v_appeal.decision_id for no key update;
    select a.* into v_appeal from appeal a where a.appeal_id = p_appeal for no key update;
    if v_appeal.state <> 'open' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_appeal.state));
    end if;
    update appeal
       set state = p_outcome, answer = lib.moderation_text('facts', p_facts, 4000), decided_by = p_who, decided_at = now()
     where appeal_id = p_appeal;
    if p_outcome = 'granted' then
        v_events := lib.moderation_undo(v_decision, 'appeal');
        select array_agg(r.report_id)
          into v_reversed
          from report r
         where r.decision_id = v_decision.decision_id
           and r.state = 'upheld';
    end if;
    v_closed := lib.moderation_close(v_reports || v_reversed, v_decision.decision_id,
                                     case p_outcome when 'granted' then 'rejected' else 'upheld' end,
                                     case p_outcome when 'granted' then 'no_action' else 'action_taken' end);
    select coalesce(d.ended_by, 'in_force')
      into v_state
      from moderation_decision d
     where d.decision_id = v_decision.decision_id;
    perform lib.audit(p_who, 'mod.appeal_decide', v_appeal.member_id, jsonb_build_object(
        'appeal', p_appeal::text, 'decision', v_decision.decision_id::text, 'outcome', p_outcome));
    v_events := v_events
        || lib.moderation_statement_event(v_appeal.member_id, v_decision.decision_id, v_decision.action, v_state)
        || v_closed.events
        || lib.moderation_notes(v_closed.notes || lib.moderation_decision_note(
               v_appeal.member_id, v_decision.decision_id, v_decision.action, 'appeal'))
        || lib.moderation_handled(v_decision.club_id, v_decision.target_kind, v_decision.target_id,
                                  v_decision.decision_id, v_decision.action);
    return lib.idem_end(p_who, 'mod.appeal_decide', p_idem, lib.done(
        jsonb_build_object('appeal', p_appeal::text, 'decision', v_decision.decision_id::text, 'outcome', p_outcome,
                           'state', v_state, 'reports', v_closed.closed),
        lib.emit_all(v_events)));
end $$;

-- mod.decisions   The statements of reasons that the caller has got, newest first.
--   who    member, whatever their status
--   raises ZC602 cursor
--   emits  –
create function api.mod_decisions(p_who text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who, true);
    v_reply  jsonb;
begin
    if p_cursor is not null and p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    with page as (
        select d.decision_id, lib.moderation_statement(d.decision_id) as view
          from moderation_decision d
         where d.member_id = v_member
           and d.action <> 'none'
           and (p_cursor is null or d.decision_id < p_cursor::bigint)
         order by d.decision_id desc
         limit coalesce(p_limit, 20) + 1
    ), sized as (
        select g.decision_id, g.view, row_number() over w as no, sum(octet_length(g.view::text) + 2) over w as bytes
          from page g
        window w as (order by g.decision_id desc)
    ), kept as (
        select s.decision_id, s.view, s.no
          from sized s
         where s.no <= coalesce(p_limit, 20)
           and (s.bytes <= 120000 or s.no = 1)
    )
    select jsonb_build_object(
               'decisions', coalesce(jsonb_agg(k.view order by k.no), '[]'),
               'cursor', case when count(*) < (select count(*) from sized) then min(k.decision_id)::text end)
      into v_reply
      from kept k;
    return lib.done(v_reply);
end $$;

-- timers --------------------------------------------------------------------------------------------------

-- Ends what was decided until a day that has come, and tells the member.
create function lib.moderation_lapse() returns lib.event_row[] language plpgsql volatile as $$
declare
    v_members  bigint[];
    v_decision moderation_decision;
    v_events   lib.event_row[] := '{}';
begin
    select array_agg(l.member_id)
      into v_members
      from (select m.member_id
              from member m
             where m.member_id in (
                       select d.member_id
                         from moderation_decision d
                        where d.ended_at is null
                          and d.until <= now()
                        order by d.until
                        limit 200)
             order by m.member_id
               for no key update) l;
    for v_decision in
        select d.*
          from moderation_decision d
         where d.member_id = any (v_members)
           and d.ended_at is null
           and d.until <= now()
         order by d.decision_id
           for no key update
    loop
        v_events := v_events || lib.moderation_undo(v_decision, 'until') || lib.moderation_statement_event(
            v_decision.member_id, v_decision.decision_id, v_decision.action, 'until');
    end loop;
    return v_events;
end $$;

-- Reminds the moderators of cases for which half of the time is over; once each.
create function lib.moderation_remind() returns lib.event_row[] language plpgsql volatile as $$
declare
    v_key    lib.moderation_key;
    v_events lib.event_row[] := '{}';
begin
    for v_key in
        select k.*
          from (select distinct club_id from report where state = 'open'
                union
                select distinct d.club_id from appeal a join moderation_decision d using (decision_id) where a.state = 'open') c
         cross join lateral lib.moderation_open(c.club_id) k
         where not k.reminded
           and k.what <> 'pending'
           and now() >= k.first_at + (k.due_at - k.first_at) / 2
         order by k.due_at
         limit 200
    loop
        if v_key.appeal is null then
            update report
               set reminded_at = now()
             where target_kind = v_key.kind
               and target_id = v_key.target
               and club_id = v_key.club
               and state = 'open'
               and reminded_at is null;
        else
            update appeal set reminded_at = now() where appeal_id = v_key.appeal;
        end if;
        v_events := v_events || lib.moderation_event(v_key.what, v_key.kind, v_key.target, v_key.club, v_key.weight, true);
    end loop;
    return v_events;
end $$;

create function lib.moderation_run() returns bigint language plpgsql volatile as $$
declare
    v_events lib.event_row[] := lib.moderation_lapse() || lib.moderation_remind();
begin
    perform lib.emit_all(v_events);
    return (select count(*) from unnest(v_events) e where e.type in ('moderation.decision', 'report.new'));
end $$;

-- Reports and decisions go 12 months after they are closed.  What was hidden or removed for good closes with the time
-- for an appeal; its words go with the decision.
create function lib.moderation_purge() returns bigint language plpgsql volatile as $$
declare
    v_decision moderation_decision;
    v_count    bigint;
begin
    with gone as (
        delete from report
         where report_id in (
                   select report_id from report where closed_at < now() - interval '12 months' limit 1000)
        returning 1
    )
    select count(*) into v_count from gone;
    for v_decision in
        select d.*
          from moderation_decision d
         where (d.ended_at < now() - interval '12 months'
                or d.ended_at is null and d.action in ('none', 'restore', 'publish') and d.at < now() - interval '12 months'
                or d.ended_at is null and d.action in ('hide', 'remove') and d.at < now() - interval '18 months')
           and not exists (
               select
                 from appeal a
                where a.decision_id = d.decision_id
                  and coalesce(a.decided_at, now()) > now() - interval '12 months')
           and not exists (select from report r where r.decision_id = d.decision_id)
         order by d.at
         limit 200
    loop
        if v_decision.ended_at is null and v_decision.target_kind = 'post' and v_decision.action in ('hide', 'remove') then
            delete from post_version where post_id = v_decision.target_id;
            delete from post_mention where post_id = v_decision.target_id and comment_id is null;
            update post
               set state = 'deleted', title = null, body = '', media = '[]', rating = null, subject_ref = null,
                   version = version + 1
             where post_id = v_decision.target_id
               and state in ('hidden', 'removed');
        elsif v_decision.ended_at is null and v_decision.target_kind = 'comment' then
            delete from comment_version where comment_id = v_decision.target_id;
            delete from post_mention where comment_id = v_decision.target_id;
            update comment
               set state = 'deleted', body = ''
             where comment_id = v_decision.target_id
               and state in ('hidden', 'removed');
        end if;
        delete from appeal where decision_id = v_decision.decision_id;
        delete from moderation_decision where decision_id = v_decision.decision_id;
        v_count := v_count + 1;
    end loop;
    return v_count;
end $$;

-- invariants ----------------------------------------------------------------------------------------------

-- I-41: everything hidden, removed, silenced, suspended or expelled has a decision in force, and whom a decision
-- concerns was told within a minute.  Returns what breaks that.
create function lib.moderation_violations()
returns table (problem text, kind text, id bigint) language plpgsql stable set search_path = club, pg_temp as $$
begin
    return query
    select 'no decision for this state', 'post', p.post_id
      from post p
     where p.state in ('hidden', 'removed')
       and (lib.moderation_in_force('post', p.post_id, p.club_id)).decision_id is null
    union all
    select 'no decision for this state', 'comment', c.comment_id
      from comment c
      join post p on p.post_id = c.post_id
     where c.state in ('hidden', 'removed')
       and (lib.moderation_in_force('comment', c.comment_id, p.club_id)).decision_id is null
    union all
    select 'no decision for this state', 'member', m.member_id
      from member m
     where m.silenced_until > now() and not exists (
               select from moderation_decision d
                where d.member_id = m.member_id and d.action = 'silence' and d.ended_at is null and d.until = m.silenced_until)
        or m.status = 'suspended' and not exists (
               select from moderation_decision d
                where d.member_id = m.member_id and d.action = 'suspend' and d.ended_at is null)
    union all
    select 'no decision for this state', 'member', s.member_id
      from membership s
     where s.status = 'expelled'
       and not exists (
           select from moderation_decision d
            where d.member_id = s.member_id and d.club_id = s.club_id and d.action = 'expel' and d.ended_at is null)
    union all
    select 'in force, but has no effect', 'decision', d.decision_id
      from moderation_decision d
     where d.ended_at is null
       and d.action in ('hide', 'remove')
       and (lib.moderation_target(d.target_kind, d.target_id, d.club_id)).state in ('published', 'pending')
    union all
    select 'nobody was told in time', 'decision', d.decision_id
      from moderation_decision d
     where d.action in ('hide', 'remove', 'silence', 'suspend', 'expel')
       and (d.notified_at is null
            or d.notified_at > d.at + interval '60 seconds'
            or d.member_id is not null
               and d.at > now() - interval '29 days'
               and not exists (
                   select
                     from outbox o
                    where o.stream = 'me:' || d.member_id
                      and o.type = 'moderation.decision'
                      and o.refs ->> 'decision' = d.decision_id::text
                      and o.at between d.at and d.at + interval '60 seconds'));
end $$;
