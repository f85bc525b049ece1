-- pref.sql -- how a member wants to be told: channels per topic, language, zone, quiet hours.  Not consent.

-- Does the member get service messages of this topic on this channel?
create function lib.pref_on(p_member bigint, p_topic text, p_channel smallint) returns boolean
language plpgsql stable as $$
begin
    return coalesce(
        (select enabled from channel_pref where member_id = p_member and topic = p_topic and channel_id = p_channel),
        (select p_channel = any (defaults) from pref_topic where topic = p_topic));
end $$;

-- What pref.get answers and pref.changed carries.
create function lib.pref_view(p_member bigint) returns lib.shown language sql stable as $$
    select row(jsonb_build_object(
                   'locale', m.locale, 'tz', m.tz, 'quiet_from', to_char(m.quiet_from, 'HH24:MI'),
                   'quiet_to', to_char(m.quiet_to, 'HH24:MI'),
                   'topics', (select jsonb_agg(jsonb_build_object(
                                         'topic', t.topic, 'essential', t.essential,
                                         'channels', (select jsonb_agg(jsonb_build_object(
                                                                 'channel', h.code,
                                                                 'enabled', lib.pref_on(p_member, t.topic, h.channel_id))
                                                                 order by h.channel_id)
                                                        from channel h
                                                       where h.channel_id = any (t.channels)))
                                         order by t.ord)
                                from pref_topic t)),
               true, false, array[p_member])::lib.shown
      from member m
     where m.member_id = p_member
$$;

-- Is this a zone the database knows by name?
create function lib.is_zone(p_tz text) returns boolean language plpgsql stable as $$
begin
    if p_tz !~ '^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]+){1,2})$' then
        return false;
    end if;
    perform now() at time zone p_tz;
    return true;
exception when invalid_parameter_value then
    return false;
end $$;

-- Keeps one channel beside inapp for each essential topic of a member with a verified address: e-mail, or push where
-- there is a device.
create function lib.pref_check(p_member bigint) returns void language plpgsql stable as $$
declare
    v_topic text;
begin
    if not exists (select from member where member_id = p_member and email_verified_at is not null) then
        return;
    end if;
    select t.topic into v_topic
      from pref_topic t
     where t.essential
       and not lib.pref_on(p_member, t.topic, 3::smallint)
       and not (lib.pref_on(p_member, t.topic, 2::smallint)
                and exists (select from device where member_id = p_member and push_enc is not null))
     order by t.ord
     limit 1;
    if found then
        perform lib.refuse('ZC024', jsonb_build_object('topic', v_topic));
    end if;
end $$;

-- pref.get   How the caller wants to be told.
--   who    member
--   raises –
--   emits  –
create function api.pref_get(p_who text) returns lib.answer
language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    return lib.done((lib.pref_view(lib.require_member(p_who, true))).view);
end $$;

-- pref.set   Changes channels per topic, language, zone, quiet hours; what is left out stays.
--   who    member
--   raises ZC024 the last channel of an essential topic, or inapp; ZC602 tz, quiet_from, quiet_to, topics
--   emits  pref.changed on me:<id>
create function api.pref_set(p_who text, p_idem text, p_hash bytea, p_locale text, p_tz text, p_quiet_from text,
                             p_quiet_to text, p_topics jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_member  bigint;
    v_item    jsonb;
    v_no      int;
    v_channel smallint;
begin
    v_old := lib.idem_begin(p_who, 'pref.set', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    if p_tz is not null and not lib.is_zone(p_tz) then
        perform lib.invalid('tz', 'is no time zone');
    end if;
    if p_quiet_from !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' then
        perform lib.invalid('quiet_from', 'is no time of day');
    end if;
    if p_quiet_to !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' then
        perform lib.invalid('quiet_to', 'is no time of day');
    end if;
    update member
       set locale     = coalesce(p_locale, locale),
           tz         = coalesce(p_tz, tz),
           quiet_from = coalesce(p_quiet_from::time, quiet_from),
           quiet_to   = coalesce(p_quiet_to::time, quiet_to)
     where member_id = v_member;
    for v_item, v_no in select e, o - 1 from jsonb_array_elements(p_topics) with ordinality as x (e, o) loop
        select channel_id into v_channel from channel where code = v_item ->> 'channel';
        if not exists (select from pref_topic where topic = v_item ->> 'topic') then
            perform lib.invalid('topics[' || v_no || '].topic', 'is no topic');
        elsif v_channel = 1 then
            if not (v_item ->> 'enabled')::boolean then
                perform lib.refuse('ZC024', jsonb_build_object('topic', v_item ->> 'topic'));
            end if;
            continue;
        elsif not exists (select from pref_topic where topic = v_item ->> 'topic' and v_channel = any (channels)) then
            perform lib.invalid('topics[' || v_no || '].channel', 'does not fit the topic');
        end if;
        insert into channel_pref (member_id, topic, channel_id, enabled)
        values (v_member, v_item ->> 'topic', v_channel, (v_item ->> 'enabled')::boolean)
            on conflict (member_id, topic, channel_id) do update set enabled = excluded.enabled;
    end loop;
    perform lib.pref_check(v_member);
    return lib.idem_end(p_who, 'pref.set', p_idem, lib.done(
        (lib.pref_view(v_member)).view,
        lib.emit_all(array[lib.event('me:' || v_member, 'pref.changed', 'svc.account', '{}', p_key => 'pref')])));
end $$;
