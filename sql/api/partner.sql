-- partner.sql -- where benefits are used: shops, hotels, the club's own desks (domain.md 8.1).

-- A partner where a benefit or a voucher names it.
create function lib.partner_card(p_partner bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('partner', partner_id::text, 'name', name, 'town', town, 'country', country,
                                  'url', url)
          from partner
         where partner_id = p_partner);
end $$;

-- A partner as partner.list answers it: with its active benefits; to staff with what only staff is to know.
create function lib.partner_view(p_partner partner, p_staff boolean) returns jsonb language plpgsql stable as $$
begin
    return lib.partner_card((p_partner).partner_id)
           || jsonb_build_object('benefits', (
                  select coalesce(jsonb_agg(jsonb_build_object('benefit', b.benefit_id::text, 'title', b.title)
                                            order by b.benefit_id), '[]')
                    from benefit b
                   where b.partner_id = (p_partner).partner_id
                     and b.status = 'active'))
           || case when p_staff
                   then jsonb_build_object('service', (p_partner).service, 'listed', (p_partner).listed,
                                           'version', (p_partner).version)
                   else '{}' end;
end $$;

-- Who looks at what a club offers: true: a manager of it; false: a member.  Refuses everybody else.
create function lib.benefit_reader(p_who text, p_club bigint) returns boolean language plpgsql stable as $$
begin
    if lib.staff_of(p_who) is not null then
        perform lib.require_staff(p_who, '{manager}', p_club);
        return true;
    end if;
    if not lib.in_club(lib.require_member(p_who), p_club)
       or (select status from club where club_id = p_club) = 'closed' then
        perform lib.refuse('ZC014');
    end if;
    return false;
end $$;

-- partner.list   The listed partners of a club with their benefits; to its managers all of them.
--   who    member, manager
--   raises ZC001 not a manager of the club; ZC014 not a member of it; ZC035 restricted; ZC602 cursor
--   emits  –
create function api.partner_list(p_who text, p_club bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_staff boolean := lib.benefit_reader(p_who, p_club);
    v_limit int := coalesce(p_limit, 50);
    v_reply jsonb;
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'partners', coalesce(jsonb_agg(l.view order by l.partner_id) filter (where l.no <= v_limit), '[]'),
               'cursor', case when max(l.no) > v_limit
                              then max(l.partner_id) filter (where l.no <= v_limit)::text end)
      into v_reply
      from (select p.partner_id, lib.partner_view(p, v_staff) as view,
                   row_number() over (order by p.partner_id) as no
              from partner p
             where p.club_id = p_club
               and (p.listed or v_staff)
               and p.partner_id > coalesce(p_cursor::bigint, 0)
             order by p.partner_id
             limit v_limit + 1) l;
    return lib.done(v_reply);
end $$;

-- partner.set   Adds a partner to a club, or says anew all that is told of one: what is left out is empty from then on.
--               Vouchers of its benefits can be redeemed by the service that is named, beside the tills of the club.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such partner there; ZC004 base is not the current version {"current"};
--          ZC024 500 partners {"max"}; ZC602 name, town, country, url, service, base
--   emits  –
create function api.partner_set(p_who text, p_idem text, p_hash bytea, p_club bigint, p_partner bigint, p_base bigint,
                                p_name text, p_town text, p_country text, p_url text, p_service text, p_listed boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old lib.answer;
    v_row partner;
begin
    v_old := lib.idem_begin(p_who, 'partner.set', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    if (p_partner is null) <> (p_base is null) then
        perform lib.invalid('base', 'goes with partner');
    end if;
    if lib.plain_line('name', p_name) is null then
        perform lib.invalid('name', 'must not be empty');
    end if;
    if p_country !~ '^[A-Z]{2}$' then
        perform lib.invalid('country', 'must be two capital letters');
    end if;
    if p_url !~ '^https?://[^[:space:]]+$' then
        perform lib.invalid('url', 'must begin with https:// or http://');
    end if;
    if p_service is not null
       and not exists (select
                         from api_key
                        where service = p_service
                          and revoked_at is null
                          and 'partner' = any (scopes)) then
        perform lib.invalid('service', 'is no service of a partner');
    end if;

    if p_partner is null then
        perform from club where club_id = p_club for no key update;     -- counted one by one
        if (select count(*) from partner where club_id = p_club) >= 500 then
            perform lib.refuse('ZC024', '{"max":500}');
        end if;
        insert into partner (partner_id, club_id, name) values (lib.new_id(), p_club, lib.plain_line('name', p_name))
        returning * into v_row;
    else
        select * into v_row from partner where partner_id = p_partner and club_id = p_club for no key update;
        if not found then
            perform lib.refuse('ZC002');
        end if;
        if v_row.version <> p_base then
            return lib.refused('CONFLICT', jsonb_build_object('current', lib.partner_view(v_row, true)), null,
                               p_who, 'partner.set', p_idem, '{}');
        end if;
    end if;
    update partner
       set name = lib.plain_line('name', p_name), town = lib.plain_line('town', p_town), country = p_country,
           url = p_url, service = p_service, listed = coalesce(p_listed, true),
           version = case when p_partner is null then 1 else version + 1 end
     where partner_id = v_row.partner_id
    returning * into v_row;
    return lib.idem_end(p_who, 'partner.set', p_idem, lib.done(lib.partner_view(v_row, true)));
end $$;
