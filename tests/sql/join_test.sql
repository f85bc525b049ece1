-- Joining: the form behind a mailed code, ages, policies, what is never told, and those who do not come back.
begin;
\ir fixture.psql
select plan(61);
insert into age_rule (country, consent_age) values ('NO', 13) on conflict do nothing;
update member set email_verified_at = now() where member_id in (9101, 9104);
insert into staff (staff_id, login, roles) values (9202, 'boss.t@example.org', '{admin}');

-- The code that was mailed for a join.
create function pg_temp.code(p_join text) returns text language sql as $$ select lib.token_secret(p_join::bigint) $$;
create function pg_temp.start(p_email text, p_club bigint default 9001, p_answers jsonb default null, p_handle text default null,
    p_invite text default null, p_country text default null) returns text language sql as $$
    select (api.join_start(p_club, p_email, p_handle, 'Nova Real', 'nb', p_country, 'Europe/Oslo', null, p_answers, p_invite,
                           '$argon2id$new', null)).reply ->> 'join' $$;
create function pg_temp.verify(p_join text, p_code text, p_birth text default '1990-02-28', p_subject text default null)
returns lib.answer language sql as $$
    select api.join_verify(p_join::bigint, p_code, 3, 3, p_birth, case when p_subject is not null then 'https://id.example' end,
                           p_subject, sha256(p_join::bytea), 'phone', null) $$;

-- join.start
select pg_temp.start(' Nova@Example.org', p_handle => 'Nova.T') as join \gset
select is((select status || '/' || locale || '/' || (handle is null) from member m join member_pii i using (member_id)
            where i.email_hash = lib.email_hash('nova@example.org')), 'pending/nb/true', 'a pending member, known by the address alone');
select member_id as nova from member_pii where email_hash = lib.email_hash('nova@example.org') \gset
select is((select row(template, gate_cat, channel_id, token_id)::text from send_job where member_id = :nova),
          '(verify_email,svc.account,3,' || :'join' || ')', 'a code is mailed');
select is((select count(*) from credential where principal_id = :nova), 0::bigint, 'no password yet');
select is((select count(*) from one_time_token where payload::text ~* 'nova real|nova@'), 0::bigint, 'nothing of the form in clear');
select is((select pg_temp.start('anna.t@example.org') ~ '^[0-9]+$'), true, 'an address with an account gets the same answer');
select is((select row(member_id, template, token_id, lib.pii_open(contact_enc))::text from send_job where template = 'account_exists'),
          '(9101,account_exists,,anna.t@example.org)', 'and a mail that says so');
select is((select count(*) from one_time_token where member_id = 9101), 0::bigint, 'without a code');
select pg_temp.start('ed.t@example.org');
select is((select lib.pii_open(contact_enc) from send_job where member_id is null), 'ed.t@example.org', 'as has that of staff');
select throws_ok($$select pg_temp.start('no address')$$, 'ZC602', null, 'no address');
select throws_ok($$select pg_temp.start('a@b')$$, 'ZC602', null, 'no domain');
select throws_ok($$select pg_temp.start('a b@example.org')$$, 'ZC602', null, 'a blank');
select throws_ok($$select pg_temp.start('x1@example.org', p_handle => 'anna.t')$$, 'ZC004', null, 'a handle that is taken');
select throws_ok($$select pg_temp.start('x1@example.org', p_handle => 'admin')$$, 'ZC602', null, 'one that is reserved');
select throws_ok($$select pg_temp.start('x1@example.org', p_country => 'no')$$, 'ZC602', null, 'no country');
select throws_ok($$select api.join_start(9001, 'x1@example.org', null, null, null, null, 'Mars/Base', null, null, null, 'x', null)$$, 'ZC602', null, 'no time zone');
select throws_ok($$select pg_temp.start('x1@example.org', 4711)$$, 'ZC002', null, 'no such club');
select throws_ok($$select pg_temp.start('x1@example.org', p_invite => repeat('x', 43))$$, 'ZC030', null, 'no such invitation');
update club set status = 'frozen' where club_id = 9001;
select throws_ok($$select pg_temp.start('x1@example.org')$$, 'ZC017', null, 'a frozen club');
update club set status = 'active', join_policy = 'invitation' where club_id = 9001;
select throws_ok($$select pg_temp.start('x1@example.org')$$, 'ZC001', null, 'by invitation only');
update club set join_policy = 'open' where club_id = 9001;
select is((select count(*) from member_pii where email_hash = lib.email_hash('x1@example.org')), 0::bigint, 'none of them left anything');
select pg_temp.start('often@example.org') from generate_series(1, 5);
select throws_ok($$select pg_temp.start('often@example.org')$$, 'ZC006', null, 'five codes in 15 minutes');
select is((select count(*) from one_time_token t join member_pii i using (member_id)
            where i.email_hash = lib.email_hash('often@example.org') and t.expires_at > now()), 1::bigint, 'the newest alone is good');

-- join.verify
select is((pg_temp.verify(:'join', '00000000')).reply, '{"refused":"CODE_INVALID"}', 'a wrong code');
select is((select tries from one_time_token where token_id = :'join'::bigint), 1, 'is counted');
select is((pg_temp.verify('4711', pg_temp.code(:'join'))).reply, '{"refused":"CODE_INVALID"}', 'the code of another join');
select throws_ok(format('select api.join_verify(%s, %L, 2, 3, %L, null, null, %L, null, null)', :'join', '00000000', '1990-01-01', '\x'),
                 'ZC033', null, 'old terms');
select throws_ok($$select pg_temp.verify('1', '1', '1990-02-30')$$, 'ZC602', null, 'no such day');
select throws_ok($$select pg_temp.verify('1', '1', '30.12.1990')$$, 'ZC602', null, 'no such form');
select throws_ok($$select pg_temp.verify('1', '1', '3000-01-01')$$, 'ZC602', null, 'not born yet');
create temp table done as select v.* from pg_temp.verify(:'join', pg_temp.code(:'join')) v;
select is((select reply -> 'principal' ->> 'status' from done), 'active', 'the code makes the member active');
select is((select reply ->> 'who' from done), 'm:' || :nova, 'and signs in');
select is((select row(handle, locale, tz, under_18, under_consent_age, terms_ver, email_verified_at is not null)::text
             from member where member_id = :nova), '(nova.t,nb,Europe/Oslo,f,f,3,t)', 'the form is in force');
select is((select lib.pii_open(name_enc) || '/' || lib.pii_open(birth_enc) from member_pii where member_id = :nova), 'Nova Real/1990-02-28', 'sealed');
select is((select password_phc from credential where principal_kind = 'm' and principal_id = :nova), '$argon2id$new', 'with the password');
select is((select status from membership where member_id = :nova and club_id = 9001), 'active', 'in the club');
select is((select string_agg(e ->> 'type', ',' order by o) from done, jsonb_array_elements(events) with ordinality as x (e, o)),
          'membership.changed,metric.updated,card.changed,sys.changed', 'which is told');
select is((select count(*) from token_family f join refresh_token t using (family_id) where f.principal_id = :nova), 1::bigint, 'a sign-in of its own');
select is((select payload from one_time_token where token_id = :'join'::bigint), '{}', 'nothing of the form stays behind the code');
select is((pg_temp.verify(:'join', pg_temp.code(:'join'))).reply, '{"refused":"CODE_INVALID"}', 'the code is good once');

-- whose form it is: a stranger's later start voids the code, and the code never confirms the stranger's form
select pg_temp.start('mine@example.org', p_handle => 'mine.t') as mine \gset
select pg_temp.start('mine@example.org', p_handle => 'theirs.t') as theirs \gset
select is((pg_temp.verify(:'mine', pg_temp.code(:'theirs'))).reply, '{"refused":"CODE_INVALID"}', 'a code confirms the form it was mailed for');
select is((pg_temp.verify(:'mine', pg_temp.code(:'mine'))).reply, '{"refused":"CODE_INVALID"}', 'the newest alone');
select is((select status from member m join member_pii i using (member_id) where i.email_hash = lib.email_hash('mine@example.org')), 'pending', 'nothing happened');

-- five wrong codes
select pg_temp.start('guess@example.org') as guess \gset
select pg_temp.verify(:'guess', 'wrong') from generate_series(1, 5);
select is((pg_temp.verify(:'guess', pg_temp.code(:'guess'))).reply, '{"refused":"CODE_INVALID"}', 'after five wrong ones the right one is void');

-- ages
select pg_temp.start('kid@example.org', p_country => 'NO') as kid \gset
select is((pg_temp.verify(:'kid', pg_temp.code(:'kid'), to_char(now() - interval '12 years', 'YYYY-MM-DD'))).reply, '{"refused":"GUARDIAN_REQUIRED"}',
          'under the age of digital consent');
select is((select row(status, under_18, under_consent_age, consent_age_on is not null, adult_on is not null, email_verified_at is not null)::text
             from member m join member_pii i using (member_id) where i.email_hash = lib.email_hash('kid@example.org')), '(pending,t,t,t,t,t)',
          'the address is proven, the member waits');
select is((select payload from one_time_token where token_id = :'kid'::bigint), '{"club":"9001"}', 'and where to is not forgotten');
select pg_temp.start('teen@example.org', p_country => 'NO') as teen \gset
select is((pg_temp.verify(:'teen', pg_temp.code(:'teen'), to_char(now() - interval '14 years', 'YYYY-MM-DD'))).reply -> 'principal' ->> 'status',
          'active', 'of age to consent in Norway');
select is((select row(under_18, under_consent_age)::text from member m join member_pii i using (member_id)
            where i.email_hash = lib.email_hash('teen@example.org')), '(t,f)', 'but a minor');
select pg_temp.start('other@example.org') as other \gset
select is((pg_temp.verify(:'other', pg_temp.code(:'other'), to_char(now() - interval '15 years', 'YYYY-MM-DD'))).reply, '{"refused":"GUARDIAN_REQUIRED"}',
          'sixteen where no country is told');
update club set settings = settings || '{"min_age":18}' where club_id = 9001;
select pg_temp.start('young@example.org', p_country => 'NO') as young \gset
select throws_ok(format('select pg_temp.verify(%L, %L, %L)', :'young', pg_temp.code(:'young'), to_char(now() - interval '17 years', 'YYYY-MM-DD')),
                 'ZC013', null, 'too young for the club');
update club set settings = settings - 'min_age' where club_id = 9001;

-- clubs that ask, clubs that invite
update club set settings = settings || '{"questions":["Why?"]}' where club_id = 9002;
select throws_ok($$select pg_temp.start('asks@example.org', 9002)$$, 'ZC602', null, 'the club''s question is open');
select pg_temp.start('asks@example.org', 9002, '[{"question":"Why?","answer":"The fjords."}]') as asks \gset
select pg_temp.verify(:'asks', pg_temp.code(:'asks'));
select is((select row(status, applied_answers)::text from membership ms join member_pii i using (member_id)
            where i.email_hash = lib.email_hash('asks@example.org')), row('applied', '[{"answer": "The fjords.", "question": "Why?"}]')::text, 'applied');
update club set join_policy = 'invitation' where club_id = 9002;
select lib.token_new('invite', null, '{"club":"9002"}', '1 day') as invitation \gset
select lib.token_secret(:invitation) as invite \gset
select throws_ok(format('select pg_temp.start(%L, 9001, p_invite => %L)', 'vip@example.org', :'invite'), 'ZC030', null, 'an invitation to another club');
select pg_temp.start('vip@example.org', 9002, p_invite => :'invite') as vip \gset
select pg_temp.start('vip2@example.org', 9002, p_invite => :'invite') as vip2 \gset
select pg_temp.verify(:'vip', pg_temp.code(:'vip'));
select is((select status from membership ms join member_pii i using (member_id) where i.email_hash = lib.email_hash('vip@example.org')), 'active', 'invited');
select throws_ok(format('select pg_temp.verify(%L, %L)', :'vip2', pg_temp.code(:'vip2')), 'ZC030', null, 'an invitation is good once');

-- an outside subject
select pg_temp.start('out@example.org') as out \gset
select pg_temp.verify(:'out', pg_temp.code(:'out'), p_subject => 'auth0|7');
select is((select sqlstate from api.session_open('{auth0|7}', '{0}', '{}', '{}', '{https://id.example}')), null, 'stands for the new member');
select pg_temp.start('out2@example.org') as out2 \gset
select throws_ok(format('select pg_temp.verify(%L, %L, p_subject => %L)', :'out2', pg_temp.code(:'out2'), 'auth0|7'), 'ZC004', null, 'one only');

-- a suppressed address is good again once it is proven
insert into suppression (contact_hash, channel_id, reason) values (lib.email_hash('back@example.org'), 3, 'bounced');
select pg_temp.start('back@example.org') as back \gset
select pg_temp.verify(:'back', pg_temp.code(:'back'));
select is((select count(*) from suppression where contact_hash = lib.email_hash('back@example.org')), 0::bigint, 'mails reach it again');

-- the job
update member set created_at = now() - interval '31 days'
 where member_id in (select member_id from member_pii where email_hash in (lib.email_hash('guess@example.org'), lib.email_hash('kid@example.org')));
insert into audit_log (actor, action, subject_member, detail) values ('s:1', 'x', 9101, '{}');
select is((api.jobs_run('pending')).done, 2::bigint, 'pending for 30 days');
select is((select count(*) from member_pii where email_hash in (lib.email_hash('guess@example.org'), lib.email_hash('kid@example.org'))), 0::bigint, 'deleted');
select is((api.jobs_run('pending')).done, 0::bigint, 'once');

select * from finish();
rollback;
