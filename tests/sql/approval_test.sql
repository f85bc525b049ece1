-- Four eyes: what is asked, by whom it is decided, for which call and how often it holds; accounts of staff and keys.
begin;
\ir noun.psql
select plan(98);

insert into staff (staff_id, login, roles)
values (8311, 'ada@example.org', '{admin}'), (8312, 'abe@example.org', '{admin}'), (8313, 'far@example.org', '{admin}'),
       (8314, 'pia@example.org', '{privacy}'), (8315, 'mod@example.org', '{moderator}');
insert into staff_club (staff_id, club_id)
values (8311, 8001), (8311, 8002), (8312, 8001), (8312, 8002), (8313, 8002), (8314, 8001), (8315, 8001);

-- the check by itself: a method that any privacy person may call
create function pg_temp.ask(p_who text, p_hash text, p_clubs bigint[] default '{8001}') returns lib.answer
language plpgsql as $$
declare
    v_idem   text := pg_temp.key();
    v_answer lib.answer;
begin
    v_answer := lib.idem_begin(p_who, 'test.big', v_idem, sha256(convert_to(p_hash, 'UTF8')));
    v_answer := lib.approval_check(p_who, 'test.big', v_idem, sha256(convert_to(p_hash, 'UTF8')), '{"points":20000}', p_clubs);
    if v_answer.reply is not null and exists (select from idempotency where key = v_idem) then
        return row('{"left":"a key"}'::jsonb, null, null, null)::lib.answer;
    end if;
    return v_answer;
end $$;
create function pg_temp.decide(p_who text, p_approval text, p_granted boolean, p_methods text[] default '{test.big}',
                               p_key text default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.approval_decide(%L, %L, %L, %s, %L, %L)', p_who,
                              coalesce(p_key, pg_temp.key()), sha256(convert_to(p_approval || p_granted, 'UTF8')),
                              p_approval, p_granted, p_methods));
$$;
create function pg_temp.listed(p_who text, p_methods text[] default '{test.big}', p_limit int default null,
                               p_cursor text default null)
returns jsonb language sql as $$
    select (api.approval_list(p_who, p_limit, p_cursor, p_methods)).reply;
$$;

create temp table asked as select pg_temp.ask('s:8311', 'one', '{8001,8002}') as a;
select is((a).reply ->> 'refused', 'APPROVAL_REQUIRED', 'the first call is refused') from asked;
select is((a).reply - 'refused', jsonb_build_object('approval_id', (select approval_id::text from approval)),
          'with the question, and nothing else') from asked;
select is((select array_agg(e ->> 'stream') from asked, jsonb_array_elements((a).events) e), '{staff:8001,staff:8002}',
          'the staff of each club is told');
select is((select e -> 'refs' from asked, jsonb_array_elements((a).events) e limit 1),
          jsonb_build_object('approval', (select approval_id::text from approval), 'method', 'test.big'), 'by reference');
select is((select (a).events -> 0 ->> 'gate' from asked), 'staff', 'behind the gate of staff');
select is((pg_temp.ask('s:8311', 'one', '{8001,8002}')).reply ->> 'approval_id', (a).reply ->> 'approval_id',
          'asked again: the same question') from asked;
select is((pg_temp.ask('s:8311', 'one', '{8001,8002}')).events, null, 'nobody is told twice');
select isnt((pg_temp.ask('s:8312', 'one')).reply ->> 'approval_id', (a).reply ->> 'approval_id',
            'somebody else asks for themselves') from asked;
select isnt((pg_temp.ask('s:8311', 'two')).reply ->> 'approval_id', (a).reply ->> 'approval_id',
            'another request is another question') from asked;

-- who sees and decides it
create temp table one as select (a).reply ->> 'approval_id' as id from asked;
select is(pg_temp.listed('s:8311', '{}') -> 'approvals' -> 1 -> 'mine', 'true', 'one''s own are listed');
select is((select array_agg(x ->> 'approval' order by x ->> 'approval') from jsonb_array_elements(pg_temp.listed('s:8312') -> 'approvals') x),
          (select array_agg(approval_id::text order by approval_id::text) from approval), 'and those one may decide');
select is(pg_temp.listed('s:8312', '{}') -> 'approvals' -> 0 ->> 'mine', 'true', 'none whose method one may not call');
select is(jsonb_array_length(pg_temp.listed('s:8312', '{}') -> 'approvals'), 1, 'only the own one then');
select is(jsonb_array_length(pg_temp.listed('s:8313') -> 'approvals'), 0, 'none of clubs one does not have');
select is((select x - 'approval' - 'asked_at' - 'expires_at' from one, jsonb_array_elements(pg_temp.listed('s:8312') -> 'approvals') x
            where x ->> 'approval' = id),
          '{"method":"test.big","params":{"points":20000},"clubs":["8001","8002"],"state":"asked","mine":false,'
          '"asked_by":{"staff":"8311","login":"ada@example.org"}}', 'what is shown');
select is(jsonb_array_length(pg_temp.listed('s:8312', '{test.big}', 2) -> 'approvals'), 2, 'pages');
select is(jsonb_array_length(pg_temp.listed('s:8312', '{test.big}', 2,
          pg_temp.listed('s:8312', '{test.big}', 2) ->> 'cursor') -> 'approvals'), 1, 'to the last');
select is(pg_temp.listed('s:8312', '{test.big}', 3) -> 'cursor', 'null', 'which has no cursor');
select is(pg_temp.try($$select * from api.approval_list('s:8312', null, 'x', '{}')$$) ->> 'refused', 'ZC602', 'a false cursor');
select is(pg_temp.try($$select * from api.approval_list('m:8201', null, null, '{}')$$) ->> 'refused', 'ZC001', 'members have none');

select is(pg_temp.decide('s:8311', id, true) ->> 'refused', 'ZC001', 'nobody decides their own') from one;
select is(pg_temp.decide('s:8313', id, true) ->> 'refused', 'ZC002', 'nor without all its clubs') from one;
select is(pg_temp.decide('s:8312', id, true, '{}') ->> 'refused', 'ZC002', 'nor what one could not call') from one;
select is(pg_temp.decide('s:8312', '77', true) ->> 'refused', 'ZC002', 'nor what there is not');
select is(pg_temp.decide('m:8201', id, true) ->> 'refused', 'ZC001', 'nor as a member') from one;
select is(pg_temp.decide('s:8312', id, true, '{test.big}', 'decide-01') - '_events' - '_sys',
          jsonb_build_object('approval', id, 'state', 'granted', '_subjects', '[]'::jsonb), 'a colleague may') from one;
select is(pg_temp.decide('s:8312', id, true, '{test.big}', 'decide-01') ->> 'replay', 'true', 'once') from one;
select is(pg_temp.decide('s:8312', id, false) - '_events', '{"refused":"ZC017","state":"granted"}', 'and for good') from one;
select is((select array_agg(stream || ' ' || (refs ->> 'state') order by stream) from outbox where type = 'approval.decided'),
          '{"staff:8001 granted","staff:8002 granted"}', 'the staff is told');
select is((select detail ->> 'state' from audit_log where action = 'approval.decide' and actor = 's:8312'), 'granted',
          'it is on the record');
select throws_ok(format('update approval set decided_by = asked_by where approval_id = %s', id), '23514', null,
                 'the table itself wants two people') from one;

-- it holds once, for that request of that person
select is((pg_temp.ask('s:8312', 'one')).reply ->> 'refused', 'APPROVAL_REQUIRED', 'not for others');
select is((pg_temp.ask('s:8311', 'one', '{8001,8002}')).reply, null, 'the call goes through');
select is((select state from approval, one where approval_id = id::bigint), 'used', 'which uses it up');
select is((pg_temp.ask('s:8311', 'one', '{8001,8002}')).reply ->> 'refused', 'APPROVAL_REQUIRED', 'the next one asks anew');
create temp table two as select approval_id as id from approval where asked_by = 8312;
select is(pg_temp.decide('s:8311', id::text, false) ->> 'state', 'denied', 'or it is denied') from two;
select isnt((pg_temp.ask('s:8312', 'one')).reply ->> 'approval_id', id::text, 'then a new question may be asked') from two;

-- time
create temp table three as select ((pg_temp.ask('s:8311', 'three')).reply ->> 'approval_id')::bigint as id;
update approval set expires_at = now() - interval '1 second' where approval_id = (select id from three);
select is(pg_temp.decide('s:8312', id::text, true) - '_events', '{"refused":"ZC017","state":"expired"}', 'too late to decide') from three;
select isnt(((pg_temp.ask('s:8311', 'three')).reply ->> 'approval_id')::bigint, id, 'asked anew') from three;
select is((select state from approval, three where approval_id = id), 'expired', 'the old one is marked');
create temp table four as select ((pg_temp.ask('s:8311', 'three')).reply ->> 'approval_id') as id;
select is(pg_temp.decide('s:8312', id, true) ->> 'state', 'granted', 'granted') from four;
select ok(expires_at > now() + interval '23 hours', 'for a day') from approval, four where approval_id = id::bigint;
update approval set expires_at = now() where approval_id = (select id::bigint from four);
select is((pg_temp.ask('s:8311', 'three')).reply ->> 'refused', 'APPROVAL_REQUIRED', 'and no longer');
update approval set expires_at = now() where approval_id = (select max(approval_id) from approval);
select is((select done from api.jobs_run('approvals')), 1::bigint, 'the job marks what is over');
select is((select count(*) from outbox where type = 'approval.decided' and refs ->> 'state' = 'expired'), 1::bigint, 'and tells it');
select is(lib.approvals_expire(), 0::bigint, 'once');
select is(count(pg_temp.ask('s:8314', 'many ' || n)), 25::bigint, 'somebody asks much') from generate_series(1, 25) n;
select is(count(*), 20::bigint, 'twenty questions stay open') from approval where asked_by = 8314 and state = 'asked';
select is(min((select count(*) from approval o where o.asked_by = 8314 and o.approval_id < a.approval_id)), 5::bigint,
          'the newest') from approval a where asked_by = 8314 and state = 'asked';

-- admin.staff_set
create function pg_temp.staff(p_who text, p_staff bigint, p_login text default null, p_roles jsonb default null,
                              p_clubs jsonb default null, p_active boolean default null, p_phc text default null,
                              p_key text default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.admin_staff_set(%L, %L, %L, %L, %L, %L, %L, %L, null, %L)', p_who,
        coalesce(p_key, pg_temp.key()),
        sha256(convert_to(concat_ws('|', p_staff, p_login, p_roles, p_clubs, p_active, p_phc), 'UTF8')),
        p_staff, p_login, p_roles, p_clubs, p_active, p_phc));
$$;
create temp table new_one as
select pg_temp.staff('s:8311', null, ' New@Example.org', '["moderator","agent"]', '["8001"]', null, '$argon2id$x', 'staff-new') as r;
select is(r - 'staff' - '_events' - '_sys' - '_subjects',
          '{"login":"new@example.org","roles":["agent","moderator"],"clubs":["8001"],"active":true,"locale":"en"}',
          'a new account') from new_one;
select is(r -> '_events', 'null', 'nobody had its rights before') from new_one;
select is(pg_temp.staff('s:8311', null, ' New@Example.org', '["moderator","agent"]', '["8001"]', null, '$argon2id$x', 'staff-new')
          ->> 'replay', 'true', 'once');
select is((select password_phc from credential, new_one where principal_kind = 's' and principal_id = (r ->> 'staff')::bigint),
          '$argon2id$x', 'with a password');
select is(pg_temp.staff('s:8311', null, 'new@example.org', '["agent"]') ->> 'refused', 'ZC004', 'the login is taken');
select is(pg_temp.staff('s:8311', null, null, '["agent"]') ->> 'path', 'login', 'it needs a login');
select is(pg_temp.staff('s:8311', null, 'x@example.org') ->> 'path', 'roles', 'and roles');
select is(pg_temp.staff('s:8311', null, 'nonsense', '["agent"]') ->> 'problem', 'must be an e-mail address', 'a login is an address');
select is(pg_temp.staff('s:8311', null, 'x@example.org', '["admin"]') ->> 'path', 'roles', 'an admin is not born');
select is(pg_temp.staff('s:8311', null, 'x@example.org', '["agent"]', '["8003"]') ->> 'refused', 'ZC001', 'a club of others');
select is(pg_temp.staff('s:8301', 8315) ->> 'refused', 'ZC001', 'an editor changes nobody');
select is(pg_temp.staff('s:8311', 8311, null, '["admin","privacy"]') ->> 'refused', 'ZC001', 'nobody changes themselves');
select is(pg_temp.staff('s:8313', 8315) ->> 'refused', 'ZC002', 'an account of other clubs');
select is(pg_temp.staff('s:8311', 99) ->> 'refused', 'ZC002', 'no account');

select is(pg_temp.staff('s:8311', 8315, null, '["editor"]') -> '_events' -> 0 -> 'refs', '{"rights":"s:8315"}', 'other roles: asked for again');
select is(pg_temp.staff('s:8311', 8315) -> '_events', 'null', 'nothing changed: nobody is told');
select is(pg_temp.staff('s:8311', 8315, null, null, '[]') -> '_events' -> 0 -> 'refs', '{"rights":"s:8315"}', 'out of a club');
select is((select count(*) from staff_club where staff_id = 8315), 0::bigint, 'out it is');
insert into token_family (family_id, principal_kind, principal_id) values (8391, 's', 8315), (8392, 's', 8312);
select is(pg_temp.staff('s:8311', 8315, null, null, null, null, '$argon2id$y') -> '_events' -> 0 -> 'refs',
          '{"revoke":{"who":"s:8315"},"rights":"s:8315"}', 'a new password ends its sign-ins');
select is((select array_agg(family_id) from token_family where revoked_at is not null), '{8391}', 'and its tokens');
select is(pg_temp.staff('s:8311', 8315, null, null, null, false) -> '_events' -> 0 -> 'refs' -> 'revoke', '{"who":"s:8315"}', 'so does its end');
select is((lib.principal_of('s:8315')).reply, null, 'it is nobody now');
select is((select count(*) from audit_log where action = 'admin.staff_set'), 6::bigint, 'all on the record');

select is(pg_temp.staff('s:8311', 8301, null, '["editor","privacy"]') ->> 'refused', 'APPROVAL_REQUIRED', 'power over others takes four eyes');
select is((select params from approval where method = 'admin.staff_set'),
          '{"staff":"8301","roles":["editor","privacy"],"clubs":["8001"],"active":true,"new_password":false}', 'who decides sees this');
select is((select roles from staff where staff_id = 8301), '{editor}', 'nothing changed');
select is(pg_temp.decide('s:8312', (select approval_id::text from approval where method = 'admin.staff_set'), true,
                         '{admin.staff_set}') ->> 'state', 'granted', 'a second admin agrees');
select is(pg_temp.staff('s:8311', 8301, null, '["editor","privacy"]') -> 'roles', '["editor","privacy"]', 'and it goes through');
select is(pg_temp.staff('s:8311', 8301, null, '["editor"]') ->> 'refused', null, 'taking away needs nobody');
select is(pg_temp.staff('s:8311', 8314, null, null, '["8001","8002"]') ->> 'refused', 'APPROVAL_REQUIRED', 'so does another club');
select is(pg_temp.staff('s:8311', 8314, null, null, null, null, '$argon2id$z') ->> 'refused', 'APPROVAL_REQUIRED', 'or a password');
select is(pg_temp.staff('s:8311', 8314, 'mine@example.org') ->> 'path', 'login', 'the login stays');
select is(pg_temp.staff('s:8311', 8314, null, null, null, false) ->> 'active', 'false', 'an end needs nobody');
select is(pg_temp.staff('s:8311', 8314, null, null, null, true) ->> 'refused', 'APPROVAL_REQUIRED', 'coming back does');

-- admin.key_rotate
create function pg_temp.rotate(p_who text, p_service text, p_mode text, p_scopes jsonb default null, p_key text default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.admin_key_rotate(%L, %L, %L, %L, %L, %L)', p_who, coalesce(p_key, pg_temp.key()),
                              sha256(convert_to(p_service || p_mode, 'UTF8')), p_service, p_mode, p_scopes));
$$;
create temp table key_one as select pg_temp.rotate('s:8311', 'kiosk', 'replace', '["pos","crm"]', 'kiosk-001') as r;
select is(r - 'key' - '_events' - '_sys' - '_subjects', '{"service":"kiosk","scopes":["crm","pos"],"live":1,"revoked":0}', 'a new service') from key_one;
select is((select roles from key_one, api.session_open(array[null::text], array[0::bigint],
           array[encode(sha256(convert_to(r ->> 'key', 'UTF8')), 'hex')], array[null::text], array[null::text])), 'crm pos', 'its key opens');
select is(pg_temp.rotate('s:8311', 'kiosk', 'replace', '["pos","crm"]', 'kiosk-001') ? 'key', false, 'a replay has none');
select is((select count(*) from idempotency, key_one where response::text like '%' || (r ->> 'key') || '%'), 0::bigint, 'it is stored nowhere');
create temp table key_two as select pg_temp.rotate('s:8311', 'kiosk', 'replace') as r;
select is(r -> '_events' -> 0 -> 'refs', '{"revoke":{"who":"v:kiosk"}}', 'replaced: its connections end') from key_two;
select is((select sqlstate from key_one, api.session_open(array[null::text], array[0::bigint],
           array[encode(sha256(convert_to(r ->> 'key', 'UTF8')), 'hex')], array[null::text], array[null::text])), 'ZC000', 'the old key is void');

select is(pg_temp.rotate('s:8311', 'kiosk', 'add') ->> 'live', '2', 'a second one beside it');
select is((select sqlstate from key_two, api.session_open(array[null::text], array[0::bigint],
           array[encode(sha256(convert_to(r ->> 'key', 'UTF8')), 'hex')], array[null::text], array[null::text])), null, 'and both open');
select pg_temp.rotate('s:8311', 'kiosk', 'add') from generate_series(1, 3);
select is(pg_temp.rotate('s:8311', 'kiosk', 'add') - '_events', '{"refused":"ZC024","max":5}', 'five at most');
select is(pg_temp.rotate('s:8311', 'kiosk', 'prune') - '_events' - '_sys' - '_subjects',
          '{"service":"kiosk","scopes":["crm","pos"],"live":1,"revoked":4}', 'pruned: the newest stays');
select is(pg_temp.rotate('s:8311', 'kiosk', 'prune') -> '_events', 'null', 'nothing to prune');
select is(pg_temp.rotate('s:8311', 'nobody', 'prune') ->> 'refused', 'ZC002', 'no such service');
select is(pg_temp.rotate('s:8311', 'nobody', 'add') ->> 'path', 'scopes', 'a new one says what it may');
select is(pg_temp.rotate('s:8311', 'No-Body', 'add', '["pos"]') ->> 'path', 'service', 'and has a fair name');
select is(pg_temp.rotate('s:8301', 'kiosk', 'add') ->> 'refused', 'ZC001', 'for admins');

select * from finish();
rollback;
