-- points_earn.sql -- points.earn: what a purchase earns, and its posting, in sets.

-- A receipt that was credited before.
create type lib.earn_known as (key text, tx bigint, tier_tx bigint, club bigint, detail jsonb);

-- One purchase of points.earn on its way: what it would earn, or why not (sqlstate, error).
create type lib.earn_ask as (
    idx int, who text, member bigint, club bigint, receipt text, receipt_key text, tier_key text, lines jsonb,
    at timestamptz, matures_at timestamptz, expires_at timestamptz, points bigint, tier_points bigint,
    detail jsonb, sqlstate text, error jsonb, redeemable bigint, pending bigint, debt bigint, tier bigint);

-- End of the month, in that zone, p_months after p_at: the instant from which points are expired.
create function lib.points_expiry(p_at timestamptz, p_months int, p_tz text)
returns timestamptz language sql stable as $$
    select case when p_months > 0
                then (date_trunc('month', (p_at at time zone p_tz) + make_interval(months => p_months))
                      + interval '1 month') at time zone p_tz
           end;
$$;

-- May the service post purchases of earlier days?
create function lib.service_backdates(p_service text)
returns boolean language plpgsql stable as $$
begin
    return (
        select exists (select
                         from api_key
                        where service = p_service
                          and revoked_at is null
                          and scopes && '{pos,crm}'::text[]));
end $$;

-- What each request would earn, by the rules of its club at the time of purchase, or why it earns nothing.
-- A membership that is paused, lapsed or over earns nothing: the purchase is refused, so that the till can say so.
create function lib.points_earn_asks(p_idem lib.idem_row[], p_who text[], p_member bigint[], p_club bigint[],
                                     p_receipt text[], p_lines jsonb[], p_at timestamptz[], p_return_days bigint[])
returns setof lib.earn_ask language sql stable as $$
    select q.idx, q.who, q.member, q.club, q.receipt,
           'pos:' || lib.service_of(q.who) || ':' || q.receipt || ':earn',
           'pos:' || lib.service_of(q.who) || ':' || q.receipt || ':tier',
           q.lines, q.bought, q.matures, q.expires, q.points, q.tier_points,
           jsonb_build_object('member', q.member::text, 'lines', q.lines, 'rules', q.rules, 'earn_ppm', q.earn_ppm,
                              'points', q.points, 'tier_points', q.tier_points, 'matures_at', lib.iso(q.matures),
                              'expires_at', lib.iso(q.expires)),
           q.verdict[1], q.verdict[2]::jsonb, q.redeemable, q.pending, q.debt, q.tier
      from (select x.*,
                   case when x.club_status is null or x.club_status = 'closed' then array['ZC002', null]
                        when x.club_status = 'frozen' then array['ZC017', '{"state":"frozen"}']
                        when x.bought > now() + interval '5 minutes'
                        then array['ZC602', '{"path":"at","problem":"lies in the future"}']
                        when x.bought < now() - interval '365 days'
                        then array['ZC602', '{"path":"at","problem":"is more than 365 days ago"}']
                        when x.bought < now() - interval '1 day' and not lib.service_backdates(lib.service_of(x.who))
                        then array['ZC001', null]
                        when x.foreign_money
                        then array['ZC602', '{"path":"lines","problem":"is not in the currency of the club"}']
                        when x.foreign_category
                        then array['ZC602', '{"path":"lines","problem":"names a category that the club does not have"}']
                        when coalesce(x.status, 'left') in ('applied', 'invited', 'left', 'expelled', 'declined')
                        then array['ZC014', null]
                        when x.status <> 'active' then array['ZC017', jsonb_build_object('state', x.status)::text]
                        when greatest(x.points, x.tier_points) > 1000000000 then array['ZC024', '{"max":1000000000}']
                        -- before a sum is over 2^53-1, whatever is posted beside
                        when x.most > 9007190000000000 then array['ZC024', '{"max":9007199254740991}']
                        else array[null, null]
                   end as verdict
              from (select r.idx, r.who, r.member, r.club, r.receipt, r.lines, d.bought,
                           case when d.bought + d.return_days * interval '1 day' > now()
                                then d.bought + d.return_days * interval '1 day' end as matures,
                           lib.points_expiry(d.bought, coalesce((c.settings ->> 'expiry_months')::int, 24), c.tz)
                               as expires,
                           c.status as club_status, case when b.member_id is not null then m.status end as status,
                           coalesce(t.earn_ppm, 1000000) as earn_ppm,
                           floor(l.product * coalesce(t.earn_ppm, 1000000) / 1000000000000)::bigint as points,
                           floor(l.product / 1000000)::bigint as tier_points,
                           l.rules, l.foreign_money, l.foreign_category, a.redeemable, a.pending, a.debt, a.tier, a.most
                      from unnest(p_idem) i
                     cross join lateral (
                           select i.idx, p_who[i.idx] as who, p_member[i.idx] as member, p_club[i.idx] as club,
                                  p_receipt[i.idx] as receipt, p_lines[i.idx] as lines, p_at[i.idx] as at,
                                  p_return_days[i.idx] as return_days) r
                      left join lateral (select * from club where club_id = r.club offset 0) c on true
                      left join lateral (select * from membership
                                          where member_id = r.member and club_id = r.club offset 0) m on true
                      left join lateral (select member_id from member
                                          where member_id = r.member and status <> 'erased' offset 0) b on true
                      left join lateral (select earn_ppm from tier where tier_id = m.tier_id offset 0) t on true
                     cross join lateral (
                           select max(o.account_id) filter (where o.kind = 'redeemable') as redeemable,
                                  max(o.account_id) filter (where o.kind = 'pending') as pending,
                                  max(o.account_id) filter (where o.kind = 'debt') as debt,
                                  max(o.account_id) filter (where o.kind = 'tier' and o.club_id = r.club) as tier,
                                  max(o.balance) as most
                             from ledger_account o
                            where o.owner_kind = 'm'
                              and o.owner_id = r.member) a
                     cross join lateral (
                           select coalesce(r.at, now()) as bought,
                                  coalesce(r.return_days, (c.settings ->> 'return_days')::bigint, 0) as return_days) d
                     cross join lateral (
                           select coalesce(sum((e.line #>> '{amount,minor}')::numeric * coalesce(u.rate_ppm, 0)), 0)
                                      as product,
                                  jsonb_agg(jsonb_build_object('rule', u.rule_id::text, 'rate_ppm', u.rate_ppm)
                                            order by e.no) as rules,
                                  coalesce(bool_or(e.line #>> '{amount,cur}' <> c.currency), false) as foreign_money,
                                  coalesce(bool_or(e.line ? 'category' and not exists (
                                      select
                                        from product_category g
                                       where g.category_id = (e.line ->> 'category')::bigint
                                         and g.club_id = r.club)), false) as foreign_category
                             from jsonb_array_elements(r.lines) with ordinality as e (line, no)
                             left join lateral (
                                  select k.rule_id, k.rate_ppm
                                    from earn_rule k
                                   where k.club_id = r.club
                                     and (k.category_id is null or k.category_id = (e.line ->> 'category')::bigint)
                                     and k.from_at <= d.bought
                                     and (k.to_at is null or d.bought < k.to_at)
                                   order by k.category_id is null, k.from_at desc
                                   limit 1) u on true) l
                     where i.fresh
                    offset 0) x
            offset 0) q     -- the offsets keep what is computed once from being computed at each use
     order by q.idx;
$$;

-- What the till is told: the same for the first time and for every later one.
create function lib.points_earn_reply(p_tx bigint, p_tier_tx bigint, p_detail jsonb, p_duplicate boolean)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'tx', p_tx::text, 'tier_tx', p_tier_tx::text,
        'points', p_detail -> 'points', 'tier_points', p_detail -> 'tier_points',
        'state', case when p_tx is null then 'none' when p_detail ->> 'matures_at' is null then 'credited'
                      else 'pending' end,
        'matures_at', p_detail -> 'matures_at', 'expires_at', p_detail -> 'expires_at', 'duplicate', p_duplicate);
$$;

-- Makes the accounts that these credits need and do not have; says whether there were such.
create function lib.points_earn_open(p_asks lib.earn_ask[])
returns boolean language plpgsql volatile as $$
declare
    v_ask     lib.earn_ask;
    v_members bigint[];
    v_clubs   bigint[];
begin
    foreach v_ask in array p_asks loop
        if v_ask.sqlstate is null and v_ask.tier is null then
            v_members := v_members || v_ask.member;
            v_clubs := v_clubs || v_ask.club;
        end if;
    end loop;
    if v_members is null then
        return false;
    end if;
    perform lib.wallet_open(v_members);
    perform lib.tier_account_open(v_members, v_clubs);
    return true;
end $$;

-- The receipts among these ledger keys that were credited before.
create function lib.points_earn_known(p_keys text[])
returns lib.earn_known[] language plpgsql volatile as $$
declare
    v_tx  record;
    v_key text;
    v_n   int := 0;
    v_out lib.earn_known[];
begin
    for v_tx in
        select x.idem, x.tx_id, x.club_id, x.detail
          from ledger_tx x
         where x.idem = any (p_keys)
         order by x.idem collate "C"        -- ...:earn before ...:tier
    loop
        v_key := left(v_tx.idem, -length('tier')) || 'earn';
        if v_n = 0 or (v_out[v_n]).key <> v_key then
            v_n := v_n + 1;
            v_out[v_n] := row(v_key, null, null, v_tx.club_id, v_tx.detail)::lib.earn_known;
        end if;
        if v_tx.idem = v_key then
            v_out[v_n].tx := v_tx.tx_id;
        else
            v_out[v_n].tier_tx := v_tx.tx_id;
        end if;
    end loop;
    return v_out;
end $$;

create function lib.earn_known_of(p_known lib.earn_known[], p_key text)
returns lib.earn_known language plpgsql immutable as $$
declare
    v_known lib.earn_known;
begin
    if p_known is not null then
        foreach v_known in array p_known loop
            if v_known.key = p_key then
                return v_known;
            end if;
        end loop;
    end if;
    return null;
end $$;

-- Credits purchases, in sets.  Locks: keys, memberships, accounts by id, wallets, streams.  A receipt is looked up under
-- the locks of its member's accounts, so two tills that send it at once credit it once.
create function lib.points_earn(p_who text[], p_idem text[], p_hash bytea[], p_member bigint[], p_club bigint[],
                                p_receipt text[], p_lines jsonb[], p_at timestamptz[], p_return_days bigint[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_idem    lib.idem_row[] := lib.idem_begin_many(p_who, 'points.earn', p_idem, p_hash);
    v_asks    lib.earn_ask[];
    v_ask     lib.earn_ask;
    v_lead    lib.earn_ask;
    v_locks   bigint[];
    v_keys    text[];
    v_known   lib.earn_known[];     -- receipts that were credited before
    v_old     lib.earn_known;
    v_leads   int[];                -- by ask: the first of that receipt
    v_posts   lib.posting[];
    v_of      int[];                -- by posting: its request, its ask
    v_for     int[];
    v_posted  lib.posted[];
    v_to      int[];                -- by event: its request
    v_raised  lib.event_row[];      -- of tiers
    v_events  jsonb[];              -- by request
    v_tx      bigint[];             -- by ask: what was posted for it
    v_tier_tx bigint[];
    v_answers lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_at      int;
begin
    perform
       from (select distinct p.club, p.member
               from unnest(p_member, p_club) as p (member, club)
              order by p.club, p.member) p
      cross join lateral (select from membership
                           where member_id = p.member and club_id = p.club
                             for no key update) m;
    loop    -- a membership that was resumed since the last look may need accounts that were not made then
        v_asks := array(select a
                          from lib.points_earn_asks(v_idem, p_who, p_member, p_club, p_receipt, p_lines, p_at,
                                                    p_return_days) a);
        exit when not lib.points_earn_open(v_asks);
    end loop;
    foreach v_ask in array v_asks loop
        v_keys := v_keys || v_ask.receipt_key || v_ask.tier_key;
        if v_ask.sqlstate is null then
            v_locks := v_locks || v_ask.redeemable || v_ask.pending || v_ask.debt || v_ask.tier;
        end if;
    end loop;
    perform lib.ledger_lock(v_locks);
    v_known := lib.points_earn_known(v_keys);

    v_leads := '{1}';
    if cardinality(v_asks) > 1 then
        v_leads := array(select min(a.no) over (partition by a.receipt_key, a.sqlstate is null)
                           from (select receipt_key, sqlstate, no
                                   from unnest(v_asks) with ordinality
                                     as x (idx, who, member, club, receipt, receipt_key, tier_key, lines, at,
                                           matures_at, expires_at, points, tier_points, detail, sqlstate, error,
                                           redeemable, pending, debt, tier, no)) a
                          order by a.no);
    end if;
    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        continue when v_ask.sqlstate is not null or v_leads[k] <> k
                      or v_known is not null and (lib.earn_known_of(v_known, v_ask.receipt_key)).key is not null;
        if v_ask.points > 0 then
            v_posts := v_posts || row('earn', v_ask.receipt_key, v_ask.points, v_ask.club, 'receipt', v_ask.receipt,
                                      v_ask.who, null, null, null, v_ask.detail, v_ask.at, v_ask.expires_at, 'm',
                                      v_ask.member, null, null,
                                      case when v_ask.matures_at is not null then 'pending' end, null, null,
                                      v_ask.matures_at)::lib.posting;
            v_of := v_of || v_ask.idx;
            v_for := v_for || k;
        end if;
        if v_ask.tier_points > 0 then
            v_posts := v_posts || row('tier_earn', v_ask.tier_key, v_ask.tier_points, v_ask.club, 'receipt',
                                      v_ask.receipt, v_ask.who, null, null, null, v_ask.detail, v_ask.at, null, 'm',
                                      v_ask.member, null, null, null, null, null, null)::lib.posting;
            v_of := v_of || v_ask.idx;
            v_for := v_for || k;
        end if;
    end loop;

    insert into audit_log (actor, action, subject_member, detail)
    select a.who, 'points.earn', a.member, jsonb_build_object('club', a.club::text, 'receipt', a.receipt)
      from unnest(v_asks) a
     where a.sqlstate is null;

    if v_posts is not null then
        v_posted := lib.ledger_post(v_posts);
        v_at := 1;
        for n in 1 .. cardinality(v_posted) loop    -- an expiry goes with what was posted last
            v_at := greatest(v_at, (v_posted[n]).post);
            v_to[n] := v_of[v_at];
            if (v_posted[n]).kind = 'earn' then
                v_tx[v_for[v_at]] := (v_posted[n]).tx;
            elsif (v_posted[n]).kind = 'tier_earn' then
                v_tier_tx[v_for[v_at]] := (v_posted[n]).tx;
            end if;
        end loop;
        v_raised := lib.tier_raise(array(select p.owner_id from unnest(v_posts) p where p.kind = 'tier_earn'),
                                   array(select p.club from unnest(v_posts) p where p.kind = 'tier_earn'),
                                   array(select p.actor from unnest(v_posts) p where p.kind = 'tier_earn'));
        -- any request of this call may carry what became of tiers
        v_events := lib.emit_each(lib.points_events(v_posted) || v_raised,
                                  v_to || array_fill(v_to[cardinality(v_to)], array[cardinality(v_raised)]));
    end if;

    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        if v_known is not null then
            v_old := lib.earn_known_of(v_known, v_ask.receipt_key);
        end if;
        if v_old.key is not null then
            if v_old.club = v_ask.club and v_old.detail ->> 'member' = v_ask.member::text
               and v_old.detail -> 'lines' = v_ask.lines then
                v_answers[v_ask.idx] := row(
                    v_ask.idx, null, null, lib.points_earn_reply(v_old.tx, v_old.tier_tx, v_old.detail, true), null,
                    null, null)::lib.batch_answer;
                continue;
            end if;
            v_ask.sqlstate := 'ZC004';
            v_ask.error := jsonb_build_object('tx', v_old.tx::text);
        elsif v_ask.sqlstate is null then
            v_at := v_leads[k];
            v_lead := v_ask;
            if v_at <> k then
                v_lead := v_asks[v_at];
            end if;
            if v_at = k
               or v_lead.club = v_ask.club and v_lead.member = v_ask.member and v_lead.lines = v_ask.lines then
                v_answers[v_ask.idx] := row(
                    v_ask.idx, null, null, lib.points_earn_reply(v_tx[v_at], v_tier_tx[v_at], v_lead.detail, k <> v_at),
                    v_events[v_ask.idx], null, null)::lib.batch_answer;
                continue;
            end if;
            v_ask.sqlstate := 'ZC004';
            v_ask.error := jsonb_build_object('tx', v_tx[v_at]::text);
        end if;
        v_answers[v_ask.idx] := row(v_ask.idx, v_ask.sqlstate, v_ask.error, null, null, null, null)::lib.batch_answer;
    end loop;
    return lib.idem_end_many(p_who, 'points.earn', p_idem, v_idem, v_answers);
end $$;

-- points.earn   Credits a purchase: redeemable points and the tier points of the club.
--   who    service pos, booking, crm
--   raises ZC001 back-dated by a service that may not; ZC002 no such club; ZC004 the receipt was credited with other
--          content; ZC014 not a member of the club; ZC017 membership paused or lapsed, club frozen; ZC024 more than
--          1,000,000,000 points; ZC602 at, lines
--   emits  points.changed on me:<member>, one per ledger transaction; tier.changed on me:<member>; sys with it
create function api.points_earn(p_who text, p_idem text, p_hash bytea, p_member bigint, p_club bigint, p_receipt text,
                                p_lines jsonb, p_at timestamptz, p_return_days bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.points_earn(
        array[p_who], array[p_idem], array[p_hash], array[p_member], array[p_club], array[p_receipt], array[p_lines],
        array[p_at], array[p_return_days]));
end $$;

create function api.points_earn_many(p_who text[], p_idem text[], p_hash bytea[], p_member bigint[], p_club bigint[],
                                     p_receipt text[], p_lines jsonb[], p_at timestamptz[], p_return_days bigint[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.points_earn(p_who, p_idem, p_hash, p_member, p_club, p_receipt, p_lines, p_at, p_return_days));
end $$;
