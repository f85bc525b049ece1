-- 0420_plan_people -- whoever leaves a club, asks for an archive or is erased is looked for in all plans, ended ones too.
create index plan_member_ever on plan_member (member_id, plan_id);
