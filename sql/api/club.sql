-- club.sql -- the clubs anybody can look at, and their settings.
--
-- A club is listed while it is active or frozen, unless its settings say {"listed": false}.

-- What holds where the settings of a club say nothing: domain.md 6.1 by form, the rest for all.  Its keys are the
-- settings there are; sql/README.md tells what each means, server/club/club.c what it may be.
create function lib.club_defaults(p_form text)
returns jsonb language sql immutable as $$
    select '{"comments_per_day": 200, "comments_per_day_new": 20, "controller": null, "dedicated_agent": false,
             "expiry_months": 24, "hold_minutes": 10, "listed": true, "magazine": false, "marketing_per_day": 2,
             "marketing_per_week": 6, "min_age": null, "moderate_new_authors": false, "new_author_days": 7,
             "point_value_micro": null, "posts_per_day": 30, "posts_per_day_new": 5, "preferential_prices": false,
             "questions": [], "return_days": 0, "support_prio": 0, "topics": [], "transfers": false,
             "waitlist_top_tier": false, "welcome": {"points": 0, "benefits": []}}'::jsonb
           || case p_form
                  when 'vip' then '{"dedicated_agent": true, "hold_minutes": 30, "preferential_prices": true,
                                    "support_prio": 2}'::jsonb
                  when 'fan' then '{"magazine": true}'::jsonb
                  else '{}'::jsonb
              end;
$$;

-- All settings of a club, with what holds for those that it leaves out.
create function lib.club_settings(p_form text, p_settings jsonb)
returns jsonb language sql immutable as $$
    select lib.club_defaults(p_form) || p_settings;
$$;

-- A club as club.list shows it.
create function lib.club_card(p_club club)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'club', (p_club).club_id::text, 'slug', (p_club).slug, 'name', (p_club).name, 'form', (p_club).form,
        'join_policy', (p_club).join_policy, 'locale', (p_club).locale, 'tz', (p_club).tz,
        'currency', (p_club).currency, 'min_age', nullif(((p_club).settings ->> 'min_age')::int, 0), 'status', (p_club).status);
$$;

-- The tracks that one can take now.
create function lib.club_tracks(p_club bigint)
returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'track', t.track_id::text, 'code', t.code, 'name', t.name, 'fee_kind', t.fee_kind,
               'fee', case when t.fee_kind <> 'free'
                           then jsonb_build_object('minor', t.fee_minor, 'cur', c.currency) end,
               'period_months', extract(year from t.period) * 12 + extract(month from t.period))
               order by t.fee_minor, t.track_id), '[]')
      from track t
      join club c on c.club_id = t.club_id
     where t.club_id = p_club
       and t.active;
$$;

create function lib.club_tiers(p_club bigint)
returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'rank', rank, 'name', name, 'qualify_tp', qualify_tp, 'retain_tp', retain_tp,
               'window', window_kind, 'window_months', window_months, 'earn_ppm', earn_ppm,
               'early_lead_minutes', (extract(epoch from early_lead) / 60)::bigint, 'seat_limit', seat_limit,
               'hold_minutes', (extract(epoch from hold_ttl) / 60)::bigint) order by rank), '[]')
      from tier
     where club_id = p_club;
$$;

create function lib.club_is_listed(p_club club)
returns boolean language sql immutable as $$
    select (p_club).status in ('active', 'frozen') and coalesce((p_club).settings ->> 'listed', 'true') <> 'false';
$$;

-- club.list   The listed clubs.
--   who    guest, member, staff
--   raises ZC602 cursor
--   emits  –
create function api.club_list(p_who text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_limit int := coalesce(p_limit, 20);
    v_reply jsonb;
begin
    if p_cursor is not null and p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'clubs', coalesce(jsonb_agg(l.card order by l.club_id) filter (where l.no <= v_limit), '[]'),
               'cursor', case when max(l.no) > v_limit then max(l.club_id) filter (where l.no <= v_limit)::text end)
      into v_reply
      from (select c.club_id, lib.club_card(c) as card, row_number() over (order by c.club_id) as no
              from club c
             where lib.club_is_listed(c)
               and (p_cursor is null or c.club_id > p_cursor::bigint)
             order by c.club_id
             limit v_limit + 1) l;
    return lib.done(v_reply);
end $$;

-- A club as club.get answers it, in a language; staff of the club also reads its settings.
create function lib.club_view(p_club bigint, p_locale text, p_staff boolean)
returns jsonb language plpgsql stable as $$
begin
    return (
        select lib.club_card(c) || jsonb_build_object(
                   'tracks', lib.club_tracks(c.club_id), 'tiers', lib.club_tiers(c.club_id),
                   'questions', coalesce(c.settings -> 'questions', '[]'),
                   'categories', (select coalesce(jsonb_agg(jsonb_build_object(
                                             'category', g.category_id::text, 'code', g.code,
                                             'name', coalesce(x.name, g.code)) order by g.category_id), '[]')
                                    from product_category g
                                    left join lateral (
                                         select name
                                           from category_text
                                          where category_id = g.category_id
                                          order by locale <> p_locale, locale <> 'en', locale
                                          limit 1) x on true
                                   where g.club_id = c.club_id
                                     and g.active))
               || case when p_staff
                       then jsonb_build_object('settings', lib.club_settings(c.form, c.settings), 'version', c.version)
                       else '{}' end
          from club c
         where c.club_id = p_club);
end $$;

-- What club.changed carries, for staff; names are in the club's own language.
create function lib.club_changed_view(p_club bigint)
returns lib.shown language plpgsql stable as $$
begin
    return row(lib.club_view(p_club, (select locale from club where club_id = p_club), true), true, false,
               '{}'::bigint[])::lib.shown;
end $$;

-- club.get   One club with its tracks, tiers and categories; members also see clubs of theirs that are not listed, staff
--            those it works for whatever their state, with their settings.
--   who    guest, member, staff
--   raises ZC002 no such club
--   emits  –
create function api.club_get(p_who text, p_club bigint, p_locale text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.member_of(p_who);
    v_staff  bigint := lib.staff_of(p_who);
    v_works  boolean := exists (select from staff_club where staff_id = v_staff and club_id = p_club);
    v_locale text := coalesce(p_locale, (select locale from member where member_id = v_member),
                              (select locale from staff where staff_id = v_staff), 'en');
begin
    if not v_works
       and not exists (select
                         from club c
                        where c.club_id = p_club
                          and (lib.club_is_listed(c) or c.status <> 'closed' and lib.in_club(v_member, p_club))) then
        perform lib.refuse('ZC002');
    end if;
    return lib.done(lib.club_view(p_club, v_locale, v_works));
end $$;

-- What members of a tier may do with offers; each names its tier by rank.
create function lib.club_tiers_set(p_club bigint, p_tiers jsonb)
returns void language plpgsql volatile as $$
declare
    v_item record;
begin
    for v_item in select e, no from jsonb_array_elements(p_tiers) with ordinality as l (e, no) loop
        update tier
           set early_lead = coalesce((v_item.e ->> 'early_lead_minutes')::int * interval '1 minute', early_lead),
               seat_limit = coalesce((v_item.e ->> 'seat_limit')::int, seat_limit),
               hold_ttl = coalesce((v_item.e ->> 'hold_minutes')::int * interval '1 minute', hold_ttl)
         where club_id = p_club
           and rank = (v_item.e ->> 'rank')::int;
        if not found then
            perform lib.invalid(lib.offer_path('tiers', v_item.no, 'rank'), 'is no tier of this club');
        end if;
    end loop;
end $$;

-- club.update   Changes what is given of a club and keeps the rest; `clear` names settings that go back to what holds
--               for clubs of its form; `tiers` what members of a tier may do with offers.  A lead holds for offers that are
--               announced later.
--   who    manager
--   raises ZC001 not a manager of the club; ZC004 base is not the current version {"current"}; ZC017 the club is closed;
--          ZC602 name, settings, tiers
--   emits  club.changed on staff:<club>
create function api.club_update(p_who text, p_idem text, p_hash bytea, p_club bigint, p_base bigint, p_name text,
                                p_join_policy text, p_settings jsonb, p_clear jsonb, p_tiers jsonb default null)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old       lib.answer;
    v_club      club;
    v_name      text := lib.plain_line('name', p_name);
    v_settings  jsonb := coalesce(p_settings, '{}');
    v_questions text[];
begin
    v_old := lib.idem_begin(p_who, 'club.update', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    select club_id, form, status, locale, version
      into v_club.club_id, v_club.form, v_club.status, v_club.locale, v_club.version
      from club
     where club_id = p_club
       for no key update;
    if v_club.version <> p_base then
        return lib.refused('CONFLICT', jsonb_build_object('current', lib.club_view(p_club, v_club.locale, true)), null,
                           p_who, 'club.update', p_idem, '{}');
    end if;
    if v_club.status = 'closed' then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    if p_name is not null and v_name is null then
        perform lib.invalid('name', 'must not be empty');
    end if;
    if not lib.club_defaults(v_club.form) ?& array(select jsonb_object_keys(v_settings)) then
        perform lib.invalid('settings', 'holds what is no setting');
    end if;
    if v_settings ? 'questions' then
        v_questions := array(select lib.plain_line('settings', q.question)
                               from jsonb_array_elements_text(v_settings -> 'questions') with ordinality as q (question, no)
                              order by q.no);
        if (select count(distinct q) from unnest(v_questions) q) < cardinality(v_questions) then
            perform lib.invalid('settings', 'holds a question twice, or an empty one');
        end if;
        v_settings := v_settings || jsonb_build_object('questions', v_questions);
    end if;
    if exists (select from jsonb_array_elements_text(v_settings -> 'topics') t where t !~ '^[[:alnum:]_-]+$') then
        perform lib.invalid('settings', 'holds a topic that is not one word');
    end if;
    if exists (select
                 from jsonb_array_elements_text(v_settings #> '{welcome,benefits}') w
                where not exists (select from benefit
                                   where benefit_id = w::bigint and club_id = p_club and status <> 'retired')) then
        perform lib.invalid('settings.welcome', 'names a benefit that the club does not have');
    end if;
    update club
       set name = coalesce(v_name, name), join_policy = coalesce(p_join_policy, join_policy),
           settings = (settings || v_settings)
                      - array(select jsonb_array_elements_text(coalesce(p_clear, '[]'))),
           version = version + 1
     where club_id = p_club;
    perform lib.club_tiers_set(p_club, p_tiers);
    return lib.idem_end(p_who, 'club.update', p_idem, lib.done(
        lib.club_view(p_club, v_club.locale, true),
        lib.emit_all(array[lib.event('staff:' || p_club, 'club.changed', 'staff', jsonb_build_object(
            'club', p_club::text, 'version', v_club.version + 1))])));
end $$;
