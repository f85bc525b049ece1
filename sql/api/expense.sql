-- expense.sql -- what a plan costs and who owes whom (domain.md 10.6): expenses are entered, corrected, deleted; balances.
--
-- Shares and what each payer paid are stored in the currency of the plan, split as they were entered (expense_split.sql), so
-- what everybody is owed is a sum of stored numbers, and these sums add up to 0 whoever leaves.  Everything is changed
-- under the row of the plan.

-- what members see ----------------------------------------------------------------------------------------

-- Which of the participants somebody is who has been erased: counted by the first expense they had a part in.
create function lib.expense_former(p_plan bigint, p_member bigint)
returns int language plpgsql stable as $$
begin
    return (
        select r.place
          from (select p.member_id, row_number() over (order by min(p.no), p.member_id) as place
                  from (select e.no, x.member_id
                          from expense e
                          join expense_payer x on x.expense_id = e.expense_id
                         where e.plan_id = p_plan
                        union all
                        select e.no, x.member_id
                          from expense e
                          join expense_share x on x.expense_id = e.expense_id
                         where e.plan_id = p_plan
                        union all
                        select null, m
                          from settlement s, unnest(array[s.payer, s.payee]) m
                         where s.plan_id = p_plan) p
                 group by p.member_id) r
         where r.member_id = p_member);
end $$;

-- A participant: by handle, also who has left; {"former": n} who is erased.
create function lib.expense_person(p_plan bigint, p_member bigint)
returns jsonb language plpgsql stable as $$
declare
    v_card jsonb := lib.actor_view(p_member);
begin
    if v_card ? 'member' then
        return v_card;
    end if;
    return jsonb_build_object('former', coalesce(lib.expense_former(p_plan, p_member), 1));
end $$;

-- What everybody has paid, owes, has sent and received, and what is left: positive is got back.
create function lib.plan_nets(p_plan bigint)
returns table (member_id bigint, paid_minor bigint, owed_minor bigint, sent_minor bigint, received_minor bigint,
               net_minor bigint)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_ids bigint[] := array(select expense_id from expense where plan_id = p_plan and deleted_at is null order by no);
begin
    return query
    select p.member_id, sum(p.paid)::bigint, sum(p.owed)::bigint, sum(p.sent)::bigint, sum(p.received)::bigint,
           (sum(p.paid) - sum(p.owed) + sum(p.sent) - sum(p.received))::bigint
      from (select member_id, paid_base_minor as paid, 0 as owed, 0 as sent, 0 as received
              from expense_payer
             where expense_id = any (v_ids)
            union all
            select member_id, 0, owed_minor, 0, 0
              from expense_share
             where expense_id = any (v_ids)
            union all
            select s.payer, 0, 0, s.amount_minor, 0 from settlement s where s.plan_id = p_plan and s.state = 'confirmed'
            union all
            select s.payee, 0, 0, 0, s.amount_minor from settlement s where s.plan_id = p_plan and s.state = 'confirmed') p
     group by p.member_id;
end $$;

-- Who stands where: who is in the plan, and who was and had a part in its expenses.  The viewer makes no difference.
create function lib.plan_balances_view(p_plan bigint, p_viewer bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'cur', (select currency from plan where plan_id = p_plan),
                   'members', coalesce(jsonb_agg(
                       lib.expense_person(p_plan, b.member_id) || jsonb_build_object(
                           'paid', b.paid, 'owed', b.owed, 'sent', b.sent, 'received', b.received, 'net', b.net)
                       order by b.member_id), '[]'))
          from (select member_id, coalesce(n.paid_minor, 0) as paid, coalesce(n.owed_minor, 0) as owed,
                       coalesce(n.sent_minor, 0) as sent, coalesce(n.received_minor, 0) as received,
                       coalesce(n.net_minor, 0) as net
                  from lib.plan_nets(p_plan) n
                  full join (select m.member_id from plan_member m where m.plan_id = p_plan and m.state = 'joined') j
                 using (member_id)) b);
end $$;

-- One expense; also a deleted one.  p_people: some of the persons as they are shown, for who shows many expenses.
create function lib.expense_row(p_expense expense, p_people jsonb default '{}')
returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'expense', (p_expense).expense_id::text, 'no', (p_expense).no, 'title', (p_expense).title,
        'amount', jsonb_build_object('minor', (p_expense).amount_minor, 'cur', (p_expense).currency),
        'base', jsonb_build_object('minor', (p_expense).base_minor,
                                   'cur', (select currency from plan where plan_id = (p_expense).plan_id)),
        'fx_ppb', (p_expense).fx_ppb, 'spent_on', to_char((p_expense).spent_on, 'YYYY-MM-DD'),
        'mode', (p_expense).mode, 'item', (p_expense).item_id::text, 'version', (p_expense).version,
        'state', case when (p_expense).deleted_at is null then 'active' else 'deleted' end,
        'by', coalesce(p_people -> (p_expense).created_by::text,
                       lib.expense_person((p_expense).plan_id, (p_expense).created_by)),
        'at', lib.iso((p_expense).created_at),
        'payers', (select jsonb_agg(coalesce(p_people -> x.member_id::text,
                                             lib.expense_person((p_expense).plan_id, x.member_id))
                                    || jsonb_build_object('paid', x.paid_minor, 'paid_base', x.paid_base_minor)
                                    order by x.member_id)
                     from expense_payer x
                    where x.expense_id = (p_expense).expense_id),
        'shares', (select jsonb_agg(coalesce(p_people -> x.member_id::text,
                                             lib.expense_person((p_expense).plan_id, x.member_id))
                                    || jsonb_build_object('weight', x.weight, 'owed', x.owed_minor)
                                    order by x.member_id)
                     from expense_share x
                    where x.expense_id = (p_expense).expense_id));
end $$;

-- Payers, sharers and who entered it.
create function lib.expense_people(p_expense bigint)
returns bigint[] language plpgsql stable as $$
begin
    return array(
        select member_id from expense_payer where expense_id = p_expense
        union
        select member_id from expense_share where expense_id = p_expense
        union
        select created_by from expense where expense_id = p_expense
         order by 1);
end $$;

-- What an event about an expense shows: nothing of a deleted one.
create function lib.expense_view(p_expense bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_expense expense;
begin
    select * into v_expense from expense where expense_id = p_expense and deleted_at is null;
    if not found then
        return row(null, true, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(lib.expense_row(v_expense), true, false, lib.expense_people(p_expense))::lib.shown;
end $$;

-- Reads a plan for one of its members, without locking it.
create function lib.expense_plan(p_who text, p_plan bigint)
returns plan language plpgsql stable as $$
declare
    v_plan plan;
begin
    select * into v_plan from plan where plan_id = p_plan;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    perform lib.plan_need(p_who, v_plan, 'see');
    return v_plan;
end $$;

-- plan.balances   What everybody has paid and owes, settlements, and expenses, 20 at a time, the newest first.
--   who    member of the plan
--   raises ZC002 not in it; ZC014 not in its club any more; ZC035 restricted
--   emits  –
create function api.plan_balances(p_who text, p_plan bigint, p_before bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_plan     plan := lib.expense_plan(p_who, p_plan);
    v_reply    jsonb := lib.plan_balances_view(p_plan, lib.member_of(p_who));
    v_people   jsonb;
    v_expenses jsonb;
    v_last     int;
begin
    select coalesce(jsonb_object_agg(m, lib.expense_person(p_plan, m)), '{}')
      into v_people
      from (select member_id from plan_member where plan_id = p_plan and state = 'joined') j (m);
    select coalesce(jsonb_agg(lib.expense_row(e, v_people) order by e.no desc), '[]'), min(e.no)
      into v_expenses, v_last
      from (select *
              from expense
             where plan_id = p_plan
               and deleted_at is null
               and (p_before is null or no < p_before)
             order by no desc
             limit 20) e;
    v_reply := v_reply || jsonb_build_object(
        'plan', p_plan::text, 'expenses', v_expenses,
        'settlements', lib.settlement_rows(v_plan, lib.member_of(p_who)),
        'next', (select v_last
                  where exists (select from expense where plan_id = p_plan and deleted_at is null and no < v_last)));
    return lib.done(v_reply, null, array_remove(lib.expense_named(v_reply), lib.member_of(p_who)));
end $$;

-- The members whom a reply names.
create function lib.expense_named(p_reply jsonb)
returns bigint[] language sql immutable as $$
    select array(select distinct m::bigint
                   from jsonb_path_query(p_reply, '$.**.member') j, jsonb_array_elements_text(jsonb_build_array(j)) m
                  order by 1)
$$;

-- plan.expense_why   Which expenses and settlements made the balances of two participants.
--   who    member of the plan
--   raises ZC002 not in it, or nobody of its participants; ZC014 not in its club any more; ZC035 restricted
--   emits  –
create function api.plan_expense_why(p_who text, p_plan bigint, p_a bigint, p_b bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_plan   plan := lib.expense_plan(p_who, p_plan);
    v_nets   jsonb;
    v_rows   jsonb;
    v_sent   jsonb;
    v_direct bigint;
    v_more   bigint;
    v_reply  jsonb;
begin
    select coalesce(jsonb_object_agg(member_id, net_minor), '{}') into v_nets from lib.plan_nets(p_plan);
    if p_a = p_b
       or exists (select
                    from unnest(array[p_a, p_b]) m
                   where not v_nets ? m::text
                     and not lib.settlement_in(p_plan, m)) then
        perform lib.refuse('ZC002');
    end if;
    select coalesce(jsonb_agg(jsonb_build_object(
               'expense', w.expense_id::text, 'no', w.no, 'title', w.title,
               'spent_on', to_char(w.spent_on, 'YYYY-MM-DD'), 'a', w.a, 'b', w.b, 'direct', w.direct)
               order by w.no desc) filter (where w.place <= 100), '[]'), coalesce(sum(w.direct), 0)
      into v_rows, v_direct
      from lib.expense_between(p_plan, p_a, p_b) w;
    select coalesce(jsonb_agg(jsonb_build_object(
               'settlement', s.settlement_id::text, 'a', s.a, 'b', s.b, 'direct', s.direct)
               order by s.settlement_id desc) filter (where s.place <= 100), '[]'), coalesce(sum(s.direct), 0)
      into v_sent, v_more
      from lib.settlements_between(p_plan, p_a, p_b) s;
    v_reply := jsonb_build_object(
        'plan', p_plan::text, 'cur', v_plan.currency,
        'a', lib.expense_person(p_plan, p_a) || jsonb_build_object('net', coalesce(v_nets -> p_a::text, '0')),
        'b', lib.expense_person(p_plan, p_b) || jsonb_build_object('net', coalesce(v_nets -> p_b::text, '0')),
        'direct', v_direct + v_more, 'expenses', v_rows, 'settlements', v_sent);
    return lib.done(v_reply, null, array_remove(lib.expense_named(v_reply), lib.member_of(p_who)));
end $$;

-- What each live expense did to the balances of two, and what of it the first owes the second: the share of the one in
-- what the other paid, rounded, so that these may be some units off in sum.
create function lib.expense_between(p_plan bigint, p_a bigint, p_b bigint)
returns table (expense_id bigint, no int, title text, spent_on date, a bigint, b bigint, direct bigint, place bigint)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return query
    select t.expense_id, t.no, t.title, t.spent_on, t.paid_a - t.owed_a, t.paid_b - t.owed_b,
           case when t.base_minor = 0 then 0
                else round((t.owed_a::numeric * t.paid_b - t.owed_b::numeric * t.paid_a) / t.base_minor) end::bigint,
           row_number() over (order by t.no desc)
      from (select e.expense_id, e.no, e.title, e.spent_on, e.base_minor, y.paid_a, y.paid_b, x.owed_a, x.owed_b
              from expense e
             cross join lateral (
                   select coalesce(sum(paid_base_minor) filter (where member_id = p_a), 0)::bigint as paid_a,
                          coalesce(sum(paid_base_minor) filter (where member_id = p_b), 0)::bigint as paid_b,
                          count(*) filter (where member_id in (p_a, p_b)) as parts
                     from expense_payer
                    where expense_id = e.expense_id) y
             cross join lateral (
                   select coalesce(sum(owed_minor) filter (where member_id = p_a), 0)::bigint as owed_a,
                          coalesce(sum(owed_minor) filter (where member_id = p_b), 0)::bigint as owed_b,
                          count(*) filter (where member_id in (p_a, p_b)) as parts
                     from expense_share
                    where expense_id = e.expense_id) x
             where e.plan_id = p_plan
               and e.deleted_at is null
               and y.parts + x.parts > 0) t;
end $$;

-- entering ------------------------------------------------------------------------------------------------

create function lib.expense_off(p_path text, p_sum numeric, p_want numeric, p_unit text)
returns void language plpgsql immutable as $$
begin
    perform lib.refuse('ZC602', jsonb_build_object(
        'path', p_path, 'difference', p_sum - p_want,
        'problem', format('adds up to %s %s, %s %s than %s', p_sum, p_unit, abs(p_sum - p_want),
                          case when p_sum < p_want then 'less' else 'more' end, p_want)));
end $$;

-- A date in digits, or null; refuses what is none.
create function lib.expense_day(p_text text)
returns date language plpgsql immutable as $$
begin
    if p_text is null then
        return null;
    elsif p_text ~ '^(19[7-9]|20|21)[0-9]{1,2}-[0-9]{2}-[0-9]{2}$' and length(p_text) = 10 then
        begin
            return make_date(left(p_text, 4)::int, substr(p_text, 6, 2)::int, right(p_text, 2)::int);
        exception when datetime_field_overflow then
            null;
        end;
    end if;
    perform lib.invalid('spent_on', 'is no date like 2031-12-24');
end $$;

-- The rate at which an expense counts: fixed now, for good.
create function lib.expense_fx(p_plan plan, p_cur text, p_fx_ppb bigint)
returns bigint language plpgsql immutable as $$
begin
    if p_cur <> (p_plan).currency and lib.currency_exponent(p_cur) is null then
        perform lib.invalid('amount.cur', 'is no currency of ISO 4217');
    end if;
    if p_cur = (p_plan).currency then
        if p_fx_ppb <> 1000000000 then
            perform lib.invalid('fx_ppb', 'is 1000000000 for the currency of the plan');
        end if;
        return 1000000000;
    end if;
    if p_fx_ppb is null then
        perform lib.invalid('fx_ppb', 'is needed for another currency than the plan has');
    end if;
    return p_fx_ppb;
end $$;

-- Who is named in a list may be: once, and in the plan, or in this expense before (who left stays in what was).
create function lib.expense_check_people(p_plan bigint, p_list jsonb, p_path text, p_before bigint[])
returns void language plpgsql stable as $$
declare
    v_members bigint[] := array(select (x ->> 'member')::bigint from jsonb_array_elements(p_list) x);
begin
    if (select count(distinct m) from unnest(v_members) m) < cardinality(v_members) then
        perform lib.invalid(p_path, 'names a member twice');
    end if;
    if exists (select
                 from unnest(v_members) m
                where m <> all (p_before)
                  and not exists (select
                                    from plan_member
                                   where plan_id = p_plan
                                     and member_id = m
                                     and state = 'joined')) then
        perform lib.invalid(p_path, 'names somebody who is not in the plan');
    end if;
end $$;

-- The weights as the mode has them; refuses what does not add up.
create function lib.expense_weights(p_expense expense, p_parts jsonb)
returns jsonb language plpgsql immutable as $$
declare
    v_sum  numeric := (select sum((x ->> 'weight')::numeric) from jsonb_array_elements(p_parts) x);
    v_void int := (select count(*) from jsonb_array_elements(p_parts) x where x ->> 'weight' is null);
begin
    if (p_expense).mode = 'equal' then
        if exists (select from jsonb_array_elements(p_parts) x where (x ->> 'weight')::bigint <> 1) then
            perform lib.invalid('participants', 'have no weights in equal shares');
        end if;
    elsif v_void > 0 then
        perform lib.invalid('participants', 'need a weight each');
    elsif v_sum = 0 then
        perform lib.invalid('participants', 'weigh nothing');
    elsif (p_expense).mode = 'percent' and v_sum <> 1000000 then
        perform lib.expense_off('participants', v_sum, 1000000, 'ppm');
    elsif (p_expense).mode = 'exact' and v_sum <> (p_expense).amount_minor then
        perform lib.expense_off('participants', v_sum, (p_expense).amount_minor, 'minor units');
    end if;
    return (select jsonb_agg(jsonb_build_object('member', x ->> 'member', 'weight', coalesce((x ->> 'weight')::bigint, 1)))
              from jsonb_array_elements(p_parts) x);
end $$;

-- Writes an expense, new or changed, with its payers [{member,minor}] and participants [{member,weight}] split anew.
create function lib.expense_store(p_plan plan, p_expense expense, p_payers jsonb, p_parts jsonb)
returns void language plpgsql volatile as $$
declare
    v_before bigint[] := lib.expense_people((p_expense).expense_id);
    v_paid   numeric := (select sum((x ->> 'minor')::numeric) from jsonb_array_elements(p_payers) x);
    v_parts  jsonb;
    v_base   numeric;
begin
    perform lib.expense_check_people((p_plan).plan_id, p_payers, 'payers', v_before);
    perform lib.expense_check_people((p_plan).plan_id, p_parts, 'participants', v_before);
    if v_paid <> (p_expense).amount_minor then
        perform lib.expense_off('payers', v_paid, (p_expense).amount_minor, 'minor units');
    end if;
    v_parts := lib.expense_weights(p_expense, p_parts);
    v_base := lib.base_minor((p_expense).amount_minor, (p_expense).currency, (p_expense).fx_ppb, (p_plan).currency);
    if v_base > 1000000000000 then
        perform lib.invalid('fx_ppb', 'makes more than 1000000000000 of it');
    end if;
    if (p_expense).item_id is not null
       and not exists (select
                         from plan_item
                        where item_id = (p_expense).item_id
                          and plan_id = (p_plan).plan_id) then
        perform lib.refuse('ZC002');
    end if;
    insert into expense as e (expense_id, plan_id, no, title, amount_minor, currency, fx_ppb, base_minor, spent_on, mode,
                              item_id, created_by)
    values ((p_expense).expense_id, (p_plan).plan_id, (p_expense).no, (p_expense).title, (p_expense).amount_minor,
            (p_expense).currency, (p_expense).fx_ppb, v_base, (p_expense).spent_on, (p_expense).mode, (p_expense).item_id,
            (p_expense).created_by)
        on conflict (expense_id) do update
       set title = excluded.title, amount_minor = excluded.amount_minor, currency = excluded.currency,
           fx_ppb = excluded.fx_ppb, base_minor = excluded.base_minor, spent_on = excluded.spent_on,
           mode = excluded.mode;
    delete from expense_payer where expense_id = (p_expense).expense_id;
    delete from expense_share where expense_id = (p_expense).expense_id;
    insert into expense_payer (expense_id, member_id, paid_minor, paid_base_minor)
    select (p_expense).expense_id, u.member, u.paid, u.base
      from (select array_agg(m order by m) as members, array_agg(paid order by m) as paid
              from (select (x ->> 'member')::bigint as m, (x ->> 'minor')::bigint as paid
                      from jsonb_array_elements(p_payers) x) p) s,
           unnest(s.members, s.paid, lib.split_shares(v_base::bigint, s.paid, (p_expense).no)) u (member, paid, base);
    insert into expense_share (expense_id, member_id, weight, owed_minor)
    select (p_expense).expense_id, u.member, u.weight, u.owed
      from (select array_agg(m order by m) as members, array_agg(weight order by m) as weights
              from (select (x ->> 'member')::bigint as m, (x ->> 'weight')::bigint as weight
                      from jsonb_array_elements(v_parts) x) p) s,
           unnest(s.members, s.weights, lib.split_shares(v_base::bigint, s.weights, (p_expense).no)) u (member, weight, owed);
end $$;

-- All that can be changed of an expense, as plan_op keeps it.
create function lib.expense_state(p_expense bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'title', e.title, 'amount', jsonb_build_object('minor', e.amount_minor, 'cur', e.currency),
                   'fx_ppb', e.fx_ppb, 'base', e.base_minor, 'spent_on', to_char(e.spent_on, 'YYYY-MM-DD'), 'mode', e.mode,
                   'payers', (select jsonb_agg(jsonb_build_object('member', x.member_id::text, 'paid', x.paid_minor)
                                               order by x.member_id)
                                from expense_payer x
                               where x.expense_id = e.expense_id),
                   'shares', (select jsonb_agg(jsonb_build_object('member', x.member_id::text, 'weight', x.weight,
                                                                  'owed', x.owed_minor) order by x.member_id)
                                from expense_share x
                               where x.expense_id = e.expense_id))
          from expense e
         where e.expense_id = p_expense);
end $$;

-- One more row of the log of the plan.
create function lib.expense_op(p_plan bigint, p_actor bigint, p_kind text, p_expense bigint, p_patch jsonb, p_before jsonb,
                               p_base bigint, p_new bigint)
returns void language plpgsql volatile as $$
begin
    perform lib.plan_op_add(p_plan, 'm:' || p_actor, p_kind, 'expense:' || p_expense, p_patch, p_before, p_base, p_new);
end $$;

-- Tells the plan that an expense is new, is otherwise or is gone.
create function lib.expense_event(p_plan bigint, p_expense bigint, p_actor bigint, p_subjects bigint[])
returns lib.event_row language plpgsql stable as $$
declare
    v_expense expense;
begin
    select * into v_expense from expense where expense_id = p_expense;
    return lib.plan_event(p_plan, 'expense.changed', jsonb_build_object(
                              'plan', p_plan::text, 'expense', p_expense::text, 'no', v_expense.no,
                              'version', v_expense.version,
                              'state', case when v_expense.deleted_at is null then 'active' else 'deleted' end),
                          p_actor, 'expense:' || p_expense, p_subjects);
end $$;

create function lib.expense_reply(p_expense bigint, p_cur text)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'expense', expense_id::text, 'plan', plan_id::text, 'no', no, 'version', version,
                   'base', jsonb_build_object('minor', base_minor, 'cur', p_cur))
          from expense
         where expense_id = p_expense);
end $$;

-- Who takes part where nobody is named: who is assigned to the item, else everybody.
create function lib.expense_default(p_plan bigint, p_item bigint)
returns jsonb language plpgsql stable as $$
declare
    v_assigned bigint[] := (select assignees from plan_item where item_id = p_item and plan_id = p_plan);
begin
    return (
        select jsonb_agg(jsonb_build_object('member', m.member_id::text) order by m.member_id)
          from plan_member m
         where m.plan_id = p_plan
           and m.state = 'joined'
           and (m.member_id = any (v_assigned)
                or not exists (select
                                 from plan_member o
                                where o.plan_id = p_plan
                                  and o.state = 'joined'
                                  and o.member_id = any (v_assigned))));
end $$;

-- plan.expense_add   Enters an expense of a plan.
--   who    member of the plan, voter or more
--   raises ZC001 a viewer; ZC002 not in the plan, or no such item of it; ZC014 not in its club any more; ZC024 500
--          expenses, 2,000 with deleted ones, or 200 participants {"max"}; ZC035 restricted; ZC602 what does not add up
--          {"path","problem","difference"}, somebody outside, a currency that is none
--   emits  expense.changed on plan:<id>
create function api.plan_expense_add(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_title text, p_amount jsonb,
                                     p_fx_ppb bigint, p_spent_on text, p_mode text, p_payers jsonb, p_participants jsonb,
                                     p_item bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_plan    plan;
    v_member  bigint := lib.member_of(p_who);
    v_expense expense;
begin
    v_old := lib.idem_begin(p_who, 'plan.expense_add', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    perform lib.plan_need(p_who, v_plan, 'expense');
    perform lib.expense_room(p_plan);
    update plan set expense_no = expense_no + 1 where plan_id = p_plan returning expense_no into v_expense.no;
    v_expense.expense_id := lib.new_id();
    v_expense.title := p_title;
    v_expense.amount_minor := (p_amount ->> 'minor')::bigint;
    v_expense.currency := p_amount ->> 'cur';
    v_expense.fx_ppb := lib.expense_fx(v_plan, v_expense.currency, p_fx_ppb);
    v_expense.spent_on := coalesce(lib.expense_day(p_spent_on), (now() at time zone v_plan.tz)::date);
    v_expense.mode := coalesce(p_mode, 'equal');
    v_expense.item_id := p_item;
    v_expense.created_by := v_member;
    perform lib.expense_store(v_plan, v_expense,
                              coalesce(p_payers, jsonb_build_array(jsonb_build_object(
                                           'member', v_member::text, 'minor', v_expense.amount_minor))),
                              coalesce(p_participants, lib.expense_default(p_plan, p_item)));
    perform lib.expense_full(p_plan);
    perform lib.expense_op(p_plan, v_member, 'expense_add', v_expense.expense_id, lib.expense_state(v_expense.expense_id),
                           '{}', null, 1);
    return lib.idem_end(p_who, 'plan.expense_add', p_idem, lib.done(
        lib.expense_reply(v_expense.expense_id, v_plan.currency),
        lib.emit_all(array[lib.expense_event(p_plan, v_expense.expense_id, v_member,
                                             lib.expense_people(v_expense.expense_id))])));
end $$;

create function lib.expense_room(p_plan bigint)
returns void language plpgsql stable as $$
begin
    if (select count(*) from expense where plan_id = p_plan and deleted_at is null) >= 500 then
        perform lib.refuse('ZC024', '{"max":500}');
    end if;
    if (select expense_no from plan where plan_id = p_plan) >= 2000 then
        perform lib.refuse('ZC024', '{"max":2000}');
    end if;
end $$;

-- Refuses where more people have a part in a plan's expenses than can be shown.
create function lib.expense_full(p_plan bigint)
returns void language plpgsql stable as $$
begin
    if (select count(*) from lib.plan_nets(p_plan)) > 200 then
        perform lib.refuse('ZC024', '{"max":200}');
    end if;
end $$;

-- An expense of a locked plan that is to be changed: the own one, or any as the owner of the plan.  p_base may be an older
-- version: that is lib.expense_conflict.
create function lib.expense_mine(p_who text, p_plan plan, p_expense bigint, p_base bigint)
returns expense language plpgsql volatile as $$
declare
    v_expense expense;
begin
    select * into v_expense from expense where expense_id = p_expense;
    perform lib.plan_need(p_who, p_plan,
                          case when v_expense.created_by = lib.member_of(p_who) then 'expense' else 'expense_any' end);
    if v_expense.deleted_at is not null then
        perform lib.refuse('ZC003');
    end if;
    if p_base > v_expense.version then
        perform lib.invalid('base', 'is a version that is not there yet');
    end if;
    return v_expense;
end $$;

-- Refuses a change of what has changed since.  An answer, not an exception: it holds words, and persons to be guarded.
create function lib.expense_conflict(p_who text, p_method text, p_idem text, p_expense expense)
returns lib.answer language plpgsql volatile as $$
begin
    return lib.refused('CONFLICT', jsonb_build_object('current', lib.expense_row(p_expense)), null, p_who, p_method, p_idem,
                       array_remove(lib.expense_people((p_expense).expense_id), lib.member_of(p_who)));
end $$;

-- The payers of a changed expense that names none: as before; a single one pays the new amount.
create function lib.expense_payers_kept(p_expense bigint, p_amount bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_agg(jsonb_build_object(
                   'member', member_id::text,
                   'minor', case when (select count(*) from expense_payer where expense_id = p_expense) = 1
                                 then p_amount else paid_minor end))
          from expense_payer
         where expense_id = p_expense);
end $$;

-- plan.expense_set   Corrects an expense: the own one, or as the owner of the plan any; the log keeps both values.
--   who    member of the plan
--   raises ZC001 of somebody else; ZC002 no such expense; ZC003 deleted; ZC004 not the present version {"current"}; ZC014
--          not in the club any more; ZC024 200 participants, 20,000 changes {"max"}; ZC035 restricted; ZC602 as plan.expense_add
--   emits  expense.changed on plan:<id>
create function api.plan_expense_set(p_who text, p_idem text, p_hash bytea, p_expense bigint, p_base bigint, p_title text,
                                     p_amount jsonb, p_fx_ppb bigint, p_spent_on text, p_mode text, p_payers jsonb,
                                     p_participants jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_plan    plan;
    v_expense expense;
    v_was     jsonb;
    v_people  bigint[];
    v_patch   jsonb;
    v_before  jsonb;
    v_events  jsonb;
begin
    v_old := lib.idem_begin(p_who, 'plan.expense_set', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock((select plan_id from expense where expense_id = p_expense));
    v_expense := lib.expense_mine(p_who, v_plan, p_expense, p_base);
    if p_base < v_expense.version then
        return lib.expense_conflict(p_who, 'plan.expense_set', p_idem, v_expense);
    end if;
    v_was := lib.expense_state(p_expense);
    v_people := lib.expense_people(p_expense);
    perform lib.expense_store(
        v_plan, lib.expense_with(v_plan, v_expense, p_title, p_amount, p_fx_ppb, p_spent_on, p_mode),
        coalesce(p_payers, lib.expense_payers_kept(p_expense, coalesce((p_amount ->> 'minor')::bigint, v_expense.amount_minor))),
        coalesce(p_participants, (
            select jsonb_agg(jsonb_build_object('member', member_id::text,
                                                'weight', case when p_mode = 'equal' then 1 else weight end))
              from expense_share
             where expense_id = p_expense)));
    perform lib.expense_full(v_plan.plan_id);
    select jsonb_object_agg(n.key, n.value), jsonb_object_agg(n.key, v_was -> n.key)
      into v_patch, v_before
      from jsonb_each(lib.expense_state(p_expense)) n
     where n.value is distinct from v_was -> n.key;
    if v_patch is not null then
        perform lib.plan_log_room(v_plan.op_seq);
        update expense set version = version + 1 where expense_id = p_expense;
        perform lib.expense_op(v_plan.plan_id, lib.member_of(p_who), 'expense_set', p_expense, v_patch, v_before,
                               p_base, v_expense.version + 1);
        v_events := lib.emit_all(array[lib.expense_event(
            v_plan.plan_id, p_expense, lib.member_of(p_who),
            array(select unnest(v_people) union select unnest(lib.expense_people(p_expense)) order by 1))]);
    end if;
    return lib.idem_end(p_who, 'plan.expense_set', p_idem,
                        lib.done(lib.expense_reply(p_expense, v_plan.currency), v_events));
end $$;

-- An expense with what is said otherwise; the rate stays while the currency does.
create function lib.expense_with(p_plan plan, p_expense expense, p_title text, p_amount jsonb, p_fx_ppb bigint,
                                 p_spent_on text, p_mode text)
returns expense language plpgsql immutable as $$
declare
    v_expense expense := p_expense;
begin
    v_expense.title := coalesce(p_title, v_expense.title);
    v_expense.amount_minor := coalesce((p_amount ->> 'minor')::bigint, v_expense.amount_minor);
    v_expense.currency := coalesce(p_amount ->> 'cur', v_expense.currency);
    v_expense.fx_ppb := lib.expense_fx(p_plan, v_expense.currency,
                                       coalesce(p_fx_ppb, case when v_expense.currency = (p_expense).currency
                                                               then v_expense.fx_ppb end));
    v_expense.spent_on := coalesce(lib.expense_day(p_spent_on), v_expense.spent_on);
    v_expense.mode := coalesce(p_mode, v_expense.mode);
    return v_expense;
end $$;

-- plan.expense_delete   Takes an expense out of the balances: the own one, or as the owner of the plan any.
--   who    member of the plan
--   raises ZC001 of somebody else; ZC002 no such expense; ZC003 deleted before; ZC004 not the present version
--          {"current"}; ZC014 not in the club any more; ZC035 restricted; ZC602 a version to come
--   emits  expense.changed on plan:<id>
create function api.plan_expense_delete(p_who text, p_idem text, p_hash bytea, p_expense bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_plan    plan;
    v_expense expense;
begin
    v_old := lib.idem_begin(p_who, 'plan.expense_delete', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock((select plan_id from expense where expense_id = p_expense));
    v_expense := lib.expense_mine(p_who, v_plan, p_expense, p_base);
    if p_base < v_expense.version then
        return lib.expense_conflict(p_who, 'plan.expense_delete', p_idem, v_expense);
    end if;
    update expense set deleted_at = now(), version = version + 1 where expense_id = p_expense;
    perform lib.expense_op(v_plan.plan_id, lib.member_of(p_who), 'expense_delete', p_expense, '{"deleted":true}',
                           '{"deleted":false}', p_base, v_expense.version + 1);
    return lib.idem_end(p_who, 'plan.expense_delete', p_idem, lib.done(
        lib.expense_reply(p_expense, v_plan.currency),
        lib.emit_all(array[lib.expense_event(v_plan.plan_id, p_expense, lib.member_of(p_who),
                                             lib.expense_people(p_expense))])));
end $$;

-- does it add up? -----------------------------------------------------------------------------------------

-- What breaks I-32 or I-33, of one plan or of all: balances that do not sum to 0; shares or payers that do not sum up, or
-- are split otherwise than they would be.
create function lib.expense_violations(p_plan bigint default null)
returns table (invariant text, plan_id bigint, expense_id bigint, detail text) language plpgsql stable as $$
#variable_conflict use_column
begin
    return query
    select 'I-32', p.plan_id, null::bigint, format('balances sum to %s', n.total)
      from plan p
     cross join lateral (select sum(net_minor) as total from lib.plan_nets(p.plan_id)) n
     where (p_plan is null or p.plan_id = p_plan)
       and n.total <> 0
    union all
    select 'I-33', e.plan_id, e.expense_id,
           format('amount %s paid %s, base %s paid %s owed %s', e.amount_minor, y.paid, e.base_minor, y.base, s.owed)
      from expense e
      join plan p on p.plan_id = e.plan_id
      left join lateral (select sum(paid_minor) as paid, sum(paid_base_minor) as base,
                                array_agg(paid_base_minor order by member_id)
                                is distinct from lib.split_shares(e.base_minor, array_agg(paid_minor order by member_id),
                                                                  e.no) as off
                           from expense_payer
                          where expense_id = e.expense_id) y on true
      left join lateral (select sum(owed_minor) as owed,
                                array_agg(owed_minor order by member_id)
                                is distinct from lib.split_shares(e.base_minor, array_agg(weight order by member_id),
                                                                  e.no) as off
                           from expense_share
                          where expense_id = e.expense_id) s on true
     where (p_plan is null or e.plan_id = p_plan)
       and (y.paid is distinct from e.amount_minor or y.base is distinct from e.base_minor
            or s.owed is distinct from e.base_minor or y.off or s.off
            or lib.base_minor(e.amount_minor, e.currency, e.fx_ppb, p.currency) <> e.base_minor);
end $$;
