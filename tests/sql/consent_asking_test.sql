-- asking again (domain.md 12.3), chains of evidence and their ends, and members under age as personas.
begin;
\ir noun.psql
select plan(40);

create function pg_temp.items(p_ver int default 1) returns jsonb language sql as
$$ select jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp', p_ver)) $$;
create function pg_temp.say(p_member bigint, p_what text, p_ver int default 1) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'consent_' || p_what, case p_what
        when 'give' then format('%L, %s, null, null', pg_temp.items(p_ver), (select consent_epoch from member where member_id = p_member))
        else format('%L, null, null', pg_temp.items(p_ver)) end) $$;
create function pg_temp.ask(p_member bigint) returns text language sql as
$$ select (s ->> 'ask') || ' ' || (s ->> 'why') from jsonb_array_elements(lib.consent_rows(p_member, null)) s $$;

-- asking again
select is(pg_temp.ask(8201), null, 'what was never asked has no state');
select pg_temp.say(8201, 'shown') \g /dev/null
select is(pg_temp.ask(8201), 'true unanswered', 'shown without an answer: it may be shown again');
select pg_temp.say(8201, 'refuse') \g /dev/null
select is(pg_temp.ask(8201), 'false refused', 'refused: not now');
select is((select asked from consent_state where member_id = 8201), 1::smallint, 'asked once');
update consent_state set decided_at = now() - interval '91 days', asked_at = now() - interval '92 days' where member_id = 8201;
select is(pg_temp.ask(8201), 'true refused', 'but after 90 days');
select pg_temp.say(8201, 'refuse') \g /dev/null
select is((select asked from consent_state where member_id = 8201), 2::smallint, 'a no to a question nobody recorded counts as asked');
update consent_state set decided_at = now() - interval '91 days' where member_id = 8201;
select pg_temp.say(8201, 'shown') \g /dev/null
select is(pg_temp.ask(8201), 'false asked_enough', 'three times is enough');
select pg_temp.say(8201, 'give') \g /dev/null
select is(pg_temp.ask(8201), 'false given', 'given');
select is((select asked from consent_state where member_id = 8201), 0::smallint, 'and counted anew');
update consent_state set expires_at = now() where member_id = 8201;
select is(pg_temp.ask(8201), 'true expired', 'expired');
update consent_state set expires_at = null where member_id = 8201;
insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from, published_by)
values (30, 2, 'en', 'Title', 'New', 'Partners are named.', sha256('2'), true, now(), 'test'),
       (30, 2, 'nb', 'Tittel', 'Ny', 'Partnere nevnes.', sha256('2n'), true, now(), 'test'),
       (30, 3, 'en', 'Title', 'Newer', 'A word is put right.', sha256('3'), false, now(), 'test'),
       (30, 4, 'en', 'Title', 'Later', 'Not yet.', sha256('4'), true, now() + interval '1 day', 'test');
select is(pg_temp.ask(8201), 'true stale', 'a new text');
select is(lib.consent_rows(8201, null) #>> '{0,change_note}', E'Partners are named.\nA word is put right.', 'what is new since, and nothing of what is to come');
select is(lib.consent_rows(8201, null, 'nb') #>> '{0,change_note}', E'Partnere nevnes.\nA word is put right.', 'in the language asked for, where there is one');
select pg_temp.say(8201, 'give', 3) \g /dev/null
select is(lib.consent_rows(8201, null) #>> '{0,change_note}', null, 'only of what is stale');
select pg_temp.call('m:8201', 'consent_withdraw', $q$ 'mkt.offers', null, null, null, null $q$) \g /dev/null
select is(pg_temp.ask(8201), 'false withdrawn', 'who took it back is left in peace');
select pg_temp.call('m:8202', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'email', 3)))) \g /dev/null
select is(pg_temp.ask(8202), 'false waiting', 'waiting for its confirmation');
update consent_state set expires_at = now() - interval '1 hour' where member_id = 8202;
select is(pg_temp.ask(8202), 'false refused', 'unconfirmed is refused');
update consent_state set expires_at = now() - interval '91 days' where member_id = 8202;
select is(pg_temp.ask(8202), 'true refused', 'and asked about again in its time');
update member set under_18 = true where member_id = 8202;
select is(pg_temp.ask(8202), 'false closed', 'never what is closed');
update member set under_18 = false where member_id = 8202;

-- chains
create function pg_temp.broken() returns jsonb language sql as $$
    with recursive walk as (
        select v.* from lib.consent_verify(0, 0, 2) v
        union all
        select v.* from walk w, lib.consent_verify(w.next_member, w.next_seq, 2) v where w.next_member is not null)
    select coalesce((select jsonb_agg(x) from walk w, jsonb_array_elements(w.broken) x), '[]')
           || (select broken from lib.consent_verify_ends(0, 1000)) $$;
create function pg_temp.checked() returns bigint language sql as $$
    with recursive walk as (
        select v.* from lib.consent_verify(0, 0, 2) v
        union all
        select v.* from walk w, lib.consent_verify(w.next_member, w.next_seq, 2) v where w.next_member is not null)
    select sum(checked)::bigint from walk $$;
select is(pg_temp.broken(), '[]', 'all chains are whole');
select is(pg_temp.checked(), (select count(*) from consent_event), 'every piece was looked at once');
select is((select seq from consent_head where member_id = 8201), (select max(seq) from consent_event where member_id = 8201), 'the end is written down');
alter table consent_event disable trigger append_only;
savepoint whole;
update consent_event set evidence = '{"app":"forged"}' where member_id = 8201 and seq = 3;
select is(pg_temp.broken(), '[{"member":"8201","seq":3,"problem":"changed"}]', 'a piece that was changed');
rollback to whole;
delete from consent_event where member_id = 8201 and seq = 2;
select is(pg_temp.broken(), '[{"member":"8201","seq":3,"problem":"missing"}]', 'a piece that is missing');
rollback to whole;
delete from consent_event where member_id = 8201 and seq = 1;
select is(pg_temp.broken() #> '{0}', '{"member":"8201","seq":2,"problem":"missing"}', 'the first one, too');
rollback to whole;
update consent_state set event_id = (select event_id from consent_event where member_id = 8201 and seq = 1) where member_id = 8201;
delete from consent_event where member_id = 8201 and seq = (select seq from consent_head where member_id = 8201);
select is(pg_temp.broken() #> '{0,problem}', '"cut"', 'the last one');
select is((select count(*) from lib.consent_violations()), 1::bigint, 'which the invariants tell as well');
rollback to whole;
delete from consent_head where member_id = 8201;
select is(pg_temp.broken() #> '{0}', '{"member":"8201","seq":1,"problem":"loose"}', 'a chain whose end is nowhere');
rollback to whole;
update consent_event set prev_hash = sha256('x'), hash = sha256('y') where member_id = 8201 and seq = 3;
select is(pg_temp.broken() #> '{0}', '{"member":"8201","seq":3,"problem":"unlinked"}', 'one that follows another');
rollback to whole;
alter table consent_event enable trigger append_only;
select throws_ok('update consent_event set method = $$x$$ where member_id = 8201', null, null, 'nobody changes evidence in passing');

-- under age, without a guardian: nothing of mkt and prof, and what shows a child is closed below the age of consent
insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
select purpose_id, 1, 'en', code, code, sha256('x'), true, now() - interval '1 day', 'test'
  from purpose where basis = 'consent'
    on conflict do nothing;
create function pg_temp.try_all(p_member bigint) returns text language sql as $$
    select string_agg(p.code || ' ' || coalesce(t.r ->> 'refused', 'given'), ', ' order by p.purpose_id)
      from purpose p
     cross join lateral (
           select pg_temp.call('m:' || p_member, 'consent_give', format('%L, %s, null, null', jsonb_build_array(pg_temp.item(
                      p.code, case p.scope_kind when 'category' then '8101' when 'club' then '8001' else '0' end,
                      case when p.per_channel then 'inapp' else 'none' end, lib.consent_text_now(p.purpose_id))),
                      (select consent_epoch from member where member_id = p_member))) as r) t
     where p.basis = 'consent' and p.code ~ '^(mkt|prof|com[.]match)' $$;
update member set under_18 = true where member_id = 8204;
select is(pg_temp.try_all(8204), 'mkt.offers ZC034, mkt.magazine ZC034, mkt.events ZC034, mkt.early_access ZC034, mkt.surprise ZC034, prof.personalise ZC034, com.match ZC034',
          'at 17: all of mkt and prof is closed');
select is(pg_temp.try_all(8205), 'mkt.offers ZC034, mkt.magazine ZC034, mkt.events ZC034, mkt.early_access ZC034, mkt.surprise ZC034, prof.personalise ZC034, com.match ZC034',
          'at 12 as well');
select is(pg_temp.call('m:8204', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('com.badge', '8001', 'none')))) -> 'epoch', '1', 'at 17 one shows one''s tier');
select is(pg_temp.call('m:8205', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('com.badge', '8001', 'none')))) ->> 'refused', 'ZC034', 'at 12 not');
select is((select denied from api.gate_load('{8204}')), '21', 'no surveys');
-- an adult who turns out to be younger: what was given is closed from that instant
select pg_temp.call('m:8206', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp', 3), pg_temp.item('com.badge', '8001', 'none')))) \g /dev/null
select is((select grants from api.gate_load('{8206}')) ~ '^30:8101:[0-9]+,54:8001:0$', true, 'in force for an adult');
update member set under_18 = true, under_consent_age = true where member_id = 8206;
select is((select grants from api.gate_load('{8206}')), '', 'nothing for a child');
select is(lib.consent_ok(8206, 30::smallint, 8101, 1::smallint), false, 'nor by the other way of asking');
select is((select string_agg(what, ', ' order by what) from lib.consent_violations() where invariant = 'I-53'), 'member 8206, member 8206', 'and the invariants tell of it (I-53)');
select is((select string_agg(s ->> 'why', ',') from jsonb_array_elements(lib.consent_rows(8206, null)) s), 'closed,closed', 'nobody is asked for it');
select * from finish();
rollback;
