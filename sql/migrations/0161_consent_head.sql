-- 0161_consent_head -- where each member's chain of evidence ends.  A chain proves itself but for its end: without this
-- its last pieces could be cut off unnoticed.

create table consent_head (
    member_id bigint primary key references member,
    seq       bigint not null check (seq > 0),
    hash      bytea not null check (length(hash) = 32)
) with (fillfactor = 70);

insert into consent_head (member_id, seq, hash)
select distinct on (member_id) member_id, seq, hash
  from consent_event
 order by member_id, seq desc;
