-- offer_desk.sql -- offers as managers write them: what they are made of, until they are announced (domain.md 9.1 to 9.3).
--
-- A draft can be changed whole.  Once announced, what was promised stays: pools change with offer.set_capacity, classes and
-- the cancellation policy not at all, opening dates until they are reached, and the rest as lib.offer_fixed tells.

create function lib.offer_path(p_list text, p_no bigint, p_field text) returns text language sql immutable as
$$ select p_list || '[' || p_no - 1 || ']' || coalesce('.' || p_field, '') $$;

-- An audience as it is kept: without what says nothing.  {"min_rank":0} is a closed offer for every member.
create function lib.offer_audience_of(p_club bigint, p_audience jsonb) returns jsonb language plpgsql stable as $$
declare
    v_out jsonb := jsonb_strip_nulls(coalesce(p_audience, '{}'));
begin
    if v_out -> 'invite_only' = 'false' then
        v_out := v_out - 'invite_only';
    end if;
    if v_out -> 'segments' = '[]' then
        v_out := v_out - 'segments';
    end if;
    if v_out ? 'min_rank'
       and not exists (select from tier where club_id = p_club and rank = (v_out ->> 'min_rank')::int) then
        perform lib.invalid('audience.min_rank', 'is no tier of this club');
    end if;
    if exists (select
                 from jsonb_array_elements_text(v_out -> 'segments') s
                where not exists (select from segment where segment_id = s::bigint and club_id = p_club)) then
        perform lib.invalid('audience.segments', 'names what is no segment of this club');
    end if;
    return v_out;
end $$;

-- A cancellation policy as it is kept: the most hours first.
create function lib.offer_policy_of(p_policy jsonb) returns jsonb language plpgsql immutable as $$
declare
    v_out jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_object('hours_before', s.hours, 'refund_ppm', s.ppm) order by s.hours desc), '[]')
      into v_out
      from (select (e ->> 'hours_before')::int as hours, (e ->> 'refund_ppm')::int as ppm
              from jsonb_array_elements(p_policy) e) s;
    if exists (select
                 from jsonb_array_elements(v_out) with ordinality as a (step, no)
                 join jsonb_array_elements(v_out) with ordinality as b (step, no) on b.no = a.no + 1
                where a.step -> 'hours_before' = b.step -> 'hours_before'
                   or (a.step ->> 'refund_ppm')::int < (b.step ->> 'refund_ppm')::int) then
        perform lib.invalid('cancel_policy', 'must not give back more the later it is, and names no hour twice');
    end if;
    return v_out;
end $$;

-- How many of its queue are admitted a second; null: there is no queue.
create function lib.offer_queue_rate(p_queue jsonb) returns int language sql immutable as
$$ select case p_queue ->> 'mode' when 'always' then coalesce((p_queue ->> 'rate')::int, 50) end $$;

-- Refuses dates out of order and what else no offer may be.
create function lib.offer_check(p_row offer) returns void language plpgsql stable as $$
begin
    if (p_row).title is null then
        perform lib.invalid('title', 'must not be empty');
    elsif (p_row).organiser_name is null then
        perform lib.invalid('organiser_name', 'must not be empty');
    elsif (p_row).booking_close_at < (p_row).public_open_at then
        perform lib.invalid('booking_close_at', 'must not be before public_open_at');
    elsif (p_row).starts_at < (p_row).booking_close_at then
        perform lib.invalid('starts_at', 'must not be before booking_close_at');
    elsif (p_row).ends_at < (p_row).starts_at then
        perform lib.invalid('ends_at', 'must not be before starts_at');
    elsif (p_row).name_deadline > (p_row).starts_at then
        perform lib.invalid('name_deadline', 'must not be after starts_at');
    elsif (p_row).ends_at > now() + interval '100 years' then
        perform lib.invalid('ends_at', 'is too far away');
    elsif (p_row).public_open_at < now() - interval '10 years' then
        perform lib.invalid('public_open_at', 'is too long ago');
    elsif (p_row).currency !~ '^[A-Z]{3}$' then
        perform lib.invalid('currency', 'is no ISO 4217 code');
    elsif (p_row).category_id is not null
          and not exists (select from product_category
                           where category_id = (p_row).category_id and club_id = (p_row).club_id and active) then
        perform lib.invalid('category', 'is no category of this club');
    end if;
end $$;

-- Says anew what an offer without reservations sells: pools, and classes that draw on them by code.
create function lib.offer_seats_set(p_offer offer, p_pools jsonb, p_classes jsonb) returns void
language plpgsql volatile as $$
declare
    v_item  record;
    v_code  text;
    v_class bigint;
    v_named text[];
begin
    delete from seat_class_pool where offer_id = (p_offer).offer_id;
    delete from seat_class where offer_id = (p_offer).offer_id;
    delete from seat_pool where offer_id = (p_offer).offer_id;
    for v_item in select e, no from jsonb_array_elements(p_pools) with ordinality as l (e, no) loop
        v_code := lib.plain_line(lib.offer_path('pools', v_item.no, 'code'), v_item.e ->> 'code');
        if v_code is null or exists (select from seat_pool where offer_id = (p_offer).offer_id and code = v_code) then
            perform lib.invalid(lib.offer_path('pools', v_item.no, 'code'), 'is empty or there twice');
        end if;
        insert into seat_pool (pool_id, offer_id, code, capacity)
        values (lib.new_id(), (p_offer).offer_id, v_code, (v_item.e ->> 'capacity')::int);
    end loop;
    for v_item in select e, no from jsonb_array_elements(p_classes) with ordinality as l (e, no) loop
        v_code := lib.plain_line(lib.offer_path('classes', v_item.no, 'code'), v_item.e ->> 'code');
        if v_code is null or exists (select from seat_class where offer_id = (p_offer).offer_id and code = v_code) then
            perform lib.invalid(lib.offer_path('classes', v_item.no, 'code'), 'is empty or there twice');
        end if;
        if lib.plain_line(lib.offer_path('classes', v_item.no, 'title'), v_item.e ->> 'title') is null then
            perform lib.invalid(lib.offer_path('classes', v_item.no, 'title'), 'must not be empty');
        end if;
        if v_item.e #>> '{price,cur}' <> (p_offer).currency then
            perform lib.invalid(lib.offer_path('classes', v_item.no, 'price.cur'), 'is not the currency of the offer');
        end if;
        v_class := lib.new_id();
        insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)
        values (v_class, (p_offer).offer_id, v_code, normalize(btrim(v_item.e ->> 'title')),
                coalesce((v_item.e ->> 'persons')::int, 1), coalesce((v_item.e #>> '{price,minor}')::bigint, 0),
                (v_item.e ->> 'points_price')::bigint);
        v_named := array(select distinct normalize(btrim(c)) from jsonb_array_elements_text(v_item.e -> 'pools') c);
        insert into seat_class_pool (class_id, pool_id, offer_id)
        select v_class, p.pool_id, p.offer_id
          from seat_pool p
         where p.offer_id = (p_offer).offer_id
           and p.code = any (v_named);
        if (select count(*) from seat_class_pool where class_id = v_class) < cardinality(v_named) then
            perform lib.invalid(lib.offer_path('classes', v_item.no, 'pools'), 'names a pool that the offer does not have');
        end if;
    end loop;
end $$;

-- Says anew when an offer is open for whom ahead of the public opening.
create function lib.offer_windows_set(p_offer offer, p_windows jsonb) returns void language plpgsql volatile as $$
declare
    v_item   record;
    v_window access_window;
begin
    delete from access_window where offer_id = (p_offer).offer_id;
    for v_item in select e, no from jsonb_array_elements(p_windows) with ordinality as l (e, no) loop
        v_window.min_rank := (v_item.e ->> 'min_rank')::int;
        v_window.segment_id := (v_item.e ->> 'segment')::bigint;
        v_window.opens_at := (v_item.e ->> 'opens_at')::timestamptz;
        v_window.closes_at := (v_item.e ->> 'closes_at')::timestamptz;
        if not exists (select from tier where club_id = (p_offer).club_id and rank = v_window.min_rank) then
            perform lib.invalid(lib.offer_path('windows', v_item.no, 'min_rank'), 'is no tier of this club');
        elsif v_window.segment_id is not null
              and not exists (select from segment
                               where segment_id = v_window.segment_id and club_id = (p_offer).club_id) then
            perform lib.invalid(lib.offer_path('windows', v_item.no, 'segment'), 'is no segment of this club');
        elsif v_window.opens_at > (p_offer).public_open_at then
            perform lib.invalid(lib.offer_path('windows', v_item.no, 'opens_at'), 'must not be after public_open_at');
        elsif v_window.closes_at <= v_window.opens_at then
            perform lib.invalid(lib.offer_path('windows', v_item.no, 'closes_at'), 'must be after opens_at');
        end if;
        insert into access_window (window_id, offer_id, min_rank, segment_id, opens_at, closes_at, cum_cap_ppm)
        values (lib.new_id(), (p_offer).offer_id, v_window.min_rank, v_window.segment_id, v_window.opens_at,
                v_window.closes_at, coalesce((v_item.e ->> 'cum_cap_ppm')::int, 1000000));
    end loop;
end $$;

-- The windows of an offer that has none of its own: each tier with a lead opens by so much earlier (domain.md 9.3).
create function lib.offer_windows_default(p_offer offer) returns void language sql volatile as $$
    insert into access_window (window_id, offer_id, min_rank, opens_at)
    select lib.new_id(), (p_offer).offer_id, t.rank, (p_offer).public_open_at - t.early_lead
      from tier t
     where t.club_id = (p_offer).club_id
       and t.early_lead > interval '0'
       and not exists (select from access_window where offer_id = (p_offer).offer_id)
     order by t.rank
$$;

create function lib.offer_steps_set(p_offer offer, p_steps jsonb) returns void language plpgsql volatile as $$
declare
    v_item record;
    v_step price_step;
begin
    delete from price_step where offer_id = (p_offer).offer_id;
    for v_item in select e, no from jsonb_array_elements(p_steps) with ordinality as l (e, no) loop
        v_step.min_party := (v_item.e ->> 'min_party')::int;
        v_step.min_rank := coalesce((v_item.e ->> 'min_rank')::int, 0);
        if v_step.min_party = 1 and v_step.min_rank = 0 then
            perform lib.invalid(lib.offer_path('steps', v_item.no, 'min_party'), 'must be 2 at least, or min_rank above 0');
        elsif not exists (select from tier where club_id = (p_offer).club_id and rank = v_step.min_rank) then
            perform lib.invalid(lib.offer_path('steps', v_item.no, 'min_rank'), 'is no tier of this club');
        end if;
        insert into price_step (offer_id, min_party, min_rank, discount_ppm)
        values ((p_offer).offer_id, v_step.min_party, v_step.min_rank, (v_item.e ->> 'discount_ppm')::int)
            on conflict do nothing;
        if not found then
            perform lib.invalid(lib.offer_path('steps', v_item.no, 'min_party'), 'is there twice with that rank');
        end if;
    end loop;
end $$;

-- Lets one offer more be to come in a club that is active; whoever does so holds the club's row, so that they are counted
-- one by one.
create function lib.offer_room(p_club bigint) returns club language plpgsql volatile as $$
declare
    v_club club;
begin
    select * into v_club from club where club_id = p_club for no key update;
    if v_club.status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_club.status));
    end if;
    if (select count(*) from offer where club_id = p_club and starts_at > now()) >= 500 then
        perform lib.refuse('ZC024', '{"max":500}');
    end if;
    return v_club;
end $$;

-- offer.create   Writes an offer, as a draft that only managers see.
--   who    manager
--   raises ZC001 not a manager of the club; ZC017 club frozen or closed {"state"}; ZC024 500 offers to come {"max"}; ZC602
--          what does not fit, dates out of order
--   emits  –
create function api.offer_create(p_who text, p_idem text, p_hash bytea, p_club bigint, p_category bigint, p_kind text,
                                 p_title text, p_organiser text, p_body text, p_starts_at timestamptz,
                                 p_ends_at timestamptz, p_audience jsonb, p_public_open_at timestamptz,
                                 p_booking_close_at timestamptz, p_name_deadline timestamptz, p_waitlist_cap bigint,
                                 p_currency text, p_points_allowed boolean, p_cancel_policy jsonb, p_pools jsonb,
                                 p_classes jsonb, p_windows jsonb, p_steps jsonb, p_queue jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old  lib.answer;
    v_club club;
    v_row  offer;
begin
    v_old := lib.idem_begin(p_who, 'offer.create', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    v_club := lib.offer_room(p_club);
    v_row.club_id := p_club;
    v_row.category_id := lib.category_number(p_category);
    v_row.kind := p_kind;
    v_row.title := lib.plain_line('title', p_title);
    v_row.organiser_name := lib.plain_line('organiser_name', p_organiser);
    v_row.body := nullif(normalize(btrim(p_body, E' \n')), '');
    v_row.starts_at := p_starts_at;
    v_row.ends_at := p_ends_at;
    v_row.audience := lib.offer_audience_of(p_club, p_audience);
    v_row.public_open_at := p_public_open_at;
    v_row.booking_close_at := p_booking_close_at;
    v_row.name_deadline := coalesce(p_name_deadline, p_booking_close_at - interval '72 hours');
    v_row.waitlist_cap := p_waitlist_cap;
    v_row.waitlist_state := 'open';
    v_row.currency := coalesce(p_currency, v_club.currency);
    v_row.points_allowed := coalesce(p_points_allowed, true);
    v_row.cancel_policy := lib.offer_policy_of(p_cancel_policy);
    v_row.queue_rate := lib.offer_queue_rate(p_queue);
    v_row.state := 'draft';
    v_row.version := 1;
    v_row.created_at := now();
    v_row.settled := false;
    v_row.names_told := 0;
    perform lib.offer_check(v_row);
    v_row.offer_id := lib.new_id();
    insert into offer select v_row.*;
    perform lib.offer_seats_set(v_row, p_pools, p_classes);
    perform lib.offer_windows_set(v_row, coalesce(p_windows, '[]'));
    perform lib.offer_steps_set(v_row, coalesce(p_steps, '[]'));
    return lib.idem_end(p_who, 'offer.create', p_idem, lib.done(lib.offer_read(v_row, null)));
end $$;

-- The offer that a manager means, locked.
create function lib.offer_managed(p_who text, p_offer bigint) returns offer language plpgsql volatile as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer for no key update;
    perform lib.require_staff(p_who, '{manager}', v_offer.club_id);
    if v_offer.offer_id is null then
        perform lib.refuse('ZC002');
    end if;
    return v_offer;
end $$;

-- Refuses a step from a state that does not lead there.
create function lib.offer_require(p_offer offer, p_states text[]) returns void language plpgsql immutable as $$
begin
    if (p_offer).state <> all (p_states) then
        perform lib.refuse('ZC017', jsonb_build_object('state', (p_offer).state));
    end if;
end $$;

-- The refusal of what was written from an old screen.
create function lib.offer_conflict(p_who text, p_method text, p_idem text, p_offer offer) returns lib.answer
language sql volatile as $$
    select lib.refused('CONFLICT', jsonb_build_object('current', lib.offer_read(p_offer, null)), null, p_who, p_method,
                       p_idem, '{}')
$$;

-- The news of an offer in its category: marketing, for those it is meant for.  One for invited members, segments or an age
-- makes none, because a post goes to the club or from a tier on.
create function lib.offer_news(p_offer offer, p_staff bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_post post;
begin
    if (p_offer).category_id is null or (p_offer).audience - 'min_rank' <> '{}' then
        return '{}';
    end if;
    v_post := lib.staff_post((p_offer).club_id, p_staff, 'offer_news', 'mkt.offers', (p_offer).category_id,
                             (p_offer).title, coalesce((p_offer).body, (p_offer).title), '[]', (p_offer).audience);
    update post
       set subject_ref = 'offer:' || (p_offer).offer_id
     where post_id = v_post.post_id
    returning * into v_post;
    return array[lib.post_event(v_post, 'post.published', 'mkt.offers')];
end $$;

-- The gates that have to learn of a closed offer which is new: of those it may be for, or of all where these are many.
create function lib.offer_gates(p_offer offer) returns lib.event_row[] language plpgsql stable as $$
declare
    v_members bigint[];
begin
    if (p_offer).audience = '{}' then
        return '{}';
    end if;
    if (p_offer).audience ?| '{segments,invite_only}' then
        v_members := array(
            select member_id from offer_invite where offer_id = (p_offer).offer_id
             union
            select member_id
              from segment_member
             where segment_id = any (array(select jsonb_array_elements_text((p_offer).audience -> 'segments')::bigint))
             limit 1001);
    end if;
    return array[case when cardinality(v_members) <= 1000 then lib.sys(p_reload => v_members)
                      else lib.sys(p_all => true) end];
end $$;

-- offer.announce   Shows a draft to those it is meant for, makes the windows of its tiers where it has none, and publishes the
--                  news in its category.  One whose public opening is past opens at once.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC004 base is not the current version {"current"}; ZC017 no
--          draft, club not active {"state"}; ZC602 booking_close_at has passed
--   emits  offer.changed on offer:<id>; post.published on club:<id>, gate mkt.offers of the category
create function api.offer_announce(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_offer  offer;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'offer.announce', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.offer_managed(p_who, p_offer);
    if v_offer.version <> p_base then
        return lib.offer_conflict(p_who, 'offer.announce', p_idem, v_offer);
    end if;
    perform lib.offer_require(v_offer, '{draft}');
    if (select status from club where club_id = v_offer.club_id) <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', 'club'));
    end if;
    if v_offer.booking_close_at <= now() then
        perform lib.invalid('booking_close_at', 'has passed');
    end if;
    update offer
       set state = 'announced', announce_at = now(), public_open_at = greatest(public_open_at, now()),
           version = version + 1
     where offer_id = p_offer
    returning * into v_offer;
    perform lib.offer_windows_default(v_offer);
    if v_offer.queue_rate is not null then
        perform lib.queue_make(p_offer, v_offer.queue_rate);
    elsif v_offer.public_open_at <= now() then
        update offer set state = 'open' where offer_id = p_offer returning * into v_offer;
    end if;
    insert into offer_pulse (offer_id, levels, emitted_at) values (p_offer, lib.offer_left(p_offer), now());
    v_events := lib.offer_changed(v_offer) || lib.offer_news(v_offer, lib.staff_of(p_who)) || lib.offer_gates(v_offer);
    return lib.idem_end(p_who, 'offer.announce', p_idem, lib.done(
        lib.offer_read(v_offer, null), lib.send_fanout(lib.emit_all(v_events), 'offer.news')));
end $$;
