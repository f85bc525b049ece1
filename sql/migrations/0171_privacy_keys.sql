-- 0171_privacy_keys -- what belongs to one member is found by the member.

create index tier_change_member on tier_change (member_id, id);
create index identity_principal on identity (principal_kind, principal_id);
