-- waitlist_desk.sql -- the waiting list as staff sees and changes it, and its job.

-- waitlist.list   Entries of an offer in the order of the list; those who are listed can see who looked.
--   who    agent, manager
--   raises ZC001 not of the offer's club; ZC002 no such offer; ZC602 cursor
--   emits  –
create function api.waitlist_list(p_who text, p_offer bigint, p_state text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_state  text := coalesce(p_state, 'waiting');
    v_limit  int := coalesce(p_limit, 50);
    v_offer  offer;
    v_answer lib.answer;
begin
    select * into v_offer from offer where offer_id = p_offer;
    perform lib.require_staff(p_who, '{agent,manager}', v_offer.club_id);
    if v_offer.offer_id is null then
        perform lib.refuse('ZC002');
    end if;
    if p_cursor !~ '^[0-9]{1,2}-[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not from this list');
    end if;
    with page as (
        select e.*, row_number() over (order by e.prio_class desc, e.ord) as no
          from waitlist_entry e
         where e.offer_id = p_offer
           and e.state = v_state
           and (p_cursor is null
                or e.prio_class < split_part(p_cursor, '-', 1)::int
                or e.prio_class = split_part(p_cursor, '-', 1)::int and e.ord > split_part(p_cursor, '-', 2)::bigint)
         order by e.prio_class desc, e.ord
         limit v_limit + 1
    )
    select jsonb_build_object(
               'state', v_offer.waitlist_state,
               'waiting', (select count(*) from waitlist_entry where offer_id = p_offer and state = 'waiting'),
               'entries', coalesce(jsonb_agg(jsonb_build_object(
                   'entry', p.entry_id::text, 'member', p.member_id::text, 'handle', m.handle, 'class', p.class_id::text,
                   'qty', p.qty, 'state', p.state, 'prio', p.prio_class, 'skips', p.skips, 'why', p.why, 'note', p.note,
                   'kept_since', lib.iso(p.accumulate_since), 'expires_at', lib.iso(p.offer_expires),
                   'reservation', p.resv_id::text, 'joined_at', lib.iso(p.joined_at)) order by p.no)
                   filter (where p.no <= v_limit), '[]'),
               'cursor', max(p.prio_class || '-' || p.ord) filter (where p.no = v_limit and exists (
                   select from page x where x.no > v_limit))),
           coalesce(array_agg(distinct p.member_id) filter (where p.no <= v_limit), '{}')
      into v_answer.reply, v_answer.subjects
      from page p
      join member m on m.member_id = p.member_id;
    perform lib.audit(p_who, 'waitlist.list', s, jsonb_build_object('offer', p_offer::text))
       from unnest(v_answer.subjects) s;
    v_answer.sys_seq := v_head;
    return v_answer;
end $$;

-- waitlist.override   Puts an entry into another class of priority; the member is shown the reason.
--   who    manager
--   raises ZC001 not of the offer's club; ZC002 no such entry; ZC017 not waiting {"state"}; ZC602 reason
--   emits  waitlist.changed on me:<member>; waitlist.offered where somebody is served by it
create function api.waitlist_override(p_who text, p_idem text, p_hash bytea, p_entry bigint, p_prio bigint, p_reason text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'waitlist.override', p_idem, p_hash);
    v_reason text := lib.plain_line('reason', p_reason);
    v_entry  waitlist_entry;
    v_offer  offer;
    v_events lib.event_row[];
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    select * into v_entry from waitlist_entry where entry_id = p_entry;
    perform lib.require_staff(p_who, '{manager}', (select club_id from offer where offer_id = v_entry.offer_id));
    if v_entry.entry_id is null then
        perform lib.refuse('ZC002');
    end if;
    if v_reason is null then
        perform lib.invalid('reason', 'must not be empty');
    end if;
    v_offer := lib.offer_lock(v_entry.offer_id);
    select * into v_entry from waitlist_entry where entry_id = p_entry;
    if v_entry.state <> 'waiting' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_entry.state));
    end if;
    update waitlist_entry
       set prio_class = p_prio, why = 'staff', note = v_reason, version = version + 1
     where entry_id = p_entry;
    insert into waitlist_news (offer_id) values (v_entry.offer_id) on conflict do nothing;
    perform lib.audit(p_who, 'waitlist.override', v_entry.member_id, jsonb_build_object(
        'entry', p_entry::text, 'offer', v_entry.offer_id::text, 'from', v_entry.prio_class, 'prio', p_prio,
        'reason', v_reason));
    v_events := lib.waitlist_event(v_entry, 'waiting') || lib.waitlist_fill(v_entry.offer_id)
                || lib.offer_pulse(v_entry.offer_id);
    select * into v_entry from waitlist_entry where entry_id = p_entry;
    return lib.idem_end(p_who, 'waitlist.override', p_idem, lib.done(
        jsonb_build_object('entry', p_entry::text, 'state', v_entry.state, 'prio', v_entry.prio_class),
        lib.emit_all(v_events), array[v_entry.member_id]));
end $$;

-- The offer of a manager who changes its list, locked.
create function lib.waitlist_desk(p_who text, p_offer bigint) returns offer language plpgsql volatile as $$
begin
    perform lib.require_staff(p_who, '{manager}', (select club_id from offer where offer_id = p_offer));
    return lib.offer_lock(p_offer);
end $$;

create function lib.waitlist_desk_reply(p_offer bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('offer', o.offer_id::text, 'state', o.waitlist_state, 'waiting', (
                   select count(*) from waitlist_entry where offer_id = p_offer and state = 'waiting'))
          from offer o
         where o.offer_id = p_offer);
end $$;

-- waitlist.pause   Nobody can join the list any more, or everybody again; who waits is served all the same.
--   who    manager
--   raises ZC001 not of the offer's club; ZC002 no such offer; ZC017 closed {"state"}
--   emits  –
create function api.waitlist_pause(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_on boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer := lib.idem_begin(p_who, 'waitlist.pause', p_idem, p_hash);
    v_offer offer;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.waitlist_desk(p_who, p_offer);
    if v_offer.waitlist_state = 'closed' then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    update offer set waitlist_state = case when p_on then 'paused' else 'open' end where offer_id = p_offer;
    perform lib.audit(p_who, 'waitlist.pause', null, jsonb_build_object('offer', p_offer::text, 'on', p_on));
    return lib.idem_end(p_who, 'waitlist.pause', p_idem, lib.done(lib.waitlist_desk_reply(p_offer)));
end $$;

-- waitlist.close   Ends the list for good; who still waits is thanked.  What is offered stays so until its deadline.
--   who    manager
--   raises ZC001 not of the offer's club; ZC002 no such offer; ZC017 closed before {"state"}
--   emits  waitlist.changed, notify.added on me:<members>; offer.availability
create function api.waitlist_close(p_who text, p_idem text, p_hash bytea, p_offer bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'waitlist.close', p_idem, p_hash);
    v_offer  offer;
    v_events lib.event_row[];
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.waitlist_desk(p_who, p_offer);
    if v_offer.waitlist_state = 'closed' then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    perform lib.audit(p_who, 'waitlist.close', null, jsonb_build_object('offer', p_offer::text));
    v_events := lib.waitlist_close(p_offer, 'staff') || lib.offer_pulse(p_offer);
    return lib.idem_end(p_who, 'waitlist.close', p_idem,
                        lib.done(lib.waitlist_desk_reply(p_offer), lib.emit_all(v_events)));
end $$;

-- the job ---------------------------------------------------------------------------------------------------------

-- Takes back what was not accepted in time: the first time the entry goes to the end of its priority, the second time, or
-- when the list is closed, it ends.
create function lib.waitlist_lapse(p_offer offer, p_at timestamptz) returns lib.waitlist_told[]
language plpgsql volatile as $$
declare
    v_due  bigint[];
    v_told lib.waitlist_told[];
begin
    v_due := array(select entry_id
                     from waitlist_entry
                    where offer_id = (p_offer).offer_id
                      and state = 'offered'
                      and offer_expires <= p_at
                    order by offer_expires, ord
                    limit 200);
    perform lib.waitlist_take_back(v_due);
    with ended as (
        update waitlist_entry e
           set state = case when n.again then 'waiting' else 'lapsed' end,
               closed_at = case when not n.again then p_at end,
               ord = case when n.again then n.ord else e.ord end,
               skips = case when n.again then 0 else e.skips end,
               offers_missed = e.offers_missed + 1, offer_expires = null, told_pos = null, version = e.version + 1
          from (select d.entry_id, nextval('club.waitlist_ord') as ord,
                       w.offers_missed = 0 and (p_offer).waitlist_state <> 'closed' as again
                  from unnest(v_due) with ordinality as d (entry_id, no)
                  join waitlist_entry w on w.entry_id = d.entry_id
                 order by d.no) n
         where e.entry_id = n.entry_id
        returning e.entry_id, e.member_id, e.state
    )
    select coalesce(array_agg(row(entry_id, member_id, state)::lib.waitlist_told), '{}') into v_told from ended;
    return v_told;
end $$;

-- Tells those whose place has changed, a member every ten seconds at most, 200 in a run.
create function lib.waitlist_places(p_offer bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_events lib.event_row[];
    v_left   bigint;
begin
    with placed as materialized (
        select e.entry_id, e.member_id, e.told_pos, e.told_at, row_number() over (order by e.prio_class desc, e.ord)::int as pos,
               count(*) over () as length
          from waitlist_entry e
         where e.offer_id = p_offer
           and e.state = 'waiting'
    ), due as (
        select *
          from placed p
         where p.pos is distinct from p.told_pos
           and coalesce(p.told_at, '-infinity') <= now() - interval '10 seconds'
         order by p.pos
         limit 200
    ), moved as (
        select distinct on (p.member_id) p.*
          from due p
         where not exists (select from waitlist_entry t
                            where t.member_id = p.member_id and t.told_at > now() - interval '10 seconds')
         order by p.member_id, p.pos
    ), told as (
        update waitlist_entry e
           set told_pos = m.pos, told_at = now()
          from moved m
         where e.entry_id = m.entry_id
        returning e.entry_id, e.member_id, m.pos, m.length
    )
    select coalesce(array_agg(lib.event('me:' || t.member_id, 'waitlist.position', 'svc.resv',
                                        jsonb_build_object('entry', t.entry_id::text, 'pos', t.pos, 'length', t.length),
                                        p_object => 'waitlist:' || t.entry_id, p_key => 'waitlist:' || t.entry_id)), '{}'),
           (select count(*) from placed p where p.pos is distinct from p.told_pos) - count(*)
      into v_events, v_left
      from told t;
    if v_left = 0 then
        delete from waitlist_news where offer_id = p_offer;
    end if;
    return v_events;
end $$;

-- Of those whom a transaction did not tell at once the next 200, to be told now; the offer is locked.
create function lib.waitlist_untold(p_offer bigint) returns lib.waitlist_told[] language plpgsql volatile as $$
declare
    v_told lib.waitlist_told[];
begin
    with next as (
        update waitlist_entry
           set untold = false
         where entry_id = any (array(select entry_id
                                       from waitlist_entry
                                      where offer_id = p_offer
                                        and untold
                                      order by member_id
                                      limit 200))
        returning entry_id, member_id, state
    )
    select coalesce(array_agg(row(entry_id, member_id, state)::lib.waitlist_told), '{}') into v_told from next;
    return v_told;
end $$;

-- The offers with a head whose protection is over.
create function lib.waitlist_released() returns bigint[] language plpgsql stable as $$
begin
    return array(
        select distinct e.offer_id
          from waitlist_entry e
          join offer o on o.offer_id = e.offer_id
         where e.state = 'waiting'
           and e.accumulate_since is not null
           and (e.accumulate_since < clock_timestamp() - interval '24 hours'
                or o.starts_at < clock_timestamp() + interval '72 hours'));
end $$;

-- The offers whose lists have something to do: ten with something that is over, ten others to tell
-- of it, ten to tell places of.
create function lib.waitlist_due() returns bigint[] language plpgsql stable as $$
declare
    v_now timestamptz := clock_timestamp();     -- a variable, because an index is not searched by what may change
begin
    return array(select offer_id
                   from waitlist_entry
                  where state = 'offered'
                    and offer_expires <= v_now
                  order by offer_expires
                  limit 10)
           || (lib.waitlist_released())[1:10]
           || array(select distinct offer_id from waitlist_entry where untold limit 10)
           || array(select offer_id from waitlist_news order by random() limit 10);
end $$;

-- Ends what was not accepted in time and the protection that is over, gives their seats on, and tells places, of some offers
-- at a time.  Those locked elsewhere come next time.  Members are told when all offers are done, because the locks of
-- notifications come after those of offers.
create function lib.waitlist_run() returns bigint language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_offers offer[];
    v_offer  offer;
    v_told   lib.waitlist_told[] := '{}';
    v_lapsed lib.waitlist_told[];
    v_events lib.event_row[] := '{}';
begin
    v_offers := array(
        select o
          from offer o
         where o.offer_id = any (lib.waitlist_due())
         order by o.offer_id
           for no key update skip locked);
    foreach v_offer in array v_offers loop
        v_lapsed := lib.waitlist_lapse(v_offer, clock_timestamp());
        v_told := v_told || lib.waitlist_untold(v_offer.offer_id) || v_lapsed;
        if v_lapsed <> '{}' or v_offer.offer_id = any (lib.waitlist_released()) then
            v_told := v_told || lib.waitlist_serve(v_offer);
            v_events := v_events || lib.offer_pulse(v_offer.offer_id);
        end if;
        v_events := v_events || lib.waitlist_places(v_offer.offer_id);
    end loop;
    v_events := v_events || lib.waitlist_tell(v_told);
    perform lib.emit_all(v_events);
    return cardinality(v_events);
end $$;
