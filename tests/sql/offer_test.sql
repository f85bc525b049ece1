-- Offers: who sees them, when they open for whom, what is left, and what managers do with them.
begin;
\i tests/sql/noun.psql
select no_plan();

insert into staff (staff_id, login, roles) values (8310, 'o-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8310, 8001);
insert into segment (segment_id, club_id, name, rule, basis) values (8500, 8001, 'Sailors', '{}', 'manual'), (8501, 8002, 'Others', '{}', 'manual');
insert into segment_member (segment_id, member_id) values (8500, 8202);
update tier set early_lead = interval '2 days' where tier_id = 8071;

-- A draft with what differs from a plain one.
create function pg_temp.offer_create(p_more jsonb default '{}') returns jsonb language plpgsql as $$
declare
    v jsonb := jsonb_build_object(
        'club', 8001, 'kind', 'trip', 'title', 'Fjords', 'organiser', 'Fjord Lines',
        'starts_at', now() + interval '60 days', 'ends_at', now() + interval '65 days',
        'public_open_at', now() + interval '7 days', 'booking_close_at', now() + interval '50 days',
        'pools', '[{"code":"all","capacity":100},{"code":"cabins","capacity":40}]'::jsonb,
        'classes', '[{"code":"single","title":"Single","price":{"minor":10000,"cur":"EUR"},"points_price":500,"pools":["all"]},
                     {"code":"double","title":"Double","persons":2,"price":{"minor":30000,"cur":"EUR"},"pools":["all","cabins"]}]'::jsonb)
        || p_more;
begin
    return pg_temp.try(format(
        'select * from api.offer_create(%L, %L, %L, %s, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
        's:8310', pg_temp.key(), sha256('x'), v ->> 'club', v ->> 'category', v ->> 'kind', v ->> 'title', v ->> 'organiser',
        v ->> 'body', v ->> 'starts_at', v ->> 'ends_at', v ->> 'audience', v ->> 'public_open_at', v ->> 'booking_close_at',
        v ->> 'name_deadline', v ->> 'waitlist_cap', v ->> 'currency', v ->> 'points_allowed', v ->> 'cancel_policy',
        v ->> 'pools', v ->> 'classes', v ->> 'windows', v ->> 'steps'));
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

select * from finish();
rollback;
