-- moderation_report.sql -- reporting, what reports alone bring about, and the queue.

-- Shows or hides what a decision is about and returns the events for it, that of sys last.
create function lib.moderation_content(p_kind text, p_target bigint, p_state text)
returns lib.event_row[] language plpgsql volatile as $$
begin
    return case when p_kind = 'post' and p_state = 'published' then lib.post_publish(p_target)
                when p_kind = 'post' then lib.post_hide(p_target, p_state)
                when p_state = 'published' then lib.comment_publish(p_target)
                else lib.comment_hide(p_target, p_state) end;
end $$;

-- Hides a target on the word of its reports alone when they weigh enough: 3,000, those about danger and the law 2,000.
-- The author is told in the same commit.  Content of the club itself waits for a moderator.
create function lib.moderation_auto(p_target lib.moderation_target)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_all      bigint;
    v_grave    bigint;
    v_count    int;
    v_reason   text;
    v_decision bigint;
begin
    select sum(weight_milli), sum(weight_milli) filter (where reason in ('illegal', 'safety')), count(*)
      into v_all, v_grave, v_count
      from report
     where target_kind = p_target.kind
       and target_id = p_target.id
       and club_id = p_target.club
       and state = 'open';
    if p_target.kind = 'member' or p_target.author_kind <> 'm' or p_target.state <> 'published'
       or v_all < 3000 and coalesce(v_grave, 0) < 2000 then
        return '{}';
    end if;
    select reason
      into v_reason
      from report
     where target_kind = p_target.kind
       and target_id = p_target.id
       and club_id = p_target.club
       and state = 'open'
     group by reason
     order by sum(weight_milli * lib.report_factor(reason)) desc, reason
     limit 1;
    v_decision := lib.new_id();
    insert into moderation_decision (decision_id, club_id, target_kind, target_id, member_id, action, ground, clause,
                                     facts, reports, reason, automated, decided_by, was, notified_at)
    values (v_decision, p_target.club, p_target.kind, p_target.id, p_target.author, 'hide',
            case v_reason when 'illegal' then 'illegal' else 'terms' end, 'reports.' || v_reason, '', v_count, v_reason,
            true, 'auto', p_target.state, now());
    return lib.moderation_content(p_target.kind, p_target.id, 'hidden')
        || lib.moderation_statement_event(p_target.author, v_decision, 'hide', 'in_force')
        || lib.moderation_notes(lib.moderation_decision_note(p_target.author, v_decision, 'hide'));
end $$;

-- feed.report   Reports a post, a comment or a member to the moderators of the club.
--   who    member, agent, moderator, editor
--   raises ZC001 staff of another club; ZC002 there is none, or none for the caller; ZC017 reported before; ZC024 20
--          reports in 24 hours, 200 open ones about it; ZC035 restricted; ZC602 club, note, one's own
--   emits  report.new on moderation:<club>; moderation.decision on me:<author>, post.removed or comment.changed on
--          club:<id>, sys when it is
--          hidden, then notify.added too
create function api.feed_report(p_who text, p_idem text, p_hash bytea, p_kind text, p_target bigint, p_club bigint,
                                p_reason text, p_note text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint := lib.member_of(p_who);
    v_staff  bigint := lib.staff_of(p_who);
    v_note   text := lib.moderation_text('note', p_note, 4000);
    v_target lib.moderation_target;
    v_report bigint;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'feed.report', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    if v_member is not null then
        perform lib.require_member(p_who);
        perform from member where member_id = v_member for no key update;   -- its reports of today are counted
    end if;
    if p_kind = 'member' and p_club is null then
        perform lib.invalid('club', 'is needed with a member');
    end if;
    if p_kind = 'post' then
        perform from post where post_id = p_target for no key update;       -- its reports are added up
    elsif p_kind = 'comment' then
        perform from post where post_id = (select post_id from comment where comment_id = p_target) for no key update;
        perform from comment where comment_id = p_target for no key update;
    end if;
    v_target := lib.moderation_target(p_kind, p_target, p_club);
    if v_target.id is null or v_target.club <> coalesce(p_club, v_target.club)
       or v_member is not null and not lib.moderation_visible(v_target, v_member) then
        perform lib.refuse('ZC002');
    end if;
    if v_staff is not null then
        perform lib.require_staff(p_who, '{agent,moderator,editor}', v_target.club);
    end if;
    if v_target.author_kind || ':' || v_target.author = p_who then
        perform lib.invalid('target', 'is one''s own');
    end if;
    if exists (
        select
          from report
         where target_kind = p_kind
           and target_id = p_target
           and (reporter = v_member or reporter_staff = v_staff)) then
        perform lib.refuse('ZC017', '{"state":"reported"}');
    end if;
    if (select count(*)
          from report
         where (reporter = v_member or reporter_staff = v_staff)
           and at > now() - interval '24 hours') >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;

    if (select count(*)
          from report
         where target_kind = p_kind
           and target_id = p_target
           and club_id = v_target.club
           and state = 'open') >= 200 then
        perform lib.refuse('ZC024', '{"max":200}');
    end if;

    v_report := lib.new_id();
    insert into report (report_id, club_id, target_kind, target_id, reporter, reporter_staff, reason, note, weight_milli)
    values (v_report, v_target.club, p_kind, p_target, v_member, v_staff, p_reason, nullif(v_note, ''),
            case when v_staff is null then lib.report_weight(v_member) else 5000 end);
    if v_staff is not null and v_target.author_kind = 'm' then
        perform lib.audit(p_who, 'feed.report', v_target.author,
                          jsonb_build_object('kind', p_kind, 'target', p_target::text));
    end if;
    v_events := lib.moderation_auto(v_target) || (
        select lib.moderation_event('report', p_kind, p_target, v_target.club, sum(weight_milli)::bigint)
          from report
         where target_kind = p_kind
           and target_id = p_target
           and club_id = v_target.club
           and state = 'open');
    return lib.idem_end(p_who, 'feed.report', p_idem, lib.done(
        jsonb_build_object('report', v_report::text, 'state', 'open'), lib.emit_all(v_events)));
end $$;

-- mod.queue   The open cases of a club, heaviest first.
--   who    moderator
--   raises ZC001 not a moderator of this club; ZC602 cursor
--   emits  –
create function api.mod_queue(p_who text, p_club bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    perform lib.require_staff(p_who, '{moderator}', p_club);
    perform lib.audit(p_who, 'mod.queue', null, jsonb_build_object('club', p_club::text));
    return lib.done(lib.moderation_rows(p_club, coalesce(p_limit, 20)::int, p_cursor));
end $$;

-- The words of a target, and whose they are.
create function lib.moderation_words(p_target lib.moderation_target)
returns jsonb language plpgsql stable as $$
declare
    v_words jsonb;
begin
    case p_target.kind
        when 'post' then
            select jsonb_build_object('title', p.title, 'body', p.body, 'post', p.post_id::text,
                                      'at', lib.iso(p.created_at), 'edited_at', lib.iso(p.edited_at), 'before', (
                       select coalesce(jsonb_agg(jsonb_build_object('version', v.version, 'body', left(v.body, 1000),
                                                                    'at', lib.iso(v.at)) order by v.version desc), '[]')
                         from (select version, body, at
                                 from post_version
                                where post_id = p.post_id
                                order by version desc
                                limit 2) v))
              into v_words
              from post p
             where p.post_id = p_target.id;
        when 'comment' then
            select jsonb_build_object('title', null, 'body', c.body, 'post', c.post_id::text, 'at', lib.iso(c.at),
                                      'edited_at', lib.iso(c.edited_at), 'before', (
                       select coalesce(jsonb_agg(jsonb_build_object('version', v.version, 'body', left(v.body, 1000),
                                                                    'at', lib.iso(v.at)) order by v.version desc), '[]')
                         from (select version, body, at
                                 from comment_version
                                where comment_id = c.comment_id
                                order by version desc
                                limit 2) v))
              into v_words
              from comment c
             where c.comment_id = p_target.id;
        else
            v_words := jsonb_build_object('title', null, 'body', '', 'post', null, 'at', null, 'edited_at', null,
                                          'before', '[]'::jsonb);
    end case;
    return v_words || jsonb_build_object('author', case p_target.author_kind
        when 's' then '{"staff":true}'::jsonb
        else (select case when m.status = 'erased' then '{"former":true}'::jsonb
                          else jsonb_build_object('member', m.member_id::text, 'handle', m.handle, 'status', m.status,
                                                  'silenced_until', lib.iso(m.silenced_until)) end
                from member m
               where m.member_id = p_target.author) end);
end $$;

-- What was said about a target: the heaviest reports first, the first words of each note.
create function lib.moderation_reports(p_target lib.moderation_target)
returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'report', r.report_id::text, 'reason', r.reason, 'note', left(r.note, 500), 'weight', r.weight_milli,
               'state', r.state, 'staff', r.reporter_staff is not null, 'at', lib.iso(r.at)) order by r.no), '[]')
      from (select x.*, row_number() over (order by x.state <> 'open', x.weight_milli desc, x.report_id) as no
              from report x
             where x.target_kind = p_target.kind
               and x.target_id = p_target.id
               and x.club_id = p_target.club
             order by no
             limit 10) r
$$;

-- mod.case   All about one target: its words, its author, the reports, the appeal, what was decided before.
--   who    moderator
--   raises ZC001 not a moderator of its club; ZC002 there is none; ZC602 club
--   emits  –
create function api.mod_case(p_who text, p_kind text, p_target bigint, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_target lib.moderation_target;
    v_answer lib.answer;
begin
    if p_kind = 'member' and p_club is null then
        perform lib.invalid('club', 'is needed with a member');
    end if;
    perform lib.require_staff(p_who, '{moderator}');
    v_target := lib.moderation_target(p_kind, p_target, p_club);
    if v_target.id is null then
        perform lib.refuse('ZC002');
    end if;
    perform lib.require_staff(p_who, '{moderator}', v_target.club);
    if v_target.author_kind = 'm' then
        perform lib.audit(p_who, 'mod.case', v_target.author,
                          jsonb_build_object('kind', p_kind, 'target', p_target::text));
    end if;
    v_answer := lib.done(
        jsonb_build_object(
            'kind', p_kind, 'target', p_target::text, 'club', v_target.club::text, 'state', v_target.state,
            'cases', (select coalesce(jsonb_agg(lib.moderation_row(k) order by k.what), '[]')
                        from lib.moderation_open(v_target.club, p_target) k
                       where k.kind = p_kind),
            'words', lib.moderation_words(v_target),
            'reports', lib.moderation_reports(v_target),
            'decisions', (select coalesce(jsonb_agg(lib.moderation_statement(d.decision_id) order by d.decision_id desc), '[]')
                            from (select decision_id
                                    from moderation_decision
                                   where target_kind = p_kind
                                     and target_id = p_target
                                     and club_id = v_target.club
                                   order by decision_id desc
                                   limit 1) d),
            'author_decisions', (select coalesce(jsonb_agg(jsonb_build_object(
                                            'decision', d.decision_id::text, 'action', d.action, 'clause', d.clause,
                                            'at', lib.iso(d.at), 'ended_by', d.ended_by) order by d.decision_id desc), '[]')
                                   from (select decision_id, action, clause, at, ended_by
                                           from moderation_decision
                                          where v_target.author_kind = 'm'
                                            and member_id = v_target.author
                                            and club_id = v_target.club
                                            and action <> 'none'
                                          order by decision_id desc
                                          limit 10) d)),
        null, case v_target.author_kind when 'm' then array[v_target.author] else '{}' end);
    v_answer.sys_seq := v_head;
    return v_answer;
end $$;
