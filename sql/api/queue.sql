-- queue.sql -- the on-sale queue of an offer (domain.md 9.6): joining, leaving, where one stands, what holds ask of it.
--
-- The row of offer_queue is the lock of its tickets.  Places are given once: to early tickets by the draw, to later ones
-- as they come, behind them.  A position is the place less those that have had their turn (front) and those ahead that
-- left (queue_gap), so it never grows.
--
-- Tickets of members are looked for with "offer_id + 0": a member has few, an offer thousands, and a plan made while the
-- table was empty knows neither.

-- Gives an offer its queue: a seed of 256 bits, kept sealed until the draw, whose hash everybody sees from now on.
-- offer.announce calls it, under the lock of the offer, when it was created with queue {"mode": "always", "rate"}; a
-- rate of null: 50 a second.  Once.
create function lib.queue_make(p_offer bigint, p_rate int default null) returns void language plpgsql volatile as $$
declare
    v_seed bytea := club.gen_random_bytes(32);
begin
    insert into offer_queue (offer_id, seed_hash, seed_enc, rate)
    values (p_offer, sha256(v_seed), lib.pii_seal(encode(v_seed, 'hex')), coalesce(p_rate, 50));
end $$;

-- Locks the queue of an offer; refuses ZC002 where the offer has none.
create function lib.queue_lock(p_offer bigint) returns offer_queue language plpgsql volatile as $$
declare
    v_queue offer_queue;
begin
    select * into v_queue from offer_queue where offer_id = p_offer for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_queue;
end $$;

-- From when on one may join.
create function lib.queue_joins_from(p_offer offer) returns timestamptz language sql immutable as
$$ select (p_offer).public_open_at - interval '15 minutes' $$;

-- What everybody may know of the queue of an offer, as offer.get shows it; null: it has none.
create function lib.queue_view(p_offer offer) returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'joins_from', lib.iso(lib.queue_joins_from(p_offer)), 'rate', q.rate,
                   'seed_hash', encode(q.seed_hash, 'hex'), 'sealed_at', lib.iso(q.sealed_at), 'count', q.early_count,
                   'sha256', encode(q.early_sha256, 'hex'), 'seed', encode(q.seed, 'hex'))
          from offer_queue q
         where q.offer_id = (p_offer).offer_id);
end $$;

-- where one stands ----------------------------------------------------------------------------------------

create function lib.queue_position(p_queue offer_queue, p_place bigint) returns bigint language plpgsql stable as $$
begin
    return p_place - (p_queue).front
           - (select count(*)
                from queue_gap
               where offer_id = (p_queue).offer_id
                 and place > (p_queue).front
                 and place < p_place);
end $$;

-- Tickets admitted per second: as measured while others wait, as configured before there is a measure.
create function lib.queue_rate(p_queue offer_queue) returns numeric language sql stable as $$
    select case when clock_timestamp() - (p_queue).from_at >= interval '1 second'
                then ((p_queue).admitted - (p_queue).from_admitted) / extract(epoch from clock_timestamp() - (p_queue).from_at)
                else (p_queue).rate end
$$;

-- Seconds until a position has its turn, rounded up to 30; null: not known, before the draw and while nothing moves.
create function lib.queue_estimate(p_queue offer_queue, p_position bigint) returns bigint language sql stable as $$
    select case when (p_queue).opened_at is not null and p_position is not null and lib.queue_rate(p_queue) > 0
                then least(86400, ceil(p_position / lib.queue_rate(p_queue) / 30) * 30)::bigint end
$$;

-- A ticket as answers, snapshots and events show it.
create function lib.queue_ticket_view(p_queue offer_queue, p_ticket queue_ticket) returns jsonb
language plpgsql stable as $$
declare
    v_position bigint;
begin
    if (p_ticket).state = 'queued' and (p_ticket).place is not null then
        v_position := lib.queue_position(p_queue, (p_ticket).place);
    end if;
    return jsonb_build_object(
        'offer', (p_ticket).offer_id::text, 'ticket', (p_ticket).ticket_id::text, 'early', (p_ticket).early,
        'state', (p_ticket).state, 'position', v_position, 'estimate_s', lib.queue_estimate(p_queue, v_position),
        'admitted_until', case when (p_ticket).state = 'admitted' then lib.iso((p_ticket).admitted_until) end);
end $$;

-- Tells a member where a ticket stands, as p_ticket shows it.  The newest says it all.
create function lib.queue_told(p_member bigint, p_ticket jsonb) returns lib.event_row language sql immutable as $$
    select lib.event('me:' || p_member, 'queue.position', 'svc.resv', p_ticket, p_key => 'queue:' || (p_ticket ->> 'offer'))
$$;

create function lib.queue_event(p_queue offer_queue, p_ticket queue_ticket) returns lib.event_row
language plpgsql stable as $$
begin
    return lib.queue_told((p_ticket).member_id, lib.queue_ticket_view(p_queue, p_ticket));
end $$;

-- The live tickets of a member, for the snapshot of me.
create function lib.queue_tickets(p_member bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(lib.queue_ticket_view(q, t) order by t.ticket_id), '[]')
          from queue_ticket t
          join offer_queue q on q.offer_id = t.offer_id
         where t.member_id = p_member
           and t.state in ('queued', 'admitted'));
end $$;

-- what holds ask ------------------------------------------------------------------------------------------

-- May these members hold seats of an offer now, as far as its queue goes?  By member: null, or the detail of QUEUE
-- (ZC022).  For holds whose source is direct, under the lock of the offer; locks the queue.
create function lib.queue_passes(p_offer offer, p_members bigint[]) returns jsonb[] language plpgsql volatile as $$
declare
    v_queue offer_queue;
begin
    if clock_timestamp() < (p_offer).public_open_at then
        return array_fill(null::jsonb, array[cardinality(p_members)]);
    end if;
    select * into v_queue from offer_queue where offer_id = (p_offer).offer_id for no key update;
    if not found then
        return array_fill(null::jsonb, array[cardinality(p_members)]);
    end if;
    return array(
        select case when t.state = 'admitted' and t.admitted_until > clock_timestamp() then null
                    else jsonb_build_object('ticket', t.ticket_id::text,
                                            'position', case when t.state = 'queued' then lib.queue_position(v_queue, t.place) end)
               end
          from unnest(p_members) with ordinality m (member_id, no)
          left join lateral (select x.ticket_id, x.state, x.place, x.admitted_until
                               from queue_ticket x
                              where x.offer_id + 0 = (p_offer).offer_id
                                and x.member_id = m.member_id
                                and x.state in ('queued', 'admitted')
                             offset 0) t on true
         order by m.no);
end $$;

-- Their tickets have served: called for those whose hold was granted, after lib.queue_passes in the same transaction.
create function lib.queue_used(p_offer offer, p_members bigint[]) returns void language plpgsql volatile as $$
begin
    update queue_ticket
       set state = 'used'
     where offer_id + 0 = (p_offer).offer_id
       and member_id = any (p_members)
       and state = 'admitted';
end $$;

-- queue.join ----------------------------------------------------------------------------------------------

-- One request on its way to a ticket.
create type lib.queue_ask as (idx int, offer bigint, member bigint, sqlstate text, error jsonb);

-- Why each of these requests for one offer may not join, if so; nothing is locked.
create function lib.queue_join_asks(p_idem lib.idem_row[], p_who text[], p_offer bigint[], p_id bigint)
returns lib.queue_ask[] language plpgsql stable as $$
declare
    v_offer offer;
    v_state text;           -- why nobody may join
    v_error jsonb;
begin
    select * into v_offer from offer where offer_id = p_id;
    if v_offer.state in ('closed', 'running', 'done', 'cancelled') or v_offer.booking_close_at <= clock_timestamp() then
        v_state := 'ZC034';
    elsif not exists (select from offer_queue where offer_id = p_id) then
        v_state := 'ZC017';
        v_error := '{"state":"no_queue"}';
    elsif clock_timestamp() < lib.queue_joins_from(v_offer) then
        v_state := 'ZC021';
        v_error := jsonb_build_object('opens_at', lib.iso(lib.queue_joins_from(v_offer)));
    end if;
    return array(
        select row(a.idx, p_id, a.member,
                   case when a.status is null or a.status = 'erased' then 'ZC000'
                        when a.status <> 'active' then 'ZC035'
                        when not a.sees then 'ZC002'
                        when a.membership <> 'active' then 'ZC017'
                        else v_state end,
                   case when a.status <> 'active' then jsonb_build_object('status', a.status)
                        when not a.sees then null
                        when a.membership <> 'active' then jsonb_build_object('state', a.membership)
                        else v_error end)::lib.queue_ask
          from (select u.idx::int, u.member,
                       (select m.status from member m where m.member_id = u.member) as status,
                       (select s.status from membership s
                         where s.club_id = v_offer.club_id and s.member_id = u.member) as membership,
                       coalesce(v_offer.offer_id is not null and lib.offer_sees(v_offer, u.member), false) as sees
                  from (select w.idx, lib.member_of(w.who) as member
                          from unnest(p_who, p_offer) with ordinality as w (who, offer, idx)
                         where w.offer = p_id
                           and (p_idem[w.idx]).fresh) u
                offset 0) a
         order by a.idx);
end $$;

-- Makes tickets for members who have no live one, in the order given; the queue is locked.  Early is who joins before
-- the opening by the clock of the database, and before the list is sealed.  Returns the queue as it is then.
create function lib.queue_add(p_offer offer, p_queue offer_queue, p_members bigint[]) returns offer_queue
language plpgsql volatile as $$
declare
    v_early boolean := p_queue.sealed_at is null and clock_timestamp() < p_offer.public_open_at;
    v_count bigint;
begin
    insert into queue_ticket (ticket_id, offer_id, member_id, early, place)
    select nextval('club.queue_ticket_id'), p_offer.offer_id, n.member, v_early,
           case when p_queue.sealed_at is not null then p_queue.last_place + n.no end
      from (select m.member, row_number() over (order by min(m.no)) as no
              from unnest(p_members) with ordinality as m (member, no)
             group by m.member
             order by min(m.no)) n;
    get diagnostics v_count = row_count;
    if p_queue.sealed_at is not null then
        update offer_queue
           set last_place = last_place + v_count
         where offer_id = p_offer.offer_id
        returning * into p_queue;
    end if;
    return p_queue;
end $$;

-- What became of one: the ticket as it is shown; told: it is new.
create type lib.queue_joined as (idx int, sqlstate text, error jsonb, member bigint, ticket jsonb, told boolean);

-- Gives tickets of one offer for p_asks, one per member: who has a live one gets that again.  Locks the queue.
create function lib.queue_join_offer(p_asks lib.queue_ask[], p_id bigint) returns lib.queue_joined[]
language plpgsql volatile as $$
declare
    c_tickets constant int := 10;       -- of a member for one offer, ever
    v_queue   offer_queue := lib.queue_lock(p_id);
    v_offer   offer;
    v_new     bigint[];
    v_full    bigint[];
begin
    select * into v_offer from offer where offer_id = p_id;
    select array_agg(a.member order by a.idx) filter (where a.known < c_tickets),
           array_agg(a.member) filter (where a.known >= c_tickets)
      into v_new, v_full
      from (select u.idx, u.member, t.known, t.has
              from unnest(p_asks) u
             cross join lateral (select count(*) as known, coalesce(bool_or(x.state in ('queued', 'admitted')), false) as has
                                   from queue_ticket x
                                  where x.offer_id + 0 = p_id
                                    and x.member_id = u.member
                                 offset 0) t
             where u.offer = p_id
               and u.sqlstate is null) a
     where not a.has;
    if v_new is not null then
        v_queue := lib.queue_add(v_offer, v_queue, v_new);
    end if;
    return array(
        select row(u.idx, case when (t.ticket).ticket_id is null then 'ZC024' end,
                   case when (t.ticket).ticket_id is null then jsonb_build_object('max', c_tickets) end, u.member,
                   case when (t.ticket).ticket_id is not null then lib.queue_ticket_view(v_queue, t.ticket) end,
                   (t.ticket).ticket_id is not null and u.member = any (v_new) and u.idx = min(u.idx) over (partition by u.member)
               )::lib.queue_joined
          from unnest(p_asks) u
          left join lateral (select x as ticket from queue_ticket x
                              where x.offer_id + 0 = p_id
                                and x.member_id = u.member
                                and x.state in ('queued', 'admitted')
                             offset 0) t on true
         where u.offer = p_id
           and u.sqlstate is null);
end $$;

create function lib.queue_join_many(p_who text[], p_idem text[], p_hash bytea[], p_offer bigint[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_idem    lib.idem_row[] := lib.idem_begin_many(p_who, 'queue.join', p_idem, p_hash);
    v_asks    lib.queue_ask[] := '{}';
    v_joined  lib.queue_joined[];
    v_id      bigint;
    v_told    lib.event_row[];
    v_to      int[];
    v_events  jsonb[];
begin
    for v_id in select distinct o from unnest(p_offer) o order by o loop
        v_asks := v_asks || lib.queue_join_asks(v_idem, p_who, p_offer, v_id);
    end loop;
    v_joined := array(select row(a.idx, a.sqlstate, a.error, null, null, null)::lib.queue_joined
                        from unnest(v_asks) a where a.sqlstate is not null);
    for v_id in select distinct a.offer from unnest(v_asks) a where a.sqlstate is null order by a.offer loop
        v_joined := v_joined || lib.queue_join_offer(v_asks, v_id);
    end loop;
    select array_agg(lib.queue_told(j.member, j.ticket) order by j.idx), array_agg(j.idx order by j.idx)
      into v_told, v_to
      from unnest(v_joined) j
     where j.told;
    v_events := lib.emit_each(v_told, v_to);
    return lib.idem_end_many(p_who, 'queue.join', p_idem, v_idem, array(
        select row(n.i, j.sqlstate, j.error, j.ticket, v_events[n.i], null, null)::lib.batch_answer
          from generate_series(1, cardinality(p_who)) n (i)
          left join unnest(v_joined) j on j.idx = n.i
         order by n.i));
end $$;

-- queue.join   A ticket for the on-sale queue of an offer, from 15 minutes before its public opening on; again: the same.
--   who    member
--   raises ZC002 no such offer for the caller; ZC017 the offer has no queue, or the membership is not active {"state"};
--          ZC021 before that {"opens_at"}; ZC024 the tenth ticket for it; ZC034 booking is over; ZC035 not active
--   emits  queue.position on me:<member>
create function api.queue_join(p_who text, p_idem text, p_hash bytea, p_offer bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.queue_join_many(array[p_who], array[p_idem], array[p_hash], array[p_offer]));
end $$;

create function api.queue_join_many(p_who text[], p_idem text[], p_hash bytea[], p_offer bigint[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query select * from unnest(lib.queue_join_many(p_who, p_idem, p_hash, p_offer));
end $$;

-- queue.leave, queue.status -------------------------------------------------------------------------------

-- Gives up the live ticket of a member, if there is one; the queue is locked.  Before the list is sealed nothing is left of
-- a ticket; after that it stays, so that the draw can be checked.
create function lib.queue_quit(p_queue offer_queue, p_member bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_ticket queue_ticket;
begin
    select * into v_ticket
      from queue_ticket
     where offer_id + 0 = p_queue.offer_id
       and member_id = p_member
       and state in ('queued', 'admitted');
    if not found then
        return '{}';
    end if;
    if p_queue.sealed_at is null then
        delete from queue_ticket where ticket_id = v_ticket.ticket_id;
    else
        update queue_ticket set state = 'left' where ticket_id = v_ticket.ticket_id;
        if v_ticket.state = 'queued' and v_ticket.place is not null then
            insert into queue_gap (offer_id, place) values (p_queue.offer_id, v_ticket.place);
        end if;
    end if;
    v_ticket.state := 'left';
    return array[lib.queue_event(p_queue, v_ticket)];
end $$;

-- queue.leave   Gives a ticket up.
--   who    member
--   raises ZC002 the caller has no ticket for it
--   emits  queue.position on me:<member>
create function api.queue_leave(p_who text, p_idem text, p_hash bytea, p_offer bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'queue.leave', p_idem, p_hash);
    v_member bigint;
    v_events lib.event_row[];
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_member := lib.require_member(p_who, true);
    v_events := lib.queue_quit(lib.queue_lock(p_offer), v_member);
    if v_events = '{}' then
        perform lib.refuse('ZC002');
    end if;
    return lib.idem_end(p_who, 'queue.leave', p_idem, lib.done(
        jsonb_build_object('offer', p_offer::text, 'ticket', (v_events[1]).refs -> 'ticket', 'state', 'left'),
        lib.emit_all(v_events)));
end $$;

-- queue.status   Where the queue of an offer stands, and the caller's latest ticket in it.
--   who    member
--   raises ZC002 no such offer for the caller; ZC017 the offer has no queue
--   emits  –
create function api.queue_status(p_who text, p_offer bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who, true);
    v_offer  offer;
    v_queue  offer_queue;
    v_ticket queue_ticket;
begin
    select * into v_offer from offer where offer_id = p_offer;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    select * into v_ticket
      from queue_ticket
     where offer_id + 0 = p_offer
       and member_id = v_member
     order by ticket_id + 0 desc
     limit 1;
    if v_ticket.ticket_id is null and not lib.offer_sees(v_offer, v_member) then
        perform lib.refuse('ZC002');
    end if;
    select * into v_queue from offer_queue where offer_id = p_offer;
    if not found then
        perform lib.refuse('ZC017', '{"state":"no_queue"}');
    end if;
    return lib.done(lib.queue_view(v_offer) || jsonb_build_object(
        'offer', p_offer::text, 'opens_at', lib.iso(v_offer.public_open_at), 'opened_at', lib.iso(v_queue.opened_at),
        'ticket', case when v_ticket.ticket_id is not null then lib.queue_ticket_view(v_queue, v_ticket) end));
end $$;
