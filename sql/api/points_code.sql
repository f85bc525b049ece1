-- points_code.sql -- the till's path: a card and its code instead of the member's sign-in.
--
-- Locks: keys, cards by number, tries by (service, till, number), points, streams.  A batch locks first and then decides in order
-- of arrival.  Whether a code is right is decided under the card's row lock by the database clock; member_card.last_step
-- makes each step good once.  A right code forgets the wrong ones before it, also when the points do not suffice; the
-- step is used up by what is posted only.  Limits:
--
--   5 wrong codes of a till with one card in 15 minutes     RATE for that till and card for 15 minutes
--   100 wrong codes of a till in 15 minutes                 RATE for that till for 15 minutes
--   20 wrong codes of a card in a row, over all tills       the card is locked, its member is told
--
-- An unknown card costs the same work and the same tries as a wrong code, and answers as one.

-- One request on its way.  match: the step whose code it is.
create type lib.code_ask as (
    idx int, who text, till text, card text, code text, step bigint, amount bigint, mode text, receipt text, club bigint,
    seconds bigint, receipt_key text, match bigint, sqlstate text, error jsonb);

-- A card as the batch finds it and leaves it.  member_ok: the member is active.
create type lib.code_card as (
    card_no text, member bigint, member_ok boolean, status text, locked_by text, last_step bigint, fail_count int,
    changed boolean);

-- Wrong codes of a till, and what they are found by.
create type lib.code_try as (key text, fails int, since timestamptz, changed boolean);

-- Whose tries are counted: a service's, or those of somebody of the staff.
create function lib.try_service(p_who text) returns text language sql immutable as
$$ select coalesce(lib.service_of(p_who), p_who) $$;

-- chr(1) is in no text that comes from outside.
create function lib.code_try_key(p_who text, p_till text, p_card text) returns text language sql immutable as
$$ select lib.try_service(p_who) || chr(1) || p_till || chr(1) || p_card $$;

create function lib.points_code_asks(p_idem lib.idem_row[], p_who text[], p_till text[], p_card text[], p_code text[],
                                     p_step bigint[], p_amount bigint[], p_mode text[], p_receipt text[],
                                     p_club bigint[], p_seconds bigint[])
returns setof lib.code_ask language sql stable as $$
    select q.idx, q.who, q.till, q.card, p_code[q.idx], p_step[q.idx], p_amount[q.idx], p_mode[q.idx],
           p_receipt[q.idx], p_club[q.idx], p_seconds[q.idx],
           'pos:' || lib.service_of(q.who) || ':' || p_receipt[q.idx] || ':redeem', null::bigint, q.verdict[1],
           q.verdict[2]::jsonb
      from (select i.idx, p_who[i.idx] as who, p_till[i.idx] as till, p_card[i.idx] as card,
                   case when not (case when p_card[i.idx] ~ '^[0-9]{16}$'
                                       then right(p_card[i.idx], 1) = lib.luhn_digit(left(p_card[i.idx], 15))
                                       else false end)
                        then array['ZC602', '{"path":"card","problem":"is no card number"}']
                        when coalesce(c.status, 'closed') = 'closed' then array['ZC002', null]
                        when c.status = 'frozen' then array['ZC017', '{"state":"frozen"}']
                        else array[null, null]
                   end as verdict
              from unnest(p_idem) i
              left join lateral (select status from club where club_id = p_club[i.idx] offset 0) c on true
             where i.fresh) q
     order by q.idx;
$$;

-- Locks the cards of the requests, by number, and returns those that there are.
create function lib.points_code_cards(p_numbers text[]) returns lib.code_card[] language plpgsql volatile as $$
begin
    perform
       from member_card
      where card_no = any (p_numbers)
      order by card_no
        for no key update;
    return array(
        select row(c.card_no, c.member_id, (select m.status = 'active' from member m where m.member_id = c.member_id),
                   c.status, c.locked_by, c.last_step, c.fail_count, false)::lib.code_card
          from member_card c
         where c.card_no = any (p_numbers)
           and c.status in ('active', 'locked')     -- the others are as if they were not
         order by c.card_no);
end $$;

-- The tries of the requests.  Those of wrong codes are made and locked, in order; the others are only read: the card's row
-- guards them, and that of the whole till may be one behind.
create function lib.points_code_tries(p_asks lib.code_ask[]) returns lib.code_try[] language plpgsql volatile as $$
declare
    v_try   lib.code_try;
    v_tries lib.code_try[] := '{}';
    v_keys  text[] := '{}';
begin
    for v_try in
        insert into card_try as t (service, till, card_no, since)
        select k.service, k.till, k.card, clock_timestamp()
          from (select distinct lib.try_service(a.who) as service, a.till, n as card
                  from unnest(p_asks) a
                 cross join unnest(array['', a.card]) n
                 where a.sqlstate is null
                   and a.match is null) k
         order by k.service collate "C", k.till collate "C", k.card
            on conflict (service, till, card_no) do update set since = t.since
        returning t.service || chr(1) || t.till || chr(1) || t.card_no, t.fails, t.since, false
    loop
        v_tries := v_tries || v_try;
        v_keys := v_keys || v_try.key;
    end loop;
    return v_tries || array(
        select row(k.key, t.fails, t.since, false)::lib.code_try
          from (select distinct lib.try_service(a.who) as service, a.till, n as card,
                       lib.code_try_key(a.who, a.till, n) as key
                  from unnest(p_asks) a
                 cross join unnest(array['', a.card]) n
                 where a.match is not null) k
         cross join lateral (select x.fails, x.since
                               from card_try x
                              where x.service = k.service
                                and x.till = k.till
                                and x.card_no = k.card
                             offset 0) t
         where k.key <> all (v_keys));
end $$;

-- One more wrong code; with the last one that p_max allows the time of RATE begins.
create function lib.code_try_more(p_try lib.code_try, p_max int, p_now timestamptz) returns lib.code_try
language plpgsql immutable as $$
begin
    if p_try.fails = 0 or p_try.since <= p_now - interval '15 minutes' then
        p_try.fails := 0;
        p_try.since := p_now;
    end if;
    p_try.fails := p_try.fails + 1;
    if p_try.fails >= p_max then
        p_try.since := p_now;
    end if;
    p_try.changed := true;
    return p_try;
end $$;

-- Milliseconds for which a till may not try; null: it may.
create function lib.code_try_wait(p_try lib.code_try, p_max int, p_now timestamptz) returns bigint
language sql immutable as $$
    select case when (p_try).fails >= p_max and (p_try).since > p_now - interval '15 minutes'
                then ceil(extract(epoch from (p_try).since + interval '15 minutes' - p_now) * 1000)::bigint end
$$;

-- Judges the codes in order of arrival: sets sqlstate of the requests that are refused, and what cards and tries become.
create function lib.points_code_judge(inout p_asks lib.code_ask[], inout p_cards lib.code_card[],
                                      inout p_tries lib.code_try[], p_known text[], p_now timestamptz,
                                      out locked int[])
language plpgsql stable as $$
declare
    v_keys text[] := array(select t.key from unnest(p_tries) t);
    v_nos  text[] := array(select c.card_no from unnest(p_cards) c);
    v_ask  lib.code_ask;
    v_one  int;     -- places of the tries: of the till with the card, of the till
    v_all  int;
    v_c    int;
    v_wait bigint;
begin
    for k in 1 .. cardinality(p_asks) loop
        v_ask := p_asks[k];
        continue when v_ask.sqlstate is not null or v_ask.receipt_key = any (p_known);
        v_one := array_position(v_keys, lib.code_try_key(v_ask.who, v_ask.till, v_ask.card));
        v_all := array_position(v_keys, lib.code_try_key(v_ask.who, v_ask.till, ''));
        v_c := array_position(v_nos, v_ask.card);
        v_wait := greatest(lib.code_try_wait(p_tries[v_one], 5, p_now), lib.code_try_wait(p_tries[v_all], 100, p_now));
        if v_wait is not null then
            p_asks[k].sqlstate := 'ZC006';
            p_asks[k].error := jsonb_build_object('retry_ms', v_wait);
        elsif v_c is null or v_ask.match is null then
            p_asks[k].sqlstate := case when (p_cards[v_c]).status = 'locked' then 'ZC032' else 'ZC030' end;
            p_tries[v_one] := lib.code_try_more(p_tries[v_one], 5, p_now);
            p_tries[v_all] := lib.code_try_more(p_tries[v_all], 100, p_now);
            if (p_cards[v_c]).status = 'active' then
                p_cards[v_c].fail_count := (p_cards[v_c]).fail_count + 1;
                p_cards[v_c].changed := true;
                if (p_cards[v_c]).fail_count = 20 then
                    p_cards[v_c].status := 'locked';
                    p_cards[v_c].locked_by := 'failures';
                    locked := locked || k;
                end if;
            end if;
        elsif (p_cards[v_c]).status = 'locked' or not (p_cards[v_c]).member_ok then
            p_asks[k].sqlstate := 'ZC032';
        elsif v_ask.match <= (p_cards[v_c]).last_step then
            p_asks[k].sqlstate := 'ZC031';
        else
            if (p_cards[v_c]).fail_count > 0 then
                p_cards[v_c].fail_count := 0;
                p_cards[v_c].changed := true;
            end if;
            if (p_tries[v_one]).fails > 0 then
                p_tries[v_one].fails := 0;
                p_tries[v_one].changed := true;
            end if;
        end if;
    end loop;
end $$;

-- Writes what the tries have become, tells the members whose cards are locked now; returns their events and, for each,
-- its request.
create function lib.points_code_count(p_asks lib.code_ask[], p_cards lib.code_card[], p_tries lib.code_try[],
                                      p_locked int[], p_action text, out events lib.event_row[], out idx int[])
language plpgsql volatile as $$
declare
    v_at   record;
    v_more lib.event_row[];
begin
    update card_try t
       set fails = x.fails, since = x.since
      from unnest(p_tries) x
     where t.service = split_part(x.key, chr(1), 1)
       and t.till = split_part(x.key, chr(1), 2)
       and t.card_no = split_part(x.key, chr(1), 3)
       and x.changed
       and x.fails > 0;
    delete from card_try t
     using unnest(p_tries) x
     where t.service = split_part(x.key, chr(1), 1)
       and t.till = split_part(x.key, chr(1), 2)
       and t.card_no = split_part(x.key, chr(1), 3)
       and x.fails = 0;
    for v_at in
        select a.idx, a.who, a.till, c.member
          from unnest(p_locked) k
         cross join lateral (select (p_asks[k]).idx, (p_asks[k]).who, (p_asks[k]).till, (p_asks[k]).card) a
          join unnest(p_cards) c on c.card_no = a.card
         order by c.member
    loop
        perform lib.audit(v_at.who, p_action, v_at.member,
                          jsonb_build_object('till', v_at.till, 'card', 'locked'));
        v_more := array[lib.event('me:' || v_at.member, 'code.failures', 'li.security', '{}'),
                        lib.card_changed(v_at.member)]
                  || lib.notify(v_at.member, 'card_locked', 'card', '{}', 'li.security');
        events := events || v_more;
        idx := idx || array_fill(v_at.idx, array[cardinality(v_more)]);
    end loop;
end $$;

create function lib.points_code_reply(p_tx bigint, p_mode text, p_hold bigint, p_amount bigint, p_duplicate boolean)
returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'tx', p_tx::text, 'state', case p_mode when 'hold' then 'held' else 'redeemed' end, 'hold', p_hold::text,
        'amount', p_amount,
        'expires_at', (select lib.iso(h.expires_at) from point_hold h where h.hold_id = p_hold),
        'duplicate', p_duplicate);
end $$;

-- What a request is told whose receipt was posted before: the same, or that it says something else.
create function lib.points_code_again(p_ask lib.code_ask, p_member bigint) returns lib.batch_answer
language plpgsql stable as $$
declare
    v_tx    ledger_tx := lib.ledger_tx_by_key(p_ask.receipt_key);
    v_owner record;
begin
    select * into v_owner from lib.tx_owner(v_tx.tx_id);
    if v_owner.owner_kind = 'm' and v_owner.owner_id = p_member and v_tx.kind = p_ask.mode
       and v_tx.amount = p_ask.amount and v_tx.club_id = p_ask.club then
        return row(p_ask.idx, null, null,
                   lib.points_code_reply(v_tx.tx_id, p_ask.mode, v_tx.hold_id, v_tx.amount, true), null, null,
                   null)::lib.batch_answer;
    end if;
    return row(p_ask.idx, 'ZC004', jsonb_build_object('tx', v_tx.tx_id::text), null, null, null,
               null)::lib.batch_answer;
end $$;

-- Refusals that keep what was counted: the hub makes errors of them, and the transaction commits.
create function lib.points_code_kept(p_answers lib.batch_answer[]) returns lib.batch_answer[]
language plpgsql immutable as $$
declare
    v_reason text;
begin
    for i in 1 .. cardinality(p_answers) loop
        v_reason := case (p_answers[i]).sqlstate when 'ZC027' then 'INSUFFICIENT_POINTS' when 'ZC028' then 'POINTS_FROZEN'
                                                 when 'ZC030' then 'CODE_INVALID' when 'ZC032' then 'CARD_LOCKED' end;
        if v_reason is not null then
            p_answers[i].reply := jsonb_build_object('refused', v_reason) || coalesce((p_answers[i]).detail, '{}');
            p_answers[i].sqlstate := null;
            p_answers[i].detail := null;
            p_answers[i].subjects := null;
        end if;
    end loop;
    return p_answers;
end $$;

-- Holds or redeems points by card and code, in sets.
create function lib.points_redeem_code(p_who text[], p_idem text[], p_hash bytea[], p_till text[], p_card text[],
                                       p_code text[], p_step bigint[], p_amount bigint[], p_mode text[],
                                       p_receipt text[], p_club bigint[], p_seconds bigint[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_idem    lib.idem_row[] := lib.idem_begin_many(p_who, 'points.redeem_code', p_idem, p_hash);
    v_asks    lib.code_ask[] := array(
        select a
          from lib.points_code_asks(v_idem, p_who, p_till, p_card, p_code, p_step, p_amount, p_mode, p_receipt, p_club,
                                    p_seconds) a);
    v_ask     lib.code_ask;
    v_cards   lib.code_card[];
    v_nos     text[];
    v_tries   lib.code_try[];
    v_known   text[];               -- receipts that were posted before
    v_now     timestamptz;
    v_locked  int[];
    v_members bigint[];
    v_spent   bigint[];             -- by card: what this batch has promised
    v_can     record;
    v_posts   lib.posting[];
    v_keys    text[];               -- by posting: its receipt
    v_post    lib.posting;
    v_by      int[];                -- by posting: its ask
    v_tx      bigint[];             -- by posting
    v_posted  lib.posted[];
    v_rows    lib.event_row[];      -- events, and for each its request
    v_of      int[];
    v_events  jsonb[];              -- by request
    v_answers lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_c       int;
    v_at      int;
begin
    v_cards := lib.points_code_cards(array(select a.card from unnest(v_asks) a where a.sqlstate is null));
    v_nos := array(select c.card_no from unnest(v_cards) c);
    v_known := array(
        select x.idem
          from ledger_tx x
         where x.idem = any (array(select a.receipt_key from unnest(v_asks) a where a.sqlstate is null)));
    v_now := clock_timestamp();
    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        if v_ask.sqlstate is null and v_ask.receipt_key <> all (v_known) then
            v_asks[k].match := lib.card_match(v_ask.card, v_ask.code, v_ask.step, lib.totp_step(v_now));
            if v_ask.card <> all (v_nos) then
                v_asks[k].match := null;
            end if;
        end if;
    end loop;
    v_tries := lib.points_code_tries(array(select a from unnest(v_asks) a where a.receipt_key <> all (v_known)));
    select j.p_asks, j.p_cards, j.p_tries, j.locked
      into v_asks, v_cards, v_tries, v_locked
      from lib.points_code_judge(v_asks, v_cards, v_tries, v_known, v_now) j;
    if cardinality(v_tries) > 0 then
        select c.events, c.idx into v_rows, v_of
          from lib.points_code_count(v_asks, v_cards, v_tries, v_locked, 'points.redeem_code') c;
    end if;

    foreach v_ask in array v_asks loop
        if v_ask.sqlstate is null and v_ask.match is not null then
            v_members := v_members || (v_cards[array_position(v_nos, v_ask.card)]).member;
        end if;
    end loop;
    if v_members is not null then
        perform lib.points_lock(v_members);
    end if;
    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        v_c := array_position(v_nos, v_ask.card);
        continue when v_ask.sqlstate is not null or v_ask.match is null
                      or array_position(v_keys, v_ask.receipt_key) is not null;
        if v_ask.match <= (v_cards[v_c]).last_step then
            v_asks[k].sqlstate := 'ZC031';
            continue;
        end if;
        select *
          into v_can
          from lib.points_can('m', (v_cards[v_c]).member, v_ask.amount, coalesce(v_spent[v_c], 0));
        if v_can.sqlstate is not null then
            v_asks[k].sqlstate := v_can.sqlstate;
            v_asks[k].error := v_can.error;
            continue;
        end if;
        v_post := lib.posting_of(
            v_ask.receipt_key, v_ask.who, v_ask.club, 'receipt', v_ask.receipt,
            p_detail => jsonb_build_object('till', v_ask.till, 'card', right(v_ask.card, 4), 'step', v_ask.match));
        v_post.kind := v_ask.mode;
        v_post.amount := v_ask.amount;
        v_post.owner_kind := 'm';
        v_post.owner_id := (v_cards[v_c]).member;
        if v_ask.mode = 'hold' then
            v_post.hold := lib.hold_new('m', v_post.owner_id, v_ask.amount, v_ask.who, 'purchase', v_ask.receipt,
                                        v_now + coalesce(v_ask.seconds, 600) * interval '1 second');
        end if;
        v_posts := v_posts || v_post;
        v_keys := v_keys || v_ask.receipt_key;
        v_by := v_by || k;
        v_spent[v_c] := coalesce(v_spent[v_c], 0) + v_ask.amount;
        v_cards[v_c].last_step := v_ask.match;
        v_cards[v_c].changed := true;
    end loop;
    update member_card m
       set last_step = c.last_step, fail_count = c.fail_count, status = c.status, locked_by = c.locked_by
      from unnest(v_cards) c
     where m.card_no = c.card_no
       and c.changed;

    if v_posts is not null then
        insert into audit_log (actor, action, subject_member, detail)
        select p.actor, 'points.redeem_code', p.owner_id,
               jsonb_build_object('club', p.club::text, 'receipt', p.ref_id, 'till', p.detail ->> 'till')
          from unnest(v_posts) p;
        v_posted := lib.ledger_post(v_posts);
        v_at := 1;
        for n in 1 .. cardinality(v_posted) loop    -- an expiry goes with what comes after it
            v_at := greatest(v_at, (v_posted[n]).post);
            v_of := v_of || (v_asks[v_by[v_at]]).idx;
            if (v_posted[n]).post > 0 then
                v_tx[v_at] := (v_posted[n]).tx;
            end if;
        end loop;
        v_rows := v_rows || lib.points_events(v_posted);
    end if;
    if v_locked is not null then
        select array_agg(v_rows[i] order by v_of[i], i), array_agg(v_of[i] order by v_of[i], i)
          into v_rows, v_of
          from generate_subscripts(v_of, 1) i;
    end if;
    v_events := lib.emit_each(v_rows, v_of);

    foreach v_ask in array v_asks loop
        if v_ask.sqlstate is null then
            v_at := array_position(v_keys, v_ask.receipt_key);
            if v_at is not null and (v_asks[v_by[v_at]]).idx = v_ask.idx then
                v_answers[v_ask.idx] := row(
                    v_ask.idx, null, null,
                    lib.points_code_reply(v_tx[v_at], v_ask.mode, (v_posts[v_at]).hold, v_ask.amount, false),
                    v_events[v_ask.idx], null, null)::lib.batch_answer;
            else
                v_answers[v_ask.idx] := lib.points_code_again(
                    v_ask, (v_cards[array_position(v_nos, v_ask.card)]).member);
            end if;
        else
            v_answers[v_ask.idx] := row(v_ask.idx, v_ask.sqlstate, v_ask.error, null, v_events[v_ask.idx], null,
                                        null)::lib.batch_answer;
        end if;
    end loop;
    return lib.points_code_kept(lib.idem_end_many(p_who, 'points.redeem_code', p_idem, v_idem, v_answers));
end $$;

-- points.redeem_code   Holds or redeems points of the member whose card and code a till has read.
--   who    service pos
--   raises ZC002 no such club; ZC004 the receipt was posted with other content; ZC006 too many wrong codes of this till;
--          ZC017 club frozen; ZC027 not enough points; ZC028 points frozen; ZC030 wrong code, or no such card;
--          ZC031 the code, or a newer one, was used; ZC032 card locked, or its member not active; ZC602 card
--   emits  points.changed on me:<member>; code.failures, card.changed, notify.added there when the card is locked
create function api.points_redeem_code(p_who text, p_idem text, p_hash bytea, p_till text, p_card text, p_code text,
                                       p_step bigint, p_amount bigint, p_mode text, p_receipt text, p_club bigint,
                                       p_seconds bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.points_redeem_code(
        array[p_who], array[p_idem], array[p_hash], array[p_till], array[p_card], array[p_code], array[p_step],
        array[p_amount], array[p_mode], array[p_receipt], array[p_club], array[p_seconds]));
end $$;

create function api.points_redeem_code_many(p_who text[], p_idem text[], p_hash bytea[], p_till text[], p_card text[],
                                            p_code text[], p_step bigint[], p_amount bigint[], p_mode text[],
                                            p_receipt text[], p_club bigint[], p_seconds bigint[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.points_redeem_code(p_who, p_idem, p_hash, p_till, p_card, p_code, p_step, p_amount, p_mode,
                                         p_receipt, p_club, p_seconds));
end $$;
