-- The batch forms of plan.item_add, plan.item_set and plan.item_move answer, log, store and tell what one call after the
-- other would: random batches, each also made singly by the way of all other changes of a plan, then taken back.
begin;
\ir noun.psql
select plan(14);

insert into plan (plan_id, club_id, title, currency, state)
values (8901, 8001, 'Madeira', 'EUR', 'planning'), (8902, 8001, 'Lofoten', 'EUR', 'planning'), (8903, 8001, 'Over', 'EUR', 'done');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select p, m, case m when 8201 then 'owner' when 8204 then 'viewer' else 'editor' end, case m when 8206 then 'left' else 'joined' end, now()
  from unnest('{8901,8902,8903}'::bigint[]) p, unnest('{8201,8202,8204,8206,8208}'::bigint[]) m;
insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by, deleted_at)
select p * 100 + i, p, 'activity', 'V' || i, 'Item ' || i, 8201, 8201, case i when 6 then now() end
  from unnest('{8901,8902,8903}'::bigint[]) p, generate_series(1, 6) i;
insert into plan_op (plan_id, op_seq, actor, kind, object, patch, new_ver)
select p, i, 'm:8201', 'item_add', 'item:' || p * 100 + i, '{}', 1 from unnest('{8901,8902,8903}'::bigint[]) p, generate_series(1, 6) i;
update plan set op_seq = 6;
insert into idempotency (principal, method, key, req_hash, response, sys_seq)
select 'm:8201', 'plan.' || m, k, sha256(convert_to(h, 'UTF8')), '{"plan":"8901"}', 0
  from unnest('{item_set,item_move,item_add}'::text[]) m
 cross join (values ('key-of-another-one', 'b'), ('key-of-this-very-one', 'a')) v (k, h);

create temp table ask (no int primary key, who text, idem text, hash bytea, plan bigint, item bigint, base bigint, set jsonb,
                       clear jsonb, key text, day text);

-- One of these.
create function pg_temp.one(variadic p_of bigint[]) returns bigint language sql volatile as
$$ select p_of[1 + floor(random() * cardinality(p_of))] $$;
create function pg_temp.word(variadic p_of text[]) returns text language sql volatile as
$$ select p_of[1 + floor(random() * cardinality(p_of))] $$;

-- A random batch; some are asked twice, one right after the other, some have the key of an earlier request.
create function pg_temp.draw(p_round int) returns void language plpgsql volatile as $$
declare
    v_item bigint;
    v_ver  bigint;
    v_n    int := 0;
    v_last ask;
begin
    delete from ask;
    for i in 1 .. 1 + floor(random() * 14) loop
        v_n := v_n + 1;
        if v_n > 1 and random() < 0.12 then
            select * into v_last from ask where no = v_n - 1;
            v_last.no := v_n;
            insert into ask select (v_last).*;
            continue;
        end if;
        v_item := pg_temp.one(890101, 890101, 890101, 890102, 890103, 890103, 890106, 890201, 890202, 890301, 77);
        v_ver := coalesce((select version from plan_item where item_id = v_item), 1);
        insert into ask
        select v_n, 'm:' || pg_temp.one(8201, 8201, 8201, 8201, 8202, 8202, 8202, 8204, 8206, 8207, 8208),
               format('key-of-round-%s-%s', p_round, v_n),
               sha256('a'), pg_temp.one(8901, 8901, 8901, 8902, 8902, 8903, 77), v_item,
               greatest(1, v_ver + pg_temp.one(-1, 0, 0, 0, 0, 0, 1, 1, 2)),
               case when random() < 0.1 then null
                    else coalesce((select jsonb_object_agg(f, case f when 'day' then pg_temp.word('"2027-05-31"', '"2027-05-32"', '"2027-06-01"')::jsonb
                                                                     when 'start_min' then '540'
                                                                     when 'assignees' then pg_temp.word('["8202"]', '["8202","8201"]', '["8206"]')::jsonb
                                                                     else to_jsonb(f || ' ' || p_round) end)
                                     from unnest('{title,place,notes,day,start_min,assignees}'::text[]) f
                                    where random() < 0.3), '{}') end,
               pg_temp.word(null, null, null, '["place"]', '["notes","position"]')::jsonb,
               pg_temp.word('A', 'B', 'C', 'D', 'E', 'F', 'zz', 'no good'), pg_temp.word(null, '2027-06-02');
    end loop;
    update ask set who = 'm:8201', idem = pg_temp.word('key-of-another-one', 'key-of-this-very-one') where random() < 0.05;
end $$;

-- What is told, without times and without new ids, which a batch draws plan by plan.
create function pg_temp.plain(p_text text) returns text language sql as
$$ select regexp_replace(regexp_replace(p_text, '"(at|updated_at)": "[^"]*"', '"\1"', 'g'), '7[0-9]{12}', 'NEW', 'g') $$;

-- One of them alone, by the way of all other changes of a plan.
create function pg_temp.alone(p_method text, p_ask ask) returns text language plpgsql as $$
declare
    v_answer lib.answer;
    v_plan   plan;
    v_detail text;
    v_kind   text := split_part(p_method, '.', 2);
begin
    v_answer := lib.idem_begin(p_ask.who, p_method, p_ask.idem, p_ask.hash);
    if v_answer.reply is null then
        if v_kind = 'item_add' then
            v_plan := lib.plan_lock(p_ask.plan);
            perform lib.plan_need(p_ask.who, v_plan, 'item');
        else
            v_plan := lib.plan_of_item(p_ask.who, p_ask.item, 'item');
        end if;
        v_answer := lib.plan_item_write(
            p_ask.who, p_method, p_ask.idem, p_ask.hash, v_plan, v_kind, case when v_kind <> 'item_add' then p_ask.item end,
            case v_kind when 'item_set' then lib.plan_item_asked(p_ask.set, p_ask.clear)
                        when 'item_move' then lib.plan_item_place(p_ask.key, p_ask.day)
                        else coalesce(p_ask.set, '{}') || jsonb_build_object('kind', 'meal', 'title', 'New', 'order_key', p_ask.key) end,
            case when v_kind <> 'item_add' then p_ask.base end);
    end if;
    return pg_temp.plain(to_jsonb(row(p_ask.no, null, null, v_answer.reply, v_answer.events, v_answer.sys_seq,
                                      v_answer.subjects)::lib.batch_answer)::text);
exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    if left(sqlstate, 2) <> 'ZC' then
        raise;
    end if;
    return pg_temp.plain(to_jsonb(row(p_ask.no, sqlstate, nullif(v_detail, '')::jsonb, null, null, lib.sys_head(),
                                      null)::lib.batch_answer)::text);
end $$;

create function pg_temp.together(p_method text) returns setof lib.batch_answer language plpgsql as $$
begin
    case p_method
        when 'plan.item_set' then
            return query select * from api.plan_item_set_many(
                array(select who from ask order by no), array(select idem from ask order by no), array(select hash from ask order by no),
                array(select item from ask order by no), array(select base from ask order by no), array(select set from ask order by no),
                array(select clear from ask order by no));
        when 'plan.item_move' then
            return query select * from api.plan_item_move_many(
                array(select who from ask order by no), array(select idem from ask order by no), array(select hash from ask order by no),
                array(select item from ask order by no), array(select base from ask order by no), array(select key from ask order by no),
                array(select day from ask order by no));
        when 'plan.item_add' then
            return query select * from api.plan_item_add_many(
                array(select who from ask order by no), array(select idem from ask order by no), array(select hash from ask order by no),
                array(select plan from ask order by no),
                array(select coalesce(set, '{}') || jsonb_build_object('kind', 'meal', 'title', 'New', 'order_key', key) from ask order by no));
    end case;
end $$;

-- All that the changes left behind.
create function pg_temp.left_behind() returns text language sql volatile as $$
    select pg_temp.plain(concat_ws(e'\n',
        (select string_agg(concat_ws(' ', plan_id, op_seq, version), e'\n' order by plan_id) from plan),
        (select string_agg((to_jsonb(o) - 'at')::text, e'\n' order by plan_id, op_seq) from plan_op o),
        (select string_agg((to_jsonb(i) - 'updated_at')::text, e'\n'
                           order by i.plan_id, (select op_seq from plan_op o where o.plan_id = i.plan_id and o.object = 'item:' || i.item_id order by new_ver limit 1))
           from plan_item i),
        (select string_agg(concat_ws(' ', stream, seq, type, gate_cat, subjects, actor, object, refs), e'\n' order by stream, seq) from outbox),
        (select string_agg(concat_ws(' ', principal, method, key, req_hash, response, sys_seq), e'\n' order by principal, method, key)
           from idempotency)))
$$;

-- Both ways of so many batches; what differs first.
create function pg_temp.compare(p_method text, p_rounds int) returns text language plpgsql as $$
declare
    v_alone    text[];
    v_together text[];
    v_left     text;
begin
    for r in 1 .. p_rounds loop
        perform pg_temp.draw(r);
        begin
            v_alone := array(select pg_temp.alone(p_method, a) from ask a order by a.no);
            v_left := pg_temp.left_behind();
            raise exception using errcode = 'ZX001';
        exception when sqlstate 'ZX001' then
            null;
        end;
        v_together := array(select pg_temp.plain(to_jsonb(t)::text) from pg_temp.together(p_method) t);
        if v_alone is distinct from v_together then
            return (select format('round %s: %s, together %s', r, a, t) from unnest(v_alone, v_together) as u (a, t)
                     where a is distinct from t limit 1);
        end if;
        if v_left is distinct from pg_temp.left_behind() then
            return (select format('round %s left behind %s, together %s', r, a, t)
                      from unnest(string_to_array(v_left, e'\n'), string_to_array(pg_temp.left_behind(), e'\n')) as u (a, t)
                     where a is distinct from t limit 1);
        end if;
    end loop;
    return '';
end $$;

select setval('club.id_seq', 7000000000000) as first \gset
select setseed(0.42);
select is(pg_temp.compare('plan.item_set', 50), '', 'plan.item_set');
select is(pg_temp.compare('plan.item_move', 30), '', 'plan.item_move');
select is(pg_temp.compare('plan.item_add', 30), '', 'plan.item_add');
select is((select count(*) from lib.plan_op_violations()), 0::bigint, 'the logs hold I-31 and I-35');

-- that much was seen
create function pg_temp.seen(p_kind text) returns bigint language sql as $$ select count(*) from plan_op where kind = p_kind $$;
select cmp_ok(pg_temp.seen('item_set'), '>', 40::bigint, 'many were set');
select cmp_ok(pg_temp.seen('item_move'), '>', 25::bigint, 'many were moved');
select cmp_ok(pg_temp.seen('item_add'), '>', 40::bigint, 'many were added');

-- one emission, one counter and one row of the item for a batch
delete from ask;
insert into ask (no, who, idem, hash, item, base, set)
select n, 'm:8201', 'sum-of-them-all-' || n, sha256('a'), 890104, version + n - 1, jsonb_build_object('title', 'Title ' || n)
  from plan_item, generate_series(1, 5) n where item_id = 890104;
create temp table before as select (select seq from stream where stream = 'plan:8901') as seq, version from plan_item where item_id = 890104;
select is((select array_agg((reply ->> 'version')::bigint - version order by idx) from pg_temp.together('plan.item_set'), before), '{1,2,3,4,5}', 'five versions');
select is((select count(*) from outbox, before where stream = 'plan:8901' and outbox.seq > before.seq), 5::bigint, 'five events');
select is((select title from plan_item where item_id = 890104), 'Title 5', 'the last title');

-- a conflict with a change of the same batch names who made it
delete from ask;
insert into ask (no, who, idem, hash, item, base, set)
select n, 'm:' || 8200 + n, 'who-contradicts-' || n, sha256('a'), 890105, version, jsonb_build_object('title', 'By ' || n)
  from plan_item, generate_series(1, 2) n where item_id = 890105;
create temp table told as select * from pg_temp.together('plan.item_set');
select is((select concat_ws(' ', reply ->> 'refused', reply ->> 'by', reply #>> '{current,title}', reply #>> '{mine,title}', reply ->> 'fields')
             from told where idx = 2), 'CONFLICT 8201 By 1 By 2 ["title"]', 'who, both values');
select is((select count(*) from idempotency where key like 'who-contradicts-%'), 1::bigint, 'and its key is free again');

-- the last place of 300 is one's who came first; the others are told how many there can be
insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by)
select 89020000 + n, 8902, 'note', 'V', 'Full', 8201, 8201
  from generate_series(1, 299 - (select count(*)::int from plan_item where plan_id = 8902 and deleted_at is null)) n;
delete from ask;
insert into ask (no, who, idem, hash, plan, key)
select n, 'm:8201', 'the-last-place-' || n, sha256('a'), 8902, 'V' from generate_series(1, 3) n;
select is((select array_agg(coalesce(sqlstate || detail::text, reply ->> 'version') order by idx) from pg_temp.together('plan.item_add')),
          '{1,"ZC024{\"max\": 300}","ZC024{\"max\": 300}"}', 'one of three is added');

-- one who may edit one plan of a batch may not another; what is wrong in one plan leaves the others alone
update plan set state = 'locked', state_before = 'planning' where plan_id = 8902;
delete from ask;
insert into ask (no, who, idem, hash, item, base, set)
select n, 'm:8202', 'here-and-there-' || n, sha256('a'), i, version, '{"place":"Quay"}'
  from unnest('{890101,890201,890102}'::bigint[]) with ordinality u (i, n)
  join plan_item on item_id = i;
select is((select array_agg(coalesce(sqlstate, 'set') order by idx) from pg_temp.together('plan.item_set')), '{set,ZC017,set}',
          'the locked one stays as it is');

select * from finish();
rollback;
