#!/usr/bin/env bash
# locks_test.sh -- P8 and the lock order: batches and single calls in random order on few rows, from many connections.
# No deadlock, no lost point, the invariants of the ledger and of the evidence hold.  Uses ADMIN_URL.
set -euo pipefail

bin=/usr/lib/postgresql/15/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/clubhub-locks.XXXXXX")
trap 'rm -rf "$work"' EXIT

query() {
    "$bin/psql" -X -q -At -v ON_ERROR_STOP=1 -d "$ADMIN_URL" "$@"
}

# The rows of noun.psql, committed this time.
{
    printf 'begin;\n'
    sed '/^-- The reply of a call/,$d' "$(dirname "$0")/noun.psql"
    printf 'update tier set qualify_tp = 50, retain_tp = 50000 where tier_id = 8071;\n'
    printf "update club set settings = '{\"posts_per_day\":1000000,\"posts_per_day_new\":1000000,\"marketing_per_day\":1000000,\"marketing_per_week\":1000000,\"transfers\":true}' where club_id = 8001;\n"
    cat <<'SQL'
insert into staff (staff_id, login, roles) values (8311, 'n-mod', '{moderator}'), (8312, 'n-mod-two', '{moderator}'),
    (8313, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8311, 8001), (8312, 8001), (8313, 8001);
update member set email_verified_at = now(), quiet_from = '00:00', quiet_to = '00:00' where member_id between 8201 and 8208;
update member_pii set email_enc = lib.pii_seal(member_id || '@example.org') where member_id between 8201 and 8208;
-- A member agrees to offers by e-mail, one is queued, and a notification is told.
create function public.agree_and_queue(p_member bigint) returns void language plpgsql set search_path = club as $$
begin
    perform from member where member_id = p_member for no key update;
    insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
    values (p_member, 30, 8101, 3, 'given', 1,
            lib.consent_record(p_member, 30::smallint, 8101, 3::smallint, 'give', 1, 'en', 'm:' || p_member, 'test', '{}'))
        on conflict (member_id, purpose_id, scope_id, channel_id) do update set state = 'given', text_ver = 1, event_id = excluded.event_id, expires_at = null;
    insert into send_job (member_id, channel_id, template, gate_cat, scope_id, club_id, prio) values (p_member, 3, 'offer.news', 'mkt.offers', 8101, 8001, 2);
    perform lib.emit_all(lib.notify(p_member, 'tier', 'club:8001', '{}', 'svc.account'));
end $$;
-- Two journeys of four seats each.
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, cancel_policy, state)
select o, 8001, 'trip', 'Fjords', 'Open', now() + interval '60 days', now() + interval '61 days', now() - interval '1 day', now() + interval '50 days', now() + interval '49 days', 'EUR', '[{"hours_before":0,"refund_ppm":1000000}]', 'open'
  from unnest('{8901,8902}'::bigint[]) o;
insert into seat_pool (pool_id, offer_id, code, capacity) select o + 10, o, 'total', 4 from unnest('{8901,8902}'::bigint[]) o;
insert into seat_class (class_id, offer_id, code, title, unit_price_minor, points_price) select o + 20, o, 'one', 'One', 1000, 5 from unnest('{8901,8902}'::bigint[]) o;
insert into seat_class_pool (class_id, pool_id, offer_id) select o + 20, o + 10, o from unnest('{8901,8902}'::bigint[]) o;
-- Both are on a journey that all plan together; pairs and threes are cheaper.
insert into price_step (offer_id, min_party, discount_ppm) select o, p, p * 100000 from unnest('{8901,8902}'::bigint[]) o, generate_series(2, 3) p;
insert into plan (plan_id, club_id, title, currency, state) values (8951, 8001, 'Together', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at) select 8951, m, case m when 8201 then 'owner' else 'editor' end, 'joined', now() from generate_series(8201, 8206) m;
select api.plan_attach_offer('m:8201', 'attach-' || o, sha256('x'), 8951, o, null, null) from unnest('{8901,8902}'::bigint[]) o \g /dev/null
-- Runs one call; an expected refusal is as good as an answer.
create function public.call_or_refusal(p_sql text) returns void language plpgsql as $$
begin
    execute p_sql;
exception when others then
    if left(sqlstate, 2) <> 'ZC' then
        raise;
    end if;
end $$;
SQL
    printf 'commit;\n'
} | query

# pgbench takes a colon for a variable: chr(58) is one.
cat >"$work/earn.sql" <<'SQL'
\set r random(1, 1000000000000)
select count(*) from api.points_earn_many(
    array(select 'v' || chr(58) || 'till' from generate_series(1, 9)),
    array(select 'lock-' || :r || '-' || g from generate_series(1, 9) g),
    array(select sha256('x') from generate_series(1, 9)),
    array(select 8201 + (:r::bigint * g) % 4 from generate_series(1, 9) g),
    array(select 8001 from generate_series(1, 9)), array(select 'l' || :r % 5000 || '-' || g from generate_series(1, 9) g),
    array(select jsonb_build_array(jsonb_build_object('amount', jsonb_build_object('minor', 100, 'cur', 'EUR'))) from generate_series(1, 9)),
    array(select null from generate_series(1, 9))::timestamptz[], array(select null from generate_series(1, 9))::bigint[]);
SQL
cat >"$work/post.sql" <<'SQL'
\set r random(1, 1000000000000)
select count(*) from api.feed_post_many(
    array(select 'm' || chr(58) || 8201 + (:r::bigint * g) % 4 from generate_series(1, 9) g),
    array(select 'lock-' || :r || '-' || g from generate_series(1, 9) g),
    array(select sha256('x') from generate_series(1, 9)), array(select 8001 from generate_series(1, 9)),
    array(select 'story' from generate_series(1, 9)), array(select null from generate_series(1, 9)),
    array(select 'text' from generate_series(1, 9)), array(select null from generate_series(1, 9))::bigint[],
    array(select null from generate_series(1, 9)), array(select null from generate_series(1, 9))::jsonb[]);
SQL
cat >"$work/say.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8204)
\set n random(8205, 8207)
select api.consent_withdraw_all('m' || chr(58) || :m, 'lock-' || :r, sha256('x'), '{}', null, null);
select public.call_or_refusal(format('select api.consent_refuse(%L, %L, sha256(''x''), ''{}'', %L, null, null)', 'm' || chr(58) || :m,
    'lock-' || :r, jsonb_build_array(jsonb_build_object('purpose', 'mkt.offers', 'scope', '8101', 'channel', 'inapp'))));
select api.member_block('m' || chr(58) || :m, 'lock-' || :r, sha256('x'), :n);
select api.member_unblock('m' || chr(58) || :m, 'lock-' || :r, sha256('x'), :n);
SQL
# One post in the last five is reported, decided about, appealed for; its author is silenced and restored.
cat >"$work/moderate.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8204)
\set s random(8311, 8312)
\set k random(0, 4)
\set a random(1, 4)
select coalesce(max(post_id), 0) as post from (select post_id from club.post where club_id = 8001 order by post_id desc offset :k limit 1) p \gset
select public.call_or_refusal(format('select api.feed_report(%L, %L, sha256(''x''), ''post'', %s, null, ''illegal'', null)',
    'm' || chr(58) || :m, 'lock-' || :r, :post));
select public.call_or_refusal(format('select api.mod_decide(%L, %L, sha256(''x''), ''post'', %s, null, %L, null, ''1'', ''x'', %L)',
    's' || chr(58) || :s, 'lock-' || :r, :post, (array['remove', 'restore', 'silence', 'none'])[:a], case :a when 3 then '1' end));
select public.call_or_refusal(format('select api.mod_appeal(%L, %L, sha256(''x''), (select max(decision_id) from club.moderation_decision where member_id = %s), ''x'')',
    'm' || chr(58) || :m, 'lock-' || :r, :m));
select public.call_or_refusal(format('select api.mod_appeal_decide(%L, %L, sha256(''x''), (select max(appeal_id) from club.appeal), ''granted'', ''x'')',
    's' || chr(58) || :s, 'lock-' || :r));
select public.call_or_refusal(format('select api.member_restore(%L, %L, sha256(''x''), %s, 8001, null)', 's' || chr(58) || :s, 'lock-' || :r, :m));
SQL
# Members rest, go on, leave, come back and change their profiles; managers invite and name agents; the job looks after pauses.
cat >"$work/live.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8204)
\set a random(1, 4)
select public.call_or_refusal(format('select api.%s(%L, %L, sha256(''x''), 8001%s)',
    (array['membership_pause', 'membership_resume', 'membership_leave', 'membership_apply'])[:a], 'm' || chr(58) || :m,
    'lock-' || :r, (array['', '', '', ', null, null'])[:a]));
select public.call_or_refusal(format('select api.profile_set(%L, %L, sha256(''x''), (select version from club.member where member_id = %s), null, %L, null, null, null, null, ''["a","b"]'')',
    'm' || chr(58) || :m, 'lock-' || :r, :m, 'Name ' || :r));
select public.call_or_refusal(format('select api.membership_invite(%L, %L, sha256(''x''), 8001, %s, null, null)', 's' || chr(58) || 8313, 'lock-' || :r, :m));
select public.call_or_refusal(format('select api.membership_set_agent(%L, %L, sha256(''x''), 8001, %s, null)', 's' || chr(58) || 8313, 'lock-' || :r, :m));
update club.membership set paused_days = 184, paused_at = now() - interval '3 days', paused_year = extract(year from now()) where status = 'paused' and club_id = 8001 and member_id = :m;
select ran from api.jobs_run('pauses');
delete from club.tier_change where member_id = :m;
SQL
# Offers by e-mail are queued and taken while say.sql withdraws; notifications and preferences beside.
cat >"$work/mail.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8204)
select public.agree_and_queue(:m);
select coalesce(max((e ->> 'job')::bigint), 0) as job from api.send_take('v' || chr(58) || 'mail', 5, null) t, jsonb_array_elements(t.reply -> 'jobs') e \gset
select public.call_or_refusal(format('select api.send_result(%L, %L, sha256(''x''), %s, ''sent'')', 'v' || chr(58) || 'mail', 'lock-' || :r, :job));
select public.call_or_refusal(format('select api.notify_read(%L, %L, sha256(''x''), %s)', 'm' || chr(58) || :m, 'lock-' || :r, :r));
select public.call_or_refusal(format('select api.pref_set(%L, %L, sha256(''x''), ''en'', null, null, null, null)', 'm' || chr(58) || :m, 'lock-' || :r));
select ran from api.jobs_run('leases');
SQL
# Tiers: purchases raise members of 8001 at once, managers set them, the job ends them and tells of it.
cat >"$work/tier.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8204)
\set k random(0, 1)
select public.call_or_refusal(format('select api.tier_set(%L, %L, sha256(''x''), 8001, %s, %s, now() + interval ''1 day'', ''x'', null)',
    's' || chr(58) || 8313, 'lock-' || :r, :m, :k));
update club.membership set tier_until = now() - interval '100 days', tier_check_at = now() where club_id = 8001 and member_id = :m;
select ran from api.jobs_run('tiers');
select count(*) from api.tier_explain('m' || chr(58) || 8208, 8001, null);
SQL

# The desk: members offer points to one another, take them, turn them down; staff gives, takes, reverses and freezes.
cat >"$work/desk.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8204)
\set n 8201 + (:m - 8200 + random(0, 2)) % 4
\set a random(1, 2)
\set p random(-20, 100)
select public.call_or_refusal(format('select api.points_adjust(%L, %L, sha256(''x''), %s, 8001, %s, ''x'', null)', 's' || chr(58) || 8313, 'lock-' || :r, :m, :p));
select public.call_or_refusal(format('select api.points_transfer(%L, %L, sha256(''x''), %s, null, 3)', 'm' || chr(58) || :m, 'lock-' || :r, :n));
update club.point_hold set created_at = created_at - interval '40 days' where requested_by = 'm' || chr(58) || :m and purpose = 'transfer' and created_at > now() - interval '1 day';
select coalesce(max(hold_id), 0) as hold from club.point_hold where purpose = 'transfer' and state = 'active' and ref_id = :n::text \gset
select public.call_or_refusal(format('select api.points_transfer_%s(%L, %L, sha256(''x''), %s)', (array['accept', 'decline'])[:a], 'm' || chr(58) || :n, 'lock-' || :r, :hold));
select coalesce(max(tx_id), 0) as tx from club.ledger_tx where kind = 'earn' and club_id = 8001 and actor = 'v' || chr(58) || 'till' and reversed < amount \gset
select public.call_or_refusal(format('select api.points_reverse(%L, %L, sha256(''x''), %s, 1, %L, null, null)', 'v' || chr(58) || 'till', 'lock-' || :r, :tx, :r));
select public.call_or_refusal(format('select api.points_%s(%L, %L, sha256(''x''), %s, ''x'')', (array['freeze', 'unfreeze'])[:a], 's' || chr(58) || 8313, 'lock-' || :r, :m));
select public.call_or_refusal(format('select api.points_rule_set(%L, %L, sha256(''x''), 8001, null, null, null, 100000, now() + interval ''1 minute'' * %s, null)', 's' || chr(58) || 8313, 'lock-' || :r, :r % 100000));
update club.point_hold set expires_at = now() where purpose = 'transfer' and state = 'active' and hold_id % 7 = 0;
select ran from api.jobs_run('point_holds');
SQL

# Seats: held for money and points and friends, waited for, paid in time and too late, given up, cancelled, refunded.
cat >"$work/seats.sql" <<'SQL'
\set r random(1, 1000000000000)
\set m random(8201, 8206)
\set n 8201 + (:m - 8200 + random(0, 4)) % 6
\set o random(8901, 8902)
\set q random(1, 2)
\set a random(1, 3)
\set p random(0, 3)
update club.plan_member set state = 'joined', role = 'editor', ended_at = null where plan_id = 8951 and member_id = :m and state = 'left'
   and exists (select from club.membership where club_id = 8001 and member_id = :m and status = 'active');
update club.reservation set created_at = created_at - interval '2 days' where organiser = :m and created_at > now() - interval '1 day';
select public.call_or_refusal(format('select api.reservation_hold(%L, %L, sha256(''x''), %s, %L, %L, %L, null, %L)', 'm' || chr(58) || :m, 'lock-' || :r, :o,
    jsonb_build_array(jsonb_build_object('class', (:o + 20)::text, 'qty', :q)),
    case when :a = 1 then jsonb_build_array(jsonb_build_object('class', (:o + 20)::text, 'qty', 1)) end,
    case when :a = 2 then jsonb_build_array(jsonb_build_object('class', (:o + 20)::text, 'member', :n::text)) end,
    case when :p > 0 then 8951 end));
select item_id as item, version as base from club.plan_item where plan_id = 8951 and offer_id = :o \gset
select public.call_or_refusal(format('select api.plan_item_set(%L, %L, sha256(''x''), %s, %s, %L, null)', 'm' || chr(58) || :n, 'lock-' || :r, :item, :base,
    jsonb_build_object('title', 'T' || :r)));
select public.call_or_refusal(format('select api.plan_%s(%L, %L, sha256(''x''), 8951)', (array['lock', 'unlock', 'unlock'])[:a], 'm' || chr(58) || 8201, 'lock-' || :r));
select public.call_or_refusal(format('select api.waitlist_join(%L, %L, sha256(''x''), %s, %s, %s)', 'm' || chr(58) || :n, 'lock-' || :r, :o, :o + 20, :q));
select coalesce(max(resv_id), 0) as resv from club.reservation where offer_id = :o and state = 'held' and organiser = :m \gset
update club.reservation set expires_at = clock_timestamp() where resv_id = :resv and state = 'held' and :a = 3;
select public.call_or_refusal(format('select api.reservation_%s(%L, %L, sha256(''x''), %s%s)', case when :r % 5 = 0 then 'release' else 'confirm' end,
    case when :r % 5 = 0 then 'm' || chr(58) || :m else 'v' || chr(58) || 'desk' end, 'lock-' || :r, :resv,
    case when :r % 5 = 0 then '' else format(', %L, null', 'lock-' || :r % 1000) end));
select coalesce(max(entry_id), 0) as entry from club.waitlist_entry where offer_id = :o and state = 'offered' and member_id = :m \gset
select public.call_or_refusal(format('select api.waitlist_%s(%L, %L, sha256(''x''), %s%s)', (array['accept', 'decline', 'leave'])[:a], 'm' || chr(58) || :m, 'lock-' || :r, :entry, case :a when 1 then ', null' else '' end));
select coalesce(max(resv_id), 0) as resv from club.reservation where offer_id = :o and state in ('held', 'confirmed') and organiser = :n \gset
select public.call_or_refusal(format('select api.reservation_%s(%L, %L, sha256(''x''), %s)', (array['accept_seat', 'decline_seat', 'release'])[:a],
    'm' || chr(58) || case :a when 3 then :n else :m end, 'lock-' || :r, :resv));
select public.call_or_refusal(format('select api.reservation_cancel(%L, %L, sha256(''x''), %s, null, null, null)', 'm' || chr(58) || :n, 'lock-' || :r, :resv));
select coalesce(max((e ->> 'refund')::bigint), 0) as refund from api.refund_take('v' || chr(58) || 'desk', 3) t, jsonb_array_elements(t.reply -> 'refunds') e \gset
select public.call_or_refusal(format('select api.refund_done(%L, %L, sha256(''x''), %s, %L)', 'v' || chr(58) || 'desk', 'lock-' || :r, :refund, (array['done', 'failed', 'done'])[:a]));
select ran from api.jobs_run((array['reservations', 'waitlist', 'refunds'])[:a]);
SQL

before=$(query -c "select deadlocks from pg_stat_database where datname = current_database()")
status=0
PGOPTIONS="-c clubhub.pii_key=00ff" "$bin/pgbench" -n -c 8 -j 2 -T "${LOCKS_SECONDS:-6}" -f "$work/earn.sql@3" -f "$work/post.sql@3" -f "$work/say.sql@1" \
    -f "$work/moderate.sql@2" -f "$work/live.sql@2" -f "$work/mail.sql@2" -f "$work/tier.sql@2" -f "$work/desk.sql@2" -f "$work/seats.sql@6" "$ADMIN_URL" >"$work/log" 2>&1 || status=$?
grep -E 'number of transactions actually|ERROR' "$work/log" | sed 's/^/# /' | head -n 5

# Three members report the same twenty posts at the same time: the third one hides, whoever that is.
cat >"$work/three.sql" <<'SQL'
\set n :n + 1
select count(*) from api.feed_report('m' || chr(58) || 8221 + :client_id, 'three-' || :n || '-' || :client_id, sha256('x'), 'post', 8600 + :n, null, 'spam', null);
SQL
query <<'SQL'
insert into club.member (member_id, status, handle) select m, 'active', 'nn' || m from generate_series(8221, 8224) m;
insert into club.membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8001, 8051, 'active', 8061, now() - interval '90 days' from generate_series(8221, 8224) m;
insert into club.post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
select 8600 + g, 8001, 'm', 8224, 'story', 'club', 'svc.feed', 'x', 'published', now() - interval '1 day' from generate_series(1, 20) g;
SQL
three=0
"$bin/pgbench" -n -c 3 -j 2 -t 20 -D n=0 -f "$work/three.sql" "$ADMIN_URL" >"$work/three.log" 2>&1 || three=$?
grep 'ERROR' "$work/three.log" | sed 's/^/# /' | head -n 5 || true

count=0
check() { # name, what should be nothing
    count=$((count + 1))
    if [ -z "$2" ] || [ "$2" = 0 ]; then
        printf 'ok %d - %s\n' "$count" "$1"
    else
        printf 'not ok %d - %s: %s\n' "$count" "$1" "$2"
    fi
}

printf '1..19\n'
check 'every transaction went through' "$status"
check 'no deadlock' "$(($(query -c "select deadlocks from pg_stat_database where datname = current_database()") - before))"
check 'the ledger holds' "$(query -c 'select * from lib.ledger_violations() limit 3')"
check 'offers of points were made, and came to an end' "$(query -c "
    select 'none' where not exists (select from club.point_hold where purpose = 'transfer' and state <> 'active')")"
check 'what counts for tiers is the sum of the entries' "$(query -c 'select * from lib.tier_violations() limit 3')"
check 'tiers rose and fell' "$(query -c "
    select 'too few' where (select count(distinct refs ->> 'to') from club.outbox where type = 'tier.changed') < 2")"
check 'the evidence holds' "$(query -c 'select * from lib.consent_violations() limit 3')"
check 'every seat is counted' "$(query -c 'select * from lib.seat_violations() limit 3')"
check 'seats were booked for a plan' "$(query -c "
    select 'none' where not exists (select from club.reservation where plan_id is not null and confirmed_at is not null)")"
check 'the plan is whole' "$(query -c 'select * from lib.plan_violations() limit 3')"
check 'seats were paid in time and too late, and refunded' "$(query -c "
    select 'too few' where (select count(distinct outcome) from club.payment) < 2 or not exists (select from club.refund where state <> 'queued')")"
check 'seats were waited for and cancelled' "$(query -c "
    select 'too few' where not exists (select from club.waitlist_entry where state in ('converted', 'declined'))
                        or not exists (select from club.reservation where state = 'cancelled')")"
check 'every decision is told, and what is in force has its effect' "$(query -c "
    select * from lib.moderation_violations() where id <> 8208 limit 3")"
check 'every message had its consent' "$(query -c 'select * from lib.delivery_violations() limit 3')"
check 'messages were sent, and stopped' "$(query -c "
    select 'too few' where (select count(distinct verdict) from club.delivery_log where member_id between 8201 and 8204) < 2")"
check 'moderators had something to decide' "$(query -c "
    select 'too little' where not exists (select from club.moderation_decision) or not exists (select from club.report)")"
check 'three who report at once all get through' "$three"
check 'the third of three hides, once' "$(query -c "
    select p.post_id from club.post p left join club.moderation_decision d on d.target_id = p.post_id and d.automated
     where p.post_id between 8601 and 8620 group by p.post_id, p.state having p.state <> 'hidden' or count(d) <> 1 limit 3")"
check 'streams have no gap' "$(query -c "
    select stream from club.outbox where stream like '%:8%' or stream = 'sys'
     group by stream having max(seq) - min(seq) + 1 <> count(*) limit 3")"
