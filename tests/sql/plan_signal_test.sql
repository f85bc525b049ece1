-- plan.typing: who may be shown as typing; and what opening a plan's stream tells of signals.
begin;
\ir fixture.psql
select plan(14);

insert into club.plan (plan_id, club_id, title, currency, state) values (9701, 9001, 'Madeira', 'EUR', 'planning'), (9702, 9001, 'Alps', 'EUR', 'done');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select p, m, r, 'joined', now()
  from unnest('{9701,9702}'::bigint[]) p cross join (values (9101, 'owner'), (9102, 'voter'), (9103, 'viewer')) x (m, r);
insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by, deleted_at)
values (9711, 9701, 'meal', 'V', 'Lunch', 9101, 9101, null), (9712, 9701, 'meal', 'W', 'Tea', 9101, 9101, now()),
       (9713, 9702, 'meal', 'V', 'Soup', 9101, 9101, null);

create function pg_temp.opened(p_who text, p_stream text) returns text language sql as
$$ select scope || ' ' || watched from api.stream_open(array[p_who], array[p_stream], '{null}') $$;
create function pg_temp.allow(p_member bigint, p_purpose smallint, p_channel smallint) returns bigint language sql as $$
    insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
    select p_member, p_purpose, 9001, p_channel, 'given', lib.consent_text_now(p_purpose),
           lib.consent_record(p_member, p_purpose, 9001, p_channel, 'give', lib.consent_text_now(p_purpose), 'en', 'm:1', 'test', '{}')
    returning member_id
$$;

select is(pg_temp.opened('m:9101', 'plan:9701'), '9001 false', 'the club''s consent counts, and nobody gave it');
select throws_ok($$ select api.plan_typing('m:9102', 9701, null) $$, 'ZC010', null, 'without com.presence');
select pg_temp.allow(9102, 53::smallint, 2::smallint);
select pg_temp.allow(9102, 50::smallint, 0::smallint);
select throws_ok($$ select api.plan_typing('m:9102', 9701, null) $$, 'ZC010', null, 'another channel or purpose is not it');
select pg_temp.allow(9102, 53::smallint, 1::smallint);
select pg_temp.allow(9103, 53::smallint, 1::smallint);
select is((select reply from api.plan_typing('m:9102', 9701, null)), '{}', 'a voter who gave it');
select is((select sys_seq from api.plan_typing('m:9102', 9701, 9711)), lib.sys_head(), 'as of this number of sys, at an item');
select is((select reply from api.plan_typing('m:9102', 9702, null)), '{}', 'where comments go on, so does typing');
select throws_ok($$ select api.plan_typing('m:9102', 9701, 9712) $$, 'ZC002', null, 'at an item that is deleted');
select throws_ok($$ select api.plan_typing('m:9102', 9701, 9713) $$, 'ZC002', null, 'at one of another plan');
select throws_ok($$ select api.plan_typing('m:9103', 9701, null) $$, 'ZC001', null, 'who may only look');
select throws_ok($$ select api.plan_typing('m:9102', 1, null) $$, 'ZC002', null, 'no such plan');
select is(pg_temp.opened('m:9101', 'plan:9701'), '9001 true', 'somebody shows presence');
update plan_member set state = 'left' where member_id = 9103;
update consent_state set state = 'withdrawn' where member_id = 9103;
select is(pg_temp.opened('m:9102', 'plan:9701'), '9001 false', 'oneself is not somebody else');
select is(pg_temp.opened('m:9101', 'club:9001'), '0 false', 'other streams have no signals');
update consent_state set state = 'withdrawn' where member_id = 9102;
select throws_ok($$ select api.plan_typing('m:9102', 9701, null) $$, 'ZC010', null, 'withdrawn');

select * from finish();
rollback;
