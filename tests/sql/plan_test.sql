-- Plans: who may do what and when, their states, their stream.
begin;
\i tests/sql/noun.psql
select no_plan();

-- permissions ------------------------------------------------------------------------------------------------

-- Every action, a row each; by state the roles that may: o(wner), e(ditor), v(oter), w (viewer).
create temp table may (action text, draft text, planning text, locked text, booked text, travelling text, done text, cancelled text);
insert into may values
    ('see',                'oevw', 'oevw', 'oevw', 'oevw', 'oevw', 'oevw', 'oevw'),
    ('comment',            'oev',  'oev',  'oev',  'oev',  'oev',  'oev',  'oev'),
    ('vote',               'oev',  'oev',  '',     'oev',  'oev',  '',     ''),
    ('propose',            'oev',  'oev',  '',     'oev',  'oev',  '',     ''),
    ('item',               'oe',   'oe',   'o',    'oe',   'oe',   '',     ''),
    ('attach',             'oe',   'oe',   'o',    'oe',   'oe',   '',     ''),
    ('undo',               'oe',   'oe',   'o',    'oe',   'oe',   '',     ''),
    ('comment_delete_any', 'o',    'o',    'o',    'o',    'o',    'o',    'o'),
    ('expense',            'oev',  'oev',  'oev',  'oev',  'oev',  'oev',  'oev'),
    ('expense_any',        'o',    'o',    'o',    'o',    'o',    'o',    'o'),
    ('poll',               'oe',   'oe',   '',     'oe',   'oe',   '',     ''),
    ('invite',             'oe',   'oe',   'o',    'oe',   'oe',   '',     ''),
    ('role',               'o',    'o',    'o',    'o',    'o',    'o',    'o'),
    ('remove',             'o',    'o',    'o',    'o',    'o',    'o',    'o'),
    ('lock',               '',     'o',    'o',    'o',    'o',    '',     ''),
    ('cancel',             'o',    'o',    'o',    'o',    'o',    '',     ''),
    ('hold',               '',     'o',    'o',    'o',    'o',    '',     ''),
    ('fly',                '',     '',     '',     '',     '',     '',     '');
create temp table may_each as
select m.action, s.key as state, r.role, position(r.letter in s.value) > 0 as may
  from may m, jsonb_each_text(to_jsonb(m) - 'action') s,
       (values ('owner', 'o'), ('editor', 'e'), ('voter', 'v'), ('viewer', 'w'), ('guest', 'x'), (null, 'x')) r (role, letter);
select is((select count(*) from may_each), 18 * 7 * 6::bigint, 'every action, state and role');
select is_empty($$select * from may_each where lib.plan_can(role, state, action) is distinct from may$$, 'the one table of permissions');
select is(lib.plan_can('owner', 'no such', 'see'), false, 'in no other state');
select is_empty($$select role, state from may_each group by role, state
                    having array(select unnest(lib.plan_cans(role, state)) order by 1)
                           <> array(select unnest(coalesce(array_agg(action) filter (where may), '{}')) order by 1)$$, 'and the list of them');

-- A plan of the first club, with an owner, an editor, a voter and a viewer.
insert into plan (plan_id, club_id, title, currency, state) values (8800, 8001, 'Madeira', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8800, 8201, 'owner', 'joined', now()), (8800, 8202, 'editor', 'joined', now()),
       (8800, 8203, 'voter', 'left', now()), (8800, 8204, 'viewer', 'joined', now());
create function pg_temp.need(p_who text, p_action text) returns text language plpgsql as $$
declare
    v_detail text;
begin
    return (lib.plan_need(p_who, (select p from plan p where plan_id = 8800), p_action)).role;
exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    return sqlstate || v_detail;
end $$;
select is(pg_temp.need('m:8201', 'cancel'), 'owner', 'the caller''s row');
select is(pg_temp.need('m:8203', 'see'), 'ZC002', 'who left is not in it');
select is(pg_temp.need('m:8205', 'see'), 'ZC002', 'nor who never was');
select is(pg_temp.need('s:8301', 'see'), 'ZC001', 'nor staff');
select is(pg_temp.need('m:8202', 'cancel'), 'ZC001', 'a role too low');
update plan set state = 'locked', state_before = 'planning' where plan_id = 8800;
select is(pg_temp.need('m:8202', 'item'), 'ZC017{"state": "locked"}', 'a state in the way');
select is(pg_temp.need('m:8204', 'item'), 'ZC001', 'the role first');
update plan set state = 'planning', state_before = null where plan_id = 8800;
update membership set status = 'left' where member_id = 8202;
select is(pg_temp.need('m:8202', 'see'), 'ZC014', 'not in the club any more');
update membership set status = 'active' where member_id = 8202 and club_id = 8001;
update member set status = 'restricted' where member_id = 8202;
select is(pg_temp.need('m:8202', 'see'), 'ZC035{"status": "restricted"}', 'restricted');
update member set status = 'active' where member_id = 8202;
select is(lib.plan_member_ids(8800), '{8201,8202,8204}', 'who is in it');
select is(row(e.*)::text, '(plan:8800,plan.changed,svc.plan,0,,{8202},8201,plan:8800,,{})', 'an event for them')
  from lib.plan_event(8800, 'plan.changed', '{}', 8201, p_subjects => '{8202}') e;

select * from finish();
rollback;
