-- benefit_desk.sql -- the catalogue of benefits as managers write it (domain.md 8.1).
--
--      draft --update--> active <--update--> paused        draft, active, paused --retire--> retired
--
-- Pausing and retiring stop claims; vouchers that were issued stay good until their own end.

-- Refuses what no benefit may be; titles and terms are the club's words.
create function lib.benefit_check(p_row benefit) returns void language plpgsql stable as $$
begin
    if (p_row).title is null then
        perform lib.invalid('title', 'must not be empty');
    end if;
    if (p_row).terms is null then
        perform lib.invalid('terms', 'must not be empty');
    end if;
    if (p_row).valid_to <= coalesce((p_row).valid_from, '-infinity') then
        perform lib.invalid('valid_to', 'must be after valid_from');
    end if;
    if (p_row).how <> 'code'
       and ((p_row).cost_points > 0 or (p_row).stock is not null or (p_row).per_member is not null) then
        perform lib.invalid('how', 'must be code where there is a price, a stock or a limit per member');
    end if;
    if (p_row).category_id is not null
       and not exists (select from product_category
                        where category_id = (p_row).category_id and club_id = (p_row).club_id) then
        perform lib.invalid('category', 'is no category of this club');
    end if;
    if (p_row).partner_id is not null
       and not exists (select from partner where partner_id = (p_row).partner_id and club_id = (p_row).club_id) then
        perform lib.invalid('partner', 'is no partner of this club');
    end if;
end $$;

-- Lets one benefit more be active in a club; whoever does so holds the club's row, so that they are counted one by one.
create function lib.benefit_room(p_club bigint) returns void language plpgsql volatile as $$
begin
    if (select status from club where club_id = p_club for no key update) = 'closed' then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    if (select count(*) from benefit where club_id = p_club and status <> 'retired') >= 500 then
        perform lib.refuse('ZC024', '{"max":500}');
    end if;
end $$;

create function lib.benefit_event(p_row benefit) returns lib.event_row language sql immutable as $$
    select lib.event('club:' || (p_row).club_id, 'benefit.changed', 'svc.feed',
                     jsonb_build_object('benefit', (p_row).benefit_id::text, 'status', (p_row).status),
                     p_object => 'benefit:' || (p_row).benefit_id)
$$;

-- benefit.create   Adds a benefit to a club's catalogue, as a draft or active at once.
--   who    manager
--   raises ZC001 not a manager of the club; ZC017 the club is closed; ZC024 500 benefits {"max"}; ZC602 what does not fit
--   emits  benefit.changed on club:<id> when it is active
create function api.benefit_create(p_who text, p_idem text, p_hash bytea, p_club bigint, p_kind text, p_title text,
                                   p_terms text, p_how text, p_cost_points bigint, p_min_rank bigint, p_stock bigint,
                                   p_per_member bigint, p_valid_from timestamptz, p_valid_to timestamptz,
                                   p_voucher_days bigint, p_category bigint, p_partner bigint, p_needs_booking boolean,
                                   p_status text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old lib.answer;
    v_row benefit;
begin
    v_old := lib.idem_begin(p_who, 'benefit.create', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    v_row.club_id := p_club;
    v_row.kind := p_kind;
    v_row.title := lib.plain_line('title', p_title);
    v_row.terms := nullif(normalize(btrim(p_terms, E' \n')), '');
    v_row.how := coalesce(p_how, 'code');
    v_row.cost_points := coalesce(p_cost_points, 0);
    v_row.min_rank := coalesce(p_min_rank, 0);
    v_row.stock := p_stock;
    v_row.per_member := p_per_member;
    v_row.valid_from := p_valid_from;
    v_row.valid_to := p_valid_to;
    v_row.voucher_days := p_voucher_days;
    v_row.category_id := lib.category_number(p_category);
    v_row.partner_id := p_partner;
    v_row.needs_booking := coalesce(p_needs_booking, false);
    v_row.status := coalesce(p_status, 'draft');
    perform lib.benefit_check(v_row);
    perform lib.benefit_room(p_club);
    v_row.benefit_id := lib.new_id();
    v_row.version := 1;
    v_row.created_at := now();
    insert into benefit select v_row.*;
    return lib.idem_end(p_who, 'benefit.create', p_idem, lib.done(
        lib.benefit_view(v_row),
        case when v_row.status = 'active' then lib.emit_all(array[lib.benefit_event(v_row)]) end));
end $$;

-- The number of a category as its table holds it; one that is too big is nobody's.
create function lib.category_number(p_category bigint) returns int language sql immutable as $$
    select case when p_category is not null then case when p_category < 2147483648 then p_category::int else 0 end end
$$;

-- benefit.update   Changes what is given of a benefit and keeps the rest; `clear` names what is to be empty.  What members
--                  hold already stays as it is: the end of a voucher is settled when it is issued.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such benefit; ZC004 base is not the current version {"current"}; ZC017
--          retired, or no such step {"state"}; ZC602 what does not fit
--   emits  benefit.changed on club:<id> when it is or was active
create function api.benefit_update(p_who text, p_idem text, p_hash bytea, p_benefit bigint, p_base bigint, p_kind text,
                                   p_title text, p_terms text, p_how text, p_cost_points bigint, p_min_rank bigint,
                                   p_stock bigint, p_per_member bigint, p_valid_from timestamptz,
                                   p_valid_to timestamptz, p_voucher_days bigint, p_category bigint, p_partner bigint,
                                   p_needs_booking boolean, p_status text, p_clear jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_row   benefit;
    v_was   text;
    v_clear text[] := array(select jsonb_array_elements_text(coalesce(p_clear, '[]')));
begin
    v_old := lib.idem_begin(p_who, 'benefit.update', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_row := lib.benefit_managed(p_who, p_benefit);
    if v_row.version <> p_base then
        return lib.refused('CONFLICT', jsonb_build_object('current', lib.benefit_view(v_row)), null, p_who,
                           'benefit.update', p_idem, '{}');
    end if;
    v_was := v_row.status;
    if v_was = 'retired' or p_status = 'paused' and v_was = 'draft' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_was));
    end if;
    v_row.kind := coalesce(p_kind, v_row.kind);
    v_row.title := case when p_title is null then v_row.title else lib.plain_line('title', p_title) end;
    v_row.terms := case when p_terms is null then v_row.terms
                        else nullif(normalize(btrim(p_terms, E' \n')), '') end;
    v_row.how := coalesce(p_how, v_row.how);
    v_row.cost_points := coalesce(p_cost_points, v_row.cost_points);
    v_row.min_rank := coalesce(p_min_rank, v_row.min_rank);
    v_row.stock := case when 'stock' <> all (v_clear) then coalesce(p_stock, v_row.stock) end;
    v_row.per_member := case when 'per_member' <> all (v_clear) then coalesce(p_per_member, v_row.per_member) end;
    v_row.valid_from := case when 'valid_from' <> all (v_clear) then coalesce(p_valid_from, v_row.valid_from) end;
    v_row.valid_to := case when 'valid_to' <> all (v_clear) then coalesce(p_valid_to, v_row.valid_to) end;
    v_row.voucher_days := case when 'voucher_days' <> all (v_clear)
                               then coalesce(p_voucher_days, v_row.voucher_days) end;
    v_row.category_id := case when 'category' <> all (v_clear)
                              then coalesce(lib.category_number(p_category), v_row.category_id) end;
    v_row.partner_id := case when 'partner' <> all (v_clear) then coalesce(p_partner, v_row.partner_id) end;
    v_row.needs_booking := coalesce(p_needs_booking, v_row.needs_booking);
    v_row.status := coalesce(p_status, v_row.status);
    v_row.version := v_row.version + 1;
    perform lib.benefit_check(v_row);
    update benefit
       set kind = v_row.kind, title = v_row.title, terms = v_row.terms, how = v_row.how,
           cost_points = v_row.cost_points, min_rank = v_row.min_rank, stock = v_row.stock,
           per_member = v_row.per_member, valid_from = v_row.valid_from, valid_to = v_row.valid_to,
           voucher_days = v_row.voucher_days, category_id = v_row.category_id, partner_id = v_row.partner_id,
           needs_booking = v_row.needs_booking, status = v_row.status, version = v_row.version
     where benefit_id = p_benefit;
    return lib.idem_end(p_who, 'benefit.update', p_idem, lib.done(
        lib.benefit_view(v_row),
        case when 'active' in (v_was, v_row.status) then lib.emit_all(array[lib.benefit_event(v_row)]) end));
end $$;

-- The benefit that a manager means, its row locked.
create function lib.benefit_managed(p_who text, p_benefit bigint) returns benefit language plpgsql volatile as $$
declare
    v_row benefit;
begin
    select * into v_row from benefit where benefit_id = p_benefit for no key update;
    perform lib.require_staff(p_who, '{manager}', v_row.club_id);
    if v_row.benefit_id is null then
        perform lib.refuse('ZC002');
    end if;
    return v_row;
end $$;

-- benefit.retire   Takes a benefit out of the catalogue for good; vouchers that were issued stay good.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such benefit; ZC004 base is not the current version {"current"}; ZC017
--          retired already {"state"}
--   emits  benefit.changed on club:<id> when it was active
create function api.benefit_retire(p_who text, p_idem text, p_hash bytea, p_benefit bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old lib.answer;
    v_row benefit;
    v_was text;
begin
    v_old := lib.idem_begin(p_who, 'benefit.retire', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_row := lib.benefit_managed(p_who, p_benefit);
    if v_row.status = 'retired' then
        perform lib.refuse('ZC017', '{"state":"retired"}');
    end if;
    if v_row.version <> p_base then
        return lib.refused('CONFLICT', jsonb_build_object('current', lib.benefit_view(v_row)), null, p_who,
                           'benefit.retire', p_idem, '{}');
    end if;
    v_was := v_row.status;
    update benefit
       set status = 'retired', version = version + 1
     where benefit_id = p_benefit
    returning * into v_row;
    return lib.idem_end(p_who, 'benefit.retire', p_idem, lib.done(
        lib.benefit_view(v_row),
        case when v_was = 'active' then lib.emit_all(array[lib.benefit_event(v_row)]) end));
end $$;
