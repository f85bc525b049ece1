-- identity.sql -- what operators decide about signing in: whom an outside provider's subject stands for, and which
-- keys of services are void.  Run by the owner (`clubhub identity`, `clubhub apikey`), so the path is set here.

-- Makes (issuer, subject) stand for a principal.  Whoever it stood for before is signed out everywhere.
create function lib.identity_set(p_issuer text, p_subject text, p_who text) returns void
language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_before text;
begin
    if (lib.principal_of(p_who)).reply is null then
        raise exception 'there is no %', case left(p_who, 1) when 'm' then 'such member' else 'such active staff' end;
    end if;
    select principal_kind || ':' || principal_id
      into v_before
      from identity
     where issuer = p_issuer
       and subject = p_subject
       for update;
    insert into identity (issuer, subject, principal_kind, principal_id)
    values (p_issuer, p_subject, left(p_who, 1), substr(p_who, 3)::bigint)
        on conflict (issuer, subject) do update
       set principal_kind = excluded.principal_kind, principal_id = excluded.principal_id;
    if v_before <> p_who then
        perform lib.emit_all(array[lib.sys(p_revoke => jsonb_build_object('who', v_before))]);
    end if;
end $$;

-- Makes (issuer, subject) stand for nobody; whoever it stood for is signed out everywhere.  False: it did not.
create function lib.identity_remove(p_issuer text, p_subject text) returns boolean
language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_before text;
begin
    delete from identity
     where issuer = p_issuer
       and subject = p_subject
    returning principal_kind || ':' || principal_id into v_before;
    if not found then
        return false;
    end if;
    perform lib.emit_all(array[lib.sys(p_revoke => jsonb_build_object('who', v_before))]);
    return true;
end $$;

-- Revokes keys of a service, all of them or all but the newest; their sessions end everywhere.  Answers how many.
create function lib.apikey_revoke(p_service text, p_all boolean) returns bigint
language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_events lib.event_row[];
begin
    with void as (
        update api_key k
           set revoked_at = now()
         where k.service = p_service
           and k.revoked_at is null
           and (p_all or k.key_hash <> (
                   select n.key_hash
                     from api_key n
                    where n.service = p_service
                      and n.revoked_at is null
                    order by n.created_at desc, n.key_hash
                    limit 1))
        returning k.key_hash
    )
    select array_agg(lib.sys(p_revoke => jsonb_build_object(
               'who', 'v:' || p_service, 'token', left(encode(key_hash, 'hex'), 32))))
      into v_events
      from void;
    if v_events is null then
        return 0;
    end if;
    perform lib.emit_all(v_events);
    return cardinality(v_events);
end $$;
