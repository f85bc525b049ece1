-- profile.sql -- what a member says of themselves (domain.md 6.9, 12.8), and what others of the club see of it.
--
-- Identifiers live sealed in member_pii; answers that are kept (idempotency) and events never hold them.  Interests are
-- told by the member, shown to the member and to staff of the club, and used for nothing without prof.personalise.

-- What profile.get answers and profile.changed carries: for the member alone.
create function lib.profile_view(p_member bigint)
returns lib.shown language plpgsql stable as $$
begin
    return (
        select row(jsonb_build_object(
                       'member', m.member_id::text, 'handle', m.handle, 'name', lib.pii_open(p.name_enc),
                       'town', lib.pii_open(p.town_enc), 'email', lib.pii_open(p.email_enc),
                       'email_verified', m.email_verified_at is not null, 'locale', m.locale, 'tz', m.tz,
                       'country', m.country, 'under_18', m.under_18, 'under_consent_age', m.under_consent_age,
                       'interests', lib.interests_of(m.member_id), 'version', m.version),
                   true, false, array[p_member])::lib.shown
          from member m
          left join member_pii p on p.member_id = m.member_id
         where m.member_id = p_member
           and m.status <> 'erased');
end $$;

create function lib.interests_of(p_member bigint)
returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(tag order by tag collate "C"), '[]') from member_interest where member_id = p_member);
end $$;

-- A line of text as it is kept: NFC, no line break, no blanks around it, nothing that turns the direction of what
-- follows.  Empty is null.
create function lib.plain_line(p_path text, p_text text)
returns text language plpgsql immutable as $$
begin
    if p_text ~ '[\n\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]' then
        perform lib.invalid(p_path, 'must be one line of plain text');
    end if;
    return nullif(normalize(btrim(p_text)), '');
end $$;

-- Tags as they are kept: lower case, NFC, one blank between words, each once.
create function lib.interest_tags(p_tags jsonb)
returns text[] language plpgsql immutable as $$
declare
    v_tags text[];
begin
    select coalesce(array_agg(distinct t.tag), '{}')
      into v_tags
      from (select normalize(lower(regexp_replace(btrim(lib.plain_line('interests', e.value)), '\s+', ' ', 'g')
                                   collate "und-x-icu")) as tag
              from jsonb_array_elements_text(p_tags) e) t;
    if exists (select from unnest(v_tags) t where coalesce(length(t), 0) not between 1 and 40) then
        perform lib.invalid('interests', 'must hold tags of 1 to 40 characters');
    end if;
    return v_tags;
end $$;

-- Why nobody may take this handle, or null: its form, or that it sounds like the house.
create function lib.handle_problem(p_handle text)
returns text language plpgsql stable as $$
declare
    v_bare text := translate(p_handle, '._', '');
begin
    if p_handle !~ '^[a-z0-9_.]{3,24}$' then
        return 'must be 3 to 24 of a-z, 0-9, _ and .';
    end if;
    if v_bare ~ '^[0-9]*$'
       or v_bare ~ '^(admin|administrator|agent|club|clubhub|deleted|editor|everyone|former|formermember|guest|help|hub|info|manager|me|member|moderator|noreply|null|official|ops|owner|privacy|root|security|service|staff|support|system|team|undefined)s?[0-9]*$'
       or exists (select from club where replace(slug, '-', '') = v_bare) then
        return 'is reserved';
    end if;
    return null;
end $$;

-- Is this a time zone by its place, like Europe/Oslo, or UTC?
create function lib.tz_is_known(p_tz text)
returns boolean language plpgsql stable as $$
begin
    if p_tz !~ '^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+){1,2})$' then
        return false;
    end if;
    perform now() at time zone p_tz;
    return true;
exception when invalid_parameter_value then
    return false;
end $$;

-- profile.get   What the hub knows the caller by.
--   who    member
--   raises ZC035 restricted
--   emits  –
create function api.profile_get(p_who text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
begin
    return lib.done((lib.profile_view(v_member)).view);
end $$;

-- Sets the handle; one that is another's is refused without a trace in the server's log.
create function lib.handle_take(p_member bigint, p_handle text)
returns void language plpgsql volatile as $$
begin
    update member set handle = p_handle, handle_at = now() where member_id = p_member;
exception when unique_violation then
    perform lib.refuse('ZC004', '{"taken":"handle"}');
end $$;

-- profile.set   Changes what is given and keeps the rest; an empty name, town or country takes it away.  The reply is
--               kept for a day and so tells the version only.
--   who    member
--   raises ZC004 base is not the current version {"current"}, or the handle is taken {"taken":"handle"}; ZC013 a minor
--          changes the country; ZC024 the handle was changed less than a day ago; ZC035 restricted; ZC602 handle, name,
--          town, tz, country, interests
--   emits  profile.changed on me:<member>; sys when others see the change
create function api.profile_set(p_who text, p_idem text, p_hash bytea, p_base bigint, p_handle text, p_name text,
                                p_town text, p_locale text, p_tz text, p_country text, p_interests jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old      lib.answer;
    v_me       member;
    v_handle   text := lower(p_handle);
    v_name     text := lib.plain_line('name', p_name);
    v_town     text := lib.plain_line('town', p_town);
    v_tags     text[] := lib.interest_tags(p_interests);
    v_problem  text := lib.handle_problem(v_handle);
    v_renamed  boolean;
begin
    v_old := lib.idem_begin(p_who, 'profile.set', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_member(p_who);
    select member_id, handle, handle_at, country, under_18, version
      into v_me.member_id, v_me.handle, v_me.handle_at, v_me.country, v_me.under_18, v_me.version
      from member
     where member_id = lib.member_of(p_who)
       for no key update;
    if v_me.version <> p_base then
        return lib.refused('CONFLICT', jsonb_build_object('current', (lib.profile_view(v_me.member_id)).view),
                           null, p_who, 'profile.set', p_idem, '{}'); -- not raised: the server's log would tell names
    end if;
    if p_tz is not null and not lib.tz_is_known(p_tz) then
        perform lib.invalid('tz', 'is no time zone');
    end if;
    if p_country !~ '^([A-Z]{2})?$' then
        perform lib.invalid('country', 'must be two letters of ISO 3166');
    end if;
    if v_me.under_18 and nullif(p_country, '') is distinct from v_me.country and p_country is not null then
        perform lib.refuse('ZC013', '{"min_age":18}'); -- the age of consent is that of the country
    end if;
    v_renamed := v_handle is distinct from v_me.handle and v_handle is not null;
    if v_renamed then
        if v_problem is not null then
            perform lib.invalid('handle', v_problem);
        end if;
        if v_me.handle_at > now() - interval '1 day' then
            perform lib.refuse('ZC024', '{"max":1}');
        end if;
        perform lib.handle_take(v_me.member_id, v_handle);
    end if;

    update member
       set locale = coalesce(p_locale, locale), tz = coalesce(p_tz, tz),
           country = case when p_country is null then country else nullif(p_country, '') end, version = version + 1
     where member_id = v_me.member_id;
    if p_name is not null or p_town is not null then
        insert into member_pii (member_id, name_enc, town_enc)
        values (v_me.member_id, lib.pii_seal(v_name), lib.pii_seal(v_town))
            on conflict (member_id)
            do update set name_enc = case when p_name is null then member_pii.name_enc else excluded.name_enc end,
                          town_enc = case when p_town is null then member_pii.town_enc else excluded.town_enc end,
                          updated_at = now();
    end if;
    if p_interests is not null then
        delete from member_interest where member_id = v_me.member_id and tag <> all (v_tags);
        insert into member_interest (member_id, tag)
        select v_me.member_id, t from unnest(v_tags) t
            on conflict do nothing;
    end if;
    return lib.idem_end(p_who, 'profile.set', p_idem, lib.done(
        jsonb_build_object('version', v_me.version + 1),
        lib.emit_all(
            array[lib.event('me:' || v_me.member_id, 'profile.changed', 'svc.account',
                            jsonb_build_object('version', v_me.version + 1), p_subjects => array[v_me.member_id])]
            || case when v_renamed or p_name is not null or p_town is not null
                    then array[lib.sys(p_shown => array[v_me.member_id])]
                    else '{}'::lib.event_row[] end)));
end $$;

-- Is there a block between two members, whoever made it?
create function lib.is_blocked(p_one bigint, p_other bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (select from block_rel where blocker = p_one and blocked = p_other)
        or exists (select from block_rel where blocker = p_other and blocked = p_one);
end $$;

-- profile.view   Another member of a club, as domain.md 12.8 lets the caller see them; an agent of the club sees more,
--                on the record.  Volatile for that reason.
--   who    member, agent
--   raises ZC001 another club's agent; ZC002 no member of that club, or not one to be seen: blocked either way, under
--          the age of consent; ZC035 restricted
--   emits  –
create function api.profile_view(p_who text, p_member bigint, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_viewer bigint := lib.member_of(p_who);
    v_card   lib.card;
    v_more   jsonb := '{}';
begin
    v_answer.sys_seq := lib.sys_head();
    if v_viewer is not null then
        perform lib.require_member(p_who);
        if not lib.in_club(v_viewer, p_club) or lib.is_blocked(v_viewer, p_member) then
            perform lib.refuse('ZC002');
        end if;
    else
        perform lib.require_staff(p_who, '{agent}', p_club);
    end if;
    if not lib.in_club(p_member, p_club)
       or exists (select from member where member_id = p_member and status = 'erased') then
        perform lib.refuse('ZC002');
    end if;
    v_card := lib.author_card(p_member, coalesce(v_viewer, p_member), p_club);
    if not v_card.shown then
        perform lib.refuse('ZC002');
    end if;
    if v_viewer is null then
        perform lib.audit(p_who, 'profile.view', p_member, jsonb_build_object('club', p_club::text));
        select jsonb_build_object('status', m.status, 'joined_at', lib.iso(s.joined_at))
          into v_more
          from member m
          join membership s on s.member_id = m.member_id and s.club_id = p_club
         where m.member_id = p_member;
    end if;
    if v_viewer is null or v_viewer = p_member then
        v_more := v_more || jsonb_build_object('interests', lib.interests_of(p_member));
    end if;
    v_answer.reply := v_card.card || v_more;
    v_answer.subjects := array_remove(v_card.subjects, v_viewer);
    return v_answer;
end $$;
