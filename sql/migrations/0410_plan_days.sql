-- 0410_plan_days -- how many plans a member has made today.

create index plan_member_since on plan_member (member_id, joined_at);
