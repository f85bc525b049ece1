-- queue_draw.sql -- the lottery of an on-sale queue and what follows it: sealing, opening, admission (domain.md 9.6).
--
-- The order of early tickets hangs on two things only: the seed, whose hash was published with the announcement, and the
-- sealed list, whose count and hash are published before the seed is.  A list is sealed once (sealed_at) and drawn once
-- (opened_at), each under the lock of the queue and in a transaction of its own; whatever dies in between, the next run
-- comes to the same order.

-- What is published of a list before the draw: SHA-256 of the numbers, ascending, joined by commas.
create function lib.queue_sha256(p_tickets bigint[]) returns bytea language sql immutable as $$
    select sha256(convert_to(coalesce(string_agg(t::text, ',' order by t), ''), 'UTF8')) from unnest(p_tickets) t
$$;

-- The order of early tickets: ascending HMAC-SHA256 of the number under the seed.
create function lib.queue_order(p_seed bytea, p_tickets bigint[]) returns table (ticket_id bigint, place bigint)
language sql immutable as $$
    select t, row_number() over (order by club.hmac(convert_to(t::text, 'UTF8'), p_seed, 'sha256'), t)
      from unnest(p_tickets) t
$$;

-- An event of the stream of an offer.
create function lib.queue_offer_event(p_offer bigint, p_type text, p_refs jsonb) returns lib.event_row
language plpgsql stable as $$
begin
    return (
        select lib.event('offer:' || o.offer_id, p_type, 'svc.feed',
                         jsonb_build_object('offer', o.offer_id::text) || p_refs, p_audience => lib.offer_audience(o),
                         p_object => 'offer:' || o.offer_id)
          from offer o
         where o.offer_id = p_offer);
end $$;

-- Closes the list of early tickets; later ones get their places behind it as they come.  The queue is locked.
create function lib.queue_seal(p_queue offer_queue) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_early bigint[];
    v_later bigint;
begin
    v_early := array(select ticket_id from queue_ticket
                      where offer_id = p_queue.offer_id and early order by ticket_id);
    insert into queue_draw (offer_id, ticket_id) select p_queue.offer_id, t from unnest(v_early) t;
    update queue_ticket t
       set place = cardinality(v_early) + n.no
      from (select ticket_id, row_number() over (order by ticket_id) as no
              from queue_ticket
             where offer_id = p_queue.offer_id
               and not early) n
     where t.ticket_id = n.ticket_id;
    get diagnostics v_later = row_count;
    update offer_queue
       set sealed_at = clock_timestamp(), early_count = cardinality(v_early), early_sha256 = lib.queue_sha256(v_early),
           last_place = cardinality(v_early) + v_later
     where offer_id = p_queue.offer_id;
    return array[lib.queue_offer_event(p_queue.offer_id, 'queue.sealed', jsonb_build_object(
        'count', cardinality(v_early), 'sha256', encode(lib.queue_sha256(v_early), 'hex')))];
end $$;

-- Draws: reveals the seed, gives the early tickets their places and begins to admit.  The queue is locked, sealed and not
-- drawn.
create function lib.queue_draw(p_queue offer_queue) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_seed  bytea := decode(lib.pii_open(p_queue.seed_enc), 'hex');
    v_early bigint[] := array(select ticket_id from queue_draw where offer_id = p_queue.offer_id);
    v_now   timestamptz := clock_timestamp();
begin
    update queue_ticket t
       set place = o.place
      from lib.queue_order(v_seed, v_early) o
     where t.ticket_id = o.ticket_id;
    insert into queue_gap (offer_id, place)
    select p_queue.offer_id, o.place
      from lib.queue_order(v_seed, v_early) o
     where not exists (select from queue_ticket t where t.ticket_id = o.ticket_id and t.state = 'queued');
    update offer_queue
       set seed = v_seed, opened_at = v_now, ticked_at = v_now, from_at = v_now, since_at = v_now
     where offer_id = p_queue.offer_id;
    return array[lib.queue_offer_event(p_queue.offer_id, 'offer.opened', jsonb_build_object('seed', encode(v_seed, 'hex')))];
end $$;

-- The next step of an offer whose public opening has come: first its list is sealed, then, in a later transaction, the
-- seed is revealed and the offer opens.  The offer is locked.  An offer without a queue opens at once; one that is paused
-- is drawn when it goes on.
create function lib.queue_open(p_offer bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_offer  offer := lib.offer_lock(p_offer);
    v_queue  offer_queue;
    v_events lib.event_row[];
begin
    if v_offer.state not in ('announced', 'open') or clock_timestamp() < v_offer.public_open_at then
        return '{}';
    end if;
    select * into v_queue from offer_queue where offer_id = p_offer for no key update;
    if found and v_queue.sealed_at is null then
        return lib.queue_seal(v_queue);
    elsif found and v_queue.opened_at is null then
        v_events := lib.queue_draw(v_queue);
    elsif v_offer.state = 'announced' then
        v_events := array[lib.queue_offer_event(p_offer, 'offer.opened', '{"seed":null}')];
    end if;
    update offer set state = 'open', version = version + 1 where offer_id = p_offer and state = 'announced';
    return coalesce(v_events, '{}');
end $$;

-- admission -----------------------------------------------------------------------------------------------

-- Sets tickets to a state and tells their members at once.
create function lib.queue_move(p_queue offer_queue, p_tickets bigint[], p_state text, p_until timestamptz default null)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_events lib.event_row[];
begin
    with moved as (
        update queue_ticket t
           set state = p_state, admitted_until = coalesce(p_until, t.admitted_until), told_at = clock_timestamp()
         where t.ticket_id = any (p_tickets)
        returning t as ticket
    )
    select array_agg(lib.queue_event(p_queue, m.ticket) order by (m.ticket).ticket_id) into v_events from moved m;
    return coalesce(v_events, '{}');
end $$;

-- Ends what was admitted and not used in time; at most 500 at a time.
create function lib.queue_expire(p_queue offer_queue) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_now timestamptz := clock_timestamp();     -- a variable, because an index is not searched by what may change
begin
    return lib.queue_move(p_queue, array(
        select ticket_id
          from queue_ticket
         where offer_id = p_queue.offer_id
           and state = 'admitted'
           and admitted_until <= v_now
         order by admitted_until
         limit 500), 'expired');
end $$;

-- Admits whose turn has come since ticked_at, at most 500 at a time; who may no longer see the offer is passed over.
-- Counts the rate anew every 30 seconds, and from now on where nobody was left to admit.
create function lib.queue_admit(p_offer offer, p_queue offer_queue, out queue offer_queue, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_now   timestamptz := clock_timestamp();
    v_due   int := least(500, floor(extract(epoch from v_now - p_queue.ticked_at) * p_queue.rate));
    v_next  bigint[];
    v_sees  bigint[];
    v_front bigint;
    v_empty boolean;
begin
    queue := p_queue;
    events := '{}';
    if v_due < 1 then
        return;
    end if;
    select array_agg(n.ticket_id), array_agg(n.ticket_id) filter (where lib.offer_sees(p_offer, n.member_id)), max(n.place)
      into v_next, v_sees, v_front
      from (select ticket_id, member_id, place
              from queue_ticket
             where offer_id = p_queue.offer_id
               and state = 'queued'
               and place > p_queue.front
             order by place
             limit v_due) n;
    v_empty := coalesce(cardinality(v_next), 0) < v_due;
    if v_next is null and v_now - p_queue.ticked_at < interval '1 second' then
        return;
    end if;
    update offer_queue q
       set front = coalesce(v_front, q.front),
           admitted = q.admitted + coalesce(cardinality(v_sees), 0),
           ticked_at = case when v_empty then v_now
                            else q.ticked_at + cardinality(v_next) * interval '1 second' / q.rate end,
           from_at = case when v_empty then v_now when v_now >= q.since_at + interval '30 seconds' then q.since_at else q.from_at end,
           from_admitted = case when v_empty then q.admitted + coalesce(cardinality(v_sees), 0)
                                when v_now >= q.since_at + interval '30 seconds' then q.since_admitted
                                else q.from_admitted end,
           since_at = case when v_empty or v_now >= q.since_at + interval '30 seconds' then v_now else q.since_at end,
           since_admitted = case when v_empty or v_now >= q.since_at + interval '30 seconds'
                                 then q.admitted + coalesce(cardinality(v_sees), 0) else q.since_admitted end
     where q.offer_id = p_queue.offer_id
    returning * into queue;
    if v_next is not null then
        delete from queue_gap where offer_id = p_queue.offer_id and place <= queue.front;
        events := lib.queue_move(queue, v_sees, 'admitted', v_now + interval '10 minutes')
                  || lib.queue_move(queue, array(select t from unnest(v_next) t where t <> all (coalesce(v_sees, '{}'))), 'expired');
    end if;
end $$;

-- Tells those who wait where they stand, from the front to the end, at most 250 at a time: a round begins 10 seconds
-- after the one before, and passes over who was told something since.
create function lib.queue_tell(p_queue offer_queue) returns lib.event_row[] language plpgsql volatile as $$
declare
    c_many   constant int := 250;
    v_now    timestamptz := clock_timestamp();
    v_place  bigint := greatest(p_queue.told_place, p_queue.front);
    v_next   bigint[];
    v_last   bigint;
    v_events lib.event_row[];
begin
    if p_queue.told_place is null then
        if v_now < p_queue.round_at + interval '10 seconds' then
            return '{}';
        end if;
        v_place := p_queue.front;
    end if;
    select array_agg(n.ticket_id), max(n.place)
      into v_next, v_last
      from (select ticket_id, place
              from queue_ticket
             where offer_id = p_queue.offer_id
               and state = 'queued'
               and place > v_place
             order by place
             limit c_many) n;
    update offer_queue
       set told_place = case when cardinality(v_next) = c_many then v_last end,
           round_at = case when p_queue.told_place is null or p_queue.round_at is null then v_now else p_queue.round_at end
     where offer_id = p_queue.offer_id;
    with told as (
        update queue_ticket t
           set told_at = v_now
         where t.ticket_id = any (v_next)
           and t.told_at <= v_now - interval '10 seconds'
        returning t as ticket
    )
    select array_agg(lib.queue_event(p_queue, t.ticket)) into v_events from told t;
    return coalesce(v_events, '{}');
end $$;

-- One turn of an open queue.  What the clock ran while nothing could be held (the offer was paused, no hub ran) is given
-- back to those who were admitted; of admissions that were missed then, those of ten seconds are made up for.
create function lib.queue_turn(p_offer offer, p_queue offer_queue) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_lost   interval := clock_timestamp() - p_queue.ticked_at - interval '10 seconds';
    v_events lib.event_row[];
    v_admit  record;
begin
    if v_lost > interval '0' then
        update queue_ticket
           set admitted_until = admitted_until + v_lost
         where offer_id = p_queue.offer_id
           and state = 'admitted';
        p_queue.ticked_at := p_queue.ticked_at + v_lost;
        update offer_queue
           set ticked_at = p_queue.ticked_at, from_at = clock_timestamp(), since_at = clock_timestamp(),
               from_admitted = admitted, since_admitted = admitted
         where offer_id = p_queue.offer_id
        returning * into p_queue;
    end if;
    v_events := lib.queue_expire(p_queue);
    v_admit := lib.queue_admit(p_offer, p_queue);
    return v_events || v_admit.events || lib.queue_tell(v_admit.queue);
end $$;

-- The end of a queue whose offer takes no more bookings: at most 500 tickets at a time.
create function lib.queue_end(p_queue offer_queue) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_live bigint[] := array(
        select ticket_id from queue_ticket
         where offer_id = p_queue.offer_id and state in ('queued', 'admitted')
         order by ticket_id
         limit 500);
begin
    if v_live = '{}' then
        update offer_queue set ended_at = clock_timestamp() where offer_id = p_queue.offer_id;
    end if;
    return lib.queue_move(p_queue, v_live, 'expired');
end $$;

-- Emits what nobody's answer carries: without putting it together.
create function lib.queue_emit(p_events lib.event_row[]) returns void language plpgsql volatile as $$
begin
    if cardinality(p_events) > 0 then
        perform lib.emit_rows(p_events);
    end if;
end $$;

-- The job: every queue whose time has come takes its next step, openings first and by themselves.  A queue in which nobody
-- waits has a turn every five seconds, so that ticked_at tells whether a hub runs.
create function lib.queue_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_now    timestamptz := clock_timestamp();
    v_offer  offer;
    v_queue  offer_queue;
    v_ids    bigint[];
    v_id     bigint;
    v_events lib.event_row[] := '{}';
begin
    v_ids := array(
        select q.offer_id
          from offer_queue q
          join offer o on o.offer_id = q.offer_id
         where q.ended_at is null
           and q.opened_at is null
           and o.public_open_at <= v_now
           and o.state in ('announced', 'open')
         order by q.offer_id
         limit 20);
    if v_ids <> '{}' then
        perform lib.offer_lock(o) from unnest(v_ids) o;
        foreach v_id in array v_ids loop
            v_events := v_events || lib.queue_open(v_id);
        end loop;
        perform lib.queue_emit(v_events);
        return cardinality(v_events);
    end if;

    v_ids := array(
        select q.offer_id
          from offer_queue q
          join offer o on o.offer_id = q.offer_id
         where q.ended_at is null
           and (o.state in ('closed', 'running', 'done', 'cancelled')
                or o.state = 'open'
                   and (q.ticked_at < v_now - interval '5 seconds'
                        or exists (select from queue_ticket t
                                    where t.offer_id = q.offer_id and t.state = 'queued' and t.place > q.front)
                        or exists (select from queue_ticket t
                                    where t.offer_id = q.offer_id and t.state = 'admitted'
                                      and t.admitted_until <= v_now)))
         order by q.offer_id
         limit 20);
    foreach v_id in array v_ids loop
        v_queue := lib.queue_lock(v_id);
        select * into v_offer from offer where offer_id = v_id;
        if v_offer.state = 'open' and v_queue.opened_at is not null then
            v_events := v_events || lib.queue_turn(v_offer, v_queue);
        elsif v_offer.state in ('closed', 'running', 'done', 'cancelled') then
            v_events := v_events || lib.queue_end(v_queue);
        end if;
    end loop;
    perform lib.queue_emit(v_events);
    return cardinality(v_events);
end $$;

-- queue.proof ---------------------------------------------------------------------------------------------

-- May who calls see this offer?  Guests: those for everybody, of clubs that are listed.
create function lib.queue_proof_sees(p_who text, p_offer offer) returns boolean language plpgsql stable as $$
begin
    if lib.member_of(p_who) is not null then
        return lib.offer_sees(p_offer, lib.require_member(p_who, true));
    end if;
    return p_offer.state <> 'draft'
           and p_offer.audience = '{}'
           and exists (select from club c where c.club_id = p_offer.club_id and lib.club_is_listed(c));
end $$;

-- queue.proof   What anybody needs to work the order of the early tickets out again: the hash from the announcement, the
--               sealed list page by page, and the seed once it is revealed.
--   who    guest, member
--   raises ZC002 no such offer for who calls; ZC017 it has no queue; ZC602 cursor
--   emits  –
create function api.queue_proof(p_who text, p_offer bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_limit int := coalesce(p_limit, 1000);
    v_offer offer;
    v_view  jsonb;
    v_early bigint[];
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select * into v_offer from offer where offer_id = p_offer;
    if not found or not lib.queue_proof_sees(p_who, v_offer) then
        perform lib.refuse('ZC002');
    end if;
    v_view := lib.queue_view(v_offer);
    if v_view is null then
        perform lib.refuse('ZC017', '{"state":"no_queue"}');
    end if;
    v_early := array(
        select ticket_id
          from queue_draw
         where offer_id = p_offer
           and ticket_id > coalesce(p_cursor, '0')::bigint
         order by ticket_id
         limit v_limit + 1);
    return lib.done(v_view - '{joins_from,rate}'::text[] || jsonb_build_object(
        'offer', p_offer::text, 'early', lib.ids(v_early[:v_limit]),
        'cursor', case when cardinality(v_early) > v_limit then v_early[v_limit]::text end));
end $$;
