-- job.sql -- timers: whichever node gets the job's lock runs it.  Every function compares deadlines itself; a
-- job only tidies up.  Each run handles a bounded number of rows.

-- Makes the partitions of the outbox from today to p_ahead days on, and drops those older than p_keep days.
-- A day of which the default partition already holds rows stays there.  Returns how many it made or dropped.
-- Short lock waits: a busy moment makes it fail, and it runs again soon.
create function lib.outbox_partitions(p_ahead int default 3, p_keep int default 30) returns bigint
language plpgsql volatile set search_path = club, pg_temp set timezone = 'UTC' as $$
declare
    v_today date := current_date;
    v_day   date;
    v_name  text;
    v_count bigint := 0;
begin
    perform set_config('lock_timeout', '500ms', true);
    for v_day in select v_today + n from generate_series(0, p_ahead) as n loop
        v_name := 'outbox_' || to_char(v_day, 'YYYYMMDD');
        if to_regclass('club.' || v_name) is null
           and not exists (select from outbox_default where at >= v_day and at < v_day + 1) then
            execute format('create table club.%I (like club.outbox including defaults including constraints)', v_name);
            execute format('alter table club.outbox attach partition club.%I for values from (%L) to (%L)',
                           v_name, v_day::timestamptz, (v_day + 1)::timestamptz);
            v_count := v_count + 1;
        end if;
    end loop;
    for v_name in
        select c.relname
          from pg_inherits i
          join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'club.outbox'::regclass
           and c.relname ~ '^outbox_[0-9]{8}$'
           and to_date(right(c.relname, 8), 'YYYYMMDD') < v_today - p_keep
    loop
        execute format('drop table club.%I', v_name);
        v_count := v_count + 1;
    end loop;
    delete from outbox_default where at < v_today - p_keep;
    return v_count;
end $$;

-- Marks consents whose time is over.  The gate refuses them already; the mark tells the member's screens.
create function lib.consents_expire() returns bigint language plpgsql volatile as $$
declare
    v_member  bigint;
    v_due     consent_state;
    v_event   bigint;
    v_triples jsonb;
    v_events  lib.event_row[] := '{}';
    v_members bigint[] := '{}';
    v_count   bigint := 0;
begin
    for v_member in
        select m.member_id
          from member m
         where m.member_id in (
                   select s.member_id from consent_state s
                    where s.state = 'given' and s.expires_at <= now()
                    order by s.expires_at limit 200)
         order by m.member_id
           for no key update
    loop
        v_triples := '[]';
        for v_due in
            select s.*
              from consent_state s
             where s.member_id = v_member
               and s.state = 'given'
               and s.expires_at <= now()
             order by s.purpose_id, s.scope_id, s.channel_id
               for update
        loop
            v_event := lib.consent_record(v_member, v_due.purpose_id, v_due.scope_id, v_due.channel_id, 'expire',
                                          v_due.text_ver, null, 'job:consents', 'max_age', '{}');
            update consent_state
               set state = 'expired', event_id = v_event, expires_at = null
             where member_id = v_member
               and purpose_id = v_due.purpose_id
               and scope_id = v_due.scope_id
               and channel_id = v_due.channel_id;
            v_triples := v_triples || (
                select jsonb_build_object('purpose', p.code, 'scope', v_due.scope_id::text, 'channel', c.code)
                  from purpose p, channel c
                 where p.purpose_id = v_due.purpose_id
                   and c.channel_id = v_due.channel_id);
            v_count := v_count + 1;
        end loop;
        if v_triples <> '[]' then
            update member set consent_epoch = consent_epoch + 1 where member_id = v_member;
            v_members := v_members || v_member;
            v_events := v_events || lib.event('me:' || v_member, 'consent.changed', 'legal.privacy',
                jsonb_build_object('triples', v_triples));
        end if;
    end loop;
    if v_members <> '{}' then
        perform lib.emit_all(v_events || lib.sys(p_reload => v_members, p_shown => v_members));
    end if;
    return v_count;
end $$;

-- Birthdays that end under_consent_age and under_18.
create function lib.ages_mark() returns bigint language plpgsql volatile as $$
declare
    v_members bigint[];
begin
    with due as (
        select member_id
          from member
         where under_18
           and (adult_on <= current_date or under_consent_age and consent_age_on <= current_date)
         order by member_id
         limit 500
           for no key update
    ), marked as (
        update member m
           set under_consent_age = m.under_consent_age
                                   and coalesce(m.consent_age_on > current_date, true)
                                   and coalesce(m.adult_on > current_date, true),
               under_18 = coalesce(m.adult_on > current_date, true),
               consent_epoch = m.consent_epoch + 1
          from due
         where m.member_id = due.member_id
        returning m.member_id
    )
    select array_agg(member_id order by member_id) into v_members from marked;
    if v_members is null then
        return 0;
    end if;
    perform lib.emit_all(array[lib.sys(p_reload => v_members, p_shown => v_members)]);
    return cardinality(v_members);
end $$;

-- Idempotency keys live 24 hours.
create function lib.idempotency_purge() returns bigint language sql volatile as $$
    with gone as (
        delete from idempotency
         where ctid = any (array(
                   select ctid from idempotency where at < now() - interval '24 hours'
                    limit 20000 for update skip locked))
        returning 1
    )
    select count(*) from gone
$$;

-- Attempts older than their window, tokens and tickets past their end, families without tokens.
create function lib.logins_purge() returns bigint language sql volatile as $$
    with tries as (
        delete from login_try where since < now() - interval '15 minutes' returning 1
    ), codes as (
        delete from card_try
         where ctid = any (array(
                   select ctid from card_try where since < now() - interval '15 minutes'
                    limit 20000 for update skip locked))
        returning 1
    ), tokens as (
        delete from refresh_token where expires_at < now() returning 1
    ), tickets as (
        delete from session_ticket where expires_at < now() returning 1
    ), revoked as (
        delete from revoked_token where expires_at < now() returning 1
    ), families as (
        delete from token_family f
         where f.created_at < now() - interval '2 days'
           and not exists (select from refresh_token t where t.family_id = f.family_id and t.expires_at >= now())
        returning 1
    )
    select (select count(*) from tries) + (select count(*) from codes) + (select count(*) from tokens) + (select count(*) from tickets)
           + (select count(*) from revoked) + (select count(*) from families)
$$;

create function lib.deliveries_purge() returns bigint language sql volatile as $$
    with gone as (
        delete from delivery_inapp
         where ctid = any (array(
                   select ctid from delivery_inapp where at < now() - interval '24 months' limit 50000))
        returning 1
    )
    select count(*) from gone
$$;

create function lib.post_versions_purge() returns bigint language sql volatile as $$
    with gone as (
        delete from post_version where at < now() - interval '30 days' returning 1
    ), said as (
        delete from comment_version where at < now() - interval '30 days' returning 1
    )
    select (select count(*) from gone) + (select count(*) from said)
$$;

-- jobs.run   Runs one job, unless another node is at it; done counts the rows it handled, alarms are lines of numbers
--            for the hub's log, one for each incident it opened.
--   who    the hub
--   raises ZC002 no such job
--   emits  consent.changed, notify.added, tier.changed, tier.warning, voucher.changed, voucher.expiring, points.changed, resv.changed,
--          early.opening, offer.reminder, offer.safety, strike.added, strike.changed,
--          points.expiring, account.frozen on me, points.changed on family:<id>, post.counters on club:<id>, metric.updated on staff:<club>, incident on ops, queue.position on me,
--          offer.availability, offer.changed, offer.opened, queue.sealed on offer:<id>,
--          poll.changed, plan.proposal, plan.item_changed, plan.changed on plan:<id>, sys.changed
create function api.jobs_run(p_name text, out ran boolean, out done bigint, out alarms text[])
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    ran := pg_try_advisory_xact_lock(hashtextextended('clubhub job ' || p_name, 0));
    if not ran then
        done := 0;
        return;
    end if;
    perform set_config('clubhub.origin', '', true); -- no answer carries its events: every tail reads them
    case p_name
        when 'approvals' then done := lib.approvals_expire();
        when 'moderation' then done := lib.moderation_run();
        when 'moderation_purge' then done := lib.moderation_purge();
        when 'reservations' then done := lib.reservations_run();
        when 'offers' then done := lib.offers_run();
        when 'plans' then done := lib.plans_run();
        when 'offer_dates' then done := lib.offers_moved_run();
        when 'offer_pulse' then done := lib.offer_pulses_run();
        when 'completed' then done := lib.completed_run();
        when 'no_shows' then done := lib.no_shows_run();
        when 'offer_notices' then done := lib.offer_notices_run();
        when 'strikes' then done := lib.strikes_run() + lib.openings_purge();
        when 'outbox_partitions' then done := lib.outbox_partitions();
        when 'idempotency' then done := lib.idempotency_purge();
        when 'logins' then done := lib.logins_purge();
        when 'consents' then done := lib.consents_expire();
        when 'ages' then done := lib.ages_mark();
        when 'pending' then done := lib.pending_purge();
        when 'deliveries' then done := lib.deliveries_purge();
        when 'pauses' then done := lib.pauses_end();
        when 'queue' then done := lib.queue_run();
        when 'delivery_partitions' then done := lib.delivery_partitions();
        when 'fanout' then done := lib.send_expand();
        when 'leases' then done := lib.send_leases();
        when 'messages' then done := lib.sends_purge() + lib.tokens_purge() + lib.notifications_purge();
        when 'followers' then done := lib.followers_tell();
        when 'post_counters' then done := lib.post_counters_send();
        when 'tiers' then done := lib.tiers_run();
        when 'post_versions' then done := lib.post_versions_purge();
        when 'plan_items' then done := lib.plan_items_purge();
        when 'contributions' then done := lib.family_contributions();
        when 'families' then done := lib.families_run();
        when 'name_deadlines' then done := lib.name_deadlines_run();
        when 'needs' then done := lib.needs_purge();
        when 'offer_cancellations' then done := lib.offer_cancellations_run();
        when 'erasures' then done := lib.erasures_run();
        when 'polls' then done := lib.polls_run();
        when 'points_mature' then done := lib.points_mature_run();
        when 'points_figures' then done := lib.points_figures_run();
        when 'points_expire' then done := lib.points_expire_run();
        when 'point_holds' then done := lib.point_holds_run();
        when 'points_notices' then done := lib.points_notices_run();
        when 'vouchers' then done := lib.vouchers_run();
        when 'refunds' then done := lib.refunds_run();
        when 'waitlist' then done := lib.waitlist_run();
        when 'reconcile' then select r.done, r.alarms into done, alarms from lib.reconcile() r;
        else raise exception using errcode = 'ZC002', message = 'no such job';
    end case;
    perform lib.job_note(p_name, done);
end $$;

-- delivery.note   Adds a node's counts of verdicts per event.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.delivery_note(p_node bigint, p_stream text[], p_seq bigint[], p_sent int[], p_redacted int[],
    p_suppressed int[], p_reasons text[])
returns void language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    insert into delivery_inapp as d (stream, seq, node_id, sent, redacted, suppressed, reasons)
    select u.stream, u.seq, p_node, u.sent, u.redacted, u.suppressed, coalesce(u.reasons, '{}')::jsonb
      from unnest(p_stream, p_seq, p_sent, p_redacted, p_suppressed, p_reasons)
        as u (stream, seq, sent, redacted, suppressed, reasons)
     order by u.stream collate "C", u.seq
    on conflict (stream, seq, node_id) do update
       set sent = d.sent + excluded.sent,
           redacted = d.redacted + excluded.redacted,
           suppressed = d.suppressed + excluded.suppressed,
           reasons = lib.counts_add(d.reasons, excluded.reasons);
end $$;

-- Adds two objects of counts.
create function lib.counts_add(p_a jsonb, p_b jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(s.key, s.total), '{}')
      from (select e.key, sum(e.value::bigint) as total
              from (select * from jsonb_each_text(p_a) union all select * from jsonb_each_text(p_b)) as e
             group by e.key) as s
$$;
