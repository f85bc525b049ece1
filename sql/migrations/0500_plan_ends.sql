-- 0500_plan_ends -- what is left of items 30 days after they were deleted, and of what nothing has read.

alter table plan_item
    drop constraint plan_item_title_check,
    add constraint plan_item_title_check check (title <> '' or deleted_at is not null),
    drop column resv_id;
create index plan_item_words on plan_item (deleted_at) where deleted_at is not null and title <> '';
alter table plan drop column visibility;
