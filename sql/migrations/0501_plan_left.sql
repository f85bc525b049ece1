-- 0501_plan_left -- what an erased member has left in plans is found by the member, not plan by plan.

create index plan_op_words on plan_op (actor, plan_id)
    where patch ?| '{title,place,notes}' or before ?| '{title,place,notes}';
create index plan_comment_left on plan_comment (author, plan_id) where state <> 'deleted';
create index plan_handover_to on plan_handover (to_member, plan_id);
