-- poll_close.sql -- how polls end (domain.md 10.5), and what that does to the plan, in the same transaction and as actor
-- poll:<poll>.

-- What the poll was to do, now that an option has won.  effect: none, applied, rejected (another option than the first was
-- about it), stale (what it was to change has changed), refused (the plan cannot be changed so now; the proposal stays open).
-- It is done as the poll, by the votes of the plan: what the opener may do by now does not count (domain.md 10.5).
create function lib.poll_effect(p_plan plan, p_poll poll, p_winner bigint, out effect text, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_actor    text := 'poll:' || (p_poll).poll_id;
    v_option   poll_option;
    v_proposal plan_proposal;
begin
    effect := 'none';
    events := '{}';
    if (p_poll).on_close is null then
        return;
    end if;
    select * into v_option from poll_option where option_id = p_winner;
    select * into v_proposal
      from plan_proposal
     where proposal_id = ((p_poll).on_close ->> 'apply_proposal')::bigint
       and state = 'open';
    if (p_poll).on_close ? 'apply_proposal' and not found then
        return;
    end if;
    if not lib.plan_can('editor', (p_plan).state, 'item') then
        effect := 'refused';
    elsif (p_poll).on_close ? 'set_dates' then
        effect := 'applied';
        select a.events into events
          from lib.plan_apply(p_plan, v_actor, 'dates', null, jsonb_build_object(
                   'starts_on', v_option.value -> 'from', 'ends_on', v_option.value -> 'to'), (p_plan).version) a;
    elsif v_option.pos <> 0 then
        effect := 'rejected';
        events := array[lib.proposal_end(v_proposal, 'rejected', v_actor)];
    else
        begin
            select case a.state when 'accepted' then 'applied' else a.state end, a.events
              into effect, events
              from lib.proposal_apply(v_proposal, v_actor) a;
        exception when others then
            if left(sqlstate, 2) not in ('ZC', '22', '23') then     -- what cannot be applied is in nobody's way
                raise;
            end if;
            effect := 'refused';
            events := '{}';
        end;
    end if;
end $$;

-- Ends a poll.  p_option: what the owner decided in a tie.
create function lib.poll_close(p_poll poll, p_actor bigint, p_option bigint, out ended poll, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_plan   plan;
    v_count  record;
    v_result jsonb := (p_poll).result;
    v_winner bigint := p_option;
    v_said   text := 'decided';
    v_effect text := 'none';
    v_tied   boolean := false;
begin
    events := '{}';
    select * into v_plan from plan where plan_id = (p_poll).plan_id;
    if (p_poll).state = 'open' then
        select * into v_count from lib.poll_count(p_poll);
        if v_count.voters < (p_poll).quorum then
            v_said := 'no_quorum';
        elsif v_count.best = '{}' then
            v_said := 'none';
        elsif cardinality(v_count.best) > 1 and (p_poll).tie_rule = 'owner' then
            v_said := 'tied';
            v_tied := true;
        else
            v_winner := v_count.best[1];
        end if;
        v_result := jsonb_build_object('voters', v_count.voters, 'options', v_count.options, 'best', lib.ids(v_count.best));
    end if;
    if v_winner is not null then
        select e.effect, e.events into v_effect, events from lib.poll_effect(v_plan, p_poll, v_winner) e;
    end if;
    update poll
       set state = case when v_tied then 'tied' else 'closed' end, version = version + 1,
           closed_at = case when v_tied then null else now() end,
           result = v_result || jsonb_build_object('outcome', v_said, 'winner', v_winner::text, 'effect', v_effect)
     where poll_id = (p_poll).poll_id
    returning * into ended;
    events := events || lib.poll_event(ended, p_actor);
    if v_effect = 'applied' then
        events := events || lib.plan_polls_follow(v_plan.plan_id);     -- other dates may be over
    end if;
end $$;

-- plan.poll_close   Ends a poll before its time; of a tied one the owner says which option it is.
--   who    member, editor of the plan and up, and who has opened it
--   raises ZC001 by the role; ZC002 no such poll, or not in its plan; ZC014 has left the club; ZC017 it is closed, the plan locked
--          or over {"state"}; ZC035 restricted; ZC602 option
--   emits  poll.changed and what it does: plan.changed, plan.item_changed, plan.proposal on plan:<plan>
create function api.plan_poll_close(p_who text, p_idem text, p_hash bytea, p_poll bigint, p_option bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_found  record;
    v_poll   poll;
    v_mine   plan_member;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'plan.poll_close', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    select * into v_found
      from lib.poll_locked(p_who, p_poll, case when exists (
               select from poll where poll_id = p_poll and created_by = lib.member_of(p_who)) then 'see' else 'poll' end);
    v_poll := v_found.of_poll;
    v_mine := v_found.mine;
    if v_poll.state not in ('open', 'tied') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_poll.state));
    end if;
    if v_poll.state = 'tied' and v_mine.role <> 'owner' then
        perform lib.refuse('ZC001');
    end if;
    if (v_poll.state = 'tied') is distinct from (p_option is not null)
       or p_option is not null and not v_poll.result -> 'best' ? p_option::text then
        perform lib.invalid('option', 'is said of a tied poll, and is one of those with the highest score');
    end if;
    select * into v_found from lib.poll_close(v_poll, v_mine.member_id, p_option);
    v_poll := v_found.ended;
    v_events := v_found.events;
    return lib.idem_end(p_who, 'plan.poll_close', p_idem, lib.done(
        lib.poll_refs(v_poll) || jsonb_build_object('result', lib.poll_result_view(v_poll)), lib.emit_all(v_events)));
end $$;

-- What the state of a plan does to its polls and proposals: locked, they are closed and stale; over, cancelled and stale.
-- Whatever changes the state of a plan, or its dates, comes here, under the lock of the plan.
create function lib.plan_polls_follow(p_plan bigint) returns lib.event_row[] language plpgsql volatile as $$
begin
    return (
        select case when state = 'locked' then lib.plan_polls_end(p_plan, 'closed')
                    when state in ('done', 'cancelled') then lib.plan_polls_end(p_plan, 'cancelled')
                    else '{}' end
          from plan
         where plan_id = p_plan);
end $$;

-- Ends all polls of a plan without effect and makes its proposals stale.
create function lib.plan_polls_end(p_plan bigint, p_state text) returns lib.event_row[]
language plpgsql volatile as $$
declare
    v_poll     poll;
    v_proposal plan_proposal;
    v_count    record;
    v_events   lib.event_row[] := '{}';
begin
    for v_poll in select * from poll where plan_id = p_plan and state in ('open', 'tied') order by poll_id loop
        select * into v_count from lib.poll_count(v_poll);
        update poll
           set state = p_state, version = version + 1, closed_at = now(),
               result = coalesce(result, jsonb_build_object('voters', v_count.voters, 'options', v_count.options,
                                                            'best', lib.ids(v_count.best)))
                        || '{"outcome":"ended","winner":null,"effect":"none"}'
         where poll_id = v_poll.poll_id
        returning * into v_poll;
        v_events := v_events || lib.poll_event(v_poll, null);
    end loop;
    for v_proposal in select * from plan_proposal where plan_id = p_plan and state = 'open' order by proposal_id loop
        v_events := v_events || lib.proposal_end(v_proposal, 'stale', 'plan:' || p_plan);
    end loop;
    return v_events;
end $$;

-- What follows for polls when a member of the plan may not vote any more: what they have said in those that are open goes, and
-- those that close when all have voted do so where nobody else is missing.  Under the lock of the plan.
create function lib.plan_polls_without(p_plan bigint, p_member bigint) returns lib.event_row[]
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_id     bigint;
    v_poll   poll;
    v_said   boolean;
    v_more   lib.event_row[];
    v_events lib.event_row[] := '{}';
begin
    for v_id in select poll_id from poll where plan_id = p_plan and state = 'open' order by poll_id loop
        select * into v_poll from poll where poll_id = v_id and state = 'open';
        continue when not found;        -- what another one did ended it
        delete from poll_vote where poll_id = v_id and member_id = p_member;
        v_said := found;
        if v_poll.close_when_all_voted and lib.poll_all_voted(v_poll) then
            select c.events into v_more from lib.poll_close(v_poll, null, null) c;
            v_events := v_events || v_more;
        elsif v_said and lib.poll_told(v_poll) then
            update poll set version = version + 1 where poll_id = v_id returning * into v_poll;
            v_events := v_events || lib.poll_event(v_poll, null);
        end if;
    end loop;
    return v_events;
end $$;

-- Closes the polls whose time is over, those of 50 at a time.  Whose plan is locked comes next time.
create function lib.polls_run() returns bigint
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plans  bigint[];
    v_id     bigint;
    v_poll   poll;
    v_more   lib.event_row[];
    v_events lib.event_row[] := '{}';
    v_count  bigint := 0;
begin
    select array_agg(l.plan_id order by l.plan_id)
      into v_plans
      from (select p.plan_id
              from plan p
             where p.plan_id in (select d.plan_id from poll d where d.state = 'open' and d.closes_at <= now()
                                  order by d.closes_at limit 50)
             order by p.plan_id
               for no key update skip locked) l;
    for v_id in
        select poll_id from poll
         where plan_id = any (v_plans) and state = 'open' and closes_at <= now()
         order by plan_id, closes_at, poll_id
    loop
        select * into v_poll from poll where poll_id = v_id and state = 'open';
        continue when not found;        -- what another one did ended it
        select c.events into v_more from lib.poll_close(v_poll, null, null) c;
        v_events := v_events || v_more;
        v_count := v_count + 1;
    end loop;
    if v_count > 0 then
        perform lib.emit_all(v_events);
    end if;
    return v_count;
end $$;
