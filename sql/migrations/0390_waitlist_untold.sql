-- 0390_waitlist_untold -- members of long waiting lists who are still to be told what became of their entry.

alter table waitlist_entry add column untold boolean not null default false;
create index waitlist_untold on waitlist_entry (offer_id, member_id) where untold;
