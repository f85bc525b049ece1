-- family.sql -- families (domain.md 6.7): a pool of points that is filled by its members and belongs to them by parts.

-- Are these two members of one live family?
create function lib.same_family(p_one bigint, p_other bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from family_member mine
          join family_member theirs on theirs.family_id = mine.family_id
         where mine.member_id = p_one
           and theirs.member_id = p_other
           and mine.state = 'active'
           and theirs.state = 'active');
end $$;
