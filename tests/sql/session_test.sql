-- Signing in: who a token or key stands for, what is refused, refresh tokens and their theft, limits.
begin;
\ir fixture.psql
select plan(93);

insert into credential (principal_kind, principal_id, password_phc)
values ('m', 9101, '$argon2id$a'), ('s', 9201, '$argon2id$s'), ('m', 9102, '$argon2id$b');
select lib.apikey_new('till', '{pos,crm}', sha256('key'));
insert into token_family (family_id, principal_kind, principal_id) values (9601, 'm', 9101), (9602, 'm', 9102);
update token_family set revoked_at = now() where family_id = 9602;
update member set status = 'erased', erased_at = now(), handle = null where member_id = 9103;
update member set status = 'suspended' where member_id = 9104;

-- session.open
create temp table s as
select * from api.session_open(
    array['m:9101', 'm:9101', 'm:9102', 'm:9101', 'm:9103', 'm:4711', 's:9201', null, null, 'm:9104', 'x'],
    array[0, 9601, 9602, 9602, 0, 0, 0, 0, 0, 0, 0]::bigint[],
    array[null, null, null, null, null, null, null, encode(sha256('key'), 'hex'), 'zz', null, null], '{}', '{}');
select is((select array_agg(idx order by idx) from s), '{1,2,3,4,5,6,7,8,9,10,11}', 'an answer each, in order');
select is((select reply from s where idx = 1),
    '{"principal":{"kind":"member","id":"9101","handle":"anna.t","status":"active"},
      "clubs":[{"club":"9001","slug":"test-nine","name":"Nine","status":"active","tier":{"rank":0,"name":"Blue"}}],
      "streams":["me","club:9001"],"consent_epoch":0}', 'a member');
select is((select roles || '/' || locale || '/' || who from s where idx = 1), 'member/en/m:9101', 'role, locale, who');
select is((select sys_seq from s where idx = 1), lib.sys_head(), 'as of this number of sys');
select is((select sqlstate from s where idx = 2), null, 'a living family');
select is((select sqlstate from s where idx = 3), 'ZC000', 'a revoked family');
select is((select sqlstate from s where idx = 4), 'ZC000', 'another''s family');
select is((select sqlstate from s where idx = 5), 'ZC000', 'an erased member');
select is((select sqlstate from s where idx = 6), 'ZC000', 'an unknown member');
select is((select reply -> 'principal' from s where idx = 7),
    '{"kind":"staff","id":"9201","login":"ed.t@example.org","roles":["editor","manager"],"clubs":["9001"]}', 'staff');
select is((select roles from s where idx = 7), 'editor manager', 'staff roles');
select is((select reply -> 'streams' from s where idx = 7), '["staff:9001"]', 'staff streams');
select is((select row(who, roles)::text from s where idx = 8), '(v:till,"pos crm")', 'a service and its scopes');
select is((select reply -> 'principal' from s where idx = 8), '{"kind":"service","name":"till","scopes":["pos","crm"]}', 'as principal');
select is((select sqlstate from s where idx = 9), 'ZC000', 'no such key');
select is((select reply -> 'principal' ->> 'status' from s where idx = 10), 'suspended', 'a suspended member stays signed in');
select is((select sqlstate from s where idx = 11), 'ZC000', 'no such kind');
update api_key set revoked_at = now() where service = 'till';
update staff set active = false where staff_id = 9201;
select is((select array_agg(sqlstate) from api.session_open('{null,s:9201}', '{0,0}', array[encode(sha256('key'), 'hex'), null], '{}', '{}')),
          '{ZC000,ZC000}', 'a revoked key, staff who left');
update staff set active = true where staff_id = 9201;

-- account.look
select is((api.account_look(' Anna.T@Example.org', '192.0.2.1')).reply, '{"who":"m:9101","phc":"$argon2id$a"}', 'by e-mail');
select is((api.account_look('ed.t@example.org', '192.0.2.1')).reply, '{"who":"s:9201","phc":"$argon2id$s"}', 'staff by login');
select is((api.account_look('nobody@example.org', '192.0.2.1')).reply, '{"who":null,"phc":null}', 'unknown');
select is((api.account_look('cleo.t@example.org', '192.0.2.1')).reply, '{"who":null,"phc":null}', 'erased');
select api.account_look('bo.t@example.org', null) from generate_series(1, 10);
select throws_ok($$select api.account_look('BO.t@example.org', null)$$, 'ZC006', null, 'the 11th attempt on one address');
select is((api.account_look('anna.t@example.org', null)).reply ->> 'who', 'm:9101', 'others are not touched');
select api.account_look('u' || n || '@example.org', '192.0.2.9') from generate_series(1, 100) n;
select throws_ok($$select api.account_look('u101@example.org', '192.0.2.9')$$, 'ZC006', null, 'the 101st from one address');
update login_try set since = now() - interval '16 minutes';
select is((api.account_look('bo.t@example.org', '192.0.2.9')).reply ->> 'who', 'm:9102', 'after 15 minutes again');
select is((select count(*) from login_try where key in (convert_to('192.0.2.9', 'UTF8'), convert_to('bo.t@example.org', 'UTF8'))),
          0::bigint, 'neither is stored in clear');

-- account.login
select is((api.account_sign_in('m:9101', false, sha256('r0'), 'phone', null)).reply, '{"refused":"UNAUTHENTICATED"}', 'wrong password');
select is((select count(*) from token_family where principal_id = 9101), 1::bigint, 'no family');
create temp table login as select a.* from api.account_sign_in('m:9102', true, sha256('r1'), 'phone', '192.0.2.9') a;
select is((reply -> 'principal' ->> 'id') || '/' || (reply ->> 'consent_epoch'), '9102/0', 'the principal as in session.auth') from login;
select is(events -> 0 ->> 'type' || '@' || (events -> 0 ->> 'stream') || '/' || (events -> 0 ->> 'gate'),
          'device.new@me:9102/li.security', 'the member''s devices are told') from login;
select is((select count(*) from login_try where kind = 'e' and key = lib.email_hash('bo.t@example.org')), 0::bigint, 'the counter is forgotten');
select is((api.account_sign_in('s:9201', true, sha256('r2'), 'desk', null)).events, null, 'staff have no stream of their own');
select is((api.account_sign_in('m:9103', true, sha256('r3'), 'x', null)).reply, '{"refused":"UNAUTHENTICATED"}', 'an erased member');

-- account.refresh
create temp table turn as select a.* from api.account_refresh(sha256('r1'), sha256('r1b')) a;
select is(reply ->> 'who', 'm:9102', 'a token is exchanged') from turn;
select is(t.reply ->> 'family', l.reply ->> 'family', 'within its family') from turn t, login l;
select is((api.account_refresh(sha256('r1'), sha256('r1c'))).reply ->> 'who', 'm:9102', 'the previous one is good for 30 s');
select is((api.account_refresh(sha256('none'), sha256('n'))).reply, '{"refused":"UNAUTHENTICATED"}', 'an unknown one is not');
update refresh_token set used_at = now() - interval '31 seconds' where token_hash = sha256('r1');
create temp table theft as select a.* from api.account_refresh(sha256('r1'), sha256('r1d')) a;
select is(reply, '{"refused":"UNAUTHENTICATED"}', 'later its use is theft') from theft;
select is(t.events -> 0 -> 'refs', jsonb_build_object('revoke', jsonb_build_object('who', 'm:9102', 'family', l.reply ->> 'family')),
          'the family''s sessions end') from theft t, login l;
select is((select sqlstate from api.session_open('{m:9102}', array[(l.reply ->> 'family')::bigint], '{null}', '{null}', '{}')), 'ZC000',
          'its access tokens open nothing') from login l;
select is((api.account_refresh(sha256('r1b'), sha256('x'))).reply, '{"refused":"UNAUTHENTICATED"}', 'nor its newer tokens');
update refresh_token set expires_at = now() where token_hash = sha256('r2');
select is((api.account_refresh(sha256('r2'), sha256('y'))).reply, '{"refused":"UNAUTHENTICATED"}', 'an expired one');

-- account.logout
create temp table again as select a.* from api.account_sign_in('m:9101', true, sha256('q1'), 'phone', null) a;
select is((api.account_logout('m:9102', (a.reply ->> 'family')::bigint, null, 'a1', 0)).events, null, 'not another''s family') from again a;
create temp table leave as select o.* from again a, api.account_logout('m:9101', (a.reply ->> 'family')::bigint, null, 'a1', 0) o;
select is(reply, '{}', 'signed out') from leave;
select is(sys_seq, lib.sys_head(), 'with the number to wait for') from leave;
select is(events -> -1 -> 'refs' -> 'revoke' ->> 'who', 'm:9101', 'sessions are closed') from leave;
select is((api.account_refresh(sha256('q1'), sha256('q2'))).reply, '{"refused":"UNAUTHENTICATED"}', 'the refresh token is dead');
create temp table guest as select a.* from api.account_sign_in('m:9101', true, sha256('g1'), 'phone', null) a;
select is((api.account_logout('g', null, sha256('g1'), '', 0)).events -> 0 -> 'refs' -> 'revoke' ->> 'who', 'm:9101', 'by refresh token alone');

-- a token that belongs to no family
select is((select count(*) from revoked_token), 0::bigint, 'families need no list');
create temp table lone as
select o.* from api.account_logout('m:9101', 0, null, repeat('ab', 16), extract(epoch from now())::bigint + 60) o;
select is(events -> 0 -> 'refs' -> 'revoke', jsonb_build_object('who', 'm:9101', 'token', repeat('ab', 16)), 'its sessions end') from lone;
select is((select array_agg(sqlstate) from api.session_open('{m:9101,m:9101}', '{0,0}', '{null,null}',
               array[repeat('ab', 16), repeat('cd', 16)], '{}')), '{ZC000,null}', 'it opens nothing any more; others do');
select is((api.account_logout('m:9101', 0, null, repeat('ab', 16), 1)).reply, '{}', 'twice is no error');
select is((select count(*) from revoked_token where expires_at > now()), 1::bigint, 'and keeps the later end');

-- outside providers
select lives_ok($$select lib.identity_set('https://id.example', 'auth0|1', 'm:9101')$$, 'a subject stands for a member');
select lives_ok($$select lib.identity_set('https://id.example', 'auth0|2', 's:9201')$$, 'or for staff');
select is((select array_agg(coalesce(who, '-') || '/' || coalesce(sqlstate, 'fine') order by idx)
             from api.session_open('{auth0|1,auth0|2,auth0|3,auth0|1,m:9101,auth0|1}', '{0,0,0,0,0,0}', '{}', '{}',
                      '{https://id.example,https://id.example,https://id.example,https://other.example,https://id.example,null}')),
          '{m:9101/fine,s:9201/fine,-/ZC000,-/ZC000,-/ZC000,auth0|1/ZC000}', 'of its issuer alone, and never by its own word');
select throws_ok($$select lib.identity_set('https://id.example', 'x', 'm:4711')$$, 'P0001', 'there is no such member', 'somebody must be there');
select throws_ok($$select lib.identity_set('https://id.example', 'x', 'm:9103')$$, 'P0001', 'there is no such member', 'not one who was erased');
select lib.identity_set('https://id.example', 'auth0|1', 'm:9101');
select is((select count(*) from outbox where refs -> 'revoke' = '{"who":"m:9101"}'), 0::bigint, 'the same again: nobody is signed out');
select lib.identity_set('https://id.example', 'auth0|1', 'm:9102');
select is((select count(*) from outbox where refs -> 'revoke' = '{"who":"m:9101"}'), 1::bigint, 'another: the one before is signed out');
select is(lib.identity_remove('https://id.example', 'auth0|1'), true, 'removed');
select is((select count(*) from outbox where refs -> 'revoke' = '{"who":"m:9102"}'), 1::bigint, 'and signed out');
select is(lib.identity_remove('https://id.example', 'auth0|1'), false, 'once');

-- keys of services
select lib.apikey_new('door', '{pos}', sha256('d1'));
select lib.apikey_new('door', '{pos}', sha256('d2'));
update api_key set created_at = now() - interval '1 day' where key_hash = sha256('d1');
select is(lib.apikey_revoke('door', false), 1::bigint, 'all but the newest');
select is((select refs -> 'revoke' from outbox where refs #>> '{revoke,who}' = 'v:door'),
          jsonb_build_object('who', 'v:door', 'token', left(encode(sha256('d1'), 'hex'), 32)), 'its sessions end');
select is(lib.apikey_revoke('door', true) + lib.apikey_revoke('door', true), 1::bigint, 'all of them, once');

-- session.ticket
select is((api.session_ticket('m:9101', sha256('t1'), 9601, repeat('ef', 16), 1900000000, 7)).reply, '{"expires_in_s":30}', 'a ticket');
select api.session_ticket('s:9201', sha256('t2'), 0, repeat('aa', 16), 1900000001, 0);
select api.session_ticket('m:9102', sha256('t3'), 0, repeat('bb', 16), 1900000002, 0);
update session_ticket set expires_at = now() where who = 'm:9102';
create temp table taken as
select * from api.session_ticket_take(array[encode(sha256('t1'), 'hex'), encode(sha256('none'), 'hex'), encode(sha256('t3'), 'hex'),
                                            encode(sha256('t1'), 'hex'), encode(sha256('t2'), 'hex')]);
select is((select array_agg(idx order by idx) from taken), '{1,2,3,4,5}', 'an answer each, in order');
select is((select row(who, family, token_id, expires_s, auth_time_s)::text from taken where idx = 1),
          '(m:9101,9601,' || repeat('ef', 16) || ',1900000000,7)', 'stands for the sign-in it was made in');
select is((select who from taken where idx = 2), null, 'an unknown one');
select is((select who from taken where idx = 3), null, 'one that is too old');
select is((select who from taken where idx = 4), null, 'one that was used');
select is((select who from taken where idx = 5), 's:9201', 'staff');
select is((select count(*) from session_ticket), 0::bigint, 'nothing is left');
select is((select count(*) from api.session_ticket_take('{}')), 0::bigint, 'none asked, none told');
select api.session_ticket('m:9101', sha256(('q' || n)::bytea), 0, repeat('ef', 16), 1900000000, 7) from generate_series(1, 20) n;
select throws_ok($$select api.session_ticket('m:9101', sha256('one more'), 0, repeat('ef', 16), 1900000000, 7)$$, 'ZC006', null,
                 'twenty wait at most');
select lives_ok($$select api.session_ticket('m:9102', sha256('one more'), 0, repeat('ef', 16), 1900000000, 7)$$, 'others may');
update session_ticket set expires_at = now() where who = 'm:9101';
select lives_ok($$select api.session_ticket('m:9101', sha256('one more again'), 0, repeat('ef', 16), 1900000000, 7)$$, 'old ones do not count');
select is((select count(*) from session_ticket where ticket_hash in (convert_to('t1', 'UTF8'), '\x7431')), 0::bigint, 'only its hash is kept');
update session_ticket set expires_at = now() - interval '1 second';
update revoked_token set expires_at = now() - interval '1 second';
select ok(lib.logins_purge() >= 3, 'the job tidies up');
select is((select count(*) from session_ticket) + (select count(*) from revoked_token), 0::bigint, 'both tables');
select ok(not has_function_privilege('club_server', 'lib.token_revoke(text, text, bigint)', 'execute'), 'the hub revokes through api only');

-- step-up
select is((api.account_phc('m:9101')).reply, '{"phc":"$argon2id$a"}', 'the hash to compare with');
select throws_ok($$select api.account_phc('m:9104')$$, 'ZC000', null, 'no password, no step-up');
create temp table wrong as select a.* from api.step_up_note('m:9101', false) a;
select is(reply, '{"refused":"CODE_INVALID"}', 'a wrong password') from wrong;
select is(events -> 0 ->> 'type', 'code.failures', 'is told to the member') from wrong;
select is((api.step_up_note('m:9101', true)).reply, '{}', 'a right one');
select is((select count(*) from login_try where kind = 's'), 0::bigint, 'forgets the wrong ones');
select api.step_up_note('m:9101', false) from generate_series(1, 5);
select throws_ok($$select api.step_up_note('m:9101', true)$$, 'ZC006', null, 'after five wrong ones even the right one waits');
select throws_ok($$select api.account_phc('m:9101')$$, 'ZC006', null, 'and nothing is compared');

-- identifiers
select is(lib.pii_open(lib.pii_seal('Åse Übermut')), 'Åse Übermut', 'sealed and opened');
select isnt(lib.pii_seal('x'), lib.pii_seal('x'), 'never twice the same');

select * from finish();
rollback;
