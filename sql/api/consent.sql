-- consent.sql -- what a member allows: the catalogue of purposes, the answers, the evidence.
--
-- State machine of one triple (purpose, scope, channel); no row is unknown and means no:
--
--      unknown --shown--> requested --refuse--> refused
--      any but given --give--> given, or pending_confirm on a channel with double opt-in
--      pending_confirm --confirm (a code, within 7 days)--> given        --time--> refused (derived)
--      given, pending_confirm --withdraw--> withdrawn        given --refuse--> withdrawn
--      given --its age, a new material text--> expired, stale (derived; a job only marks them)
--
-- Saying yes needs an active member, the current text and the epoch that the screen showed.  Saying no needs nothing
-- of that and is open to everybody who is not erased.

-- The triple and the text that one item of a request is about; what stays null was not given.
create type lib.consent_item as (
    no int, purpose smallint, code text, scope bigint, channel smallint, text_ver int, locale text);

-- The text of a purpose that is in force now.
create function lib.consent_text_now(p_purpose smallint)
returns int language sql stable as $$
    select max(ver)
      from consent_text
     where purpose_id = p_purpose
       and valid_from <= now();
$$;

-- A scope from the wire: an id, or 0 for none.
create function lib.scope_of(p_text text, p_path text)
returns bigint language plpgsql stable as $$
begin
    if p_text !~ '^[0-9]{1,18}$' then
        perform lib.invalid(p_path, 'is no id');
    end if;
    return p_text::bigint;
end $$;

-- Resolves and checks the items of a request: purposes one can consent to, scopes that the member has, channels.
--   raises ZC002 a scope the member does not have; ZC602 an item that is no triple, or is there twice
create function lib.consent_items(p_member bigint, p_items jsonb)
returns setof lib.consent_item language plpgsql stable as $$
declare
    v_item    jsonb;
    v_no      int;
    v_purpose record;
    v_out     lib.consent_item;
    v_seen    jsonb := '{}';
begin
    for v_item, v_no in select e, o - 1 from jsonb_array_elements(p_items) with ordinality as x (e, o) loop
        select purpose_id, code, scope_kind, per_channel
          into v_purpose
          from purpose
         where code = v_item ->> 'purpose'
           and basis in ('consent', 'explicit_consent')
           and active;
        if not found then
            perform lib.invalid('items[' || v_no || '].purpose', 'is not a purpose one is asked for');
        end if;
        v_out.no := v_no;
        v_out.purpose := v_purpose.purpose_id;
        v_out.code := v_purpose.code;
        v_out.scope := coalesce(lib.scope_of(v_item ->> 'scope', 'items[' || v_no || '].scope'), 0);
        v_out.text_ver := (v_item ->> 'text_ver')::int;
        v_out.locale := v_item ->> 'locale';
        select channel_id into v_out.channel from channel where code = coalesce(v_item ->> 'channel', 'none');
        if (v_out.channel = 0) = v_purpose.per_channel then
            perform lib.invalid('items[' || v_no || '].channel', 'does not fit the purpose');
        end if;
        if (v_out.scope = 0) <> (v_purpose.scope_kind = 'none') then
            perform lib.invalid('items[' || v_no || '].scope', 'does not fit the purpose');
        end if;
        if v_purpose.scope_kind = 'club' and not lib.in_club(p_member, v_out.scope)
           or v_purpose.scope_kind = 'offer' and not lib.consent_offer(p_member, v_out.scope)
           or v_purpose.scope_kind = 'category' and not exists (
                  select
                    from product_category g
                   where g.category_id = v_out.scope
                     and g.active
                     and lib.in_club(p_member, g.club_id)) then
            perform lib.refuse('ZC002');
        end if;
        if v_seen ? concat_ws('/', v_out.code, v_out.scope, v_out.channel) then
            perform lib.invalid('items[' || v_no || ']', 'is there twice');
        end if;
        v_seen := v_seen || jsonb_build_object(concat_ws('/', v_out.code, v_out.scope, v_out.channel), true);
        return next v_out;
    end loop;
end $$;

-- Is this an offer the member has to do with: one the member sees, or has a seat under?
create function lib.consent_offer(p_member bigint, p_offer bigint)
returns boolean language plpgsql stable as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer;
    return found
       and (lib.offer_sees(v_offer, p_member)
            or exists (select
                         from reservation r
                         join reservation_party p on p.resv_id = r.resv_id
                        where r.offer_id = p_offer
                          and p.member_id = p_member)
            or exists (select from reservation where offer_id = p_offer and organiser = p_member));
end $$;

-- What a state is now: a new text and the time change it without anybody writing it down.
create function lib.consent_state_now(p_state text, p_text_ver int, p_min_ver int, p_expires timestamptz)
returns text language sql stable as $$
    select case when p_state = 'given' and p_text_ver < p_min_ver then 'stale'
                when p_state = 'given' and p_expires <= now() then 'expired'
                when p_state = 'pending_confirm' and p_expires <= now() then 'refused'
                else p_state end
$$;

-- May the member be asked on the app's own initiative, and why (not)?  Words that end in _ask mean yes.
--   p_state  as lib.consent_state_now tells it        p_since  since when it is refused
create function lib.consent_ask(p_state text, p_closed boolean, p_asked int, p_since timestamptz)
returns text language sql stable as $$
    select case when p_closed then 'closed'
                when p_state in ('objected', 'allowed') then 'interest'
                when p_state = 'pending_confirm' then 'waiting'
                when p_state in ('given', 'withdrawn') then p_state
                when p_asked >= 3 then 'asked_enough'
                when p_state = 'refused' and p_since > now() - interval '90 days' then 'refused'
                when p_state = 'refused' then 'refused_ask'
                when p_state = 'requested' then 'unanswered_ask'
                else p_state || '_ask' end
$$;

-- What has changed in the texts since version p_after, in words: one line per version.
create function lib.consent_change_note(p_purpose smallint, p_after int, p_locale text)
returns text language plpgsql stable as $$
begin
    return (
        select string_agg(n.change_note, E'\n' order by n.ver)
          from (select distinct on (t.ver) t.ver, t.change_note
                  from consent_text t
                 where t.purpose_id = p_purpose
                   and t.ver > p_after
                   and t.valid_from <= now()
                 order by t.ver, t.locale <> p_locale, t.locale <> 'en', t.locale) n);
end $$;

-- The present states of triples of a member, as consent.catalog lists them.  p_triples null: all of them.
create function lib.consent_rows(p_member bigint, p_triples jsonb, p_locale text default null)
returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'purpose', p.code, 'scope', s.scope_id::text, 'channel', h.code, 'state', d.state,
               'ask', d.ask like '%\_ask', 'why', replace(d.ask, '_ask', ''),
               'change_note', case when d.state = 'stale' then lib.consent_change_note(
                                  s.purpose_id, s.text_ver, coalesce(p_locale, m.locale)) end,
               'in_force', case p.basis when 'li' then s.state <> 'objected'
                                        else lib.consent_ok(s.member_id, s.purpose_id, s.scope_id, s.channel_id) end,
               'text_ver', s.text_ver, 'expires_at', lib.iso(s.expires_at), 'event', s.event_id::text)
               order by s.purpose_id, s.scope_id, s.channel_id), '[]')
      from consent_state s
      join member m on m.member_id = s.member_id
      join purpose p on p.purpose_id = s.purpose_id
      join channel h on h.channel_id = s.channel_id
      left join consent_min_ver v on v.purpose_id = s.purpose_id
     cross join lateral (
           select n.state, lib.consent_ask(n.state, lib.is_closed(p.closed_while, m.under_consent_age, m.under_18),
                                           s.asked, case s.state when 'pending_confirm' then s.expires_at
                                                                 else s.decided_at end) as ask
             from (select lib.consent_state_now(s.state, s.text_ver, v.min_ver, s.expires_at) as state) n) d
     where s.member_id = p_member
       and (p_triples is null
            or exists (select
                         from jsonb_array_elements(p_triples) t
                        where t ->> 'purpose' = p.code
                          and t ->> 'scope' = s.scope_id::text
                          and t ->> 'channel' = h.code));
$$;

-- What consent.changed carries.
create function lib.consent_rows_view(p_member bigint, p_triples jsonb)
returns lib.shown language sql stable as $$
    select row(jsonb_build_object('states', lib.consent_rows(p_member, p_triples)), true, false,
               array[p_member])::lib.shown;
$$;

-- Locks the member and returns the epoch and the facts that close purposes.
create function lib.consent_lock(p_member bigint, out epoch bigint, out under_consent_age boolean, out under_18 boolean)
language plpgsql volatile as $$
begin
    select m.consent_epoch, m.under_consent_age, m.under_18
      into epoch, under_consent_age, under_18
      from member m
     where m.member_id = p_member
       for no key update;
end $$;

-- Refuses a member who fills the evidence: 1,000 entries an hour.  Nobody is refused a no.
create function lib.consent_pace(p_member bigint)
returns void language plpgsql stable as $$
begin
    if (select count(*)
          from (select
                  from consent_event
                 where member_id = p_member
                   and at > now() - interval '1 hour'
                 order by seq desc
                 limit 1000) e) = 1000 then
        perform lib.refuse('ZC024', '{"max":1000}');
    end if;
end $$;

-- Is the text of this item the current one, in that language?  Else STALE.
create function lib.consent_text_check(p_item lib.consent_item)
returns void language plpgsql stable as $$
declare
    v_now int := lib.consent_text_now(p_item.purpose);
begin
    if v_now is null or p_item.text_ver is distinct from v_now
       or not exists (select
                        from consent_text
                       where purpose_id = p_item.purpose
                         and ver = v_now
                         and locale = p_item.locale) then
        perform lib.refuse('ZC033', jsonb_build_object('purpose', p_item.code, 'text_ver', v_now));
    end if;
end $$;

-- Where an answer came from: who says it, on which screen, with what.  context: session, truncated address and family
-- of the browser, as the hub knows them; app: as the client says.
create type lib.consent_source as (who text, method text, evidence jsonb);

create function lib.consent_source(p_who text, p_context jsonb, p_method text, p_app text)
returns lib.consent_source language sql immutable as $$
    select row(p_who, coalesce(p_method, 'api'),
               jsonb_strip_nulls(jsonb_build_object(
                   'app', p_app, 'session', p_context ->> 'session', 'address', p_context ->> 'address',
                   'agent', p_context ->> 'agent')))::lib.consent_source;
$$;

-- Records one answer: evidence, then the state it leads to.  Returns the piece of evidence.
create function lib.consent_set(p_member bigint, p_item lib.consent_item, p_action text, p_state text,
                                p_source lib.consent_source, p_expires timestamptz default null)
returns bigint language plpgsql volatile as $$
declare
    v_event bigint;
begin
    v_event := lib.consent_record(p_member, p_item.purpose, p_item.scope, p_item.channel, p_action, p_item.text_ver,
                                  p_item.locale, p_source.who, p_source.method, p_source.evidence);
    insert into consent_state as s (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id, expires_at,
                                    asked, decided_at)
    values (p_member, p_item.purpose, p_item.scope, p_item.channel, p_state, p_item.text_ver, v_event, p_expires,
            (p_action = 'refuse')::int, now())
        on conflict (member_id, purpose_id, scope_id, channel_id)
        do update set state = excluded.state, text_ver = excluded.text_ver, event_id = excluded.event_id,
                      expires_at = excluded.expires_at, decided_at = excluded.decided_at,
                      asked = case p_action
                                  when 'give' then 0
                                  -- a no to a question that nobody recorded as shown: it was asked all the same
                                  when 'refuse' then least(1000, s.asked + (
                                      coalesce(s.asked_at <= s.decided_at, s.asked_at is null))::int)
                                  else s.asked
                              end;
    return v_event;
end $$;

-- Ends a change: raises the epoch, tells the member's devices and the nodes.  p_triples: what changed.
create function lib.consent_changed(p_member bigint, p_triples jsonb)
returns lib.answer language plpgsql volatile as $$
declare
    v_epoch bigint;
begin
    if jsonb_array_length(p_triples) = 0 then
        select consent_epoch into v_epoch from member where member_id = p_member;
        return lib.done(jsonb_build_object('epoch', v_epoch, 'states', '[]'::jsonb));
    end if;
    update member
       set consent_epoch = consent_epoch + 1
     where member_id = p_member
    returning consent_epoch into v_epoch;
    return lib.done(jsonb_build_object('epoch', v_epoch, 'states', lib.consent_rows(p_member, p_triples)),
                    lib.emit_all(array[
                        lib.event('me:' || p_member, 'consent.changed', 'legal.privacy',
                                  jsonb_build_object('epoch', v_epoch, 'triples', p_triples),
                                  p_subjects => array[p_member]),
                        lib.sys(p_reload => array[p_member], p_shown => array[p_member])]));
end $$;

create function lib.consent_triple(p_item lib.consent_item)
returns jsonb language sql stable as $$
    select jsonb_build_object('purpose', (p_item).code, 'scope', (p_item).scope::text,
                              'channel', (select code from channel where channel_id = (p_item).channel));
$$;

-- consent.catalog   What one may be asked for, in words, and what the caller has answered.  Writes nothing.
--   who    guest, member
--   raises ZC002 no such club
--   emits  –
create function api.consent_catalog(p_who text, p_locale text, p_club bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_id     bigint := lib.member_of(p_who);
    v_member record;
    v_clubs  bigint[];
    v_locale text;
    v_reply  jsonb;
begin
    if v_id is not null then
        perform lib.require_member(p_who, true);
    end if;
    select locale, under_consent_age, under_18, consent_epoch into v_member from member where member_id = v_id;
    v_locale := coalesce(p_locale, v_member.locale, 'en');
    if p_club is not null then
        if not exists (select from club c where c.club_id = p_club and lib.club_is_listed(c))
           and not exists (select
                             from membership m
                             join club c on c.club_id = m.club_id and c.status <> 'closed'
                            where m.member_id = v_id
                              and m.club_id = p_club
                              and m.status in ('invited', 'applied', 'active', 'paused', 'lapsed')) then
            perform lib.refuse('ZC002');
        end if;
        v_clubs := array[p_club];
    else
        v_clubs := array(select club_id
                           from membership
                          where member_id = v_id
                            and status in ('active', 'paused', 'lapsed')
                          order by club_id);
    end if;

    select jsonb_build_object(
               'locale', v_locale, 'epoch', v_member.consent_epoch,
               'purposes', coalesce(jsonb_agg(jsonb_build_object(
                   'purpose', p.code, 'basis', p.basis, 'scope_kind', p.scope_kind,
                   'channels', (select jsonb_agg(h.code order by h.channel_id)
                                  from channel h
                                 where (h.channel_id > 0) = p.per_channel),
                   'double_opt_in', coalesce((select jsonb_agg(h.code order by h.channel_id)
                                                from channel h
                                               where h.channel_id = any (p.double_optin_channels)), '[]'),
                   'max_age_months', extract(year from p.max_age) * 12 + extract(month from p.max_age),
                   'closed', coalesce(lib.is_closed(p.closed_while, v_member.under_consent_age, v_member.under_18),
                                      false),
                   'text_ver', t.ver, 'min_ver', v.min_ver, 'locale', t.locale, 'title', t.title, 'body', t.body,
                   'change_note', t.change_note, 'sha256', encode(t.sha256, 'hex'), 'valid_from', lib.iso(t.valid_from))
                   order by p.purpose_id), '[]'))
      into v_reply
      from purpose p
      join consent_min_ver v on v.purpose_id = p.purpose_id
     cross join lateral (
           select x.ver, x.locale, x.title, x.body, x.change_note, x.sha256, x.valid_from
             from consent_text x
            where x.purpose_id = p.purpose_id
              and x.ver = lib.consent_text_now(p.purpose_id)
            order by x.locale <> v_locale, x.locale <> 'en', x.locale
            limit 1) t
     where p.active
       and p.basis in ('consent', 'explicit_consent');

    return lib.done(v_reply || jsonb_build_object(
        'clubs', (select coalesce(jsonb_agg(jsonb_build_object('club', c.club_id::text, 'name', c.name)
                                            order by c.club_id), '[]')
                    from club c
                   where c.club_id = any (v_clubs)),
        'categories', (select coalesce(jsonb_agg(jsonb_build_object(
                                  'category', g.category_id::text, 'club', g.club_id::text, 'code', g.code,
                                  'name', coalesce(x.name, g.code)) order by g.category_id), '[]')
                         from product_category g
                         left join lateral (
                              select name
                                from category_text
                               where category_id = g.category_id
                               order by locale <> v_locale, locale <> 'en', locale
                               limit 1) x on true
                        where g.club_id = any (v_clubs)
                          and g.active),
        'interests', lib.interest_rows(v_id, v_locale),
        'states', case when v_id is null then '[]'::jsonb else lib.consent_rows(v_id, null, v_locale) end));
end $$;

-- consent.shown   Records which texts a screen has shown: proof of what was asked.
--   who    member
--   raises ZC002 a scope one does not have; ZC024 too much evidence; ZC033 not the current text; ZC035 restricted;
--          ZC602 items
--   emits  –
create function api.consent_shown(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_items jsonb, p_method text,
                                  p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_source lib.consent_source := lib.consent_source(p_who, p_context, p_method, p_app);
    v_old    lib.answer;
    v_member bigint;
    v_item   lib.consent_item;
    v_event  bigint;
    v_count  int := 0;
    v_epoch  bigint;
begin
    v_old := lib.idem_begin(p_who, 'consent.shown', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select l.epoch into v_epoch from lib.consent_lock(v_member) l;
    perform lib.consent_pace(v_member);
    for v_item in select * from lib.consent_items(v_member, p_items) loop
        perform lib.consent_text_check(v_item);
        v_event := lib.consent_record(v_member, v_item.purpose, v_item.scope, v_item.channel, 'request',
                                      v_item.text_ver, v_item.locale, v_source.who, v_source.method,
                                      v_source.evidence);
        insert into consent_state as s (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id, asked,
                                        asked_at)
        values (v_member, v_item.purpose, v_item.scope, v_item.channel, 'requested', v_item.text_ver, v_event, 1, now())
            on conflict (member_id, purpose_id, scope_id, channel_id)
            do update set asked = least(1000, s.asked + 1), asked_at = now();
        v_count := v_count + 1;
    end loop;
    return lib.idem_end(p_who, 'consent.shown', p_idem, lib.done(
        jsonb_build_object('epoch', v_epoch, 'recorded', v_count)));
end $$;

-- Sends a code for the yeses on one channel that wait for it: seven days, ten messages an hour.
--   raises ZC024 too many messages
create function lib.consent_send_code(p_member bigint, p_channel smallint, p_events jsonb)
returns void language plpgsql volatile as $$
begin
    if (select count(*)
          from one_time_token
         where member_id = p_member
           and kind = 'consent_confirm'
           and created_at > now() - interval '1 hour') >= 10 then
        perform lib.refuse('ZC024', '{"max":10}');
    end if;
    perform lib.send_queue(p_member, p_channel, 'consent_confirm', 'legal.privacy', p_token => lib.token_new(
        'consent_confirm', p_member, jsonb_build_object('events', p_events), interval '7 days'));
end $$;

-- consent.give   Says yes to triples, to the texts that the screen showed.
--   who    member
--   raises ZC002 a scope one does not have; ZC004 the epoch has moved on {"current"}; ZC024 too much evidence or too
--          many codes; ZC033 not the current text; ZC034 closed at one's age; ZC035 restricted; ZC602 items
--   emits  consent.changed on me:<member>; sys
create function api.consent_give(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_items jsonb, p_base bigint,
                                 p_method text, p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_member  bigint;
    v_facts   record;
    v_item    lib.consent_item;
    v_purpose record;
    v_wait    boolean;
    v_event   bigint;
    v_code    record;
    v_waiting jsonb := '{}';    -- channel: the events that wait for its code
    v_changed jsonb := '[]';
begin
    v_old := lib.idem_begin(p_who, 'consent.give', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select l.epoch, l.under_consent_age, l.under_18 into v_facts from lib.consent_lock(v_member) l;
    if v_facts.epoch <> p_base then
        perform lib.refuse('ZC004', jsonb_build_object('current', v_facts.epoch));
    end if;
    perform lib.consent_pace(v_member);
    for v_item in select * from lib.consent_items(v_member, p_items) loop
        select closed_while, max_age, double_optin_channels
          into v_purpose
          from purpose
         where purpose_id = v_item.purpose;
        if lib.is_closed(v_purpose.closed_while, v_facts.under_consent_age, v_facts.under_18) then
            perform lib.refuse('ZC034', jsonb_build_object('purpose', v_item.code));
        end if;
        perform lib.consent_text_check(v_item);
        continue when lib.consent_ok(v_member, v_item.purpose, v_item.scope, v_item.channel)
                      and exists (select
                                    from consent_state
                                   where member_id = v_member
                                     and purpose_id = v_item.purpose
                                     and scope_id = v_item.scope
                                     and channel_id = v_item.channel
                                     and text_ver = v_item.text_ver);
        v_wait := v_item.channel = any (v_purpose.double_optin_channels);
        v_event := lib.consent_set(v_member, v_item, 'give', case when v_wait then 'pending_confirm' else 'given' end,
                                   lib.consent_source(p_who, p_context, p_method, p_app),
                                   now() + case when v_wait then interval '7 days' else v_purpose.max_age end);
        if v_wait then
            v_waiting := jsonb_set(v_waiting, array[v_item.channel::text],
                                   coalesce(v_waiting -> v_item.channel::text, '[]') || to_jsonb(v_event::text));
        end if;
        v_changed := v_changed || lib.consent_triple(v_item);
    end loop;
    for v_code in select w.key::smallint as channel, w.value as events from jsonb_each(v_waiting) w order by w.key loop
        perform lib.consent_send_code(v_member, v_code.channel, v_code.events);
    end loop;
    return lib.idem_end(p_who, 'consent.give', p_idem, lib.consent_changed(v_member, v_changed));
end $$;

-- The yeses that wait for this code and are not taken back meanwhile become given.
create function lib.consent_confirmed(p_member bigint, p_events jsonb, p_source lib.consent_source)
returns lib.answer language plpgsql volatile as $$
declare
    v_facts   record;
    v_row     record;
    v_item    lib.consent_item;
    v_changed jsonb := '[]';
begin
    select under_consent_age, under_18 into v_facts from member where member_id = p_member;
    for v_row in
        select s.purpose_id, p.code, s.scope_id, s.channel_id, s.text_ver, e.locale, p.max_age, p.closed_while
          from consent_state s
          join purpose p on p.purpose_id = s.purpose_id
          join consent_event e on e.event_id = s.event_id
         where s.member_id = p_member
           and s.event_id = any (array(select x::bigint from jsonb_array_elements_text(p_events) x))
           and s.state = 'pending_confirm'
           and s.expires_at > now()
         order by s.purpose_id, s.scope_id, s.channel_id
    loop
        if lib.is_closed(v_row.closed_while, v_facts.under_consent_age, v_facts.under_18) then
            perform lib.refuse('ZC034', jsonb_build_object('purpose', v_row.code));
        end if;
        v_item := row(0, v_row.purpose_id, v_row.code, v_row.scope_id, v_row.channel_id, v_row.text_ver, v_row.locale);
        perform lib.consent_set(p_member, v_item, 'confirm', 'given', p_source, now() + v_row.max_age);
        v_changed := v_changed || lib.consent_triple(v_item);
    end loop;
    return lib.consent_changed(p_member, v_changed);
end $$;

-- A code of this member that was used before: the same request again is answered again and changes nothing.
create function lib.consent_code_used(p_member bigint, p_code text)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from one_time_token
         where member_id = p_member
           and kind = 'consent_confirm'
           and used_at > now() - interval '7 days'
           and token_hash = lib.token_hash(kind, token_id, p_code));
end $$;

-- consent.confirm   The second yes of a double opt-in: the code that came on the channel.
--   who    member; guest with the member's e-mail address
--   raises ZC030 not the code, too late, or too often wrong; ZC034 closed at one's age; ZC035 restricted
--   emits  consent.changed on me:<member>; sys
create function api.consent_confirm(p_who text, p_context jsonb, p_code text, p_email text, p_method text, p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_member bigint;
    v_token  one_time_token;
begin
    if lib.member_of(p_who) is not null then
        v_member := lib.require_member(p_who);
    else
        select p.member_id
          into v_member
          from member_pii p
          join member m on m.member_id = p.member_id
         where p.email_hash = lib.email_hash(p_email)
           and m.status = 'active';
        if v_member is null then
            return lib.refused('CODE_INVALID');
        end if;
    end if;
    perform lib.consent_lock(v_member);
    if lib.consent_code_used(v_member, p_code) then
        return lib.consent_changed(v_member, '[]');
    end if;
    v_token := lib.token_code('consent_confirm', v_member, p_code);
    if v_token.token_id is null then
        return lib.refused('CODE_INVALID');
    end if;
    return lib.consent_confirmed(v_member, v_token.payload -> 'events',
                                 lib.consent_source('m:' || v_member, p_context, p_method, p_app));
end $$;

-- consent.refuse   Says no to triples; to one that was given it is a withdrawal.
--   who    member
--   raises ZC002 a scope one does not have; ZC602 items
--   emits  consent.changed on me:<member>; sys
create function api.consent_refuse(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_items jsonb, p_method text,
                                   p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_member  bigint;
    v_item    lib.consent_item;
    v_given   boolean;
    v_changed jsonb := '[]';
begin
    v_old := lib.idem_begin(p_who, 'consent.refuse', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    perform lib.consent_lock(v_member);
    perform lib.needs_withdrawn(v_member, i.scope)
       from lib.consent_items(v_member, p_items) i
      where i.code = 'special.access'
      order by i.scope;
    for v_item in select * from lib.consent_items(v_member, p_items) loop
        select state = 'given'
          into v_given
          from consent_state
         where member_id = v_member
           and purpose_id = v_item.purpose
           and scope_id = v_item.scope
           and channel_id = v_item.channel;
        perform lib.consent_set(v_member, v_item, case when v_given then 'withdraw' else 'refuse' end,
                                case when v_given then 'withdrawn' else 'refused' end,
                                lib.consent_source(p_who, p_context, p_method, p_app));
        perform lib.send_suppress(v_member, v_item.purpose, v_item.scope, v_item.channel);
        v_changed := v_changed || lib.consent_triple(v_item);
    end loop;
    return lib.idem_end(p_who, 'consent.refuse', p_idem, lib.consent_changed(v_member, v_changed));
end $$;

-- Withdraws every triple in force, or waiting for its confirmation, that matches; nulls match all.  Messages that are
-- queued for them go as well; what the mailer holds already, for a minute at most, cannot be called back.
create function lib.consent_withdraw(p_member bigint, p_purposes smallint[], p_scope bigint, p_channel smallint,
                                     p_source lib.consent_source)
returns lib.answer language plpgsql volatile as $$
declare
    v_item    lib.consent_item;
    v_changed jsonb := '[]';
begin
    perform lib.consent_lock(p_member);
    if lib.purpose_id('special.access') = any (p_purposes) then
        perform lib.needs_withdrawn(p_member, p_scope);
    end if;
    for v_item in
        select 0, s.purpose_id, p.code, s.scope_id, s.channel_id, s.text_ver, null
          from consent_state s
          join purpose p on p.purpose_id = s.purpose_id
         where s.member_id = p_member
           and s.purpose_id = any (p_purposes)
           and s.state in ('given', 'pending_confirm')
           and (p_scope is null or s.scope_id = p_scope)
           and (p_channel is null or s.channel_id = p_channel)
         order by s.purpose_id, s.scope_id, s.channel_id
    loop
        perform lib.consent_set(p_member, v_item, 'withdraw', 'withdrawn', p_source);
        perform lib.send_suppress(p_member, v_item.purpose, v_item.scope, v_item.channel);
        v_changed := v_changed || lib.consent_triple(v_item);
    end loop;
    return lib.consent_changed(p_member, v_changed);
end $$;

-- consent.withdraw   Takes a yes back; what is left out matches everything.
--   who    member
--   raises ZC602 purpose
--   emits  consent.changed on me:<member>; sys
create function api.consent_withdraw(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_purpose text,
                                     p_scope text, p_channel text, p_method text, p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_member  bigint;
    v_purpose smallint;
begin
    v_old := lib.idem_begin(p_who, 'consent.withdraw', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select purpose_id into v_purpose from purpose where code = p_purpose and basis in ('consent', 'explicit_consent');
    if not found then
        perform lib.invalid('purpose', 'is not a purpose one is asked for');
    end if;
    return lib.idem_end(p_who, 'consent.withdraw', p_idem, lib.consent_withdraw(
        v_member, array[v_purpose], lib.scope_of(p_scope, 'scope'),
        (select channel_id from channel where code = p_channel),
        lib.consent_source(p_who, p_context, p_method, p_app)));
end $$;

-- consent.withdraw_all   Takes every yes back; explicit consents for one trip and legitimate interests stay.
--   who    member
--   raises –
--   emits  consent.changed on me:<member>; sys
create function api.consent_withdraw_all(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_method text,
                                         p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'consent.withdraw_all', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    return lib.idem_end(p_who, 'consent.withdraw_all', p_idem, lib.consent_withdraw(
        v_member, array(select purpose_id from purpose where basis = 'consent'), null, null,
        lib.consent_source(p_who, p_context, p_method, p_app)));
end $$;

-- The token of a link that stops one kind of message without signing in; good for a year and as often as it is
-- followed.  For who writes the message: {unsubscribe}.
create function lib.unsubscribe_token(p_member bigint, p_purpose text, p_scope bigint, p_channel text)
returns bigint language sql volatile as $$
    select lib.token_new('unsubscribe', p_member, jsonb_build_object(
                             'purpose', p_purpose, 'scope', p_scope::text, 'channel', p_channel), interval '1 year');
$$;

-- consent.unsubscribe   Takes one kind of message back, from the link in a message.  Saying it twice is fine.
--   who    whoever has the link
--   raises ZC002 no such token
--   emits  consent.changed on me:<member>; sys
create function api.consent_unsubscribe(p_who text, p_context jsonb, p_token text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_token   one_time_token := lib.token_link('unsubscribe', p_token, false);
    v_code    text := v_token.payload ->> 'purpose';
    v_scope   bigint := (v_token.payload ->> 'scope')::bigint;
    v_source  lib.consent_source := lib.consent_source('m:' || v_token.member_id, p_context, 'unsubscribe', null);
    v_purpose purpose;
    v_channel smallint;
begin
    if v_token.token_id is null then
        perform lib.refuse('ZC002');
    end if;
    perform lib.consent_lock(v_token.member_id);
    if (select status from member where member_id = v_token.member_id) = 'erased' then
        perform lib.refuse('ZC002');    -- the link goes soon; no row is written of who is gone
    end if;
    select * into v_purpose from purpose where code = v_code;
    select channel_id into v_channel from channel where code = v_token.payload ->> 'channel';
    perform lib.send_suppress(v_token.member_id, v_purpose.purpose_id, v_scope, v_channel);
    if v_purpose.basis = 'li' then
        return lib.objection_set(v_token.member_id, v_code, array[v_channel], true, v_source);
    end if;
    return lib.consent_withdraw(v_token.member_id, array[v_purpose.purpose_id], v_scope, v_channel, v_source);
end $$;
