-- points_desk.sql -- what staff does about a member's account of points: freeze it, look at the books.  Taking back and
-- correcting is points_correct.sql.  Every call is written to the audit log, with the reason that was given.

-- Is this member, or was, in a club of this person's?  An invitation opens nothing.
create function lib.staff_has_member(p_staff bigint, p_member bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from membership m
          join staff_club s on s.club_id = m.club_id
          join member b on b.member_id = m.member_id
         where m.member_id = p_member
           and m.joined_at is not null
           and b.status <> 'erased'
           and s.staff_id = p_staff);
end $$;

-- The staff member who calls, with one of p_roles and a club of that member's.
create function lib.points_staff(p_who text, p_roles text[], p_member bigint)
returns bigint language plpgsql stable as $$
declare
    v_staff bigint := lib.require_staff(p_who, p_roles);
begin
    if not lib.staff_has_member(v_staff, p_member) then
        perform lib.refuse('ZC002');
    end if;
    return v_staff;
end $$;

-- freezing ------------------------------------------------------------------------------------------------

-- Nothing leaves frozen accounts until somebody says why it may.  Credits, expiry, maturity and reversals go on.

create function lib.frozen_event(p_member bigint, p_on boolean)
returns lib.event_row language sql immutable as $$
    select lib.event('me:' || p_member, 'account.frozen', 'svc.account', jsonb_build_object('on', p_on),
                     p_subjects => array[p_member]);
$$;

-- Whose accounts a person of the staff freezes or unfreezes: a member's, or the pool of a family whose head is a member
-- of a club of theirs.
create function lib.freeze_owner(p_who text, p_member bigint, p_family bigint, out kind text, out id bigint)
language plpgsql stable as $$
begin
    if (p_member is null) = (p_family is null) then
        perform lib.invalid('member', 'must be given, or else a family');
    end if;
    perform lib.points_staff(p_who, '{manager,moderator}',
                             coalesce(p_member, (select head from family where family_id = p_family)));
    kind := case when p_member is null then 'f' else 'm' end;
    id := coalesce(p_member, p_family);
end $$;

-- Freezing takes what can be spent; unfreezing lets go of everything, what an incident has frozen included, once that is
-- closed.
create function lib.points_freeze_set(p_who text, p_method text, p_kind text, p_id bigint, p_on boolean, p_reason text)
returns lib.answer language plpgsql volatile as $$
declare
    v_member bigint := case p_kind when 'm' then p_id end;
    v_family bigint := case p_kind when 'f' then p_id end;
begin
    perform lib.points_lock(array_remove(array[v_member], null), array_remove(array[v_family], null));
    if not p_on and lib.incident_of(p_kind, p_id) is not null then
        perform lib.refuse('ZC017', '{"state":"incident"}');
    end if;
    if p_on = exists (select
                        from ledger_account
                       where owner_kind = p_kind::char(1)
                         and owner_id = p_id
                         and frozen
                         and (not p_on or kind = 'redeemable')) then
        perform lib.refuse('ZC017', jsonb_build_object('state', case when p_on then 'frozen' else 'open' end));
    end if;
    update ledger_account
       set frozen = p_on
     where owner_kind = p_kind::char(1)
       and owner_id = p_id
       and frozen <> p_on
       and (not p_on or kind = 'redeemable');
    perform lib.audit(p_who, p_method, v_member, jsonb_strip_nulls(jsonb_build_object(
        'reason', p_reason, 'family', v_family::text)));
    return lib.done(jsonb_build_object('member', v_member::text, 'family', v_family::text, 'frozen', p_on),
                    case when v_member is not null
                         then lib.emit_all(array[lib.frozen_event(v_member, p_on)]) end);
end $$;

-- points.freeze   Lets no points leave a member's account, or a family's, after fraud say; credits go on.
--   who    manager, moderator
--   raises ZC001 not in this role; ZC002 nobody of the caller's clubs; ZC017 frozen already {"state":"frozen"}; ZC602
--          whose, reason
--   emits  account.frozen on me:<member>
create function api.points_freeze(p_who text, p_idem text, p_hash bytea, p_member bigint, p_reason text,
                                  p_family bigint default null)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_owner record;
begin
    v_old := lib.idem_begin(p_who, 'points.freeze', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    select kind, id into v_owner from lib.freeze_owner(p_who, p_member, p_family);
    return lib.idem_end(p_who, 'points.freeze', p_idem, lib.points_freeze_set(
        p_who, 'points.freeze', v_owner.kind, v_owner.id, true, lib.reason_given(p_reason)));
end $$;

-- points.unfreeze   Ends that.  What an incident has frozen stays so until the incident is closed.
--   who    manager, moderator
--   raises ZC001 not in this role; ZC002 nobody of the caller's clubs; ZC017 not frozen {"state":"open"}, or an incident is
--          open {"state":"incident"}; ZC602 whose, reason
--   emits  account.frozen on me:<member>
create function api.points_unfreeze(p_who text, p_idem text, p_hash bytea, p_member bigint, p_reason text,
                                    p_family bigint default null)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_owner record;
begin
    v_old := lib.idem_begin(p_who, 'points.unfreeze', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    select kind, id into v_owner from lib.freeze_owner(p_who, p_member, p_family);
    return lib.idem_end(p_who, 'points.unfreeze', p_idem, lib.points_freeze_set(
        p_who, 'points.unfreeze', v_owner.kind, v_owner.id, false, lib.reason_given(p_reason)));
end $$;

-- A reason as it is kept; there must be one.
create function lib.reason_given(p_reason text)
returns text language plpgsql immutable as $$
declare
    v_reason text := nullif(normalize(btrim(p_reason, E' \n')), '');
begin
    if v_reason is null then
        perform lib.invalid('reason', 'must say why');
    end if;
    return v_reason;
end $$;

-- the books -----------------------------------------------------------------------------------------------

-- points.audit   The accounts of a member, and their entries as they stand in the books, newest first.  Volatile, because
--                it is written down who looked.
--   who    manager, privacy
--   raises ZC001 not in this role; ZC002 nobody of the caller's clubs; ZC602 cursor
--   emits  –
create function api.points_audit(p_who text, p_member bigint, p_account text, p_club bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head  bigint := lib.sys_head();
    v_limit int := coalesce(p_limit, 20);
    v_reply jsonb;
begin
    perform lib.points_staff(p_who, '{manager,privacy}', p_member);
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'entries', coalesce(jsonb_agg(r.entry order by r.entry_id desc) filter (where r.no <= v_limit), '[]'),
               'cursor', case when max(r.no) > v_limit
                              then min(r.entry_id) filter (where r.no <= v_limit)::text end)
      into v_reply
      from (select h.entry_id, row_number() over (order by h.entry_id desc) as no,
                   jsonb_build_object(
                       'entry', h.entry_id::text, 'ver', h.ver, 'tx', x.tx_id::text, 'kind', x.kind,
                       'account', a.kind, 'club', x.club_id::text, 'amount', h.amt, 'after', h.bal_after,
                       'key', x.idem, 'actor', x.actor, 'reason', x.reason, 'reverses', x.reverses::text,
                       'reversed', x.reversed, 'hold', x.hold_id::text,
                       'ref', case when x.ref_kind is not null and x.ref_id is not null
                                   then jsonb_build_object('kind', x.ref_kind, 'id', x.ref_id) end,
                       'effective_at', lib.iso(x.effective_at), 'at', lib.iso(x.created_at)) as entry
              from ledger_account a
             cross join lateral (
                   select e.entry_id, e.tx_id, e.amt, e.bal_after, e.ver
                     from ledger_entry e
                    where e.account_id = a.account_id
                      and (p_cursor is null or e.entry_id < p_cursor::bigint)
                    order by e.entry_id desc
                    limit v_limit + 1) h
              join ledger_tx x on x.tx_id = h.tx_id
             where a.owner_kind = 'm'
               and a.owner_id = p_member
               and (p_account is null or a.kind = p_account)
               and (p_club is null or a.club_id = p_club)
             order by h.entry_id desc
             limit v_limit + 1) r;
    v_reply := v_reply || jsonb_build_object(
        'accounts', (select coalesce(jsonb_agg(jsonb_build_object(
                                'account', a.kind, 'club', nullif(a.club_id, 0)::text, 'balance', a.balance, 'ver', a.ver,
                                'frozen', a.frozen)
                                order by array_position('{redeemable,held,pending,debt,tier}', a.kind), a.club_id), '[]')
                       from ledger_account a
                      where a.owner_kind = 'm'
                        and a.owner_id = p_member));
    perform lib.audit(p_who, 'points.audit', p_member, jsonb_strip_nulls(jsonb_build_object(
        'account', p_account, 'club', p_club::text)));
    return row(v_reply, null, v_head, array[p_member])::lib.answer;
end $$;
