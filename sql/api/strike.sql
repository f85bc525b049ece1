-- strike.sql -- strikes: a booking for which nobody came counts against who made it, for a year (domain.md 9.8).
--
--      active --reservation.dispute, 14 days--> disputed --reservation.dispute_decide--> waived | upheld
--      active, disputed, upheld --12 months--> expired
--
-- All but the waived ones count.  They cost early access and holds of several seats, never what everybody can have.

-- Has the member lost early access and holds of several seats?  So it is for six months from the fourth strike within
-- twelve months.
create function lib.early_access_off(p_member bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from strike s
         where s.member_id = p_member
           and s.state <> 'waived'
           and s.at > now() - interval '6 months'
           and (select count(*)
                  from strike e
                 where e.member_id = p_member
                   and e.state <> 'waived'
                   and e.at > s.at - interval '12 months'
                   and e.at <= s.at) >= 4);
end $$;
