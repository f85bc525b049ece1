-- 0330_holds -- the held reservations of an offer by their end, for who looks whether seats have run out.

create index reservation_held on reservation (offer_id, expires_at) where state = 'held';
