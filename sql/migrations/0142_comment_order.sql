-- 0142_comment_order -- comments in the order of time: ids are handed out in blocks per connection and do not rise with it.

drop index comment_post;
create index comment_post on comment (post_id, at, comment_id);
