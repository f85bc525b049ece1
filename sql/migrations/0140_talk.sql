-- 0140_talk -- what members say and do about posts: comments, reactions, mentions, hiding, following.

-- One level deep: a parent is a comment of the same post that has no parent itself.
create table comment (
    comment_id bigint primary key,
    post_id    bigint not null references post,
    parent_id  bigint references comment,
    author     bigint not null references member,
    body       text not null check (length(body) <= 2000),
    state      text not null default 'published'
               check (state in ('pending', 'published', 'hidden', 'removed', 'deleted')),
    version    int not null default 1,
    at         timestamptz not null default now(),
    edited_at  timestamptz,
    check (state <> 'deleted' or body = ''),
    check (parent_id <> comment_id)
);
create index comment_post on comment (post_id, comment_id);
create index comment_author on comment (author, comment_id);
create index comment_parent on comment (parent_id) where parent_id is not null;

-- For moderation only, 30 days.
create table comment_version (
    comment_id bigint references comment,
    version    int,
    body       text not null,
    at         timestamptz not null default now(),
    primary key (comment_id, version)
);
create index comment_version_at on comment_version (at);

create table reaction (
    post_id   bigint references post,
    member_id bigint references member,
    kind      text not null check (kind in ('like', 'thanks', 'wow', 'going')),
    at        timestamptz not null default now(),
    primary key (post_id, member_id, kind)
);
create index reaction_member on reaction (member_id);

-- A handle in the text of a post (comment_id is null) or of a comment.  places: where each @ stands, in code points
-- from 0; length: code points with the @.  Whether it may be shown as a link is asked when it is shown.
create table post_mention (
    post_id    bigint not null references post,
    comment_id bigint references comment,
    member_id  bigint not null references member,
    state      text not null check (state in ('active', 'suppressed', 'removed')),
    places     int[] not null check (cardinality(places) between 1 and 50),
    length     int not null check (length between 4 and 25),
    constraint post_mention_key unique nulls not distinct (post_id, comment_id, member_id)
);
create index post_mention_member on post_mention (member_id);
create index post_mention_comment on post_mention (comment_id) where comment_id is not null;

create table post_hide (
    member_id bigint references member,
    post_id   bigint references post,
    at        timestamptz not null default now(),
    primary key (member_id, post_id)
);

create table topic_follow (
    member_id bigint references member,
    club_id   bigint references club,
    topic     text check (length(topic) between 1 and 40),
    at        timestamptz not null default now(),
    primary key (member_id, club_id, topic)
);
create index topic_follow_topic on topic_follow (club_id, topic, member_id);

-- Posts whose followers are still to be told, up to the member after_member.
create table topic_notice (
    post_id      bigint references post,
    topic        text,
    after_member bigint not null default 0,
    primary key (post_id, topic)
);

-- Posts whose numbers have changed since they were last sent.
create table post_dirty (
    post_id bigint primary key references post
);

-- like_count counts reactions of kind like, comment_count published comments; the others likewise.
alter table post
    add column thanks_count int not null default 0 check (thanks_count >= 0),
    add column wow_count int not null default 0 check (wow_count >= 0),
    add column going_count int not null default 0 check (going_count >= 0);

-- As posts_on and posts_count.
alter table membership
    add column comments_on date,
    add column comments_count int not null default 0,
    add constraint membership_comments check (comments_count = 0 or comments_count > 0 and comments_on is not null);
