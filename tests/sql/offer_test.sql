-- Offers: who sees them, when they open for whom, what is left, and what managers do with them.
begin;
\i tests/sql/noun.psql
select no_plan();

insert into staff (staff_id, login, roles) values (8310, 'o-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8310, 8001);
insert into segment (segment_id, club_id, name, rule, basis) values (8500, 8001, 'Sailors', '{}', 'manual'), (8502, 8001, 'Cooks', '{}', 'manual'), (8501, 8002, 'Others', '{}', 'manual');
insert into segment_member (segment_id, member_id) values (8500, 8202), (8502, 8201);
update tier set early_lead = interval '2 days' where tier_id = 8071;

-- A draft with what differs from a plain one.
create function pg_temp.offer_create(p_more jsonb default '{}') returns jsonb language plpgsql as $$
declare
    v jsonb := jsonb_build_object(
        'club', 8001, 'kind', 'trip', 'title', 'Fjords', 'organiser_name', 'Fjord Lines',
        'starts_at', now() + interval '60 days', 'ends_at', now() + interval '65 days',
        'public_open_at', now() + interval '7 days', 'booking_close_at', now() + interval '50 days',
        'pools', '[{"code":"all","capacity":100},{"code":"cabins","capacity":40}]'::jsonb,
        'classes', '[{"code":"single","title":"Single","price":{"minor":10000,"cur":"EUR"},"points_price":500,"pools":["all"]},
                     {"code":"double","title":"Double","persons":2,"price":{"minor":30000,"cur":"EUR"},"pools":["all","cabins"]}]'::jsonb)
        || p_more;
begin
    return pg_temp.try(format(
        'select * from api.offer_create(%L, %L, %L, %s, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
        's:8310', pg_temp.key(), sha256('x'), v ->> 'club', v ->> 'category', v ->> 'kind', v ->> 'title', v ->> 'organiser_name',
        v ->> 'body', v ->> 'starts_at', v ->> 'ends_at', v ->> 'audience', v ->> 'public_open_at', v ->> 'booking_close_at',
        v ->> 'name_deadline', v ->> 'waitlist_cap', v ->> 'currency', v ->> 'points_allowed', v ->> 'cancel_policy',
        v ->> 'pools', v ->> 'classes', v ->> 'windows', v ->> 'steps', v ->> 'queue'));
end $$;
create function pg_temp.offer_announce(p_offer text, p_base int default 1) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.offer_announce(%L, %L, %L, %s, %s)', 's:8310', pg_temp.key(), sha256('a'),
                              p_offer, p_base));
$$;
create function pg_temp.get(p_who text, p_offer text) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.offer_get(%L, %s)', p_who, p_offer)) $$;

-- writing one ------------------------------------------------------------------------------------------------

select pg_temp.offer_create('{"category":8101}') as o \gset
select :'o'::jsonb ->> 'offer' as id \gset
select is(:'o'::jsonb ->> 'state', 'draft', 'a draft');
select is(pg_temp.get('m:8201', :'id') ->> 'refused', 'ZC002', 'which members do not see');
select is(pg_temp.offer_create('{"ends_at":"2020-01-01"}') ->> 'path', 'ends_at', 'dates in their order');
select pg_temp.offer_announce(:'id') as a \gset
select is(:'a'::jsonb ->> 'state', 'announced', 'announced');

select is(lib.offer_sees(o, 8201), true, 'for members of the club') from offer o where offer_id = :id;
select is(lib.offer_sees(o, 8207), false, 'for nobody else') from offer o where offer_id = :id;

-- when it opens ----------------------------------------------------------------------------------------------

select is(array(select row(min_rank, public_open_at - w.opens_at, cum_cap_ppm)::text from access_window w join offer using (offer_id) where offer_id = :id),
          array['(1,"2 days",1000000)'], 'a window for each tier with a lead');
select is((select (cap_ppm, opens_at - public_open_at, next_cap_at - public_open_at)::text from offer o, lib.offer_access(o, 8201, now()) where offer_id = :id),
          '(0,00:00:00,00:00:00)', 'the first tier waits for the public opening');
select is((select (cap_ppm, opens_at - public_open_at, next_cap_at - public_open_at)::text from offer o, lib.offer_access(o, 8204, now()) where offer_id = :id),
          '(0,"-2 days","-2 days")', 'the second opens earlier');
select is((select (cap_ppm, next_cap_at)::text from offer o, lib.offer_access(o, 8204, now() + interval '5 days') where offer_id = :id),
          '(1000000,)', 'whole');
select is((select cap_ppm from offer o, lib.offer_access(o, 8201, public_open_at) where offer_id = :id), 1000000, 'and then everybody');
select is((select cap_ppm from offer o, lib.offer_access(o, 8207, public_open_at) where offer_id = :id), 0, 'of the club');
insert into access_window (window_id, offer_id, min_rank, segment_id, opens_at, closes_at, cum_cap_ppm)
select 8590, offer_id, 0, 8500, now() - interval '1 day', now() + interval '1 day', 400000 from offer where offer_id = :id
union all
select 8591, offer_id, 0, 8500, now() + interval '2 days', null, 300000 from offer where offer_id = :id
union all
select 8592, offer_id, 0, 8500, now() - interval '3 days', now() - interval '2 days', 900000 from offer where offer_id = :id;
select is((select (cap_ppm, opens_at - now(), next_cap_at - public_open_at)::text from offer o, lib.offer_access(o, 8202, now()) where offer_id = :id),
          '(400000,"-1 days",00:00:00)', 'a window for a segment, to its cap; one that is over does not count, nor one that reaches less far');
select is((select (cap_ppm, opens_at - now(), next_cap_at - now())::text from offer o, lib.offer_access(o, 8202, now() + interval '1 day') where offer_id = :id),
          '(0,"2 days","2 days")', 'until it closes');
insert into strike (strike_id, member_id, resv_id) select 8700 + n, 8202, n from generate_series(1, 4) n;
select is((select (cap_ppm, opens_at - public_open_at, next_cap_at - public_open_at)::text from offer o, lib.offer_access(o, 8202, now()) where offer_id = :id),
          '(0,00:00:00,00:00:00)', 'strikes leave the public opening only');
select is((select cap_ppm from offer o, lib.offer_access(o, 8202, public_open_at) where offer_id = :id), 1000000, 'but that whole');
delete from strike;

-- what is refused --------------------------------------------------------------------------------------------

select is((select array_agg(t.path || ' ' || (r ->> 'path') order by t.no) from (values
    (1, 'title', '{"title":" "}'), (2, 'organiser_name', '{"organiser_name":" "}'),
    (3, 'booking_close_at', '{"booking_close_at":"2026-01-01"}'), (4, 'starts_at', '{"starts_at":"2026-01-01"}'),
    (5, 'name_deadline', '{"name_deadline":"2100-01-01"}'), (6, 'ends_at', '{"ends_at":"2199-01-01"}'),
    (7, 'currency', '{"currency":"eur"}'), (8, 'category', '{"category":8102}'),
    (9, 'audience.min_rank', '{"audience":{"min_rank":7}}'), (10, 'audience.segments', '{"audience":{"segments":["8501"]}}'),
    (11, 'cancel_policy', '{"cancel_policy":[{"hours_before":24,"refund_ppm":5},{"hours_before":48,"refund_ppm":4}]}'),
    (12, 'cancel_policy', '{"cancel_policy":[{"hours_before":24,"refund_ppm":5},{"hours_before":24,"refund_ppm":5}]}'),
    (13, 'pools[1].code', '{"pools":[{"code":"all","capacity":1},{"code":"all ","capacity":1}]}'),
    (14, 'classes[0].pools', '{"classes":[{"code":"a","title":"A","pools":["none"]}]}'),
    (15, 'classes[1].code', '{"classes":[{"code":"a","title":"A","pools":["all"]},{"code":"a","title":"A","pools":["all"]}]}'),
    (16, 'classes[0].title', '{"classes":[{"code":"a","title":" ","pools":["all"]}]}'),
    (17, 'classes[0].price.cur', '{"classes":[{"code":"a","title":"A","price":{"minor":1,"cur":"NOK"},"pools":["all"]}]}'),
    (18, 'windows[0].min_rank', '{"windows":[{"min_rank":5,"opens_at":"2026-01-01"}]}'),
    (19, 'windows[0].segment', '{"windows":[{"min_rank":0,"segment":"8501","opens_at":"2026-01-01"}]}'),
    (20, 'windows[0].opens_at', '{"windows":[{"min_rank":0,"opens_at":"2098-01-01"}]}'),
    (21, 'windows[1].closes_at', '{"windows":[{"min_rank":0,"opens_at":"2026-01-01"},{"min_rank":0,"opens_at":"2026-01-02","closes_at":"2026-01-02"}]}'),
    (22, 'steps[0].min_party', '{"steps":[{"min_party":1,"discount_ppm":1}]}'),
    (23, 'steps[0].min_rank', '{"steps":[{"min_party":1,"min_rank":4,"discount_ppm":1}]}'),
    (24, 'steps[1].min_party', '{"steps":[{"min_party":3,"discount_ppm":1},{"min_party":3,"min_rank":0,"discount_ppm":2}]}'))
    t (no, path, more), lateral (select pg_temp.offer_create(more::jsonb) as r offset 0) c where r ->> 'refused' = 'ZC602' and r ->> 'path' = path),
    array['title title', 'organiser_name organiser_name', 'booking_close_at booking_close_at', 'starts_at starts_at', 'name_deadline name_deadline',
          'ends_at ends_at', 'currency currency', 'category category', 'audience.min_rank audience.min_rank',
          'audience.segments audience.segments', 'cancel_policy cancel_policy', 'cancel_policy cancel_policy', 'pools[1].code pools[1].code',
          'classes[0].pools classes[0].pools', 'classes[1].code classes[1].code', 'classes[0].title classes[0].title',
          'classes[0].price.cur classes[0].price.cur', 'windows[0].min_rank windows[0].min_rank', 'windows[0].segment windows[0].segment',
          'windows[0].opens_at windows[0].opens_at', 'windows[1].closes_at windows[1].closes_at', 'steps[0].min_party steps[0].min_party',
          'steps[0].min_rank steps[0].min_rank', 'steps[1].min_party steps[1].min_party'], 'each by its name');
select is((select count(*) from offer), 1::bigint, 'and nothing written');

-- closed ones ------------------------------------------------------------------------------------------------

-- Announces an offer for an audience and returns its number.
create function pg_temp.closed(p_audience jsonb) returns bigint language plpgsql as $$
declare
    v jsonb := pg_temp.offer_create(jsonb_build_object('category', 8101, 'audience', p_audience));
begin
    return (pg_temp.offer_announce(v ->> 'offer') ->> 'offer')::bigint;
end $$;
create function pg_temp.see(p_offer bigint) returns text language sql as $$
    select string_agg(m::text, ' ' order by m) from generate_series(8201, 8208) m, offer o where o.offer_id = p_offer and lib.offer_sees(o, m)
$$;
create function pg_temp.agrees(p_offer bigint) returns boolean language sql as $$
    select bool_and(lib.gate_offer(p_offer, m) = lib.offer_sees(o, m)
                    and (o.audience = '{}' or p_offer = any (lib.offers_closed(m)) = lib.offer_sees(o, m))
                    and lib.offer_streams(m, p_offer) = lib.offer_sees(o, m)
                    and lib.offer_stream_names(m) ? ('offer:' || p_offer) = lib.offer_sees(o, m))
      from generate_series(8201, 8208) m, offer o where o.offer_id = p_offer
$$;
select pg_temp.closed('{"min_rank":1}') as ranked, pg_temp.closed('{"segments":["8500"]}') as sailors,
       pg_temp.closed('{"invite_only":true,"segments":["8500"]}') as invited, pg_temp.closed('{"min_age":18}') as adults,
       pg_temp.closed('{"min_rank":0,"invite_only":false,"segments":[]}') as everybody \gset
select is(pg_temp.see(:ranked), '8204', 'a rank');
select is(array(select o.refs from outbox o where o.stream = 'sys' and o.refs - 'all' - 'reload' = '{}' order by o.seq)::jsonb[],
          array['{"all":true}', '{"reload":["8202"]}', '{"reload":["8202"]}', '{"all":true}', '{"all":true}']::jsonb[], 'gates learn of each');
select is(pg_temp.see(:sailors), '8202', 'a segment');
select is(pg_temp.see(:adults), '8201 8202 8203 8204 8206 8208', 'an age');
select is(pg_temp.see(:everybody), '8201 8202 8203 8204 8205 8206 8208', 'a rank of 0 is every member');
select is((select audience from offer where offer_id = :everybody), '{"min_rank":0}', 'what says nothing is not kept');
select is(pg_temp.see(:invited), '8202', 'those in the segment, before anybody is invited');
create function pg_temp.invite(p_offer bigint, p_members text, p_on boolean) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.offer_invite(%L, %L, %L, %s, %L, %L)', 's:8310', pg_temp.key(), sha256('i'), p_offer, p_members, p_on));
$$;
select pg_temp.invite(:invited, '["8201","8203"]', true) as i \gset
select is(:'i'::jsonb ->> 'invited', '2', 'two are invited');
select is(:'i'::jsonb -> '_events' -> -1 -> 'refs', '{"reload":["8201","8203"]}', 'their gates are read again');
select is(pg_temp.see(:invited), '8201 8202 8203', 'and see it');
select is(pg_temp.invite(:invited, '["8201"]', true) -> '_events', 'null', 'again changes nothing');
select pg_temp.invite(:invited, '["8201","8202","8204"]', false) as i \gset
select is(:'i'::jsonb -> '_events' -> -1 -> 'refs', ('{"reload":["8201"],"ends":[{"stream":"offer:' || :invited || '","member":"8201","reason":"LEFT"}]}')::jsonb,
          'who is taken off loses the stream, and nobody else');
select is(pg_temp.see(:invited), '8202 8203', 'and does not see it any more');
select is((select array_agg(subject_member || ' ' || (detail ->> 'on') order by id) from audit_log where action = 'offer.invite'),
          '{"8201 true","8203 true","8201 false"}', 'each of them can read who did it');
select is(pg_temp.invite(:invited, '["8207"]', true) ->> 'refused', 'ZC014', 'members only');
select is(pg_temp.invite(:sailors, '["8201"]', true) ->> 'path', 'offer', 'and only where that is what it is by');
select is(array(select pg_temp.agrees(o) from unnest(array[:id, :ranked, :sailors, :invited, :adults, :everybody]) o), '{t,t,t,t,t,t}', 'streams and gates say the same');
select is(pg_temp.get('m:8201', :'sailors') ->> 'refused', 'ZC002', 'nothing outside');
select is((select array_agg(sqlstate order by idx) from api.stream_open(array['m:8201', 'm:8202'], array['offer:' || :sailors, 'offer:' || :sailors], array[null, null]::bigint[])),
          '{ZC002,NULL}', 'nor its stream');
select is((select array_agg(distinct audience) from outbox where stream = 'offer:' || :sailors), array['offer:' || :sailors], 'what it tells is for those');
select is((select array_agg(distinct audience) from outbox where stream = 'offer:' || :id), '{club:8001}', 'of one for all for the club');
select is((select count(*) from post where kind = 'offer_news' and title = 'Fjords'), 3::bigint, 'news only where a post can be for the same members');
select is((select array_agg(audience order by audience) from post where kind = 'offer_news'), '{club,tier,tier}', 'by tier');
delete from membership where member_id = 8204;
select is(pg_temp.see(:ranked), null, 'whoever is not in the club any more sees nothing');
select is(array(select pg_temp.agrees(o) from unnest(array[:id, :ranked]) o), '{t,t}', 'nor do the streams');
update offer set state = 'done', starts_at = now() - interval '4 days', ends_at = now() - interval '2 days', public_open_at = now() - interval '6 days',
                 booking_close_at = now() - interval '5 days', announce_at = now() - interval '9 days' where offer_id = :sailors;
select is(lib.gate_offer(:sailors, 8202) or lib.offer_streams(8202, :sailors) or :sailors = any (lib.offers_closed(8202)), false, 'a day after its end the stream is over');
select is(pg_temp.get('m:8202', :'sailors') ->> 'refused', null, 'the offer is not');

-- changing ---------------------------------------------------------------------------------------------------

create function pg_temp.update(p_offer bigint, v jsonb, p_base bigint default null) returns jsonb language sql as $$
    select pg_temp.try(format(
        'select * from api.offer_update(%L, %L, %L, %s, %s, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
        's:8310', pg_temp.key(), sha256('u'), p_offer, coalesce(p_base, (select version from offer where offer_id = p_offer)), v ->> 'category', v ->> 'kind',
        v ->> 'title', v ->> 'organiser_name', v ->> 'body', v ->> 'starts_at', v ->> 'ends_at', v ->> 'audience', v ->> 'public_open_at',
        v ->> 'booking_close_at', v ->> 'name_deadline', v ->> 'waitlist_cap', v ->> 'currency', v ->> 'points_allowed', v ->> 'cancel_policy',
        v ->> 'pools', v ->> 'classes', v ->> 'windows', v ->> 'steps', v ->> 'queue', v ->> 'clear'));
$$;
select is(pg_temp.update(:id, '{"title":"Fjells"}', 1) ->> 'refused', 'CONFLICT', 'an old screen');
select is(pg_temp.update(:id, '{"title":"Fjells"}', 1) #>> '{current,title}', 'Fjords', 'is shown what there is');
select pg_temp.update(:id, '{"title":"Fjells","body":"In May.","waitlist_cap":7,"steps":[{"min_party":4,"discount_ppm":50000}]}') as u \gset
select is(:'u'::jsonb ->> 'title', 'Fjells', 'another title');
select is(:'u'::jsonb -> '_events' -> 0 ->> 'type', 'offer.changed', 'is told');
select is(:'u'::jsonb -> '_events' -> 0 -> 'refs' ->> 'version', (:'u'::jsonb ->> 'version'), 'with its version');
select is((select (body, waitlist_cap, category_id)::text from offer where offer_id = :id), '("In May.",7,8101)', 'the rest is kept');
select is(pg_temp.update(:id, '{"clear":["body","waitlist_cap"]}') ->> 'refused', null, 'some can be empty');
select is((select (body, waitlist_cap, category_id)::text from offer where offer_id = :id), '(,,8101)', 'and are');
select is(array(select pg_temp.update(:id, v::jsonb) ->> 'path' from unnest(array['{"pools":[{"code":"a","capacity":1}]}', '{"classes":[]}', '{"currency":"NOK"}',
          '{"cancel_policy":[]}', '{"queue":{"mode":"always"}}']) v), '{pools,classes,currency,cancel_policy,queue}', 'what was promised stays');
select is(pg_temp.update(:id, '{"audience":{"min_rank":1}}') ->> 'path', 'audience', 'one for all stays one for all');
select is(pg_temp.update(:invited, '{"audience":{}}') ->> 'path', 'audience', 'a closed one closed');
select pg_temp.update(:invited, '{"audience":{"min_rank":1,"invite_only":true}}') as u \gset
select is(pg_temp.see(:invited), null, 'narrower');
select is(:'u'::jsonb -> '_events' -> -1 -> 'refs', '{"all":true}', 'is a loss for whoever it concerns');
select is(pg_temp.update(:id, jsonb_build_object('starts_at', now() + interval '40 days')) ->> 'path', 'starts_at', 'dates stay in their order');
select array_agg(window_id || ' ' || opens_at - now() order by window_id) as before from access_window where offer_id = :id \gset
select pg_temp.update(:id, jsonb_build_object('public_open_at', now() + interval '9 days', 'booking_close_at', now() + interval '49 days')) as u \gset
select is((select array_agg(window_id || ' ' || opens_at - now() - interval '2 days' order by window_id) from access_window where offer_id = :id)::text, :'before', 'windows move with the opening');
select is((select booking_close_at - name_deadline from offer where offer_id = :id), interval '3 days', 'the deadline for names with the closing');
select is((select count(*) from offer_moved), 0::bigint, 'which nobody who travels cares about');
update tier set early_lead = interval '0' where tier_id = 8071;
select pg_temp.offer_create() ->> 'offer' as plain \gset
select pg_temp.update(:plain, '{"pools":[{"code":"x","capacity":5}]}') ->> 'path' as p \gset
select is(:'p'::text, 'classes', 'pools and classes together');
select is(pg_temp.update(:plain, '{"currency":"NOK"}') ->> 'path', 'currency', 'a currency with its prices');
select pg_temp.update(:plain, '{"currency":"NOK","pools":[{"code":"x","capacity":5}],"classes":[{"code":"y","title":"Y","price":{"minor":5,"cur":"NOK"},"pools":["x"]}],"queue":{"mode":"always","rate":7},"audience":{"min_rank":0}}') as u \gset
select is((:'u'::jsonb #>> '{classes,0,price,cur}') || (:'u'::jsonb #>> '{desk,pools,0,code}') || (:'u'::jsonb #>> '{desk,queue_rate}'), 'NOKx7', 'a draft is changed whole');
select is(:'u'::jsonb -> '_events', 'null', 'and tells nobody');
select is((select count(*) from seat_pool where offer_id = :plain) + (select count(*) from seat_class_pool where offer_id = :plain), 2::bigint, 'nothing is left of what it was');

-- what is left -----------------------------------------------------------------------------------------------

select pool_id as p_all from seat_pool where offer_id = :id and code = 'all' \gset
select pool_id as p_cabins from seat_pool where offer_id = :id and code = 'cabins' \gset
create function pg_temp.sell(p_pool bigint, p_offer bigint, p_held int) returns text[] language plpgsql as $$
begin
    update seat_pool set held = p_held where pool_id = p_pool;
    return array(select e.type || ' ' || (select string_agg(c ->> 'level', ' ') from jsonb_array_elements(e.refs -> 'classes') c) from unnest(lib.offer_pulse(p_offer)) e);
end $$;
-- Makes the last news of an offer as old as that, in milliseconds.
create function pg_temp.news(p_offer bigint, p_ms int) returns void language sql as
$$ update offer_pulse set emitted_at = clock_timestamp() - p_ms * interval '1 millisecond' where offer_id = p_offer $$;
select is((select levels from offer_pulse where offer_id = :id), lib.offer_left(:id), 'what was left at the announcement is known');
select pg_temp.news(:id, -3600000) as told \gset
select is(pg_temp.sell(:p_all, :id, 1), '{}', 'one less, soon after the last news');
select is((select dirty from offer_pulse where offer_id = :id), true, 'the job tells of it');
select is(pg_temp.sell(:p_cabins, :id, 36), '{"offer.availability many few"}', 'another level is told at once');
select pg_temp.news(:id, -3600000) as told \gset
select is(pg_temp.sell(:p_all, :id, 95), '{"offer.availability few few"}', 'of each class');
select pg_temp.news(:id, -3600000) as told \gset
select is(pg_temp.sell(:p_all, :id, 100), '{"offer.availability none none"}', 'none: the least of its pools');
select pg_temp.news(:id, -3600000) as told \gset
select is(pg_temp.sell(:p_all, :id, 0), '{"offer.availability many few"}', 'and back');
select pg_temp.news(:id, 251) as told \gset
select is(pg_temp.sell(:p_all, :id, 2), '{"offer.availability many few"}', 'four times a second');
select is(pg_temp.sell(:p_all, :id, 3), '{}', 'not five');
select is(lib.offer_pulses_run(), 0::bigint, 'nor by the job');
select pg_temp.news(:id, 251) as told \gset
select is(lib.offer_pulses_run(), 1::bigint, 'then it tells');
select is((select refs ->> 'offer' from outbox where type = 'offer.availability' order by id desc limit 1), :'id', 'of that offer');
select is((select (dirty, levels #>> '{}' = lib.offer_left(:id) #>> '{}')::text from offer_pulse where offer_id = :id), '(f,t)', 'all there is');
select is(lib.offer_pulses_run(), 0::bigint, 'once');
select pg_temp.news(:id, 251) as told \gset
select is(pg_temp.sell(:p_all, :id, 3), '{}', 'nothing changed, nothing told');
select is((select pg_temp.get('m:8204', :'id') -> 'mine' ->> 'open'), null, 'who left sees nothing of it');
update access_window set opens_at = now() - interval '1 hour' where window_id = 8590;
select is((select jsonb_agg(c -> 'free') from jsonb_array_elements(pg_temp.get('m:8202', :'id') #> '{mine,classes}') c), '[37, 0]', 'a window reaches to its cap: of 40, of 16');
select is((select jsonb_agg(c -> 'free') from jsonb_array_elements(pg_temp.get('m:8202', :'id') #> '{classes}') c), '[97, 4]', 'whatever is left for all');
create function pg_temp.capacity(p_offer bigint, p_pool bigint, p_capacity int) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.offer_set_capacity(%L, %L, %L, %s, %s, %s)', 's:8310', pg_temp.key(), sha256('c'), p_offer, p_pool, p_capacity));
$$;
select is(pg_temp.capacity(:id, :p_cabins, 35) ->> 'min', '36', 'not below what is taken');
select is(pg_temp.capacity(:id, :p_cabins, 36) #>> '{_events,0,type}', 'offer.availability', 'down to it');
select is(pg_temp.capacity(:plain, :p_cabins, 50) ->> 'refused', 'ZC002', 'its own pools only');

-- its steps --------------------------------------------------------------------------------------------------

create function pg_temp.step(p_verb text, p_offer bigint, p_base bigint default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.offer_%s(%L, %L, %L, %s, %s)', p_verb, 's:8310', pg_temp.key(), sha256('s'), p_offer,
                              coalesce(p_base, (select version from offer where offer_id = p_offer))));
$$;
select is(pg_temp.step('pause', :id, 1) ->> 'refused', 'CONFLICT', 'from an old screen, not');
select is(pg_temp.step('resume', :id) ->> 'state', 'announced', 'what is not paused does not go on');
select is(pg_temp.step('pause', :id) ->> 'state', 'paused', 'paused');
select is(pg_temp.step('resume', :id) ->> 'state', 'announced', 'announced again, while its opening is to come');
select is(lib.offers_run(), 0::bigint, 'no date has come');
update offer set announce_at = now() - interval '2 days', public_open_at = now() - interval '1 day' where offer_id = :id;
select pg_temp.step('pause', :id) ->> 'state' as s \gset
select is(pg_temp.step('resume', :id) ->> 'state', 'open', 'open, once it has come');
update offer set state = 'announced' where offer_id = :id;
select is(lib.offers_run(), 1::bigint, 'the job opens');
select is((select state from offer where offer_id = :id), 'open', 'it');
select is((select refs ->> 'state' from outbox where stream = 'offer:' || :id order by seq desc limit 1), 'open', 'and tells');
select is(pg_temp.update(:id, jsonb_build_object('public_open_at', now())) ->> 'path', 'public_open_at', 'an opening that has been is what it was');
select is(pg_temp.update(:id, '{"pools":[{"code":"a","capacity":1}]}') ->> 'path', 'pools', 'and so is what is sold');
update offer set state = 'announced' where offer_id = :id;
insert into offer_queue (offer_id, seed_hash, seed_enc) values (:id, sha256('x'), 'x');
select is(lib.offers_run(), 0::bigint, 'one with a queue opens with its queue');
delete from offer_queue where offer_id = :id;
select lib.offers_run() as ran \gset
update offer set booking_close_at = now() - interval '1 hour' where offer_id = :id;
select is(lib.offers_run(), 1::bigint, 'then it closes');
select is((select (state, waitlist_state)::text from offer where offer_id = :id), '(closed,closed)', 'with its waiting list');
select is(pg_temp.update(:id, jsonb_build_object('booking_close_at', now() + interval '1 day')) ->> 'path', 'booking_close_at', 'for good');
select is(pg_temp.step('pause', :id) ->> 'refused', 'ZC017', 'there is nothing to pause');
insert into reservation (resv_id, offer_id, organiser, persons, state, total_minor) values (8650, :id, 8201, 1, 'confirmed', 0), (8651, :id, 8206, 1, 'cancelled', 0);
insert into reservation_party (resv_id, seat_no, class_id, unit_no, member_id, state) values (8650, 1, 1, 1, 8202, 'accepted'), (8650, 2, 1, 1, 8203, 'invited');
select is(pg_temp.update(:id, jsonb_build_object('starts_at', now() + interval '61 days', 'ends_at', now() + interval '66 days')) ->> 'state', 'closed', 'the trip is put off');
select is(pg_temp.update(:id, '{"organiser_name":"Fjord Lines"}') ->> 'organiser_name', 'Fjord Lines', 'somebody else sells it');
select is(pg_temp.update(:id, '{"waitlist_cap":3}') ->> 'path', 'waitlist_cap', 'what hangs on booking stays');
select is(lib.offers_moved_run(), 2::bigint, 'who travels');
select is(array(select stream || ' ' || type from outbox where type in ('resv.changed', 'notify.added') order by 1),
          '{"me:8201 notify.added","me:8201 resv.changed","me:8202 notify.added","me:8202 resv.changed"}', 'is told');
select is(lib.offers_moved_run(), 0::bigint, 'once');
update offer set starts_at = now() - interval '30 minutes', ends_at = now() + interval '1 hour' where offer_id = :id;
select lib.offers_run() as ran \gset
select is((select state from offer where offer_id = :id), 'running', 'under way');
select is(pg_temp.step('cancel', :id) ->> 'state', 'running', 'too late to call it off');
select is(pg_temp.update(:id, '{"organiser_name":"X"}') ->> 'path', 'organiser_name', 'or to change who runs it');
select is(pg_temp.capacity(:id, :p_all, 200) ->> 'refused', 'ZC017', 'or its seats');
update offer set ends_at = now() - interval '1 minute' where offer_id = :id;
select lib.offers_run() as ran \gset
select is((select state from offer where offer_id = :id), 'done', 'and over');
select is(pg_temp.update(:id, '{"title":"X"}') ->> 'refused', 'ZC017', 'then nothing changes any more');
update offer set state = 'open', announce_at = now() - interval '9 days', public_open_at = now() - interval '5 days', booking_close_at = now() - interval '4 days',
                 starts_at = now() - interval '3 days', ends_at = now() - interval '2 days' where offer_id = :ranked;
select is(lib.offers_run(), 1::bigint, 'after a long night');
select is((select state from offer where offer_id = :ranked), 'done', 'all steps at once');
select is(pg_temp.step('cancel', :invited) ->> 'state', 'cancelled', 'called off');
select is((select waitlist_state from offer where offer_id = :invited), 'closed', 'with its list');
select is(pg_temp.step('cancel', :invited) ->> 'refused', 'ZC017', 'once');
select is(pg_temp.step('cancel', :plain) ->> 'state', 'cancelled', 'so can a draft be');
select is(pg_temp.see(:plain), null, 'which nobody ever sees');
select is(pg_temp.agrees(:plain), true, 'in no way');

-- the list ---------------------------------------------------------------------------------------------------

create function pg_temp.list(p_who text, p_past boolean default null, p_limit int default null, p_cursor text default null, p_category int default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.offer_list(%L, 8001, %L, %L, %L, %L)', p_who, p_category, p_past, p_limit, p_cursor));
$$;
create function pg_temp.listed(p_list jsonb) returns text language sql as $$ select string_agg(e ->> 'offer', ' ') from jsonb_array_elements(p_list -> 'offers') e $$;
select is(pg_temp.listed(pg_temp.list('m:8201')), concat_ws(' ', :adults, :everybody), 'what is meant for the member');
select is(pg_temp.listed(pg_temp.list('m:8205')), :'everybody', 'and no other');
select is(pg_temp.listed(pg_temp.list('m:8201', true)), :'id', 'what is over');
select is(pg_temp.listed(pg_temp.list('s:8310', true)), concat_ws(' ', :plain, :invited, :id, :ranked, :sailors), 'for staff all of it, the latest first');
select is(pg_temp.list('m:8207') ->> 'refused', 'ZC014', 'members only');
select is(pg_temp.list('m:8201', p_cursor => 'x') ->> 'path', 'cursor', 'no cursor of ours');
select pg_temp.list('m:8201', p_limit => 1) as l \gset
select is(pg_temp.listed(:'l'), :'adults', 'a page');
select is(pg_temp.listed(pg_temp.list('m:8201', p_limit => 1, p_cursor => :'l'::jsonb ->> 'cursor')), :'everybody', 'and the next');
select is(pg_temp.list('m:8201', p_limit => 2) ->> 'cursor', null, 'the last');
select is(jsonb_array_length(pg_temp.list('m:8201', p_category => 8102) -> 'offers'), 0, 'by category');
select is(pg_temp.list('m:8201') #> '{offers,0}' ?& '{body,mine,classes,steps}', false, 'without its text');
select is(pg_temp.list('m:8201') #> '{offers,0}' ?& '{mine,classes,steps}', true, 'with all else');

select * from finish();
rollback;
