-- admin.sql -- accounts of staff and keys of services.
--
-- An admin changes accounts all of whose clubs, before and after, are among the admin's own.  Nobody changes their own
-- account.  Whatever gives something to an account that has, or gets, the role admin or privacy takes four eyes:
-- roles, clubs, a password, being active again.  Taking away takes none.

-- What a change of an account gives to somebody who can decide over others: then it takes four eyes.
create function lib.staff_gains(p_old staff, p_new staff, p_old_clubs bigint[], p_new_clubs bigint[], p_password boolean)
returns boolean language sql immutable as $$
    select (p_new).active
       and (p_new).roles && '{admin,privacy}'
       and (p_password
            or not (p_old).active
            or not (p_new).roles <@ (p_old).roles
            or not p_new_clubs <@ p_old_clubs)
$$;

-- Every sign-in of an account ends.
create function lib.families_revoke(p_kind char, p_id bigint) returns void language plpgsql volatile as $$
begin
    perform from token_family
      where principal_kind = p_kind and principal_id = p_id and revoked_at is null
      order by family_id
        for update;
    update token_family
       set revoked_at = now()
     where principal_kind = p_kind
       and principal_id = p_id
       and revoked_at is null;
end $$;

-- admin.staff_set   Makes or changes an account of the staff.  p_phc: hash of a first password, which the hub made.
--   who    admin
--   raises ZC001 one's own account, or a club of others; ZC002 no such account; ZC004 the login is taken; ZC016 four
--          eyes; ZC602 what is missing
--   emits  approval.needed on staff:<club>, sys.changed
create function api.admin_staff_set(p_who text, p_idem text, p_hash bytea, p_staff bigint, p_login text, p_roles jsonb,
    p_clubs jsonb, p_active boolean, p_locale text, p_phc text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer    lib.answer;
    v_admin     bigint;
    v_old       staff;
    v_new       staff;
    v_old_clubs bigint[] := '{}';
    v_clubs     bigint[];
    v_events    lib.event_row[] := '{}';
    v_out       boolean;
begin
    v_answer := lib.idem_begin(p_who, 'admin.staff_set', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_admin := lib.require_staff(p_who, '{admin}');
    if p_staff = v_admin then
        perform lib.refuse('ZC001');
    end if;
    if p_staff is not null then
        select * into v_old from staff where staff_id = p_staff for no key update;
        v_old_clubs := lib.staff_clubs(p_staff);
        if v_old.staff_id is null or not v_old_clubs <@ lib.staff_clubs(v_admin) then
            perform lib.refuse('ZC002');
        end if;
    end if;
    v_new := lib.staff_asked(v_old, p_login, p_roles, p_active, p_locale);
    v_clubs := case when p_clubs is null then v_old_clubs
                    else array(select distinct c::bigint from jsonb_array_elements_text(p_clubs) c order by 1) end;
    if not v_clubs <@ lib.staff_clubs(v_admin) then
        perform lib.refuse('ZC001');
    end if;
    if lib.staff_gains(v_old, v_new, v_old_clubs, v_clubs, p_phc is not null) then
        v_answer := lib.approval_check(p_who, 'admin.staff_set', p_idem, p_hash, jsonb_build_object(
            'staff', p_staff::text, 'roles', to_jsonb(v_new.roles), 'clubs', lib.ids(v_clubs), 'active', v_new.active,
            'new_password', p_phc is not null),
            case when v_clubs = '{}' then lib.staff_clubs(v_admin) else v_clubs end);
        if v_answer.reply is not null then
            return v_answer;
        end if;
    end if;

    v_new.staff_id := coalesce(p_staff, lib.new_id());
    perform lib.staff_store(v_new, v_clubs, p_phc);
    v_out := coalesce(v_old.active, false) and (not v_new.active or p_phc is not null);
    if v_out then
        perform lib.families_revoke('s', v_new.staff_id);
    end if;
    if v_old.staff_id is not null
       and (v_out or v_old.roles <> v_new.roles or v_old_clubs <> v_clubs or v_old.active <> v_new.active) then
        v_events := array[lib.sys(
            p_rights => 's:' || v_new.staff_id,
            p_revoke => case when v_out then jsonb_build_object('who', 's:' || v_new.staff_id) end)];
    end if;
    perform lib.audit(p_who, 'admin.staff_set', null, jsonb_build_object(
        'staff', v_new.staff_id::text, 'roles', to_jsonb(v_new.roles), 'clubs', lib.ids(v_clubs),
        'active', v_new.active, 'new_password', p_phc is not null));
    return lib.idem_end(p_who, 'admin.staff_set', p_idem, lib.done(jsonb_build_object(
        'staff', v_new.staff_id::text, 'login', v_new.login, 'roles', to_jsonb(v_new.roles),
        'clubs', lib.ids(v_clubs), 'active', v_new.active, 'locale', v_new.locale), lib.emit_all(v_events)));
end $$;

-- The account as asked for: what was left out stays.  One with power over others must exist before it gets that, so
-- that who decides sees whom it is about, and keeps its login.
create function lib.staff_asked(p_old staff, p_login text, p_roles jsonb, p_active boolean, p_locale text)
returns staff language plpgsql stable as $$
declare
    v_new staff := p_old;
begin
    if p_old.staff_id is null then
        if p_login is null or p_roles is null then
            perform lib.invalid(case when p_login is null then 'login' else 'roles' end, 'is missing');
        end if;
        v_new.active := true;
        v_new.locale := 'en';
    end if;
    if p_roles is not null then
        v_new.roles := array(select distinct r from jsonb_array_elements_text(p_roles) r order by 1);
    end if;
    v_new.login := coalesce(lib.email_normal(p_login), v_new.login);
    v_new.active := coalesce(p_active, v_new.active);
    v_new.locale := coalesce(p_locale, v_new.locale);
    if v_new.login is distinct from p_old.login and v_new.login !~ '^[^@[:space:]]+@[^@[:space:]]+$' then
        perform lib.invalid('login', 'must be an e-mail address');
    end if;
    if v_new.roles && '{admin,privacy}' and p_old.staff_id is null then
        perform lib.invalid('roles', 'admin and privacy are given to an account that exists');
    end if;
    if v_new.roles && '{admin,privacy}' and v_new.login <> p_old.login then
        perform lib.invalid('login', 'stays while the account has the role admin or privacy');
    end if;
    return v_new;
end $$;

create function lib.staff_store(p_new staff, p_clubs bigint[], p_phc text) returns void
language plpgsql volatile as $$
begin
    insert into staff (staff_id, login, roles, locale, active)
    values (p_new.staff_id, p_new.login, p_new.roles, p_new.locale, p_new.active)
    on conflict (staff_id) do update
       set login = excluded.login, roles = excluded.roles, locale = excluded.locale, active = excluded.active;
    delete from staff_club where staff_id = p_new.staff_id and club_id <> all (p_clubs);
    insert into staff_club (staff_id, club_id)
    select p_new.staff_id, c from unnest(p_clubs) c
    on conflict do nothing;
    if p_phc is not null then
        insert into credential (principal_kind, principal_id, password_phc) values ('s', p_new.staff_id, p_phc)
        on conflict (principal_kind, principal_id) do update
           set password_phc = excluded.password_phc, changed_at = now();
    end if;
exception
    when unique_violation then
        raise exception using errcode = 'ZC004', message = 'the login is taken';
end $$;

-- admin.key_rotate   Keys of a service: replace (a new one, all others void), add (a new one beside them) or prune (all
--                    but the newest void).  The new key is in the first answer only: nothing keeps it.
--   who    admin
--   raises ZC002 nothing to prune; ZC024 too many keys; ZC602 scopes of a new service
--   emits  sys.changed
create function api.admin_key_rotate(p_who text, p_idem text, p_hash bytea, p_service text, p_mode text, p_scopes jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer  lib.answer;
    v_keep    bytea;
    v_scopes  text[];
    v_key     text;
    v_live    int;
    v_revoked int;
begin
    v_answer := lib.idem_begin(p_who, 'admin.key_rotate', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    perform lib.require_staff(p_who, '{admin}');
    if p_service !~ '^[a-z][a-z0-9_-]{0,39}$' then
        perform lib.invalid('service', 'must have 1 to 40 of a-z 0-9 _ -, a letter first');
    end if;
    perform from api_key where service = p_service and revoked_at is null order by key_hash for update;
    select count(*) into v_live from api_key where service = p_service and revoked_at is null;
    select key_hash, scopes into v_keep, v_scopes
      from api_key
     where service = p_service
     order by revoked_at is not null, created_at desc, key_hash
     limit 1;
    if p_mode = 'prune' and v_live = 0 then
        perform lib.refuse('ZC002');
    end if;
    if p_mode = 'add' and v_live >= 5 then
        perform lib.refuse('ZC024', '{"max":5}');
    end if;
    if p_mode <> 'prune' then
        if p_scopes is not null then
            v_scopes := array(select distinct w from jsonb_array_elements_text(p_scopes) w order by 1);
        end if;
        if v_scopes is null then
            perform lib.invalid('scopes', 'is missing');
        end if;
        v_key := translate(encode(club.gen_random_bytes(32), 'base64'), '+/=', '-_');
        v_keep := sha256(convert_to(v_key, 'UTF8'));
        insert into api_key (key_hash, service, scopes, created_by) values (v_keep, p_service, v_scopes, p_who);
        v_live := v_live + 1;
    end if;
    v_revoked := 0;
    if p_mode <> 'add' then
        update api_key
           set revoked_at = now()
         where service = p_service
           and revoked_at is null
           and key_hash <> v_keep;
        get diagnostics v_revoked = row_count;
    end if;
    perform lib.audit(p_who, 'admin.key_rotate', null, jsonb_build_object(
        'service', p_service, 'mode', p_mode, 'scopes', to_jsonb(v_scopes), 'revoked', v_revoked));
    v_answer := lib.idem_end(p_who, 'admin.key_rotate', p_idem, lib.done(
        jsonb_build_object('service', p_service, 'scopes', to_jsonb(v_scopes), 'live', v_live - v_revoked,
                           'revoked', v_revoked),
        case when v_revoked > 0 then lib.emit_all(array[
            lib.sys(p_revoke => jsonb_build_object('who', 'v:' || p_service))]) end));
    if v_key is not null then
        v_answer.reply := v_answer.reply || jsonb_build_object('key', v_key); -- after idem_end: it is not stored
    end if;
    return v_answer;
end $$;
