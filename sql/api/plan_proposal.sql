-- plan_proposal.sql -- what members propose for a plan (domain.md 10.5): an item more, another or none, other dates.
--
--      open --editor, poll--> accepted | rejected
--        \--author--> withdrawn     \--what it was to change has changed, the plan is locked--> stale
--
-- An accepted proposal goes the way of every other change (lib.plan_apply), with the base its author saw.

create function lib.proposal_view(p_proposal plan_proposal, p_whole boolean default true) returns jsonb
language plpgsql stable as $$
declare
    v_set jsonb := (p_proposal).payload -> 'set';
begin
    return jsonb_build_object(
        'proposal', (p_proposal).proposal_id::text, 'plan', (p_proposal).plan_id::text, 'action', (p_proposal).action,
        'item', (p_proposal).item_id::text, 'base', (p_proposal).base_ver, 'state', (p_proposal).state,
        'poll', (p_proposal).poll_id::text, 'at', lib.iso((p_proposal).at),
        'decided_at', lib.iso((p_proposal).decided_at),
        'by', (select member_id::text from plan_member
                where plan_id = (p_proposal).plan_id and member_id = (p_proposal).author and state = 'joined'))
        || case when not p_whole and length(v_set ->> 'notes') > 200
                then (p_proposal).payload
                     || jsonb_build_object('set', v_set || jsonb_build_object('notes', left(v_set ->> 'notes', 200)),
                                           'notes_cut', true)
                else (p_proposal).payload end;
end $$;

-- The proposals of a plan that nobody has decided on, newest first.
create function lib.plan_proposals_view(p_plan bigint, p_viewer bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(lib.proposal_view(p, false) order by p.proposal_id desc), '[]')
          from plan_proposal p
         where p.plan_id = p_plan
           and p.state = 'open');
end $$;

-- What an event of a proposal shows.
create function lib.proposal_event_view(p_proposal bigint) returns lib.shown language plpgsql stable as $$
declare
    v_proposal plan_proposal;
begin
    select * into v_proposal from plan_proposal where proposal_id = p_proposal;
    if not found then
        return row(null, false, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(lib.proposal_view(v_proposal), true, false, '{}'::bigint[])::lib.shown;
end $$;

create function lib.proposal_refs(p_proposal plan_proposal) returns jsonb language sql stable as $$
    select jsonb_build_object('plan', (p_proposal).plan_id::text, 'proposal', (p_proposal).proposal_id::text,
                              'state', (p_proposal).state)
$$;

create function lib.proposal_event(p_proposal plan_proposal, p_actor bigint) returns lib.event_row language sql stable as $$
    select lib.plan_event((p_proposal).plan_id, 'plan.proposal', lib.proposal_refs(p_proposal), p_actor,
                          'proposal:' || (p_proposal).proposal_id)
$$;

-- Ends a proposal.  p_by: m:<member>, poll:<poll> or plan:<plan>.
create function lib.proposal_end(p_proposal plan_proposal, p_state text, p_by text) returns lib.event_row
language plpgsql volatile as $$
begin
    update plan_proposal
       set state = p_state, decided_at = now(), decided_by = p_by
     where proposal_id = (p_proposal).proposal_id
    returning * into p_proposal;
    return lib.proposal_event(p_proposal, lib.member_of(p_by));
end $$;

-- Changes the plan as proposed, under its lock: accepted, or stale where what it was to change has changed.
create function lib.proposal_apply(p_proposal plan_proposal, p_actor text, out state text, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_plan plan;
    v_set  jsonb := (p_proposal).payload -> 'set';
    v_was  jsonb := (p_proposal).payload -> 'was';
    v_done record;
begin
    state := 'accepted';
    events := '{}';
    select * into v_plan from plan where plan_id = (p_proposal).plan_id;
    if (p_proposal).action = 'dates' and v_was <> lib.plan_dates_of(v_plan) then
        state := 'stale';
    else
        begin
            select * into v_done
              from lib.plan_apply(v_plan, p_actor,
                                  case (p_proposal).action when 'add' then 'item_add' when 'change' then 'item_set'
                                                           when 'remove' then 'item_delete' else 'dates' end,
                                  (p_proposal).item_id, v_set,
                                  case (p_proposal).action when 'dates' then v_plan.version else (p_proposal).base_ver end);
            if v_done.refusal is null then
                events := v_done.events;
            else
                state := 'stale';
            end if;
        exception when sqlstate 'ZC602' or sqlstate 'ZC003' then    -- an assignee has left; the item is deleted for 30 days
            state := 'stale';
        end;
    end if;
    events := events || lib.proposal_end(p_proposal, state, p_actor);
end $$;

-- The dates of a plan as a proposal keeps them.
create function lib.plan_dates_of(p_plan plan) returns jsonb language sql stable as $$
    select jsonb_build_object('starts_on', (p_plan).starts_on, 'ends_on', (p_plan).ends_on)
$$;

-- What a proposal is to set, checked as a change of that kind is.
create function lib.proposal_payload(p_plan plan, p_action text, p_item bigint, p_base bigint, p_set jsonb, p_clear jsonb)
returns jsonb language plpgsql stable as $$
declare
    v_set  jsonb := coalesce(p_set, '{}');
    v_item plan_item;
begin
    if (p_action in ('change', 'remove')) is distinct from (p_item is not null and p_base is not null) then
        perform lib.invalid('item', 'and base belong to changing and removing an item');
    end if;
    if p_clear is not null and p_action <> 'change'
       or v_set ?| array(select jsonb_array_elements_text(coalesce(p_clear, '[]'))) then
        perform lib.invalid('clear', 'names fields of a change that are not set');
    end if;
    v_set := v_set || coalesce((
        select jsonb_object_agg(f, null)
          from (select f from jsonb_array_elements_text(p_clear) as f where f <> 'position'
                union all
                select unnest('{lat_micro,lon_micro}'::text[]) where p_clear ? 'position') c (f)), '{}');
    if v_set ?| '{starts_on,ends_on}' is distinct from (p_action = 'dates') or (v_set = '{}') <> (p_action = 'remove') then
        perform lib.invalid('set', 'does not fit what is proposed');
    end if;
    if p_action = 'dates' then
        if v_set - '{starts_on,ends_on}'::text[] <> '{}' then
            perform lib.invalid('set', 'does not fit what is proposed');
        end if;
        perform lib.poll_days(jsonb_build_object('from', v_set -> 'starts_on', 'to', v_set -> 'ends_on'), 'set');
        return jsonb_build_object('set', v_set, 'was', lib.plan_dates_of(p_plan));
    end if;
    if p_action = 'add' and not v_set ?& '{kind,title,order_key}' then
        perform lib.invalid('set', 'of an item has kind, title and order_key');
    end if;
    if p_item is not null then
        select * into v_item from plan_item where item_id = p_item and plan_id = (p_plan).plan_id;
        if not found then
            perform lib.refuse('ZC002');
        end if;
        if v_item.deleted_at is not null then
            perform lib.refuse('ZC003');
        end if;
        if p_base > v_item.version then
            perform lib.invalid('base', 'is a version that has not been');
        end if;
    end if;
    return jsonb_build_object('set', lib.plan_item_check(v_set, lib.plan_member_ids((p_plan).plan_id)));
end $$;

-- plan.propose   Proposes a change of a plan: an item more, another or none, or other dates.
--   who    member, voter of the plan and up
--   raises ZC001 by the role; ZC002 not in the plan, or no such item; ZC003 the item is deleted; ZC014 has left the club; ZC017 the
--          plan is locked or over {"state"}; ZC024 20 proposals are open, or 1000 were made {"max"}; ZC035 restricted; ZC602 what is set
--   emits  plan.proposal on plan:<plan>
create function api.plan_propose(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_action text, p_item bigint,
    p_base bigint, p_set jsonb, p_clear jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_plan     plan;
    v_mine     plan_member;
    v_proposal plan_proposal;
begin
    v_old := lib.idem_begin(p_who, 'plan.propose', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'propose');
    if (select count(*) from plan_proposal where plan_id = p_plan and state = 'open') >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;
    if (select count(*) from plan_proposal where plan_id = p_plan) >= 1000 then
        perform lib.refuse('ZC024', '{"max":1000}');
    end if;
    insert into plan_proposal (proposal_id, plan_id, author, action, item_id, payload, base_ver)
    values (lib.new_id(), p_plan, v_mine.member_id, p_action, p_item,
            lib.proposal_payload(v_plan, p_action, p_item, p_base, p_set, p_clear), p_base)
    returning * into v_proposal;
    return lib.idem_end(p_who, 'plan.propose', p_idem, lib.done(
        lib.proposal_refs(v_proposal), lib.emit_all(array[lib.proposal_event(v_proposal, v_mine.member_id)])));
end $$;

-- The proposal of that number with its plan locked, for a caller who may do that; it must be open.
create function lib.proposal_locked(p_who text, p_proposal bigint, p_action text) returns plan_proposal
language plpgsql volatile as $$
declare
    v_plan     plan := lib.plan_lock((select plan_id from plan_proposal where proposal_id = p_proposal));
    v_proposal plan_proposal;
begin
    perform lib.plan_need(p_who, v_plan, p_action);
    select * into v_proposal from plan_proposal where proposal_id = p_proposal;
    if v_proposal.state <> 'open' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_proposal.state));
    end if;
    return v_proposal;
end $$;

-- plan.proposal_accept   Changes the plan as proposed, or finds that what was to be changed has changed: stale.
--   who    member, editor of the plan and up
--   raises ZC001 by the role; ZC002 no such proposal, or not in its plan; ZC014 has left the club; ZC017 it is decided, or the plan
--          locked or over {"state"}; ZC024 300 items {"max"}, 2,000 ever, 20,000 changes {"max","what"}; ZC035 restricted
--   emits  plan.proposal, plan.item_changed, plan.changed, when other dates end the plan poll.changed on plan:<plan>
create function api.plan_proposal_accept(p_who text, p_idem text, p_hash bytea, p_proposal bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_proposal plan_proposal;
    v_done     record;
begin
    v_old := lib.idem_begin(p_who, 'plan.proposal_accept', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_proposal := lib.proposal_locked(p_who, p_proposal, 'item');
    select * into v_done from lib.proposal_apply(v_proposal, p_who);
    v_proposal.state := v_done.state;
    return lib.idem_end(p_who, 'plan.proposal_accept', p_idem, lib.done(
        lib.proposal_refs(v_proposal), lib.emit_all(v_done.events || lib.plan_polls_follow(v_proposal.plan_id))));
end $$;

-- plan.proposal_reject   Turns a proposal down.
--   who    member, editor of the plan and up
--   raises ZC001 by the role; ZC002 no such proposal, or not in its plan; ZC014 has left the club; ZC017 it is decided, or the plan
--          locked or over {"state"}; ZC035 restricted
--   emits  plan.proposal on plan:<plan>
create function api.plan_proposal_reject(p_who text, p_idem text, p_hash bytea, p_proposal bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_proposal plan_proposal;
    v_event    lib.event_row;
begin
    v_old := lib.idem_begin(p_who, 'plan.proposal_reject', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_proposal := lib.proposal_locked(p_who, p_proposal, 'item');
    v_event := lib.proposal_end(v_proposal, 'rejected', p_who);
    return lib.idem_end(p_who, 'plan.proposal_reject', p_idem, lib.done(v_event.refs, lib.emit_all(array[v_event])));
end $$;

-- plan.proposal_withdraw   Takes a proposal of the caller's back.
--   who    member, its author
--   raises ZC001 another's; ZC002 no such proposal, or not in its plan; ZC014 has left the club; ZC017 it is decided {"state"};
--          ZC035 restricted
--   emits  plan.proposal on plan:<plan>
create function api.plan_proposal_withdraw(p_who text, p_idem text, p_hash bytea, p_proposal bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_proposal plan_proposal;
    v_event    lib.event_row;
begin
    v_old := lib.idem_begin(p_who, 'plan.proposal_withdraw', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_proposal := lib.proposal_locked(p_who, p_proposal, 'see');
    if v_proposal.author <> lib.member_of(p_who) then
        perform lib.refuse('ZC001');
    end if;
    v_event := lib.proposal_end(v_proposal, 'withdrawn', p_who);
    return lib.idem_end(p_who, 'plan.proposal_withdraw', p_idem, lib.done(v_event.refs, lib.emit_all(array[v_event])));
end $$;
