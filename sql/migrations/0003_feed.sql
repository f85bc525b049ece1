-- 0003_feed -- posts and their previous versions.

create table post (
    post_id       bigint primary key,
    club_id       bigint not null references club,
    author_kind   char(1) not null check (author_kind in ('m', 's')),
    author_id     bigint not null,
    kind          text not null
                  check (kind in ('story', 'recommendation', 'question', 'announcement', 'article',
                                  'offer_news', 'surprise_reveal')),
    audience      text not null check (audience in ('club', 'tier', 'segment', 'plan')),
    audience_ref  bigint,
    gate_cat      text not null,
    category_id   int references product_category,
    title         text check (length(title) between 1 and 120),
    body          text not null check (length(body) <= 10000),
    media         jsonb not null default '[]' check (jsonb_typeof(media) = 'array'),
    rating        int check (rating between 1 and 5),
    subject_ref   text,
    state         text not null default 'draft'
                  check (state in ('draft', 'pending', 'published', 'hidden', 'removed', 'deleted')),
    version       int not null default 1,
    created_at    timestamptz not null default now(),
    edited_at     timestamptz,
    published_at  timestamptz,
    like_count    int not null default 0 check (like_count >= 0),
    comment_count int not null default 0 check (comment_count >= 0),
    check (kind <> 'offer_news' or (author_kind = 's' and category_id is not null)),
    check (kind = 'recommendation' or rating is null),
    check ((audience = 'club') = (audience_ref is null)),
    check (author_kind = 's' or media = '[]'),
    check (state <> 'published' or published_at is not null),
    check (state <> 'deleted' or (body = '' and title is null))
);
create index post_feed on post (club_id, published_at desc, post_id desc) where state = 'published';
create index post_author on post (author_kind, author_id, created_at desc);

-- For moderation only, 30 days.
create table post_version (
    post_id bigint references post,
    version int,
    title   text,
    body    text not null,
    at      timestamptz not null default now(),
    primary key (post_id, version)
);
create index post_version_at on post_version (at);
