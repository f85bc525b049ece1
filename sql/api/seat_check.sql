-- seat_check.sql -- the invariants of seats as queries, and rows that point at nothing.

-- I-20 to I-22: pools, and what is said to sit in them.
create function lib.seat_violations_of_pools()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with leg as (
        select l.pool_id, coalesce(sum(l.qty) filter (where r.state = 'held'), 0) as held,
               coalesce(sum(l.qty) filter (where r.state in ('confirmed', 'checked_in', 'completed', 'no_show')), 0) as confirmed
          from reservation_leg l
          join reservation r on r.resv_id = l.resv_id
         where r.state in ('held', 'confirmed', 'checked_in', 'completed', 'no_show')
         group by l.pool_id
    ), offered as (
        select c.pool_id, sum(e.qty) as offered
          from waitlist_entry e
          join seat_class_pool c on c.class_id = e.class_id
         where e.state = 'offered'
         group by c.pool_id
    ), due as (
        select i.resv_id, c.pool_id, sum(i.qty) as qty
          from reservation_item i
          join seat_class_pool c on c.class_id = i.class_id
         where i.qty > 0
         group by i.resv_id, c.pool_id
    ), seated as (
        select i.resv_id, sum(i.qty * c.persons) as persons
          from reservation_item i
          join seat_class c on c.class_id = i.class_id
         group by i.resv_id
    )
    select 'I-20', 'pool ' || pool_id, 'capacity ' || capacity || ', held ' || held || ', confirmed ' || confirmed
           || ', offered ' || offered
      from seat_pool
     where held + confirmed + offered > capacity
        or least(held, confirmed, offered) < 0
     union all
    select 'I-21', 'pool ' || p.pool_id, 'held ' || p.held || ', reservations that are held ' || coalesce(l.held, 0)
      from seat_pool p
      left join leg l on l.pool_id = p.pool_id
     where p.held <> coalesce(l.held, 0)
     union all
    select 'I-21', 'pool ' || p.pool_id, 'confirmed ' || p.confirmed || ', reservations ' || coalesce(l.confirmed, 0)
      from seat_pool p
      left join leg l on l.pool_id = p.pool_id
     where p.confirmed <> coalesce(l.confirmed, 0)
     union all
    select 'I-21', 'pool ' || p.pool_id, 'offered ' || p.offered || ', entries ' || coalesce(o.offered, 0)
      from seat_pool p
      left join offered o on o.pool_id = p.pool_id
     where p.offered <> coalesce(o.offered, 0)
     union all
    select 'I-22', 'reservation ' || coalesce(l.resv_id, d.resv_id), 'pool ' || coalesce(l.pool_id, d.pool_id) || ': leg '
           || coalesce(l.qty, 0) || ', items ' || coalesce(d.qty, 0)
      from reservation_leg l
      full join due d on d.resv_id = l.resv_id and d.pool_id = l.pool_id
     where l.qty is distinct from d.qty
     union all
    select 'I-22', 'reservation ' || i.resv_id, 'class ' || i.class_id || ' is of offer ' || c.offer_id
      from reservation_item i
      join reservation r on r.resv_id = i.resv_id
      join seat_class c on c.class_id = i.class_id
     where c.offer_id <> r.offer_id
     union all
    select 'I-22', 'reservation ' || l.resv_id, 'pool ' || l.pool_id || ' is of offer ' || p.offer_id
      from reservation_leg l
      join reservation r on r.resv_id = l.resv_id
      join seat_pool p on p.pool_id = l.pool_id
     where p.offer_id <> r.offer_id
     union all
    select 'I-22', 'class ' || d.class_id, 'of offer ' || c.offer_id || ' draws on pool ' || d.pool_id || ' of offer ' || p.offer_id
      from seat_class_pool d
      join seat_class c on c.class_id = d.class_id
      join seat_pool p on p.pool_id = d.pool_id
     where c.offer_id <> p.offer_id
        or d.offer_id <> c.offer_id
     union all
    select 'I-22', 'reservation ' || r.resv_id, r.persons || ' persons, items seat ' || coalesce(s.persons, 0)
      from reservation r
      left join seated s on s.resv_id = r.resv_id
     where r.persons <> coalesce(s.persons, 0);
$$;

-- I-23: what the rows of a reservation say of its way, and what its organiser was told of it.  Events older than the
-- outbox keeps are not there to be looked at.
create function lib.seat_violations_of_states()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with told as (
        select r.resv_id, r.state as now, o.seq, o.refs ->> 'state' as state,
               lag(o.refs ->> 'state') over (partition by r.resv_id order by o.seq) as before,
               lead(o.seq) over (partition by r.resv_id order by o.seq) as next
          from outbox o
          join reservation r on r.resv_id = (o.refs ->> 'resv')::bigint and o.stream = 'me:' || r.organiser
         where o.type = 'resv.changed'
    )
    select 'I-23', 'reservation ' || resv_id, state || ', confirmed at ' || coalesce(confirmed_at::text, 'no time')
      from reservation
     where (confirmed_at is null) <> (state in ('held', 'expired', 'released'))
     union all
    select 'I-23', 'reservation ' || resv_id, before || ' became ' || state
      from told
     where state <> before
       and (before, state) not in (('held', 'confirmed'), ('held', 'expired'), ('held', 'released'), ('expired', 'confirmed'),
                                   ('confirmed', 'checked_in'), ('confirmed', 'no_show'), ('confirmed', 'completed'),
                                   ('confirmed', 'cancelled'),
                                   ('checked_in', 'completed'), ('checked_in', 'cancelled'), ('no_show', 'completed'),
                                   ('no_show', 'cancelled'))
     union all
    select 'I-23', 'reservation ' || resv_id, 'is ' || now || ', last told to be ' || state
      from told
     where next is null
       and state <> now;
$$;

-- I-24, I-25: the waiting list.  Of the past only what rows still show: pools that are kept now; the order of those whose place
-- neither staff nor a lapse changed, inside one priority class; and against entries that draw on at least the same pools,
-- for others may have been served while this one was held back.
create function lib.seat_violations_of_waiting()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with fitting as (
        select e.entry_id, e.offer_id, e.prio_class, e.ord, e.qty, min(p.capacity - p.held - p.confirmed - p.offered) as free,
               array_agg(p.pool_id) as pools
          from waitlist_entry e
          join offer o on o.offer_id = e.offer_id
          join seat_class_pool c on c.class_id = e.class_id
          join seat_pool p on p.pool_id = c.pool_id
         where e.state = 'waiting'
           and o.state in ('announced', 'open')
           and o.public_open_at <= now()
           and o.booking_close_at > now()
         group by e.entry_id
        having min(p.capacity - p.held - p.confirmed - p.offered) >= e.qty
    ), kept as (
        select e.entry_id, e.offer_id, e.prio_class, e.ord, e.accumulate_since, c.pool_id
          from waitlist_entry e
          join seat_class_pool c on c.class_id = e.class_id
         where e.state = 'waiting'
           and e.accumulate_since is not null
    ), class as (
        select offer_id, class_id, array_agg(pool_id) as pools
          from seat_class_pool
         group by offer_id, class_id
    ), served as (
        select distinct offer_id, class_id, prio_class, ord, offered_at
          from waitlist_entry
         where offered_at is not null
           and offers_missed = 0
           and note is null
    )
    select 'I-24', 'entry ' || f.entry_id, 'waits for ' || f.qty || ', ' || f.free || ' are free'
      from fitting f
     where not exists (
               select
                 from kept k
                where k.offer_id = f.offer_id
                  and k.pool_id = any (f.pools)
                  and (k.prio_class > f.prio_class or k.prio_class = f.prio_class and k.ord < f.ord))
     union all
    select 'I-24', 'reservation ' || r.resv_id, 'took ' || l.qty || ' of pool ' || k.pool_id || ', which is kept for entry ' || k.entry_id
      from kept k
      join reservation_leg l on l.pool_id = k.pool_id
      join reservation r on r.resv_id = l.resv_id
     where r.source <> 'waitlist'
       and r.created_at > k.accumulate_since
     union all
    select 'I-25', 'entry ' || e.entry_id, 'skipped ' || e.skips || ' times, later ones were served ' || count(distinct s.offered_at)
           || ' times'
      from class own
      join class other on other.offer_id = own.offer_id and other.pools @> own.pools
      join served s on s.offer_id = other.offer_id and s.class_id = other.class_id
      join waitlist_entry e on e.offer_id = own.offer_id and e.class_id = own.class_id and e.prio_class = s.prio_class
                           and e.ord < s.ord
     where e.note is null
       and s.offered_at > e.joined_at
       and s.offered_at < coalesce(e.offered_at, e.closed_at, 'infinity')
     group by e.entry_id
    having count(distinct s.offered_at) > e.skips
     union all
    select 'I-25', 'entry ' || entry_id, 'is protected after ' || skips || ' skips'
      from waitlist_entry
     where accumulate_since is not null
       and skips < 3;
$$;

-- I-26, I-27, I-29: points, prices, payments and refunds.
create function lib.seat_violations_of_money()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with item as (
        select resv_id, sum((qty - points_qty) * unit_minor) as minor, sum(points_qty * unit_points) as points
          from reservation_item
         group by resv_id
    ), party as (
        select resv_id, sum(price_minor) as minor, sum(price_points) as points,
               count(*) filter (where state <> 'cancelled') as persons
          from reservation_party
         group by resv_id
    ), paid as (
        select resv_id, sum(amount_minor) as minor, count(*) as payments
          from payment
         where outcome in ('confirmed', 'confirmed_late')
         group by resv_id
    ), back as (
        select f.resv_id, sum(f.amount_minor) as minor
          from refund f
          left join payment p on p.payment_ref = f.payment_ref
         where coalesce(p.outcome, '') <> 'refunded'
         group by f.resv_id
    ), returned as (
        select payment_ref, sum(amount_minor) as minor, count(*) as refunds
          from refund
         where payment_ref is not null
         group by payment_ref
    ), sold as (
        select r.*, r.state in ('confirmed', 'checked_in', 'completed', 'no_show', 'cancelled') as was_sold,
               r.points + r.points_back as took      -- what a price step gave back was captured, too
          from reservation r
    )
    select 'I-26', 'reservation ' || r.resv_id, r.state || ' for ' || r.took || ' points, hold '
           || coalesce(h.state || ' of ' || h.amount || ', captured ' || h.captured, 'none')
      from sold r
      left join point_hold h on h.hold_id = r.point_hold
     where r.took > 0
       and case when r.was_sold then (h.state, h.captured) is distinct from ('captured', r.took)
                when r.state = 'held' and r.expires_at > now() then (h.state, h.amount) is distinct from ('active', r.took)
                else h.state = 'captured' end
        or r.took = 0 and r.point_hold is not null
        or r.points_back > 0 and not r.was_sold
     union all
    select 'I-26', 'reservation ' || r.resv_id, r.state || ' for ' || r.took || ' points, captured by '
           || coalesce(x.kind || ' ' || x.tx_id || ' of ' || x.amount, 'nothing')
      from sold r
      left join ledger_tx x on x.tx_id = r.capture_tx
     where (r.was_sold and r.took > 0) <> (r.capture_tx is not null)
        or r.capture_tx is not null and (x.kind, x.amount, x.hold_id) is distinct from ('capture', r.took, r.point_hold)
        or r.points_back > x.reversed
     union all
    select 'I-26', 'hold ' || h.hold_id, h.state || ' for reservation ' || coalesce(h.ref_id, '?') || ', which does not know it'
      from point_hold h
     where h.purpose = 'reservation'
       and h.state in ('active', 'captured')
       and not exists (select from reservation r where r.point_hold = h.hold_id and r.resv_id::text = h.ref_id)
     union all
    select 'I-26', 'hold ' || point_hold, 'of ' || count(*) || ' reservations'
      from reservation
     where point_hold is not null
     group by point_hold
    having count(*) > 1
     union all
    select 'I-27', 'reservation ' || r.resv_id, 'total ' || r.total_minor || ' and ' || r.points || ' points, items '
           || coalesce(i.minor, 0) || ' less ' || r.discount_ppm || ' ppm and ' || coalesce(i.points, 0)
      from sold r
      left join item i on i.resv_id = r.resv_id
     where not r.was_sold
       and (r.total_minor <> coalesce(i.minor - floor(i.minor * r.discount_ppm / 1000000), 0)
            or r.points <> coalesce(i.points, 0))
     union all
    select 'I-27', 'reservation ' || r.resv_id, 'total ' || r.total_minor || ' and ' || r.points || ' points, seats '
           || coalesce(p.minor, 0) || ' and ' || coalesce(p.points, 0)
      from sold r
      left join party p on p.resv_id = r.resv_id
     where r.was_sold
       and (r.total_minor, r.points) is distinct from (coalesce(p.minor, 0), coalesce(p.points, 0))
     union all
    select 'I-27', 'reservation ' || r.resv_id, r.state || ', ' || r.persons || ' persons, seats ' || coalesce(p.persons, 0)
      from sold r
      left join party p on p.resv_id = r.resv_id
     where case when r.was_sold and r.state <> 'cancelled' then r.persons else 0 end <> coalesce(p.persons, 0)
     union all
    select 'I-27', 'reservation ' || resv_id, 'seat ' || seat_no || ' costs ' || price_minor || ' and ' || price_points || ' points'
      from reservation_party
     where price_minor > 0 and price_points > 0
        or least(price_minor, price_points) < 0
     union all
    select 'I-27', 'reservation ' || r.resv_id, 'paid ' || r.paid_minor || ', payments ' || coalesce(p.minor, 0)
      from reservation r
      left join paid p on p.resv_id = r.resv_id
     where r.paid_minor <> coalesce(p.minor, 0)
     union all
    select 'I-27', 'reservation ' || r.resv_id, 'paid ' || r.paid_minor || ', refunded ' || r.refunded_minor || ', refunds '
           || coalesce(b.minor, 0)
      from reservation r
      left join back b on b.resv_id = r.resv_id
     where r.refunded_minor <> coalesce(b.minor, 0)
        or r.refunded_minor > r.paid_minor
     union all
    select 'I-29', 'reservation ' || r.resv_id, r.state || ', ' || greatest(r.total_minor, r.paid_minor) || ' to pay, ' || coalesce(p.payments, 0) || ' payments'
      from sold r
      left join paid p on p.resv_id = r.resv_id
     where coalesce(p.payments, 0) <> (r.was_sold and greatest(r.total_minor, r.paid_minor) > 0)::int
     union all
    select 'I-29', 'payment ' || p.payment_ref, 'of ' || p.amount_minor || ' is refunded by ' || coalesce(b.refunds, 0) || ' refunds of '
           || coalesce(b.minor, 0)
      from payment p
      left join returned b on b.payment_ref = p.payment_ref
     where p.outcome = 'refunded'
       and (coalesce(b.refunds, 0), coalesce(b.minor, 0)) is distinct from ((p.amount_minor > 0)::int::bigint, p.amount_minor::numeric)
     union all
    select 'I-29', 'payment ' || f.payment_ref, 'of reservation ' || p.resv_id || ' is given back to reservation ' || f.resv_id
      from refund f
      join payment p on p.payment_ref = f.payment_ref
     where p.resv_id <> f.resv_id;
$$;

-- I-28: the on-sale queue, recomputed as anybody may who has the seed and the list (domain.md 9.6).
create function lib.seat_violations_of_queues()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with list as (
        select offer_id, count(*) as tickets, club.digest(string_agg(ticket_id::text, ',' order by ticket_id), 'sha256') as sha256
          from queue_ticket
         where early
           and place is not null
         group by offer_id
    ), place as (
        select t.ticket_id, t.offer_id, t.early, t.place,
               row_number() over (partition by t.offer_id order by not t.early,
                   case when t.early then club.hmac(convert_to(t.ticket_id::text, 'UTF8'), q.seed, 'sha256') end,
                   t.at, t.ticket_id) as due,
               count(*) over (partition by t.offer_id, t.place) as twins
          from queue_ticket t
          join offer_queue q on q.offer_id = t.offer_id
         where q.seed is not null
           and t.place is not null
    )
    select 'I-28', 'queue of offer ' || q.offer_id, 'sealed with ' || q.early_count || ' tickets, the list has '
           || coalesce(l.tickets, 0) || case when l.tickets = q.early_count then ' others' else '' end
      from offer_queue q
      left join list l on l.offer_id = q.offer_id
     where q.seed is not null
       and (q.early_count, q.early_sha256) is distinct from (coalesce(l.tickets, 0), coalesce(l.sha256, club.digest('', 'sha256')))
     union all
    select 'I-28', 'queue of offer ' || offer_id, 'the seed is not the one whose hash was published'
      from offer_queue
     where club.digest(seed, 'sha256') <> seed_hash
     union all
    select 'I-28', 'ticket ' || ticket_id, 'has place ' || place || ', which is ' || twins || ' tickets'''
      from place
     where twins > 1
     union all
    select 'I-28', 'ticket ' || ticket_id, 'has place ' || place || ', by the seed and in order of arrival it is ' || due
      from place
     where place <> due;
$$;

-- Rows of tables without foreign keys that point at nothing.
create function lib.seat_orphans()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    select 'orphan', 'reservation ' || r.resv_id, 'no offer ' || r.offer_id
      from reservation r
      left join offer o on o.offer_id = r.offer_id
     where o.offer_id is null
     union all
    select 'orphan', 'reservation ' || r.resv_id, 'no member ' || r.organiser
      from reservation r
      left join member m on m.member_id = r.organiser
     where m.member_id is null
     union all
    select 'orphan', 'reservation ' || r.resv_id, 'no hold ' || r.point_hold
      from reservation r
      left join point_hold h on h.hold_id = r.point_hold
     where r.point_hold is not null
       and h.hold_id is null
     union all
    select 'orphan', 'reservation ' || r.resv_id, 'no items'
      from reservation r
     where not exists (select from reservation_item i where i.resv_id = r.resv_id)
     union all
    select 'orphan', x.what || ' ' || x.id, 'no reservation ' || x.resv_id
      from (select 'item of class' as what, class_id::text as id, resv_id from reservation_item
             union all
            select 'leg of pool', pool_id::text, resv_id from reservation_leg
             union all
            select 'seat', seat_no::text, resv_id from reservation_party
             union all
            select 'payment', payment_ref, resv_id from payment
             union all
            select 'refund', refund_id::text, resv_id from refund
             union all
            select 'strike', strike_id::text, resv_id from strike
             union all
            select 'entry', entry_id::text, resv_id from waitlist_entry where resv_id is not null) x
      left join reservation r on r.resv_id = x.resv_id
     where r.resv_id is null
     union all
    select 'orphan', x.what || ' ' || x.id, 'no class ' || x.class_id
      from (select 'item of reservation' as what, resv_id as id, class_id from reservation_item
             union all
            select 'seat of reservation', resv_id, class_id from reservation_party
             union all
            select 'entry', entry_id, class_id from waitlist_entry) x
      left join seat_class c on c.class_id = x.class_id
     where c.class_id is null
     union all
    select 'orphan', 'leg of reservation ' || l.resv_id, 'no pool ' || l.pool_id
      from reservation_leg l
      left join seat_pool p on p.pool_id = l.pool_id
     where p.pool_id is null
     union all
    select 'orphan', 'class ' || c.class_id, 'draws on no pool'
      from seat_class c
     where not exists (select from seat_class_pool d where d.class_id = c.class_id)
     union all
    select 'orphan', 'seat ' || p.seat_no || ' of reservation ' || p.resv_id, 'no item of class ' || p.class_id
      from reservation_party p
      left join reservation_item i on i.resv_id = p.resv_id and i.class_id = p.class_id
     where i.resv_id is null
     union all
    select 'orphan', 'entry ' || e.entry_id, 'of offer ' || e.offer_id || ', its class is of offer ' || c.offer_id
      from waitlist_entry e
      join seat_class c on c.class_id = e.class_id
     where c.offer_id <> e.offer_id
     union all
    select 'orphan', 'entry ' || e.entry_id, e.state || ', reservation ' || coalesce(r.source || ' of ' || r.organiser, 'none')
      from waitlist_entry e
      left join reservation r on r.resv_id = e.resv_id
     where e.state = 'converted'
       and (r.source, r.organiser, r.offer_id) is distinct from ('waitlist', e.member_id, e.offer_id)
     union all
    select 'orphan', 'ticket ' || t.ticket_id, 'no queue of offer ' || t.offer_id
      from queue_ticket t
      left join offer_queue q on q.offer_id = t.offer_id
     where q.offer_id is null;
$$;

-- Breaches of the invariants of seats (domain.md 17): no row means that all hold.  For the owner and tests; reads
-- everything.
create function lib.seat_violations()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    select * from lib.seat_violations_of_pools()
     union all
    select * from lib.seat_violations_of_states()
     union all
    select * from lib.seat_violations_of_waiting()
     union all
    select * from lib.seat_violations_of_money()
     union all
    select * from lib.seat_violations_of_queues()
     union all
    select * from lib.seat_orphans();
$$;
