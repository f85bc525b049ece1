-- 0052_post_counter -- how many posts a member has made in a club today, beside the row that feed.post locks anyway.
--
-- Counting the rows of post would cost more with every post of the day.  posts_on is a day in the club's zone; a count
-- of another day is worth nothing.

alter table membership
    add column posts_on date,
    add column posts_count int not null default 0,
    add constraint membership_posts check (posts_count = 0 or posts_count > 0 and posts_on is not null);
