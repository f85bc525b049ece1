-- 0150_moderation -- reports, the decisions they lead to, appeals.

-- One decision about something a member wrote, or about the member.  It is in force until ended_at.  member_id is whom
-- it concerns; null: content of the club itself.  was: the state that an undoing brings back.
create table moderation_decision (
    decision_id bigint primary key,
    club_id     bigint not null references club,
    target_kind text not null check (target_kind in ('post', 'comment', 'member')),
    target_id   bigint not null,
    member_id   bigint references member,
    action      text not null
                check (action in ('none', 'restore', 'publish', 'hide', 'remove', 'silence', 'suspend', 'expel')),
    ground      text not null check (ground in ('terms', 'illegal')),
    clause      text not null check (length(clause) <= 200),
    facts       text not null check (length(facts) <= 4000),
    reports     int not null default 0 check (reports >= 0),
    reason      text check (reason in ('spam', 'abuse', 'illegal', 'privacy', 'off_topic', 'safety', 'other')),
    automated   boolean not null,
    decided_by  text not null check (decided_by = 'auto' or decided_by ~ '^s:[0-9]{1,18}$'),
    was         text not null,
    until       timestamptz,
    at          timestamptz not null default now(),
    notified_at timestamptz,
    ended_at    timestamptz,
    ended_by    text check (ended_by in ('appeal', 'decision', 'until')),
    check (automated = (decided_by = 'auto')),
    check ((ended_at is null) = (ended_by is null)),
    check (action <> 'silence' or until is not null)
);
create index moderation_decision_target on moderation_decision (target_kind, target_id, decision_id desc);
create index moderation_decision_member on moderation_decision (member_id, decision_id desc);
create index moderation_decision_until on moderation_decision (until) where ended_at is null and until is not null;
create index moderation_decision_ended on moderation_decision (ended_at) where ended_at is not null;

-- One report of one person about one target; by a member or by staff.
create table report (
    report_id      bigint primary key,
    club_id        bigint not null references club,
    target_kind    text not null check (target_kind in ('post', 'comment', 'member')),
    target_id      bigint not null,
    reporter       bigint references member,
    reporter_staff bigint references staff,
    reason         text not null
                   check (reason in ('spam', 'abuse', 'illegal', 'privacy', 'off_topic', 'safety', 'other')),
    note           text check (length(note) between 1 and 4000),
    weight_milli   int not null check (weight_milli between 0 and 5000),
    state          text not null default 'open' check (state in ('open', 'upheld', 'rejected', 'ignored')),
    decision_id    bigint references moderation_decision,
    at             timestamptz not null default now(),
    reminded_at    timestamptz,
    closed_at      timestamptz,
    unique (target_kind, target_id, reporter),
    unique (target_kind, target_id, reporter_staff),
    check ((reporter is null) <> (reporter_staff is null)),
    check ((state = 'open') = (closed_at is null))
);
create index report_open on report (club_id, target_kind, target_id) where state = 'open';
create index report_reporter on report (reporter, at desc);
create index report_staff on report (reporter_staff, at desc);
create index report_decision on report (decision_id) where decision_id is not null;
create index report_closed on report (closed_at) where closed_at is not null;

create table appeal (
    appeal_id   bigint primary key,
    decision_id bigint not null unique references moderation_decision,
    member_id   bigint not null references member,
    text        text not null check (length(text) between 1 and 4000),
    state       text not null default 'open' check (state in ('open', 'granted', 'denied')),
    answer      text check (length(answer) between 1 and 4000),
    decided_by  text check (decided_by ~ '^s:[0-9]{1,18}$'),
    at          timestamptz not null default now(),
    reminded_at timestamptz,
    decided_at  timestamptz,
    check ((state = 'open') = (decided_by is null) and (state = 'open') = (decided_at is null))
);
create index appeal_open on appeal (decision_id) where state = 'open';
create index appeal_member on appeal (member_id);

create index post_pending on post (club_id, created_at) where state = 'pending';
