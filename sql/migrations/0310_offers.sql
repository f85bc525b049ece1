-- 0310_offers -- finding the closed offers of a club; audiences of their streams.

create index offer_closed on offer (club_id, ends_at) where audience <> '{}' and state <> 'draft';

-- The old rows obey a stricter rule: they need no reading.
alter table outbox
    drop constraint outbox_audience_check,
    add constraint outbox_audience_check check (audience ~ '^((rank|segment|club|offer):[0-9]+|adults)$') not valid;
