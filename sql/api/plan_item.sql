-- plan_item.sql -- the itinerary of a plan: items that several people change at once, merged field by field (domain.md 10.4).
--
-- An item has a version, and fields_ver the version in which each field last changed (one that is not there: the first).
-- A change says which version it saw, and is accepted where none of the fields it sets changed since.  What was refused
-- comes back with both values: nothing anybody wrote is lost.  A deleted item stays 30 days and can be restored.

-- what an item looks like ---------------------------------------------------------------------------------------

-- Those of p_ids who are in the plan, in order, each once.  Mostly there is nobody, and a query would cost more than all else.
create function lib.plan_of_these(p_ids bigint[], p_joined bigint[]) returns bigint[] language plpgsql immutable as $$
begin
    if p_ids = '{}' then
        return p_ids;
    end if;
    if cardinality(p_ids) = 1 then
        return case when p_ids <@ p_joined then p_ids else '{}' end;
    end if;
    return array(select a from unnest(p_ids) as a where a = any (p_joined) group by a order by a);
end $$;

-- An item; p_joined: who is in the plan, for nobody else is shown.
create function lib.plan_item_view(p_item plan_item, p_joined bigint[]) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'item', p_item.item_id::text, 'kind', p_item.kind, 'day', to_char(p_item.day, 'YYYY-MM-DD'),
        'start_min', p_item.start_min, 'end_min', p_item.end_min, 'order_key', p_item.order_key,
        'title', p_item.title, 'place', p_item.place, 'lat_micro', round(p_item.lat * 1000000)::bigint,
        'lon_micro', round(p_item.lon * 1000000)::bigint, 'notes', p_item.notes, 'offer', p_item.offer_id::text,
        'assignees', lib.ids(lib.plan_of_these(p_item.assignees, p_joined)),
        'version', p_item.version, 'updated_by', p_item.updated_by::text, 'updated_at', lib.iso(p_item.updated_at),
        'deleted_at', lib.iso(p_item.deleted_at)));
end $$;

-- All live items of a plan by day and order, within so many bytes: where they are more, notes are cut, and beyond that
-- what is not the line of an itinerary.
create function lib.plan_items_view(p_plan bigint, p_viewer bigint, p_bytes int default 72000) returns jsonb
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_joined bigint[] := lib.plan_member_ids(p_plan);
    v_bare   bigint;
    v_notes  bigint;
    v_items  jsonb;
begin
    select coalesce(jsonb_agg(lib.plan_item_view(i, v_joined) order by i.day, i.order_key, i.item_id), '[]') into v_items
      from plan_item i
     where i.plan_id = p_plan
       and i.deleted_at is null;
    if octet_length(v_items::text) <= p_bytes then
        return v_items;
    end if;
    select sum(octet_length((x - 'notes')::text) + 2), count(*) filter (where x ? 'notes') into v_bare, v_notes
      from jsonb_array_elements(v_items) as x;
    return (
        select jsonb_agg(
                   case when v_bare + 25 * v_notes > p_bytes then
                            jsonb_strip_nulls(jsonb_build_object(
                                'item', x -> 'item', 'kind', x -> 'kind', 'day', x -> 'day', 'order_key', x -> 'order_key',
                                'title', left(x ->> 'title', 40), 'assignees', '[]'::jsonb, 'version', x -> 'version',
                                'cut', true))
                        when x ? 'notes' and octet_length(x ->> 'notes') > (p_bytes - v_bare) / v_notes - 60 then
                            x || jsonb_build_object('notes_cut', true, 'notes',
                                                    left(x ->> 'notes', greatest(0, (p_bytes - v_bare) / v_notes - 60)::int / 4))
                        else x end order by no)
          from jsonb_array_elements(v_items) with ordinality as e (x, no));
end $$;

-- An item as an event shows it: as it is now, or nothing of one that was deleted.
create function lib.plan_item_event_view(p_item bigint) returns lib.shown language plpgsql stable as $$
declare
    v_item   plan_item;
    v_joined bigint[];
begin
    select * into v_item from plan_item where item_id = p_item;
    if not found or v_item.deleted_at is not null then
        return row(null, true, false, '{}'::bigint[])::lib.shown;
    end if;
    v_joined := lib.plan_member_ids(v_item.plan_id);
    return row(lib.plan_item_view(v_item, v_joined), true, false,
               lib.plan_of_these(v_item.assignees || v_item.updated_by, v_joined))::lib.shown;
end $$;

-- setting fields ------------------------------------------------------------------------------------------------

-- A day like 2027-05-31, of this century or the next, else null.
create function lib.plan_day(p_text text) returns date language plpgsql immutable as $$
begin
    if p_text !~ '^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$' then
        return null;
    end if;
    return make_date(left(p_text, 4)::int, substr(p_text, 6, 2)::int, right(p_text, 2)::int);
exception when datetime_field_overflow then
    return null;
end $$;

-- What to set, normalised; refuses ZC602 with the field.  A field that is null is cleared.
create function lib.plan_item_check(p_set jsonb, p_joined bigint[]) returns jsonb language plpgsql immutable as $$
declare
    v_set  jsonb := p_set;
    c_text constant text[] := '{title,place,notes,order_key,kind}';
    c_most constant int[] := '{120,200,4000,64,20}';
    v_text text;
    v_who  bigint[];
begin
    for i in 1 .. 5 loop
        continue when not v_set ? c_text[i];
        v_text := normalize(v_set ->> c_text[i]);
        if v_text is null and c_text[i] in ('title', 'order_key', 'kind') then
            perform lib.invalid('set.' || c_text[i], 'cannot be cleared');
        end if;
        if v_text is not null then
            v_set := v_set || jsonb_build_object(c_text[i], v_text);
            if length(v_text) > c_most[i] then
                perform lib.invalid('set.' || c_text[i], 'is too long');
            end if;
            if btrim(v_text, E' \n\t') = '' then
                perform lib.invalid('set.' || c_text[i], 'is empty');
            end if;
        end if;
    end loop;
    if v_set ->> 'order_key' !~ '^[0-9A-Za-z]{1,64}$' then
        perform lib.invalid('set.order_key', 'must be 1 to 64 of 0-9, A-Z and a-z');
    end if;
    if v_set ->> 'day' is not null and lib.plan_day(v_set ->> 'day') is null then
        perform lib.invalid('set.day', 'is no day like 2027-05-31');
    end if;
    if (v_set ->> 'lat_micro' is null) <> (v_set ->> 'lon_micro' is null)
       or v_set ? 'lat_micro' <> (v_set ? 'lon_micro') then
        perform lib.invalid('set.lat_micro', 'goes with lon_micro');
    end if;
    if v_set ? 'assignees' then
        v_who := array(select distinct a::bigint
                         from jsonb_array_elements_text(coalesce(nullif(v_set -> 'assignees', 'null'), '[]')) as a
                        order by 1);
        if not v_who <@ p_joined then
            perform lib.invalid('set.assignees', 'not all are in the plan');
        end if;
        v_set := v_set || jsonb_build_object('assignees', lib.ids(v_who));
    end if;
    return v_set;
end $$;

-- The item with those fields.
create function lib.plan_item_with(p_item plan_item, p_set jsonb) returns plan_item language plpgsql immutable as $$
begin
    p_item.kind := coalesce(p_set ->> 'kind', p_item.kind);
    p_item.title := coalesce(p_set ->> 'title', p_item.title);
    p_item.order_key := coalesce(p_set ->> 'order_key', p_item.order_key);
    p_item.day := case when p_set ? 'day' then lib.plan_day(p_set ->> 'day') else p_item.day end;
    p_item.start_min := case when p_set ? 'start_min' then (p_set ->> 'start_min')::int else p_item.start_min end;
    p_item.end_min := case when p_set ? 'end_min' then (p_set ->> 'end_min')::int else p_item.end_min end;
    p_item.place := case when p_set ? 'place' then p_set ->> 'place' else p_item.place end;
    p_item.notes := case when p_set ? 'notes' then p_set ->> 'notes' else p_item.notes end;
    p_item.lat := case when p_set ? 'lat_micro' then (p_set ->> 'lat_micro')::bigint / 1000000.0 else p_item.lat end;
    p_item.offer_id := case when p_set ? 'offer' then (p_set ->> 'offer')::bigint else p_item.offer_id end;
    p_item.lon := case when p_set ? 'lon_micro' then (p_set ->> 'lon_micro')::bigint / 1000000.0 else p_item.lon end;
    if p_set ? 'assignees' then
        p_item.assignees := array(select a::bigint from jsonb_array_elements_text(p_set -> 'assignees') as a order by 1);
    end if;
    return p_item;
end $$;

-- The values of these fields, null where there is none.
create function lib.plan_item_values(p_item plan_item, p_fields text[]) returns jsonb language plpgsql stable as $$
declare
    v_all  jsonb := lib.plan_item_view(p_item, p_item.assignees);
    v_some jsonb := '{}';
    v_name text;
begin
    foreach v_name in array p_fields loop
        v_some := v_some || jsonb_build_object(v_name, v_all -> v_name);
    end loop;
    return v_some;
end $$;

-- changes -------------------------------------------------------------------------------------------------------

-- Which of these fields changed after that version.
create function lib.plan_item_newer(p_item plan_item, p_fields text[], p_base bigint) returns text[]
language sql immutable as $$
    select array(select f
                   from unnest(p_fields) as f
                  where coalesce(((p_item).fields_ver ->> f)::bigint, 1) > p_base
                  order by f)
$$;

-- What a refused change is told: the item as it is, what was asked for, the fields that contradict, and who changed
-- the last of them when.
create function lib.plan_item_conflict(p_item plan_item, p_mine jsonb, p_fields text[], p_joined bigint[]) returns jsonb
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_ver bigint;
    v_op  plan_op;
begin
    v_ver := coalesce((select max((p_item.fields_ver ->> f)::bigint) from unnest(p_fields) as f), p_item.version);
    select * into v_op
      from plan_op
     where plan_id = p_item.plan_id
       and object = 'item:' || p_item.item_id
       and new_ver = v_ver;
    return lib.plan_actor(v_op.actor) || jsonb_build_object(
        'current', lib.plan_item_view(p_item, p_joined), 'mine', p_mine, 'fields', to_jsonb(p_fields),
        'at', lib.iso(v_op.at));
end $$;

-- What a change makes of an item, or why not; nothing is written.  p_item: as it is, null where there is none or one is
-- added; p_live, p_made: the live items of the plan and all that were made; p_ops: the rows of its log.  refusal: CONFLICT
-- with the fields that are newer, or GONE.
-- Raises ZC002, ZC003, ZC017, ZC024, ZC602 as lib.plan_apply.
create function lib.plan_judge(p_plan bigint, p_member bigint, p_kind text, p_item plan_item, p_set jsonb, p_base bigint,
                               p_joined bigint[], p_live bigint, p_made bigint, p_ops bigint,
                               out made plan_item, out fields text[], out patch jsonb, out before jsonb,
                               out refusal text, out newer text[])
language plpgsql volatile as $$
declare
    v_name text;
begin
    patch := lib.plan_item_check(coalesce(p_set, '{}'), p_joined);
    fields := array(select k from jsonb_object_keys(patch) as k order by k);
    before := '{}';
    if p_kind <> 'item_add' then
        if p_item.item_id is null then
            perform lib.refuse('ZC002');
        end if;
        if p_base > p_item.version then
            perform lib.invalid('base', 'is a version that has not been');
        end if;
    end if;
    if p_kind in ('item_add', 'item_restore') and p_live >= 300 then
        perform lib.refuse('ZC024', '{"max":300}');
    end if;
    if p_kind = 'item_add' and p_made >= 2000 then
        perform lib.refuse('ZC024', '{"max":2000,"what":"items"}');
    end if;
    if p_kind <> 'item_delete' then
        perform lib.plan_log_room(p_ops);
    end if;
    if p_item.deleted_at < now() - interval '30 days' then      -- its words are gone, or go at any moment
        perform lib.refuse('ZC003');
    end if;

    case p_kind
        when 'item_add' then
            made := lib.plan_item_with(p_item, patch);
            made.item_id := lib.new_id();
            made.plan_id := p_plan;
            made.assignees := coalesce(made.assignees, '{}');
            made.fields_ver := '{}';
            made.version := 0;
            made.created_by := p_member;
        when 'item_set', 'item_move', 'item_delete' then
            if p_item.deleted_at is not null then
                refusal := 'GONE';
                return;
            end if;
            if p_kind = 'item_delete' then
                newer := array(select k from jsonb_each_text(p_item.fields_ver) as f (k, v) where v::bigint > p_base order by k);
                patch := '{"deleted":true}';
            elsif p_base < p_item.version then
                newer := lib.plan_item_newer(p_item, fields, p_base);
            end if;
            if cardinality(newer) > 0 or p_kind = 'item_delete' and p_base < p_item.version then
                refusal := 'CONFLICT';
                return;
            end if;
            if p_kind <> 'item_delete' then
                before := lib.plan_item_values(p_item, fields);
            end if;
            made := lib.plan_item_with(p_item, patch);
            made.deleted_at := case when p_kind = 'item_delete' then now() end;
        when 'item_restore' then
            if p_item.deleted_at is null then
                perform lib.refuse('ZC017', '{"state":"live"}');
            end if;
            made := p_item;
            made.deleted_at := null;
            patch := '{"deleted":false}';
    end case;

    made.version := made.version + 1;
    made.updated_by := p_member;
    made.updated_at := clock_timestamp();
    if p_kind in ('item_set', 'item_move') then
        foreach v_name in array fields loop
            made.fields_ver := made.fields_ver || jsonb_build_object(v_name, made.version);
        end loop;
    end if;
end $$;

-- What a refused change is told beside the reason: for lib.refused, for it holds what members wrote.
create function lib.plan_refusal(p_refusal text, p_item plan_item, p_mine jsonb, p_newer text[], p_joined bigint[])
returns jsonb language plpgsql stable as $$
begin
    if p_refusal = 'GONE' then
        return jsonb_build_object('item', lib.plan_item_view(p_item, p_joined));
    end if;
    return lib.plan_item_conflict(p_item, p_mine, p_newer, p_joined);
end $$;

-- Whom an item shows: who takes part, and who changed it.  Mostly nobody takes part in particular.
create function lib.plan_item_shown(p_assignees bigint[], p_by bigint) returns bigint[] language plpgsql immutable as $$
begin
    if p_assignees = '{}' then
        return array[p_by];
    end if;
    return array(select a from unnest(p_assignees || p_by) as a group by a order by a);
end $$;

-- What is told of an accepted change: names of fields, no words.
create function lib.plan_item_event(p_actor text, p_member bigint, p_kind text, p_item plan_item, p_fields text[],
                                    p_op bigint)
returns lib.event_row language plpgsql immutable as $$
begin
    return lib.plan_event(
        p_item.plan_id, 'plan.item_changed', lib.plan_actor(p_actor) || jsonb_build_object(
            'plan', p_item.plan_id::text, 'item', p_item.item_id::text, 'change', substr(p_kind, 6),
            'set', case when p_kind in ('item_delete', 'item_restore') then '[]' else to_jsonb(p_fields) end,
            'ver', p_item.version, 'op', p_op),
        p_member, 'plan_item:' || p_item.item_id,
        lib.plan_item_shown(p_item.assignees, p_member));
end $$;

-- One change of a plan that the caller has locked and may make.  p_actor: m:<member> or poll:<id>.  p_kind:
--   item_add      p_set: kind, title, order_key and more
--   item_set      p_set: fields, null to clear one; p_base: the version of the item that was seen
--   item_move     the same with day and order_key only
--   item_delete   p_base
--   item_restore
--   dates         p_set: starts_on, ends_on of the plan; p_base: its version
-- Accepted: one row of the log (op), its events, the item and its new version.  Refused, and nothing changed: op is null,
-- refusal CONFLICT or GONE with its detail, which holds what members wrote and so is for lib.refused, not lib.refuse.
-- Raises ZC002 no such item; ZC003 deleted for more than 30 days; ZC017 not deleted; ZC024 300 items, 2,000 ever, 20,000
-- changes; ZC602 a field, or a base of the future.
create function lib.plan_apply(p_plan plan, p_actor text, p_kind text, p_item bigint, p_set jsonb, p_base bigint,
                               p_undoes bigint default null,
                               out op bigint, out events lib.event_row[], out refusal text, out detail jsonb,
                               out item bigint, out ver bigint)
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan   bigint := p_plan.plan_id;
    v_joined bigint[] := lib.plan_member_ids(v_plan);
    v_member bigint := lib.plan_actor_member(p_actor);
    v_item   plan_item;
    v_done   record;
begin
    if p_kind = 'dates' then
        select d.op, d.events, d.refusal, d.detail, d.ver into op, events, refusal, detail, ver
          from lib.plan_apply_dates(p_plan, p_actor, p_set, p_base) d;
        return;
    end if;
    if p_kind <> 'item_add' then
        select * into v_item from plan_item where item_id = p_item and plan_id = v_plan;
    end if;
    v_done := lib.plan_judge(
        v_plan, v_member, p_kind, v_item, p_set, p_base, v_joined,
        case when p_kind in ('item_add', 'item_restore') then lib.plan_items_live(v_plan) end,
        case when p_kind = 'item_add' then lib.plan_items_made(v_plan) end, (p_plan).op_seq);
    if v_done.refusal is not null then
        refusal := v_done.refusal;
        detail := lib.plan_refusal(refusal, v_item, v_done.patch, v_done.newer, v_joined);
        return;
    end if;
    v_item := v_done.made;
    perform lib.plan_item_store(v_item);
    item := v_item.item_id;
    ver := v_item.version;
    op := lib.plan_op_add(v_plan, p_actor, p_kind, 'item:' || item, v_done.patch, v_done.before, p_base, ver, p_undoes);
    events := array[lib.plan_item_event(p_actor, v_member, p_kind, v_item, v_done.fields, op)];
end $$;

create function lib.plan_items_live(p_plan bigint) returns bigint language plpgsql stable as $$
begin
    return (select count(*) from plan_item where plan_id = p_plan and deleted_at is null);
end $$;

create function lib.plan_items_made(p_plan bigint) returns bigint language plpgsql stable as $$
begin
    return (select count(*) from plan_item where plan_id = p_plan);
end $$;

create function lib.plan_item_store(p_item plan_item) returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    if p_item.version = 1 then
        insert into plan_item select (p_item).*;
        return;
    end if;
    update plan_item i
       set kind = p_item.kind, day = p_item.day, start_min = p_item.start_min, end_min = p_item.end_min,
           order_key = p_item.order_key, title = p_item.title, place = p_item.place, lat = p_item.lat,
           lon = p_item.lon, notes = p_item.notes, offer_id = p_item.offer_id, assignees = p_item.assignees,
           fields_ver = p_item.fields_ver, version = p_item.version, deleted_at = p_item.deleted_at,
           updated_by = p_item.updated_by, updated_at = p_item.updated_at
     where i.item_id = p_item.item_id;
end $$;

-- The dates of the plan itself, by the same rule: the base is the plan's version.
create function lib.plan_apply_dates(p_plan plan, p_actor text, p_set jsonb, p_base bigint,
                                     out op bigint, out events lib.event_row[], out refusal text, out detail jsonb,
                                     out ver bigint)
language plpgsql volatile as $$
declare
    v_plan   plan := p_plan;
    v_before jsonb := jsonb_build_object('starts_on', to_char((p_plan).starts_on, 'YYYY-MM-DD'),
                                         'ends_on', to_char((p_plan).ends_on, 'YYYY-MM-DD'));
begin
    v_plan.starts_on := lib.plan_date(p_set ->> 'starts_on', 'set.starts_on');
    v_plan.ends_on := lib.plan_date(p_set ->> 'ends_on', 'set.ends_on');
    perform lib.plan_check(v_plan);
    if p_base > (p_plan).version then
        perform lib.invalid('base', 'is a version that has not been');
    end if;
    if p_base < (p_plan).version then
        refusal := 'CONFLICT';
        detail := jsonb_build_object('current', v_before || jsonb_build_object('version', (p_plan).version), 'mine', p_set,
                                     'fields', '["starts_on","ends_on"]'::jsonb, 'by', null, 'at', null);
        return;
    end if;
    v_plan := lib.plan_store(lib.plan_dated(v_plan));
    ver := v_plan.version;
    op := lib.plan_op_add((p_plan).plan_id, p_actor, 'dates', 'plan:' || (p_plan).plan_id,
                          jsonb_build_object('starts_on', p_set ->> 'starts_on', 'ends_on', p_set ->> 'ends_on'),
                          v_before, p_base, ver);
    events := array[lib.plan_event((p_plan).plan_id, 'plan.changed', jsonb_build_object(
                        'plan', (p_plan).plan_id::text, 'state', v_plan.state, 'version', ver), lib.plan_actor_member(p_actor))];
end $$;

-- methods -------------------------------------------------------------------------------------------------------

-- The plan of an item, locked, for who may do that to it.
create function lib.plan_of_item(p_who text, p_item bigint, p_action text) returns plan language plpgsql volatile as $$
declare
    v_plan plan := lib.plan_lock((select plan_id from plan_item where item_id = p_item));
begin
    perform lib.plan_need(p_who, v_plan, p_action);
    return v_plan;
end $$;

-- The whole of a write that is one change: key, plan, change, events, answer.
create function lib.plan_item_write(p_who text, p_method text, p_idem text, p_hash bytea, p_plan plan, p_kind text,
                                    p_item bigint, p_set jsonb, p_base bigint, p_undoes bigint default null)
returns lib.answer language plpgsql volatile as $$
declare
    v_done record;
begin
    select * into v_done from lib.plan_apply(p_plan, p_who, p_kind, p_item, p_set, p_base, p_undoes);
    if v_done.refusal is not null then
        return lib.refused(v_done.refusal, v_done.detail, null, p_who, p_method, p_idem,
                           array_remove(lib.plan_member_ids((p_plan).plan_id), lib.member_of(p_who)));
    end if;
    return lib.idem_end(p_who, p_method, p_idem, lib.done(
        jsonb_build_object('plan', (p_plan).plan_id::text, 'item', v_done.item::text, 'version', v_done.ver, 'op', v_done.op),
        lib.emit_all(v_done.events)));
end $$;

-- What plan.item_set asks for: the fields set, and null for those to clear; raises ZC602 else.
create function lib.plan_item_asked(p_set jsonb, p_clear jsonb) returns jsonb language plpgsql immutable as $$
declare
    v_set jsonb := coalesce(p_set, '{}');
begin
    if p_clear is not null then
        if v_set ?| array(select jsonb_array_elements_text(p_clear))
           or p_clear ? 'position' and v_set ?| '{lat_micro,lon_micro}' then
            perform lib.invalid('clear', 'names a field that is set');
        end if;
        v_set := v_set || coalesce((
            select jsonb_object_agg(n, null)
              from (select f from jsonb_array_elements_text(p_clear) as f where f <> 'position'
                    union all
                    select unnest('{lat_micro,lon_micro}'::text[]) where p_clear ? 'position') c (n)), '{}');
    end if;
    if v_set = '{}' then
        perform lib.invalid('set', 'is empty');
    end if;
    return v_set;
end $$;

-- plan.item_delete   Deletes an item as it was seen; it can be restored for 30 days.
--   who    member, editor of the plan
--   raises as plan.item_set
--   emits  plan.item_changed on plan:<id>
create function api.plan_item_delete(p_who text, p_idem text, p_hash bytea, p_item bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer := lib.idem_begin(p_who, 'plan.item_delete', p_idem, p_hash);
    v_plan plan;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_of_item(p_who, p_item, 'item');
    return lib.plan_item_write(p_who, 'plan.item_delete', p_idem, p_hash, v_plan, 'item_delete', p_item, '{}', p_base);
end $$;

-- plan.item_restore   Brings a deleted item back as it was.
--   who    member, editor of the plan
--   raises ZC001 by the role; ZC002 no such item for the caller; ZC003 deleted for more than 30 days; ZC014 left the club;
--          ZC017 not deleted, the plan's state; ZC024 300 items, 20,000 changes; ZC035 restricted
--   emits  plan.item_changed on plan:<id>
create function api.plan_item_restore(p_who text, p_idem text, p_hash bytea, p_item bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer := lib.idem_begin(p_who, 'plan.item_restore', p_idem, p_hash);
    v_plan plan;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_of_item(p_who, p_item, 'item');
    return lib.plan_item_write(p_who, 'plan.item_restore', p_idem, p_hash, v_plan, 'item_restore', p_item, '{}', null);
end $$;

-- plan.item_get   One item whole, a deleted one too for 30 days: what plan.get cuts.
--   who    member
--   raises ZC002 no such item for the caller; ZC003 deleted for more than 30 days; ZC014 left the club; ZC035 restricted
--   emits  –
create function api.plan_item_get(p_who text, p_item bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_item plan_item;
    v_plan plan;
begin
    select * into v_item from plan_item where item_id = p_item;
    select * into v_plan from plan where plan_id = v_item.plan_id;
    perform lib.plan_need(p_who, v_plan, 'see');
    if v_item.deleted_at < now() - interval '30 days' then
        perform lib.refuse('ZC003');
    end if;
    return lib.done(lib.plan_item_view(v_item, lib.plan_member_ids(v_item.plan_id)), null,
                    array_remove(v_item.assignees, lib.member_of(p_who)));
end $$;

-- plan.undo   Makes the inverse of a change of an item, where what it set was not changed since.
--   who    member, editor of the plan
--   raises ZC001 by the role; ZC002 no such plan or change for the caller; ZC003 the item is deleted, or the log has lost what
--          was there; ZC004 changed since, with both values; ZC014 left the club; ZC017 no change of an item, the plan's
--          state; ZC024 300 items, 20,000 changes; ZC035 restricted
--   emits  plan.item_changed on plan:<id>
create function api.plan_undo(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_op bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'plan.undo', p_idem, p_hash);
    v_plan   plan;
    v_op     plan_op;
    v_item   plan_item;
    v_set    jsonb;
    v_joined bigint[];
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    perform lib.plan_need(p_who, v_plan, 'undo');
    select * into v_op from plan_op where plan_id = p_plan and op_seq = p_op;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_op.kind not in ('item_add', 'item_set', 'item_move', 'item_delete', 'item_restore') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_op.kind));
    end if;
    select * into v_item from plan_item where item_id = substr(v_op.object, 6)::bigint;
    if v_item.deleted_at < now() - interval '30 days' then
        perform lib.refuse('ZC003');
    end if;
    v_set := v_op.before;
    if v_op.kind in ('item_set', 'item_move') and v_set = '{}' then     -- went with the account of who wrote it
        perform lib.refuse('ZC003');
    end if;
    if v_set ? 'assignees' then     -- who left meanwhile is not put back
        v_joined := lib.plan_member_ids(p_plan);
        v_set := v_set || jsonb_build_object('assignees', (
            select coalesce(jsonb_agg(a), '[]')
              from jsonb_array_elements_text(v_set -> 'assignees') as a
             where a::bigint = any (v_joined)));
    end if;
    if v_op.kind = 'item_delete' then
        if v_item.version > v_op.new_ver then
            return lib.refused('CONFLICT', lib.plan_item_conflict(v_item, '{"deleted":false}', '{}', lib.plan_member_ids(p_plan)),
                               null, p_who, 'plan.undo', p_idem,
                               array_remove(lib.plan_member_ids(p_plan), lib.member_of(p_who)));
        end if;
        return lib.plan_item_write(p_who, 'plan.undo', p_idem, p_hash, v_plan, 'item_restore', v_item.item_id, '{}', null,
                                   p_op);
    end if;
    return lib.plan_item_write(
        p_who, 'plan.undo', p_idem, p_hash, v_plan,
        case when v_op.kind in ('item_add', 'item_restore') then 'item_delete' else v_op.kind end,
        v_item.item_id, v_set, v_op.new_ver, p_op);
end $$;
