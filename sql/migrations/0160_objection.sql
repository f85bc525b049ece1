-- 0160_objection -- objecting to what rests on a legitimate interest: on which channels one may, and the state after.

-- One may object on these channels.  inapp among them: to the whole.  Warnings about the account stay in the app and
-- in one's mailbox, or nobody would learn that it is misused.
alter table purpose add column objection_channels smallint[] not null default '{}';
update purpose set objection_channels = '{2,4,5,6}' where purpose_id = 20;
update purpose set objection_channels = '{1,2,3,4,5,6}' where purpose_id = 21;
alter table purpose add check (basis = 'li' or objection_channels = '{}');

alter table consent_state drop constraint consent_state_state_check;
alter table consent_state add constraint consent_state_state_check
    check (state in ('requested', 'pending_confirm', 'given', 'refused', 'withdrawn', 'expired', 'stale', 'objected',
                     'allowed'));
