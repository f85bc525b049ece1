-- 0051_post_club -- a post's club has no foreign key.
--
-- feed.post reads the club's row itself; the check would take a share lock on it for every post of a busy club.

alter table post drop constraint post_club_id_fkey;
