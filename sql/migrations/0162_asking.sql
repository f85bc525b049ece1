-- 0162_asking -- how often and when a member was asked about a triple, and when they answered: for asking again.

alter table consent_state
    add column asked      smallint not null default 0,    -- since the last yes
    add column asked_at   timestamptz,
    add column decided_at timestamptz;

update consent_state s
   set decided_at = e.at
  from consent_event e
 where e.event_id = s.event_id
   and s.state <> 'requested';

update consent_state s
   set asked = a.count, asked_at = a.last
  from (select member_id, purpose_id, scope_id, channel_id, least(count(*), 1000) as count, max(at) as last
          from consent_event
         where action = 'request'
         group by member_id, purpose_id, scope_id, channel_id) a
 where s.member_id = a.member_id
   and s.purpose_id = a.purpose_id
   and s.scope_id = a.scope_id
   and s.channel_id = a.channel_id
   and s.state <> 'given';
