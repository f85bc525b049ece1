-- plan_edit.sql -- plans are made, changed, locked and called off, and follow their dates (domain.md 10.1).

-- what a plan says of itself ------------------------------------------------------------------------------------

-- A day like 2027-05-31; '' is none.
create function lib.plan_date(p_text text, p_path text) returns date language plpgsql immutable as $$
declare
    v_day date;
begin
    if p_text = '' or p_text is null then
        return null;
    end if;
    if p_text ~ '^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$' then
        begin
            v_day := make_date(left(p_text, 4)::int, substr(p_text, 6, 2)::int, right(p_text, 2)::int);
        exception when datetime_field_overflow then
            v_day := null;
        end;
    end if;
    if v_day is null then
        perform lib.invalid(p_path, 'is no day like 2027-05-31');
    end if;
    return v_day;
end $$;

-- Is that the name of a zone, like Europe/Oslo?
create function lib.plan_is_zone(p_tz text) returns boolean language plpgsql stable as $$
begin
    if p_tz !~ '^(UTC|[A-Z][A-Za-z]{2,12}/[A-Z][A-Za-z_/-]{1,40})$' then
        return false;
    end if;
    perform now() at time zone p_tz;
    return true;
exception when invalid_parameter_value then
    return false;
end $$;

-- Refuses what a plan cannot say of itself.
create function lib.plan_check(p_plan plan) returns void language plpgsql stable as $$
begin
    if btrim((p_plan).title, E' \n\t') = '' then
        perform lib.invalid('title', 'says nothing');
    elsif not lib.plan_is_zone((p_plan).tz) then
        perform lib.invalid('tz', 'is no zone like Europe/Oslo');
    elsif lib.currency_exponent((p_plan).currency) is null then
        perform lib.invalid('currency', 'is no currency like EUR');
    elsif (p_plan).ends_on is not null and (p_plan).starts_on is null then
        perform lib.invalid('starts_on', 'is missing');
    elsif (p_plan).ends_on < (p_plan).starts_on then
        perform lib.invalid('ends_on', 'is before the start');
    elsif (p_plan).ends_on - (p_plan).starts_on > 366 then
        perform lib.invalid('ends_on', 'is more than a year after the start');
    end if;
end $$;

-- dates ---------------------------------------------------------------------------------------------------------

-- The state that a plan has by its dates; without an end the journey lasts a day.
create function lib.plan_state_on(p_plan plan, p_today date) returns text language plpgsql stable as $$
begin
    if (p_plan).state not in ('planning', 'locked', 'booked', 'travelling') then
        return (p_plan).state;
    elsif coalesce((p_plan).ends_on, (p_plan).starts_on) < p_today then
        return 'done';
    elsif (p_plan).starts_on <= p_today then
        return case when (p_plan).state = 'locked' and (p_plan).state_before = 'travelling' then 'locked' else 'travelling' end;
    elsif (p_plan).state <> 'travelling' then
        return (p_plan).state;
    end if;
    return case when exists (select
                               from reservation
                              where plan_id = (p_plan).plan_id
                                and state in ('confirmed', 'checked_in'))
                then 'booked' else 'planning' end;      -- the journey was put off
end $$;

-- The plan in the state of its dates, where those say another one.
create function lib.plan_dated(p_plan plan) returns plan language plpgsql stable as $$
declare
    v_state text := lib.plan_state_on(p_plan, (now() at time zone (p_plan).tz)::date);
begin
    if v_state <> (p_plan).state then
        p_plan.state := v_state;
        p_plan.state_before := null;
    end if;
    return p_plan;
end $$;

-- Writes what plan.update, lock, cancel and the days change; the caller holds the plan.
create function lib.plan_store(p_plan plan) returns plan language plpgsql volatile as $$
begin
    update plan
       set title = (p_plan).title, dest = (p_plan).dest, starts_on = (p_plan).starts_on, ends_on = (p_plan).ends_on,
           tz = (p_plan).tz, state = (p_plan).state, state_before = (p_plan).state_before,
           cancelled_at = (p_plan).cancelled_at, version = version + 1
     where plan_id = (p_plan).plan_id
    returning * into p_plan;
    return p_plan;
end $$;

-- Plans whose day has come: 200 at a time, those locked elsewhere the next time.
create function lib.plans_run() returns bigint language plpgsql volatile as $$
declare
    v_plan   plan;
    v_events lib.event_row[] := '{}';
    v_count  bigint := 0;
begin
    for v_plan in
        select p.*
          from plan p
         where p.plan_id = any (array(
                   select d.plan_id
                     from plan d
                    where d.state in ('planning', 'locked', 'booked', 'travelling')
                      and d.starts_on <= (now() at time zone 'Pacific/Kiritimati')::date
                      and (coalesce(d.ends_on, d.starts_on) < (now() at time zone d.tz)::date
                           or d.starts_on <= (now() at time zone d.tz)::date
                              and d.state <> 'travelling'
                              and d.state_before is distinct from 'travelling')
                    order by d.starts_on
                    limit 200))
         order by p.plan_id
           for no key update skip locked
    loop
        v_plan := lib.plan_store(lib.plan_dated(v_plan));
        v_events := v_events || lib.plan_changed(v_plan, null);
        v_events := v_events || lib.plan_polls_follow(v_plan.plan_id);
        v_count := v_count + 1;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;

-- methods -------------------------------------------------------------------------------------------------------

-- plan.create   Makes a plan of a club; the caller is its owner.
--   who    member
--   raises ZC014 not a member of the club; ZC024 20 plans in 24 hours, or in 200 {"max"}; ZC035 restricted; ZC602 title, tz,
--          currency, starts_on, ends_on
--   emits  plan.changed on plan:<plan>; sys
create function api.plan_create(p_who text, p_idem text, p_hash bytea, p_club bigint, p_title text, p_dest text,
                                p_starts_on text, p_ends_on text, p_tz text, p_currency text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_mine   plan_member;
    v_plan   plan;
begin
    v_old := lib.idem_begin(p_who, 'plan.create', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    if not lib.in_club(v_member, p_club) then
        perform lib.refuse('ZC014');
    end if;
    perform from member where member_id = v_member for no key update;   -- one by one, for the limits
    if (select count(*)
          from plan_member pm
          join plan p on p.plan_id = pm.plan_id and p.created_at = pm.joined_at
         where pm.member_id = v_member
           and pm.joined_at > now() - interval '24 hours') >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;
    if (select count(*) from plan_member where member_id = v_member and state = 'joined') >= 200 then
        perform lib.refuse('ZC024', '{"max":200}');
    end if;
    v_plan.plan_id := lib.new_id();
    v_plan.club_id := p_club;
    v_plan.title := btrim(p_title);
    v_plan.dest := nullif(btrim(p_dest), '');
    v_plan.starts_on := lib.plan_date(p_starts_on, 'starts_on');
    v_plan.ends_on := lib.plan_date(p_ends_on, 'ends_on');
    v_plan.tz := coalesce(p_tz, (select tz from club where club_id = p_club));
    v_plan.currency := coalesce(p_currency, 'EUR');
    perform lib.plan_check(v_plan);
    insert into plan (plan_id, club_id, title, dest, starts_on, ends_on, tz, currency)
    values (v_plan.plan_id, p_club, v_plan.title, v_plan.dest, v_plan.starts_on, v_plan.ends_on, v_plan.tz, v_plan.currency)
    returning * into v_plan;
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    values (v_plan.plan_id, v_member, 'owner', 'joined', v_plan.created_at)
    returning * into v_mine;
    return lib.idem_end(p_who, 'plan.create', p_idem, lib.done(
        lib.plan_view(v_plan) || jsonb_build_object('mine', lib.plan_mine(v_plan, v_mine)),
        lib.emit_all(array[lib.plan_changed(v_plan, v_member), lib.sys(p_reload => array[v_member])])));
end $$;

-- What a write answers.
create function lib.plan_reply(p_plan plan, p_mine plan_member) returns jsonb language sql stable as
$$ select lib.plan_view(p_plan) || jsonb_build_object('mine', lib.plan_mine(p_plan, p_mine)) $$;

-- plan.update   Changes what a plan says of itself; a draft becomes a plan.  '' takes dest or a day away.
--   who    member
--   raises ZC001 neither owner nor editor; ZC002 no such plan of the caller's; ZC004 base is not the current version
--          {"current"}; ZC014 left the club; ZC017 locked or over, state where it is no draft {"state"}; ZC024
--          21,000 changes {"max","what"}; ZC035 restricted; ZC602 title, tz, starts_on, ends_on, a base of the future
--   emits  plan.changed; when other dates end it plan.proposal, poll.changed on plan:<plan>
create function api.plan_update(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_base bigint, p_title text,
                                p_dest text, p_starts_on text, p_ends_on text, p_tz text, p_state text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer;
    v_was  plan;
    v_plan plan;
    v_mine plan_member;
    v_set  jsonb;
begin
    v_old := lib.idem_begin(p_who, 'plan.update', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_was := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_was, 'item');
    if p_base > v_was.version then
        perform lib.invalid('base', 'is a version that has not been');
    end if;
    if p_base < v_was.version then
        return lib.refused('CONFLICT', jsonb_build_object('current', lib.plan_view(v_was)), null, p_who, 'plan.update', p_idem,
                           '{}');
    end if;
    if p_state is not null and v_was.state <> 'draft' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_was.state));
    end if;
    v_plan := v_was;
    v_plan.title := coalesce(btrim(p_title), v_was.title);
    v_plan.dest := case when p_dest is null then v_was.dest else nullif(btrim(p_dest), '') end;
    v_plan.starts_on := case when p_starts_on is null then v_was.starts_on else lib.plan_date(p_starts_on, 'starts_on') end;
    v_plan.ends_on := case when p_ends_on is null then v_was.ends_on else lib.plan_date(p_ends_on, 'ends_on') end;
    v_plan.tz := coalesce(p_tz, v_was.tz);
    v_plan.state := coalesce(p_state, v_was.state);
    perform lib.plan_check(v_plan);
    select jsonb_object_agg(n.key, n.value) into v_set
      from jsonb_each(to_jsonb(v_plan)) n
     where n.value <> to_jsonb(v_was) -> n.key;
    if v_set is not null then
        perform lib.plan_log_room(v_was.op_seq, 21000);
        v_plan := lib.plan_store(lib.plan_dated(v_plan));
        v_plan.op_seq := lib.plan_op_add(
            p_plan, p_who, 'plan_set', 'plan:' || p_plan, v_set,
            (select jsonb_object_agg(k, to_jsonb(v_was) -> k) from jsonb_object_keys(v_set) k), p_base, v_plan.version);
    end if;
    return lib.idem_end(p_who, 'plan.update', p_idem, lib.done(
        lib.plan_reply(v_plan, v_mine),
        case when v_set is not null then lib.emit_all(
            array[lib.plan_changed(v_plan, v_mine.member_id)] || lib.plan_polls_follow(p_plan)) end));
end $$;

-- plan.lock   From now on only the owner edits; polls end without effect, proposals are stale.
--   who    member
--   raises ZC001 not the owner; ZC002 no such plan of the caller's; ZC014 left the club; ZC017 a draft, locked or over
--          {"state"}; ZC035 restricted
--   emits  plan.changed, plan.proposal, poll.changed on plan:<plan>
create function api.plan_lock(p_who text, p_idem text, p_hash bytea, p_plan bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer;
    v_plan plan;
    v_mine plan_member;
begin
    v_old := lib.idem_begin(p_who, 'plan.lock', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'lock');
    if v_plan.state = 'locked' then
        perform lib.refuse('ZC017', '{"state":"locked"}');
    end if;
    v_plan.state_before := v_plan.state;
    v_plan.state := 'locked';
    v_plan := lib.plan_store(v_plan);
    return lib.idem_end(p_who, 'plan.lock', p_idem, lib.done(
        lib.plan_reply(v_plan, v_mine),
        lib.emit_all(array[lib.plan_changed(v_plan, v_mine.member_id)] || lib.plan_polls_follow(p_plan))));
end $$;

-- plan.unlock   Back to what the plan was before it was locked, or what its dates make of that.
--   who    member
--   raises ZC001 not the owner; ZC002 no such plan of the caller's; ZC014 left the club; ZC017 not locked {"state"};
--          ZC035 restricted
--   emits  plan.changed on plan:<plan>
create function api.plan_unlock(p_who text, p_idem text, p_hash bytea, p_plan bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer;
    v_plan plan;
    v_mine plan_member;
begin
    v_old := lib.idem_begin(p_who, 'plan.unlock', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'lock');
    if v_plan.state <> 'locked' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_plan.state));
    end if;
    v_plan.state := v_plan.state_before;
    v_plan.state_before := null;
    v_plan := lib.plan_store(lib.plan_dated(v_plan));
    return lib.idem_end(p_who, 'plan.unlock', p_idem, lib.done(
        lib.plan_reply(v_plan, v_mine), lib.emit_all(array[lib.plan_changed(v_plan, v_mine.member_id)])));
end $$;

-- plan.cancel   Calls a plan off; talk and money go on.
--   who    member
--   raises ZC001 not the owner; ZC002 no such plan of the caller's; ZC014 left the club; ZC017 over {"state"}; ZC035 restricted
--   emits  plan.changed, plan.proposal, poll.changed on plan:<plan>
create function api.plan_cancel(p_who text, p_idem text, p_hash bytea, p_plan bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer;
    v_plan plan;
    v_mine plan_member;
begin
    v_old := lib.idem_begin(p_who, 'plan.cancel', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'cancel');
    v_plan.state := 'cancelled';
    v_plan.state_before := null;
    v_plan.cancelled_at := now();
    v_plan := lib.plan_store(v_plan);
    return lib.idem_end(p_who, 'plan.cancel', p_idem, lib.done(
        lib.plan_reply(v_plan, v_mine),
        lib.emit_all(array[lib.plan_changed(v_plan, v_mine.member_id)] || lib.plan_polls_follow(p_plan))));
end $$;
