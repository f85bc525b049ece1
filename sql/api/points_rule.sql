-- points_rule.sql -- what purchases earn: the rules of a club, what a purchase would earn, what one has earned and why.
--
--      coming --from_at--> running --to_at--> over
--
-- A line of a receipt takes the rule of its category, else that for all; of several the one that began last.  A rule that
-- has begun may have been used, by purchases of earlier days too: its rate and its beginning stay as they are, and what
-- a manager changes is a new rule from a date on.

create function lib.earn_rule_state(p_from timestamptz, p_to timestamptz)
returns text language sql stable as $$
    select case when p_to <= now() then 'over' when p_from > now() then 'coming' else 'running' end;
$$;

-- A rule as points.rule_list shows it.  wins: a line of its category bought now takes it.
create function lib.earn_rule_row(p_rule earn_rule)
returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'rule', (p_rule).rule_id::text, 'category', (p_rule).category_id::text, 'rate_ppm', (p_rule).rate_ppm,
        'from', lib.iso((p_rule).from_at), 'to', lib.iso((p_rule).to_at),
        'state', lib.earn_rule_state((p_rule).from_at, (p_rule).to_at),
        'wins', lib.earn_rule_state((p_rule).from_at, (p_rule).to_at) = 'running'
                and not exists (select
                                  from earn_rule r
                                 where r.club_id = (p_rule).club_id
                                   and r.category_id is not distinct from (p_rule).category_id
                                   and r.from_at > (p_rule).from_at
                                   and lib.earn_rule_state(r.from_at, r.to_at) = 'running'),
        'version', (p_rule).version);
end $$;

-- points.rule_list   The earning rules of a club, those that begin last first.
--   who    manager
--   raises ZC001 not a manager of the club; ZC602 cursor
--   emits  –
create function api.points_rule_list(p_who text, p_club bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_limit int := coalesce(p_limit, 20);
    v_at    timestamptz := 'infinity';
    v_last  bigint := 0;
    v_reply jsonb;
begin
    perform lib.require_staff(p_who, '{manager}', p_club);
    if p_cursor is not null then
        if p_cursor !~ '^-?[0-9]{1,17}/[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_at := timestamptz 'epoch' + split_part(p_cursor, '/', 1)::bigint * interval '1 microsecond';
        v_last := split_part(p_cursor, '/', 2)::bigint;
    end if;
    select jsonb_build_object(
               'rules', coalesce(jsonb_agg(lib.earn_rule_row(p.rule) order by p.no) filter (where p.no <= v_limit), '[]'),
               'cursor', case when max(p.no) > v_limit then max(p.here) filter (where p.no = v_limit) end)
      into v_reply
      from (select r as rule, row_number() over (order by r.from_at desc, r.rule_id desc) as no,
                   (extract(epoch from r.from_at) * 1000000)::bigint || '/' || r.rule_id as here
              from earn_rule r
             where r.club_id = p_club
               and (r.from_at, r.rule_id) < (v_at, v_last)
             order by r.from_at desc, r.rule_id desc
             limit v_limit + 1) p;
    return lib.done(v_reply);
end $$;

-- Stores a new rule.  The caller holds the club's row.
create function lib.earn_rule_add(p_rule earn_rule)
returns earn_rule language plpgsql volatile as $$
declare
    v_max int := 200;
begin
    if (p_rule).category_id is not null
       and not exists (select
                         from product_category
                        where category_id = (p_rule).category_id
                          and club_id = (p_rule).club_id) then
        perform lib.invalid('category', 'is none of this club');
    end if;
    if (select count(*)
          from earn_rule
         where club_id = (p_rule).club_id
           and (to_at is null or to_at > now() - interval '365 days')) >= v_max then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_max));
    end if;
    insert into earn_rule (rule_id, club_id, category_id, rate_ppm, from_at, to_at)
    values (lib.new_id(), (p_rule).club_id, (p_rule).category_id, (p_rule).rate_ppm, (p_rule).from_at, (p_rule).to_at)
    returning * into p_rule;
    return p_rule;
end $$;

-- points.rule_set   Makes an earning rule, or changes one: of one that has begun only its end.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such rule; ZC004 base is not the current version {"current"}, or
--          another rule of that category begins at that instant {"current"}; ZC017 the club is closed, the rule is over
--          or has begun {"state"}; ZC024 too many rules {"max"}; ZC602 what is missing, past or no category of the club
--   emits  –
create function api.points_rule_set(p_who text, p_idem text, p_hash bytea, p_club bigint, p_rule bigint, p_base bigint,
                                    p_category bigint, p_rate_ppm bigint, p_from timestamptz, p_to timestamptz)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_old    earn_rule;
    v_new    earn_rule;
    v_state  text;
begin
    v_answer := lib.idem_begin(p_who, 'points.rule_set', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    if (select status from club where club_id = p_club for no key update) = 'closed' then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    if p_rule is not null then
        select * into v_old from earn_rule where rule_id = p_rule and club_id = p_club for no key update;
        if not found then
            perform lib.refuse('ZC002');
        end if;
        if p_base is null then
            perform lib.invalid('base', 'is missing');
        end if;
        if v_old.version <> p_base then
            perform lib.refuse('ZC004', jsonb_build_object('current', lib.earn_rule_row(v_old)));
        end if;
        v_state := lib.earn_rule_state(v_old.from_at, v_old.to_at);
        if v_state = 'over'
           or p_category is not null and p_category is distinct from v_old.category_id::bigint
           or v_state = 'running' and (p_rate_ppm <> v_old.rate_ppm or p_from <> v_old.from_at) then
            perform lib.refuse('ZC017', jsonb_build_object('state', v_state));
        end if;
    end if;

    v_new := v_old;
    v_new.club_id := p_club;
    v_new.category_id := coalesce(v_old.category_id, case when p_category > 2147483647 then 0 else p_category end);
    v_new.rate_ppm := coalesce(p_rate_ppm, v_old.rate_ppm);
    v_new.from_at := coalesce(p_from, v_old.from_at, now());
    v_new.to_at := p_to;
    if v_new.rate_ppm is null then
        perform lib.invalid('rate_ppm', 'is missing');
    end if;
    if v_new.from_at < now() and v_state is distinct from 'running' then
        perform lib.invalid('from', 'is past');
    end if;
    if p_to <= v_new.from_at or p_to < now() then
        perform lib.invalid('to', 'is past, or before the beginning');
    end if;
    select *
      into v_old
      from earn_rule
     where club_id = p_club
       and category_id is not distinct from v_new.category_id
       and from_at = v_new.from_at
       and rule_id is distinct from p_rule;
    if found then
        perform lib.refuse('ZC004', jsonb_build_object('current', lib.earn_rule_row(v_old)));
    end if;
    if p_rule is null then
        v_new := lib.earn_rule_add(v_new);
    else
        update earn_rule
           set rate_ppm = v_new.rate_ppm, from_at = v_new.from_at, to_at = v_new.to_at, version = version + 1
         where rule_id = p_rule
        returning * into v_new;
    end if;
    perform lib.audit(p_who, 'points.rule_set', null, lib.earn_rule_row(v_new) || jsonb_build_object('club', p_club::text));
    return lib.idem_end(p_who, 'points.rule_set', p_idem, lib.done(lib.earn_rule_row(v_new)));
end $$;

-- points.quote_earn   What a purchase would earn, by what points.earn itself goes by.  Volatile, because what a till asks
--                     about a member is written down.
--   who    service pos; member, for the caller
--   raises ZC001 somebody else's, or back-dated by a caller that may not; ZC002 no such club; ZC014 not a member of the
--          club; ZC017 membership paused or lapsed, club frozen; ZC024 more than 1,000,000,000 points; ZC602 at, lines,
--          a service that names nobody
--   emits  –
create function api.points_quote_earn(p_who text, p_member bigint, p_club bigint, p_lines jsonb, p_at timestamptz,
                                      p_return_days bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.member_of(p_who);
    v_ask    lib.earn_ask;
begin
    if v_member is null then
        perform lib.require_service(p_who);
        if p_member is null then
            perform lib.invalid('member', 'must be named by services');
        end if;
        v_member := p_member;
    elsif p_member <> v_member then
        perform lib.refuse('ZC001');
    else
        v_member := lib.require_member(p_who, true);
    end if;
    select *
      into v_ask
      from lib.points_earn_asks(array[row(1, true, null, null, null, null)::lib.idem_row], array[p_who],
                                array[v_member], array[p_club], array[''], array[p_lines], array[p_at],
                                array[p_return_days]);
    if v_ask.sqlstate is not null then
        perform lib.refuse(v_ask.sqlstate, v_ask.error);
    end if;
    return lib.points_answer(p_who, 'points.quote_earn', v_member, jsonb_build_object(
        'points', v_ask.points, 'tier_points', v_ask.tier_points,
        'state', case when v_ask.points = 0 then 'none' when v_ask.matures_at is null then 'credited' else 'pending' end,
        'matures_at', lib.iso(v_ask.matures_at), 'expires_at', lib.iso(v_ask.expires_at),
        'earn', lib.earn_explained(v_ask.detail, v_ask.detail -> 'earn_ppm')), v_head);
end $$;

-- How a number of points came about: of each line what was paid and by which rule it counts, the factor of the tier, and
-- what was lost when the sum was rounded down, in millionths of a point.
create function lib.earn_explained(p_detail jsonb, p_earn_ppm jsonb)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'lines', jsonb_agg(jsonb_build_object(
            'category', l.line ->> 'category', 'amount', l.line -> 'amount', 'rule', r.rule ->> 'rule',
            'rate_ppm', coalesce((r.rule ->> 'rate_ppm')::bigint, 0)) order by l.no),
        'earn_ppm', p_earn_ppm,
        'lost_ppm', floor(sum((l.line #>> '{amount,minor}')::numeric * coalesce((r.rule ->> 'rate_ppm')::bigint, 0))
                          * p_earn_ppm::bigint / 1000000)::numeric % 1000000)
      from jsonb_array_elements(p_detail -> 'lines') with ordinality as l (line, no)
      join jsonb_array_elements(p_detail -> 'rules') with ordinality as r (rule, no) on r.no = l.no;
$$;

-- points.explain   Why a transaction came to so many points: rules, base amounts, factor, rounding.  Volatile, because
--                  what staff reads is written down.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the agent's clubs, no transaction of that member; ZC602 an agent that
--          names nobody
--   emits  –
create function api.points_explain(p_who text, p_tx bigint, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.points_subject(p_who, p_member);
    v_tx     ledger_tx;
    v_of     ledger_tx;
begin
    select * into v_tx from ledger_tx where tx_id = p_tx;
    if not found
       or not exists (select
                        from ledger_entry e
                        join ledger_account a on a.account_id = e.account_id
                       where e.tx_id = p_tx
                         and a.owner_kind = 'm'
                         and a.owner_id = v_member) then
        perform lib.refuse('ZC002');
    end if;
    select * into v_of from ledger_tx where tx_id = coalesce(v_tx.reverses, p_tx);
    return lib.points_answer(p_who, 'points.explain', v_member, jsonb_build_object(
        'tx', v_tx.tx_id::text, 'kind', v_tx.kind, 'club', v_tx.club_id::text, 'amount', v_tx.amount,
        'reversed', v_tx.reversed, 'reverses', v_tx.reverses::text,
        'earn', case when v_of.kind in ('earn', 'tier_earn') and v_of.detail ? 'rules'
                     then lib.earn_explained(v_of.detail, case when v_of.kind = 'earn' then v_of.detail -> 'earn_ppm'
                                                               else '1000000' end) end,
        'effective_at', lib.iso(v_tx.effective_at), 'at', lib.iso(v_tx.created_at)), v_head);
end $$;
