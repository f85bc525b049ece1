-- domain.md 12.11: who refuses everything joins, earns, reads, writes and leaves like who accepts everything (I-56).
begin;
\ir noun.psql
select plan(27);

create temp table twin (member bigint, says text);
insert into twin values (8201, 'yes'), (8202, 'no');
select pg_temp.call('m:8201', 'consent_give', format('%L, 0, null, null', jsonb_build_array(
    pg_temp.item('mkt.offers', '8101', 'inapp'), pg_temp.item('mkt.magazine', '8001', 'inapp'),
    pg_temp.item('com.profile', '8001', 'none'), pg_temp.item('com.badge', '8001', 'none')))) \g /dev/null
select pg_temp.call('m:8202', 'consent_refuse', format('%L, null, null', jsonb_build_array(
    pg_temp.item('mkt.offers', '8101', 'inapp'), pg_temp.item('mkt.magazine', '8001', 'inapp'),
    pg_temp.item('com.profile', '8001', 'none'), pg_temp.item('com.badge', '8001', 'none')))) \g /dev/null

-- What each of the two is answered, without what must differ (numbers, times, names).
create function pg_temp.equal(p_what text, p_expression text) returns text language plpgsql as $$
declare
    v_answers text[];
begin
    execute format('select array_agg(distinct (%s)::text) from twin', p_expression) into v_answers;
    return is(cardinality(v_answers), 1, p_what || ': ' || left(v_answers[1], 60));
end $$;

select pg_temp.equal('points of a purchase', $q$ pg_temp.earn(member, 'T' || member, 12345) - '{tx,tier_tx,_events,_sys}'::text[] $q$);
select pg_temp.equal('balance', $q$ (lib.points_summary_view(member)).view $q$);
select pg_temp.equal('writing', $q$ pg_temp.post(member, 'hello') ->> 'state' $q$);
select pg_temp.equal('reading', $q$ jsonb_path_query_array((api.feed_list('m:' || member, 8001, null, null, true)).reply, '$.posts[*].body') $q$);
select pg_temp.equal('history', $q$ jsonb_array_length((api.points_history('m:' || member, null, null, null)).reply -> 'entries') $q$);
insert into benefit (benefit_id, club_id, kind, title, terms, cost_points, min_rank, status)
values (8601, 8001, 'gift', 'Mug', 'One.', 100, 0, 'active'), (8602, 8001, 'access', 'Lounge', 'High.', 0, 1, 'active');
select pg_temp.equal('what there is to use', $q$ (api.benefit_entitlements('m:' || member, null)).reply $q$);
select pg_temp.equal('taking it', $q$ pg_temp.call('m:' || member, 'benefit_claim', '8601') - '{voucher,code,_events,_sys}'::text[] $q$);
select pg_temp.equal('and what stays out of reach', $q$ pg_temp.call('m:' || member, 'benefit_claim', '8602') $q$);
select pg_temp.equal('tier', $q$ lib.membership_row(member, 8001) -> 'tier' -> 'rank' $q$);
select pg_temp.equal('service messages', $q$ (select string_agg(type, ' ' order by seq) from outbox where stream = 'me:' || member and type <> 'consent.changed') $q$);
select pg_temp.equal('leaving', $q$ pg_temp.call('m:' || member, 'membership_leave', '8001') ->> 'status' $q$);
select pg_temp.equal('coming back', $q$ pg_temp.call('m:' || member, 'membership_apply', '8001, null, null') ->> 'status' $q$);
select pg_temp.equal('a profile', $q$ pg_temp.call('m:' || member, 'profile_set', '1, null, ''Somebody'', ''Bergen'', ''nb'', ''Europe/Oslo'', ''NO'', ''["trains"]''') ->> 'version' $q$);
select pg_temp.equal('seeing a fellow member', $q$ (api.profile_view('m:' || member, 8204, 8001)).reply $q$);
select pg_temp.equal('resting', $q$ pg_temp.call('m:' || member, 'membership_pause', '8001') ->> 'status' $q$);
select pg_temp.equal('going on', $q$ pg_temp.call('m:' || member, 'membership_resume', '8001') ->> 'status' $q$);
select pg_temp.equal('applying', $q$ pg_temp.call('m:' || member, 'membership_apply', '8002, null, ''[{"question":"Why?","answer":"So"}]''') ->> 'status' $q$);

-- A child under the age of consent: lives in clubs like the others, shows in none, and stays out where an age is asked.
select is(pg_temp.call('m:8205', 'membership_apply', '8002, null, ''[{"question":"Why?","answer":"Fun"}]''') ->> 'status', 'applied', 'a child applies');
select is(pg_temp.call('m:8205', 'membership_apply', '8004, null, null'), '{"refused":"ZC013","min_age":18}', 'not where adults only are');
select is(pg_temp.call('m:8205', 'profile_set', '1, ''kim.t'', ''Kim'', ''Bergen'', null, null, null, ''["boats"]''') ->> 'version', '2', 'tells of itself');
select is(pg_temp.try('select * from api.profile_view(''m:8204'', 8205, 8001)') ->> 'refused', 'ZC002', 'nobody of the club sees it');
select is(pg_temp.try('select * from api.profile_view(''m:8205'', 8204, 8001)') ->> 'handle', 'nn8204', 'it sees the others');
select is(pg_temp.call('m:8205', 'membership_pause', '8001') ->> 'status', 'paused', 'rests');
select is(pg_temp.call('m:8205', 'membership_resume', '8001') ->> 'status', 'active', 'goes on');
select is(pg_temp.call('m:8205', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('com.profile', '8001', 'none')))) ->> 'refused',
          'ZC034', 'cannot show itself');
select is(pg_temp.call('m:8205', 'member_block', '8204') -> 'blocked', 'true', 'blocks whom it likes');
select is(pg_temp.call('m:8205', 'membership_leave', '8001') ->> 'status', 'left', 'leaves');
select * from finish();
rollback;
