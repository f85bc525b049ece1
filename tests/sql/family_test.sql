-- Families: who may be in one, who sees what of it, who is told.
begin;
\ir noun.psql
select plan(61);

create function pg_temp.fam(p_member bigint) returns bigint language sql as $$ select lib.family_of(p_member) $$;
create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg(e ->> 'stream' || ' ' || (e ->> 'type') || coalesce(' ' || (e #>> '{refs,state}'), ''), ', ' order by o)
      from jsonb_array_elements(p_answer -> '_events') with ordinality x (e, o)
$$;
create function pg_temp.get(p_member bigint, p_family bigint default null) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.family_get(%L, %L)', 'm:' || p_member, p_family)) $$;

-- founding
select is(pg_temp.get(8201) ->> 'refused', 'ZC002', 'nobody is born into one');
update member set under_18 = true where member_id = 8207;
select is(pg_temp.call('m:8207', 'family_create', 'null') - '_sys', '{"refused":"ZC013","min_age":18}'::jsonb - '_sys', 'a minor founds none');
update member set under_18 = false where member_id = 8207;
select is(pg_temp.call('m:8208', 'family_create', 'null') ->> 'refused', 'ZC035', 'nor who is suspended');
create temp table made as select pg_temp.call('m:8201', 'family_create', '4') as a;
select (a ->> 'family') as fam from made \gset
select is(a - '{_events,_sys,_subjects}'::text[], jsonb_build_object('family', :'fam', 'member', '8201', 'state', 'active'), 'founded') from made;
select is(pg_temp.heard(a), 'family:' || :'fam' || ' family.member active, me:8201 family.member active, sys sys.changed', 'the nodes are told') from made;
select is((select max_members || role || can_redeem || contribution from family join family_member using (family_id) where family_id = :fam),
          '4headtruemanual', 'the head may spend');
select is(pg_temp.call('m:8201', 'family_create', 'null') - '_sys', '{"refused":"ZC017","state":"in_family"}'::jsonb, 'one at a time');
select is((lib.family_view(:fam, 8201)).view - '{family,members}'::text[],
          '{"status":"active","max_members":4,"version":1,"dissolve_at":null,"pool":{"available":0,"held":0,"ver":0},"activity":[]}'::jsonb,
          'what there is to see');

-- inviting
select is(pg_temp.call('m:8201', 'family_invite', 'null, null') ->> 'refused', 'ZC602', 'somebody must be named');
select is(pg_temp.call('m:8201', 'family_invite', '8202, ''nn8202''') ->> 'refused', 'ZC602', 'once');
select is(pg_temp.call('m:8202', 'family_invite', '8204, null') ->> 'refused', 'ZC002', 'who has no family invites nobody');
select is(pg_temp.call('m:8201', 'family_invite', '8207, null') ->> 'refused', 'ZC002', 'strangers are not known');
select is(pg_temp.call('m:8201', 'family_invite', 'null, ''nobody''') ->> 'refused', 'ZC002', 'nor are handles of nobody');
select is(pg_temp.call('m:8201', 'family_invite', '8201, null') ->> 'refused', 'ZC002', 'nor oneself');
select is(pg_temp.call('m:8201', 'family_invite', '8208, null') ->> 'refused', 'ZC002', 'nor who is suspended');
select is(pg_temp.call('m:8201', 'family_invite', '8205, null') ->> 'refused', 'ZC002', 'nor a child by its number');
insert into block_rel (blocker, blocked) values (8206, 8201);
select is(pg_temp.call('m:8201', 'family_invite', '8206, null') ->> 'refused', 'ZC002', 'nor who blocks the head');
select is(pg_temp.call('m:8201', 'family_invite', 'null, ''nn8206''') ->> 'refused', 'ZC002', 'by handle neither');
delete from block_rel;
create temp table asked as select pg_temp.call('m:8201', 'family_invite', '8202, null') as a;
select is(a - '{_events,_sys,_subjects}'::text[], jsonb_build_object('family', :'fam', 'member', '8202', 'state', 'invited'), 'invited') from asked;
select is(pg_temp.heard(a), 'me:8201 family.member invited, me:8202 family.member invited, me:8202 notify.added', 'the two hear of it, not the family') from asked;
select is(pg_temp.call('m:8201', 'family_invite', 'null, ''nn8202''') - '_sys', '{"refused":"ZC017","state":"invited"}'::jsonb, 'once is enough');
select is(pg_temp.call('m:8201', 'family_invite', 'null, ''nn8205''') ->> 'state', 'invited', 'a child by its handle');
select is(jsonb_path_query_array(pg_temp.get(8201), '$.members[*].member'), '["8201", "8202", "8205"]', 'the head sees who is invited');
select is(jsonb_path_query_array(pg_temp.get(8202, :fam), '$.members[*].member'), '["8201", "8202"]', 'who is invited sees by whom');
select is(pg_temp.get(8202, :fam) ?| '{pool,activity}', false, 'and not what they have');
select is(pg_temp.get(8202) ->> 'refused', 'ZC002', 'it is no member yet');
select is(pg_temp.get(8203, :fam) ->> 'refused', 'ZC002', 'others see nothing');

-- saying yes or no
select is(pg_temp.call('m:8203', 'family_accept', :'fam') ->> 'refused', 'ZC002', 'who is not invited cannot come');
select is(pg_temp.heard(pg_temp.call('m:8202', 'family_accept', :'fam')),
          'family:' || :'fam' || ' family.member active, me:8202 family.member active, sys sys.changed', 'accepted');
select is(pg_temp.call('m:8205', 'family_accept', :'fam') ->> 'state', 'active', 'so does the child');
select is((select string_agg(member_id || role || can_redeem, ' ' order by member_id) from family_member where family_id = :fam),
          '8201headtrue 8202adultfalse 8205childfalse', 'by age; only the head may spend');
select is(pg_temp.call('m:8202', 'family_accept', :'fam') ->> 'refused', 'ZC002', 'once');
select is(lib.same_family(8201, 8202) and not lib.same_family(8201, 8203), true, 'family is who is in it');
select is(pg_temp.call('m:8202', 'family_invite', '8204, null') ->> 'refused', 'ZC001', 'only the head invites');
select is(pg_temp.call('m:8201', 'family_invite', '8204, null') ->> 'state', 'invited', 'a fourth');
select is(pg_temp.call('m:8201', 'family_invite', '8206, null') - '_sys', '{"refused":"ZC024","max":4}'::jsonb, 'a fifth does not fit');
select is(pg_temp.heard(pg_temp.call('m:8204', 'family_decline', :'fam')),
          'me:8201 family.member declined, me:8204 family.member declined', 'declined, and the head is told');
select is(pg_temp.call('m:8204', 'family_accept', :'fam') ->> 'refused', 'ZC002', 'that was that');
select is(pg_temp.call('m:8201', 'family_invite', '8204, null') - '_sys', '{"refused":"ZC024","max":1}'::jsonb, 'not again on the same day');
update family_member set invited_at = now() - interval '25 hours' where member_id = 8204;
select is(pg_temp.call('m:8201', 'family_invite', '8204, null') ->> 'state', 'invited', 'but on the next');
select pg_temp.call('m:8206', 'family_create', 'null') ->> 'family' as other \gset
select is(pg_temp.call('m:8206', 'family_invite', '8202, null') ->> 'state', 'invited', 'one may be asked by another family');
select is(pg_temp.call('m:8202', 'family_accept', :'other') - '_sys', '{"refused":"ZC017","state":"in_family"}'::jsonb, 'and cannot be in both');
update family set max_members = 3 where family_id = :fam;
select is(pg_temp.call('m:8204', 'family_accept', :'fam') - '_sys', '{"refused":"ZC024","max":3}'::jsonb, 'nor in one that is full');
update family set max_members = 7 where family_id = :fam;
insert into family_member (family_id, member_id, role, state, joined_at, left_at)
values (:other, 8204, 'adult', 'left', now() - interval '1 year', now() - interval '29 days');
select is(pg_temp.call('m:8204', 'family_accept', :'fam') ->> 'state', 'cooldown', '30 days after leaving another');
update family_member set left_at = now() - interval '31 days' where family_id = :other and member_id = 8204;
select is(pg_temp.call('m:8204', 'family_accept', :'fam') ->> 'state', 'active', 'and not longer');

-- settings
select is(pg_temp.call('m:8202', 'family_set_member', '8205, true, null, null, null') ->> 'refused', 'ZC001', 'who may spend is for the head');
select is(pg_temp.call('m:8202', 'family_set_member', 'null, true, null, null, null') ->> 'refused', 'ZC001', 'also about oneself');
select is(pg_temp.call('m:8201', 'family_set_member', '8202, null, ''all'', null, null') ->> 'refused', 'ZC001', 'what one gives is one''s own');
select is(pg_temp.call('m:8201', 'family_set_member', '8202, null, null, null, true') ->> 'refused', 'ZC001', 'and what one shows');
select is(pg_temp.call('m:8201', 'family_set_member', '8203, true, null, null, null') ->> 'refused', 'ZC002', 'of members only');
select is(pg_temp.call('m:8202', 'family_set_member', 'null, null, ''percent'', null, null') ->> 'refused', 'ZC602', 'how much');
select is(pg_temp.call('m:8202', 'family_set_member', 'null, null, ''all'', 10, null') ->> 'refused', 'ZC602', 'of what');
select is(pg_temp.heard(pg_temp.call('m:8201', 'family_set_member', '8202, true, null, null, null')),
          'family:' || :'fam' || ' family.member active, me:8202 family.member active', 'the head lets one spend');
select pg_temp.call('m:8202', 'family_set_member', 'null, null, ''percent'', 10, true') \g /dev/null
select is((select can_redeem || contribution || percent || share_activity from family_member where member_id = 8202 and family_id = :fam),
          'truepercent10true', 'and the member decides the rest');
select is(jsonb_path_query_array(pg_temp.get(8201), '$.members[*].percent'), '[0]', 'which nobody else sees');
select is(pg_temp.heard(pg_temp.call('m:8202', 'family_set_member', 'null, null, null, null, false')),
          'family:' || :'fam' || ' family.member active, me:8202 family.member active, sys sys.changed', 'to show less is a loss');
select is((select contribution || percent from family_member where member_id = 8202 and family_id = :fam), 'percent10', 'which changes nothing else');

-- who sees what
select is(array(select (lib.family_view(:fam, m)).view ?& '{pool,activity}' from unnest('{8201,8202,8205}'::bigint[]) m), '{t,t,f}', 'the pool is for adults');
select is((lib.family_view(:fam, 0)).view ?| '{pool,activity}', false, 'what goes to all at once does not show it');
select is((lib.family_view(:fam, 0)).subjects, '{8201,8202,8204,8205}', 'and names whom it shows');
update member set status = 'restricted' where member_id = 8202;
select is(jsonb_path_query_array((lib.family_view(:fam, 8202)).view, '$.members[*].member'), '["8202"]', 'a restricted account sees itself');
select * from finish();
rollback;
