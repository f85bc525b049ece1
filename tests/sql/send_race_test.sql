-- A message that is taken and a withdrawal, from two sessions at once (dblink): one is wholly before the other.  They
-- commit for real and clean up after themselves.
begin;
select plan(9);
create extension if not exists dblink with schema public;
set local search_path = club, public;

select dblink_connect(c, format('host=%s port=%s dbname=%s user=%s',
           (string_to_array(current_setting('unix_socket_directories'), ','))[1], current_setting('port'),
           current_database(), session_user))
  from unnest('{a,b}'::text[]) c \g /dev/null
select dblink_exec(c, 'set search_path = club'), dblink_exec(c, 'set clubhub.pii_key = ''00ff''') from unnest('{a,b}'::text[]) c \g /dev/null
create function pg_temp.tidy() returns text language sql as $$
    select public.dblink_exec('a', 'begin; set local clubhub.retention = on; delete from send_job where member_id = 9999101; delete from delivery_log where member_id = 9999101;
        delete from one_time_token where member_id = 9999101; delete from consent_state where member_id = 9999101; delete from consent_event where member_id = 9999101; delete from consent_head where member_id = 9999101;
        delete from audit_log where subject_member = 9999101; delete from member_pii where member_id = 9999101; delete from member where member_id = 9999101;
        delete from message_text where template = ''race.words''; delete from consent_text where published_by = ''race''; commit') $$;
select pg_temp.tidy() \g /dev/null
select dblink_exec('a', $$
    insert into member (member_id, status, email_verified_at, quiet_from, quiet_to) values (9999101, 'active', now(), '00:00', '00:00');
    insert into member_pii (member_id, email_enc) values (9999101, lib.pii_seal('race@example.org'));
    insert into message_text values ('race.words', 'en', 'Race', 'Words');
    insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by) values (34, 1, 'en', 't', 'b', sha256('t'), true, now() - interval '1 day', 'race') $$) \g /dev/null

create function pg_temp.say(p_action text, p_state text) returns text language sql as $$
    select format($q$do $d$ begin
        perform from member where member_id = 9999101 for no key update;
        insert into consent_state (member_id, purpose_id, channel_id, state, text_ver, event_id)
        values (9999101, 34, 3, %L, 1, lib.consent_record(9999101, 34::smallint, 0, 3::smallint, %L, 1, 'en', 'm:9999101', 'test', '{}'))
            on conflict (member_id, purpose_id, scope_id, channel_id) do update set state = excluded.state, event_id = excluded.event_id;
        end $d$ $q$, p_state, p_action) $$;
create function pg_temp.queue() returns text language sql as
$$ select public.dblink_exec('a', 'do $d$ begin perform lib.send_queue(9999101, 3::smallint, ''race.words'', ''mkt.surprise''); end $d$') $$;
create function pg_temp.taken() returns bigint language sql as
$$ select n from public.dblink('a', 'select jsonb_array_length(reply -> ''jobs'') from api.send_take(''v:mail'', 20, null)') as t (n bigint) $$;
create function pg_temp.verdict() returns text language sql as
$$ select v from public.dblink('a', 'select verdict || coalesce('' '' || reason, '''') from delivery_log where member_id = 9999101 order by id desc limit 1') as t (v text) $$;

-- a withdrawal that is under way: the message waits for its end, the mailer does not
select dblink_exec('a', pg_temp.say('give', 'given')), pg_temp.queue() \g /dev/null
select dblink_exec('b', 'begin'), dblink_exec('b', pg_temp.say('withdraw', 'withdrawn')) \g /dev/null
select is(pg_temp.taken(), 0::bigint, 'whose member is locked is passed over');
select is(pg_temp.verdict(), null, 'and not judged');
select dblink_exec('b', 'commit') \g /dev/null
select is(pg_temp.taken(), 0::bigint, 'nothing after the withdrawal');
select is(pg_temp.verdict(), 'suppressed basis', 'and the log says why');

-- a message that is being taken: the withdrawal waits for that
select dblink_exec('a', pg_temp.say('give', 'given')), pg_temp.queue() \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select is(pg_temp.taken(), 1::bigint, 'taken');
select dblink_send_query('b', pg_temp.say('withdraw', 'withdrawn')) \g /dev/null
select pg_sleep(0.2) \g /dev/null
select is(dblink_is_busy('b'), 1, 'the withdrawal waits');
select dblink_exec('a', 'commit') \g /dev/null
select t.v from dblink_get_result('b') as t (v text) \g /dev/null
select t.v from dblink_get_result('b') as t (v text) \g /dev/null
select is(pg_temp.verdict(), 'sent', 'sent');
select is((select n from dblink('a', 'select count(*) from lib.delivery_violations() where member = 9999101') as t (n bigint)), 0::bigint, 'and not after the withdrawal (I-51)');
select is((select n from dblink('a', 'select count(*) from consent_event e, delivery_log l where e.member_id = 9999101 and e.action = ''withdraw'' and l.member_id = 9999101 and l.verdict = ''sent'' and e.at < l.at and e.seq > 3') as t (n bigint)), 0::bigint, 'whose evidence is later');
select pg_temp.tidy() \g /dev/null
select dblink_disconnect(c) from unnest('{a,b}'::text[]) c \g /dev/null
select * from finish();
rollback;
