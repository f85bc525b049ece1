-- The on-sale queue: joining, the draw with the vector of domain.md 19.3, admission, positions, what holds ask.
begin;
\ir noun.psql
select plan(91);
set local enable_seqscan = off;

-- Offer 8700 opens in an hour, in club 8001; 8701 has no queue; 8702 is the one of the vector.
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at, public_open_at,
                   booking_close_at, name_deadline, currency, state)
select o, 8001, 'trip', 'Fjords', 'Open', now() + interval '60 days', now() + interval '62 days', now() - interval '1 day',
       now() + interval '1 hour', now() + interval '50 days', now() + interval '55 days', 'EUR', 'announced'
  from generate_series(8700, 8703) o;
insert into member (member_id, status, handle) select m, 'active', 'q' || m from generate_series(87001, 87400) m;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8001, 8051, 'active', 8061, now() from generate_series(87001, 87400) m;

create function pg_temp.queue(p_offer bigint) returns offer_queue language sql as
$$ select * from offer_queue where offer_id = p_offer $$;
create function pg_temp.join(p_member bigint, p_offer bigint default 8700) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'queue_join', p_offer::text) $$;
create function pg_temp.said(p_reply jsonb) returns jsonb language sql as
$$ select p_reply - '{_events,_sys,_subjects}'::text[] $$;
create function pg_temp.opens_in(p_offer bigint, p_in interval) returns void language sql as
$$ update offer set public_open_at = clock_timestamp() + p_in where offer_id = p_offer $$;
-- Lets the queue run as if so much time had gone by since its last turn.
create function pg_temp.turn(p_offer bigint, p_after interval) returns bigint language plpgsql as $$
begin
    update offer_queue set ticked_at = clock_timestamp() - p_after where offer_id = p_offer;
    return lib.queue_run();
end $$;
create function pg_temp.standing(p_offer bigint) returns text language sql as $$
    select string_agg(ticket_id || ':' || state || case when state = 'queued' then coalesce(':' || lib.queue_position(pg_temp.queue(p_offer), place), '') else '' end, ' ' order by place, ticket_id)
      from queue_ticket where offer_id = p_offer and state in ('queued', 'admitted')
$$;
create function pg_temp.told(p_type text, p_stream text) returns jsonb language sql as $$
    select refs from outbox where type = p_type and stream = p_stream order by seq desc limit 1
$$;

-- the announcement
select lib.queue_make(8700, null);
select is((pg_temp.queue(8700)).rate, 50, 'fifty a second where nothing else is said');
select is((select sha256(decode(lib.pii_open(seed_enc), 'hex')) from offer_queue where offer_id = 8700),
          (pg_temp.queue(8700)).seed_hash, 'what is published is the hash of what is sealed');
select is((select length(lib.pii_open(seed_enc)) from offer_queue where offer_id = 8700), 64, '256 bits');
select is((pg_temp.queue(8700)).seed, null, 'and the seed is not there to be read');
select throws_ok('select lib.queue_make(8700, null)', '23505', null, 'an offer has one seed');
select lib.queue_make(8703, 20);
select isnt((pg_temp.queue(8703)).seed_hash, (pg_temp.queue(8700)).seed_hash, 'each its own');

-- who may join, and when
select is(pg_temp.join(8201), jsonb_build_object('refused', 'ZC021', 'opens_at', lib.iso(public_open_at - interval '15 minutes')),
          'an hour before it is too early') from offer where offer_id = 8700;
select pg_temp.opens_in(8700, interval '14 minutes');
select is(pg_temp.join(8201, 8701), '{"refused":"ZC017","state":"no_queue"}', 'an offer without a queue');
select is(pg_temp.join(8201, 999), '{"refused":"ZC002"}', 'no offer');
select is(pg_temp.join(8207), '{"refused":"ZC002"}', 'not one for who is not in the club');
select is(pg_temp.join(8208), '{"refused":"ZC035","status":"suspended"}', 'suspended');
select is(pg_temp.join(8203), '{"refused":"ZC017","state":"paused"}', 'a membership that is paused');
create temp table first as select pg_temp.join(8201) as said;
select is((select pg_temp.said(said) - 'ticket' from first),
          '{"offer":"8700","early":true,"state":"queued","position":null,"estimate_s":null,"admitted_until":null}',
          'a ticket, without a position before the draw');
select is((select said -> '_events' -> 0 ->> 'type' from first), 'queue.position', 'other devices are told');
create temp table again as select pg_temp.join(8201) as said;
select is((select said ->> 'ticket' from again), (select said ->> 'ticket' from first), 'again: the same ticket');
select is((select said -> '_events' from again), 'null', 'and nobody is told again');

-- a batch: two requests of one member, one who may not, one who is new
create temp table batch as
select * from api.queue_join_many('{m:8202,m:8208,m:8202,m:8204}', '{batch-0001,batch-0002,batch-0003,batch-0004}', '{aa,bb,cc,dd}',
                                  '{8700,8700,8700,8700}');
select is((select array_agg(sqlstate order by idx) from batch), '{null,ZC035,null,null}', 'each is decided by itself');
select is((select count(distinct reply ->> 'ticket') from batch where reply is not null), 2::bigint, 'two requests of one member: one ticket');
select is((select array_agg(events is not null order by idx) from batch), '{t,f,f,t}', 'and one event');
select ok((select (reply ->> 'ticket')::bigint from batch where idx = 1) < (select (reply ->> 'ticket')::bigint from batch where idx = 4),
          'numbers in the order of arrival');
select is((select count(*) from api.queue_join_many(array(select 'm:' || m from generate_series(87001, 87200) m),
                                                    array(select 'many-' || m from generate_series(87001, 87200) m),
                                                    array_fill('\xaa'::bytea, '{200}'), array_fill(8703::bigint, '{200}'))
            where sqlstate = 'ZC021'), 200::bigint, 'two hundred at once, too early for that one');
select pg_temp.opens_in(8703, interval '10 minutes');
select is((select count(distinct reply ->> 'ticket')
             from api.queue_join_many(array(select 'm:' || m from generate_series(87001, 87200) m),
                                      array(select 'some-' || m from generate_series(87001, 87200) m),
                                      array_fill('\xaa'::bytea, '{200}'), array_fill(8703::bigint, '{200}'))
            where sqlstate is null), 200::bigint, 'and in time');
select is((select stream || (refs ->> 'state') from outbox where stream = 'me:87007'), 'me:87007queued', 'each is told');

-- leaving before the list is sealed leaves nothing
select is(pg_temp.said(pg_temp.call('m:8204', 'queue_leave', '8700')) - 'ticket', '{"offer":"8700","state":"left"}', 'left');
select is(pg_temp.told('queue.position', 'me:8204') ->> 'state', 'left', 'as other devices see');
select is(pg_temp.call('m:8204', 'queue_leave', '8700'), '{"refused":"ZC002"}', 'not twice');
select is((select count(*) from queue_ticket where member_id = 8204), 0::bigint, 'nothing is left of it');

-- the vector of domain.md 19.3
select setval('queue_ticket_id', greatest(nextval('queue_ticket_id'), 2000)) \g /dev/null
insert into offer_queue (offer_id, seed_hash, seed_enc, rate)
select 8702, sha256(s), lib.pii_seal(encode(s, 'hex')), 1 from (select decode(repeat('00', 31) || '01', 'hex') as s) v;
insert into queue_ticket (ticket_id, offer_id, member_id, early)
select t, 8702, 87000 + t - 1000, t < 1016 from unnest('{1004,1002,1001,1003,1016}'::bigint[]) t;
select is(encode((pg_temp.queue(8702)).seed_hash, 'hex'), 'ec4916dd28fc4c10d78e287ca5d9cc51ee1ae73cbfde08c6b37324cbfaac8bc5', 'its hash');
select is(lib.queue_run(), 0::bigint, 'nothing happens before its time');
select pg_temp.opens_in(8702, interval '0');
select is(lib.queue_run(), 1::bigint, 'at T');
select is(pg_temp.told('queue.sealed', 'offer:8702'),
          '{"offer":"8702","count":4,"sha256":"d052b9e51d7a3b709b8ab5297e2be6d3d648f07ef17ae6c7cb83adb12de7680e"}', 'first the list is sealed');
select is((select row(q.seed, q.opened_at, o.state)::text from offer_queue q join offer o using (offer_id) where offer_id = 8702),
          '(,,announced)', 'and nothing is revealed');
select is(pg_temp.told('offer.opened', 'offer:8702'), null, 'not even in an event');
select is((select string_agg(ticket_id || '=' || place, ',') from queue_ticket where offer_id = 8702 and place is not null), '1016=5',
          'who came late has a place behind them all');
select pg_temp.opens_in(8702, interval '1 minute');     -- whatever becomes of the opening
select is(pg_temp.said(pg_temp.call('m:87050', 'queue_join', '8702')) - 'ticket',
          '{"offer":"8702","early":false,"state":"queued","position":6,"estimate_s":null,"admitted_until":null}',
          'who joins after the sealing is behind, and not early');
select pg_temp.opens_in(8702, interval '0');
select pg_temp.call('m:87050', 'queue_leave', '8702') \g /dev/null
select is(lib.queue_run(), 1::bigint, 'then the draw');
select is(pg_temp.told('offer.opened', 'offer:8702') ->> 'seed', repeat('00', 31) || '01', 'the seed is revealed');
select is((select state from offer where offer_id = 8702), 'open', 'and the offer is open');
select is((select array_agg(ticket_id order by place) from queue_ticket where offer_id = 8702 and state <> 'left'),
          '{1003,1004,1001,1002,1016}', 'in the order of the vector');
select is((select is_place from (select array_agg(place order by place) as is_place from queue_gap where offer_id = 8702) g), '{6}',
          'who left keeps a place that nobody waits at');
select is((select array_agg(place order by place) from lib.queue_order(decode(repeat('00', 31) || '01', 'hex'), '{1001,1002,1003,1004,1016}')
            where ticket_id in (1003, 1016)), '{1,2}', 'had 1016 been early it would be second');

select is(lib.queue_run(), 0::bigint, 'nobody is drawn twice');

-- admission by the clock: a ticket a second
select is(pg_temp.standing(8702), '1003:queued:1 1004:queued:2 1001:queued:3 1002:queued:4 1016:queued:5', 'positions after the draw');
select is(pg_temp.turn(8702, interval '0.9 s') >= 0, true, 'before a second is over');
select is(pg_temp.standing(8702), '1003:queued:1 1004:queued:2 1001:queued:3 1002:queued:4 1016:queued:5', 'nobody is admitted');
select is(pg_temp.turn(8702, interval '2.5 s') > 0, true, 'two and a half seconds on');
select is(pg_temp.standing(8702), '1003:admitted 1004:admitted 1001:queued:1 1002:queued:2 1016:queued:3', 'two are, and the half is kept');
select cmp_ok(extract(epoch from clock_timestamp() - ticked_at), '<', 1.0, 'as what is left of the time') from offer_queue where offer_id = 8702;
select cmp_ok(extract(epoch from clock_timestamp() - ticked_at), '>=', 0.5, 'no less') from offer_queue where offer_id = 8702;
select is((select admitted from offer_queue where offer_id = 8702), 2::bigint, 'counted');
select is((pg_temp.told('queue.position', 'me:87003') - 'admitted_until'),
          '{"offer":"8702","ticket":"1003","early":true,"state":"admitted","position":null,"estimate_s":null}', 'they are told at once');
select ok((select admitted_until between clock_timestamp() + interval '9 minutes' and clock_timestamp() + interval '10 minutes'
             from queue_ticket where ticket_id = 1003), 'for ten minutes');

-- what holds ask
select is(lib.queue_passes(o, '{87003,87001,87099}'),
          array[null, '{"ticket":"1001","position":1}'::jsonb, '{"ticket":null,"position":null}'], 'QUEUE but for who is admitted')
  from offer o where offer_id = 8702;
select is(lib.queue_passes(o, '{87003,87001}'), array[null, null]::jsonb[], 'not where there is no queue')
  from offer o where offer_id = 8701;
select is(lib.queue_passes(o, '{8202}'), array[null]::jsonb[], 'not before the public opening') from offer o where offer_id = 8700;
select lib.queue_used(o, '{87003}') from offer o where offer_id = 8702;
select is(lib.queue_passes(o, '{87003}'), array['{"ticket":null,"position":null}'::jsonb], 'a ticket serves once')
  from offer o where offer_id = 8702;

-- leaving in the middle: those behind move up, those ahead stay
select pg_temp.call('m:87002', 'queue_leave', '8702') \g /dev/null
select is(pg_temp.standing(8702), '1004:admitted 1001:queued:1 1016:queued:2', 'positions only fall');

-- who may no longer see the offer is passed over; a turn that is not used in time is over
update membership set status = 'expelled' where member_id = 87001;   -- who has a ticket of 8703, too
update queue_ticket set admitted_until = clock_timestamp() where ticket_id = 1004;
select is(lib.queue_passes(o, '{87004}'), array['{"ticket":"1004","position":null}'::jsonb], 'not after its time, whether or not the job has run')
  from offer o where offer_id = 8702;
select pg_temp.turn(8702, interval '1 s') \g /dev/null
select is((select string_agg(ticket_id || ':' || state, ' ' order by ticket_id) from queue_ticket where offer_id = 8702 and ticket_id between 1001 and 1016),
          '1001:expired 1002:left 1003:used 1004:expired 1016:queued', 'passed over, and expired');
select is(pg_temp.told('queue.position', 'me:87004') ->> 'state', 'expired', 'and told');
select is(pg_temp.said(pg_temp.join(87004, 8702)) - 'ticket',
          '{"offer":"8702","early":false,"state":"queued","position":2,"estimate_s":30,"admitted_until":null}', 'who comes back queues again, at the end');

-- late turns lose nothing; a pause gives its time back
select pg_temp.opens_in(8703, interval '0');
select lib.queue_run(), lib.queue_run() \g /dev/null
create temp table drawn as select ticket_id, place from queue_ticket where offer_id = 8703;
select is((select count(distinct place) from drawn where place between 1 and 200), 200::bigint, 'two hundred places');
select is((select array_agg(ticket_id order by place) from drawn),
          (select array_agg(o.ticket_id order by o.place) from offer_queue q, lib.queue_order(q.seed, array(select ticket_id from drawn)) o
            where q.offer_id = 8703), 'as anybody works them out');
select pg_temp.turn(8703, interval '3 s') \g /dev/null
select is((select count(*) from queue_ticket where offer_id = 8703 and state <> 'queued'), 60::bigint, 'three seconds late, twenty a second: sixty');
create temp table held as select ticket_id, admitted_until from queue_ticket where offer_id = 8703 and state = 'admitted';
select pg_temp.turn(8703, interval '1 hour') \g /dev/null
select is((select count(*) from queue_ticket where offer_id = 8703 and state = 'admitted'), 199::bigint,
          'after an hour in which nothing ran, no more than ten seconds'' worth');
select ok((select bool_and(t.admitted_until - h.admitted_until between interval '59 minutes' and interval '60 minutes')
             from held h join queue_ticket t using (ticket_id)), 'and nobody''s turn ran out meanwhile');

-- the proof

create function pg_temp.proof(p_who text, p_limit bigint default null, p_cursor text default null, p_offer bigint default 8703)
returns jsonb language sql as
$$ select pg_temp.said(pg_temp.try(format('select * from api.queue_proof(%L, %s, %L, %L)', p_who, p_offer, p_limit, p_cursor))) $$;
select is(pg_temp.proof('g', null, null, 8702) - 'sealed_at',
          '{"offer":"8702","count":4,"sha256":"d052b9e51d7a3b709b8ab5297e2be6d3d648f07ef17ae6c7cb83adb12de7680e","cursor":null,
            "seed_hash":"ec4916dd28fc4c10d78e287ca5d9cc51ee1ae73cbfde08c6b37324cbfaac8bc5","early":["1001","1002","1003","1004"],
            "seed":"0000000000000000000000000000000000000000000000000000000000000001"}', 'for anybody, and who left is still in the list');
select is(pg_temp.proof('g', null, null, 8700) - 'seed_hash', '{"offer":"8700","count":null,"sha256":null,"cursor":null,"sealed_at":null,"early":[],"seed":null}',
          'before the sealing neither list nor seed');
select is((select pg_temp.proof('m:8201', 150) -> 'early') || (pg_temp.proof('m:8201', 150, pg_temp.proof('m:8201', 150) ->> 'cursor') -> 'early'),
          pg_temp.proof('m:8201') -> 'early', 'in pages');
select is(pg_temp.proof('m:8207'), '{"refused":"ZC002"}', 'members: who sees the offer');
update offer set audience = '{"min_rank":1}' where offer_id = 8703;
select is(pg_temp.proof('g'), '{"refused":"ZC002"}', 'guests: what is for everybody');
select is(pg_temp.proof('g', null, 'x', 8702), '{"refused":"ZC602","path":"cursor","problem":"is not one of ours"}', 'a cursor of another kind');

-- status, and the snapshot of me
create function pg_temp.status(p_member bigint, p_offer bigint) returns jsonb language sql as
$$ select pg_temp.said(pg_temp.try(format('select * from api.queue_status(%L, %s)', 'm:' || p_member, p_offer))) $$;
select is(pg_temp.status(8201, 8701), '{"refused":"ZC017","state":"no_queue"}', 'no queue');
select is(pg_temp.status(8207, 8700), '{"refused":"ZC002"}', 'not seen');
select is(pg_temp.status(8206, 8700) -> 'ticket', 'null', 'no ticket');
select is(pg_temp.status(87004, 8702) -> 'ticket' ->> 'position', '2', 'the latest ticket');
select is((lib.stream_snapshot('me:87004', 87004)).view -> 'tickets' -> -1 ->> 'position', '2', 'also in the snapshot');
select is((lib.stream_snapshot('me:87001', 87001)).view -> 'tickets', '[]', 'live ones only');

-- positions, whatever happens: 1, 2, 3 … without holes, and no ticket's ever grows
select pg_temp.opens_in(8700, interval '0');
select lib.queue_run(), lib.queue_run() \g /dev/null
update offer_queue set rate = 1 where offer_id = 8700;
insert into queue_ticket (ticket_id, offer_id, member_id, early, place)
select nextval('queue_ticket_id'), 8700, m, false, (select last_place from offer_queue where offer_id = 8700) + m - 87300
  from generate_series(87301, 87400) m;
update offer_queue set last_place = last_place + 100 where offer_id = 8700;
-- How many are told where they stand by one turn in which nobody is admitted.
create function pg_temp.told_by_turn() returns bigint language plpgsql as $$
declare
    v_before bigint := (select count(*) from outbox where type = 'queue.position');
begin
    perform pg_temp.turn(8700, interval '0');
    return (select count(*) from outbox where type = 'queue.position') - v_before;
end $$;
select is(pg_temp.told_by_turn(), 0::bigint, 'who was told a moment ago is not told again');
update queue_ticket set told_at = told_at - interval '9 seconds' where offer_id = 8700;
update offer_queue set round_at = round_at - interval '11 seconds' where offer_id = 8700;
select is(pg_temp.told_by_turn(), 0::bigint, 'nor nine seconds on');
update queue_ticket set told_at = told_at - interval '2 seconds' where offer_id = 8700;
select is(pg_temp.told_by_turn(), 0::bigint, 'a round begins ten seconds after the one before');
update offer_queue set round_at = round_at - interval '11 seconds' where offer_id = 8700;
select is(pg_temp.told_by_turn(), (select count(*) from queue_ticket where offer_id = 8700 and state = 'queued'), 'then everybody is told');
select is((pg_temp.told('queue.position', 'me:87400') -> 'position')::bigint,
          (select count(*) from queue_ticket where offer_id = 8700 and state = 'queued'), 'the last one that all are ahead');
delete from queue_ticket where offer_id = 8700 and member_id > 87300;
update offer_queue set last_place = last_place - 100 where offer_id = 8700;
create temp table seen (ticket bigint primary key, position bigint);
create function pg_temp.walk(p_steps int) returns text language plpgsql as $$
declare
    v_grown bigint;
    v_holes bigint;
begin
    perform setseed(0.7);
    for i in 1 .. p_steps loop
        case floor(random() * 4)
            when 0 then perform pg_temp.turn(8700, random() * 4 * interval '1 s');
            when 1 then perform pg_temp.call('m:' || 87001 + floor(random() * 60)::int, 'queue_leave', '8700');
            else perform pg_temp.join(87001 + floor(random() * 60)::int, 8700);
        end case;
        select count(*) filter (where n.position > s.position), count(*) filter (where n.position <> n.no)
          into v_grown, v_holes
          from (select t.ticket_id, lib.queue_position(q, t.place) as position, row_number() over (order by t.place) as no
                  from queue_ticket t join offer_queue q using (offer_id)
                 where t.offer_id = 8700 and t.state = 'queued') n
          left join seen s on s.ticket = n.ticket_id;
        if v_grown > 0 or v_holes > 0 then
            return format('step %s: %s grew, %s with holes before them', i, v_grown, v_holes);
        end if;
        delete from seen;
        insert into seen select t.ticket_id, lib.queue_position(q, t.place)
                           from queue_ticket t join offer_queue q using (offer_id) where t.offer_id = 8700 and t.state = 'queued';
    end loop;
    return 'whole';
end $$;
select is(pg_temp.walk(400), 'whole', 'positions have no holes and only fall, over joins, leaves and admissions');
select cmp_ok(count(*), '>', 10::bigint, 'of many ' || s) from unnest('{admitted,left}'::text[]) s
  left join queue_ticket t on t.state = s and t.offer_id = 8700 group by s;
insert into queue_ticket (ticket_id, offer_id, member_id, early, state)
select nextval('queue_ticket_id'), 8700, 87300, false, 'left' from generate_series(1, 10);
select is(pg_temp.join(87300), '{"refused":"ZC024","max":10}', 'ten tickets of a member for an offer, ever');

-- the end: booking is over
update offer set state = 'closed' where offer_id in (8702, 8703);
select cmp_ok(lib.queue_run(), '>', 200::bigint, 'all live tickets end');
select is((select count(*) from queue_ticket where offer_id in (8702, 8703) and state in ('queued', 'admitted')), 0::bigint, 'all of them');
select is(pg_temp.join(8201, 8702), '{"refused":"ZC034"}', 'and there are no more');
select lib.queue_run() \g /dev/null
select is((select count(*) from offer_queue where ended_at is not null), 2::bigint, 'the job forgets the queue');

select * from finish();
rollback;
