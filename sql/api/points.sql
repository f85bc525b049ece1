-- points.sql -- points.summary and points.history: what a member sees of the ledger.

-- What points.summary answers and points.changed carries.  Keys are looked up in subqueries, not joined: a plan made while the
-- ledger was empty, and kept, would walk whole indexes.  ladder: what expires when, 24 days at most; later: what
-- expires after them; never: what does not expire.
create function lib.points_summary_view(p_member bigint)
returns lib.shown language plpgsql stable as $$
begin
    return (
        select row(jsonb_build_object(
                   'available', coalesce(b.redeemable, 0) - coalesce(b.due, 0), 'held', coalesce(b.held, 0),
                   'pending', coalesce(b.pending, 0), 'debt', coalesce(b.debt, 0), 'ver', coalesce(w.ver, 0),
                   'frozen', coalesce(b.frozen, false), 'family', lib.family_share(p_member),
                   'ladder', d.ladder, 'later', d.later, 'never', d.never, 'next_tier', lib.next_tier_rows(p_member)),
               true, false, array[p_member])::lib.shown
          from (select max(balance) filter (where kind = 'redeemable') as redeemable,
                       max(balance) filter (where kind = 'held') as held,
                       max(balance) filter (where kind = 'pending') as pending,
                       max(balance) filter (where kind = 'debt') as debt,
                       max(lib.points_due(account_id)) filter (where kind = 'redeemable') as due,
                       bool_or(frozen) as frozen
                  from ledger_account
                 where owner_kind = 'm'
                   and owner_id = p_member
                   and cur = 'RP') b
          left join wallet w on w.owner_kind = 'm' and w.owner_id = p_member
         cross join lateral (
               select coalesce(jsonb_agg(jsonb_build_object('on', r.last_day, 'points', r.points) order by r.last_day)
                               filter (where r.no <= 24 and r.last_day is not null), '[]') as ladder,
                      coalesce(sum(r.points) filter (where r.no > 24 and r.last_day is not null), 0)::bigint as later,
                      coalesce(sum(r.points) filter (where r.last_day is null), 0)::bigint as never
                 from (select s.last_day, sum(s.remaining)::bigint as points,
                              row_number() over (order by s.last_day) as no
                         from (select l.remaining,
                                      ((l.expires_at at time zone coalesce(
                                            (select c.tz
                                               from club c
                                              where c.club_id = (select x.club_id
                                                                   from ledger_tx x
                                                                  where x.tx_id = l.earned_tx)), 'UTC'))
                                       - interval '1 microsecond')::date
                                          as last_day
                                 from point_lot l
                                where l.account_id = (select a.account_id
                                                        from ledger_account a
                                                       where a.cur = 'RP' and a.kind = 'redeemable'
                                                         and a.owner_kind = 'm' and a.owner_id = p_member
                                                         and a.club_id = 0)
                                  and l.live
                                  and (l.expires_at is null or l.expires_at > now())) s
                        group by s.last_day) r) d);
end $$;

-- Whose points a call is about: the caller's own, or those of a member whom an agent names, of a club of the agent's.
create function lib.points_subject(p_who text, p_member bigint)
returns bigint language plpgsql stable as $$
declare
    v_member bigint := lib.member_of(p_who);
    v_staff  bigint;
begin
    if v_member is not null then
        if p_member <> v_member then
            perform lib.refuse('ZC001');
        end if;
        return lib.require_member(p_who, true);
    end if;
    v_staff := lib.require_staff(p_who, '{agent}');
    if p_member is null then
        perform lib.invalid('member', 'must be named by staff');
    end if;
    if not exists (select
                     from membership m
                     join staff_club s on s.club_id = m.club_id
                    where m.member_id = p_member
                      and m.joined_at is not null       -- an invitation opens nothing
                      and s.staff_id = v_staff) then
        perform lib.refuse('ZC002');
    end if;
    return p_member;
end $$;

-- The answer of a look at a member's points, which is written down when it was not the member's own.
create function lib.points_answer(p_who text, p_method text, p_member bigint, p_reply jsonb, p_head bigint)
returns lib.answer language plpgsql volatile as $$
begin
    if lib.member_of(p_who) is not null then
        return row(p_reply, null, p_head, '{}')::lib.answer;
    end if;
    perform lib.audit(p_who, p_method, p_member, '{}');
    return row(p_reply, null, p_head, array[p_member])::lib.answer;
end $$;

-- points.summary   The balance, when points expire, and what the next tiers need.  Volatile, because what staff reads
--                  is written down.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the agent's clubs; ZC602 an agent that names nobody
--   emits  –
create function api.points_summary(p_who text, p_member bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.points_subject(p_who, p_member);
begin
    return lib.points_answer(p_who, 'points.summary', v_member, (lib.points_summary_view(v_member)).view, v_head);
end $$;

-- points.history   The entries of the caller's accounts, newest first, or those of a member whom an agent names.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the agent's clubs; ZC602 cursor, an agent that names nobody
--   emits  –
create function api.points_history(p_who text, p_member bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.points_subject(p_who, p_member);
    v_limit  int := coalesce(p_limit, 20);
    v_reply  jsonb;
    v_others bigint[];
    v_answer lib.answer;
begin
    if p_cursor is not null and p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'entries', coalesce(jsonb_agg(r.entry order by r.entry_id desc) filter (where r.no <= v_limit), '[]'),
               'cursor', case when max(r.no) > v_limit
                              then min(r.entry_id) filter (where r.no <= v_limit)::text end),
           coalesce(array_agg(distinct r.subject) filter (where r.no <= v_limit and r.subject is not null), '{}')
      into v_reply, v_others
      from (select h.entry_id, row_number() over (order by h.entry_id desc) as no, c.subject,
                   jsonb_build_object(
                       'entry', h.entry_id::text, 'tx', x.tx_id::text, 'kind', x.kind, 'account', a.kind,
                       'club', x.club_id::text, 'amount', h.amt, 'before', h.bal_after - h.amt, 'after', h.bal_after,
                       'cause', c.cause,
                       'ref', case when x.ref_kind is not null and x.ref_id is not null
                                   then jsonb_build_object('kind', x.ref_kind, 'id', x.ref_id) end,
                       'reversible', lib.points_reversible(x),
                       'effective_at', lib.iso(x.effective_at), 'at', lib.iso(x.created_at)) as entry
              from ledger_account a
             cross join lateral (
                   select e.entry_id, e.tx_id, e.amt, e.bal_after
                     from ledger_entry e
                    where e.account_id = a.account_id
                      and (p_cursor is null or e.entry_id < p_cursor::bigint)
                    order by e.entry_id desc
                    limit v_limit + 1) h
              join ledger_tx x on x.tx_id = h.tx_id
             cross join lateral lib.points_cause(x, h.amt, v_member) c
             where a.owner_kind = 'm'
               and a.owner_id = v_member
             order by h.entry_id desc
             limit v_limit + 1) r;
    v_answer := lib.points_answer(p_who, 'points.history', v_member, v_reply, v_head);
    v_answer.subjects := v_answer.subjects || v_others;
    return v_answer;
end $$;
