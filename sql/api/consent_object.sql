-- consent_object.sql -- objecting to what rests on a legitimate interest.
--
--      no row, allowed --object--> objected --unobject--> allowed
--
-- One objects per channel, on the channels of purpose.objection_channels.  Where inapp is among them one may object
-- to the whole by naming none; else (li.security) only in detail.

-- The channels of a legitimate interest that the caller means.
--   raises ZC034 no objection on this channel, or not to the whole {"purpose","channels"}; ZC602 purpose
create function lib.objection_channels(p_purpose text, p_channel text)
returns smallint[] language plpgsql stable as $$
declare
    v_allowed smallint[];
    v_channel smallint := (select channel_id from channel where code = p_channel);
begin
    select objection_channels into v_allowed from purpose where code = p_purpose and basis = 'li' and active;
    if not found then
        perform lib.invalid('purpose', 'is nothing one objects to');
    end if;
    if coalesce(v_channel, 1) <> all (v_allowed) then
        perform lib.refuse('ZC034', jsonb_build_object(
            'purpose', p_purpose,
            'channels', (select jsonb_agg(code order by channel_id) from channel where channel_id = any (v_allowed))));
    end if;
    return case when v_channel is null then v_allowed else array[v_channel] end;
end $$;

-- Records 'object' or 'unobject' for those of the channels whose state it changes.
create function lib.objection_set(p_member bigint, p_purpose text, p_channels smallint[], p_objects boolean,
                                  p_source lib.consent_source)
returns lib.answer language plpgsql volatile as $$
declare
    v_item    lib.consent_item;
    v_changed jsonb := '[]';
begin
    for v_item in
        select 0, p.purpose_id, p.code, 0, c.channel, null, null
          from purpose p
         cross join unnest(p_channels) as c (channel)
          left join consent_state s on s.member_id = p_member
                                   and s.purpose_id = p.purpose_id
                                   and s.scope_id = 0
                                   and s.channel_id = c.channel
         where p.code = p_purpose
           and (coalesce(s.state, 'allowed') = 'objected') <> p_objects
         order by c.channel
    loop
        perform lib.consent_set(p_member, v_item, case when p_objects then 'object' else 'unobject' end,
                                case when p_objects then 'objected' else 'allowed' end, p_source);
        if p_objects then
            perform lib.send_suppress(p_member, v_item.purpose, 0, v_item.channel);
        end if;
        v_changed := v_changed || lib.consent_triple(v_item);
    end loop;
    return lib.consent_changed(p_member, v_changed);
end $$;

-- consent.object   Objects to a legitimate interest; no channel means the whole of it.
--   who    member
--   raises ZC034 no objection on this channel, or not to the whole {"purpose","channels"}; ZC602 purpose
--   emits  consent.changed on me:<member>; sys
create function api.consent_object(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_purpose text,
                                   p_channel text, p_method text, p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'consent.object', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    perform lib.consent_lock(v_member);
    return lib.idem_end(p_who, 'consent.object', p_idem, lib.objection_set(
        v_member, p_purpose, lib.objection_channels(p_purpose, p_channel), true,
        lib.consent_source(p_who, p_context, p_method, p_app)));
end $$;

-- consent.unobject   Takes an objection back; no channel means all of them.
--   who    member
--   raises ZC004 the epoch has moved on {"current"}; ZC024 too much evidence; ZC034 no objection on this channel, or
--          not to the whole; ZC035 restricted; ZC602 purpose
--   emits  consent.changed on me:<member>; sys
create function api.consent_unobject(p_who text, p_idem text, p_hash bytea, p_context jsonb, p_purpose text,
                                     p_channel text, p_base bigint, p_method text, p_app text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_epoch  bigint;
begin
    v_old := lib.idem_begin(p_who, 'consent.unobject', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select l.epoch into v_epoch from lib.consent_lock(v_member) l;
    if v_epoch <> p_base then
        perform lib.refuse('ZC004', jsonb_build_object('current', v_epoch));
    end if;
    perform lib.consent_pace(v_member);
    return lib.idem_end(p_who, 'consent.unobject', p_idem, lib.objection_set(
        v_member, p_purpose, lib.objection_channels(p_purpose, p_channel), false,
        lib.consent_source(p_who, p_context, p_method, p_app)));
end $$;

-- The legitimate interests as consent.catalog lists them: what they are, and where the member objects.
create function lib.interest_rows(p_member bigint, p_locale text)
returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'purpose', p.code, 'whole', 1 = any (p.objection_channels),
               'closed', coalesce(lib.is_closed(p.closed_while, m.under_consent_age, m.under_18), false),
               'locale', t.locale, 'title', t.title, 'body', t.body,
               'channels', (select jsonb_agg(jsonb_build_object('channel', h.code,
                                                                'state', coalesce(s.state, 'allowed'))
                                             order by h.channel_id)
                              from channel h
                              left join consent_state s on s.member_id = p_member
                                                       and s.purpose_id = p.purpose_id
                                                       and s.scope_id = 0
                                                       and s.channel_id = h.channel_id
                             where h.channel_id = any (p.objection_channels))) order by p.purpose_id), '[]')
      from purpose p
      left join member m on m.member_id = p_member
      left join lateral (
           select x.locale, x.title, x.body
             from consent_text x
            where x.purpose_id = p.purpose_id
              and x.ver = lib.consent_text_now(p.purpose_id)
            order by x.locale <> p_locale, x.locale <> 'en', x.locale
            limit 1) t on true
     where p.active
       and p.basis = 'li';
$$;
