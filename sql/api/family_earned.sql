-- family_earned.sql -- what members let go to the pool of each earning (domain.md 6.7).
--
-- Not in the transaction of the purchase, which is hot, but seconds after it, by the job `contributions`; so points of a
-- return window go when it ends.  earned_ver says up to which entry of the member's account that was done.

-- Shares the earnings of up to a hundred members; returns of how many.  What is spent meanwhile, or owed, is not shared; what
-- is frozen waits.
create function lib.family_contributions()
returns bigint language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_due      family_member[];
    v_row      family_member;
    v_account  ledger_account;
    v_own      lib.ledger_owner;
    v_points   bigint;
    v_posted   lib.posted[] := '{}';
begin
    v_due := array(
        select s
          from family_member s
          join ledger_account a on a.cur = 'RP' and a.kind = 'redeemable' and a.owner_kind = 'm'
                               and a.owner_id = s.member_id and a.club_id = 0
         where s.state = 'active'
           and s.contribution <> 'manual'
           and a.ver > s.earned_ver
           and not a.frozen
         order by s.family_id, s.member_id
         limit 100);
    if cardinality(v_due) = 0 then
        return 0;
    end if;
    perform
       from family f
      where f.family_id in (select d.family_id from unnest(v_due) d)
      order by f.family_id
        for no key update;
    perform lib.points_lock(array(select d.member_id from unnest(v_due) d),
                            array(select distinct d.family_id from unnest(v_due) d));
    foreach v_row in array v_due loop
        select * into v_row
          from family_member
         where family_id = v_row.family_id
           and member_id = v_row.member_id
           and state = 'active'
           and contribution <> 'manual';
        continue when not found;
        select * into v_account
          from ledger_account
         where cur = 'RP' and kind = 'redeemable' and owner_kind = 'm' and owner_id = v_row.member_id and club_id = 0;
        continue when v_account.frozen;
        select coalesce(sum(case v_row.contribution when 'all' then e.amt
                                                    else trunc(e.amt::numeric * v_row.percent / 100) end), 0)::bigint
          into v_points
          from ledger_entry e
         where e.account_id = v_account.account_id
           and e.ver > v_row.earned_ver
           and e.ver <= v_account.ver
           and e.amt > 0
           and (select x.kind from ledger_tx x where x.tx_id = e.tx_id) in ('earn', 'mature');
        v_own := lib.ledger_owner_of('m', v_row.member_id);
        v_points := least(v_points, v_own.available);
        if v_points > 0 and v_own.debt = 0
           and (select status from family where family_id = v_row.family_id) = 'active' then
            v_posted := v_posted || lib.points_move(
                'contribute', 'm', v_row.member_id, 'f', v_row.family_id, v_points,
                lib.posting_of('fam:' || v_row.family_id || ':earned:' || v_row.member_id || ':' || v_account.ver,
                               'm:' || v_row.member_id, p_ref_kind => 'family', p_ref_id => v_row.family_id::text,
                               p_reason => v_row.contribution));
        end if;
        update family_member
           set earned_ver = (select ver from ledger_account where account_id = v_account.account_id)
         where family_id = v_row.family_id
           and member_id = v_row.member_id;
    end loop;
    perform lib.emit_all(lib.points_events(v_posted));
    return cardinality(v_due);
end $$;
