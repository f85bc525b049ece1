-- 0141_post_dirty -- when a post's numbers were last sent: at most once a second, however many nodes run the job.

alter table post_dirty
    add column is_dirty boolean not null default true,
    add column sent_at timestamptz;
