-- token.sql -- one-time tokens: codes that people type and links that they follow.
--
-- The secret is derived from kind and token_id with a key of the hub, whenever a message needs it; the table holds
-- its keyed hash.  A code has eight digits, so tries are counted: five wrong ones void it.  A link has 43 characters
-- of base64url and is found by its hash.

create function lib.token_is_code(p_kind text) returns boolean language sql immutable as
$$ select p_kind in ('verify', 'reset', 'email_change', 'consent_confirm') $$;

create function lib.token_derive(p_kind text, p_token bigint) returns text language plpgsql stable as $$
declare
    v_mac bytea := club.hmac(convert_to(p_kind || ':' || p_token, 'UTF8'), lib.pii_key('token'), 'sha256');
begin
    if lib.token_is_code(p_kind) then
        return lpad((('x' || encode(substr(v_mac, 1, 7), 'hex'))::bit(56)::bigint % 100000000)::text, 8, '0');
    end if;
    return rtrim(translate(encode(v_mac, 'base64'), '+/', '-_'), '=');
end $$;

-- A code is short, so its hash is one of the token too; a link must be found without it.
create function lib.token_hash(p_kind text, p_token bigint, p_secret text) returns bytea language plpgsql stable as $$
begin
    return lib.keyed_hash(
        case when lib.token_is_code(p_kind) then p_kind || ':' || p_token || ':' || p_secret
             else p_kind || ':' || p_secret end);
end $$;

-- Makes a token.  A new code to prove who one is voids the older ones of its kind; confirmations of consents live
-- side by side.  The caller holds the member's row or lets nobody else make this kind.
create function lib.token_new(p_kind text, p_member bigint, p_payload jsonb, p_life interval) returns bigint
language plpgsql volatile as $$
declare
    v_id bigint := lib.new_id();
begin
    if p_kind in ('verify', 'reset', 'email_change') then
        update one_time_token
           set expires_at = now()
         where member_id = p_member
           and kind = p_kind
           and used_at is null
           and expires_at > now();
    end if;
    insert into one_time_token (token_id, token_hash, kind, member_id, payload, expires_at)
    values (v_id, lib.token_hash(p_kind, v_id, lib.token_derive(p_kind, v_id)), p_kind, p_member,
            coalesce(p_payload, '{}'), now() + p_life);
    return v_id;
end $$;

-- The code or link of a token, derived again.
create function lib.token_secret(p_token bigint) returns text language plpgsql stable as $$
begin
    return (select lib.token_derive(kind, token_id) from one_time_token where token_id = p_token);
end $$;

-- Looks for a typed code among the member's live ones of that kind and marks it used; null row: wrong.  A wrong one
-- counts as a try of each, which the caller keeps by answering with lib.refused instead of raising.
create function lib.token_code(p_kind text, p_member bigint, p_code text) returns one_time_token
language plpgsql volatile as $$
declare
    v_row one_time_token;
begin
    for v_row in
        select *
          from one_time_token
         where member_id = p_member
           and kind = p_kind
           and used_at is null
           and expires_at > now()
           and tries < 5
         order by token_hash
           for update
    loop
        if v_row.token_hash = lib.token_hash(p_kind, v_row.token_id, p_code) then
            update one_time_token set used_at = now() where token_id = v_row.token_id returning * into v_row;
            return v_row;
        end if;
    end loop;
    update one_time_token
       set tries = tries + 1
     where member_id = p_member
       and kind = p_kind
       and used_at is null
       and expires_at > now()
       and tries < 5;
    return null;
end $$;

-- The token of a link; null row: unknown, expired or used.  p_use marks it used.
create function lib.token_link(p_kind text, p_secret text, p_use boolean) returns one_time_token
language plpgsql volatile as $$
declare
    v_row one_time_token;
begin
    if p_use then
        update one_time_token
           set used_at = now()
         where token_hash = lib.token_hash(p_kind, null, p_secret)
           and kind = p_kind
           and used_at is null
           and expires_at > now()
        returning * into v_row;
    else
        select * into v_row
          from one_time_token
         where token_hash = lib.token_hash(p_kind, null, p_secret)
           and kind = p_kind
           and used_at is null
           and expires_at > now();
    end if;
    return v_row;
end $$;

-- Tokens live 30 days past their end.
create function lib.tokens_purge() returns bigint language sql volatile as $$
    with gone as (
        delete from one_time_token
         where token_id = any (array(
                   select token_id from one_time_token where expires_at < now() - interval '30 days'
                    limit 5000 for update skip locked))
        returning 1
    )
    select count(*) from gone
$$;
