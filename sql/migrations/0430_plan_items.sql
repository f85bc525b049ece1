-- 0430_plan_items -- who changed a field last, and how much a member has written today.

create index plan_op_of on plan_op (plan_id, object, new_ver);
drop index plan_comment_by;
create index plan_comment_by on plan_comment (author, at);
create index plan_comment_on on plan_comment (item_id, comment_id) where item_id is not null;
