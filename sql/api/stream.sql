-- stream.sql -- reading streams: the tail of the outbox, ranges, subscriptions, and the words of an event.
--
-- Events are recoverable for 30 days or 10,000 numbers.  The partitions of the outbox go by whole days after
-- that, so an hour less is promised than is kept: near midnight numbers and days may cross.  Plans here are kept
-- for all partitions and pruned as they run; scans without index are switched off, because a plan made while
-- a day was empty outlives that.

-- tail   Every event committed since the snapshot p_snapshot, each exactly once over a chain of calls.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.tail(p_snapshot text, out snapshot text, out events jsonb)
language plpgsql stable security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    v_xmax xid8 := pg_snapshot_xmax(p_snapshot::pg_snapshot);
    v_xip  xid8[] := array(select pg_snapshot_xip(p_snapshot::pg_snapshot));
begin
    snapshot := pg_current_snapshot()::text;
    if snapshot = p_snapshot then
        return;
    end if;
    if v_xip = '{}' then
        select jsonb_agg(lib.event_json(o.stream, o.seq, o.type, o.gate_cat, o.scope_id, o.audience, o.subjects,
                                        o.actor, o.object, o.conflate_key, o.refs, o.at)
                         || jsonb_build_object('origin', o.origin)
                         order by o.stream <> 'sys', o.stream, o.seq)
          into events
          from outbox o
         where o.tx >= v_xmax
           and o.at > now() - interval '2 days';
        return;
    end if;
    select jsonb_agg(lib.event_json(o.stream, o.seq, o.type, o.gate_cat, o.scope_id, o.audience, o.subjects,
                                    o.actor, o.object, o.conflate_key, o.refs, o.at)
                     || jsonb_build_object('origin', o.origin)
                     order by o.stream <> 'sys', o.stream, o.seq)
      into events
      from (
        select * from outbox where tx >= v_xmax and at > now() - interval '2 days'
        union all
        select * from outbox where tx = any (v_xip) and at > now() - interval '2 days'
      ) o;
end $$;

-- stream.heads   The last number of each of these streams that exists.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.stream_heads(p_streams text[]) returns table (stream text, seq bigint)
language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    return query select s.stream, s.seq from stream s where s.stream = any (p_streams);
end $$;

-- stream.range   The events after a number, ascending, at most p_limit.  floor: from here on everything is there; a
--                p_after below floor - 1 cannot be recovered.  The last two days are looked at first.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.stream_range(p_stream text, p_after bigint, p_limit int,
    out head bigint, out floor bigint, out events jsonb)
language plpgsql stable security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_since timestamptz;
    v_first bigint;
    v_whole boolean;
begin
    head := coalesce((select s.seq from stream s where s.stream = p_stream), 0);
    floor := head + 1;
    if p_after >= head then
        return;
    end if;
    foreach v_since in array array[now() - interval '2 days', '-infinity'] loop
        select jsonb_agg(r.event order by r.seq), min(r.seq), max(r.seq) - min(r.seq) + 1 = count(*)
          into events, v_first, v_whole
          from (
            select o.seq, lib.event_json(o.stream, o.seq, o.type, o.gate_cat, o.scope_id, o.audience, o.subjects,
                                         o.actor, o.object, o.conflate_key, o.refs, o.at) as event
              from outbox o
             where o.stream = p_stream
               and o.seq > p_after
               and o.at > v_since
             order by o.seq
             limit p_limit
          ) r;
        if v_first = p_after + 1 and v_whole and p_after >= head - 10000 then
            floor := v_first;
            if v_since <> '-infinity' or lib.is_recoverable(p_stream, p_after, head) then
                return;
            end if;
        end if;
    end loop;
    floor := greatest(head - 9999, coalesce(
        (select o.seq from outbox o
          where o.stream = p_stream and o.at > now() - interval '719 hours'
          order by o.seq limit 1),
        head + 1));
end $$;

-- Is everything after p_after still there?  The last two days are looked at first.
create function lib.is_recoverable(p_stream text, p_after bigint, p_head bigint) returns boolean
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_hours int;
begin
    if p_after is null or p_after > p_head or p_after < p_head - 10000 or p_after < 0 then
        return false;
    end if;
    if p_after = p_head then
        return true;
    end if;
    foreach v_hours in array '{48,719}'::int[] loop
        if exists (
            select from outbox
             where stream = p_stream
               and seq = p_after + 1
               and at > now() - v_hours * interval '1 hour')
        then
            return true;
        end if;
    end loop;
    return false;
end $$;

-- The state behind a stream, as its owner or one of its readers sees it.
create function lib.stream_snapshot(p_stream text, p_member bigint) returns lib.shown
language plpgsql stable as $$
declare
    v_status text;
    v_live   jsonb;
    v_shown  lib.shown;
begin
    case split_part(p_stream, ':', 1)
        when 'me' then
            v_shown := lib.points_summary_view(p_member);
            select l.views, v_shown.subjects || l.subjects into v_live, v_shown.subjects from lib.resv_live(p_member) l;
            v_shown.view := jsonb_build_object('points', v_shown.view, 'unread', lib.notify_unread(p_member),
                                               'reservations', v_live,
                                               'tickets', lib.queue_tickets(p_member),
                                               'waitlist', lib.waitlist_live(p_member));
        when 'club' then
            select status into v_status from member where member_id = p_member;
            if v_status = 'active' then
                v_shown := lib.feed_page(p_member, split_part(p_stream, ':', 2)::bigint);
            else
                v_shown := row('{"posts":[],"cursor":null}'::jsonb, true, false, '{}'::bigint[])::lib.shown;
            end if;
        when 'family' then
            v_shown := lib.family_view(split_part(p_stream, ':', 2)::bigint, p_member);
        when 'offer' then
            v_shown := lib.offer_snapshot(split_part(p_stream, ':', 2)::bigint, p_member);
        when 'plan' then
            v_shown := lib.plan_snapshot(split_part(p_stream, ':', 2)::bigint, p_member);
        when 'moderation' then
            v_shown := lib.moderation_page(split_part(p_stream, ':', 2)::bigint);
        when 'ops' then
            v_shown := row(lib.ops_health(), true, false, '{}'::bigint[])::lib.shown;
        else
            v_shown := row(jsonb_build_object('club', split_part(p_stream, ':', 2)), true, false,
                           '{}'::bigint[])::lib.shown;
    end case;
    return v_shown;
end $$;

-- stream.open   Positions and snapshots for subscriptions, one row per request; sqlstate ZC002 where there is
--               nothing by that name or it is not for this principal.  scope: of the consent that signals on it need;
--               watched: somebody else in it gave that.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.stream_open(p_who text[], p_stream text[], p_after bigint[])
returns table (idx int, sqlstate text, stream text, seq bigint, recovered boolean, snapshot jsonb,
               sys_seq bigint, subjects bigint[], scope bigint, watched boolean)
language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint;
    v_staff  bigint;
    v_name   text;
    v_kind   text;
    v_id     bigint;
    v_shown  lib.shown;
    v_may    boolean;
begin
    sys_seq := lib.sys_head();
    for i in 1 .. coalesce(cardinality(p_who), 0) loop
        idx := i;
        sqlstate := null;
        seq := null;
        recovered := null;
        snapshot := null;
        subjects := '{}';
        scope := 0;
        watched := false;
        v_member := lib.member_of(p_who[i]);
        v_staff := lib.staff_of(p_who[i]);
        v_name := p_stream[i];
        if v_name = 'me' and v_member is not null then
            v_name := 'me:' || v_member;
        end if;
        stream := v_name;
        v_may := v_name = 'ops' and exists (
            select from staff s where s.staff_id = v_staff and s.active and 'admin' = any (s.roles));
        if v_name ~ '^[a-z]{1,20}:[1-9][0-9]{0,17}$' then
            v_kind := split_part(v_name, ':', 1);
            v_id := split_part(v_name, ':', 2)::bigint;
            v_may := case v_kind
                when 'me' then v_id = v_member
                when 'club' then lib.in_club(v_member, v_id)
                when 'family' then lib.in_family(v_member, v_id)
                when 'offer' then lib.offer_streams(v_member, v_id)
                when 'plan' then lib.in_plan(v_member, v_id)
                when 'staff' then exists (
                    select from staff_club sc
                      join staff s using (staff_id)
                     where sc.staff_id = v_staff and sc.club_id = v_id and s.active)
                when 'moderation' then exists (
                    select from staff_club sc
                      join staff s using (staff_id)
                     where sc.staff_id = v_staff and sc.club_id = v_id and s.active and 'moderator' = any (s.roles))
                else false
            end;
        end if;
        if v_may is not true then
            sqlstate := 'ZC002';
            return next;
            continue;
        end if;

        seq := coalesce((select t.seq from club.stream t where t.stream = v_name), 0);
        if v_kind = 'plan' then
            select s.club, s.watched into scope, watched from lib.plan_signals(v_id, v_member) s;
        end if;
        recovered := lib.is_recoverable(v_name, p_after[i], seq);
        if not recovered then
            v_shown := lib.stream_snapshot(v_name, v_member);
            snapshot := v_shown.view;
            subjects := array_remove(v_shown.subjects, v_member);
        end if;
        return next;
    end loop;
end $$;

-- Who did it, as shown in the frame.
create function lib.actor_view(p_actor bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select case when status = 'erased' then '{"former":true}'::jsonb
                    else jsonb_build_object('member', member_id::text, 'handle', handle) end
          from member
         where member_id = p_actor);
end $$;

-- The words of one event, by its type (domain.md 16); a type that is not here has references only.
create function lib.event_view(p_event outbox, p_viewer bigint) returns lib.shown
language plpgsql stable as $$
declare
    v_id    bigint := nullif(split_part((p_event).stream, ':', 2), '')::bigint;
    v_shown lib.shown := row(null, true, false, '{}'::bigint[])::lib.shown;
begin
    case (p_event).type
        when 'points.changed', 'points.expiring', 'account.frozen' then
            if (p_event).stream like 'family:%' then
                v_shown := lib.family_points_view(v_id);
            else
                v_shown := lib.points_summary_view(v_id);
            end if;
        when 'resv.changed', 'resv.invited', 'strike.added', 'strike.changed' then
            v_shown := lib.resv_view(((p_event).refs ->> 'resv')::bigint, v_id);
        when 'card.changed' then
            v_shown := lib.card_view(v_id);
        when 'family.member' then
            v_shown := lib.family_view(((p_event).refs ->> 'family')::bigint, p_viewer);
        when 'plan.member' then
            v_shown := lib.plan_member_view((p_event).stream, (p_event).refs);
        when 'transfer.offered' then
            v_shown := lib.transfer_view(((p_event).refs ->> 'hold')::bigint);
        when 'membership.changed' then
            v_shown := lib.membership_view(v_id, ((p_event).refs ->> 'club')::bigint);
        when 'tier.changed', 'tier.warning' then
            v_shown := lib.tier_view(v_id, ((p_event).refs ->> 'club')::bigint);
        when 'club.changed' then
            v_shown := lib.club_changed_view(((p_event).refs ->> 'club')::bigint);
        when 'offer.safety' then
            v_shown := lib.offer_safety_view(((p_event).refs ->> 'offer')::bigint, ((p_event).refs ->> 'notice')::bigint);
        when 'offer.changed', 'offer.availability', 'offer.opened', 'queue.sealed', 'offer.reminder', 'early.opening' then
            v_shown := lib.offer_event_view(((p_event).refs ->> 'offer')::bigint);
        when 'plan.changed' then
            v_shown := lib.plan_event_view(((p_event).refs ->> 'plan')::bigint);
        when 'plan.comment' then
            v_shown := lib.plan_comment_view(((p_event).refs ->> 'comment')::bigint);
        when 'plan.item_changed' then
            v_shown := lib.plan_item_event_view(((p_event).refs ->> 'item')::bigint);
        when 'profile.changed' then
            v_shown := lib.profile_view(v_id);
        when 'consent.changed' then
            v_shown := lib.consent_rows_view(v_id, (p_event).refs -> 'triples');
        when 'benefit.changed' then
            v_shown := lib.benefit_changed_view(((p_event).refs ->> 'benefit')::bigint);
        when 'voucher.issued', 'voucher.changed', 'voucher.redeemed', 'voucher.expiring' then
            v_shown := lib.voucher_view(((p_event).refs ->> 'voucher')::bigint, v_id);
        when 'dsr.changed' then
            v_shown := lib.privacy_status_view(v_id);
        when 'pref.changed' then
            v_shown := lib.pref_view(v_id);
        when 'poll.changed' then
            v_shown := lib.poll_event_view(((p_event).refs ->> 'poll')::bigint, p_viewer);
        when 'plan.proposal' then
            v_shown := lib.proposal_event_view(((p_event).refs ->> 'proposal')::bigint);
        when 'post.published', 'post.edited' then
            v_shown := lib.post_view(split_part((p_event).object, ':', 2)::bigint, p_viewer);
        when 'post.comment', 'comment.changed' then
            if coalesce((p_event).refs ->> 'state', 'published') = 'published' then
                v_shown := lib.comment_view(((p_event).refs ->> 'comment')::bigint, p_viewer);
            end if;
        when 'moderation.decision' then
            v_shown := lib.moderation_statement_view(v_id, ((p_event).refs ->> 'decision')::bigint);
        when 'incident' then
            v_shown := row(lib.ops_health(), true, false, '{}'::bigint[])::lib.shown;
        when 'report.new' then
            v_shown := lib.moderation_case_view(v_id, (p_event).refs);
        when 'expense.changed' then
            v_shown := lib.expense_view(((p_event).refs ->> 'expense')::bigint);
        when 'settlement.changed' then
            v_shown := lib.settlement_view(((p_event).refs ->> 'settlement')::bigint,
                                           case when (p_event).stream like 'me:%' then v_id else p_viewer end);
        when 'waitlist.changed', 'waitlist.offered', 'waitlist.position' then
            v_shown := lib.waitlist_view(v_id, (p_event).refs);
        else
            null;
    end case;
    return v_shown;
end $$;

-- render   The words of events as their viewers may see them now; viewer 0 is the stream's common class.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.render(p_stream text[], p_seq bigint[], p_viewer bigint[])
returns table (idx int, shown boolean, redacted boolean, actor jsonb, view jsonb, subjects bigint[], sys_seq bigint)
language plpgsql stable security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_event outbox;
    v_shown lib.shown;
    v_owner text;      -- whose balance v_balance is: all its changes show the balance as it is now
    v_balance lib.shown;
begin
    sys_seq := lib.sys_head();
    for i in 1 .. coalesce(cardinality(p_stream), 0) loop
        idx := i;
        shown := false;
        redacted := false;
        actor := null;
        view := null;
        subjects := '{}';
        select o.* into v_event
          from outbox o
         where o.stream = p_stream[i] and o.seq = p_seq[i] and o.at > now() - interval '2 days';
        if not found then
            select o.* into v_event from outbox o where o.stream = p_stream[i] and o.seq = p_seq[i];
        end if;
        if found and v_event.stream <> 'sys'
           and not (v_event.stream ~ '^(club|offer):' and exists (
                select from member m
                 where m.member_id = any (v_event.subjects)
                   and m.member_id <> p_viewer[i]
                   and m.under_consent_age))
        then
            if v_event.type = 'points.changed' and v_event.stream = v_owner then
                v_shown := v_balance;
            else
                v_shown := lib.event_view(v_event, p_viewer[i]);
            end if;
            if v_event.type = 'points.changed' then
                v_owner := v_event.stream;
                v_balance := v_shown;
            end if;
            shown := v_shown.shown;
            if shown then
                view := v_shown.view;
                redacted := v_shown.redacted;
                subjects := v_shown.subjects;
                if v_event.type in ('post.published', 'post.edited') and v_event.actor is null then
                    actor := '{"staff":true}';
                elsif v_event.type <> 'post.removed' and v_event.actor is not null then
                    actor := lib.actor_view(v_event.actor);
                    if v_event.actor <> all (subjects) then
                        subjects := subjects || v_event.actor;
                    end if;
                end if;
            end if;
        end if;
        return next;
    end loop;
end $$;
