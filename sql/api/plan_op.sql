-- plan_op.sql -- the log of a plan: every accepted change is one row, numbered without gaps under the plan's lock, so that
-- each can be told again, explained and undone (domain.md 10.4).

-- Writes one row of the log and returns its number; the caller holds the plan.  p_patch: what was set, p_before: what
-- it replaced, both field by field; p_base, p_new: versions of the object.
create function lib.plan_op_add(p_plan bigint, p_actor text, p_kind text, p_object text, p_patch jsonb,
                                p_before jsonb default '{}', p_base bigint default null, p_new bigint default null,
                                p_undoes bigint default null)
returns bigint language plpgsql volatile as $$
declare
    v_op bigint;
begin
    update plan set op_seq = op_seq + 1 where plan_id = p_plan returning op_seq into v_op;
    insert into plan_op (plan_id, op_seq, actor, kind, object, patch, before, base_ver, new_ver, undoes, at)
    values (p_plan, v_op, p_actor, p_kind, p_object, p_patch, p_before, p_base, p_new, p_undoes, clock_timestamp());
    return v_op;
end $$;

-- A member or a poll as the log names it, for an answer: {"by"} or {"poll"}.
create function lib.plan_actor(p_actor text) returns jsonb language plpgsql immutable as $$
begin
    return case when left(p_actor, 5) = 'poll:' then jsonb_build_object('by', null, 'poll', substr(p_actor, 6))
                else jsonb_build_object('by', substr(p_actor, 3)) end;
end $$;

-- The member who stands for an actor: of a poll the one who opened it.
create function lib.plan_actor_member(p_actor text) returns bigint language plpgsql stable as $$
begin
    if left(p_actor, 5) = 'poll:' then
        return (select created_by from poll where poll_id = substr(p_actor, 6)::bigint);
    end if;
    return lib.member_of(p_actor);
end $$;

-- What contradicts I-31 (the log has every number up to that of its plan) or I-35 (no set field was newer than the base
-- of the change); no row is how it should be.
create function lib.plan_op_violations() returns table (plan_id bigint, invariant text, what text)
language plpgsql stable as $$
begin
    return query
    select p.plan_id, 'I-31', format('%s rows from %s to %s, counter %s', o.count, o.low, o.high, p.op_seq)
      from plan p
      left join (select l.plan_id as id, count(*) as count, min(l.op_seq) as low, max(l.op_seq) as high
                   from plan_op l
                  group by l.plan_id) o on o.id = p.plan_id
     where (coalesce(o.count, 0), coalesce(o.high, 0)) <> (p.op_seq, p.op_seq)
        or o.low > 1
    union all
    select n.plan_id, 'I-31', format('a log without a plan: %s', n.plan_id)
      from (select distinct l.plan_id from plan_op l) n
     where not exists (select from plan p where p.plan_id = n.plan_id)
    union all
    select l.plan_id, 'I-35', format('op %s set %s over op %s', l.op_seq, f.key, e.op_seq)
      from plan_op l
     cross join lateral jsonb_object_keys(l.patch) as f (key)
      join plan_op e on e.plan_id = l.plan_id
                    and e.object = l.object
                    and e.new_ver > l.base_ver
                    and e.new_ver < l.new_ver
                    and e.patch ? f.key
     where l.object like 'item:%'
       and l.kind in ('item_set', 'item_move', 'item_delete')
    union all
    select l.plan_id, 'I-35', format('op %s made version %s of %s, which another made', l.op_seq, l.new_ver, l.object)
      from plan_op l
     where l.object like 'item:%'
       and exists (select
                     from plan_op e
                    where e.plan_id = l.plan_id
                      and e.object = l.object
                      and e.new_ver = l.new_ver
                      and e.op_seq <> l.op_seq)
    union all
    select i.plan_id, 'I-35', format('item %s has version %s and %s changes', i.item_id, i.version, o.count)
      from plan_item i
     cross join lateral (select count(*)
                           from plan_op l
                          where l.plan_id = i.plan_id
                            and l.object = 'item:' || i.item_id) o
     where o.count <> i.version;
end $$;

-- 30 days after an item was deleted nobody takes that back any more: its words go and where it was to be, there, in the log
-- and in what was proposed for it, which is stale then; that there was one stays.
create function lib.plan_items_purge() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    c_told     constant text[] := lib.plan_words() || '{lat_micro,lon_micro}'::text[];
    v_until    timestamptz := now() - interval '30 days';
    v_plan     bigint;
    v_items    bigint[];
    v_proposal plan_proposal;
    v_events   lib.event_row[] := '{}';
    v_done     bigint := 0;
begin
    for v_plan in
        select plan_id
          from plan
         where plan_id = any (array(
                   select plan_id from plan_item where deleted_at < v_until and title <> '' order by deleted_at limit 200))
         order by plan_id
           for no key update skip locked
    loop
        with gone as (
            update plan_item
               set title = '', place = null, notes = null, lat = null, lon = null
             where plan_id = v_plan
               and deleted_at < v_until
               and title <> ''
            returning item_id
        )
        select array_agg(item_id) into v_items from gone;
        update plan_op
           set patch = patch - c_told, before = before - c_told
         where plan_id = v_plan
           and object = any (array(select 'item:' || g from unnest(v_items) as g))
           and (patch ?| c_told or before ?| c_told);
        update plan_proposal
           set payload = payload || jsonb_build_object('set', (payload -> 'set') - c_told)
         where plan_id = v_plan
           and item_id = any (v_items)
           and payload -> 'set' ?| c_told;
        for v_proposal in
            select *
              from plan_proposal
             where plan_id = v_plan
               and item_id = any (v_items)
               and state = 'open'
             order by proposal_id
        loop
            v_events := v_events || lib.proposal_end(v_proposal, 'stale', 'plan:' || v_plan);
        end loop;
        v_done := v_done + coalesce(cardinality(v_items), 0);
    end loop;
    if v_events <> '{}' then
        perform lib.emit_all(v_events);
    end if;
    return v_done;
end $$;

-- Refuses a change where the log of the plan is full: 20,000, and 1,000 more for what the plan says of itself.  What deletes
-- is not refused.
create function lib.plan_log_room(p_ops bigint, p_max bigint default 20000) returns void language plpgsql immutable as $$
begin
    if p_ops >= p_max then
        perform lib.refuse('ZC024', jsonb_build_object('max', p_max, 'what', 'changes'));
    end if;
end $$;

-- Who has been in the plan and is erased.
create function lib.plan_erased(p_plan bigint) returns text[] language plpgsql stable as $$
begin
    return array(
        select s.member_id::text
          from plan_member s
         where s.plan_id = p_plan
           and (select m.status from member m where m.member_id = s.member_id) = 'erased');
end $$;

-- Values of the log without those members: no part in items, in expenses {"former": n} as in balances.
create function lib.plan_op_without(p_plan bigint, p_values jsonb, p_erased text[]) returns jsonb
language plpgsql stable as $$
declare
    v_name text;
begin
    if p_values -> 'assignees' ?| p_erased then
        p_values := p_values || jsonb_build_object('assignees', (p_values -> 'assignees') - p_erased);
    end if;
    foreach v_name in array '{payers,shares}'::text[] loop
        continue when not p_values ? v_name;
        p_values := p_values || jsonb_build_object(v_name, (
            select jsonb_agg(case when x ->> 'member' = any (p_erased)
                                  then (x - 'member') || lib.expense_person(p_plan, (x ->> 'member')::bigint)
                                  else x end order by no)
              from jsonb_array_elements(p_values -> v_name) with ordinality as e (x, no)));
    end loop;
    return p_values;
end $$;

-- plan.ops   The log of a plan after a number, oldest first.
--   who    member
--   raises ZC002 no such plan of the caller's; ZC014 left the club; ZC035 restricted
--   emits  –
create function api.plan_ops(p_who text, p_plan bigint, p_after bigint, p_limit bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan  plan;
    v_limit int := coalesce(p_limit, 100)::int;
    v_gone  text[] := lib.plan_erased(p_plan);
    v_reply jsonb;
begin
    select * into v_plan from plan where plan_id = p_plan;
    perform lib.plan_need(p_who, v_plan, 'see');
    with page as (
        select o.op_seq,
               case when substr(o.actor, 3) = any (v_gone) then '{"by":null}' else lib.plan_actor(o.actor) end
               || jsonb_build_object(
                   'op', o.op_seq, 'kind', o.kind, 'object', o.object,
                   'set', case when v_gone = '{}' then o.patch else lib.plan_op_without(p_plan, o.patch, v_gone) end,
                   'before', case when v_gone = '{}' then o.before else lib.plan_op_without(p_plan, o.before, v_gone) end,
                   'base', o.base_ver, 'ver', o.new_ver, 'undoes', o.undoes, 'at', lib.iso(o.at)) as row
          from plan_op o
         where o.plan_id = p_plan
           and o.op_seq > coalesce(p_after, 0)
         order by o.op_seq
         limit v_limit
    ), sized as (
        select g.op_seq, g.row, sum(octet_length(g.row::text) + 2) over (order by g.op_seq) as bytes,
               row_number() over (order by g.op_seq) as no
          from page g
    )
    select jsonb_build_object('plan', p_plan::text, 'ops', coalesce(jsonb_agg(s.row order by s.op_seq), '[]'),
                              'last', v_plan.op_seq)
      into v_reply
      from sized s
     where s.bytes <= 100000
        or s.no = 1;
    return lib.done(v_reply);
end $$;
