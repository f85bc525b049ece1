-- Editors at random against a plain model: 1,000 steps of six editors who see old versions.  The model decides by itself
-- what must be accepted, and at the end holds the same values: no accepted edit of a field is lost (I-35), no number of
-- the log is missing (I-31), and the log alone makes the same items again.
begin;
\ir noun.psql
select plan(7);

insert into plan (plan_id, club_id, title, currency, state) values (8901, 8001, 'Madeira', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 8901, m, case m when 8201 then 'owner' else 'editor' end, 'joined', now() from unnest('{8201,8202,8203,8204,8206}'::bigint[]) m;

-- The model: who wrote what into which field, with the version of its item that made; and what each editor last saw.
create temp table model (item bigint, field text, value text, ver bigint, primary key (item, field)) on commit drop;
create temp table model_item (item bigint primary key, ver bigint, alive boolean) on commit drop;
create temp table seen (who bigint, item bigint, ver bigint, primary key (who, item)) on commit drop;
create temp table outcome (deed text, expected text, got text) on commit drop;

create function pg_temp.step(p_no int) returns void language plpgsql as $$
declare
    v_who    bigint := (array[8201, 8202, 8203, 8204, 8206])[1 + floor(random() * 5)::int];
    v_deed   text := (array['add', 'set', 'set', 'set', 'set', 'set', 'move', 'move', 'delete', 'restore', 'undo', 'look', 'look'])
                     [1 + floor(random() * 13)::int];
    v_item   model_item;
    v_base   bigint;
    v_set    jsonb;
    v_reply  jsonb;
    v_want   text;
    v_op     plan_op;
begin
    select * into v_item from model_item order by random() limit 1;
    if v_item.item is null or v_deed = 'add' and (select count(*) from model_item) < 12 then
        v_reply := pg_temp.call('m:' || v_who, 'plan_item_add', format('8901, %L', jsonb_build_object(
            'kind', 'note', 'title', 'T' || p_no, 'order_key', 'V')));
        insert into model_item values ((v_reply ->> 'item')::bigint, 1, true);
        insert into model
        select (v_reply ->> 'item')::bigint, f, v, 1
          from (values ('title', 'T' || p_no), ('order_key', 'V'), ('place', null), ('notes', null), ('day', null)) x (f, v);
        return;
    end if;
    if v_deed = 'look' then
        insert into seen select v_who, i.item, i.ver from model_item i on conflict (who, item) do update set ver = excluded.ver;
        return;
    end if;
    v_base := coalesce((select s.ver from seen s where s.who = v_who and s.item = v_item.item),
                       1 + floor(random() * v_item.ver)::bigint);
    if v_deed = 'undo' then
        select * into v_op from plan_op where plan_id = 8901 order by random() limit 1;
        select * into v_item from model_item where item = substr(v_op.object, 6)::bigint;
        v_reply := pg_temp.call('m:' || v_who, 'plan_undo', '8901, ' || v_op.op_seq);
        v_want := case when v_op.kind = 'item_delete'
                       then case when v_item.ver = v_op.new_ver then 'accepted' else 'CONFLICT' end
                       when not v_item.alive then 'GONE'
                       when v_op.kind in ('item_add', 'item_restore')
                       then case when v_item.ver = v_op.new_ver then 'accepted' else 'CONFLICT' end
                       when exists (select from model m where m.item = v_item.item and v_op.patch ? m.field and m.ver > v_op.new_ver)
                       then 'CONFLICT' else 'accepted' end;
        v_set := case when v_op.kind in ('item_set', 'item_move') then v_op.before end;
        v_deed := case when v_op.kind = 'item_delete' then 'restore' when v_set is null then 'delete' else 'set' end;
    elsif v_deed in ('set', 'move', 'add') then
        v_set := case when v_deed = 'move' then jsonb_build_object('order_key', 'K' || p_no, 'day', to_char(date '2027-05-01' + p_no, 'YYYY-MM-DD'))
                      else (select jsonb_object_agg(f, f || p_no)
                              from (select f from unnest('{title,place,notes}'::text[]) f order by random() limit 1 + floor(random() * 2)::int) x) end;
        v_reply := case when v_deed = 'move'
                        then pg_temp.call('m:' || v_who, 'plan_item_move', format('%s, %s, %L, %L', v_item.item, v_base, v_set ->> 'order_key', v_set ->> 'day'))
                        else pg_temp.call('m:' || v_who, 'plan_item_set', format('%s, %s, %L, null', v_item.item, v_base, v_set)) end;
        v_want := case when not v_item.alive then 'GONE'
                       when exists (select from model m where m.item = v_item.item and v_set ? m.field and m.ver > v_base)
                       then 'CONFLICT' else 'accepted' end;
        if v_want = 'CONFLICT' and v_reply -> 'mine' <> v_set then
            v_want := 'CONFLICT with what was asked for';
        end if;
        if v_want = 'CONFLICT' and exists (
            select from model m
             where m.item = v_item.item
               and v_set ? m.field
               and v_reply #>> array['current', m.field] is distinct from m.value) then
            v_want := 'CONFLICT with what is there';
        end if;
        v_deed := 'set';
    elsif v_deed = 'delete' then
        v_reply := pg_temp.call('m:' || v_who, 'plan_item_delete', format('%s, %s', v_item.item, v_base));
        v_want := case when not v_item.alive then 'GONE' when v_base < v_item.ver then 'CONFLICT' else 'accepted' end;
    else
        v_reply := pg_temp.call('m:' || v_who, 'plan_item_restore', v_item.item::text);
        v_want := case when v_item.alive then 'ZC017' else 'accepted' end;
    end if;

    insert into outcome values (v_deed, v_want, coalesce(v_reply ->> 'refused', 'accepted'));
    if v_want <> 'accepted' then
        return;
    end if;
    update model_item
       set ver = ver + 1, alive = v_deed <> 'delete'
     where item = v_item.item;
    if v_deed = 'set' then
        update model set value = v_set ->> field, ver = v_item.ver + 1 where item = v_item.item and v_set ? field;
    end if;
    if v_reply ->> 'version' <> (v_item.ver + 1)::text then
        insert into outcome values ('version', (v_item.ver + 1)::text, v_reply ->> 'version');
    end if;
end $$;

select setseed(0.7);
select pg_temp.step(n) from generate_series(1, 1000) n \g /dev/null

select is(array(select deed || ': ' || expected || ' but ' || got from outcome where expected <> got limit 5), '{}', 'decided as the model does, each time');
select ok((select count(*) filter (where expected = 'accepted') > 200 and count(*) filter (where expected = 'CONFLICT') > 50
                  and count(*) filter (where expected = 'GONE') > 20 from outcome), 'each way often enough');
select is((select count(*) from model m join plan_item i on i.item_id = m.item
            where m.value is distinct from case m.field when 'title' then i.title when 'place' then i.place when 'notes' then i.notes
                                                        when 'day' then i.day::text else i.order_key end), 0::bigint, 'no accepted edit is lost');
select is((select count(*) from model_item m join plan_item i on i.item_id = m.item
            where (m.ver, m.alive) is distinct from (i.version, i.deleted_at is null)), 0::bigint, 'nor a deletion');
select is(array(select invariant || ' ' || what from lib.plan_op_violations() where plan_id = 8901), '{}', 'I-31 and I-35 hold');
select is((select count(*) from plan_op where plan_id = 8901),
          (select count(*) filter (where expected = 'accepted') + (select count(*) from model_item) from outcome), 'a row for each accepted change');
select is((select count(*)
             from model m
            where m.value is distinct from (
                  select o.patch ->> m.field
                    from plan_op o
                   where o.plan_id = 8901
                     and o.object = 'item:' || m.item
                     and o.patch ? m.field
                   order by o.op_seq desc
                   limit 1)), 0::bigint, 'the log alone makes the same items');
select * from finish();
rollback;
