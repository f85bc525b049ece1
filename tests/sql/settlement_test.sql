-- Settlements of a plan: suggested, marked, confirmed or disputed; and balances that sum to nothing whatever happens.
begin;
\ir noun.psql
select plan(47);

insert into plan (plan_id, club_id, title, currency, state) values (9501, 8001, 'Madeira', 'EUR', 'planning'), (9502, 8001, 'Random', 'NOK', 'draft');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 9501, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor'), (8204, 'voter'), (8206, 'viewer')) t (m, r);

create function pg_temp.plain(p_answer jsonb) returns jsonb language sql as $$ select p_answer - '{_events,_sys,_subjects,settlement,plan}'::text[] $$;
create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg(e ->> 'stream' || ' ' || (e ->> 'type') || ' ' || (e #>> '{refs,state}'), ', ' order by o)
      from jsonb_array_elements(coalesce(nullif(p_answer -> '_events', 'null'), '[]')) with ordinality x (e, o)
$$;
create function pg_temp.add(p_plan bigint, p_who bigint, p_minor bigint, p_mode text default null, p_payers jsonb default null,
                            p_parts jsonb default null, p_cur text default null, p_fx bigint default null) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_expense_add', format('%s, %L, %L, %L, null, %L, %L, %L, null', p_plan, 'x', jsonb_build_object(
        'minor', p_minor, 'cur', coalesce(p_cur, (select currency from plan where plan_id = p_plan))), p_fx, p_mode, p_payers, p_parts))
$$;
create function pg_temp.mark(p_who bigint, p_to bigint, p_minor bigint, p_from bigint default null, p_plan bigint default 9501, p_cur text default null) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_settle_mark', format('%s, %L, %L, %L', p_plan, p_to, p_from,
        jsonb_build_object('minor', p_minor, 'cur', coalesce(p_cur, (select currency from plan where plan_id = p_plan)))))
$$;
create function pg_temp.say(p_who bigint, p_word text, p_settlement bigint) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_who, 'plan_settle_' || p_word, p_settlement::text) $$;
create function pg_temp.nets(p_plan bigint default 9501) returns text language sql as $$
    select string_agg(member_id || ' ' || net_minor, ', ' order by member_id) from lib.plan_nets(p_plan) where net_minor <> 0
$$;
create function pg_temp.ways(p_who bigint) returns text language sql as $$
    select string_agg(coalesce(p #>> '{payer,member}', p #>> '{payer,former}') || '>' || coalesce(p #>> '{payee,member}', p #>> '{payee,former}')
                      || ' ' || (p #>> '{amount,minor}') || (p #>> '{amount,cur}'), ', ' order by o)
      from jsonb_array_elements(pg_temp.try(format('select * from api.plan_settle_suggest(%L, 9501)', 'm:' || p_who)) -> 'payments') with ordinality x (p, o)
$$;

select is(pg_temp.ways(8201), null, 'nothing to settle');
select is(pg_temp.add(9501, 8202, 4000) ->> 'no', '1', 'one pays for four');
select is(pg_temp.add(9501, 8204, 1000) ->> 'no', '2', 'another does');
select is(pg_temp.nets(), '8201 -1250, 8202 2750, 8204 -250, 8206 -1250', 'who stands where');
select is(pg_temp.ways(8206), '8201>8202 1250EUR, 8206>8202 1250EUR, 8204>8202 250EUR', 'who could pay whom');
select is(pg_temp.try('select * from api.plan_settle_suggest(''m:8203'', 9501)') ->> 'refused', 'ZC002', 'for members of the plan');

-- marked by the payer, confirmed by the payee
create temp table marked as select pg_temp.mark(8206, 8202, 1250) as a;
select (a ->> 'settlement')::bigint as one from marked \gset
select is(pg_temp.plain(a), '{"state":"marked_paid"}', 'marked, by a viewer too') from marked;
select is(pg_temp.heard(a), 'me:8202 settlement.changed marked_paid, me:8206 settlement.changed marked_paid, plan:9501 settlement.changed marked_paid', 'told') from marked;
select is(a #> '{_events,0,subjects}', '["8206", "8202"]', 'both are shown') from marked;
select is(pg_temp.nets(), '8201 -1250, 8202 2750, 8204 -250, 8206 -1250', 'only what is confirmed counts');
select is(pg_temp.say(8206, 'confirm', :one) ->> 'refused', 'ZC001', 'the payer cannot confirm');
select is(pg_temp.say(8201, 'confirm', :one) ->> 'refused', 'ZC001', 'nor can the owner');
select is(pg_temp.say(8203, 'confirm', :one) ->> 'refused', 'ZC002', 'outsiders know of none');
select is(pg_temp.say(8202, 'confirm', 777) ->> 'refused', 'ZC002', 'there is none');
select is(pg_temp.heard(pg_temp.say(8202, 'confirm', :one)),
          'me:8202 settlement.changed confirmed, me:8206 settlement.changed confirmed, plan:9501 settlement.changed confirmed', 'confirmed');
select is(pg_temp.nets(), '8201 -1250, 8202 1500, 8204 -250', 'that counts');
select is(pg_temp.plain(pg_temp.say(8202, 'confirm', :one)), '{"refused":"ZC017","state":"confirmed"}', 'once');
select is(pg_temp.plain(pg_temp.say(8202, 'dispute', :one)), '{"refused":"ZC017","state":"confirmed"}', 'and for good');
select (pg_temp.mark(8201, 8202, 5) ->> 'settlement')::bigint as two \gset
select is(pg_temp.say(8201, 'dispute', :two) ->> 'refused', 'ZC001', 'not for the payer to dispute');
select is(pg_temp.plain(pg_temp.say(8202, 'dispute', :two)), '{"state":"disputed"}', 'disputed');
select is(pg_temp.plain(pg_temp.say(8202, 'confirm', :two)), '{"refused":"ZC017","state":"disputed"}', 'is marked anew then');
select is(pg_temp.nets(), '8201 -1250, 8202 1500, 8204 -250', 'and counts nothing');

-- refused
select is(pg_temp.mark(8201, null, 5) ->> 'path', 'to', 'nobody');
select is(pg_temp.mark(8201, 8202, 5, 8204) ->> 'path', 'to', 'both');
select is(pg_temp.mark(8201, 8201, 5) ->> 'path', 'to', 'oneself');
select is(pg_temp.mark(8201, 8202, 5, null, 9501, 'USD') ->> 'path', 'amount.cur', 'another currency');
select is(pg_temp.mark(8201, 8203, 5) ->> 'refused', 'ZC002', 'outsiders');
select is(pg_temp.mark(8203, 8201, 5) ->> 'refused', 'ZC002', 'by outsiders');
select is(pg_temp.plain(pg_temp.mark(8202, null, 5, 8204)), '{"refused":"ZC017","state":"joined"}', 'who is there speaks for himself');
select is((select count(*)::int from generate_series(1, 5) where pg_temp.mark(8201, 8202, 5) ->> 'state' = 'marked_paid'), 5, 'five may wait');
select is(pg_temp.plain(pg_temp.mark(8201, 8202, 5)), '{"refused":"ZC024","max":5}', 'not six');
select is(jsonb_array_length(pg_temp.try('select * from api.plan_balances(''m:8204'', 9501, null)') -> 'settlements'), 7, 'all see them');

-- who has left
update plan_member set state = 'left' where plan_id = 9501 and member_id in (8204, 8206);
select is(pg_temp.mark(8204, 8202, 5) ->> 'refused', 'ZC002', 'marks nothing');
select is(pg_temp.plain(pg_temp.mark(8202, null, 250, 8204)), '{"state":"confirmed"}', 'what came from a leaver the payee records');
select is(pg_temp.nets(), '8201 -1250, 8202 1250', 'it counts at once');
select (pg_temp.mark(8202, 8206, 10) ->> 'settlement')::bigint as three \gset
insert into plan_member (plan_id, member_id, role, state, joined_at) values (9501, 8203, 'editor', 'joined', now());
select is(pg_temp.say(8203, 'confirm', :three), '{"refused":"ZC001"}', 'for a leaver nobody confirms but the owner');
select is((select state from settlement where settlement_id = :three), 'marked_paid', 'and nothing has changed');
delete from plan_member where plan_id = 9501 and member_id = 8203;
select is(pg_temp.heard(pg_temp.say(8201, 'confirm', :three)), 'me:8202 settlement.changed confirmed, plan:9501 settlement.changed confirmed', 'for a leaver the owner confirms; the leaver hears nothing');
update settlement set state = 'disputed' where state = 'marked_paid';
select (pg_temp.mark(8201, 8206, 10) ->> 'settlement')::bigint as four \gset
select is(pg_temp.say(8201, 'confirm', :four) ->> 'refused', 'ZC001', 'but not as the payer');
select is((lib.settlement_view(:four, 8206)).view, null, 'a leaver sees none');
select is((lib.settlement_view(:four, 8201)).view -> 'payee', '{"member":"8206","handle":"nn8206"}', 'who is there does');
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8206;
select is((lib.settlement_view(:four, 8201)).view -> 'payee', '{"former":4}', 'a number of who is erased');
select is(pg_temp.mark(8201, 8206, 5) ->> 'refused', 'ZC002', 'who is paid no more');
insert into settlement (settlement_id, plan_id, payer, payee, amount_minor, state) select 970000 + n, 9501, 8202, 8201, 1, 'disputed' from generate_series(1, 500) n;
select is(pg_temp.plain(pg_temp.mark(8201, 8202, 5)), '{"refused":"ZC024","max":500}', 'five hundred of a plan');

-- four hundred random steps, and more until there were some of each kind, against a second computation: what each step did is kept apart, in whole numbers, and summed
insert into member (member_id, status, handle) select 8600 + n, 'active', 'rnd' || n from generate_series(1, 12) n;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) select 8600 + n, 8001, 8051, 'active', 8061, now() from generate_series(1, 12) n;
insert into plan_member (plan_id, member_id, role, state, joined_at) select 9502, 8600 + n, case n when 1 then 'owner' else 'voter' end, 'joined', now() from generate_series(1, 12) n;
create temp table model (expense bigint, what text, member bigint, minor numeric);

-- The shares as a person would count them: whole parts, then a unit at a time to the largest rest.
create function pg_temp.count_out(p_total numeric, p_weights numeric[], p_no int) returns numeric[] language plpgsql as $$
declare
    v_n     int := cardinality(p_weights);
    v_sum   numeric := (select sum(w) from unnest(p_weights) w);
    v_out   numeric[];
    v_rest  numeric[];
    v_best  int;
begin
    for i in 1 .. v_n loop
        v_out[i] := trunc(p_total * p_weights[i] / v_sum, 0);
        if (v_out[i] + 1) * v_sum <= p_total * p_weights[i] then
            v_out[i] := v_out[i] + 1;
        elsif v_out[i] * v_sum > p_total * p_weights[i] then
            v_out[i] := v_out[i] - 1;
        end if;
        v_rest[i] := p_total * p_weights[i] - v_out[i] * v_sum;
    end loop;
    while (select sum(o) from unnest(v_out) o) < p_total loop
        v_best := null;
        for k in 0 .. v_n - 1 loop
            if v_best is null or v_rest[(p_no + k) % v_n + 1] > v_rest[v_best] then
                v_best := (p_no + k) % v_n + 1;
            end if;
        end loop;
        v_out[v_best] := v_out[v_best] + 1;
        v_rest[v_best] := -1;
    end loop;
    return v_out;
end $$;

create function pg_temp.model_set(p_expense bigint, p_payers jsonb, p_parts jsonb, p_minor bigint, p_cur text, p_fx bigint, p_no int) returns void language plpgsql as $$
declare
    v_base numeric := case p_cur when 'NOK' then p_minor else round(p_minor::numeric * p_fx / 1000000000 * case p_cur when 'JPY' then 100 else 1 end) end;
    v_odd  numeric := p_minor::numeric * p_fx / 1000000000 * case p_cur when 'JPY' then 100 else 1 end;
begin
    if v_odd - floor(v_odd) = 0.5 and floor(v_odd) % 2 = 0 then
        v_base := floor(v_odd);
    end if;
    delete from model where expense = p_expense;
    insert into model
    select p_expense, 'paid', m, o
      from (select array_agg(m order by m) ms, array_agg(w order by m) ws from (select (x ->> 'member')::bigint m, (x ->> 'minor')::numeric w from jsonb_array_elements(p_payers) x) t) s,
           unnest(s.ms, pg_temp.count_out(v_base, s.ws, p_no)) u (m, o)
    union all
    select p_expense, 'owed', m, -o
      from (select array_agg(m order by m) ms, array_agg(w order by m) ws from (select (x ->> 'member')::bigint m, coalesce((x ->> 'weight')::numeric, 1) w from jsonb_array_elements(p_parts) x) t) s,
           unnest(s.ms, pg_temp.count_out(v_base, s.ws, p_no)) u (m, o);
end $$;

create function pg_temp.pick(p_words text[]) returns text language sql volatile as $$ select p_words[1 + floor(random() * cardinality(p_words))::int] $$;

create function pg_temp.wander(p_steps int) returns text language plpgsql as $$
declare
    v_in     bigint[] := array(select 8600 + n from generate_series(1, 12) n);
    v_some   bigint[];
    v_pays   jsonb;
    v_parts  jsonb;
    v_minor  bigint;
    v_mode   text;
    v_cur    text;
    v_fx     bigint;
    v_dice   float;
    v_answer jsonb;
    v_old    expense;
    v_row    settlement;
    v_done   jsonb := '{}';
    v_word   text;
    v_weights bigint[];
    v_all    text[] := '{add,set,delete,title,mark,mark_from,confirm,dispute,leave,remove,erase,back}';
    v_wrong  text;
begin
    for step in 1 .. p_steps loop
        v_dice := random();
        v_word := null;
        v_some := array(select m from unnest(v_in) m order by random() limit 1 + floor(random() * cardinality(v_in)));
        v_minor := 1 + floor(random() * 100000);
        v_mode := (array['equal', 'shares', 'percent', 'exact'])[1 + floor(random() * 4)];
        v_cur := (array['NOK', 'JPY', 'EUR'])[1 + floor(random() * 3)];
        v_fx := case v_cur when 'JPY' then 70500000 when 'EUR' then 11500000000 else 1000000000 end;
        v_weights := lib.split_shares(case v_mode when 'exact' then v_minor when 'percent' then 1000000 else 97 end,
                                      array(select 1 + floor(random() * 9) from unnest(v_some))::bigint[], step);
        v_parts := (select jsonb_agg(jsonb_build_object('member', u.m::text) || case v_mode when 'equal' then '{}' else jsonb_build_object('weight', u.w) end)
                      from unnest(v_some, v_weights) u (m, w));
        v_some := v_some[1:least(3, v_minor)];
        v_weights := lib.split_shares(v_minor, array_fill(1::bigint, array[cardinality(v_some)]), step);
        v_pays := (select jsonb_agg(jsonb_build_object('member', u.m::text, 'minor', u.w)) from unnest(v_some, v_weights) u (m, w));
        select * into v_old from expense where plan_id = 9502 and deleted_at is null order by random() limit 1;
        if v_dice < 0.4 or v_old.expense_id is null then
            v_word := 'add';
            v_answer := pg_temp.add(9502, v_in[1], v_minor, v_mode, v_pays, v_parts, v_cur, v_fx);
            perform pg_temp.model_set((v_answer ->> 'expense')::bigint, v_pays, v_parts, v_minor, v_cur, v_fx, (v_answer ->> 'no')::int);
        elsif v_dice < 0.6 then
            v_word := 'set';
            v_answer := pg_temp.call('m:8601', 'plan_expense_set', format('%s, %s, null, %L, %L, null, %L, %L, %L', v_old.expense_id, v_old.version,
                                     jsonb_build_object('minor', v_minor, 'cur', v_cur), v_fx, v_mode, v_pays, v_parts));
            perform pg_temp.model_set(v_old.expense_id, v_pays, v_parts, v_minor, v_cur, v_fx, v_old.no);
        elsif v_dice < 0.75 then
            v_word := 'delete';
            v_answer := pg_temp.call('m:8601', 'plan_expense_delete', format('%s, %s', v_old.expense_id, v_old.version));
            delete from model where expense = v_old.expense_id;
        elsif v_dice < 0.83 then
            v_some := array(select m from unnest(v_in) m order by random() limit 1)
                      || array(select p.member_id from plan_member p join member m using (member_id)
                                where p.plan_id = 9502 and m.status <> 'erased' order by (p.state <> 'joined' and random() < 0.4) desc, random() limit 1);
            v_word := case when v_some[2] = any (v_in) or random() < 0.5 then 'mark' else 'mark_from' end;
            v_answer := '{}';
            if v_some[1] <> v_some[2] and v_word = 'mark' then
                v_answer := pg_temp.mark(v_some[1], v_some[2], v_minor, null, 9502);
                v_answer := case v_answer ->> 'refused' when 'ZC024' then '{}' else v_answer end;
            elsif v_some[1] <> v_some[2] then
                v_answer := pg_temp.mark(v_some[1], null, v_minor, v_some[2], 9502);
                v_answer := case v_answer ->> 'refused' when 'ZC024' then '{}' else v_answer end;
                insert into model
                select -step, 'sent', m, x from (values (v_some[2], v_minor), (v_some[1], -v_minor)) t (m, x) where v_answer ? 'settlement';
            end if;
        elsif v_dice < 0.92 then
            v_word := case when random() < 0.6 then 'confirm' else 'dispute' end;
            v_answer := '{}';
            select * into v_row from settlement s where s.plan_id = 9502 and s.state = 'marked_paid' and (s.payee = any (v_in) or s.payer <> v_in[1]) order by random() limit 1;
            if found then
                v_answer := pg_temp.say(case when v_row.payee = any (v_in) then v_row.payee else v_in[1] end, v_word, v_row.settlement_id);
                insert into model
                select -step, 'sent', m, x from (values (v_row.payer, v_row.amount_minor), (v_row.payee, -v_row.amount_minor)) t (m, x) where v_word = 'confirm';
            end if;
        elsif v_dice < 0.95 then
            v_word := 'title';
            v_answer := pg_temp.call('m:8601', 'plan_expense_set', format('%s, %s, %L, null, null, null, null, null, null', v_old.expense_id, v_old.version, 'y' || step));
        elsif v_dice < 0.97 and cardinality(v_in) > 4 then
            v_word := pg_temp.pick('{leave,remove,erase}');
            v_answer := '{}';
            case v_word
            when 'leave' then v_answer := pg_temp.call('m:' || v_in[4], 'plan_leave', '9502');
            when 'remove' then v_answer := pg_temp.call('m:8601', 'plan_remove', '9502, ' || v_in[4]);
            when 'erase' then
                update member set status = 'erased', handle = null, erased_at = now() where member_id = v_in[4];
                while lib.plans_erase(v_in[4], true) > 0 loop
                    null;
                end loop;
            end case;
            v_in := v_in[1:3] || v_in[5:];
        elsif v_dice < 0.99 then
            v_word := 'back';
            v_answer := '{}';
            v_some := array(select p.member_id from plan_member p join member m using (member_id)
                             where p.plan_id = 9502 and p.state <> 'joined' and m.status <> 'erased' order by random() limit 1);
            update plan_member set state = 'joined' where plan_id = 9502 and member_id = any (v_some);
            v_in := v_in || v_some;
        end if;
        if v_answer ? 'refused' then
            return format('step %s %s: %s', step, v_word, v_answer);
        end if;
        select case when sum(n.net_minor) <> 0 then 'balances sum to something'
                    when bool_or(coalesce(n.net_minor, 0) <> coalesce(m.minor, 0)) then 'not as computed' end
          into v_wrong
          from lib.plan_nets(9502) n
          full join (select member, sum(minor) as minor from model group by member) m on m.member = n.member_id;
        if step % 10 = 0 and (select sum((b ->> 'net')::bigint) from jsonb_array_elements(lib.plan_balances_view(9502, 8601) -> 'members') b) <> 0 then
            v_wrong := 'what is shown sums to something';
        end if;
        if v_wrong is not null then
            return format('step %s %s: %s', step, v_word, v_wrong);
        end if;
        v_done := v_done || jsonb_build_object(coalesce(v_word, 'none'), coalesce((v_done ->> coalesce(v_word, 'none'))::int, 0) + 1);
        exit when step >= 400 and v_done ?& v_all;
    end loop;
    return case when v_done ?& v_all then 'all well' else v_done::text end;
end $$;
select setseed(0.19) is null as seeded \gset
select is(pg_temp.wander(3000), 'all well', 'four hundred random steps and more: always nothing in sum, as computed otherwise');
select is((select count(*)::int from lib.expense_violations(9502)), 0, 'I-32, I-33 hold');
select is((select count(*) || ' ' || max(op_seq) from plan_op where plan_id = 9502), (select op_seq || ' ' || op_seq from plan where plan_id = 9502), 'the log has no gaps');

select * from finish();
rollback;
