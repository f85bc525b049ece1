-- settlement.sql -- who pays whom what a plan left open (domain.md 10.6).  The hub moves no money: it keeps what two say.
--
--      suggested --mark (payer)--> marked_paid --confirm (payee)--> confirmed
--                                       \--dispute (payee)--> disputed
--
-- Suggestions are computed, never stored; only what is confirmed changes balances.  For who has left: what came from them
-- the payee records, confirmed at once; what went to them the owner of the plan confirms or disputes.

create function lib.settlement_row(p_settlement settlement, p_cur text)
returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'settlement', (p_settlement).settlement_id::text, 'plan', (p_settlement).plan_id::text,
        'payer', lib.expense_person((p_settlement).plan_id, (p_settlement).payer),
        'payee', lib.expense_person((p_settlement).plan_id, (p_settlement).payee),
        'amount', jsonb_build_object('minor', (p_settlement).amount_minor, 'cur', p_cur),
        'state', (p_settlement).state, 'at', lib.iso((p_settlement).at), 'decided_at', lib.iso((p_settlement).decided_at));
end $$;

-- The settlements of a plan, 100 at most: what waits for the viewer or was marked by the viewer first, then what is
-- open, then the newest.
create function lib.settlement_rows(p_plan plan, p_viewer bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(lib.settlement_row(s, (p_plan).currency)
                                  order by s.state = 'marked_paid' and p_viewer in (s.payer, s.payee) desc,
                                           s.state = 'marked_paid' desc, s.settlement_id desc), '[]')
          from (select *
                  from settlement
                 where plan_id = (p_plan).plan_id
                 order by state = 'marked_paid' and p_viewer in (payer, payee) desc, state = 'marked_paid' desc,
                          settlement_id desc
                 limit 100) s);
end $$;

-- What an event about a settlement shows to somebody who is in the plan; 0 is nobody in particular.
create function lib.settlement_view(p_settlement bigint, p_viewer bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_row settlement;
begin
    select * into v_row from settlement where settlement_id = p_settlement;
    if not found
       or p_viewer <> 0 and not lib.settlement_in(v_row.plan_id, p_viewer) then
        return row(null, true, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(lib.settlement_row(v_row, (select currency from plan where plan_id = v_row.plan_id)), true, false,
               array[v_row.payer, v_row.payee])::lib.shown;
end $$;

-- Is this member in the plan now?
create function lib.settlement_in(p_plan bigint, p_member bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (select from plan_member where plan_id = p_plan and member_id = p_member and state = 'joined');
end $$;

-- What confirmed settlements did to the balances of two, and to what the first owes the second.
create function lib.settlements_between(p_plan bigint, p_a bigint, p_b bigint)
returns table (settlement_id bigint, a bigint, b bigint, direct bigint, place bigint) language plpgsql stable as $$
#variable_conflict use_column
begin
    return query
    select s.settlement_id,
           case p_a when s.payer then s.amount_minor when s.payee then -s.amount_minor else 0 end,
           case p_b when s.payer then s.amount_minor when s.payee then -s.amount_minor else 0 end,
           case when s.payer = p_a and s.payee = p_b then -s.amount_minor
                when s.payer = p_b and s.payee = p_a then s.amount_minor else 0 end,
           row_number() over (order by s.settlement_id desc)
      from settlement s
     where s.plan_id = p_plan
       and s.state = 'confirmed'
       and (p_a in (s.payer, s.payee) or p_b in (s.payer, s.payee));
end $$;

-- plan.settle_suggest   Who could pay whom so that nobody owes anything.
--   who    member of the plan
--   raises ZC002 not in it; ZC014 not in its club any more; ZC035 restricted
--   emits  –
create function api.plan_settle_suggest(p_who text, p_plan bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_plan    plan := lib.expense_plan(p_who, p_plan);
    v_members bigint[];
    v_nets    bigint[];
    v_reply   jsonb;
begin
    select coalesce(array_agg(member_id order by member_id), '{}'), coalesce(array_agg(net_minor order by member_id), '{}')
      into v_members, v_nets
      from lib.plan_nets(p_plan);
    select jsonb_build_object('plan', p_plan::text, 'payments', coalesce(jsonb_agg(jsonb_build_object(
               'payer', lib.expense_person(p_plan, g.payer), 'payee', lib.expense_person(p_plan, g.payee),
               'amount', jsonb_build_object('minor', g.amount_minor, 'cur', v_plan.currency)) order by g.place), '[]'))
      into v_reply
      from lib.settle_greedy(v_members, v_nets) with ordinality as g (payer, payee, amount_minor, place);
    return lib.done(v_reply, null, array_remove(lib.expense_named(v_reply), lib.member_of(p_who)));
end $$;

-- Tells the plan, and the two on streams of their own while they are in it.
create function lib.settlement_events(p_settlement bigint, p_actor bigint)
returns lib.event_row[] language plpgsql stable as $$
declare
    v_row  settlement;
    v_refs jsonb;
begin
    select * into v_row from settlement where settlement_id = p_settlement;
    v_refs := jsonb_build_object('plan', v_row.plan_id::text, 'settlement', p_settlement::text, 'state', v_row.state);
    return array(
        select lib.event('me:' || m, 'settlement.changed', 'svc.plan', v_refs,
                         p_subjects => array[v_row.payer, v_row.payee], p_actor => p_actor,
                         p_object => 'settlement:' || p_settlement)
          from unnest(array[v_row.payer, v_row.payee]) m
         where lib.settlement_in(v_row.plan_id, m)
         order by m)
        || lib.plan_event(v_row.plan_id, 'settlement.changed', v_refs, p_actor, 'settlement:' || p_settlement,
                          array[v_row.payer, v_row.payee]);
end $$;

create function lib.settlement_reply(p_settlement bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('settlement', settlement_id::text, 'plan', plan_id::text, 'state', state)
          from settlement
         where settlement_id = p_settlement);
end $$;

-- Refuses one settlement too many.
create function lib.settlement_room(p_plan bigint, p_payer bigint)
returns void language plpgsql stable as $$
begin
    if (select count(*) from settlement where plan_id = p_plan) >= 500 then
        perform lib.refuse('ZC024', '{"max":500}');
    end if;
    if (select count(*) from settlement where plan_id = p_plan and payer = p_payer and state = 'marked_paid') >= 5 then
        perform lib.refuse('ZC024', '{"max":5}');
    end if;
    perform lib.expense_full(p_plan);
end $$;

-- plan.settle_mark   Says that the caller has paid another participant, or has got money from one who has left.
--   who    member of the plan
--   raises ZC002 not in the plan, or nobody who is or was; ZC014 not in its club any more; ZC017 who is in the plan says it
--          for themselves {"state"}; ZC024 500 of a plan, 5 not yet answered of one payer, 200 participants {"max"}; ZC035 restricted;
--          ZC602 not one of both, the caller, or another currency than the plan has
--   emits  settlement.changed on me:<payer>, me:<payee>, plan:<id>
create function api.plan_settle_mark(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_to bigint, p_from bigint,
                                     p_amount jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_plan   plan;
    v_member bigint := lib.member_of(p_who);
    v_other  bigint := coalesce(p_to, p_from);
    v_id     bigint := lib.new_id();
begin
    v_old := lib.idem_begin(p_who, 'plan.settle_mark', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    perform lib.plan_need(p_who, v_plan, 'see');
    if (p_to is null) = (p_from is null) or v_other = v_member then
        perform lib.invalid('to', 'or from: one of both names the other one');
    end if;
    if p_amount ->> 'cur' <> v_plan.currency then
        perform lib.invalid('amount.cur', 'is not the currency of the plan');
    end if;
    if not exists (select
                     from plan_member p
                     join member m on m.member_id = p.member_id
                    where p.plan_id = p_plan
                      and p.member_id = v_other
                      and p.state in ('joined', 'left', 'removed')
                      and m.status <> 'erased') then
        perform lib.refuse('ZC002');
    end if;
    if p_from is not null and lib.settlement_in(p_plan, p_from) then
        perform lib.refuse('ZC017', '{"state":"joined"}');
    end if;
    perform lib.settlement_room(p_plan, coalesce(p_from, v_member));
    insert into settlement (settlement_id, plan_id, payer, payee, amount_minor, state, decided_at)
    values (v_id, p_plan, coalesce(p_from, v_member), coalesce(p_to, v_member), (p_amount ->> 'minor')::bigint,
            case when p_from is null then 'marked_paid' else 'confirmed' end, case when p_from is not null then now() end);
    return lib.idem_end(p_who, 'plan.settle_mark', p_idem, lib.done(
        lib.settlement_reply(v_id), lib.emit_all(lib.settlement_events(v_id, v_member))));
end $$;

-- What the payee says to a settlement that is marked as paid; for a payee who has left the owner of the plan, who is not
-- the payer.
create function lib.settlement_decide(p_who text, p_settlement bigint, p_state text)
returns void language plpgsql volatile as $$
declare
    v_plan   plan := lib.plan_lock((select plan_id from settlement where settlement_id = p_settlement));
    v_mine   plan_member := lib.plan_need(p_who, v_plan, 'see');
    v_member bigint := lib.member_of(p_who);
    v_row    settlement;
begin
    select * into v_row from settlement where settlement_id = p_settlement;
    if v_member <> v_row.payee
       and (v_member = v_row.payer or v_mine.role <> 'owner' or lib.settlement_in(v_plan.plan_id, v_row.payee)) then
        perform lib.refuse('ZC001');
    end if;
    if v_row.state <> 'marked_paid' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_row.state));
    end if;
    update settlement set state = p_state, decided_at = now() where settlement_id = p_settlement;
end $$;

-- plan.settle_confirm   The payee has got the money; balances change.
--   who    member of the plan, the payee
--   raises ZC001 not the payee; ZC002 no such settlement; ZC014 not in the club any more; ZC017 decided before
--          {"state"}; ZC035 restricted
--   emits  settlement.changed on me:<payer>, me:<payee>, plan:<id>
create function api.plan_settle_confirm(p_who text, p_idem text, p_hash bytea, p_settlement bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old lib.answer := lib.idem_begin(p_who, 'plan.settle_confirm', p_idem, p_hash);
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.settlement_decide(p_who, p_settlement, 'confirmed');
    return lib.idem_end(p_who, 'plan.settle_confirm', p_idem, lib.done(
        lib.settlement_reply(p_settlement), lib.emit_all(lib.settlement_events(p_settlement, lib.member_of(p_who)))));
end $$;

-- plan.settle_dispute   The payee has not got the money.
--   who    member of the plan, the payee
--   raises ZC001 not the payee; ZC002 no such settlement; ZC014 not in the club any more; ZC017 decided before
--          {"state"}; ZC035 restricted
--   emits  settlement.changed on me:<payer>, me:<payee>, plan:<id>
create function api.plan_settle_dispute(p_who text, p_idem text, p_hash bytea, p_settlement bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old lib.answer := lib.idem_begin(p_who, 'plan.settle_dispute', p_idem, p_hash);
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.settlement_decide(p_who, p_settlement, 'disputed');
    return lib.idem_end(p_who, 'plan.settle_dispute', p_idem, lib.done(
        lib.settlement_reply(p_settlement), lib.emit_all(lib.settlement_events(p_settlement, lib.member_of(p_who)))));
end $$;
