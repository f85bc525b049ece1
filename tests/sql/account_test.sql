-- Passwords and addresses: forgotten, changed, proven; and what is never told.
begin;
\ir fixture.psql
select plan(49);
update member set email_verified_at = now() where member_id between 9101 and 9104;
insert into credential (principal_kind, principal_id, password_phc)
values ('m', 9101, '$argon2id$a'), ('s', 9201, '$argon2id$s'), ('m', 9102, '$argon2id$b');
insert into token_family (family_id, principal_kind, principal_id)
values (9601, 'm', 9101), (9602, 'm', 9101), (9603, 's', 9201), (9604, 'm', 9102);

create function pg_temp.code(p_template text) returns text language sql as
$$ select lib.token_secret(token_id) from send_job where template = p_template order by job_id desc limit 1 $$;

-- account.reset_start
select is((api.account_reset_start('Anna.T@example.org', null)).reply, '{"expires_in_s":900}', 'a member');
select is((select row(member_id, gate_cat, channel_id)::text from send_job where template = 'reset_password'), '(9101,svc.account,3)', 'gets a code');
select is((api.account_reset_start('nobody@example.org', null)).reply, '{"expires_in_s":900}', 'nobody gets the same answer');
select is((select count(*) from send_job), 1::bigint, 'and no mail');
select throws_ok($$select api.account_reset_start('nonsense', null)$$, 'ZC602', null, 'no address');
update member set email_verified_at = null where member_id = 9103;
select is((api.account_reset_start('cleo.t@example.org', null)).reply, '{"expires_in_s":900}', 'an address that was never proven');
select is((select count(*) from send_job), 1::bigint, 'gets none either');
select api.account_reset_start('dan.t@example.org', null) from generate_series(1, 5);
select throws_ok($$select api.account_reset_start('dan.t@example.org', null)$$, 'ZC006', null, 'five in 15 minutes');
select throws_ok($$select api.account_reset_start('x' || n || '@example.org', '192.0.2.1') from generate_series(1, 21) n$$, 'ZC006', null, 'twenty from an address');

-- account.reset_confirm
select is((api.account_reset_confirm('anna.t@example.org', '00000000', '$argon2id$n', null)).reply, '{"refused":"CODE_INVALID"}', 'a wrong code');
select is((select tries from one_time_token where member_id = 9101), 1, 'is counted');
select is((api.account_reset_confirm('nobody@example.org', '00000000', '$argon2id$n', null)).reply, '{"refused":"CODE_INVALID"}', 'nobody''s code');
select lib.token_secret(token_id) as anna from one_time_token where member_id = 9101 \gset
select is((api.account_reset_confirm('bo.t@example.org', :'anna', '$argon2id$n', null)).reply, '{"refused":"CODE_INVALID"}', 'another''s code');
insert into login_try (kind, key, tries, since) values ('e', lib.email_hash('anna.t@example.org'), 10, now()),
    ('s', sha256(convert_to('m:9101', 'UTF8')), 5, now());
create temp table reset as select a.* from api.account_reset_confirm('anna.t@example.org', :'anna', '$argon2id$new', null) a;
select is((select reply from reset), '{}', 'the right one');
select is((select events -> -1 -> 'refs' -> 'revoke' from reset), '{"who":"m:9101"}', 'every session ends');
select is((select sys_seq from reset), lib.sys_head(), 'with the number to wait for');
select is((select count(*) from token_family where principal_kind = 'm' and principal_id = 9101 and revoked_at is null), 0::bigint, 'every sign-in is over');
select is((select count(*) from token_family where revoked_at is null), 2::bigint, 'nobody else''s');
select is((select password_phc from credential where principal_kind = 'm' and principal_id = 9101), '$argon2id$new', 'the new password');
select is((select count(*) from login_try where kind in ('e', 's')), 0::bigint, 'what was counted is forgotten');
select is((select gate_cat from send_job where template = 'password_changed' and member_id = 9101), 'li.security', 'a mail tells of it');
select is((api.account_reset_confirm('anna.t@example.org', :'anna', '$argon2id$x', null)).reply, '{"refused":"CODE_INVALID"}', 'once');

-- staff
select is((api.account_reset_start('ED.t@example.org', null)).reply, '{"expires_in_s":900}', 'staff');
select lib.token_secret(token_id) as ed from send_job where member_id is null and template = 'reset_password' \gset
select is((select lib.pii_open(contact_enc) from send_job where member_id is null and template = 'reset_password'), 'ed.t@example.org', 'by the login');
select is((api.account_reset_confirm('ed.t@example.org', '00000000', '$argon2id$n', null)).reply, '{"refused":"CODE_INVALID"}', 'a wrong code');
select is((select tries from one_time_token where member_id is null), 1, 'is counted');
select is((api.account_reset_confirm('ed.t@example.org', :'ed', '$argon2id$ed', null)).events -> -1 -> 'refs' -> 'revoke', '{"who":"s:9201"}', 'sessions end');
select is((select password_phc from credential where principal_kind = 's' and principal_id = 9201), '$argon2id$ed', 'the new password');
select is((api.account_reset_confirm('ed.t@example.org', :'ed', '$argon2id$x', null)).reply, '{"refused":"CODE_INVALID"}', 'once');

-- account.password
select is((api.account_words('m:9101')).reply, '{"email":"anna.t@example.org","handle":"anna.t"}', 'what a password must not be');
select is((api.account_words('s:9201')).reply ->> 'email', 'ed.t@example.org', 'of staff');
insert into token_family (family_id, principal_kind, principal_id) values (9605, 'm', 9102);
create temp table pass as select a.* from api.account_password('m:9102', '$argon2id$two', 9604, repeat('a', 32)) a;
select is((select events -> -1 -> 'refs' -> 'revoke' from pass), '{"who":"m:9102","keep_family":"9604"}', 'the other sessions end');
select is((select array_agg(family_id) from token_family where principal_id = 9102 and revoked_at is null), '{9604}', 'the other sign-ins too');
select is((api.account_password('m:9102', '$argon2id$three', 0, repeat('a', 32))).events -> -1 -> 'refs' -> 'revoke',
          jsonb_build_object('who', 'm:9102', 'keep_token', repeat('a', 32)), 'all but the caller''s token');
select throws_ok($$select api.account_password('m:4711', 'x', 0, '')$$, 'ZC000', null, 'nobody');

-- account.email_change, account.email_confirm
select is((api.account_email_change('m:9101', 'New@example.org', null)).reply, '{"expires_in_s":1800}', 'a new address');
select is((select lib.pii_open(contact_enc) from send_job where template = 'change_email'), 'new@example.org', 'gets a code');
select is((select count(*) from one_time_token where payload::text ~* 'new@'), 0::bigint, 'and is not kept in clear');
select pg_temp.code('change_email') as first \gset
select is((api.account_email_change('m:9101', 'bo.t@example.org', null)).reply, '{"expires_in_s":1800}', 'another''s address: the same answer');
select is((select count(*) from send_job where template = 'account_exists' and member_id = 9102), 1::bigint, 'a mail to its owner');
select is((api.account_email_confirm('m:9101', :'first')).reply, '{"refused":"CODE_INVALID"}', 'and the code before is void, as it would be');
select throws_ok($$select api.account_email_change('m:9101', 'anna.t@example.org', null)$$, 'ZC602', null, 'the address one has');
select api.account_email_change('m:9101', 'new@example.org', null);
select lib.token_new('reset', 9101, '{}', interval '15 minutes') as old_reset, lib.token_new('consent_confirm', 9101, '{"events":[]}', interval '7 days') as old_yes \gset
create temp table mail as select a.* from api.account_email_confirm('m:9101', pg_temp.code('change_email')) a;
select is((select events -> 0 ->> 'type' from mail), 'profile.changed', 'the member''s devices see it');
select is((select lib.pii_open(email_enc) from member_pii where email_hash = lib.email_hash('new@example.org')), 'new@example.org', 'the new address is the account''s');
select is((select lib.pii_open(contact_enc) || '/' || gate_cat from send_job where template = 'email_changed'), 'anna.t@example.org/li.security', 'the old one is told');
select is((api.account_look('anna.t@example.org', null)).reply ->> 'who', null, 'and signs nobody in any more');
select is((api.account_reset_confirm('new@example.org', lib.token_secret(:old_reset), '$argon2id$n', null)).reply, '{"refused":"CODE_INVALID"}', 'a code that went to the old address sets no password');
select is((api.consent_confirm('m:9101', '{}', lib.token_secret(:old_yes), null, null, null)).reply, '{"refused":"CODE_INVALID"}', 'and confirms nothing for the new one');

-- passwords that guests bring cost time: so many from an address
insert into login_try (kind, key, tries, since) values ('a', lib.keyed_hash('192.0.2.77'), 99, now());
select api.account_pace(null), api.account_pace('192.0.2.77');
select throws_ok($$select api.account_pace('192.0.2.77')$$, 'ZC006', null, 'a hundred in a quarter of an hour');

select * from finish();
rollback;
