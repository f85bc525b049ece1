-- points_notice.sql -- members are told before points expire: 60, 30, 7 and 1 days before, at 09:00 of their own day,
-- once a day at most, of what expires soonest.  A service message, not marketing.
--
-- Each day of the calendar is planned once, before it begins anywhere on earth: a row for each member who has points
-- that expire 1, 7, 30 or 60 days later.  A row is told once it is due, in the same transaction as it is marked, and so
-- once only, on whatever node and after whatever crash.  A job that was down at 09:00 tells it later that day; what is
-- left from a day that is over is dropped.

-- The last day on which points of a lot can be spent, where its club is.
create function lib.lot_last_day(p_expires_at timestamptz, p_earned_tx bigint) returns date language plpgsql stable as $$
begin
    return ((p_expires_at at time zone coalesce(
                (select c.tz from club c where c.club_id = (select x.club_id from ledger_tx x where x.tx_id = p_earned_tx)),
                'UTC')) - interval '1 microsecond')::date;
end $$;

-- What of an account can be spent until that day and not after.
create function lib.points_ending(p_account bigint, p_on date) returns bigint language plpgsql stable as $$
begin
    return (
        select coalesce(sum(l.remaining), 0)::bigint
          from point_lot l
         where l.account_id = p_account
           and l.live
           and l.expires_at > (p_on::timestamp at time zone 'UTC') - interval '15 hours'
           and l.expires_at <= (p_on::timestamp at time zone 'UTC') + interval '37 hours'
           and lib.lot_last_day(l.expires_at, l.earned_tx) = p_on);
end $$;

-- Does anything at all expire about p_steps days after this one?
create function lib.points_end_about(p_day date, p_steps int[]) returns boolean language plpgsql stable as $$
declare
    v_step int;
begin
    foreach v_step in array p_steps loop
        if exists (
            select from point_lot
             where live
               and expires_at > ((p_day + v_step)::timestamp at time zone 'UTC') - interval '15 hours'
               and expires_at <= ((p_day + v_step)::timestamp at time zone 'UTC') + interval '37 hours') then
            return true;
        end if;
    end loop;
    return false;
end $$;

-- Plans the next 2,000 accounts of a day, or begins the next day.  Returns how many it looked at; 0: all is planned.
create function lib.points_notices_plan() returns bigint language plpgsql volatile as $$
declare
    v_plan     points_notice_plan;
    v_next     date;
    v_accounts bigint[];
begin
    select * into v_plan from points_notice_plan;
    if v_plan.account_id is null then
        v_next := greatest(v_plan.day + 1, (now() at time zone 'UTC' - interval '12 hours')::date);
        if now() < (v_next::timestamp at time zone 'UTC') - interval '7 hours' then
            return 0;
        end if;
        update points_notice_plan
           set day = v_next, account_id = case when lib.points_end_about(v_next, '{1,7,30,60}') then 0 end;
        delete from points_notice where day < v_next - 90;
        return 1;
    end if;
    select array_agg(a.account_id order by a.account_id)
      into v_accounts
      from (select account_id
              from ledger_account
             where account_id > v_plan.account_id
               and kind = 'redeemable'
               and owner_kind = 'm'
             order by account_id
             limit 2000) a;
    insert into points_notice (member_id, day, step, due_at)
    select a.owner_id, v_plan.day, s.step, (v_plan.day + time '09:00') at time zone m.tz
      from unnest(v_accounts) as v (account_id)
      join ledger_account a on a.account_id = v.account_id
      join member m on m.member_id = a.owner_id
     cross join lateral (
           select min(n.step) as step
             from unnest('{1,7,30,60}'::int[]) as n (step)
            where lib.points_ending(a.account_id, v_plan.day + n.step) > 0) s
     where s.step is not null
       and a.balance > 0
     order by a.owner_id
        on conflict do nothing;
    update points_notice_plan
       set account_id = case when cardinality(v_accounts) = 2000 then v_accounts[2000] end;
    return coalesce(cardinality(v_accounts), 1);
end $$;

-- Three things at most that a member can buy with so many points, the dearest first.
create function lib.points_buy(p_member bigint, p_points bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(b.benefit_id::text order by b.cost_points desc, b.benefit_id), '[]')
          from (select b.benefit_id, b.cost_points
                  from membership m
                  join tier t on t.tier_id = m.tier_id
                  join benefit b on b.club_id = m.club_id
                 where m.member_id = p_member
                   and m.status = 'active'
                   and b.status = 'active'
                   and b.cost_points between 1 and p_points
                   and b.min_rank <= t.rank
                   and coalesce(b.stock, 1) > 0
                   and coalesce(b.valid_from, '-infinity') <= now()
                   and coalesce(b.valid_to, 'infinity') > now()
                 order by b.cost_points desc, b.benefit_id
                 limit 3) b);
end $$;

-- Tells what is due, 200 at most.
create function lib.points_notices_tell() returns bigint language plpgsql volatile as $$
declare
    v_row    record;
    v_on     date;
    v_points bigint;
    v_refs   jsonb;
    v_events lib.event_row[] := '{}';
    v_count  bigint := 0;
begin
    for v_row in
        select d.member_id, d.day, d.step, m.status, (now() at time zone m.tz)::date as today, a.account_id
          from (select member_id, day, step
                  from points_notice
                 where told_at is null
                   and due_at <= now()
                 order by due_at
                 limit 200) d
          join member m on m.member_id = d.member_id
          left join ledger_account a on a.cur = 'RP' and a.kind = 'redeemable' and a.owner_kind = 'm'
                                    and a.owner_id = d.member_id and a.club_id = 0
         order by d.member_id, d.day
    loop
        v_count := v_count + 1;
        v_on := v_row.day + v_row.step;
        v_points := case when v_row.today <= v_row.day and v_row.status in ('active', 'suspended', 'closing')
                         then lib.points_ending(v_row.account_id, v_on) else 0 end;
        update points_notice
           set told_at = now(), points = v_points
         where member_id = v_row.member_id
           and day = v_row.day;
        if v_points > 0 then
            v_refs := jsonb_build_object('on', v_on, 'points', v_points);
            v_events := v_events || lib.event('me:' || v_row.member_id, 'points.expiring', 'svc.points',
                                              v_refs || jsonb_build_object('benefits', lib.points_buy(v_row.member_id, v_points)),
                                              p_subjects => array[v_row.member_id])
                                 || lib.notify(v_row.member_id, 'points_expiring', 'on:' || v_on, v_refs, 'svc.points');
        end if;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;

create function lib.points_notices_run() returns bigint language plpgsql volatile as $$
begin
    return lib.points_notices_plan() + lib.points_notices_tell();
end $$;
