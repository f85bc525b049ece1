-- 0263_family_earned -- up to which entry of the member's account earnings were shared with the family.

alter table family_member add column earned_ver bigint not null default 0;
create index family_sharing on family_member (family_id, member_id) where state = 'active' and contribution <> 'manual';
