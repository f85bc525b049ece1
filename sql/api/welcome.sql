-- welcome.sql -- what a new member gets (domain.md 8.3): once for life in each club, on no condition but joining.

-- Grants the package on the first `active` of a membership: the first card, the benefits that the club names in its
-- settings, as vouchers, as far as they are active and in stock, and bonus points; and tells the member, p_told: of the
-- membership, too.  The caller holds the rows of the member and the membership; what is locked here follows in the order
-- of locks.
create function lib.welcome_grant(p_member bigint, p_club bigint, p_told boolean)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_welcome jsonb;
    v_tz      text;
    v_months  int;
    v_benefit benefit;
    v_voucher bigint;
    v_points  bigint;
    v_given   boolean := false;
    v_events  lib.event_row[];
begin
    update membership
       set welcome_state = 'granted'
     where member_id = p_member
       and club_id = p_club
       and welcome_state = 'none';
    if not found then
        return '{}';
    end if;
    v_events := lib.card_issue(p_member);
    select s.settings -> 'welcome', c.tz, (s.settings ->> 'expiry_months')::int
      into v_welcome, v_tz, v_months
      from club c
     cross join lateral (select lib.club_settings(c.form, c.settings) as settings) s
     where c.club_id = p_club;
    v_points := (v_welcome ->> 'points')::bigint;
    for v_benefit in
        select b.*
          from benefit b
         where b.club_id = p_club
           and b.benefit_id in (select jsonb_array_elements_text(v_welcome -> 'benefits')::bigint)
           and b.status = 'active'
           and b.how = 'code'
           and b.stock is distinct from 0
           and (b.valid_to is null or b.valid_to > now())
         order by b.benefit_id
           for no key update
    loop
        v_voucher := lib.voucher_issue(v_benefit, p_member, 'welcome', v_benefit.benefit_id::text);
        if v_voucher is not null then
            v_given := true;
            v_events := v_events || lib.voucher_event('voucher.issued', p_member, v_voucher);
        end if;
    end loop;
    if p_told then
        v_events := v_events || lib.membership_notice(p_member, p_club, 'active');
    end if;
    if v_given or v_points > 0 then
        v_events := v_events || lib.notify(p_member, 'welcome', 'club:' || p_club,
                                           jsonb_build_object('club', p_club::text, 'points', v_points), 'svc.benefit');
    end if;
    if v_points > 0 then
        perform lib.points_lock(array[p_member]);
        v_events := v_events || lib.points_events(lib.points_credit(
            'earn', 'm', p_member, v_points,
            lib.posting_of('welcome:' || p_member || ':' || p_club, 'job:welcome', p_club, 'welcome', p_club::text,
                           p_expires_at => lib.points_expiry(now(), v_months, v_tz))));
    end if;
    return v_events;
end $$;
