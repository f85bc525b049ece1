-- Who is in a plan: links, invitations, roles, what they see of each other, and how all of that ends.
begin;
\ir noun.psql
select no_plan();

insert into plan (plan_id, club_id, title, currency, state, starts_on, ends_on)
values (8701, 8001, 'Madeira', 'EUR', 'planning', '2027-05-01', '2027-05-08');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8701, 8201, 'owner', 'joined', now() - interval '9 days'), (8701, 8202, 'editor', 'joined', now() - interval '8 days');

create function pg_temp.invite(p_who bigint, p_role text, p_member bigint default null, p_handle text default null,
                               p_uses bigint default null, p_hours bigint default null)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_invite', format('8701, %L, %L, %L, %L, %L', p_role, p_member, p_handle, p_uses, p_hours))
$$;
create function pg_temp.join(p_who bigint, p_token text, p_share text default null, p_plan bigint default null)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_join', format('%L, %L, %L', p_token, p_plan, p_share))
$$;
create function pg_temp.info(p_who bigint, p_token text, p_plan bigint default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.plan_invite_info(%L, %L, %L)', 'm:' || p_who, p_token, p_plan))
$$;
create function pg_temp.why(p_reply jsonb) returns text language sql as $$
    select concat_ws(' ', p_reply ->> 'refused', p_reply ->> 'state', p_reply ->> 'max', p_reply ->> 'path')
$$;
create function pg_temp.told(p_reply jsonb) returns text language sql as $$
    select string_agg(concat_ws(' ', e ->> 'stream', e -> 'refs' ->> 'member', e -> 'refs' ->> 'state', e -> 'refs' ->> 'role'), ', '
                      order by e ->> 'stream', e -> 'refs' ->> 'member')
      from jsonb_array_elements(p_reply -> '_events') e
     where e ->> 'type' = 'plan.member'
$$;
create function pg_temp.sys(p_reply jsonb) returns jsonb language sql as $$
    select e -> 'refs' from jsonb_array_elements(p_reply -> '_events') e where e ->> 'stream' = 'sys'
$$;

-- links ---------------------------------------------------------------------------------------------------

select pg_temp.invite(8202, 'voter', p_uses => 2) as link \gset
select is(length(:'link'::jsonb ->> 'token'), 22, '128 bits');
select is((select token_hash from plan_invite), sha256(convert_to(:'link'::jsonb ->> 'token', 'UTF8')), 'kept as a hash');
select ok(not exists (select from idempotency where response::text like '%' || (:'link'::jsonb ->> 'token') || '%'), 'and nowhere else');
select is((select response ->> 'token' from idempotency where method = 'plan.invite'), null, 'not in the stored answer');
select is((select (api.plan_invite('m:8202', key, req_hash, 8701, 'voter', null, null, 2, null)).reply ->> 'token'
             from idempotency where method = 'plan.invite'), :'link'::jsonb ->> 'token', 'a replay derives it again');
select is(pg_temp.invite(8203, 'voter') ->> 'refused', 'ZC002', 'who is not in it makes none');
select is(pg_temp.why(pg_temp.invite(8202, 'voter', 8203, 'nn8203')), 'ZC602 member', 'not both');
select is(pg_temp.why(pg_temp.invite(8202, 'voter', 8204, p_uses => 2)), 'ZC602 max_uses', 'of links only');

select is(pg_temp.info(8204, :'link'::jsonb ->> 'token') - '{_events,_sys,_subjects}'::text[],
          '{"title":"Madeira","starts_on":"2027-05-01","ends_on":"2027-05-08","members":2,"inviter":"nn8202"}',
          'title, dates, how many, the inviter, and nothing else');
select is(pg_temp.info(8204, :'link'::jsonb ->> 'token') -> '_subjects', '[8202]', 'who invites is in the answer');
select is(pg_temp.info(8207, :'link'::jsonb ->> 'token') ->> 'refused', 'ZC014', 'nobody of the club');
select is(pg_temp.why(pg_temp.info(8203, :'link'::jsonb ->> 'token')), 'ZC017 paused', 'paused in the club');
select is(pg_temp.info(8208, :'link'::jsonb ->> 'token') ->> 'refused', 'ZC035', 'suspended');
select is(pg_temp.info(8204, 'AAAAAAAAAAAAAAAAAAAAAA') ->> 'refused', 'ZC002', 'no such link');
select is(pg_temp.info(8204, null, 8701) ->> 'refused', 'ZC002', 'not invited by name');
select is(pg_temp.why(pg_temp.info(8204, null)), 'ZC602 token', 'one of both');
select is(pg_temp.why(pg_temp.info(8204, :'link'::jsonb ->> 'token', 8701)), 'ZC602 token', 'not both');

select pg_temp.join(8204, :'link'::jsonb ->> 'token', 'profile') as joined \gset
select is(:'joined'::jsonb - '{_events,_sys,_subjects}'::text[],
          '{"plan":"8701","member":"8204","state":"joined","role":"voter","share_level":"profile"}', 'joined, as what the link says');
select is(pg_temp.told(:'joined'::jsonb), 'me:8204 8204 joined voter, plan:8701 8204 joined voter', 'told to both');
select is(pg_temp.sys(:'joined'::jsonb), '{"reload":["8204"]}', 'the nodes look anew');
select is(pg_temp.why(pg_temp.join(8204, :'link'::jsonb ->> 'token')), 'ZC017 joined', 'once');
select is((select uses from plan_invite), 1, 'which uses nothing up');
select is(pg_temp.join(8207, :'link'::jsonb ->> 'token') ->> 'refused', 'ZC014', 'nobody of the club joins');
select is(pg_temp.join(8205, :'link'::jsonb ->> 'token', 'profile') ->> 'refused', 'ZC034', 'a child shows the handle only');
select is(pg_temp.join(8205, :'link'::jsonb ->> 'token') ->> 'state', 'joined', 'with the handle');
select is(pg_temp.why(pg_temp.join(8206, :'link'::jsonb ->> 'token')), 'ZC003 used', 'the second was the last');
select is((select (api.plan_invite('m:8202', key, req_hash, 8701, 'voter', null, null, 2, null)).reply ->> 'token'
             from idempotency where method = 'plan.invite' and response ->> 'invite' = :'link'::jsonb ->> 'invite'), null, 'no replay of one that is used up');
select pg_temp.invite(8201, 'editor') as link \gset
update plan_invite set expires_at = now() where uses = 0;
select is(pg_temp.why(pg_temp.join(8206, :'link'::jsonb ->> 'token')), 'ZC003 expired', 'too late');
select pg_temp.invite(8201, 'editor', p_hours => 720) as link \gset
select is((select expires_at - created_at from plan_invite where invite_id = (:'link'::jsonb ->> 'invite')::bigint), '720:00:00'::interval, 'a month at most');
select is(pg_temp.call('m:8204', 'plan_invite_revoke', '8701, ' || (:'link'::jsonb ->> 'invite')) ->> 'refused', 'ZC001', 'a voter revokes none');
select is(pg_temp.call('m:8201', 'plan_invite_revoke', '8701, 999999999') ->> 'refused', 'ZC002', 'no such link');
select is(pg_temp.call('m:8202', 'plan_invite_revoke', '8701, ' || (:'link'::jsonb ->> 'invite')) ->> 'revoked', '1', 'an editor any');
select is(pg_temp.why(pg_temp.join(8206, :'link'::jsonb ->> 'token')), 'ZC003 revoked', 'revoked');
select is(pg_temp.why(pg_temp.info(8206, :'link'::jsonb ->> 'token')), 'ZC003 revoked', 'and not looked at');
select is((select (api.plan_invite('m:8201', key, req_hash, 8701, 'editor', null, null, null, 720)).reply ->> 'token'
             from idempotency where method = 'plan.invite' and response ->> 'invite' = :'link'::jsonb ->> 'invite'), null, 'no replay of one that was revoked');
select pg_temp.invite(8201, 'viewer') ->> 'invite' as first, pg_temp.invite(8201, 'viewer') ->> 'invite' as second \gset
select is(pg_temp.call('m:8202', 'plan_invite_revoke', '8701, ' || :'first') ->> 'revoked', '1', 'one of two');
select is((select revoked_at from plan_invite where invite_id = :'second'), null, 'the other one stands');
select pg_temp.invite(8201, 'viewer') \g /dev/null
select is(pg_temp.call('m:8202', 'plan_invite_revoke', '8701, null') ->> 'revoked', '2', 'all that are good');
select pg_temp.invite(8201, 'viewer') from generate_series(1, 20) \g /dev/null
select is(pg_temp.why(pg_temp.invite(8201, 'viewer')), 'ZC024 20', 'twenty at a time');
select pg_temp.call('m:8201', 'plan_invite_revoke', '8701, null') \g /dev/null

-- by name -------------------------------------------------------------------------------------------------

select is(pg_temp.invite(8204, 'viewer', 8206) ->> 'refused', 'ZC001', 'a voter invites nobody');
select is(pg_temp.invite(8201, 'viewer', 8207) ->> 'refused', 'ZC002', 'nobody of the club');
select is(pg_temp.invite(8201, 'viewer', 8208) ->> 'refused', 'ZC002', 'nor who is suspended');
select is(pg_temp.invite(8201, 'viewer', 8201) ->> 'refused', 'ZC002', 'nor oneself');
insert into block_rel (blocker, blocked) values (8206, 8201);
select is(pg_temp.invite(8201, 'viewer', 8206) ->> 'refused', 'ZC002', 'nor who blocks the caller');
delete from block_rel;
select pg_temp.invite(8202, 'editor', p_handle => 'NN8206') as asked \gset
select is(:'asked'::jsonb - '{_events,_sys,_subjects}'::text[], '{"plan":"8701","role":"editor","member":"8206","state":"invited"}', 'by handle');
select is(pg_temp.told(:'asked'::jsonb), 'me:8202 8206 invited editor, me:8206 8206 invited editor', 'told to both, not to the plan');
select is(pg_temp.why(pg_temp.invite(8201, 'viewer', 8206)), 'ZC017 invited', 'once');
select is(pg_temp.why(pg_temp.invite(8201, 'viewer', 8204)), 'ZC017 joined', 'nor who is in it');
select is(pg_temp.info(8206, null, 8701) ->> 'inviter', 'nn8202', 'who is invited sees by whom');
select is((lib.plan_member_view('me:8206', '{"plan":"8701","member":"8206"}')).view #>> '{invitation,title}', 'Madeira', 'and is told so');
select is((lib.plan_member_view('plan:8701', '{"plan":"8701","member":"8206"}')).view, null, 'the plan is not');
select is(jsonb_path_query_array(lib.plan_members_view(8701, 8202), '$[*].handle'), '["nn8201","nn8202","nn8204","nn8205","nn8206"]', 'editors see who is invited');
select is(jsonb_path_query_array(lib.plan_members_view(8701, 8204), '$[*].handle'), '["nn8201","nn8202","nn8204","nn8205"]', 'voters do not');
select is(pg_temp.call('m:8206', 'plan_leave', '8701') ->> 'state', 'declined', 'no');
select is(pg_temp.call('m:8206', 'plan_leave', '8701') ->> 'refused', 'ZC002', 'once');
select is(pg_temp.join(8206, null, null, 8701) ->> 'refused', 'ZC002', 'not after that');
select is(pg_temp.why(pg_temp.invite(8201, 'viewer', 8206)), 'ZC024 1', 'asked again tomorrow');
update plan_member set ended_at = now() - interval '2 days' where member_id = 8206;
select is(pg_temp.invite(8201, 'viewer', 8206) ->> 'state', 'invited', 'and it is');
select is(pg_temp.join(8206, null, null, 8701) ->> 'role', 'viewer', 'joined by name');

-- what they see -------------------------------------------------------------------------------------------

select is(jsonb_path_query_array(lib.plan_members_view(8701, 8201), '$[*].name'), '["Real Name 8204"]', 'the name of who shows it');
select is(lib.plan_members_view(8701, 8201) -> 2 ->> 'town', 'Town', 'and the town');
update member set under_consent_age = true, under_18 = true where member_id = 8204;
select is(jsonb_path_query_array(lib.plan_members_view(8701, 8201), '$[*].name'), '[]', 'never of a child');
update member set under_consent_age = false, under_18 = false where member_id = 8204;
select pg_temp.call('m:8204', 'plan_set_share', $$8701, 'handle'$$) as less \gset
select is(pg_temp.sys(:'less'::jsonb), '{"shown":["8204"]}', 'whoever shows less is shown anew');
select is(jsonb_path_query_array(lib.plan_members_view(8701, 8201), '$[*].name'), '[]', 'nobody does now');
select is(pg_temp.call('m:8205', 'plan_set_share', $$8701, 'profile'$$) ->> 'refused', 'ZC034', 'a child does not');
select is(pg_temp.call('m:8203', 'plan_set_share', $$8701, 'profile'$$) ->> 'refused', 'ZC002', 'nor who is not in it');

-- roles ---------------------------------------------------------------------------------------------------

select is(pg_temp.call('m:8202', 'plan_set_role', $$8701, 8204, 'viewer'$$) ->> 'refused', 'ZC001', 'the owner says');
select is(pg_temp.why(pg_temp.call('m:8201', 'plan_set_role', $$8701, 8201, 'viewer'$$)), 'ZC602 member', 'not of oneself');
select is(pg_temp.call('m:8201', 'plan_set_role', $$8701, 8203, 'viewer'$$) ->> 'refused', 'ZC002', 'of members');
select pg_temp.invite(8202, 'voter') as link \gset
select pg_temp.call('m:8201', 'plan_set_role', $$8701, 8202, 'voter'$$) as less \gset
select is(pg_temp.told(:'less'::jsonb), 'me:8202 8202 joined voter, plan:8701 8202 joined voter', 'told');
select is(pg_temp.why(pg_temp.info(8203, :'link'::jsonb ->> 'token')), 'ZC017 paused', 'still paused');
update membership set status = 'active' where member_id = 8203;
select is(pg_temp.why(pg_temp.info(8203, :'link'::jsonb ->> 'token')), 'ZC003 revoked', 'who may not invite has no links');
select pg_temp.call('m:8201', 'plan_set_role', $$8701, 8202, 'editor'$$) \g /dev/null

-- handing over --------------------------------------------------------------------------------------------

select is(pg_temp.call('m:8202', 'plan_transfer_ownership', '8701, 8204') ->> 'refused', 'ZC001', 'the owner asks');
select is(pg_temp.call('m:8201', 'plan_transfer_ownership', '8701, 8203') ->> 'refused', 'ZC002', 'a member');
select is(pg_temp.call('m:8204', 'plan_ownership_accept', '8701, null') ->> 'refused', 'ZC002', 'nobody is asked');
select is(pg_temp.call('m:8201', 'plan_transfer_ownership', '8701, 8204') ->> 'asked', '8204', 'asked');
select is(jsonb_path_query_array(lib.plan_members_view(8701, 8205), '$[*] ? (@.is_asked == true).handle'), '["nn8204"]', 'which all see');
select is(pg_temp.call('m:8202', 'plan_ownership_accept', '8701, null') ->> 'refused', 'ZC002', 'nobody else');
select is(pg_temp.call('m:8204', 'plan_ownership_accept', '8701, false') ->> 'role', 'voter', 'no');
select is(pg_temp.call('m:8204', 'plan_ownership_accept', '8701, true') ->> 'refused', 'ZC002', 'that was it');
select pg_temp.call('m:8201', 'plan_transfer_ownership', '8701, 8204') \g /dev/null
select is(pg_temp.told(pg_temp.call('m:8201', 'plan_transfer_ownership', '8701, 8205')),
          'me:8204 8204 joined voter, me:8205 8205 joined voter, plan:8701 8204 joined voter, plan:8701 8205 joined voter', 'another one instead');
select is(pg_temp.call('m:8201', 'plan_transfer_ownership', '8701, null') -> 'asked', 'null', 'nobody any more');
select is(pg_temp.call('m:8205', 'plan_ownership_accept', '8701, null') ->> 'refused', 'ZC002', 'withdrawn');
select pg_temp.call('m:8201', 'plan_transfer_ownership', '8701, 8204') \g /dev/null
select pg_temp.call('m:8204', 'plan_ownership_accept', '8701, null') as mine \gset
select is(:'mine'::jsonb ->> 'role', 'owner', 'yes');
select is((select string_agg(member_id || role, ' ' order by member_id) from plan_member where state = 'joined'),
          '8201editor 8202editor 8204owner 8205voter 8206viewer', 'one owner; the former one edits');

-- going ---------------------------------------------------------------------------------------------------

select is(pg_temp.call('m:8201', 'plan_remove', '8701, 8206') ->> 'refused', 'ZC001', 'the owner removes');
select is(pg_temp.why(pg_temp.call('m:8204', 'plan_remove', '8701, 8204')), 'ZC602 member', 'not oneself');
select is(pg_temp.call('m:8204', 'plan_remove', '8701, 8203') ->> 'refused', 'ZC002', 'members');
select pg_temp.invite(8204, 'voter', p_uses => 9) as link \gset
select pg_temp.call('m:8204', 'plan_remove', '8701, 8206') as gone \gset
select is(pg_temp.told(:'gone'::jsonb), 'me:8206 8206 removed viewer, plan:8701 8206 removed viewer', 'told');
select is(pg_temp.sys(:'gone'::jsonb), '{"ends":[{"member":"8206","reason":"REMOVED","stream":"plan:8701"}],"shown":["8206"],"reload":["8206"]}', 'and cut off');
select is((lib.plan_member_view('me:8206', '{"plan":"8701","member":"8206"}')).view, null, 'nothing is told to who is out');
select is((lib.plan_member_view('me:8206', '{"plan":"8701","member":"8204"}')).view, null, 'of nobody');
select is(pg_temp.info(8206, :'link'::jsonb ->> 'token') ->> 'refused', 'ZC001', 'who was removed sees nothing by a link');
select is(pg_temp.join(8206, :'link'::jsonb ->> 'token') ->> 'refused', 'ZC001', 'and does not come back by one');
select is(pg_temp.invite(8204, 'viewer', 8206) ->> 'state', 'invited', 'but when asked');
select is(pg_temp.call('m:8204', 'plan_remove', '8701, 8206') ->> 'state', 'declined', 'an invitation is taken back');
select pg_temp.invite(8201, 'voter') as other \gset
select is(pg_temp.call('m:8201', 'plan_leave', '8701') ->> 'state', 'left', 'left');
select is(pg_temp.why(pg_temp.info(8203, :'other'::jsonb ->> 'token')), 'ZC003 revoked', 'with the links');
select is(pg_temp.join(8201, :'link'::jsonb ->> 'token') ->> 'role', 'voter', 'and back by another');
select is(pg_temp.join(8203, :'link'::jsonb ->> 'token') ->> 'state', 'joined', 'one more');
update plan_member set joined_at = now() - interval '1 day' where member_id = 8203;
select pg_temp.call('m:8204', 'plan_transfer_ownership', '8701, 8203') \g /dev/null
update plan_member set role = 'editor', joined_at = now() - interval '20 days' where plan_id = 8701 and member_id = 8206;     -- not in it
select pg_temp.call('m:8204', 'plan_leave', '8701') as gone \gset
select is(pg_temp.told(:'gone'::jsonb), 'me:8202 8202 joined owner, me:8204 8204 left owner, plan:8701 8202 joined owner, plan:8701 8204 left owner',
          'the editor is the next owner');
select is((select count(*) from plan_handover), 0::bigint, 'nobody is asked any more');
select pg_temp.call('m:8202', 'plan_leave', '8701') \g /dev/null
select is((select string_agg(member_id || role, ' ' order by member_id) from plan_member where state = 'joined'),
          '8201voter 8203owner 8205voter', 'without editors the voter of longest standing');
update plan_member set role = 'viewer' where member_id in (8201, 8205);
select pg_temp.invite(8203, 'viewer', 8204) \g /dev/null
select pg_temp.call('m:8203', 'plan_leave', '8701') \g /dev/null
select is((select state from plan), 'cancelled', 'without any the plan is over');
select is(pg_temp.why(pg_temp.join(8204, null, null, 8701)), 'ZC003 cancelled', 'nobody joins');

-- how many ------------------------------------------------------------------------------------------------

insert into plan (plan_id, club_id, title, currency, state) values (8704, 8001, 'Full', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at) values (8704, 8202, 'owner', 'joined', now());
insert into member (member_id, status, handle) select 8710000 + n, 'active', 'full' || n from generate_series(1, 60) n;
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 8704, 8710000 + n, 'viewer', case when n <= 40 then 'joined' else 'invited' end, now() from generate_series(1, 48) n;
create function pg_temp.ask(p_member bigint) returns jsonb language sql as
$$ select pg_temp.call('m:8202', 'plan_invite', format('8704, ''voter'', %s, null, null, null', p_member)) $$;
select is(pg_temp.ask(8204) ->> 'state', 'invited', 'fifty, with those who are invited');
select is(pg_temp.why(pg_temp.ask(8206)), 'ZC024 50', 'no more');
update plan_member set state = 'declined', ended_at = now() - interval '23 hours' where plan_id = 8704 and member_id > 8710048 - 20;
select is(pg_temp.why(pg_temp.ask(8206)), 'ZC024 20', 'nor after twenty refusals in a day');
update plan_member set state = 'left' where plan_id = 8704 and member_id = 8710048;
select is(pg_temp.ask(8206) ->> 'state', 'invited', 'who left has not refused');
select is(pg_temp.call('m:8206', 'plan_leave', '8704') ->> 'state', 'declined', 'no');
update plan_member set ended_at = now() - interval '25 hours' where plan_id = 8704 and member_id = 8710047;
update plan_member set ended_at = now() - interval '25 hours' where plan_id = 8704 and member_id = 8206;
select is(pg_temp.ask(8206) ->> 'state', 'invited', 'nor counts what was yesterday');
update plan_member set state = 'joined', ended_at = null where plan_id = 8704 and member_id > 8710000;
insert into plan_member (plan_id, member_id, role, state, joined_at) values (8704, 8710049, 'viewer', 'joined', now());
select is(pg_temp.why(pg_temp.join(8206, null, null, 8704)), 'ZC024 50', 'fifty are in it');
delete from plan_member where plan_id = 8704 and member_id = 8710049;
update membership set status = 'paused' where member_id = 8206;
select is(pg_temp.why(pg_temp.join(8206, null, null, 8704)), 'ZC017 paused', 'who rests in the club does not join');
update membership set status = 'active' where member_id = 8206;
select is(pg_temp.join(8206, null, null, 8704) ->> 'state', 'joined', 'the fiftieth');
select pg_temp.call('m:8206', 'plan_leave', '8704') \g /dev/null
select is((select count(*) from plan_member where plan_id = 8704 and state in ('invited', 'joined')), 50::bigint, 'forty-nine and one invited');
insert into plan_invite (invite_id, plan_id, token_hash, role, max_uses, expires_at, created_by)
values (8790, 8704, lib.plan_token_hash(lib.plan_token(8790)), 'voter', 5, now() + interval '1 day', 8202);
select is(pg_temp.why(pg_temp.join(8206, lib.plan_token(8790))), 'ZC024 50', 'no link leads to the place of who is invited');
select is(pg_temp.join(8204, null, null, 8704) ->> 'state', 'joined', 'who takes it');
insert into plan_invite (invite_id, plan_id, token_hash, role, max_uses, uses, expires_at, created_by, revoked_at)
select 8704000 + n, 8704, sha256(n::text::bytea), 'voter', 1, case n % 3 when 0 then 1 else 0 end,
       now() + case n % 3 when 1 then interval '-1 hour' else interval '1 hour' end, 8202, case n % 3 when 2 then now() end
  from generate_series(1, 60) n;
select is(pg_temp.call('m:8202', 'plan_invite', '8704, ''voter'', null, null, null, null') ? 'token', true, 'links that are over do not count');

insert into plan (plan_id, club_id, title, currency, state) values (8705, 8001, 'Draft', 'EUR', 'draft');
insert into plan_member (plan_id, member_id, role, state, joined_at) values (8705, 8202, 'owner', 'joined', now());
select pg_temp.call('m:8202', 'plan_invite', '8705, ''voter'', null, null, null, null') as link \gset
select is((select state || version from plan where plan_id = 8705), 'planning2', 'a draft that others are asked into is a plan');
select is(jsonb_path_query_array(:'link'::jsonb, '$._events[*].type'), '["plan.changed"]', 'which is told');
select is(pg_temp.call('m:8202', 'plan_invite', '8705, ''voter'', null, null, null, null') -> '_events', 'null', 'once');
select is(pg_temp.call('m:8202', 'plan_invite_revoke', '8704, null') ->> 'revoked', '2', 'all links of a plan');
select is((select count(*) from plan_invite where plan_id = 8705 and revoked_at is null), 2::bigint, 'and of no other');

-- leaving the club ----------------------------------------------------------------------------------------

insert into plan (plan_id, club_id, title, currency, state) values (8702, 8001, 'Oslo', 'EUR', 'planning'), (8703, 8002, 'Elsewhere', 'EUR', 'draft');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8702, 8201, 'owner', 'joined', now()), (8702, 8202, 'editor', 'joined', now()), (8703, 8201, 'owner', 'joined', now());
select pg_temp.call('m:8201', 'membership_leave', '8001') as gone \gset
select is((select string_agg(plan_id || state, ' ' order by plan_id) from plan_member where member_id = 8201), '8701left 8702left 8703joined',
          'who leaves a club leaves its plans');
select is((select member_id from plan_member where plan_id = 8702 and role = 'owner' and state = 'joined'), 8202::bigint, 'which pass on');
select ok(:'gone'::jsonb -> '_events' @> '[{"stream":"sys","refs":{"ends":[{"stream":"plan:8702","member":"8201","reason":"LEFT"}]}}]', 'cut off');
select * from finish();
rollback;
