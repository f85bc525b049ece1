-- account.sql -- passwords and e-mail addresses: forgotten, changed, proven (protocol.md 2).
--
-- Nothing here says whether an address has an account: who may know gets a mail.  A new password ends sign-ins: all of
-- them after a reset, the other ones after a change.

-- A staff member's live code, checked as lib.token_code does for members; theirs are kept in the payload's `staff`.
create function lib.staff_code(p_staff bigint, p_code text) returns boolean language plpgsql volatile as $$
declare
    v_row one_time_token;
begin
    select * into v_row
      from one_time_token
     where member_id is null
       and kind = 'reset'
       and payload = jsonb_build_object('staff', p_staff::text)
       and used_at is null
       and expires_at > now()
       and tries < 5
     order by token_id desc
     limit 1
       for update;
    if not found then
        return false;
    end if;
    if v_row.token_hash = lib.token_hash('reset', v_row.token_id, p_code) then
        update one_time_token set used_at = now() where token_id = v_row.token_id;
        return true;
    end if;
    update one_time_token set tries = tries + 1 where token_id = v_row.token_id;
    return false;
end $$;

-- A mail about a principal's account, to its address or another one.  Staff are no members: theirs names the address.
create function lib.account_mail(p_who text, p_template text, p_gate text, p_token bigint default null,
                                 p_contact bytea default null)
returns void language plpgsql volatile as $$
begin
    perform lib.send_queue(
        lib.member_of(p_who), 3::smallint, p_template, case when p_who like 'm:%' then p_gate else 'svc.account' end,
        p_token => p_token,
        p_contact => coalesce(p_contact, (select lib.pii_seal(login) from staff where staff_id = lib.staff_of(p_who))));
end $$;

-- Sets a password and ends the principal's sign-ins, but for one: that of a family, or else of a token.  Answers the
-- sys event that closes their sessions.
create function lib.password_set(p_who text, p_phc text, p_family bigint default 0, p_token_id text default null)
returns lib.event_row language plpgsql volatile as $$
declare
    v_kind char   := left(p_who, 1);
    v_id   bigint := substr(p_who, 3);
begin
    perform from token_family
      where principal_kind = v_kind and principal_id = v_id and revoked_at is null
      order by family_id
        for update;
    update token_family
       set revoked_at = now()
     where principal_kind = v_kind
       and principal_id = v_id
       and revoked_at is null
       and family_id <> p_family;
    delete from login_try where kind = 's' and key = sha256(convert_to(p_who, 'UTF8'));
    insert into credential (principal_kind, principal_id, password_phc)
    values (v_kind, v_id, p_phc)
        on conflict (principal_kind, principal_id)
        do update set password_phc = excluded.password_phc, changed_at = now();
    delete from session_ticket where who = p_who and (family_id <> p_family or p_family = 0);
    perform lib.account_mail(p_who, 'password_changed', 'li.security');
    return lib.sys(p_revoke => jsonb_strip_nulls(jsonb_build_object(
        'who', p_who, 'keep_family', case when p_family <> 0 then p_family::text end,
        'keep_token', case when p_family = 0 then p_token_id end)));
end $$;

-- account.pace   Counts a password that a guest of this address wants hashed, before that costs time.
--   who    the hub
--   raises ZC006 100 in 15 minutes
--   emits  –
create function api.account_pace(p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    if p_address is not null then
        perform lib.try_count('a', lib.keyed_hash(p_address), 100);
    end if;
    return lib.done('{}');
end $$;

-- account.reset_start   Mails a code for a new password, if there is such an account.
--   who    guest
--   raises ZC006 too many codes; ZC602 email
--   emits  –
create function api.account_reset_start(p_email text, p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_email text := lib.email_checked(p_email);
    v_who   text;
begin
    perform lib.code_rate(v_email, p_address);
    v_who := lib.principal_by_email(v_email);
    if v_who like 'm:%' then
        perform from member where member_id = lib.member_of(v_who) for no key update;
        if exists (select from member where member_id = lib.member_of(v_who) and email_verified_at is not null) then
            perform lib.account_mail(v_who, 'reset_password', 'svc.account',
                lib.token_new('reset', lib.member_of(v_who), '{}', interval '15 minutes'));
        end if;
    elsif v_who like 's:%' then
        perform lib.account_mail(v_who, 'reset_password', 'svc.account', lib.token_new('reset', null,
            jsonb_build_object('staff', lib.staff_of(v_who)::text), interval '15 minutes'));
    end if;
    return lib.done('{"expires_in_s":900}');
end $$;

-- account.reset_confirm   A new password with the code; every sign-in of the account ends.
--   who    guest
--   raises ZC006 too many attempts; replies {"refused":"CODE_INVALID"}
--   emits  sys.changed
create function api.account_reset_confirm(p_email text, p_code text, p_phc text, p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_who text;
    v_ok  boolean := false;
begin
    if p_address is not null then
        perform lib.try_count('k', lib.keyed_hash(p_address), 100);
    end if;
    v_who := lib.principal_by_email(p_email);
    if v_who like 'm:%' then
        perform from member where member_id = lib.member_of(v_who) for no key update;
        v_ok := (lib.token_code('reset', lib.member_of(v_who), p_code)).token_id is not null;
    elsif v_who like 's:%' then
        v_ok := lib.staff_code(lib.staff_of(v_who), p_code);
    end if;
    if not v_ok then
        return lib.refused('CODE_INVALID');
    end if;
    delete from login_try where kind = 'e' and key = lib.email_hash(p_email);
    return lib.done('{}', lib.emit_all(array[lib.password_set(v_who, p_phc)]));
end $$;

-- account.words   What a password must not be: the principal's own names.
--   who    member, staff
--   raises ZC000 no such account
--   emits  –
create function api.account_words(p_who text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    if (lib.principal_of(p_who)).reply is null then
        perform lib.refuse('ZC000');
    end if;
    return lib.done(coalesce(
        (select jsonb_build_object('email', lib.pii_open(i.email_enc), 'handle', m.handle)
           from member m
           left join member_pii i on i.member_id = m.member_id
          where m.member_id = lib.member_of(p_who)),
        (select jsonb_build_object('email', login, 'handle', null) from staff where staff_id = lib.staff_of(p_who))));
end $$;

-- account.password   A new password; the other sign-ins end.
--   who    member, staff; with a fresh proof
--   raises ZC000 no such account
--   emits  sys.changed
create function api.account_password(p_who text, p_phc text, p_family bigint, p_token_id text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    if lib.member_of(p_who) is not null then
        perform from member where member_id = lib.member_of(p_who) for no key update;
    end if;
    if (lib.principal_of(p_who)).reply is null then
        perform lib.refuse('ZC000');
    end if;
    return lib.done('{}', lib.emit_all(array[lib.password_set(p_who, p_phc, p_family, p_token_id)]));
end $$;

-- account.email_change   Mails a code to a new address.  One that has an account gets a mail that says so, and no code.
--   who    member; with a fresh proof
--   raises ZC006 too many codes; ZC602 email; ZC035 restricted
--   emits  –
create function api.account_email_change(p_who text, p_email text, p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_email  text := lib.email_checked(p_email);
    v_other  text;
begin
    perform lib.code_rate(v_email, p_address);
    perform from member where member_id = v_member for no key update;
    v_other := lib.principal_by_email(v_email);
    if v_other = p_who then
        perform lib.invalid('email', 'is the address of the account already');
    end if;
    if v_other is not null then
        perform lib.join_exists_mail(v_other, v_email);
        update one_time_token
           set expires_at = now()
         where member_id = v_member
           and kind = 'email_change'
           and used_at is null
           and expires_at > now();
    else
        perform lib.account_mail(p_who, 'change_email', 'svc.account',
            lib.token_new('email_change', v_member,
                          jsonb_build_object('email', encode(lib.pii_seal(v_email), 'hex')), interval '30 minutes'),
            lib.pii_seal(v_email));
    end if;
    return lib.done('{"expires_in_s":1800}');
end $$;

-- account.email_confirm   The code that came to the new address: from now on it is the account's.  The old one is told.
--   who    member
--   raises ZC004 the address has got an account meanwhile {"taken":"email"}; ZC035 restricted; replies
--          {"refused":"CODE_INVALID"}
--   emits  profile.changed on me:<member>
create function api.account_email_confirm(p_who text, p_code text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_member  bigint := lib.require_member(p_who);
    v_token   one_time_token;
    v_email   text;
    v_old     bytea;
    v_version bigint;
begin
    perform from member where member_id = v_member for no key update;
    v_token := lib.token_code('email_change', v_member, p_code);
    if v_token.token_id is null then
        return lib.refused('CODE_INVALID');
    end if;
    v_email := lib.pii_open(decode(v_token.payload ->> 'email', 'hex'));
    perform pg_advisory_xact_lock(hashtextextended('clubhub join ' || encode(lib.email_hash(v_email), 'hex'), 0));
    if lib.principal_by_email(v_email) is not null then
        perform lib.refuse('ZC004', '{"taken":"email"}');
    end if;
    update one_time_token set payload = '{}' where member_id = v_member and kind = 'email_change';
    update one_time_token       -- codes that went to the old address
       set expires_at = now()
     where member_id = v_member
       and kind in ('reset', 'consent_confirm')
       and used_at is null
       and expires_at > now();
    select email_enc into v_old from member_pii where member_id = v_member;
    insert into member_pii (member_id, email_enc, email_hash)
    values (v_member, lib.pii_seal(v_email), lib.email_hash(v_email))
        on conflict (member_id)
        do update set email_enc = excluded.email_enc, email_hash = excluded.email_hash, updated_at = now();
    delete from suppression
     where contact_hash = lib.email_hash(v_email)
       and channel_id = 3
       and reason in ('bounced', 'erased');
    update member
       set email_verified_at = now(), version = version + 1
     where member_id = v_member
    returning version into v_version;
    if v_old is not null then
        perform lib.account_mail(p_who, 'email_changed', 'li.security', null, v_old);
    end if;
    return lib.done(jsonb_build_object('version', v_version), lib.emit_all(array[
        lib.event('me:' || v_member, 'profile.changed', 'svc.account', jsonb_build_object('version', v_version),
                  p_subjects => array[v_member])]));
end $$;
