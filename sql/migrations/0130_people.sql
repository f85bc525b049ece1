-- 0130_people -- versions of profiles and clubs; when a membership was applied for, offered, paused.

alter table member
    add column version   bigint not null default 1,    -- of the profile
    add column handle_at timestamptz;                  -- the last change of the handle by its owner

alter table club
    add column version bigint not null default 1;

-- paused_days counts the calendar year paused_year, in the club's zone; paused_at tells only while it is paused.
alter table membership
    add column applied_at  timestamptz,
    add column invited_at  timestamptz,
    add column paused_at   timestamptz,
    add column paused_year int;
update membership set applied_at = now() where status = 'applied';
update membership set paused_at = now() where status = 'paused';
create index membership_applied on membership (club_id, applied_at, member_id) where status = 'applied';
create index membership_paused on membership (paused_at) where status = 'paused';
