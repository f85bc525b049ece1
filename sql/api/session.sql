-- session.sql -- signing in: who a token or a key stands for, passwords, refresh tokens, step-ups.

-- 10 attempts per e-mail and 100 per address in 15 minutes; 5 wrong step-ups.  A refresh token lives 30 days and
-- its predecessor 30 seconds longer than its use.

create type lib.principal as (roles text, locale text, reply jsonb);

-- What a principal is, as session.auth and account.login answer it; null when there is no such or it is closed.
create function lib.principal_of(p_who text) returns lib.principal language plpgsql stable as $$
declare
    v_out   lib.principal;
    v_clubs jsonb;
begin
    if p_who ~ '^m:[0-9]{1,18}$' then
        select coalesce(jsonb_agg(jsonb_build_object(
                   'club', c.club_id::text, 'slug', c.slug, 'name', c.name, 'status', ms.status,
                   'tier', jsonb_build_object('rank', t.rank, 'name', t.name)) order by c.club_id), '[]')
          into v_clubs
          from membership ms
          join club c on c.club_id = ms.club_id
          join tier t on t.tier_id = ms.tier_id
         where ms.member_id = lib.member_of(p_who)
           and ms.status in ('active', 'paused', 'lapsed');
        select 'member', m.locale, jsonb_build_object(
                   'principal', jsonb_build_object('kind', 'member', 'id', m.member_id::text, 'handle', m.handle,
                                                   'status', m.status),
                   'clubs', v_clubs,
                   'streams', '["me"]'::jsonb || (
                       select coalesce(jsonb_agg('club:' || (e ->> 'club')), '[]') from jsonb_array_elements(v_clubs) e)
                       || (select coalesce(jsonb_agg('family:' || f.family_id), '[]')
                             from family_member f
                            where f.member_id = m.member_id
                              and f.state = 'active')
                       || lib.plan_stream_names(m.member_id)
                       || lib.offer_stream_names(m.member_id),
                   'consent_epoch', m.consent_epoch)
          into v_out
          from member m
         where m.member_id = lib.member_of(p_who)
           and m.status <> 'erased';
    elsif p_who ~ '^s:[0-9]{1,18}$' then
        select coalesce(jsonb_agg(jsonb_build_object('club', c.club_id::text, 'slug', c.slug, 'name', c.name)
                                  order by c.club_id), '[]')
          into v_clubs
          from staff_club sc
          join club c using (club_id)
         where sc.staff_id = lib.staff_of(p_who);
        select array_to_string(s.roles, ' '), s.locale, jsonb_build_object(
                   'principal', jsonb_build_object(
                       'kind', 'staff', 'id', s.staff_id::text, 'login', s.login, 'roles', to_jsonb(s.roles),
                       'clubs', (select coalesce(jsonb_agg(e -> 'club'), '[]') from jsonb_array_elements(v_clubs) e)),
                   'clubs', v_clubs,
                   'streams', (select coalesce(jsonb_agg('staff:' || (e ->> 'club')), '[]')
                                 from jsonb_array_elements(v_clubs) e)
                              || (select coalesce(jsonb_agg('moderation:' || (e ->> 'club')), '[]')
                                    from jsonb_array_elements(v_clubs) e
                                   where 'moderator' = any (s.roles))
                              || case when 'admin' = any (s.roles) then '["ops"]'::jsonb else '[]' end,
                   'consent_epoch', 0)
          into v_out
          from staff s
         where s.staff_id = lib.staff_of(p_who)
           and s.active;
    end if;
    if v_out.reply is null then
        return null;
    end if;
    return v_out;
end $$;

-- session.open   Signs sessions in: by principal, token family and token, or by the hash of an API key.  With an issuer
--                p_who is the subject of an outside token, and table identity says whom it stands for.  sqlstate ZC000
--                where that is nobody, or the principal, its family, its token or its key is no longer good.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.session_open(p_who text[], p_family bigint[], p_key_hash text[], p_token_id text[],
                                 p_issuer text[])
returns table (idx int, sqlstate text, who text, roles text, locale text, reply jsonb, sys_seq bigint, subjects bigint[])
language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_principal lib.principal;
begin
    sys_seq := lib.sys_head();
    subjects := '{}';
    for i in 1 .. greatest(cardinality(p_who), cardinality(p_key_hash), 0) loop
        idx := i;
        who := p_who[i];
        if p_issuer[i] is not null then
            who := (select d.principal_kind || ':' || d.principal_id
                      from identity d
                     where d.issuer = p_issuer[i]
                       and d.subject = p_who[i]);
        end if;
        v_principal := null;
        if p_who[i] is null then
            if p_key_hash[i] ~ '^[0-9a-f]{64}$' then
                select 'v:' || k.service, array_to_string(k.scopes, ' '), 'en',
                       jsonb_build_object(
                           'principal', jsonb_build_object('kind', 'service', 'name', k.service,
                                                           'scopes', to_jsonb(k.scopes)),
                           'clubs', '[]'::jsonb, 'streams', '[]'::jsonb, 'consent_epoch', 0)
                  into who, v_principal.roles, v_principal.locale, v_principal.reply
                  from api_key k
                 where k.key_hash = decode(p_key_hash[i], 'hex')
                   and k.revoked_at is null;
            end if;
        elsif (coalesce(p_family[i], 0) = 0 or exists (
            select from token_family f
             where f.family_id = p_family[i]
               and f.principal_kind || ':' || f.principal_id = who
               and f.revoked_at is null))
          and not exists (select from revoked_token t where t.token_id = decode(p_token_id[i], 'hex'))
        then
            v_principal := lib.principal_of(who);
        end if;
        roles := v_principal.roles;
        locale := v_principal.locale;
        reply := v_principal.reply;
        sqlstate := case when reply is null then 'ZC000' end;
        return next;
    end loop;
end $$;

-- session.ticket   A ticket for the upgrade of a WebSocket: 30 s, good once, as good as the token it was made with.
--   who    member, staff
--   raises ZC006 20 tickets of the caller wait to be used
--   emits  nothing
create function api.session_ticket(p_who text, p_hash bytea, p_family bigint, p_token_id text, p_token_expires_s bigint,
                                   p_auth_time_s bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    delete from session_ticket where who = p_who and expires_at <= now();
    if (select count(*) from session_ticket where who = p_who) >= 20 then
        perform lib.refuse('ZC006', '{"retry_ms":30000}');
    end if;
    insert into session_ticket (ticket_hash, who, family_id, token_id, token_expires_s, auth_time_s, expires_at)
    values (p_hash, p_who, p_family, decode(p_token_id, 'hex'), p_token_expires_s, p_auth_time_s,
            now() + interval '30 seconds');
    return lib.done('{"expires_in_s":30}');
end $$;

-- session.ticket_take   Takes tickets (hex of their SHA-256): a row each, who is null where there is none.  The row
--                       is deleted, so that of all nodes one gets it.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.session_ticket_take(p_hash text[])
returns table (idx int, who text, family bigint, token_id text, expires_s bigint, auth_time_s bigint)
language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_due timestamptz;
begin
    perform from session_ticket t       -- two nodes may be shown the same ones
      where t.ticket_hash = any (array(select decode(h, 'hex') from unnest(p_hash) h))
      order by t.ticket_hash
        for update;
    for i in 1 .. coalesce(cardinality(p_hash), 0) loop
        idx := i;
        v_due := null;
        delete from session_ticket t
         where t.ticket_hash = decode(p_hash[i], 'hex')
        returning t.who, t.family_id, encode(t.token_id, 'hex'), t.token_expires_s, t.auth_time_s, t.expires_at
             into who, family, token_id, expires_s, auth_time_s, v_due;
        if v_due is null or v_due <= now() then
            who := null;
        end if;
        return next;
    end loop;
end $$;

-- Counts one attempt; refuses with RATE above p_max in 15 minutes.
create function lib.try_count(p_kind char, p_key bytea, p_max int) returns void language plpgsql volatile as $$
declare
    v_tries int;
    v_since timestamptz;
begin
    insert into login_try as t (kind, key, tries, since) values (p_kind, p_key, 1, now())
    on conflict (kind, key) do update
       set tries = case when t.since < now() - interval '15 minutes' then 1 else t.tries + 1 end,
           since = case when t.since < now() - interval '15 minutes' then now() else t.since end
    returning tries, since into v_tries, v_since;
    if v_tries > p_max then
        perform lib.refuse('ZC006', jsonb_build_object('retry_ms', greatest(1000,
            (extract(epoch from v_since + interval '15 minutes' - now()) * 1000)::bigint)));
    end if;
end $$;

-- account.look   Finds the account of an e-mail address (staff: the login) and its password hash; counts the attempt.
--   who    guest
--   raises ZC006 too many attempts
--   emits  nothing
create function api.account_look(p_email text, p_address text) returns lib.answer
language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_who text;
    v_phc text;
begin
    if p_address is not null then
        perform lib.try_count('a', lib.keyed_hash(p_address), 100);
    end if;
    perform lib.try_count('e', lib.email_hash(p_email), 10);
    select 'm:' || m.member_id into v_who
      from member_pii i
      join member m using (member_id)
     where i.email_hash = lib.email_hash(p_email)
       and m.status <> 'erased';
    if not found then
        select 's:' || s.staff_id into v_who from staff s where s.login = lib.email_normal(p_email) and s.active;
    end if;
    select password_phc into v_phc
      from credential
     where principal_kind || ':' || principal_id = v_who
       and principal_kind = left(v_who, 1)
       and principal_id = substr(v_who, 3)::bigint;
    if v_phc is null then
        return lib.done('{"who":null,"phc":null}');
    end if;
    return lib.done(jsonb_build_object('who', v_who, 'phc', v_phc));
end $$;

-- A new refresh token of a family.
create function lib.refresh_add(p_hash bytea, p_who text, p_family bigint) returns void
language plpgsql volatile as $$
begin
    insert into refresh_token (token_hash, principal_kind, principal_id, family_id, expires_at)
    values (p_hash, left(p_who, 1), substr(p_who, 3)::bigint, p_family, now() + interval '30 days');
end $$;

-- A new sign-in of a principal: a family with its first refresh token.  Null: none is wanted.
create function lib.family_new(p_who text, p_refresh_hash bytea, p_device text) returns text
language plpgsql volatile as $$
declare
    v_family bigint := lib.new_id();
begin
    if p_refresh_hash is null then
        return null;
    end if;
    insert into token_family (family_id, principal_kind, principal_id, device)
    values (v_family, left(p_who, 1), substr(p_who, 3)::bigint, left(p_device, 200));
    perform lib.refresh_add(p_refresh_hash, p_who, v_family);
    return v_family::text;
end $$;

-- account.login   The second half, after the password was compared: a new token family.
--   who    guest
--   raises nothing; replies {"refused":"UNAUTHENTICATED"} when the password was wrong
--   emits  device.new on me:<id>
create function api.account_sign_in(p_who text, p_ok boolean, p_refresh_hash bytea, p_device text, p_address text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_principal lib.principal;
    v_family    text;
    v_member    bigint := lib.member_of(p_who);
    v_key       bytea;
    v_events    jsonb;
begin
    v_principal := lib.principal_of(p_who);
    if p_ok is not true or v_principal.reply is null then
        return lib.done('{"refused":"UNAUTHENTICATED"}');
    end if;
    if v_member is not null then
        update member set last_activity_at = now() where member_id = v_member;
        select email_hash into v_key from member_pii where member_id = v_member;
    else
        select lib.email_hash(login) into v_key from staff where staff_id = lib.staff_of(p_who);
    end if;
    if p_address is not null then
        update login_try set tries = greatest(tries - 1, 1) where kind = 'a' and key = lib.keyed_hash(p_address);
    end if;
    delete from login_try where kind = 'e' and key = v_key;

    v_family := lib.family_new(p_who, p_refresh_hash, p_device);
    if v_member is not null then
        v_events := lib.emit_all(array[lib.event('me:' || v_member, 'device.new', 'li.security', '{}')]);
    end if;
    return lib.done(v_principal.reply || jsonb_build_object('family', v_family), v_events);
end $$;

-- Closes a family; its sessions end everywhere.
create function lib.family_revoke(p_family bigint, p_who text) returns jsonb language plpgsql volatile as $$
begin
    update token_family
       set revoked_at = now()
     where family_id = p_family
       and principal_kind || ':' || principal_id = p_who
       and revoked_at is null;
    if not found then
        return null;
    end if;
    return lib.emit_all(array[lib.sys(
        p_revoke => jsonb_build_object('who', p_who, 'family', p_family::text))]);
end $$;

-- account.refresh   Exchanges a refresh token for the next one.  A used one is good for 30 s more; later its use
--                   means theft, and the family is revoked.
--   who    guest
--   raises nothing; replies {"refused":"UNAUTHENTICATED"}
--   emits  sys.changed when a family is revoked
create function api.account_refresh(p_old_hash bytea, p_new_hash bytea) returns lib.answer
language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_token     refresh_token;
    v_who       text;
    v_principal lib.principal;
begin
    select t.* into v_token from refresh_token t where t.token_hash = p_old_hash for update;
    if not found or v_token.expires_at <= now() then
        return lib.done('{"refused":"UNAUTHENTICATED"}');
    end if;
    v_who := v_token.principal_kind || ':' || v_token.principal_id;
    if v_token.used_at < now() - interval '30 seconds' then
        return lib.done('{"refused":"UNAUTHENTICATED"}', lib.family_revoke(v_token.family_id, v_who));
    end if;
    perform from token_family where family_id = v_token.family_id and revoked_at is null for share;
    v_principal := lib.principal_of(v_who);
    if not found or v_principal.reply is null then
        return lib.done('{"refused":"UNAUTHENTICATED"}');
    end if;
    update refresh_token set used_at = now() where token_hash = p_old_hash and used_at is null;
    perform lib.refresh_add(p_new_hash, v_who, v_token.family_id);
    return lib.done(v_principal.reply || jsonb_build_object('who', v_who, 'family', v_token.family_id::text));
end $$;

-- Revokes one token that belongs to no family; its sessions end everywhere.
create function lib.token_revoke(p_who text, p_token_id text, p_expires_s bigint) returns jsonb
language plpgsql volatile as $$
begin
    insert into revoked_token (token_id, expires_at)
    values (decode(p_token_id, 'hex'), to_timestamp(p_expires_s))
        on conflict do nothing;
    return lib.emit_all(array[lib.sys(p_revoke => jsonb_build_object('who', p_who, 'token', p_token_id))]);
end $$;

-- account.logout   Ends a sign-in: its family, or that of the refresh token; a token without family by its own id.
--   who    guest, member, staff
--   raises nothing
--   emits  sys.changed
create function api.account_logout(p_who text, p_family bigint, p_refresh_hash bytea, p_token_id text,
                                   p_expires_s bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_family bigint := nullif(p_family, 0);
    v_who    text := p_who;
begin
    if v_family is null and p_refresh_hash is null then
        return lib.done('{}', lib.token_revoke(p_who, p_token_id, p_expires_s));
    end if;
    if p_refresh_hash is not null then
        select t.family_id, t.principal_kind || ':' || t.principal_id into v_family, v_who
          from refresh_token t
         where t.token_hash = p_refresh_hash
           and (v_family is null or t.family_id = v_family)
           and (p_who is null or p_who = 'g' or t.principal_kind || ':' || t.principal_id = p_who);
    end if;
    return lib.done('{}', lib.family_revoke(v_family, v_who));
end $$;

-- Refuses a step-up of who had 5 wrong ones in 15 minutes.
create function lib.step_up_check(p_who text) returns void language plpgsql stable as $$
declare
    v_try login_try;
begin
    select t.* into v_try from login_try t where t.kind = 's' and t.key = sha256(convert_to(p_who, 'UTF8'));
    if v_try.tries >= 5 and v_try.since >= now() - interval '15 minutes' then
        perform lib.refuse('ZC006', jsonb_build_object('retry_ms', greatest(1000,
            (extract(epoch from v_try.since + interval '15 minutes' - now()) * 1000)::bigint)));
    end if;
end $$;

-- account.phc   The password hash of a principal, for a step-up.  Comparing costs time, so one who has used up the
--               attempts is refused here already.
--   who    member, staff
--   raises ZC000 no password; ZC006 5 wrong ones in 15 minutes
--   emits  nothing
create function api.account_phc(p_who text) returns lib.answer
language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_phc text;
begin
    select password_phc into v_phc
      from credential
     where principal_kind = left(p_who, 1)
       and principal_id = substr(p_who, 3)::bigint;
    if v_phc is null or (lib.principal_of(p_who)).reply is null then
        perform lib.refuse('ZC000');
    end if;
    perform lib.step_up_check(p_who);
    return lib.done(jsonb_build_object('phc', v_phc));
end $$;

-- session.step_up   The second half, after the password was compared: counts what was wrong.
--   who    member, staff
--   raises ZC006 5 wrong ones in 15 minutes; replies {"refused":"CODE_INVALID"}
--   emits  code.failures on me:<id>
create function api.step_up_note(p_who text, p_ok boolean) returns lib.answer
language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_key    bytea := sha256(convert_to(p_who, 'UTF8'));
    v_events jsonb;
begin
    perform from login_try where kind = 's' and key = v_key for update;
    perform lib.step_up_check(p_who);
    if p_ok then
        delete from login_try where kind = 's' and key = v_key;
        return lib.done('{}');
    end if;
    perform lib.try_count('s', v_key, 5);
    if lib.member_of(p_who) is not null then
        v_events := lib.emit_all(array[
            lib.event('me:' || lib.member_of(p_who), 'code.failures', 'li.security', '{}')]);
    end if;
    return lib.done('{"refused":"CODE_INVALID"}', v_events);
end $$;
