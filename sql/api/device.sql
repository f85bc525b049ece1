-- device.sql -- phones and browsers that take push messages.  Push tokens are sealed; they leave with send.take.

-- device.register   Adds a device, or gives one another push token.
--   who    member
--   raises ZC002 no such device; ZC024 20 devices; ZC035 restricted
--   emits  device.new on me:<id>
create function api.device_register(p_who text, p_idem text, p_hash bytea, p_platform text, p_push_token text,
                                    p_app_ver text, p_device bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_hash   bytea := lib.keyed_hash(p_push_token);
    v_device bigint;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'device.register', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    perform from member where member_id = v_member for no key update;
    delete from device      -- the phone has another owner now, or a token has moved
     where push_hash = v_hash
       and (member_id <> v_member or device_id <> p_device);
    delete from suppression where contact_hash = v_hash and channel_id = 2;

    update device
       set platform  = p_platform,
           push_enc  = lib.pii_seal(p_push_token),
           push_hash = v_hash,
           app_ver   = coalesce(p_app_ver, app_ver),
           last_seen = now()
     where member_id = v_member
       and (device_id = p_device or p_device is null and push_hash = v_hash)
    returning device_id into v_device;
    if v_device is null and p_device is not null then
        perform lib.refuse('ZC002');
    end if;
    if v_device is null then
        if (select count(*) from device where member_id = v_member) >= 20 then
            perform lib.refuse('ZC024', '{"max":20}');
        end if;
        v_device := lib.new_id();
        insert into device (device_id, member_id, platform, push_enc, push_hash, app_ver)
        values (v_device, v_member, p_platform, lib.pii_seal(p_push_token), v_hash, p_app_ver);
        v_events := array[lib.event('me:' || v_member, 'device.new', 'li.security', '{}')];
    end if;
    return lib.idem_end(p_who, 'device.register', p_idem, lib.done(
        jsonb_build_object('device', v_device::text, 'new', v_events is not null), lib.emit_all(v_events)));
end $$;

-- device.remove   Forgets a device and its push token.
--   who    member
--   raises ZC002 no such device
--   emits  –
create function api.device_remove(p_who text, p_idem text, p_hash bytea, p_device bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'device.remove', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    perform from member where member_id = v_member for no key update;
    delete from device where device_id = p_device and member_id = v_member;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return lib.idem_end(p_who, 'device.remove', p_idem, lib.done(jsonb_build_object('device', p_device::text)));
end $$;
