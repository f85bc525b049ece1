-- Steps about one plan that meet: one waits for the other, and sees what it did.
begin;
select plan(13);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:9983___'; delete from stream where stream like '%:9983___';
        delete from idempotency where principal like 'm:9983___';
        delete from plan_handover where plan_id between 9983000 and 9983999;
        delete from plan_invite where plan_id between 9983000 and 9983999;
        delete from plan_member where plan_id between 9983000 and 9983999;
        delete from plan where plan_id between 9983000 and 9983999;
        delete from membership where club_id = 9983001; delete from member where member_id between 9983000 and 9983999;
        delete from tier where club_id = 9983001; delete from track where club_id = 9983001; delete from club where club_id = 9983001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9983001, 'race-plans', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9983002, 9983001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9983003, 9983001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'prace.' || m from generate_series(9983011, 9983017) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9983001, 9983002, 'active', 9983003, now() from generate_series(9983011, 9983017) m;
    insert into plan (plan_id, club_id, title, currency, state)
    select p, 9983001, 'Race', 'EUR', 'planning' from generate_series(9983021, 9983027) p;
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select p, m, case m when 9983011 then 'owner' when 9983012 then 'editor' else 'voter' end, 'joined', now()
      from generate_series(9983021, 9983027) p, generate_series(9983011, 9983013) m;
    insert into plan_handover (plan_id, to_member) select p, 9983013 from generate_series(9983022, 9983023) p;
    insert into plan_invite (invite_id, plan_id, token_hash, role, max_uses, expires_at, created_by)
    select p, p, lib.plan_token_hash(lib.plan_token(p)), 'voter', 1, now() + interval '1 day', 9983012
      from generate_series(9983021, 9983027) p$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_member bigint, p_function text, p_arguments text) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, 'm:' || p_member,
                  'plan-race-' || nextval('pg_temp.keys'), p_arguments)
$$;
create function pg_temp.join(p_member bigint, p_plan bigint) returns text language sql as
$$ select pg_temp.write(p_member, 'plan_join', format('lib.plan_token(%s), null, null', p_plan)) $$;
create function pg_temp.leave(p_member bigint, p_plan bigint) returns text language sql as
$$ select pg_temp.write(p_member, 'plan_leave', p_plan::text) $$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select coalesce(p_reply ->> 'revoked', p_reply ->> 'status', concat_ws(' ', p_reply ->> 'state', p_reply ->> 'role')) $$;
create function pg_temp.owner(p_plan bigint) returns bigint language sql as
$$ select member_id from club.plan_member where plan_id = p_plan and role = 'owner' and state = 'joined' $$;

select is(pg_temp.race(pg_temp.join(9983014, 9983021), pg_temp.join(9983015, 9983021)), 'joined voter, ZC003', 'the last use of a link is used once');
select is((select uses from plan_invite where invite_id = 9983021), 1, 'and counted so');
select is(pg_temp.race(pg_temp.leave(9983011, 9983022), pg_temp.write(9983013, 'plan_ownership_accept', '9983022, true')),
          'left owner, ZC002', 'the owner leaves while somebody takes over: it is too late');
select is(pg_temp.owner(9983022), 9983012::bigint, 'the editor owns it');
select is(pg_temp.race(pg_temp.write(9983013, 'plan_ownership_accept', '9983023, true'), pg_temp.leave(9983011, 9983023)),
          'joined owner, left editor', 'taken over while the owner leaves: that is an editor now');
select is(pg_temp.owner(9983023), 9983013::bigint, 'whoever took it over owns it');
select is(pg_temp.race(pg_temp.write(9983012, 'plan_invite_revoke', '9983024, null'), pg_temp.join(9983014, 9983024)), '1, ZC003', 'revoked while it is used');
select is(pg_temp.race(pg_temp.write(9983011, 'plan_remove', '9983025, 9983012'), pg_temp.leave(9983012, 9983025)),
          'removed editor, ZC002', 'removed while leaving');
select is(pg_temp.race(pg_temp.leave(9983011, 9983026), pg_temp.leave(9983012, 9983026)), 'left owner, left owner', 'owner and editor leave at once');
select is(pg_temp.owner(9983026), 9983013::bigint, 'the voter owns it');
select is(pg_temp.race(pg_temp.write(9983016, 'membership_leave', '9983001'), pg_temp.join(9983016, 9983027)), 'left, ZC014', 'who leaves the club does not join');
select is(pg_temp.race(pg_temp.join(9983017, 9983027), pg_temp.write(9983017, 'membership_leave', '9983001')), 'joined voter, left', 'who joins while leaving it');
select is((select state from plan_member where plan_id = 9983027 and member_id = 9983017), 'left', 'does not stay in the plan');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
