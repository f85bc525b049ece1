-- 0371_queue_members -- a member's tickets are found by the member: an offer has thousands.

drop index one_live_ticket;
create unique index one_live_ticket on queue_ticket (member_id, offer_id) where state in ('queued', 'admitted');
