-- plan_item_many.sql -- plan.item_add, plan.item_set and plan.item_move, in sets: the edits that many make at once.
--
-- A batch goes through its plans in the order of their ids: it locks one, reads what is asked for of it, and decides its
-- requests one after the other in the order of arrival, each as if it had a transaction of its own.  It writes in sets.  A request that is refused changes
-- nothing and does not stop later ones.  A single call is a batch of one.  What one request is refused for is raised by the
-- same functions that all changes of a plan go through; judging writes nothing, so catching it costs no transaction id.

-- Writes rows of the log, and how far that of each of these plans, which the caller holds, has come by them.
create function lib.plan_ops_store(p_ops plan_op[], p_plans bigint[], p_last bigint[]) returns void
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    insert into plan_op select * from unnest(p_ops);
    if cardinality(p_plans) = 1 then
        update plan set op_seq = p_last[1] where plan_id = p_plans[1];
        return;
    end if;
    update plan p
       set op_seq = n.last
      from (select u.last, x.spot
              from unnest(p_plans, p_last) as u (plan, last)
             cross join lateral (select y.ctid as spot from plan y where y.plan_id = u.plan offset 0) x) n
     where p.ctid = n.spot;
end $$;

-- The plan of an item, which it never leaves.
create function lib.plan_id_of(p_item bigint) returns bigint language plpgsql stable as $$
begin
    return (select plan_id from plan_item where item_id = p_item);
end $$;

-- Stores items in one statement, for each reads the text of every check anew; the caller holds their plan, so they are
-- where they were read.
create function lib.plan_items_store(p_items plan_item[], p_new boolean) returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    if p_new then
        insert into plan_item select * from unnest(p_items);
        return;
    end if;
    update plan_item i
       set kind = n.kind, day = n.day, start_min = n.start_min, end_min = n.end_min, order_key = n.order_key,
           title = n.title, place = n.place, lat = n.lat, lon = n.lon, notes = n.notes, offer_id = n.offer_id,
           assignees = n.assignees, fields_ver = n.fields_ver, version = n.version, deleted_at = n.deleted_at,
           updated_by = n.updated_by, updated_at = n.updated_at
      from (select u.*, x.spot
              from unnest(p_items) as u
             cross join lateral (select y.ctid as spot from plan_item y where y.item_id = u.item_id offset 0) x) n
     where i.ctid = n.spot;
end $$;

-- Locks: keys, plans by id, streams.  p_kind as in lib.plan_apply; p_plan is for item_add, p_item and p_base are for others.
create function lib.plan_items(p_method text, p_kind text, p_who text[], p_idem text[], p_hash bytea[], p_plan bigint[],
                               p_item bigint[], p_base bigint[], p_set jsonb[], p_clear jsonb[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_idem     lib.idem_row[] := lib.idem_begin_many(p_who, p_method, p_idem, p_hash);
    v_answers  lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_plans    bigint[] := p_plan;      -- by request
    v_order    bigint[] := '{}';        -- all of them that are to be locked, in this order
    v_id       bigint;
    v_plan     plan;
    v_joined   bigint[];
    v_may      text[];                  -- who may edit the plan at hand
    v_ids      bigint[];                -- its items that are asked for, as they have become
    v_items    plan_item[];
    v_changed  int[];                   -- places of those that are to be stored
    v_live     bigint;
    v_made     bigint;
    v_op_seq   bigint;
    v_op       plan_op;
    v_ops      plan_op[] := '{}';       -- not yet stored, of all plans, like what follows
    v_new      plan_item[] := '{}';
    v_counted  bigint[] := '{}';        -- plans with changes, and their counters
    v_counts   bigint[] := '{}';
    v_at       int;
    v_item     plan_item;
    v_member   bigint;
    v_done     record;
    v_detail   text;
    v_events   lib.event_row[] := '{}';
    v_of       int[] := '{}';           -- by event: its request
    v_out      jsonb[];
begin
    for i in 1 .. cardinality(p_who) loop
        if p_kind <> 'item_add' then
            v_plans[i] := lib.plan_id_of(p_item[i]);
        end if;
        if v_idem[i].fresh and v_plans[i] is not null and v_plans[i] <> all (v_order) then
            v_order := v_order || v_plans[i];
        end if;
    end loop;
    if cardinality(v_order) > 1 then
        v_order := array(select p from unnest(v_order) as p order by p);
    end if;
    foreach v_id in array v_order loop
        select * into v_plan from plan where plan_id = v_id for no key update;
        v_joined := lib.plan_member_ids(v_id);
        v_may := '{}';
        v_ids := '{}';
        v_items := '{}';
        v_changed := '{}';
        v_op_seq := v_plan.op_seq;
        if p_kind = 'item_add' then
            v_live := lib.plan_items_live(v_id);
            v_made := lib.plan_items_made(v_id);
        else
            for v_item in select * from plan_item where item_id = any (p_item) and plan_id = v_id loop
                v_items := v_items || v_item;
                v_ids := v_ids || v_item.item_id;
            end loop;
        end if;
        for i in 1 .. cardinality(p_who) loop
            continue when v_plans[i] is distinct from v_id or not v_idem[i].fresh;
            begin
                if v_plan.plan_id is null then
                    perform lib.refuse('ZC002');
                end if;
                if p_who[i] <> all (v_may) then
                    perform lib.plan_need(p_who[i], v_plan, 'item');
                    v_may := v_may || p_who[i];
                end if;
                v_at := array_position(v_ids, p_item[i]);
                v_item := v_items[v_at];
                v_member := lib.member_of(p_who[i]);
                v_done := lib.plan_judge(
                    v_id, v_member, p_kind, v_item,
                    case when p_kind = 'item_set' then lib.plan_item_asked(p_set[i], p_clear[i]) else p_set[i] end,
                    p_base[i], v_joined, v_live, v_made, v_op_seq);
            exception when others then
                if sqlstate not like 'ZC%' then
                    raise;
                end if;
                get stacked diagnostics v_detail = pg_exception_detail;
                v_answers[i] := row(i, sqlstate, nullif(v_detail, '')::jsonb, null, null, null, null)::lib.batch_answer;
                continue;
            end;
            if v_done.refusal is not null then
                insert into plan_op select * from unnest(v_ops);    -- it may be told of one of them
                v_ops := '{}';
                v_answers[i] := row(
                    i, null, null,
                    jsonb_build_object('refused', v_done.refusal)
                        || lib.plan_refusal(v_done.refusal, v_item, v_done.patch, v_done.newer, v_joined),
                    null, null, array_remove(v_joined, v_member))::lib.batch_answer;
                delete from idempotency where principal = p_who[i] and method = p_method and key = p_idem[i];
                continue;
            end if;
            v_item := v_done.made;
            v_op_seq := v_op_seq + 1;
            v_live := v_live + 1;
            v_made := v_made + 1;
            v_at := coalesce(v_at, cardinality(v_items) + 1);
            v_items[v_at] := v_item;
            if v_at <> all (v_changed) then
                v_changed := v_changed || v_at;
            end if;
            v_op := null;
            v_op.plan_id := v_id;
            v_op.op_seq := v_op_seq;
            v_op.actor := p_who[i];
            v_op.kind := p_kind;
            v_op.object := 'item:' || v_item.item_id;
            v_op.patch := v_done.patch;
            v_op.before := v_done.before;
            v_op.base_ver := p_base[i];
            v_op.new_ver := v_item.version;
            v_op.at := clock_timestamp();
            v_ops := v_ops || v_op;
            v_events := v_events || lib.plan_item_event(p_who[i], v_member, p_kind, v_item, v_done.fields, v_op_seq);
            v_of := v_of || i;
            v_answers[i] := row(
                i, null, null,
                jsonb_build_object('plan', v_id::text, 'item', v_item.item_id::text, 'version', v_item.version,
                                   'op', v_op_seq),
                null, null, null)::lib.batch_answer;
        end loop;
        if cardinality(v_changed) > 0 then
            foreach v_at in array v_changed loop
                v_new := v_new || v_items[v_at];
            end loop;
            v_counted := v_counted || v_id;
            v_counts := v_counts || v_op_seq;
        end if;
    end loop;
    if cardinality(v_new) > 0 then
        if cardinality(v_new) = 1 then
            perform lib.plan_item_store(v_new[1]);
        else
            perform lib.plan_items_store(v_new, p_kind = 'item_add');
        end if;
        perform lib.plan_ops_store(v_ops, v_counted, v_counts);
    end if;

    for i in 1 .. cardinality(p_who) loop
        if v_plans[i] is null and v_idem[i].fresh then
            v_answers[i] := row(i, 'ZC002', null, null, null, null, null)::lib.batch_answer;
        end if;
    end loop;
    if cardinality(v_of) > 0 then
        v_out := lib.emit_apart(v_events, v_of, cardinality(p_who));
        foreach v_at in array v_of loop
            v_answers[v_at].events := v_out[v_at];
        end loop;
    end if;
    v_answers := lib.idem_end_many(p_who, p_method, p_idem, v_idem, v_answers);
    for i in 1 .. cardinality(p_who) loop
        if v_answers[i].reply ? 'refused' then      -- judged anew like its twin: told the same
            v_answers[i].reply := v_answers[i].reply - 'replay';
        end if;
    end loop;
    return v_answers;
end $$;

-- plan.item_add   Adds an item to the itinerary of a plan.
--   who    member, editor of the plan
--   raises ZC001 by the role; ZC002 no such plan of the caller's; ZC014 left the club; ZC017 the plan's state; ZC024 300
--          items, 2,000 ever, 20,000 changes; ZC035 restricted; ZC602 a field
--   emits  plan.item_changed on plan:<id>
create function api.plan_item_add(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_set jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.plan_items(
        'plan.item_add', 'item_add', array[p_who], array[p_idem], array[p_hash], array[p_plan], '{}', '{}', array[p_set], '{}'));
end $$;

create function api.plan_item_add_many(p_who text[], p_idem text[], p_hash bytea[], p_plan bigint[], p_set jsonb[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.plan_items(
        'plan.item_add', 'item_add', p_who, p_idem, p_hash, p_plan, '{}', '{}', p_set, '{}'));
end $$;

-- plan.item_set   Changes fields of an item, where none of them changed since the version that was seen.
--   who    member, editor of the plan
--   raises ZC001 by the role; ZC002 no such item for the caller; ZC003 deleted, which comes with it; ZC004 changed since, with
--          both values; ZC014 left the club; ZC017 the plan's state; ZC024 20,000 changes; ZC035 restricted;
--          ZC602 a field, a base of the future
--   emits  plan.item_changed on plan:<id>
create function api.plan_item_set(p_who text, p_idem text, p_hash bytea, p_item bigint, p_base bigint, p_set jsonb,
                                  p_clear jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.plan_items(
        'plan.item_set', 'item_set', array[p_who], array[p_idem], array[p_hash], '{}', array[p_item], array[p_base], array[p_set],
        array[p_clear]));
end $$;

create function api.plan_item_set_many(p_who text[], p_idem text[], p_hash bytea[], p_item bigint[], p_base bigint[],
                                       p_set jsonb[], p_clear jsonb[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.plan_items(
        'plan.item_set', 'item_set', p_who, p_idem, p_hash, '{}', p_item, p_base, p_set,
        p_clear));
end $$;

-- What plan.item_move sets.
create function lib.plan_item_place(p_order_key text, p_day text) returns jsonb language plpgsql immutable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object('order_key', p_order_key, 'day', p_day));
end $$;

-- plan.item_move   Moves an item to a place among the others, perhaps of another day.
--   who    member, editor of the plan
--   raises as plan.item_set
--   emits  plan.item_changed on plan:<id>
create function api.plan_item_move(p_who text, p_idem text, p_hash bytea, p_item bigint, p_base bigint, p_order_key text,
                                   p_day text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.plan_items(
        'plan.item_move', 'item_move', array[p_who], array[p_idem], array[p_hash], '{}', array[p_item], array[p_base],
        array[lib.plan_item_place(p_order_key, p_day)], '{}'));
end $$;

create function api.plan_item_move_many(p_who text[], p_idem text[], p_hash bytea[], p_item bigint[], p_base bigint[],
                                        p_order_key text[], p_day text[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.plan_items(
        'plan.item_move', 'item_move', p_who, p_idem, p_hash, '{}', p_item, p_base,
        array(select lib.plan_item_place(u.key, u.day) from unnest(p_order_key, p_day) with ordinality as u (key, day, no)
               order by u.no), '{}'));
end $$;
