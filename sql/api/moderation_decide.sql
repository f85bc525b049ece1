-- moderation_decide.sql -- what moderators decide, and what that takes away or gives back.
--
--      published --hide--> hidden --restore--> published          pending --publish--> published
--      published, hidden, pending --remove--> removed --restore--> published
--      a member: silence (1 to 30 days), suspend (until a day, or until it is lifted), expel from the club
--
-- Every decision is a row, and whom it concerns gets the statement of reasons in the same commit; only `none` concerns
-- nobody but the reporters.  A decision stays in force until the next about the same thing, its end or a granted appeal.
-- While an appeal is open, the appeal is what is decided.  A post that is published for the first time brings notices to
-- those it names, so its author gets the statement without one: notices are locked in one order.

-- Notifications of one write, by member: {"member", "type", "target", "refs"}.
create function lib.moderation_notes(p_notes jsonb)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_note   jsonb;
    v_events lib.event_row[] := '{}';
begin
    for v_note in
        select n
          from jsonb_array_elements(p_notes) n
          join member m on m.member_id = (n ->> 'member')::bigint
         where m.status <> 'erased'
         order by m.member_id
    loop
        v_events := v_events || lib.notify((v_note ->> 'member')::bigint, v_note ->> 'type', v_note ->> 'target',
                                           v_note -> 'refs', 'legal.moderation');
        if v_note ->> 'type' = 'decision' and not lib.pref_on((v_note ->> 'member')::bigint, 'moderation', 3::smallint)
           and exists (
               select
                 from member
                where member_id = (v_note ->> 'member')::bigint
                  and email_verified_at is not null) then
            perform lib.send_queue((v_note ->> 'member')::bigint, 3::smallint, 'moderation_decision',
                                   'legal.moderation', p_refs => v_note -> 'refs');  -- the law asks for it, not the member
        end if;
    end loop;
    return v_events;
end $$;

create function lib.moderation_decision_note(p_member bigint, p_decision bigint, p_action text, p_type text default 'decision')
returns jsonb language sql immutable as $$
    select case when p_member is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object(
        'member', p_member::text, 'type', p_type, 'target', 'decision:' || p_decision,
        'refs', jsonb_build_object('decision', p_decision::text, 'action', p_action))) end
$$;

-- Closes reports under a decision.  Their authors learn the outcome and nothing else.
create function lib.moderation_close(p_reports bigint[], p_decision bigint, p_state text, p_outcome text,
                                     out events lib.event_row[], out notes jsonb, out closed int)
language plpgsql volatile as $$
begin
    with gone as (
        update report r
           set state = p_state, closed_at = now(), decision_id = p_decision
         where r.report_id = any (p_reports)
        returning r.report_id, r.reporter, r.target_kind, r.target_id
    )
    select array_agg(lib.event('me:' || g.reporter, 'report.closed', 'legal.moderation',
                               jsonb_build_object('report', g.report_id::text, 'kind', g.target_kind,
                                                  'target', g.target_id::text, 'outcome', p_outcome),
                               p_object => 'report:' || g.report_id) order by g.reporter)
               filter (where g.reporter is not null),
           jsonb_agg(jsonb_build_object('member', g.reporter::text, 'type', 'report_closed',
                                        'target', 'report:' || g.report_id,
                                        'refs', jsonb_build_object('report', g.report_id::text, 'outcome', p_outcome)))
               filter (where g.reporter is not null),
           count(*)
      into events, notes, closed
      from gone g;
    events := coalesce(events, '{}');
    notes := coalesce(notes, '[]');
end $$;

-- A member may write again when the last silence is over.
create function lib.moderation_silence(p_member bigint) returns void language plpgsql volatile as $$
begin
    update member
       set silenced_until = (select max(until)
                               from moderation_decision
                              where member_id = p_member
                                and action = 'silence'
                                and ended_at is null
                                and until > now())
     where member_id = p_member;
end $$;

create function lib.moderation_membership(p_member bigint, p_club bigint, p_status text)
returns lib.event_row[] language plpgsql volatile as $$
begin
    perform lib.membership_unpause(lib.membership_lock(p_member, p_club, true), p_status);
    return lib.membership_events(p_member, p_club, p_status, 'members')
        || case p_status when 'expelled' then lib.seats_leave(p_member, p_club) else '{}' end || array[
        lib.sys(p_reload => array[p_member], p_shown => array[p_member],
                p_ends => case p_status when 'expelled' then jsonb_build_array(jsonb_build_object(
                    'stream', 'club:' || p_club, 'member', p_member::text, 'reason', 'EXPELLED')) end)];
end $$;

-- Brings a decision into force.
create function lib.moderation_enforce(p_decision moderation_decision)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_member bigint := (p_decision).member_id;
begin
    case (p_decision).action
        when 'hide', 'remove' then
            return lib.moderation_content((p_decision).target_kind, (p_decision).target_id,
                                          case (p_decision).action when 'hide' then 'hidden' else 'removed' end);
        when 'restore', 'publish' then
            return lib.moderation_content((p_decision).target_kind, (p_decision).target_id, 'published');
        when 'silence' then
            perform lib.moderation_silence(v_member);
        when 'suspend' then
            update member set status = 'suspended' where member_id = v_member;
            perform lib.send_suppress(v_member);
            return array[lib.sys(p_reload => array[v_member], p_shown => array[v_member])];   -- links to them, too
        when 'expel' then
            perform lib.send_suppress(v_member, p_scope => (p_decision).club_id);
            return lib.moderation_membership(v_member, (p_decision).club_id, 'expelled');
        else
            null;
    end case;
    return '{}';
end $$;

-- Takes a decision back, as far as nothing else has happened since.  The caller holds the rows.
create function lib.moderation_undo(p_decision moderation_decision, p_by text)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_member bigint := (p_decision).member_id;
begin
    update moderation_decision
       set ended_at = now(), ended_by = p_by
     where decision_id = (p_decision).decision_id
       and ended_at is null;
    if not found then
        return '{}';
    end if;
    case (p_decision).action
        when 'hide', 'remove' then
            return lib.moderation_content((p_decision).target_kind, (p_decision).target_id, 'published');
        when 'silence' then
            perform lib.moderation_silence(v_member);
        when 'suspend' then
            update member set status = 'active' where member_id = v_member and status = 'suspended';
            update dsr      -- who asked to be erased meanwhile, and thinks better of it, comes back as active
               set options = options || '{"previous":"active"}'
             where member_id = v_member
               and kind = 'erase'
               and closed_at is null
               and options ->> 'previous' = 'suspended';
            return array[lib.sys(p_reload => array[v_member], p_shown => array[v_member])];
        when 'expel' then
            perform
               from membership
              where member_id = v_member
                and club_id = (p_decision).club_id
                and status = 'expelled';
            if found then
                return lib.moderation_membership(
                    v_member, (p_decision).club_id,
                    case (p_decision).was when 'paused' then 'active' else (p_decision).was end);
            end if;
        else
            null;
    end case;
    return '{}';
end $$;

-- Locks whom and what a decision is about, in the order of the tables, and reads the target anew.
create function lib.moderation_lock(p_target lib.moderation_target)
returns lib.moderation_target language plpgsql volatile as $$
begin
    if p_target.author_kind = 'm' then
        perform from member where member_id = p_target.author for no key update;
        perform from membership where member_id = p_target.author and club_id = p_target.club for no key update;
    end if;
    perform from post where post_id = p_target.post for no key update;
    if p_target.kind = 'comment' then
        perform from comment where comment_id = p_target.id for no key update;
    end if;
    return lib.moderation_target(p_target.kind, p_target.id, p_target.club);
end $$;

-- The open reports about a target, locked.
create function lib.moderation_reports_open(p_target lib.moderation_target)
returns setof report language plpgsql volatile as $$
begin
    return query
    select r.*
      from report r
     where r.target_kind = p_target.kind
       and r.target_id = p_target.id
       and r.club_id = p_target.club
       and r.state = 'open'
     order by r.report_id
       for no key update;
end $$;

-- Is the staff member a party to the case: its author, or one who reported it?
create function lib.moderation_is_party(p_target lib.moderation_target, p_staff bigint)
returns boolean language plpgsql stable as $$
begin
    return p_target.author_kind = 's' and p_target.author = p_staff or exists (
        select
          from report
         where target_kind = p_target.kind
           and target_id = p_target.id
           and reporter_staff = p_staff);
end $$;

-- Refuses what the request itself does not allow.
create function lib.moderation_check(p_target lib.moderation_target, p_action text, p_clause text, p_facts text,
                                     p_days bigint)
returns void language plpgsql stable as $$
begin
    if p_action in ('silence', 'suspend', 'expel') and p_target.author_kind <> 'm' then
        perform lib.invalid('action', 'is not for content of the club');
    end if;
    if p_target.kind = 'member' and p_action in ('hide', 'remove', 'publish') then
        perform lib.invalid('action', 'is not for a member');
    end if;
    if p_action in ('hide', 'remove', 'silence', 'suspend', 'expel') then
        if coalesce(btrim(p_clause, E' \n\t'), '') = '' then
            perform lib.invalid('clause', 'is needed');
        end if;
        if coalesce(btrim(p_facts, E' \n\t'), '') = '' then
            perform lib.invalid('facts', 'are needed');
        end if;
    end if;
    if p_action = 'silence' and (p_days is null or p_days > 30) then
        perform lib.invalid('days', 'is 1 to 30');
    end if;
    if p_days is not null and p_action not in ('silence', 'suspend') then
        perform lib.invalid('days', 'is for silence and suspend only');
    end if;
end $$;

-- Refuses what the state of the target, which is locked, does not allow.  Returns the state that an undoing brings back.
create function lib.moderation_step(p_target lib.moderation_target, p_action text, p_now moderation_decision,
                                    p_reports int)
returns text language plpgsql stable as $$
declare
    v_state text := p_target.state;
    v_may   boolean;
begin
    if (p_action in ('restore', 'hide', 'remove') or p_action = 'none' and p_target.kind <> 'member') and exists (
        select
          from moderation_decision d
          join appeal a on a.decision_id = d.decision_id and a.state = 'open'
         where d.target_kind = p_target.kind
           and d.target_id = p_target.id
           and d.club_id = p_target.club) then
        perform lib.refuse('ZC017', '{"state":"appealed"}');
    end if;
    if v_state = 'deleted' and p_action in ('restore', 'publish', 'hide', 'remove') then
        perform lib.refuse('ZC003');
    end if;
    case p_action
        when 'none' then v_may := p_reports > 0 and v_state <> 'hidden';
        when 'restore' then v_may := case p_target.kind when 'member' then p_now.decision_id is not null
                                                        else v_state in ('hidden', 'removed') end;
        when 'publish' then v_may := v_state = 'pending';
        when 'hide' then v_may := v_state = 'published' or v_state = 'hidden' and p_now.automated;
        when 'remove' then v_may := v_state in ('published', 'hidden', 'pending');
        when 'silence' then v_may := true;
        when 'suspend' then
            v_state := (select status from member where member_id = p_target.author);
            v_may := v_state = 'active';
        else
            v_state := (select status from membership where member_id = p_target.author and club_id = p_target.club);
            v_may := v_state in ('active', 'paused', 'lapsed');
    end case;
    if v_may is not true then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_state));
    end if;
    return v_state;
end $$;

-- The rule of mod.decide and member.suspend.
create function lib.moderation_decide(p_who text, p_method text, p_idem text, p_hash bytea, p_kind text,
                                      p_target bigint, p_club bigint, p_action text, p_ground text, p_clause text,
                                      p_facts text, p_days bigint)
returns lib.answer language plpgsql volatile as $$
declare
    v_old      lib.answer;
    v_staff    bigint;
    v_target   lib.moderation_target;
    v_now      moderation_decision;
    v_decision moderation_decision;
    v_ended    moderation_decision;
    v_author   bigint;
    v_events   lib.event_row[];
    v_is_taken boolean := p_action in ('hide', 'remove', 'silence', 'suspend', 'expel');
    v_closed   record;
    v_reports  bigint[];
begin
    v_old := lib.idem_begin(p_who, p_method, p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    if p_kind = 'member' and p_club is null then
        perform lib.invalid('club', 'is needed with a member');
    end if;
    v_staff := lib.require_staff(p_who, '{moderator}');
    v_target := lib.moderation_target(p_kind, p_target, p_club);
    if v_target.id is null or v_target.club <> coalesce(p_club, v_target.club) then
        perform lib.refuse('ZC002');
    end if;
    perform lib.require_staff(p_who, '{moderator}', v_target.club);
    if lib.moderation_is_party(v_target, v_staff) then
        perform lib.refuse('ZC001', '{"why":"own_case"}');
    end if;
    perform lib.moderation_check(v_target, p_action, p_clause, p_facts, p_days);
    if p_action = 'expel' then
        v_old := lib.approval_check(p_who, p_method, p_idem, p_hash, jsonb_build_object(
            'kind', p_kind, 'target', p_target::text, 'club', v_target.club::text, 'action', p_action),
            array[v_target.club]);
        if v_old.reply is not null then
            return v_old;
        end if;
    end if;

    v_target := lib.moderation_lock(v_target);
    v_author := case v_target.author_kind when 'm' then v_target.author end;
    v_now := lib.moderation_in_force(p_kind, p_target, v_target.club);
    v_decision.decision_id := lib.new_id();
    v_decision.club_id := v_target.club;
    v_decision.target_kind := case when p_action in ('silence', 'suspend', 'expel') then 'member' else p_kind end;
    v_decision.target_id := case v_decision.target_kind when 'member' then v_author else p_target end;
    v_decision.member_id := v_author;
    v_decision.action := p_action;
    select array_agg(r.report_id), count(*),
           (array_agg(r.reason order by r.weight_milli * lib.report_factor(r.reason) desc, r.reason))[1]
      into v_reports, v_decision.reports, v_decision.reason
      from lib.moderation_reports_open(v_target) r;
    v_decision.was := lib.moderation_step(v_target, p_action, v_now, v_decision.reports);
    v_decision.until := now() + p_days * interval '1 day';
    insert into moderation_decision (decision_id, club_id, target_kind, target_id, member_id, action, ground, clause,
                                     facts, reports, reason, automated, decided_by, was, until, notified_at)
    values (v_decision.decision_id, v_target.club, v_decision.target_kind, v_decision.target_id, v_author, p_action,
            coalesce(p_ground, 'terms'), coalesce(lib.moderation_text('clause', p_clause, 200), ''),
            coalesce(lib.moderation_text('facts', p_facts, 4000), ''), v_decision.reports, v_decision.reason,
            false, p_who, v_decision.was, v_decision.until, case when p_action <> 'none' then now() end);

    v_events := '{}';
    if p_kind = 'member' and p_action = 'restore' then
        for v_ended in
            select d.*
              from moderation_decision d
             where d.target_kind = 'member'
               and d.target_id = p_target
               and d.club_id = v_target.club
               and d.ended_at is null
               and d.action in ('silence', 'suspend', 'expel')
             order by d.decision_id
               for update
        loop
            v_events := v_events || lib.moderation_undo(v_ended, 'decision');
        end loop;
    else
        if p_action in ('restore', 'hide', 'remove') then
            update moderation_decision
               set ended_at = now(), ended_by = 'decision'
             where target_kind = p_kind
               and target_id = p_target
               and club_id = v_target.club
               and action in ('hide', 'remove')
               and ended_at is null
               and decision_id <> v_decision.decision_id;
        end if;
        v_events := lib.moderation_enforce(v_decision);
    end if;
    v_closed := lib.moderation_close(
        v_reports, v_decision.decision_id,
        case when v_is_taken then 'upheld' when v_target.state = 'deleted' then 'ignored' else 'rejected' end,
        case when v_is_taken then 'action_taken' when v_target.state = 'deleted' then 'gone' else 'no_action' end);
    if v_author is not null then
        perform lib.audit(p_who, p_method, v_author, jsonb_build_object(
            'kind', p_kind, 'target', p_target::text, 'action', p_action, 'decision', v_decision.decision_id::text));
        if p_action <> 'none' then
            v_events := v_events
                || lib.moderation_statement_event(v_author, v_decision.decision_id, p_action, 'in_force');
            if p_action <> 'publish' then
                v_closed.notes := v_closed.notes
                    || lib.moderation_decision_note(v_author, v_decision.decision_id, p_action);
            end if;
        end if;
    end if;
    v_events := v_events || v_closed.events || lib.moderation_notes(v_closed.notes)
        || lib.moderation_handled(v_target.club, p_kind, p_target, v_decision.decision_id, p_action);
    return lib.idem_end(p_who, p_method, p_idem, lib.done(
        jsonb_build_object('decision', v_decision.decision_id::text, 'action', p_action,
                           'state', (lib.moderation_target(p_kind, p_target, v_target.club)).state,
                           'until', lib.iso(v_decision.until), 'reports', v_closed.closed),
        lib.emit_all(v_events)));
end $$;

-- Tells the other moderators that a case is off the queue.
create function lib.moderation_handled(p_club bigint, p_kind text, p_target bigint, p_decision bigint, p_action text)
returns lib.event_row language sql stable as $$
    select lib.event('moderation:' || p_club, 'report.decided', 'staff',
                     jsonb_build_object('kind', p_kind, 'target', p_target::text, 'decision', p_decision::text,
                                        'action', p_action), p_object => p_kind || ':' || p_target)
$$;

-- mod.decide   Decides a case: about content, or about the member behind it.
--   who    moderator of the club; expel needs a second one
--   raises ZC001 of another club, one's own content, a case one has reported; ZC002 there is none; ZC003 deleted; ZC016
--          expel without approval; ZC017 not from this state, or an appeal is open; ZC602 club, action, clause, facts,
--          days
--   emits  moderation.decision on me:<author>; report.closed on me:<reporter>; report.decided on moderation:<club>;
--          post.published, post.removed, comment.changed on club:<id>; membership.changed on me:<author> and
--          metric.updated on staff:<club> when expelled, with what seats and plans do as in membership.leave;
--          notify.added; sys
create function api.mod_decide(p_who text, p_idem text, p_hash bytea, p_kind text, p_target bigint, p_club bigint,
                               p_action text, p_ground text, p_clause text, p_facts text, p_days bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    return lib.moderation_decide(p_who, 'mod.decide', p_idem, p_hash, p_kind, p_target, p_club, p_action, p_ground,
                                 p_clause, p_facts, p_days);
end $$;

-- member.suspend   Suspends a member: reads its points, consents and statements, and nothing else.
--   who    moderator
--   raises as mod.decide
--   emits  as mod.decide
create function api.member_suspend(p_who text, p_idem text, p_hash bytea, p_member bigint, p_club bigint,
                                   p_ground text, p_clause text, p_facts text, p_days bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    return lib.moderation_decide(p_who, 'member.suspend', p_idem, p_hash, 'member', p_member, p_club, 'suspend',
                                 p_ground, p_clause, p_facts, p_days);
end $$;

-- member.restore   Lifts what was decided about a member in a club: suspension, silence, expulsion.
--   who    moderator
--   raises as mod.decide
--   emits  as mod.decide
create function api.member_restore(p_who text, p_idem text, p_hash bytea, p_member bigint, p_club bigint, p_facts text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    return lib.moderation_decide(p_who, 'member.restore', p_idem, p_hash, 'member', p_member, p_club, 'restore', null,
                                 null, p_facts, null);
end $$;
