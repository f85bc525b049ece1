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
    ('book',               'oev',  'oev',  'oev',  'oev',  'oev',  '',     ''),
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
select is((select count(*) from may_each), 19 * 7 * 6::bigint, 'every action, state and role');
select is_empty($$select * from may_each where lib.plan_can(role, state, action) is distinct from may$$, 'the one table of permissions');
select is(lib.plan_can('owner', 'no such', 'see'), false, 'in no other state');
select is_empty($$select role, state from may_each group by role, state
                    having array(select unnest(lib.plan_cans(role, state)) order by 1)
                           <> array(select unnest(coalesce(array_agg(action) filter (where may), '{}')) order by 1)$$, 'and the list of them');

-- A plan of the first club, with an owner, an editor, a voter and a viewer.
insert into plan (plan_id, club_id, title, currency, state, created_at) values (8800, 8001, 'Madeira', 'EUR', 'planning', now() - interval '1 day');
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

-- making one -------------------------------------------------------------------------------------------------

create function pg_temp.make(p_member bigint, p_title text default 'Alps', p_more text default 'null, null, null, null, null')
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'plan_create', format('8001, %L, %s', p_title, p_more))
$$;
select pg_temp.make(8201, ' Alps ', $$' ', null, null, null, null$$) as p \gset
select :'p'::jsonb ->> 'plan' as id \gset
select is((:'p'::jsonb - '{plan,created_at,mine,_events,_sys,_subjects}'::text[]), '{"club":"8001","title":"Alps","dest":null,"starts_on":null,"ends_on":null,
          "tz":"Europe/Oslo","currency":"EUR","state":"draft","op_seq":0,"version":1}', 'a draft, in the zone of the club');
select is(:'p'::jsonb -> 'mine', '{"role":"owner","share_level":"handle","can":["see","comment","vote","propose","item","attach","undo","comment_delete_any",
          "expense","expense_any","poll","invite","book","role","remove","cancel"]}', 'of its owner');
select is((select jsonb_agg(e - '{seq,at,refs}'::text[]) from jsonb_array_elements(:'p'::jsonb -> '_events') e) -> 0,
          jsonb_build_object('stream', 'plan:' || :'id', 'type', 'plan.changed', 'gate', 'svc.plan', 'scope', '0', 'audience', null, 'subjects', '[]'::jsonb,
                             'actor', '8201', 'object', 'plan:' || :'id', 'key', null), 'told on its stream');
select is(:'p'::jsonb -> '_events' -> 1 -> 'refs', '{"reload":["8201"]}', 'and the nodes know that the owner is in it');
select is(pg_temp.call('m:8207', 'plan_create', $$8001, 'A', null, null, null, null, null$$) ->> 'refused', 'ZC014', 'for members of the club');
select is(pg_temp.call('m:8208', 'plan_create', $$8001, 'A', null, null, null, null, null$$) ->> 'refused', 'ZC035', 'whose account is good');
select is(array(select pg_temp.make(8201, 'A', a) ->> 'path' from unnest(array[
              $$null, '2131-13-01', null, null, null$$, $$null, '1999-01-01', null, null, null$$, $$null, '2131-1-1', null, null, null$$,
              $$null, null, '2131-01-01', null, null$$, $$null, '2131-01-02', '2131-01-01', null, null$$, $$null, '2131-01-01', '2132-01-03', null, null$$,
              $$null, null, null, 'CET-3', null$$, $$null, null, null, 'Europe/Nowhere', null$$, $$null, null, null, '', null$$, $$null, null, null, null, 'Eur'$$, $$null, null, null, null, 'EUX'$$]) a),
          '{starts_on,starts_on,starts_on,starts_on,ends_on,ends_on,tz,tz,tz,currency,currency}', 'what it cannot say');
select is(pg_temp.make(8201, 'A', $$null, '2131-01-01', '2132-01-02', 'UTC', 'NOK'$$) ->> 'ends_on', '2132-01-02', 'a year at most');
select is(pg_temp.make(8204) ->> 'state', 'draft', 'another member''s');
update plan_member set state = 'left', role = 'editor' where member_id = 8204 and plan_id <> 8800;
select is((select count(*) from generate_series(1, 19) n where pg_temp.make(8204) ->> 'state' = 'draft'), 19::bigint, 'up to twenty a day');
select is(pg_temp.make(8204) - '_events', '{"refused":"ZC024","max":20}', 'those left count');
update plan p set created_at = created_at - interval '25 hours' where exists (select from plan_member m where m.plan_id = p.plan_id and m.member_id = 8204);
update plan_member set joined_at = joined_at - interval '25 hours' where member_id = 8204;
select is(pg_temp.make(8204) ->> 'state', 'draft', 'a new day');
insert into plan (plan_id, club_id, title, currency) select 8900000 + n, 8001, 'x', 'EUR' from generate_series(1, 200) n;
insert into plan_member (plan_id, member_id, role, state) select 8900000 + n, 8206, 'voter', case n when 1 then 'left' else 'joined' end from generate_series(1, 200) n;
select is(pg_temp.make(8206) ->> 'state', 'draft', 'in 200 at most');
select is(pg_temp.make(8206) ->> 'max', '200', 'and no more');

-- reading ----------------------------------------------------------------------------------------------------

select is(jsonb_set(g, '{balances,members}', to_jsonb(jsonb_array_length(g #> '{balances,members}'))) - '{created_at,members,_events,_sys}'::text[],
          '{"plan":"8800","club":"8001","title":"Madeira","dest":null,"starts_on":null,"ends_on":null,"tz":"UTC","currency":"EUR","state":"planning",
            "op_seq":0,"version":1,"mine":{"role":"editor","share_level":"handle","can":["see","comment","vote","propose","item","attach","undo","expense","poll","invite","book"]},
            "items":[],"polls":[],"proposals":[],"balances":{"cur":"EUR","members":3},"_subjects":[8201,8203,8204]}', 'all that it shows, and whom, who left among them')
  from pg_temp.try(format('select * from api.plan_get(%L, %s)', 'm:8202', 8800)) g;
select is(pg_temp.try('select * from api.plan_get(''m:8204'', 8800)') #> '{members,1,member}', '"8204"', 'its members');
select is(pg_temp.try('select * from api.plan_get(''m:8203'', 8800)') ->> 'refused', 'ZC002', 'not to who left');
select is(pg_temp.try('select * from api.plan_get(''m:8201'', 8999999)') ->> 'refused', 'ZC002', 'nor what is not there');
create function pg_temp.page(p_member bigint, p_past boolean, p_limit int, p_cursor text) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.plan_list(%L, %L, %L, %L)', 'm:' || p_member, p_past, p_limit, p_cursor)) $$;
select is(jsonb_array_length(pg_temp.page(8206, null, 50, null) -> 'plans'), 50, 'a page');
with recursive r as (
    select 1 as no, pg_temp.page(8206, false, 50, null) as page
    union all
    select no + 1, pg_temp.page(8206, false, 50, page ->> 'cursor') from r where page ->> 'cursor' is not null)
select is((select array[max(no), count(distinct p -> 'plan'), count(*)] from r, jsonb_array_elements(page -> 'plans') p), '{4,200,200}', 'after page, each once');
select is(pg_temp.page(8206, true, null, null) -> 'plans', '[]', 'none that is over');
update plan set state = 'done' where plan_id = 8900002;
select is(pg_temp.page(8206, true, null, null) -> 'plans' -> 0 ->> 'plan', '8900002', 'but one');
select is(jsonb_array_length(lib.plan_stream_names(8206)), 50, 'a sign-in names 50 streams at most');
update plan set starts_on = '2131-01-01' where plan_id in (8900002, 8900007);
select is(lib.plan_stream_names(8206) -> 0, '"plan:8900007"', 'of what begins next and is not over');
select is((lib.principal_of('m:8202')).reply -> 'streams' @> '["plan:8800"]', true, 'as the sign-in tells');

select is(lib.plan_stream_names(8203), '[]', 'who left is told of no stream');
select is(pg_temp.page(8206, false, 50, 'x') ->> 'path', 'cursor', 'a cursor that is none');
select is(pg_temp.page(8206, true, 1, null) -> 'cursor', 'null', 'a page that is full and the last');

-- the gate ---------------------------------------------------------------------------------------------------

select is((select plans from api.gate_load('{8202}')), '{8800}', 'a node knows who is in it');
select is((select plans from api.gate_load('{8203}')), '{}', 'and who not');
create function pg_temp.gates(p_audience text default null) returns text[] language sql as $$
    select array(select lib.gate_verdict('plan:8800', 'some.thing', 'svc.plan', 0, p_audience, '{}', 8201, null, '{}', m) from generate_series(8201, 8204) m)
$$;
select is(pg_temp.gates(), '{send,send,suppress:audience,send}', 'the stream is for who is in it');
insert into block_rel (blocker, blocked) values (8202, 8201);
select is(pg_temp.gates(), '{send,send,suppress:audience,send}', 'blocks do not hide inside a plan');
select is(pg_temp.gates('adults'), '{suppress:audience,suppress:audience,suppress:audience,suppress:audience}', 'and for nobody by another name');
select is(array(select coalesce(sqlstate, 'joined') from api.stream_open('{m:8201,m:8203,m:8206,s:8301}', '{plan:8800,plan:8800,plan:8800,plan:8800}', '{0,0,0,0}') order by idx),
          '{joined,ZC002,ZC002,ZC002}', 'as is its snapshot');
select is((select snapshot -> 'mine' ->> 'role' || subjects::text from api.stream_open('{m:8202}', '{plan:8800}', '{null}')), 'editor{8201,8203,8204}', 'what plan.get shows');
update membership set status = 'left' where member_id = 8202 and club_id = 8001;
select is(pg_temp.gates(), '{send,suppress:audience,suppress:audience,send}', 'who leaves the club leaves it');
select is((select plans from api.gate_load('{8202}')), '{}', 'in the nodes, too');
select is(lib.in_plan(8202, 8800), false, 'and for subscriptions');
select is(lib.plan_stream_names(8202), '[]', 'and sign-ins');
select is(pg_temp.page(8202, null, null, null) -> 'plans', '[]', 'and lists');
update membership set status = 'active' where member_id = 8202 and club_id = 8001;

-- changing ---------------------------------------------------------------------------------------------------

create function pg_temp.update(p_plan bigint, p_base int, p_set jsonb, p_member bigint default 8201) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'plan_update', format('%s, %s, %L, %L, %L, %L, %L, %L', p_plan, p_base, p_set ->> 'title', p_set ->> 'dest',
                        p_set ->> 'starts_on', p_set ->> 'ends_on', p_set ->> 'tz', p_set ->> 'state'))
$$;
select is(pg_temp.update(:id, 1, '{"title":"Dolomites","dest":" Bolzano ","starts_on":"2131-06-01"}') - '{plan,club,created_at,mine,_events,_sys,_subjects}'::text[],
          '{"title":"Dolomites","dest":"Bolzano","starts_on":"2131-06-01","ends_on":null,"tz":"Europe/Oslo","currency":"EUR","state":"draft","op_seq":1,"version":2}', 'changed');
select is((select jsonb_build_array(actor, kind, object, patch, before, base_ver, new_ver) from plan_op where plan_id = :id),
          jsonb_build_array('m:8201', 'plan_set', 'plan:' || :'id', '{"title":"Dolomites","dest":"Bolzano","starts_on":"2131-06-01"}'::jsonb,
                            '{"title":"Alps","dest":null,"starts_on":null}'::jsonb, 1, 2), 'and logged, with what it was');
select is(pg_temp.update(:id, 1, '{"title":"Tyrol"}') #> '{current,title}', '"Dolomites"', 'an old base');
select is(pg_temp.update(:id, 3, '{"title":"Tyrol"}') ->> 'path', 'base', 'a base that has not been');
select is(pg_temp.update(:id, 2, '{"title":"Dolomites"}') -> '_events', 'null', 'nothing new, nothing told');
select is(pg_temp.update(:id, 2, '{"starts_on":"","ends_on":"2131-06-02"}') ->> 'path', 'starts_on', 'no end without a start');
select is(pg_temp.update(:id, 2, '{"title":"  "}') ->> 'path', 'title', 'a title says something');
select is((select row(version, op_seq)::text from plan where plan_id = :id), '(2,1)', 'nothing written');
select is(pg_temp.update(:id, 2, '{"state":"planning"}') ->> 'state', 'planning', 'no draft any more');
select is(pg_temp.update(:id, 3, '{"state":"planning"}') ->> 'state', 'planning', 'once');
select is(pg_temp.update(8800, 1, '{"title":"x"}', 8204) ->> 'refused', 'ZC001', 'a viewer edits nothing');

-- locking and calling off ------------------------------------------------------------------------------------

select is(pg_temp.call('m:8201', 'plan_lock', '8800') ->> 'state', 'locked', 'locked');
select is(pg_temp.call('m:8201', 'plan_lock', '8800') - '_events', '{"refused":"ZC017","state":"locked"}', 'once');
select is(pg_temp.call('m:8201', 'plan_unlock', '8800') ->> 'state', 'planning', 'and back');
select is(pg_temp.call('m:8201', 'plan_unlock', '8800') ->> 'refused', 'ZC017', 'once: nothing is locked');
select is(pg_temp.update(8800, (select version from plan where plan_id = 8800)::int, '{"state":"planning"}') ->> 'refused', 'ZC017', 'nor is it a draft');
select is((select state_before from plan where plan_id = 8800), null, 'all the way');
update plan set state = 'booked' where plan_id = 8800;
select is(pg_temp.call('m:8201', 'plan_lock', '8800') ->> 'version', '4', 'a version each');
select is(pg_temp.call('m:8202', 'plan_unlock', '8800') ->> 'refused', 'ZC001', 'the owner''s to open');
select is(pg_temp.call('m:8201', 'plan_unlock', '8800') ->> 'state', 'booked', 'to where it was');
select is((select count(*) from stream where stream = 'plan:8800' and seq = 4), 1::bigint, 'each told once');
select is(pg_temp.call('m:8201', 'plan_lock', '8800') ->> 'state', 'locked', 'locked again');
select is(pg_temp.call('m:8201', 'plan_cancel', '8800') ->> 'state', 'cancelled', 'called off all the same');
select is((select row(state_before, cancelled_at = now())::text from plan where plan_id = 8800), '(,t)', 'and not locked');
select is(pg_temp.call('m:8201', 'plan_cancel', '8800') - '_events', '{"refused":"ZC017","state":"cancelled"}', 'for good');

-- the days ---------------------------------------------------------------------------------------------------

-- State of a plan on a day, from: state, state before the lock, first and last day.
create function pg_temp.on_day(p_state text, p_before text, p_from date, p_to date, p_today date default '2027-05-10') returns text language plpgsql as $$
declare
    v_plan plan;
begin
    v_plan.state := p_state;
    v_plan.state_before := p_before;
    v_plan.starts_on := p_from;
    v_plan.ends_on := p_to;
    return lib.plan_state_on(v_plan, p_today);
end $$;
select is(array(select pg_temp.on_day(s, case s when 'locked' then 'planning' end, '2027-05-11', '2027-05-12') from unnest('{draft,planning,locked,booked,travelling,done,cancelled}'::text[]) s),
          '{draft,planning,locked,booked,planning,done,cancelled}', 'the day before, or when it was put off');
select is(array(select pg_temp.on_day(s, case s when 'locked' then 'planning' end, '2027-05-10', '2027-05-12') from unnest('{draft,planning,locked,booked,travelling,done,cancelled}'::text[]) s),
          '{draft,travelling,travelling,travelling,travelling,done,cancelled}', 'the first day');
select is(array(select pg_temp.on_day(s, case s when 'locked' then 'planning' end, '2027-05-08', '2027-05-10') from unnest('{planning,travelling}'::text[]) s), '{travelling,travelling}', 'the last day');
select is(array(select pg_temp.on_day(s, case s when 'locked' then 'planning' end, '2027-05-08', '2027-05-09') from unnest('{draft,planning,locked,booked,travelling,done,cancelled}'::text[]) s),
          '{draft,done,done,done,done,done,cancelled}', 'the day after');
select is(pg_temp.on_day('locked', 'travelling', '2027-05-10', '2027-05-10'), 'locked', 'locked on the way');
select is(pg_temp.on_day('locked', 'travelling', '2027-05-08', '2027-05-09'), 'done', 'to the end');
select is(array[pg_temp.on_day('planning', null, '2027-05-10', null), pg_temp.on_day('travelling', null, '2027-05-09', null), pg_temp.on_day('planning', null, null, null)],
          '{travelling,done,planning}', 'without an end, without days');

-- The job, in the zone of each plan: in the farthest one it is tomorrow already, or still yesterday.
update plan set starts_on = null, ends_on = null;
insert into plan (plan_id, club_id, title, currency, state, tz, starts_on, ends_on)
select 8810 + n, 8001, 'x', 'EUR', s, z, (now() at time zone z)::date + a, (now() at time zone z)::date + b
  from (values (1, 'planning', 'Pacific/Kiritimati', 0, 1), (2, 'planning', 'Pacific/Kiritimati', 1, 1), (3, 'booked', 'Pacific/Pago_Pago', 0, 0),
               (4, 'booked', 'Pacific/Pago_Pago', 1, 2), (5, 'travelling', 'Pacific/Pago_Pago', -3, 0), (6, 'travelling', 'Pacific/Pago_Pago', -3, -1),
               (7, 'planning', 'UTC', -9, -8), (8, 'draft', 'UTC', -9, -8), (9, 'cancelled', 'UTC', -9, 8)) v (n, s, z, a, b);
select is(lib.plans_run(), 4::bigint, 'those whose day has come');
select is(array(select state from plan where plan_id between 8811 and 8819 order by plan_id), '{travelling,planning,travelling,booked,travelling,done,done,draft,cancelled}', 'each in its zone');
select is(array(select version from plan where plan_id between 8811 and 8819 order by plan_id), '{2,1,2,1,1,2,2,1,1}', 'and no other');
select is(array(select stream from outbox where stream like 'plan:881_' order by stream), '{plan:8811,plan:8813,plan:8816,plan:8817}', 'told');
select is(lib.plans_run(), 0::bigint, 'once');
insert into plan_member (plan_id, member_id, role, state) values (8811, 8201, 'owner', 'joined');
select is(pg_temp.update(8811, 2, '{"starts_on":"2131-01-01","ends_on":"2131-01-02"}') ->> 'state', 'planning', 'put off by the owner');
select is(pg_temp.call('m:8201', 'plan_lock', '8811') ->> 'state', 'locked', 'locked');
update plan set starts_on = (now() at time zone tz)::date, ends_on = null where plan_id = 8811;
select is(pg_temp.call('m:8201', 'plan_unlock', '8811') ->> 'state', 'travelling', 'unlocked on the day');
update plan set state = 'locked', state_before = 'travelling' where plan_id = 8811;
select is(lib.plans_run(), 0::bigint, 'what is locked on the way stays so');
update plan set state = 'locked', state_before = 'booked' where plan_id = 8811;
select is(lib.plans_run(), 1::bigint, 'a lock from before the journey');
select is((select row(state, state_before)::text from plan where plan_id = 8811), '(travelling,)', 'ends as it begins');

select * from finish();
rollback;
