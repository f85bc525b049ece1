-- 0210_earn_rules -- earning rules are objects that managers change: a version each, and no two of one category that
-- begin at the same instant, so that "the latest wins" always has one answer.

alter table earn_rule add column version bigint not null default 1;
create unique index earn_rule_from on earn_rule (club_id, category_id, from_at) nulls not distinct;
