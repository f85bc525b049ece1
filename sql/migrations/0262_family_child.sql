-- 0262_family_child -- children of families, who grow up.

create index family_child on family_member (member_id) where role = 'child' and state = 'active';
