-- Proposals for plans: made, decided by members and by polls, stale where what they were to change has changed.
begin;
\ir noun.psql
select plan(67);

create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg((e ->> 'type') || coalesce(' ' || (e #>> '{refs,state}'), ''), ', ' order by o)
      from jsonb_array_elements(nullif(p_answer -> '_events', 'null')) with ordinality x (e, o)
$$;
create function pg_temp.propose(p_who bigint, p_action text, p_item bigint, p_base bigint, p_set jsonb, p_clear jsonb default null, p_plan bigint default 9001)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_propose', concat_ws(', ', p_plan, quote_literal(p_action), coalesce(p_item::text, 'null'),
                        coalesce(p_base::text, 'null'), quote_nullable(p_set), quote_nullable(p_clear)))
$$;
create function pg_temp.decide(p_who bigint, p_how text, p_proposal bigint) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_who, 'plan_proposal_' || p_how, p_proposal::text) $$;
create function pg_temp.state(p_proposal bigint) returns text language sql as
$$ select state || coalesce(' ' || decided_by, '') from plan_proposal where proposal_id = p_proposal $$;
create function pg_temp.new_id(p_answer jsonb) returns bigint language sql as $$ select (p_answer ->> 'proposal')::bigint $$;
create function pg_temp.ask(p_proposal bigint, p_more text default 'null') returns bigint language sql as $$
    select (pg_temp.call('m:8202', 'plan_poll_open', format('9001, ''single'', ''Shall we?'', ''[{"label":"Yes"},{"label":"No"}]'', %L, null, null, null, ''earliest_option'', null, %L',
                         now() + interval '1 day', jsonb_build_object('apply_proposal', p_proposal::text))) ->> 'poll')::bigint
$$;
create function pg_temp.closed(p_poll bigint, p_pos int) returns text language plpgsql as $$
begin
    perform pg_temp.call('m:8204', 'plan_vote', format('%s, %L', p_poll, jsonb_build_array(jsonb_build_object(
        'option', (select option_id::text from poll_option where poll_id = p_poll and pos = p_pos)))));
    return pg_temp.call('m:8202', 'plan_poll_close', p_poll || ', null') #>> '{result,effect}';
end $$;

insert into plan (plan_id, club_id, title, currency, state, starts_on, ends_on)
values (9001, 8001, 'North', 'EUR', 'planning', '2027-05-01', '2027-05-08'), (9002, 8001, 'South', 'EUR', 'planning', null, null);
insert into plan_member (plan_id, member_id, role, state)
values (9001, 8201, 'owner', 'joined'), (9001, 8202, 'editor', 'joined'), (9001, 8203, 'voter', 'joined'),
       (9001, 8204, 'voter', 'joined'), (9001, 8205, 'viewer', 'joined'), (9001, 8206, 'voter', 'left'), (9002, 8206, 'owner', 'joined');
insert into plan_item (item_id, plan_id, kind, order_key, title, place, created_by, updated_by)
values (9101, 9001, 'meal', 'a', 'Lunch', 'Quay', 8201, 8201), (9102, 9001, 'note', 'b', 'Bring boots', null, 8201, 8201),
       (9103, 9002, 'note', 'b', 'Others''', null, 8206, 8206);

-- making them
select is(pg_temp.propose(8206, 'remove', 9101, 1, null) ->> 'refused', 'ZC002', 'who has left proposes nothing');
select is(pg_temp.propose(8205, 'remove', 9101, 1, null) ->> 'refused', 'ZC001', 'nor do viewers');
select is(pg_temp.propose(8203, 'remove', 9103, 1, null) ->> 'refused', 'ZC002', 'no item of another plan');
select is(pg_temp.propose(8203, 'remove', 9101, null, null) ->> 'path', 'item', 'the base says what was seen');
select is(pg_temp.propose(8203, 'remove', 9101, 2, null) ->> 'path', 'base', 'and is not of the future');
select is(pg_temp.propose(8203, 'remove', 9101, 1, '{"title":"x"}') ->> 'path', 'set', 'removing sets nothing');
select is(pg_temp.propose(8203, 'change', 9101, 1, null) ->> 'path', 'set', 'changing something');
select is(pg_temp.propose(8203, 'change', 9101, 1, '{"starts_on":"2027-05-05","ends_on":"2027-05-06"}') ->> 'path', 'set', 'dates are not the item''s');
select is(pg_temp.propose(8203, 'change', 9101, 1, '{"title":" "}') ->> 'path', 'set.title', 'checked as an item is');
select is(pg_temp.propose(8203, 'change', 9101, 1, '{"assignees":["8206"]}') ->> 'path', 'set.assignees', 'in every field');
select is(pg_temp.propose(8203, 'change', 9101, 1, '{"place":"x"}', '["place"]') ->> 'path', 'clear', 'cleared or set');
select is(pg_temp.propose(8203, 'add', null, null, '{"title":"x","kind":"note"}') ->> 'path', 'set', 'an item has a place among the others');
select is(pg_temp.propose(8203, 'add', 9101, 1, '{"title":"x","kind":"note","order_key":"b"}') ->> 'path', 'item', 'a new one is none that there is');
select is(pg_temp.propose(8203, 'dates', null, null, '{"starts_on":"2027-06-02","ends_on":"2027-06-01"}') ->> 'path', 'set.to', 'dates in order');
select is(pg_temp.propose(8203, 'dates', null, null, '{"starts_on":"2027-06-02"}') ->> 'path', 'set', 'and both');
select is(pg_temp.propose(8203, 'dates', null, null, '{"starts_on":"2027-06-01","ends_on":"2027-06-02","title":"x"}') ->> 'path', 'set', 'and nothing else');
update plan_item set deleted_at = now() where item_id = 9102;
select is(pg_temp.propose(8203, 'remove', 9102, 1, null) ->> 'refused', 'ZC003', 'deleted is deleted');
select is((select count(*) from plan_proposal), 0::bigint, 'nothing came of these');
create temp table made as select pg_temp.propose(8203, 'change', 9101, 1, '{"title":"Dinner"}', '["place"]') as a;
select pg_temp.new_id(a) as p from made \gset
select is(a - '{_events,_sys,_subjects}'::text[], jsonb_build_object('plan', '9001', 'proposal', :'p', 'state', 'open'), 'a voter proposes') from made;
select is(pg_temp.heard(a), 'plan.proposal open', 'which the plan hears') from made;
select is(lib.plan_proposals_view(9001, 8204) #> '{0,set}', '{"title":"Dinner","place":null}', 'and sees');
select is(lib.plan_proposals_view(9001, 8204) #>> '{0,by}', '8203', 'of whom');

-- deciding
select is(pg_temp.decide(8203, 'accept', :p) ->> 'refused', 'ZC001', 'not the author''s to accept');
select is(pg_temp.decide(8204, 'reject', :p) ->> 'refused', 'ZC001', 'nor another voter''s to reject');
select is(pg_temp.decide(8204, 'withdraw', :p) ->> 'refused', 'ZC001', 'nor to withdraw');
select is(pg_temp.decide(8206, 'accept', :p) ->> 'refused', 'ZC002', 'strangers know of none');
select is(pg_temp.heard(pg_temp.decide(8202, 'accept', :p)), 'plan.item_changed, plan.proposal accepted', 'accepted by an editor');
select is((select title || coalesce(place, '-') || version from plan_item where item_id = 9101), 'Dinner-2', 'so it is');
select is((select actor || ' ' || kind from plan_op where plan_id = 9001), 'm:8202 item_set', 'by who accepted');
select is(pg_temp.state(:p), 'accepted m:8202', 'and it says so');
select is(pg_temp.decide(8202, 'accept', :p) ->> 'state', 'accepted', 'once');
select is(pg_temp.decide(8203, 'withdraw', :p) ->> 'refused', 'ZC017', 'and for all');
select pg_temp.new_id(pg_temp.propose(8203, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}')) as p \gset
select is(pg_temp.decide(8201, 'reject', :p) ->> 'state', 'rejected', 'rejected');
select is(lib.plan_proposals_view(9001, 8201), '[]', 'nothing to see');
select pg_temp.new_id(pg_temp.propose(8203, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}')) as p \gset
select is(pg_temp.decide(8203, 'withdraw', :p) ->> 'state', 'withdrawn', 'withdrawn');
select is((select count(*) from plan_item where plan_id = 9001), 2::bigint, 'no walk');

-- the base has moved
select pg_temp.new_id(pg_temp.propose(8203, 'change', 9101, 2, '{"title":"Supper"}')) as p,
       pg_temp.new_id(pg_temp.propose(8204, 'change', 9101, 2, '{"place":"Inn"}')) as q,
       pg_temp.new_id(pg_temp.propose(8204, 'remove', 9101, 2, null)) as r \gset
select is(pg_temp.decide(8202, 'accept', :q) ->> 'state', 'accepted', 'one field');
select is(pg_temp.decide(8202, 'accept', :p) ->> 'state', 'accepted', 'and another of the same base');
select is(pg_temp.heard(pg_temp.decide(8202, 'accept', :r)), 'plan.proposal stale', 'to remove what has changed is stale');
select is(pg_temp.state(:r) || (select deleted_at is null from plan_item where item_id = 9101), 'stale m:8202true', 'it stays');
select pg_temp.new_id(pg_temp.propose(8204, 'change', 9101, 3, '{"title":"Brunch"}')) as p \gset
select is(pg_temp.decide(8202, 'accept', :p) ->> 'state', 'stale', 'so is the same field');
select is((select title from plan_item where item_id = 9101), 'Supper', 'which stays');
select pg_temp.new_id(pg_temp.propose(8204, 'dates', null, null, '{"starts_on":"2027-06-01","ends_on":"2027-06-02"}')) as p,
       pg_temp.new_id(pg_temp.propose(8203, 'dates', null, null, '{"starts_on":"2027-07-01","ends_on":"2027-07-02"}')) as q \gset
update plan set title = 'Far north', version = version + 1 where plan_id = 9001;
select is(lib.plan_proposals_view(9001, 8204) #>> '{1,was,starts_on}', '2027-05-01', 'from when is told');
select is(pg_temp.heard(pg_temp.decide(8202, 'accept', :p)), 'plan.changed planning, plan.proposal accepted', 'dates, whatever else of the plan changed');
select is(pg_temp.decide(8202, 'accept', :q) ->> 'state', 'stale', 'but not other dates');
select is((select starts_on || ' ' || ends_on from plan where plan_id = 9001), '2027-06-01 2027-06-02', 'the first ones');
select pg_temp.new_id(pg_temp.propose(8204, 'change', 9101, 4, '{"assignees":["8203"]}')) as p \gset
update plan_member set state = 'left' where plan_id = 9001 and member_id = 8203;
select is(pg_temp.decide(8202, 'accept', :p) ->> 'state', 'stale', 'nor with who has left');
update plan_member set state = 'joined' where plan_id = 9001 and member_id = 8203;

update plan_item set deleted_at = null where item_id = 9102;
select pg_temp.new_id(pg_temp.propose(8204, 'change', 9102, 1, '{"title":"Bring skis"}')) as p,
       pg_temp.new_id(pg_temp.propose(8204, 'remove', 9102, 1, null)) as q \gset
update plan_item set deleted_at = now() - interval '31 days' where item_id = 9102;
select is(pg_temp.heard(pg_temp.decide(8202, 'accept', :p)), 'plan.proposal stale', 'nor for what was deleted a month ago');
select pg_temp.ask(:q) as poll \gset
select is(pg_temp.closed(:poll, 0) || ' ' || pg_temp.state(:q), 'stale stale poll:' || :poll, 'whoever decides');
select is((select title from plan_item where item_id = 9102), 'Bring boots', 'which stays as it was');

-- by poll
select pg_temp.new_id(pg_temp.propose(8203, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}')) as p \gset
select pg_temp.ask(:p) as poll \gset
select is(pg_temp.ask(:p), null, 'one poll about it at a time');
select is((select poll_id from plan_proposal where proposal_id = :p), :poll::bigint, 'which it names');
select is(pg_temp.closed(:poll, 0), 'applied', 'the first option stands for it');
select is(pg_temp.state(:p) || (select count(*) from plan_item where plan_id = 9001 and title = 'Walk'), 'accepted poll:' || :'poll' || '1', 'the poll did it');
select is((select actor from plan_op where plan_id = 9001 order by op_seq desc limit 1), 'poll:' || :'poll', 'in the log, too');
select is(pg_temp.ask(:p), null, 'nobody asks about what is decided');
select pg_temp.new_id(pg_temp.propose(8203, 'remove', 9101, 4, null)) as p \gset
select pg_temp.ask(:p) as poll \gset
select is(pg_temp.closed(:poll, 1) || ' ' || pg_temp.state(:p), 'rejected rejected poll:' || :poll, 'another option turns it down');
select pg_temp.new_id(pg_temp.propose(8203, 'remove', 9101, 4, null)) as p \gset
select pg_temp.ask(:p) as poll \gset
update plan_item set version = 5, fields_ver = fields_ver || '{"title":5}' where item_id = 9101;
select is(pg_temp.closed(:poll, 0) || ' ' || pg_temp.state(:p), 'stale stale poll:' || :poll, 'stale here, too');
select pg_temp.new_id(pg_temp.propose(8203, 'remove', 9101, 5, null)) as p \gset
select pg_temp.ask(:p) as poll \gset
select is(pg_temp.call('m:8202', 'plan_poll_close', :'poll' || ', null') #>> '{result,outcome}', 'no_quorum', 'nobody has voted');
select is(pg_temp.state(:p), 'open', 'and nothing comes of it');
select pg_temp.ask(:p) as poll \gset
select pg_temp.decide(8203, 'withdraw', :p) as done \gset
select is(pg_temp.closed(:poll, 0), 'none', 'what is withdrawn is not applied');

-- the plan is locked
select pg_temp.new_id(pg_temp.propose(8203, 'remove', 9101, 5, null)) as p \gset
select pg_temp.ask(:p) as poll \gset
select pg_temp.call('m:8203', 'plan_vote', format('%s, %L', :'poll', jsonb_build_array(jsonb_build_object('option', (select option_id::text from poll_option where poll_id = :poll and pos = 0))))) as done \gset
select is((select string_agg(e.type || ' ' || (e.refs ->> 'state'), ', ') from unnest(lib.plan_polls_end(9001, 'closed')) e), 'poll.changed closed, plan.proposal stale', 'all ends');
select is((select state || ' ' || (result ->> 'outcome') || ' ' || (result ->> 'effect') || (result ->> 'voters') from poll where poll_id = :poll), 'closed ended none1', 'without effect');
select is(pg_temp.state(:p) || (select deleted_at is null from plan_item where item_id = 9101), 'stale plan:9001true', 'on anything');
select is(lib.plan_polls_end(9001, 'closed'), '{}', 'once');
update plan set state = 'locked', state_before = 'planning' where plan_id = 9001;
select is(pg_temp.propose(8203, 'remove', 9101, 5, null) - '_sys', '{"refused":"ZC017","state":"locked"}'::jsonb, 'and none are made');

-- so many
update plan set state = 'planning', state_before = null where plan_id = 9001;
select is((select count(*) from generate_series(1, 21) n cross join lateral (select pg_temp.propose(8203, 'remove', 9101, least(n, 5), null) as a offset 0) x where not a ? 'refused'), 20::bigint,
          'twenty open ones');
select * from finish();
rollback;
