-- join.sql -- becoming a member (domain.md 6.2).
--
--      nobody --join.start--> pending --join.verify--> active, with a membership or an application
--                             pending --join.verify, under the age of digital consent--> pending, for a guardian
--                             pending --30 days--> deleted
--
-- What was filled in waits in the payload of the code that was mailed, and join.verify names that code's number: so
-- whoever typed another's address can never make that person confirm a stranger's form, password and all.  Names and
-- answers wait sealed.  The answers never say whether an address is known: its owner gets a mail that says so.

-- Counts a code that somebody wants mailed: 5 in 15 minutes for an e-mail, 20 from an address.
create function lib.code_rate(p_email text, p_address text) returns void language plpgsql volatile as $$
begin
    if p_address is not null then
        perform lib.try_count('m', lib.keyed_hash(p_address), 20);
    end if;
    perform lib.try_count('j', lib.email_hash(p_email), 5);
end $$;

-- The address as it is kept; refuses what is none.
create function lib.email_checked(p_email text) returns text language plpgsql immutable as $$
declare
    v_email text := lib.email_normal(p_email);
begin
    if v_email !~ '^[^[:space:]@<>"'',;:()\\]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$' then
        perform lib.invalid('email', 'is no e-mail address');
    end if;
    return v_email;
end $$;

-- Whose account is this?  Null: nobody's.
create function lib.principal_by_email(p_email text) returns text language plpgsql stable as $$
begin
    return coalesce(
        (select 'm:' || m.member_id
           from member_pii i
           join member m on m.member_id = i.member_id
          where i.email_hash = lib.email_hash(p_email)
            and m.status <> 'erased'),
        (select 's:' || staff_id from staff where login = lib.email_normal(p_email) and active));
end $$;

-- The club as somebody who is no member sees it; an invitation opens it.
create function lib.join_club(p_club bigint, p_invited boolean) returns club language plpgsql stable as $$
declare
    v_club club;
begin
    select * into v_club from club where club_id = p_club;
    if not found or v_club.status = 'closed' or not (lib.club_is_listed(v_club) or p_invited) then
        perform lib.refuse('ZC002');
    end if;
    if v_club.status = 'frozen' then
        perform lib.refuse('ZC017', '{"state":"frozen"}');
    end if;
    if v_club.join_policy = 'invitation' and not p_invited then
        perform lib.refuse('ZC001');
    end if;
    return v_club;
end $$;

-- Tells the owner of an address that there is an account; p_who is that account.
create function lib.join_exists_mail(p_who text, p_email text) returns void language plpgsql volatile as $$
begin
    perform lib.send_queue(lib.member_of(p_who), 3::smallint, 'account_exists', 'svc.account',
                           p_contact => lib.pii_seal(p_email));
end $$;

-- The pending member of an address, made if there is none.  The caller lets nobody else do so meanwhile.
create function lib.join_member(p_who text, p_email text, p_locale text) returns bigint language plpgsql volatile as $$
declare
    v_member bigint := lib.member_of(p_who);
begin
    if v_member is not null then
        update member set locale = coalesce(p_locale, locale) where member_id = v_member;
        return v_member;
    end if;
    v_member := lib.new_id();
    insert into member (member_id, status, locale) values (v_member, 'pending', coalesce(p_locale, 'en'));
    insert into member_pii (member_id, email_enc, email_hash)
    values (v_member, lib.pii_seal(p_email), lib.email_hash(p_email));
    return v_member;
end $$;

-- join.start   Takes the form of somebody who wants to join and mails a code.  p_phc: hash of the password, null where
--              an outside provider keeps it.
--   who    guest
--   raises ZC001 by invitation only; ZC002 no such club; ZC004 the handle is taken {"taken":"handle"}; ZC006 too many
--          codes; ZC017 club frozen; ZC030 no such invitation; ZC034 a track with a fee; ZC602 email, handle, name, tz,
--          country, track, answers
--   emits  –
create function api.join_start(p_club bigint, p_email text, p_handle text, p_name text, p_locale text, p_country text,
                               p_tz text, p_track bigint, p_answers jsonb, p_invite text, p_phc text, p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_email   text := lib.email_checked(p_email);
    v_handle  text := lower(p_handle);
    v_name    text := lib.plain_line('name', p_name);
    v_invite  one_time_token;
    v_club    club;
    v_answers jsonb;
    v_who     text;
    v_member  bigint;
    v_join    bigint;
begin
    if lib.handle_problem(v_handle) is not null then
        perform lib.invalid('handle', lib.handle_problem(v_handle));
    end if;
    if exists (select from member where handle = v_handle) then
        perform lib.refuse('ZC004', '{"taken":"handle"}');
    end if;
    if not lib.tz_is_known(p_tz) then
        perform lib.invalid('tz', 'is no time zone like Europe/Oslo');
    end if;
    if p_country !~ '^[A-Z]{2}$' then
        perform lib.invalid('country', 'must be two capital letters');
    end if;
    if p_invite is not null then
        v_invite := lib.token_link('invite', p_invite, false);
        if v_invite.token_id is null or v_invite.payload ->> 'club' is distinct from p_club::text then
            perform lib.refuse('ZC030');
        end if;
    end if;
    v_club := lib.join_club(p_club, v_invite.token_id is not null);
    perform lib.membership_track(p_club, p_track);
    if v_club.join_policy = 'application' and v_invite.token_id is null then
        v_answers := lib.membership_answers(lib.club_settings(v_club.form, v_club.settings) -> 'questions', p_answers);
    end if;

    perform lib.code_rate(v_email, p_address);
    perform pg_advisory_xact_lock(hashtextextended('clubhub join ' || encode(lib.email_hash(v_email), 'hex'), 0));
    v_who := lib.principal_by_email(v_email);
    select member_id into v_member from member where member_id = lib.member_of(v_who) for no key update;
    if v_who like 's:%'
       or exists (select from member
                   where member_id = v_member and (status <> 'pending' or email_verified_at is not null)) then
        perform lib.join_exists_mail(v_who, v_email);
        v_join := lib.new_id();
    else
        v_member := lib.join_member(v_who, v_email, p_locale);
        v_join := lib.token_new('verify', v_member, jsonb_strip_nulls(jsonb_build_object(
            'club', p_club::text, 'track', p_track::text, 'invite', v_invite.token_id::text, 'handle', v_handle,
            'name', encode(lib.pii_seal(v_name), 'hex'), 'answers', encode(lib.pii_seal(v_answers::text), 'hex'),
            'locale', p_locale, 'country', p_country, 'tz', p_tz, 'phc', p_phc)), interval '30 minutes');
        perform lib.send_queue(v_member, 3::smallint, 'verify_email', 'svc.account', p_token => v_join);
    end if;
    return lib.done(jsonb_build_object('join', v_join::text, 'expires_in_s', 1800));
end $$;

-- A birth date in digits; refuses what is none.
create function lib.birth_checked(p_birth text, p_today date) returns date language plpgsql immutable as $$
declare
    v_birth date;
begin
    if p_birth ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
        begin
            v_birth := make_date(left(p_birth, 4)::int, substr(p_birth, 6, 2)::int, right(p_birth, 2)::int);
        exception when datetime_field_overflow then
            v_birth := null;
        end;
    end if;
    if v_birth is null or v_birth > p_today or v_birth < p_today - interval '130 years' then
        perform lib.invalid('birth', 'is no date of birth like 1990-12-31');
    end if;
    return v_birth;
end $$;

-- Puts the form into force: who the member is, how old, and how they sign in.  False: a guardian has to agree first.
create function lib.join_settle(p_member bigint, p_form jsonb, p_birth date, p_terms_ver int) returns boolean
language plpgsql volatile as $$
declare
    v_today     date := (now() at time zone coalesce(p_form ->> 'tz', 'UTC'))::date;
    v_consent_on date := p_birth + coalesce((select consent_age from age_rule where country = p_form ->> 'country'), 16)
                                   * interval '1 year';
    v_adult_on  date := p_birth + interval '18 years';
begin
    update member
       set status = case when v_consent_on > v_today then 'pending' else 'active' end,
           locale = coalesce(p_form ->> 'locale', locale), tz = coalesce(p_form ->> 'tz', tz),
           country = p_form ->> 'country', under_consent_age = v_consent_on > v_today, under_18 = v_adult_on > v_today,
           consent_age_on = case when v_consent_on > v_today then v_consent_on end,
           adult_on = case when v_adult_on > v_today then v_adult_on end,
           email_verified_at = now(), terms_ver = p_terms_ver, terms_at = now(), last_activity_at = now()
     where member_id = p_member;
    begin
        update member set handle = p_form ->> 'handle' where member_id = p_member;
    exception when unique_violation then
        null;       -- somebody was faster; profile.set takes another
    end;
    update member_pii
       set name_enc = decode(p_form ->> 'name', 'hex'), birth_enc = lib.pii_seal(p_birth::text), updated_at = now()
     where member_id = p_member;
    if p_form ? 'phc' then
        insert into credential (principal_kind, principal_id, password_phc) values ('m', p_member, p_form ->> 'phc');
    end if;
    delete from suppression
     where contact_hash = (select email_hash from member_pii where member_id = p_member)
       and channel_id = 3
       and reason in ('bounced', 'erased');
    return v_consent_on <= v_today;
end $$;

-- Enters the club of the form, or applies to it, by its policy.
create function lib.join_enter(p_member bigint, p_form jsonb) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_club    bigint := p_form ->> 'club';
    v_invite  bigint := p_form ->> 'invite';
    v_at      lib.membership_at := lib.membership_lock(p_member, v_club);
    v_track   bigint;
begin
    perform lib.join_club(v_club, v_invite is not null);
    perform lib.membership_admit(v_at);
    v_track := lib.membership_track(v_club, (p_form ->> 'track')::bigint);
    if v_invite is not null then
        update one_time_token
           set used_at = now()
         where token_id = v_invite
           and used_at is null
           and expires_at > now();
        if not found then
            perform lib.refuse('ZC030');
        end if;
    elsif v_at.join_policy = 'application' then
        return lib.membership_ask(v_at, v_track, lib.pii_open(decode(p_form ->> 'answers', 'hex'))::jsonb);
    end if;
    return lib.membership_enter(p_member, v_club, v_track, 'm:' || p_member);
end $$;

-- join.verify   Proves the address with the code, takes the terms and the birth date, and signs in.  p_issuer and
--               p_subject: of an outside token that is to stand for the new member from now on.
--   who    guest
--   raises ZC001, ZC002, ZC017, ZC034 the club has changed since; ZC004 the outside subject stands for somebody
--          {"taken":"identity"}; ZC006 too many attempts; ZC013 too young for the club {"min_age"}; ZC030 the invitation
--          is spent; ZC033 other terms are in force {"terms_ver"}; ZC602 birth; replies {"refused":"CODE_INVALID"}, and
--          {"refused":"GUARDIAN_REQUIRED"} to who is under the age of digital consent: the address is proven then
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>; sys.changed
create function api.join_verify(p_join bigint, p_code text, p_terms_ver int, p_terms_now int, p_birth text,
                                p_issuer text, p_subject text, p_refresh_hash bytea, p_device text, p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_birth  date := lib.birth_checked(p_birth, (now() at time zone 'Pacific/Kiritimati')::date);
    v_token  one_time_token;
    v_member bigint;
    v_grown  boolean;
    v_events jsonb;
begin
    if p_terms_ver <> p_terms_now then
        perform lib.refuse('ZC033', jsonb_build_object('terms_ver', p_terms_now));
    end if;
    if p_address is not null then
        perform lib.try_count('k', lib.keyed_hash(p_address), 100);
    end if;
    select m.member_id
      into v_member
      from member m
     where m.member_id = (select t.member_id from one_time_token t where t.token_id = p_join and t.kind = 'verify')
       and m.status = 'pending'
       and m.email_verified_at is null
       for no key update;
    if exists (select from one_time_token where token_id = p_join and used_at is null and expires_at > now()) then
        v_token := lib.token_code('verify', v_member, p_code);
    end if;
    if v_token.token_id is null then
        return lib.refused('CODE_INVALID');
    end if;

    v_grown := lib.join_settle(v_member, v_token.payload, v_birth, p_terms_ver);
    update one_time_token
       set payload = case when v_grown then '{}' else v_token.payload - '{phc,handle,name,locale,country,tz}'::text[] end
     where member_id = v_member
       and kind = 'verify';
    if p_issuer is not null then
        insert into identity (issuer, subject, principal_kind, principal_id)
        values (p_issuer, p_subject, 'm', v_member)
            on conflict do nothing;
        if not found then
            perform lib.refuse('ZC004', '{"taken":"identity"}');
        end if;
    end if;
    if not v_grown then
        return lib.refused('GUARDIAN_REQUIRED');
    end if;
    v_events := lib.emit_all(lib.join_enter(v_member, v_token.payload)
                             || lib.sys(p_reload => array[v_member], p_shown => array[v_member]));
    return lib.done(
        (lib.principal_of('m:' || v_member)).reply
        || jsonb_build_object('who', 'm:' || v_member,
                              'family', lib.family_new('m:' || v_member, p_refresh_hash, p_device)), v_events);
end $$;

-- Those who never proved their address, 30 days on.
create function lib.pending_purge() returns bigint language plpgsql volatile as $$
declare
    v_member bigint;
    v_events lib.event_row[] := '{}';
begin
    for v_member in
        select member_id
          from member
         where status = 'pending'
           and created_at < now() - interval '30 days'
         order by member_id
         limit 200
           for update skip locked
    loop
        begin
            delete from send_job where member_id = v_member;
            delete from one_time_token where member_id = v_member;
            delete from member_pii where member_id = v_member;
            delete from token_family where principal_kind = 'm' and principal_id = v_member;
            delete from credential where principal_kind = 'm' and principal_id = v_member;
            delete from identity where principal_kind = 'm' and principal_id = v_member;
            delete from member where member_id = v_member;
        exception when foreign_key_violation then      -- it left traces that stay: nobody's from now on
            perform lib.erase_identity(v_member);
            update member
               set status = 'erased', erased_at = now(), handle = null, country = null, under_consent_age = false,
                   under_18 = false, consent_age_on = null, adult_on = null, email_verified_at = null
             where member_id = v_member;
        end;
        v_events := v_events || lib.sys(p_revoke => jsonb_build_object('who', 'm:' || v_member));
    end loop;
    perform lib.emit_all(v_events);
    return cardinality(v_events);
end $$;
