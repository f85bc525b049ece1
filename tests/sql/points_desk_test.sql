-- points.freeze, .unfreeze, .audit.
begin;
\ir noun.psql
select plan(37);
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}'), (8304, 'n-other', '{manager}'), (8305, 'n-moderator', '{moderator}'),
                                                  (8306, 'n-privacy', '{privacy}');
insert into staff_club (staff_id, club_id) values (8303, 8001), (8304, 8002), (8305, 8001), (8306, 8001);
create function pg_temp.freeze(p_how text, p_member bigint, p_reason text default 'Fraud?', p_who text default 's:8303')
returns jsonb language sql as $$ select pg_temp.call(p_who, 'points_' || p_how, format('%L, %L', p_member, p_reason)) $$;
create function pg_temp.books(p_who text, p_member bigint, p_account text default null, p_club bigint default null, p_limit bigint default null, p_cursor text default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_audit(%L, %L, %L, %L, %L, %L)', p_who, p_member, p_account, p_club, p_limit, p_cursor)) $$;
select pg_temp.earn(8201, 'F' || n, 1000 * n) from generate_series(1, 3) n \g /dev/null

-- freezing
select is((lib.points_summary_view(8201)).view -> 'frozen', 'false', 'not frozen');
create temp table frozen as select pg_temp.freeze('freeze', 8201) as r;
select is(r - '{_events,_sys,_subjects}'::text[], '{"member":"8201","family":null,"frozen":true}', 'frozen') from frozen;
select is((r #> '{_events,0}') - '{seq,at}'::text[], '{"stream":"me:8201","type":"account.frozen","gate":"svc.account","scope":"0","audience":null,"subjects":["8201"],
          "actor":null,"object":null,"key":null,"refs":{"on":true}}', 'the member is told, not by whom and why') from frozen;
select is((lib.points_summary_view(8201)).view -> 'frozen', 'true', 'the balance says so');
select is((select string_agg(kind, ',' order by kind) from ledger_account where owner_id = 8201 and frozen), 'redeemable', 'what can be spent is');
select is(pg_temp.freeze('freeze', 8201), '{"refused":"ZC017","state":"frozen"}', 'not twice');
select is(pg_temp.earn(8201, 'F4', 1000) -> 'points', '100', 'credits go on');
select is(pg_temp.freeze('unfreeze', 8201, 'It was her', 's:8305') #> '{_events,0,refs}', '{"on":false}', 'a moderator ends it');
select is(pg_temp.freeze('unfreeze', 8201), '{"refused":"ZC017","state":"open"}', 'not twice');
select is((lib.points_summary_view(8201)).view -> 'frozen', 'false', 'points can leave again');
select is((select jsonb_agg(jsonb_build_array(action, actor, detail ->> 'reason') order by id) from audit_log where subject_member = 8201 and action ~ 'freeze'),
          '[["points.freeze", "s:8303", "Fraud?"], ["points.unfreeze", "s:8305", "It was her"]]', 'who did it, and why, is written down');
select is(pg_temp.freeze('freeze', 8202) -> 'frozen', 'true', 'one without an account');
select is(pg_temp.freeze('freeze', 8204, E' \n') ->> 'path', 'reason', 'not without a reason');
select is(array[pg_temp.freeze('freeze', 8204, p_who => 's:8302') ->> 'refused', pg_temp.freeze('freeze', 8204, p_who => 's:8304') ->> 'refused',
                pg_temp.freeze('freeze', 8207) ->> 'refused', pg_temp.freeze('unfreeze', 8207) ->> 'refused', pg_temp.freeze('freeze', 1) ->> 'refused',
                pg_temp.freeze('unfreeze', 8202, p_who => 's:8304') ->> 'refused', pg_temp.freeze('freeze', 8204, p_who => 'm:8204') ->> 'refused'],
          '{ZC001,ZC002,ZC002,ZC002,ZC002,ZC002,ZC001}', 'an agent, a manager of another club, strangers, nobody, a member');
select is((select count(*) from ledger_account where owner_id in (8204, 8207) and frozen), 0::bigint, 'nothing is frozen by those');

-- what an incident has frozen stays so until it is closed
insert into incident (incident_id, kind, object, account_id, facts)
select 8801, 'ledger', 'account:' || account_id, account_id, '[]' from ledger_account where owner_id = 8201 and owner_kind = 'm' and kind = 'redeemable';
select is(pg_temp.freeze('freeze', 8201) -> 'frozen', 'true', 'staff freezes what an incident is about');
select is(pg_temp.freeze('unfreeze', 8201), '{"refused":"ZC017","state":"incident"}', 'not unfrozen over an open incident');
select is((select count(*) from audit_log where subject_member = 8201 and action = 'points.unfreeze'), 1::bigint, 'nothing is written of that');
update incident set closed_at = now(), closed_by = 's:1', reason = 'Mended' where incident_id = 8801;
select is(pg_temp.freeze('unfreeze', 8201) -> 'frozen', 'false', 'after it');

-- the pool of a family
insert into family (family_id, head) values (8901, 8201), (8902, 8207);
select is(pg_temp.call('s:8303', 'points_freeze', 'null, ''Fraud?'', 8901') - '{_events,_sys,_subjects}'::text[], '{"member":null,"family":"8901","frozen":true}', 'a family''s pool');
select is((select count(*) from ledger_account where owner_kind = 'f' and owner_id = 8901 and frozen), 1::bigint, 'what can be spent of it');
select is(array[pg_temp.call('s:8303', 'points_freeze', 'null, ''x'', 8902') ->> 'refused', pg_temp.call('s:8303', 'points_freeze', 'null, ''x'', 8999') ->> 'refused',
                pg_temp.call('s:8303', 'points_freeze', 'null, ''x''') ->> 'path', pg_temp.call('s:8303', 'points_unfreeze', '8201, ''x'', 8901') ->> 'path'], '{ZC002,ZC002,member,member}',
          'of a head in another club, none, nobody, two');

-- the books
create temp table books as select pg_temp.books('s:8303', 8201) as r;
select is(jsonb_array_length(r -> 'entries'), 8, 'every entry') from books;
select is((r #> '{entries,7}') - '{entry,tx,effective_at,at}'::text[], '{"ver":1,"kind":"earn","account":"redeemable","club":"8001","amount":100,"after":100,"key":"pos:till:F1:earn",
          "actor":"v:till","reason":null,"reverses":null,"reversed":0,"hold":null,"ref":{"kind":"receipt","id":"F1"}}', 'as it was posted') from books;
select is((select jsonb_agg(a - 'ver') from books, jsonb_array_elements(r -> 'accounts') a where a ->> 'account' in ('redeemable', 'tier')),
          '[{"account":"redeemable","club":null,"balance":700,"frozen":false},{"account":"tier","club":"8001","balance":700,"frozen":false}]', 'what is in the accounts');
select is((select jsonb_agg(e -> 'ver') from jsonb_array_elements(pg_temp.books('s:8306', 8201, 'redeemable') -> 'entries') e), '[4,3,2,1]', 'one account');
select is((select jsonb_agg(e -> 'account') from jsonb_array_elements(pg_temp.books('s:8306', 8201, null, 8001) -> 'entries') e), '["tier","tier","tier","tier"]', 'tier points of one club');
select is(pg_temp.books('s:8306', 8201, 'held') -> 'entries', '[]', 'none of an account that was not used');
select is((with recursive page as (
              select pg_temp.books('s:8303', 8201, null, null, 3) as p
               union all
              select pg_temp.books('s:8303', 8201, null, null, 3, p ->> 'cursor') from page where p ->> 'cursor' is not null)
           select count(*) from page, jsonb_array_elements(p -> 'entries')), 8::bigint, 'pages show each once');
select is(pg_temp.books('s:8303', 8201, p_cursor => 'x') ->> 'path', 'cursor', 'a cursor of somebody else');
select is(pg_temp.books('s:8303', 8204) - '{_events,_sys,_subjects}'::text[], '{"accounts":[],"entries":[],"cursor":null}', 'one who never had points');
select is(array[pg_temp.books('s:8302', 8201) ->> 'refused', pg_temp.books('s:8304', 8201) ->> 'refused', pg_temp.books('s:8303', 8207) ->> 'refused'], '{ZC001,ZC002,ZC002}',
          'an agent, a manager of another club, a stranger');
select is((select count(*) from audit_log where action = 'points.audit' and subject_member = 8201), 7::bigint, 'who looked is written down');
select is((select detail from audit_log where action = 'points.audit' and subject_member = 8201 and detail ? 'club'), '{"club":"8001"}', 'and at what');
select is((pg_temp.books('s:8303', 8201) -> '_subjects'), '[8201]', 'the answer shows the member');
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8202;
select is(pg_temp.books('s:8303', 8202) ->> 'refused', 'ZC002', 'who is erased is nobody');
select is_empty('select * from lib.ledger_violations()', 'the ledger adds up');
select * from finish();
rollback;
