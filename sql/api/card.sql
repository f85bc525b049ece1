-- card.sql -- member cards and the codes they show.
--
-- A card number has 16 digits: a 9, which no payment card begins with, 14 random ones and a check digit (Luhn).  Its code is
-- TOTP of RFC 6238 with HMAC-SHA-1, the algorithm that wallet passes know, steps of 30 s and 8 digits.  The secret is
-- derived from the number with a key of the hub and stored nowhere.  A till looks at a card under its row lock, so what
-- card.lock and card.replace have committed holds for every code that comes after: no barrier is needed.

create function lib.luhn_digit(p_digits text) returns text language sql immutable as $$
    select ((10 - sum(case when (length(p_digits) - x.n) % 2 = 0 then 2 * x.digit / 10 + 2 * x.digit % 10
                           else x.digit end) % 10) % 10)::text
      from (select n, substr(p_digits, n, 1)::int as digit from generate_series(1, length(p_digits)) n) x
$$;

create function lib.card_number() returns text language plpgsql volatile as $$
declare
    v_digits text := '9' || lpad((('x' || encode(club.gen_random_bytes(7), 'hex'))::bit(56)::bigint
                                  % 100000000000000)::text, 14, '0');
begin
    return v_digits || lib.luhn_digit(v_digits);
end $$;

-- The secret of a number, whether or not there is such a card: to look at an unknown one costs the same.
create function lib.card_secret(p_card text) returns bytea language sql stable as
$$ select substr(club.hmac(convert_to(p_card, 'UTF8'), lib.pii_key('card'), 'sha256'), 1, 20) $$;

-- RFC 6238 (RFC 4226 of the step): HMAC-SHA-1, 8 digits.
create function lib.totp(p_secret bytea, p_step bigint) returns text language plpgsql immutable as $$
declare
    v_mac bytea := club.hmac(int8send(p_step), p_secret, 'sha1');
    v_at  int := get_byte(v_mac, 19) & 15;
begin
    return lpad(((((get_byte(v_mac, v_at) & 127) << 24) | (get_byte(v_mac, v_at + 1) << 16)
                  | (get_byte(v_mac, v_at + 2) << 8) | get_byte(v_mac, v_at + 3)) % 100000000)::text, 8, '0');
end $$;

create function lib.totp_step(p_at timestamptz) returns bigint language sql immutable as
$$ select floor(extract(epoch from p_at) / 30)::bigint $$;

-- The newest step, from the one before p_now to the one after, whose code this is; null: none.  p_step: only that one
-- counts.  All three are always computed.
create function lib.card_match(p_card text, p_code text, p_step bigint, p_now bigint) returns bigint
language plpgsql stable as $$
declare
    v_secret bytea := lib.card_secret(p_card);
    v_is     bytea := sha256(convert_to(p_code, 'UTF8'));
    v_match  bigint;
begin
    for v_step in p_now - 1 .. p_now + 1 loop
        if sha256(convert_to(lib.totp(v_secret, v_step), 'UTF8')) = v_is and coalesce(p_step, v_step) = v_step then
            v_match := v_step;
        end if;
    end loop;
    return v_match;
end $$;

-- Gives a member a card who has none, and returns the event that tells it; no event: there was one.
create function lib.card_issue(p_member bigint) returns lib.event_row[] language plpgsql volatile as $$
begin
    loop
        if exists (select from member_card where member_id = p_member and status in ('active', 'locked')) then
            return '{}';
        end if;
        insert into member_card (card_no, member_id) values (lib.card_number(), p_member)
        on conflict do nothing;
        if found then
            return array[lib.card_changed(p_member)];
        end if;
    end loop;
end $$;

create function lib.card_changed(p_member bigint) returns lib.event_row language sql stable as
$$ select lib.event('me:' || p_member, 'card.changed', 'li.security', '{}', p_key => 'card') $$;

-- What card.get answers and card.changed carries.
create function lib.card_view(p_member bigint) returns lib.shown language plpgsql stable as $$
declare
    v_view jsonb := (
        select jsonb_build_object(
                   'card', c.card_no, 'status', c.status, 'locked_by', c.locked_by, 'issued_at', lib.iso(c.issued_at),
                   'devices', (select count(*)
                                 from card_device d
                                 join token_family f on f.family_id = d.family_id
                                where d.card_no = c.card_no
                                  and f.revoked_at is null))
          from member_card c
         where c.member_id = p_member
           and c.status in ('active', 'locked'));
begin
    return row(v_view, v_view is not null, false, array[p_member])::lib.shown;
end $$;

-- The card of a member, locked; those who joined before there were cards get theirs now.
create function lib.card_take(p_member bigint) returns member_card language plpgsql volatile as $$
declare
    v_card member_card;
begin
    loop
        select * into v_card
          from member_card
         where member_id = p_member
           and status in ('active', 'locked')
           for no key update;
        if found then
            return v_card;
        end if;
        if not exists (select from membership where member_id = p_member and status in ('active', 'paused', 'lapsed')) then
            perform lib.refuse('ZC002');
        end if;
        perform lib.card_issue(p_member);
    end loop;
end $$;

-- Closes the cards of a member who is being erased.
create function lib.card_close(p_member bigint) returns void language plpgsql volatile as $$
declare
    v_cards text[];
begin
    perform from member_card where member_id = p_member order by card_no for no key update;
    with closed as (
        update member_card
           set status = 'closed', locked_by = null, fail_count = 0
         where member_id = p_member
        returning card_no
    )
    select array_agg(card_no) into v_cards from closed;
    delete from card_device where card_no = any (v_cards);
    delete from card_try where card_no = any (v_cards);
end $$;

-- card.get   The caller's card.  Volatile, because who has none yet gets one.
--   who    member
--   raises ZC002 in no club; ZC035 restricted
--   emits  –
create function api.card_get(p_who text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_view   jsonb := (lib.card_view(v_member)).view;
begin
    if v_view is null then
        perform lib.card_take(v_member);
        v_view := (lib.card_view(v_member)).view;
    end if;
    return lib.done(v_view);
end $$;

-- The end of a change: the card as it is now, and the event when something has changed.
create function lib.card_done(p_who text, p_method text, p_idem text, p_member bigint, p_changed boolean)
returns lib.answer language plpgsql volatile as $$
declare
    v_view jsonb := (lib.card_view(p_member)).view;
begin
    return lib.idem_end(p_who, p_method, p_idem, lib.done(
        v_view, case when p_changed then lib.emit_all(array[lib.card_changed(p_member)]) end));
end $$;

-- card.lock   Locks the card: from the acknowledgement on no till takes its codes.  One that is locked stays so.
--   who    member
--   raises ZC002 in no club; ZC035 restricted
--   emits  card.changed on me:<id>
create function api.card_lock(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_card   member_card;
begin
    v_old := lib.idem_begin(p_who, 'card.lock', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_card := lib.card_take(v_member);
    update member_card
       set status = 'locked', locked_by = 'member'
     where card_no = v_card.card_no
       and status = 'active';
    return lib.card_done(p_who, 'card.lock', p_idem, v_member, found);
end $$;

-- card.unlock   Unlocks the card, whoever locked it, and forgets its wrong codes.  One that is active stays so.
--   who    member
--   raises ZC002 in no club; ZC035 restricted
--   emits  card.changed on me:<id>
create function api.card_unlock(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_card   member_card;
begin
    v_old := lib.idem_begin(p_who, 'card.unlock', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_card := lib.card_take(v_member);
    update member_card
       set status = 'active', locked_by = null, fail_count = 0
     where card_no = v_card.card_no
       and status = 'locked';
    return lib.card_done(p_who, 'card.unlock', p_idem, v_member, found);
end $$;

-- card.replace   A card with another number; the old one and its codes are dead at once.
--   who    member
--   raises ZC002 in no club; ZC024 10 cards in 30 days; ZC035 restricted
--   emits  card.changed on me:<id>
create function api.card_replace(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_card   member_card;
begin
    v_old := lib.idem_begin(p_who, 'card.replace', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_card := lib.card_take(v_member);
    if (select count(*) from member_card where member_id = v_member and issued_at > now() - interval '30 days') >= 10 then
        perform lib.refuse('ZC024', '{"max":10}');
    end if;
    update member_card set status = 'replaced', locked_by = null where card_no = v_card.card_no;
    delete from card_device where card_no = v_card.card_no;
    perform lib.card_issue(v_member);
    return lib.card_done(p_who, 'card.replace', p_idem, v_member, true);
end $$;

-- card.code   What a device needs to show the codes of the card.  A sign-in (p_family) that has not shown them before
--             needs a fresh proof; one without a family always does.  The answer is a secret: kept and logged nowhere.
--   who    member
--   raises ZC000 signed out meanwhile; ZC002 in no club; ZC015 the first time here; ZC032 locked; ZC035 restricted
--   emits  card.changed on me:<id>, where a device is new
create function api.card_code(p_who text, p_family bigint, p_proven boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_card   member_card := lib.card_take(v_member);
    v_new    boolean := not exists (select from card_device where card_no = v_card.card_no and family_id = p_family);
    v_at     timestamptz := clock_timestamp();
begin
    if v_card.status = 'locked' then
        perform lib.refuse('ZC032');
    end if;
    if v_new and not p_proven then
        perform lib.refuse('ZC015');
    end if;
    v_new := v_new and p_family <> 0;
    if v_new then
        perform from token_family where family_id = p_family and revoked_at is null for key share;
        if not found then
            perform lib.refuse('ZC000');
        end if;
        insert into card_device (card_no, family_id) values (v_card.card_no, p_family);
        delete from card_device         -- 20 at most: the oldest prove themselves again
         where card_no = v_card.card_no
           and family_id in (select family_id from card_device where card_no = v_card.card_no
                              order by at desc, family_id desc offset 20);
    end if;
    return lib.done(
        jsonb_build_object('card', v_card.card_no, 'algorithm', 'SHA1', 'digits', 8, 'period_s', 30,
                           'secret', encode(lib.card_secret(v_card.card_no), 'hex'),
                           'server_time', lib.iso(v_at)),
        case when v_new then lib.emit_all(array[lib.card_changed(v_member)]) end);
end $$;
