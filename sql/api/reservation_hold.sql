-- reservation_hold.sql -- reservation.hold, in sets, for the requests of one offer.
--
-- A batch takes the lock of the offer once, reads all that is sold and all that it must know of the members, decides the
-- requests one after the other in the order of arrival, each as if it had a transaction of its own, and writes them in
-- sets.  A request that does not fit is refused; it does not stop later ones, just as it would not if they came a moment
-- later.  A single call is a batch of one.

-- What a batch knows of a member.
create type lib.hold_fact as (
    idx int, member bigint, staff bigint, status text, under_18 boolean, membership text, rank int, seat_limit int,
    ttl interval, live boolean, recent bigint, persons bigint);

-- The holds of an offer that are past their end, those of p_members first; 1,000 at most.
create function lib.holds_due(p_offer bigint, p_members bigint[], p_at timestamptz) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select resv_id
          from reservation
         where offer_id = p_offer
           and state = 'held'
           and expires_at <= p_at
         order by organiser <> all (p_members), expires_at, resv_id
         limit 1000);
end $$;

-- Why those named with a hold cannot be its party; null: they can.  p_joined: all who can be named; null: the whole club.
create function lib.party_problem(p_party jsonb, p_book lib.seat_book, p_quote lib.resv_quote, p_club bigint,
                                  p_joined bigint[] default null)
returns text language plpgsql stable as $$
declare
    v_row     jsonb;
    v_at      int;
    v_member  bigint;
    v_members bigint[] := '{}';
    v_named   int[] := array_fill(0, array[cardinality(p_quote.classes)]);
begin
    for v_row in select * from jsonb_array_elements(p_party) loop
        v_at := array_position(p_quote.classes, (v_row ->> 'class')::bigint);
        v_member := (v_row ->> 'member')::bigint;
        if v_at is null then
            return 'names a class that is not among the items';
        elsif (v_member is null) = (v_row ->> 'guest' is null) then
            return 'names either a member or a guest for each seat';
        elsif v_member = any (v_members) then
            return 'names a member twice';
        elsif v_member is not null and not lib.in_club(v_member, p_club) then
            return 'names somebody who is not in the club';
        elsif v_member <> all (p_joined) then
            return 'names somebody who is not in the plan';
        end if;
        v_members := v_members || v_member;
        v_named[v_at] := v_named[v_at] + 1;
        if v_named[v_at] > p_quote.qty[v_at] * p_book.persons[array_position(p_book.classes, p_quote.classes[v_at])] then
            return 'names more persons than a class seats';
        end if;
    end loop;
    return null;
end $$;

-- Why a member cannot book seats of an offer as part of a plan, which the caller keeps as it is; null: they can.  Who votes
-- in a plan travels, and so may book; what is booked has to be on the plan.  p_action: book, or hold for the whole group.
create function lib.hold_plan_problem(p_plan bigint, p_member bigint, p_offer bigint, p_action text, out sqlstate text,
                                      out error jsonb)
language plpgsql stable as $$
declare
    v_state text := (select state from plan where plan_id = p_plan);
    v_role  text := (select role from plan_member
                      where plan_id = p_plan and member_id = p_member and state = 'joined');
begin
    if v_state is null or v_role is null then
        sqlstate := 'ZC002';
    elsif not lib.plan_can(v_role, 'planning', p_action) then
        sqlstate := 'ZC001';
    elsif not lib.plan_can(v_role, v_state, p_action) then
        sqlstate := 'ZC017';
        error := jsonb_build_object('state', v_state);
    elsif not exists (select from plan_item where plan_id = p_plan and offer_id = p_offer and deleted_at is null) then
        sqlstate := 'ZC602';
        error := '{"path":"plan","problem":"does not have the offer among its items"}';
    end if;
end $$;

-- Holds seats, in sets.  p_group: those of whole plans, by their owners, for as many persons as have joined.  Locks: keys,
-- the offer, plans that seats are for, what a waiting list needs that gets seats which ran out, points, streams.
create function lib.reservation_hold(p_who text[], p_idem text[], p_hash bytea[], p_offer bigint[], p_items jsonb[],
                                     p_points jsonb[], p_party jsonb[], p_member bigint[], p_plan bigint[],
                                     p_group boolean default false)
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    c_holds     constant int := 5;      -- a member's own within 24 hours, of one offer
    c_method    constant text := case when p_group then 'plan.group_hold' else 'reservation.hold' end;
    v_idem      lib.idem_row[] := lib.idem_begin_many(p_who, c_method, p_idem, p_hash);
    v_answers   lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_offer     offer;
    v_club      club;
    v_now       timestamptz;
    v_public    boolean;                -- the public opening is over
    v_waitlist  boolean;
    v_minutes   int;
    v_idx       int[] := '{}';          -- by request that is fresh: its place, its member, the staff who asks
    v_members   bigint[] := '{}';
    v_staff     bigint[] := '{}';
    v_agents    bigint[];
    v_plans     bigint[] := '{}';       -- what seats are asked for as part of
    v_joined    bigint[];               -- who is in the plan that seats are held for as a whole
    v_due       bigint[];
    v_book      lib.seat_book;
    v_kept      bigint[];
    v_struck    bigint[];
    v_queue     jsonb[];
    v_segments  boolean;                -- a window yet to matter is for some members of a rank alone
    v_ranks     int[] := '{-1}';        -- of these (at the first place: of the member at hand) what lib.offer_access says
    v_cap       int[] := '{null}';
    v_opens     timestamptz[];
    v_next      timestamptz[];
    v_access    record;
    v_payers    bigint[];               -- who pays in points, and what they have
    v_account   bigint[];
    v_held      bigint[];
    v_left      bigint[];
    v_frozen    boolean[];
    v_row       record;
    v_f         lib.hold_fact;
    v_no        int := 0;               -- of the fact
    v_quote     lib.resv_quote;
    v_items     jsonb;                  -- what v_quote is the price of, in money
    v_rank      int;
    v_problem   text;
    v_sqlstate  text;
    v_error     jsonb;
    v_at        int;
    v_fits      boolean;
    v_capped    boolean;
    v_ends      timestamptz;
    v_resv      lib.resv_new;
    v_new       lib.resv_new[] := '{}';
    v_new_idx   int[] := '{}';
    v_granted   bigint[] := '{}';       -- members who hold seats by this batch
    v_posts     lib.posting[] := '{}';
    v_post_idx  int[] := '{}';
    v_posted    lib.posted[];
    v_common    lib.event_row[] := '{}';    -- of nobody's request in particular
    v_own       lib.event_row[] := '{}';
    v_own_idx   int[] := '{}';
    v_events    jsonb[];
begin
    for i in 1 .. cardinality(p_who) loop
        continue when v_idem[i].fresh is distinct from true;
        if p_offer[i] <> p_offer[1] then
            raise exception 'a batch of holds is of one offer';
        end if;
        v_idx := v_idx || i;
        v_members := v_members || coalesce(p_member[i], lib.member_of(p_who[i]));
        v_staff := v_staff || lib.staff_of(p_who[i]);
        if p_plan[i] is not null then
            v_plans := v_plans || p_plan[i];
        end if;
    end loop;
    if cardinality(v_idx) = 0 then
        return lib.idem_end_many(p_who, c_method, p_idem, v_idem, v_answers);
    end if;
    select * into v_offer from offer where offer_id = p_offer[1] for no key update;
    select * into v_club from club where club_id = v_offer.club_id;
    if v_offer.offer_id is null or v_offer.state = 'draft' or v_offer.state = 'cancelled' and v_offer.announce_at is null
       or v_club.status = 'closed' then
        foreach v_at in array v_idx loop
            v_answers[v_at] := row(v_at, 'ZC002', null, null, null, null, null)::lib.batch_answer;
        end loop;
        return lib.idem_end_many(p_who, c_method, p_idem, v_idem, v_answers);
    end if;
    if cardinality(v_plans) > 0 then    -- nobody leaves them meanwhile
        perform from plan where plan_id = any (v_plans) order by plan_id for share;
    end if;
    v_now := clock_timestamp();
    v_public := v_now >= v_offer.public_open_at;
    v_waitlist := v_public and v_offer.waitlist_state = 'open';
    v_minutes := coalesce((lib.club_settings(v_club.form, v_club.settings) ->> 'hold_minutes')::int, 10);
    v_agents := array(
        select s.staff_id
          from staff s
          join staff_club c on c.staff_id = s.staff_id and c.club_id = v_offer.club_id
         where s.staff_id = any (v_staff)
           and s.active
           and 'agent' = any (s.roles));

    if v_public and exists (select from offer_queue where offer_id = v_offer.offer_id) then
        v_queue := lib.queue_passes(v_offer, v_members);
    end if;

    -- seats that ran out go to the waiting list first, what is left is public
    v_due := lib.holds_due(v_offer.offer_id, v_members, v_now);
    if cardinality(v_due) > 0 then
        perform lib.holds_end(v_due, 'expired');
        v_common := lib.waitlist_fill(v_offer.offer_id);
    end if;
    if exists (select from waitlist_entry where offer_id = v_offer.offer_id and state = 'waiting') then
        v_kept := lib.waitlist_kept(v_offer.offer_id);
    end if;
    v_book := lib.seat_book(v_offer);
    v_struck := array(select distinct member_id from strike where member_id = any (v_members));
    v_struck := array(select m from unnest(v_struck) m where lib.early_access_off(m));
    v_segments := not v_public and exists (
        select from access_window where offer_id = v_offer.offer_id and segment_id is not null);
    v_payers := array(
        select distinct m.member
          from unnest(v_members, v_idx) as m (member, idx)
         where jsonb_array_length(p_points[m.idx]) > 0
           and exists (select from member b where b.member_id = m.member and b.status = 'active'));
    if cardinality(v_payers) > 0 or cardinality(v_due) > 0 then
        perform lib.points_lock(v_payers || lib.holds_owners(v_due));
        if cardinality(v_due) > 0 then
            v_common := v_common || lib.points_events(lib.holds_points(v_due, 'job:reservations'))
                        || lib.holds_events(v_due);
        end if;
        for v_row in
            select m.no, r.account_id, r.frozen, h.account_id as held_account,
                   r.balance - coalesce((select sum(l.remaining) from point_lot l
                                          where l.account_id = r.account_id and l.live
                                            and l.expires_at <= clock_timestamp()), 0) as available
              from unnest(v_payers) with ordinality as m (owner, no)
             cross join lateral (select account_id, balance, frozen from ledger_account
                                  where cur = 'RP' and kind = 'redeemable' and club_id = 0 and owner_id = m.owner
                                    and owner_kind = 'm' offset 0) r
             cross join lateral (select account_id from ledger_account
                                  where cur = 'RP' and kind = 'held' and club_id = 0 and owner_id = m.owner
                                    and owner_kind = 'm' offset 0) h
        loop
            v_account[v_row.no] := v_row.account_id;
            v_held[v_row.no] := v_row.held_account;
            v_left[v_row.no] := v_row.available;
            v_frozen[v_row.no] := v_row.frozen;
        end loop;
    end if;

    for v_f in
        select x.idx, x.member, x.staff, m.status, m.under_18, s.status, coalesce(t.rank, 0), t.seat_limit, t.hold_ttl,
               r.live, r.recent, r.persons
          from unnest(v_idx, v_members, v_staff) with ordinality as x (idx, member, staff, no)
          left join lateral (select b.status, b.under_18 from member b where b.member_id = x.member offset 0) m on true
          left join lateral (select p.status, p.tier_id from membership p
                              where p.member_id = x.member and p.club_id = v_offer.club_id offset 0) s on true
          left join lateral (select q.rank, q.seat_limit, q.hold_ttl from tier q where q.tier_id = s.tier_id offset 0) t on true
         cross join lateral (
               select coalesce(bool_or(o.state = 'held' and o.source <> 'waitlist'), false) as live,
                      count(*) filter (where o.source = 'direct' and o.created_at > v_now - interval '24 hours') as recent,
                      coalesce(sum(o.persons) filter (where o.state in ('held', 'confirmed', 'checked_in', 'completed',
                                                                        'no_show')), 0) as persons
                 from reservation o
                -- pairs: a plan made while the table was empty may look through the whole offer instead
                where (o.organiser, o.offer_id) >= (x.member, v_offer.offer_id)
                  and (o.organiser, o.offer_id) <= (x.member, v_offer.offer_id)) r
         order by x.no
    loop
        v_no := v_no + 1;
        v_sqlstate := null;
        v_error := null;
        if v_f.staff is not null then
            if v_f.staff <> all (v_agents) then
                v_sqlstate := 'ZC001';
            elsif p_member[v_f.idx] is null then
                v_sqlstate := 'ZC602';
                v_error := '{"path":"member","problem":"must be named by staff"}';
            elsif v_f.status is null or v_f.status = 'erased' then
                v_sqlstate := 'ZC002';
            elsif v_f.membership is null or v_f.membership not in ('active', 'paused', 'lapsed') then
                v_sqlstate := 'ZC014';
            end if;
        elsif p_member[v_f.idx] <> lib.member_of(p_who[v_f.idx]) then
            v_sqlstate := 'ZC001';
        elsif v_f.status is null or v_f.status = 'erased' then
            v_sqlstate := 'ZC000';
        end if;

        if v_sqlstate is null then
            if not coalesce(v_f.membership in ('active', 'paused', 'lapsed'), false)
               or v_offer.audience <> '{}' and not lib.offer_sees(v_offer, v_f.member) then
                v_sqlstate := 'ZC002';
            elsif v_offer.state not in ('announced', 'open') or v_offer.booking_close_at <= v_now then
                v_sqlstate := 'ZC034';
            elsif v_f.status <> 'active' then
                v_sqlstate := 'ZC035';
                v_error := jsonb_build_object('status', v_f.status);
            elsif v_club.status <> 'active' then
                v_sqlstate := 'ZC017';
                v_error := jsonb_build_object('state', v_club.status);
            elsif v_f.membership <> 'active' then
                v_sqlstate := 'ZC017';
                v_error := jsonb_build_object('state', v_f.membership);
            end if;
        end if;

        if v_sqlstate is null and p_plan[v_f.idx] is not null then
            select p.sqlstate, p.error into v_sqlstate, v_error
              from lib.hold_plan_problem(p_plan[v_f.idx], v_f.member, v_offer.offer_id,
                                         case when p_group then 'hold' else 'book' end) p;
        end if;
        if v_sqlstate is null and p_group then
            v_joined := lib.plan_member_ids(p_plan[v_f.idx]);
            v_f.seat_limit := cardinality(v_joined);
        end if;

        if v_sqlstate is null then
            if v_rank is distinct from v_f.rank or v_items is distinct from p_items[v_f.idx]
               or p_points[v_f.idx] is not null then
                v_quote := lib.resv_price(v_book, v_f.rank, p_items[v_f.idx], p_points[v_f.idx]);
                v_rank := v_f.rank;
                v_items := case when p_points[v_f.idx] is null then p_items[v_f.idx] end;
            end if;
            v_problem := null;
            if v_quote.sqlstate is null and p_party[v_f.idx] is not null then
                v_problem := lib.party_problem(p_party[v_f.idx], v_book, v_quote, v_offer.club_id, v_joined);
            end if;
            if v_quote.sqlstate is not null then
                v_sqlstate := v_quote.sqlstate;
                v_error := v_quote.error;
            elsif v_problem is not null then
                v_sqlstate := 'ZC602';
                v_error := jsonb_build_object('path', 'party', 'problem', v_problem);
            elsif v_f.under_18 and v_quote.total_minor > 0 then
                v_sqlstate := 'ZC012';
            elsif v_f.live or v_f.member = any (v_granted) then
                v_sqlstate := 'ZC024';
                v_error := '{"max":1}';
            elsif v_f.recent >= c_holds and v_f.staff is null then
                v_sqlstate := 'ZC024';
                v_error := jsonb_build_object('max', c_holds);
            elsif v_f.persons + v_quote.persons > v_f.seat_limit then
                v_sqlstate := 'ZC024';
                v_error := jsonb_build_object('max', v_f.seat_limit);
            elsif v_quote.persons > 1 and v_f.member = any (v_struck) then
                v_sqlstate := 'ZC024';
                v_error := '{"max":1}';
            end if;
        end if;

        if v_sqlstate is null then
            v_at := array_position(v_ranks, v_f.rank);
            if v_segments or not v_public and v_f.member = any (v_struck) then
                v_at := 1;
            elsif v_at is null then
                v_ranks := v_ranks || v_f.rank;
                v_at := cardinality(v_ranks);
            end if;
            if v_at = 1 or v_cap[v_at] is null then
                select * into v_access from lib.offer_access(v_offer, v_f.member, v_now);
                v_cap[v_at] := v_access.cap_ppm;
                v_opens[v_at] := v_access.opens_at;
                v_next[v_at] := v_access.next_cap_at;
            end if;
            v_fits := true;
            v_capped := false;
            for l in 1 .. coalesce(cardinality(v_quote.pool_at), 0) loop
                if v_book.used[v_quote.pool_at[l]] + v_quote.pool_qty[l]
                   > v_book.capacity[v_quote.pool_at[l]]::bigint * v_cap[v_at] / 1000000 then
                    v_fits := false;
                    v_capped := v_capped or v_cap[v_at] < 1000000;
                    v_capped := v_capped and v_book.used[v_quote.pool_at[l]] + v_quote.pool_qty[l]
                                             <= v_book.capacity[v_quote.pool_at[l]];
                    exit when not v_capped;
                end if;
            end loop;
            if v_cap[v_at] = 0 then
                v_sqlstate := 'ZC021';
                v_error := jsonb_build_object('opens_at', lib.iso(v_opens[v_at]));
            elsif v_f.staff is null and v_queue[v_no] is not null then
                v_sqlstate := 'ZC022';
                v_error := v_queue[v_no];
            elsif not v_fits or v_kept && v_quote.pools then
                v_sqlstate := 'ZC009';
                v_error := jsonb_strip_nulls(jsonb_build_object(
                    'waitlist', v_waitlist, 'opens_at', case when v_capped then lib.iso(v_next[v_at]) end));
            elsif v_quote.points > 0 then
                v_at := array_position(v_payers, v_f.member);
                if v_frozen[v_at] then
                    v_sqlstate := 'ZC028';
                elsif v_left[v_at] < v_quote.points then
                    v_sqlstate := 'ZC027';
                    v_error := jsonb_build_object('have', v_left[v_at], 'need', v_quote.points);
                end if;
            end if;
        end if;
        if v_sqlstate is not null then
            v_answers[v_f.idx] := row(v_f.idx, v_sqlstate, v_error, null, null, null, null)::lib.batch_answer;
            continue;
        end if;

        v_ends := clock_timestamp() + case when v_f.staff is not null then interval '24 hours'
                                           else greatest(least(greatest(v_f.ttl, v_minutes * interval '1 minute'),
                                                               interval '30 minutes'), interval '2 minutes') end;
        v_ends := least(v_ends, v_offer.starts_at);
        v_resv := lib.resv_new_of(v_offer, v_f.member, case when v_f.staff is not null then 'staff' else 'direct' end, v_ends,
                                  p_party[v_f.idx], v_quote, p_plan[v_f.idx]);
        v_new := v_new || v_resv;
        v_new_idx := v_new_idx || v_f.idx;
        v_granted := v_granted || v_f.member;
        for l in 1 .. cardinality(v_quote.pool_at) loop
            v_book.used[v_quote.pool_at[l]] := v_book.used[v_quote.pool_at[l]] + v_quote.pool_qty[l];
        end loop;
        if v_quote.points > 0 then
            insert into point_hold (hold_id, account_id, held_account, requested_by, amount, purpose, ref_id, expires_at)
            overriding system value
            values (v_resv.point_hold, v_account[v_at], v_held[v_at], p_who[v_f.idx], v_quote.points, 'reservation',
                    v_resv.resv::text, v_ends + interval '1 hour');
            v_posts := v_posts || lib.resv_posting(p_who[v_f.idx], v_f.member, v_resv.resv, v_resv.point_hold, v_quote.points);
            v_post_idx := v_post_idx || v_f.idx;
        end if;
        v_answers[v_f.idx] := row(
            v_f.idx, null, null, jsonb_build_object(
                'reservation', v_resv.resv::text, 'state', 'held', 'expires_at', lib.iso(v_ends),
                'pay', jsonb_build_object('amount', lib.resv_money(v_quote.total_minor, v_offer.currency),
                                          'reference', v_resv.resv::text),
                'persons', v_quote.persons, 'discount_ppm', v_quote.discount_ppm,
                'total', lib.resv_money(v_quote.total_minor, v_offer.currency), 'points', v_quote.points),
            null, null, null)::lib.batch_answer;
    end loop;

    if cardinality(v_new) > 0 then
        perform lib.resv_write(v_new, 'free');
        insert into audit_log (actor, action, subject_member, detail)
        select p_who[n.idx], 'reservation.hold', n.member, jsonb_build_object('reservation', n.resv::text)
          from (select u.idx, (v_new[u.no]).member, (v_new[u.no]).resv
                  from unnest(v_new_idx) with ordinality as u (idx, no)) n
         where left(p_who[n.idx], 2) = 's:';
        if v_queue is not null then
            perform lib.queue_used(v_offer, array(select n.member from unnest(v_new) n where n.source = 'direct'));
        end if;
    end if;
    if cardinality(v_posts) > 0 then
        v_posted := lib.ledger_post(v_posts);
        v_at := 1;
        for n in 1 .. cardinality(v_posted) loop    -- an expiry goes with what was posted last
            v_at := greatest(v_at, v_posted[n].post);
            v_own_idx := v_own_idx || v_post_idx[v_at];
        end loop;
        v_own := lib.points_events(v_posted);
    end if;
    if cardinality(v_new) > 0 or cardinality(v_due) > 0 then
        v_common := v_common || lib.offer_pulse(v_offer.offer_id);
        v_own := v_own || array(
            select lib.event('me:' || n.member, 'resv.changed', 'svc.resv', lib.resv_refs(n.resv, 'held', n.expires_at),
                             p_object => 'resv:' || n.resv, p_key => 'resv:' || n.resv)
              from unnest(v_new) n);
        v_own_idx := v_own_idx || v_new_idx;
        if p_group then
            v_own := v_own || array(
                select lib.plan_changed(p, n.member) from unnest(v_new) n join plan p on p.plan_id = n.plan order by n.resv);
            v_own_idx := v_own_idx || v_new_idx;
        end if;
        if cardinality(v_new) = 0 then      -- no answer carries them: every tail reads them
            perform set_config('clubhub.origin', '', true);
            perform lib.emit_all(v_common);
        else
            v_common := v_common || v_own;
            v_events := lib.emit_each(v_common,
                array_fill(v_new_idx[1], array[cardinality(v_common) - cardinality(v_own)]) || v_own_idx);
            foreach v_at in array v_new_idx loop
                v_answers[v_at].events := v_events[v_at];
            end loop;
        end if;
    end if;
    return lib.idem_end_many(p_who, c_method, p_idem, v_idem, v_answers);
end $$;

-- reservation.hold   Holds seats of an offer for a while, all that was asked for or nothing.
--   who    member, agent (for a member of the club, for 24 hours)
--   raises ZC001 for somebody else, an agent of another club; ZC002 no such offer, or not for the member; ZC009 sold out
--          {"waitlist", "opens_at"?}; ZC012 a child with money to pay; ZC014 an agent for no member of the club; ZC017
--          membership paused or lapsed, club frozen; ZC021 not open yet {"opens_at"}; ZC022 the queue goes first; ZC024 one
--          live hold, five in 24 hours, the seats of the tier, one seat after four strikes {"max"}; ZC027 not enough points;
--          ZC028 frozen; ZC034 closed; ZC035 not active; ZC602 items, points, party, an agent that names nobody.  For a
--          plan also: ZC001 its viewers; ZC002 no such plan of the member's; ZC017 the plan's state; ZC602 the offer is not
--          on it
--   emits  resv.changed, points.changed on me; offer.availability; what the waiting list has to tell
create function api.reservation_hold(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_items jsonb,
                                     p_points jsonb, p_party jsonb, p_member bigint, p_plan bigint default null)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.reservation_hold(
        array[p_who], array[p_idem], array[p_hash], array[p_offer], array[p_items], array[p_points], array[p_party],
        array[p_member], array[p_plan]));
end $$;

create function api.reservation_hold_many(p_who text[], p_idem text[], p_hash bytea[], p_offer bigint[], p_items jsonb[],
                                          p_points jsonb[], p_party jsonb[], p_member bigint[],
                                          p_plan bigint[] default '{}')
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.reservation_hold(p_who, p_idem, p_hash, p_offer, p_items, p_points, p_party, p_member, p_plan));
end $$;
