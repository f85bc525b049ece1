-- lib.plan_violations: plans in order show nothing, and each damage to them is seen for what it is (domain.md 17).
begin;
\ir noun.psql
select plan(75);

-- One plan with a bit of everything, made by its members; another one; one that is over and nobody's.
insert into plan (plan_id, club_id, title, currency, state)
values (8901, 8001, 'Madeira', 'EUR', 'planning'), (8902, 8001, 'Other', 'EUR', 'planning'), (8903, 8001, 'Over', 'EUR', 'cancelled');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8901, 8201, 'owner', 'joined', now()), (8901, 8202, 'editor', 'joined', now()), (8901, 8203, 'voter', 'joined', now()),
       (8901, 8204, 'viewer', 'joined', now()), (8902, 8206, 'owner', 'joined', now()), (8903, 8204, 'viewer', 'joined', now());
insert into plan_handover (plan_id, to_member) values (8901, 8202);

-- What a call made, under a name.
create temp table named (name text primary key, id text not null);
create function pg_temp.id(p_name text) returns bigint language sql as $$ select id::bigint from named where name = p_name $$;
create function pg_temp.make(p_name text, p_who bigint, p_function text, p_arguments text, p_key text default 'item') returns void
language plpgsql as $$
declare
    v_reply jsonb := pg_temp.call('m:' || p_who, p_function, p_arguments);
begin
    if v_reply ? 'refused' then
        raise '% %: %', p_function, p_arguments, v_reply;
    end if;
    if p_name is not null then
        insert into named values (p_name, v_reply ->> p_key);
    end if;
end $$;
alter sequence club.id_seq restart 77000001;     -- no count is an id
\o /dev/null
select pg_temp.make('WALK', 8201, 'plan_item_add', $$8901, '{"kind":"activity","title":"Walk","order_key":"V","assignees":["8201","8203"]}'$$);
select pg_temp.make('MEAL', 8202, 'plan_item_add', $$8901, '{"kind":"meal","title":"Poncha","order_key":"W"}'$$);
select pg_temp.make('GONE', 8202, 'plan_item_add', $$8901, '{"kind":"note","title":"Gone","order_key":"X"}'$$);
select pg_temp.make('ELSE', 8206, 'plan_item_add', $$8902, '{"kind":"note","title":"Else","order_key":"X"}'$$);
select pg_temp.make(null, 8202, 'plan_item_set', format($$%s, 1, '{"title":"Long walk","lat_micro":32761100,"lon_micro":-17133900}', null$$, pg_temp.id('WALK')));
select pg_temp.make(null, 8201, 'plan_item_set', format($$%s, 1, '{"day":"2027-05-31","start_min":540}', '["notes"]'$$, pg_temp.id('WALK')));
select pg_temp.make(null, 8201, 'plan_item_move', format($$%s, 1, 'U', '2027-05-31'$$, pg_temp.id('MEAL')));
select pg_temp.make(null, 8201, 'plan_item_delete', format('%s, 2', pg_temp.id('MEAL')));
select pg_temp.make(null, 8202, 'plan_item_restore', pg_temp.id('MEAL')::text);
select pg_temp.make(null, 8202, 'plan_item_delete', format('%s, 1', pg_temp.id('GONE')));
select pg_temp.make(null, 8201, 'plan_undo', '8901, 6');
select pg_temp.make('COMMENT', 8203, 'plan_comment', format($$8901, 'Good', %s$$, pg_temp.id('WALK')), 'comment');
select pg_temp.make('PROPOSAL', 8203, 'plan_propose', format($$8901, 'change', %s, 2, '{"title":"Best walk"}', null$$, pg_temp.id('WALK')), 'proposal');
select pg_temp.make('POLL', 8202, 'plan_poll_open', format($$8901, 'single', 'Which?', '[{"label":"Yes"},{"label":"No"}]', now() + interval '1 day', null, false, 1, null, false, '{"apply_proposal":"%s"}'$$, pg_temp.id('PROPOSAL')), 'poll');
select pg_temp.make('MULTI', 8202, 'plan_poll_open', $$8901, 'multi', 'What?', '[{"label":"A"},{"label":"B"},{"label":"C"}]', now() + interval '1 day', 2, true, 1, null, false, null$$, 'poll');
select pg_temp.make('THEIRS', 8206, 'plan_poll_open', $$8902, 'approval', 'What?', '[{"label":"A"},{"label":"B"}]', now() + interval '1 day', null, true, 1, null, false, null$$, 'poll');
insert into named select p.name || '-' || o.pos, o.option_id from poll_option o join named p on p.id::bigint = o.poll_id;
select pg_temp.make(null, 8201, 'plan_vote', format($$%s, '[{"option":"%s"}]'$$, pg_temp.id('POLL'), pg_temp.id('POLL-0')));
select pg_temp.make(null, 8203, 'plan_vote', format($$%s, '[{"option":"%s"}]'$$, pg_temp.id('POLL'), pg_temp.id('POLL-0')));
select pg_temp.make(null, 8203, 'plan_vote', format($$%s, '[{"option":"%s"},{"option":"%s"}]'$$, pg_temp.id('MULTI'), pg_temp.id('MULTI-0'), pg_temp.id('MULTI-1')));
select pg_temp.make(null, 8202, 'plan_poll_close', format('%s, null', pg_temp.id('POLL')));
select pg_temp.make('DINNER', 8201, 'plan_expense_add', format($$8901, 'Dinner', '{"minor":10000,"cur":"EUR"}', null, '2027-05-31', 'equal', null, '[{"member":"8201"},{"member":"8202"},{"member":"8203"}]', %s$$, pg_temp.id('WALK')), 'expense');
select pg_temp.make('TAXI', 8203, 'plan_expense_add', $$8901, 'Taxi', '{"minor":2000,"cur":"EUR"}', null, '2027-05-31', 'equal', '[{"member":"8203","minor":1500},{"member":"8202","minor":500}]', '[{"member":"8202"},{"member":"8203"}]', null$$, 'expense');
select pg_temp.make('PAID', 8202, 'plan_settle_mark', $$8901, 8201, null, '{"minor":500,"cur":"EUR"}'$$, 'settlement');
select pg_temp.make(null, 8201, 'plan_settle_confirm', pg_temp.id('PAID')::text);
select pg_temp.make('LINK', 8201, 'plan_invite', $$8901, 'voter', null, null, null, null$$, 'invite');
select pg_temp.make(null, 8201, 'plan_remove', '8901, 8204');
\o

create function pg_temp.found() returns text[] language sql as $$
    select coalesce(array_agg(invariant || ' ' || object || ': ' || found order by invariant, object, found), '{}') from lib.plan_violations()
$$;
select is(pg_temp.found(), '{}', 'plans in order');

-- Does some damage, looks, and mends it: what was seen, with names for ids.
create function pg_temp.broken(p_damage text) returns text language plpgsql as $$
declare
    v_found text[];
    v_name  record;
begin
    for v_name in select * from named loop
        p_damage := regexp_replace(p_damage, '\m' || v_name.name || '\M(?!-)', v_name.id, 'g');
    end loop;
    begin
        execute p_damage;
        v_found := pg_temp.found();
        raise exception using errcode = 'ZZ001';
    exception when sqlstate 'ZZ001' then
        null;
    end;
    for v_name in select * from named loop
        v_found := array(select regexp_replace(f, '\m' || v_name.id || '\M', v_name.name, 'g') from unnest(v_found) f);
    end loop;
    return (select string_agg(f, '; ' order by f) from unnest(v_found) f);
end $$;

create temp table damage (no int generated always as identity, what text, damage text, seen text);
insert into damage (what, damage, seen) values
('I-30: no owner', $$update plan_member set role = 'editor' where plan_id = 8902$$, 'I-30 plan 8902: 0 owners, planning'),
('I-30: two owners', $$drop index one_owner; update plan_member set role = 'owner' where plan_id = 8901 and member_id = 8203$$,
 'I-30 plan 8901: 2 owners, planning'),
('I-30: over, and somebody could own it', $$update plan_member set role = 'voter' where plan_id = 8903$$, 'I-30 plan 8903: 0 owners, cancelled'),
('I-30: nobody who could own it, and not over', $$update plan set state = 'planning' where plan_id = 8903$$, 'I-30 plan 8903: 0 owners, planning'),
('I-30: an owner who has left', $$update plan_member set state = 'left' where plan_id = 8902$$, 'I-30 plan 8902: 0 owners, planning'),
('I-30: offered to one who has left', $$update plan_handover set to_member = 8204$$, 'I-30 plan 8901: is offered to 8204, who is viewer, removed'),
('I-30: offered to the owner', $$update plan_handover set to_member = 8201$$, 'I-30 plan 8901: is offered to 8201, who is owner, joined'),
('I-30: offered to a stranger', $$update plan_handover set to_member = 8206$$, 'I-30 plan 8901: is offered to 8206, who is nobody'),
('I-31: a gap', $$delete from plan_op where plan_id = 8901 and kind = 'expense_add' and object = 'expense:TAXI'$$,
 'I-31 plan 8901: 12 rows from 1 to 12, counter 13'),
('I-31: a change without a row', $$update plan set op_seq = op_seq + 1 where plan_id = 8902$$, 'I-31 plan 8902: 1 rows from 1 to 1, counter 2'),
('I-31: a change that was not told', $$delete from outbox where stream = 'plan:8902' and type = 'plan.item_changed'$$,
 'I-31 plan 8902: op 1 of item:ELSE was told 0 times'),
('I-31: told twice', $$insert into outbox (stream, seq, type, gate_cat, refs) select stream, seq + 1000, type, gate_cat, refs from outbox where stream = 'plan:8902' and type = 'plan.item_changed'$$,
 'I-31 plan 8902: op 1 of item:ELSE was told 2 times'),
('I-31: told otherwise', $$update outbox set refs = refs || '{"ver":7}' where stream = 'plan:8902' and type = 'plan.item_changed'$$,
 'I-31 plan 8902: op 1 of item:ELSE was told 0 times; I-31 plan:8902: op 1 was told 1 times, 0 times as the log has it'),
('I-31: told of another', $$update outbox set refs = refs || '{"by":"8201"}' where stream = 'plan:8902' and type = 'plan.item_changed'$$,
 'I-31 plan 8902: op 1 of item:ELSE was told 0 times; I-31 plan:8902: op 1 was told 1 times, 0 times as the log has it'),
('I-31: told, and never done', $$update outbox set refs = refs || '{"op":99}' where stream = 'plan:8902' and type = 'plan.item_changed'$$,
 'I-31 plan 8902: op 1 of item:ELSE was told 0 times; I-31 plan:8902: op 99 was told 1 times, 0 times as the log has it'),
('I-31: long ago, so that the event is gone', $$delete from outbox where stream = 'plan:8902' and type = 'plan.item_changed'; update plan_op set at = at - interval '30 days' where plan_id = 8902$$,
 null),
('I-32: a balance', $$update expense_share set owed_minor = owed_minor - 1 where expense_id = DINNER and member_id = 8203$$,
 'I-32 plan 8901: balances sum to 1; I-33 expense DINNER: amount 10000 paid 10000, base 10000 paid 10000 owed 9999'),
('I-33: a payer in the currency of the plan', $$update expense_payer set paid_base_minor = paid_base_minor + 1 where expense_id = TAXI and member_id = 8202$$,
 'I-32 plan 8901: balances sum to 1; I-33 expense TAXI: amount 2000 paid 2000, base 2000 paid 2001 owed 2000'),
('I-33: a payer', $$update expense_payer set paid_minor = 1 where expense_id = TAXI and member_id = 8202$$,
 'I-33 expense TAXI: amount 2000 paid 1501, base 2000 paid 2000 owed 2000'),
('I-33: a cent that another one has to pay', $$update expense_share set owed_minor = case member_id when 8201 then 3334 else 3333 end where expense_id = DINNER and member_id in (8201, 8202)$$,
 'I-33 expense DINNER: amount 10000 paid 10000, base 10000 paid 10000 owed 10000'),
('I-33: no payers', $$delete from expense_payer where expense_id = TAXI$$,
 'I-32 plan 8901: balances sum to -2000; I-33 expense TAXI: amount 2000 paid , base 2000 paid  owed 2000'),
('I-33: an expense that was not counted', $$update plan set expense_no = 1 where plan_id = 8901$$, 'I-33 plan 8901: counts 1 expenses, has 2 up to 2'),
('I-33: a number that is missing', $$update plan set expense_no = 3 where plan_id = 8901; update expense set no = 3 where expense_id = TAXI$$,
 'I-33 plan 8901: counts 3 expenses, has 2 up to 3'),
('I-34: a vote of a stranger', $$insert into poll_vote values (MULTI, MULTI-0, 8206, 'yes', now() - interval '2 days')$$,
 'I-34 poll MULTI: a vote of 8206, who was never in the plan'),
('I-34: a vote of a member who did not vote', $$insert into poll_vote values (MULTI, MULTI-0, 8202, 'yes')$$,
 'I-34 poll MULTI: a vote of 8202, who did not say so'),
('I-34: a vote that another member said', $$update idempotency set principal = 'm:8202' where principal = 'm:8203' and method = 'plan.vote' and response ->> 'poll' = 'MULTI'$$,
 'I-34 poll MULTI: a vote of 8203, who did not say so'),
('I-34: a vote of another call', $$update idempotency set at = at - interval '1 second' where principal = 'm:8203' and method = 'plan.vote' and response ->> 'poll' = 'MULTI'$$,
 'I-34 poll MULTI: a vote of 8203, who did not say so'),
('I-34: a vote of a call of another poll', $$update idempotency set response = response || '{"poll":"1"}' where principal = 'm:8203' and method = 'plan.vote' and response ->> 'poll' = 'MULTI'$$,
 'I-34 poll MULTI: a vote of 8203, who did not say so'),
('I-34: keys are gone after a day', $$delete from idempotency where method = 'plan.vote'; update poll_vote set at = at - interval '25 hours'; update poll set closed_at = closed_at - interval '1 hour' where poll_id = POLL$$,
 null),
('I-34: and when a member is erased', $$delete from idempotency where principal = 'm:8203'; alter table member disable trigger all; update member set status = 'erased', erased_at = now(), handle = null where member_id = 8203$$,
 null),
('I-34: two where one is said', $$insert into poll_vote values (POLL, POLL-1, 8203, 'yes')$$, 'I-34 poll POLL: 2 votes of 8203, single'),
('I-34: more than may be said', $$insert into poll_vote values (MULTI, MULTI-2, 8203, 'yes')$$, 'I-34 poll MULTI: 3 votes of 8203, multi of 2'),
('I-34: no where only yes is said', $$update poll_vote set choice = 'no' where poll_id = MULTI and option_id = MULTI-0$$,
 'I-34 poll MULTI: 2 votes of 8203, multi of 2'),
('I-34: too late', $$update poll set closed_at = closed_at - interval '1 second' where poll_id = POLL$$,
 'I-34 poll POLL: a vote of 8201 after the end; I-34 poll POLL: a vote of 8203 after the end'),
('I-34: after the time was over', $$update poll set closes_at = now() - interval '1 second' where poll_id = MULTI$$,
 'I-34 poll MULTI: a vote of 8203 after the end; I-34 poll MULTI: a vote of 8203 after the end'),
('I-35: a change over one that it had not seen', $$update plan_op set base_ver = 1, patch = patch || '{"title":"Best walk"}' where plan_id = 8901 and object = 'item:WALK' and new_ver = 3$$,
 'I-35 plan 8901: op 11 set title over op 5; I-35 plan 8901: op 5 set title over op 4'),
('I-35: a deletion of what was not seen', $$update plan_op set base_ver = 1 where plan_id = 8901 and object = 'item:MEAL' and kind = 'item_delete'$$,
 'I-35 plan 8901: op 7 deleted version 2, seen was 1'),
('I-35: an undo over a later change', $$update plan_op set patch = patch || '{"title":"Walk"}' where plan_id = 8901 and object = 'item:WALK' and new_ver = 3; update plan_op set undoes = 4, base_ver = 3 where plan_id = 8901 and object = 'item:WALK' and new_ver = 4$$,
 'I-35 plan 8901: op 11 undoes op 4 over op 5; I-35 plan 8901: op 5 set title over op 4'),
('I-35: an undo over a later change of another field', $$update plan_op set undoes = 4 where plan_id = 8901 and object = 'item:WALK' and new_ver = 4$$,
 null),
('I-35: a deletion undone over a later change', $$update plan_op set undoes = 1, base_ver = 3, kind = 'item_delete', patch = '{"deleted":true}' where plan_id = 8901 and object = 'item:WALK' and new_ver = 4$$,
 'I-35 item WALK: is live after item_delete; I-35 item WALK: title of version 4 is set by nobody; I-35 plan 8901: op 11 undoes op 1 over op 4; I-35 plan 8901: op 11 undoes op 1 over op 5'),
('I-35: an undo of another item', $$update plan_op set undoes = 2 where plan_id = 8901 and object = 'item:WALK' and new_ver = 4$$,
 'I-35 plan 8901: op 11 undoes op 2 over op 4; I-35 plan 8901: op 11 undoes op 2 over op 5'),
('I-35: a version made twice', $$update plan_op set new_ver = 2 where plan_id = 8901 and object = 'item:WALK' and new_ver = 3$$,
 'I-31 plan 8901: op 5 of item:WALK was told 0 times; I-31 plan:8901: op 5 was told 1 times, 0 times as the log has it; I-35 item WALK: day of version 3 is set by nobody; I-35 item WALK: lat_micro of version 2 is set by nobody; I-35 item WALK: lon_micro of version 2 is set by nobody; I-35 item WALK: notes of version 3 is set by nobody; I-35 item WALK: start_min of version 3 is set by nobody; I-35 plan 8901: op 4 made version 2 of item:WALK, which another made; I-35 plan 8901: op 5 made version 2 of item:WALK, which another made'),
('I-35: a version made by nobody', $$update plan_item set version = version + 1 where item_id = ELSE$$,
 'I-35 plan 8902: item ELSE has version 2 and 1 changes'),
('I-35: another text than the last one set', $$update plan_item set title = 'Mine' where item_id = WALK$$,
 'I-35 item WALK: title of version 4 is not what op 11 set'),
('I-35: a field that was emptied is there', $$update plan_item set notes = 'Mine' where item_id = WALK$$,
 'I-35 item WALK: notes of version 3 is not what op 5 set'),
('I-35: a field of the first version', $$update plan_item set order_key = 'Z' where item_id = WALK$$,
 'I-35 item WALK: order_key of version 1 is not what op 1 set'),
('I-35: a field that nobody set', $$update plan_item set place = 'Here', fields_ver = fields_ver || '{"place":1}' where item_id = WALK$$,
 'I-35 item WALK: place of version 1 is set by nobody'),
('I-35: a version in which the field was not set', $$update plan_item set fields_ver = fields_ver || '{"day":2}' where item_id = WALK$$,
 'I-35 item WALK: day of version 2 is set by nobody'),
('I-35: what an erased member wrote is not known', $$update plan_op set patch = patch - '{title,place,notes}'::text[] where actor = 'm:8206'; delete from idempotency where principal = 'm:8206'; alter table member disable trigger all; update member set status = 'erased', erased_at = now(), handle = null where member_id = 8206$$,
 null),
('I-35: of others it is', $$update plan_op set patch = patch - '{title,place,notes}'::text[] where actor = 'm:8206'$$,
 'I-35 item ELSE: title of version 1 is set by nobody'),
('I-35: deleted and there', $$update plan_item set deleted_at = null where item_id = GONE$$, 'I-35 item GONE: is live after item_delete'),
('I-35: not deleted and gone', $$update plan_item set deleted_at = now() where item_id = MEAL$$, 'I-35 item MEAL: is deleted after item_move'),
('orphan: a plan', $$alter table plan_member disable trigger all; alter table plan_invite disable trigger all; alter table plan_handover disable trigger all; alter table plan disable trigger all; delete from plan where plan_id = 8901; delete from plan_member where plan_id = 8901; delete from plan_handover$$,
 'I-31 plan 8901: a log without a plan: 8901; I-34 poll MULTI: a vote of 8203, who was never in the plan; I-34 poll MULTI: a vote of 8203, who was never in the plan; I-34 poll POLL: a vote of 8201, who was never in the plan; I-34 poll POLL: a vote of 8203, who was never in the plan; orphan comment COMMENT: no plan 8901; orphan expense DINNER: no plan 8901; orphan expense TAXI: no plan 8901; orphan item GONE: no plan 8901; orphan item MEAL: no plan 8901; orphan item WALK: no plan 8901; orphan poll MULTI: no plan 8901; orphan poll POLL: no plan 8901; orphan proposal PROPOSAL: no plan 8901; orphan settlement PAID: no plan 8901'),
('orphan: an item', $$delete from plan_item where item_id = WALK$$,
 'orphan comment COMMENT: no item WALK of plan 8901; orphan expense DINNER: no item WALK of plan 8901; orphan op 11: no item WALK of plan 8901; orphan op 1: no item WALK of plan 8901; orphan op 4: no item WALK of plan 8901; orphan op 5: no item WALK of plan 8901; orphan proposal PROPOSAL: no item WALK of plan 8901'),
('orphan: an item of another plan', $$update plan_item set plan_id = 8902 where item_id = WALK$$,
 'I-35 item WALK: assignees of version 1 is set by nobody; I-35 item WALK: day of version 3 is set by nobody; I-35 item WALK: kind of version 1 is set by nobody; I-35 item WALK: lat_micro of version 2 is set by nobody; I-35 item WALK: lon_micro of version 2 is set by nobody; I-35 item WALK: notes of version 3 is set by nobody; I-35 item WALK: order_key of version 1 is set by nobody; I-35 item WALK: start_min of version 3 is set by nobody; I-35 item WALK: title of version 4 is set by nobody; I-35 plan 8902: item WALK has version 4 and 0 changes; orphan comment COMMENT: no item WALK of plan 8901; orphan expense DINNER: no item WALK of plan 8901; orphan item WALK: no member 8201 of plan 8902; orphan item WALK: no member 8201 of plan 8902; orphan item WALK: no member 8203 of plan 8902; orphan op 11: no item WALK of plan 8901; orphan op 1: no item WALK of plan 8901; orphan op 4: no item WALK of plan 8901; orphan op 5: no item WALK of plan 8901; orphan proposal PROPOSAL: no item WALK of plan 8901'),
('orphan: an expense of the log', $$update plan_op set object = 'expense:1' where object = 'expense:TAXI'$$, 'orphan op 13: no expense:1 of plan 8901'),
('orphan: a plan of the log', $$update plan_op set object = 'plan:1' where object = 'expense:TAXI'$$, 'orphan op 13: no plan:1 of plan 8901'),
('orphan: an author', $$update plan_comment set author = 8206$$, 'orphan comment COMMENT: no member 8206 of plan 8901'),
('orphan: who proposed', $$update plan_proposal set author = 8206$$, 'orphan proposal PROPOSAL: no member 8206 of plan 8901'),
('orphan: who asked', $$update poll set created_by = 8206 where poll_id = MULTI$$, 'orphan poll MULTI: no member 8206 of plan 8901'),
('orphan: who made an item', $$update plan_item set created_by = 8206 where item_id = WALK$$, 'orphan item WALK: no member 8206 of plan 8901'),
('orphan: who takes part', $$update plan_item set assignees = '{8206}' where item_id = WALK$$,
 'I-35 item WALK: assignees of version 1 is not what op 1 set; orphan item WALK: no member 8206 of plan 8901'),
('orphan: who entered an expense', $$update expense set created_by = 8206 where expense_id = TAXI$$, 'orphan expense TAXI: no member 8206 of plan 8901'),
('orphan: a payer', $$update expense_payer set member_id = 8206 where expense_id = TAXI and member_id = 8203$$,
 'orphan payer of expense TAXI: no member 8206 of plan 8901'),
('orphan: a sharer', $$update expense_share set member_id = 8206 where expense_id = TAXI and member_id = 8203$$,
 'orphan share of expense TAXI: no member 8206 of plan 8901'),
('orphan: a settlement', $$update settlement set payee = 8206$$, 'orphan settlement PAID: no member 8206 of plan 8901'),
('orphan: who made a link', $$update plan_invite set created_by = 8206$$, 'orphan link LINK: no member 8206 of plan 8901'),
('orphan: an offer', $$update plan_item set offer_id = 1 where item_id = GONE$$, 'I-35 item GONE: offer of version 1 is set by nobody; orphan item GONE: no offer 1'),
('orphan: a poll of a proposal', $$update plan_proposal set poll_id = THEIRS$$, 'orphan proposal PROPOSAL: no poll THEIRS of plan 8901'),
('orphan: a proposal of a poll', $$update plan_proposal set plan_id = 8902, poll_id = null, author = 8206, item_id = null$$,
 'orphan poll POLL: no proposal PROPOSAL of plan 8901'),
('orphan: options', $$delete from poll_option where poll_id = THEIRS$$, 'orphan poll THEIRS: no options'),
('orphan: an option', $$update poll_vote set option_id = THEIRS-0 where option_id = MULTI-0$$, 'orphan vote of 8203: no option THEIRS-0 of poll MULTI'),
('orphan: a poll', $$delete from poll where poll_id = THEIRS$$, 'orphan option THEIRS-0: no poll THEIRS; orphan option THEIRS-1: no poll THEIRS'),
('orphan: an expense', $$delete from expense where expense_id = TAXI; update plan set expense_no = 1 where plan_id = 8901$$,
 'orphan op 13: no expense:TAXI of plan 8901; orphan payer 8202: no expense TAXI; orphan payer 8203: no expense TAXI; orphan share of 8202: no expense TAXI; orphan share of 8203: no expense TAXI');
select is(pg_temp.broken(damage), seen, what) from damage order by no;

select * from finish();
rollback;
