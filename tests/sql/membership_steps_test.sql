-- Every step of domain.md 6.3 from every state, and what managers may do.
begin;
\ir noun.psql
select plan(60);

insert into staff (staff_id, login, roles) values (8311, 'n-manager', '{manager}'), (8312, 'n-other', '{manager}');
insert into staff_club (staff_id, club_id) values (8311, 8001), (8311, 8002), (8311, 8003), (8311, 8004), (8312, 8004), (8302, 8003);
create sequence pg_temp.people start 8400;

-- A new member in this state, the day after it came to be.
create function pg_temp.someone(p_state text, p_club bigint)
returns bigint language plpgsql as $$
declare
    v_member bigint := nextval('pg_temp.people');
begin
    insert into member (member_id, status, handle) values (v_member, 'active', 'pp' || v_member);
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, applied_at, invited_at, paused_at)
    select v_member, p_club, p_club + 50, p_state, p_club + 60,
           case when p_state in ('active', 'paused', 'lapsed', 'left', 'expelled') then now() - interval '9 days' end,
           case when p_state in ('applied', 'declined') then now() - interval '2 days' end,
           case when p_state = 'invited' then now() - interval '2 days' end,
           case when p_state = 'paused' then now() - interval '2 days' end
     where p_state <> 'none';
    return v_member;
end $$;

-- What a step leads to from a state: the new one, or the refusal.
create function pg_temp.step(p_state text, p_step text)
returns text language plpgsql as $$
declare
    v_club   bigint := case p_step when 'apply, application' then 8002 when 'apply, invitation' then 8003 else 8001 end;
    v_member bigint := pg_temp.someone(p_state, v_club);
    v_m      text := 'm:' || v_member;
    v_both   text := v_club || ', ' || v_member;
    v_reply  jsonb;
begin
    v_reply := case p_step
        when 'apply, application' then pg_temp.call(v_m, 'membership_apply', '8002, null, ''[{"question":"Why?","answer":"So"}]''')
        when 'accept' then pg_temp.call(v_m, 'membership_accept_invite', v_club || ', null')
        when 'decline' then pg_temp.call(v_m, 'membership_decline', v_club::text)
        when 'pause' then pg_temp.call(v_m, 'membership_pause', v_club::text)
        when 'resume' then pg_temp.call(v_m, 'membership_resume', v_club::text)
        when 'leave' then pg_temp.call(v_m, 'membership_leave', v_club::text)
        when 'invite' then pg_temp.call('s:8311', 'membership_invite', v_both || ', null, null')
        when 'approve' then pg_temp.call('s:8311', 'membership_decide', v_both || ', ''approve''')
        when 'turn down' then pg_temp.call('s:8311', 'membership_decide', v_both || ', ''decline''')
        when 'agent' then pg_temp.call('s:8311', 'membership_set_agent', v_both || ', 8302')
        else pg_temp.call(v_m, 'membership_apply', v_club || ', null, null')
    end;
    if v_reply ->> 'status' is distinct from (select status from membership where member_id = v_member and club_id = v_club)
       and v_reply ->> 'refused' is null
       or v_reply ->> 'state' is distinct from (case v_reply ->> 'refused' when 'ZC017' then p_state end) then
        return 'told wrongly: ' || v_reply;
    end if;
    return coalesce(v_reply ->> 'refused', v_reply ->> 'status');
end $$;

create temp table steps (state text, step text, leads_to text);
insert into steps
select s.state, n.step, s.leads[n.no]
  from (values
    --           apply: open application invitation accept   decline     pause    resume   leave    invite     approve  turn down   agent
    ('none',     '{active,applied,ZC001,            ZC014,   ZC014,      ZC014,   ZC014,   ZC014,   invited,   ZC014,   ZC014,      ZC014}'::text[]),
    ('applied',  '{ZC017,ZC017,ZC017,               ZC017,   declined,   ZC017,   ZC017,   ZC017,   ZC017,     active,  declined,   ZC017}'),
    ('invited',  '{active,active,active,            active,  declined,   ZC017,   ZC017,   ZC017,   ZC017,     ZC017,   ZC017,      ZC017}'),
    ('active',   '{ZC017,ZC017,ZC017,               ZC017,   ZC017,      paused,  ZC017,   left,    ZC017,     ZC017,   ZC017,      active}'),
    ('paused',   '{ZC017,ZC017,ZC017,               ZC017,   ZC017,      ZC017,   active,  left,    ZC017,     ZC017,   ZC017,      paused}'),
    ('lapsed',   '{ZC017,ZC017,ZC017,               ZC017,   ZC017,      ZC017,   ZC017,   left,    ZC017,     ZC017,   ZC017,      lapsed}'),
    ('left',     '{active,applied,ZC001,            ZC017,   ZC017,      ZC017,   ZC017,   ZC017,   invited,   ZC017,   ZC017,      ZC017}'),
    ('declined', '{active,applied,ZC001,            ZC017,   ZC017,      ZC017,   ZC017,   ZC017,   invited,   ZC017,   ZC017,      ZC017}'),
    ('expelled', '{ZC017,ZC017,ZC017,               ZC017,   ZC017,      ZC017,   ZC017,   ZC017,   ZC017,     ZC017,   ZC017,      ZC017}')) s (state, leads)
 cross join unnest(array['apply, open', 'apply, application', 'apply, invitation', 'accept', 'decline', 'pause', 'resume', 'leave', 'invite',
                         'approve', 'turn down', 'agent']) with ordinality as n (step, no);
select is((select count(*) from steps), 108::bigint, 'nine states, twelve steps');
select results_eq('select state, step, pg_temp.step(state, step) from steps order by 1, 2',
                  'select state, step, leads_to from steps order by 1, 2', 'each leads where the table says');

update membership set status = 'declined' where club_id = 8002;

-- who is told of what
create function pg_temp.told(p_reply jsonb)
returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type') || ' ' || (e ->> 'refs'), e'\n' order by no)
      from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no);
$$;
create function pg_temp.called(p_state text, p_call text, p_who text default null)
returns jsonb language plpgsql as $$
declare
    v_member bigint := pg_temp.someone(p_state, 8001);
begin
    return pg_temp.call(coalesce(p_who, 'm:' || v_member), 'membership_' || split_part(p_call, ' ', 1),
                        replace(substr(p_call, strpos(p_call, ' ') + 1), '$', v_member::text)) || jsonb_build_object('_m', v_member);
end $$;
select is(pg_temp.told(c.r), replace(told, '$', c.r ->> '_m'), split_part(call, ' ', 1))
  from (values
    ('applied', 'decide 8001, $, ''approve''', 's:8311', 'me:$ membership.changed {"club": "8001", "status": "active"}' || e'\n' ||
        'staff:8001 metric.updated {"metric": "members"}' || e'\n' || 'me:$ card.changed {}' || e'\n' || 'me:$ notify.added {"id": "1", "type": "membership", "count": 1, "target": "club:8001", "unread": 1}' || e'\n' || 'sys sys.changed {"shown": ["$"], "reload": ["$"]}'),
    ('applied', 'decide 8001, $, ''decline''', 's:8311', 'me:$ membership.changed {"club": "8001", "status": "declined"}' || e'\n' ||
        'staff:8001 metric.updated {"metric": "applications"}' || e'\n' || 'me:$ notify.added {"id": "1", "type": "membership", "count": 1, "target": "club:8001", "unread": 1}'),
    ('left', 'invite 8001, $, null, ''Good company''', 's:8311', 'me:$ membership.changed {"club": "8001", "status": "invited"}' || e'\n' || 'me:$ notify.added {"id": "1", "type": "membership", "count": 1, "target": "club:8001", "unread": 1}'),
    ('active', 'set_agent 8001, $, 8302', 's:8311', 'me:$ membership.changed {"club": "8001", "status": "active"}'),
    ('active', 'pause 8001', null, 'me:$ membership.changed {"club": "8001", "status": "paused"}' || e'\n' || 'staff:8001 metric.updated {"metric": "members"}'),
    ('paused', 'resume 8001', null, 'me:$ membership.changed {"club": "8001", "status": "active"}' || e'\n' || 'staff:8001 metric.updated {"metric": "members"}'),
    ('invited', 'accept_invite 8001, null', null, 'me:$ membership.changed {"club": "8001", "status": "active"}' || e'\n' ||
        'staff:8001 metric.updated {"metric": "members"}' || e'\n' || 'me:$ card.changed {}' || e'\n' || 'sys sys.changed {"shown": ["$"], "reload": ["$"]}'),
    ('invited', 'decline 8001', null, 'me:$ membership.changed {"club": "8001", "status": "declined"}' || e'\n' || 'staff:8001 metric.updated {"metric": "applications"}'))
       v (state, call, who, told)
 cross join lateral (select pg_temp.called(state, call, who) as r) c;

-- applications
create temp table asked as select pg_temp.call('m:8207', 'membership_apply', $q$ 8002, null, '[{"question":"Why?","answer":" Trains. "}]' $q$) as r;
select is(r::text like '%Trains%', false, 'the answers are in no reply and no event') from asked;
select is(pg_temp.told(r), 'me:8207 membership.changed {"club": "8002", "status": "applied"}' || e'\n' || 'staff:8002 metric.updated {"metric": "applications"}',
          'no permission has changed yet') from asked;
select is(pg_temp.call('m:8201', 'membership_apply', $q$ 8002, null, '[{"question":"Why?","answer":" "}]' $q$) ->> 'path', 'answers', 'blank is no answer');
select is(pg_temp.call('m:8201', 'membership_apply', $q$ 8002, null, '[{"question":"Why?","answer":"So"},{"question":"Who?","answer":"I"}]' $q$) ->> 'path', 'answers',
          'nobody asked that');
select is(pg_temp.try($q$ select * from api.membership_applications('s:8311', 8002, null, null) $q$) - '_sys' - '_events' #- '{applications,0,applied_at}',
          '{"applications":[{"member":"8207","handle":"nn8207","name":"Real Name 8207","track":{"track":"8052","code":"free","name":"Free","fee_kind":"free"},
             "answers":[{"question":"Why?","answer":"Trains."}]}],"cursor":null,"_subjects":[8207]}', 'managers read them');
select is((select count(*) from audit_log where subject_member = 8207 and action = 'membership.applications' and actor = 's:8311'), 1::bigint, 'on the record');
select is(pg_temp.call('m:8207', 'membership_decline', '8002') ->> 'status', 'declined', 'taken back');
select is(pg_temp.call('m:8207', 'membership_apply', $q$ 8002, null, '[{"question":"Why?","answer":"Boats."}]' $q$), '{"refused":"ZC024","max":1}', 'once an hour');
update membership set applied_at = now() - interval '61 minutes' where member_id = 8207 and club_id = 8002;
select is(pg_temp.call('m:8207', 'membership_apply', $q$ 8002, null, '[{"question":"Why?","answer":"Boats."}]' $q$) ->> 'status', 'applied', 'later again');
create temp table others as select pg_temp.someone('applied', 8002) as m from generate_series(1, 4);
create temp table pages as
with recursive page as (
    select (api.membership_applications('s:8311', 8002, 2, null)).reply as p
     union all
    select (api.membership_applications('s:8311', 8002, 2, p ->> 'cursor')).reply from page where p ->> 'cursor' is not null)
select a ->> 'member' as m, jsonb_array_length(p -> 'applications') as n from page, jsonb_array_elements(p -> 'applications') a;
select is((select array_agg(m order by m::bigint) from pages), (select array_agg(m::text order by m) from (select m from others union all select 8207) x),
          'page by page, each once');
select is(max(n), 2, 'of the length asked for') from pages;
select is(pg_temp.try($q$ select * from api.membership_applications('s:8311', 8002, null, 'x') $q$) ->> 'path', 'cursor', 'not a cursor');

-- whose club it is
select is((select array_agg(distinct pg_temp.call(who, f, a) ->> 'refused')
             from (values ('membership_invite', '8001, 8207, null, ''Nice'''), ('membership_decide', '8001, 8207, ''approve'''),
                          ('membership_set_agent', '8001, 8201, 8302')) c (f, a)
            cross join unnest('{s:8312,s:8302,s:8301,m:8201,v:till}'::text[]) who), '{ZC001}', 'nobody but a manager of the club');
select is((select array_agg(distinct pg_temp.try(format('select * from api.membership_applications(%L, 8002, null, null)', who)) ->> 'refused')
             from unnest('{s:8312,s:8302,m:8201}'::text[]) who), '{ZC001}', 'reads applications');
select is((select count(*) from audit_log where action like 'membership.%' and actor in ('s:8312', 's:8301')), 0::bigint, 'nothing happened');

-- invitations
create temp table guest as select pg_temp.someone('none', 8003) as m;
select is(pg_temp.call('s:8311', 'membership_invite', '8003, ' || m || ', null, null') ->> 'path', 'criterion', 'a vip club says why') from guest;
select is(pg_temp.call('s:8311', 'membership_invite', '8003, ' || m || ', null, ''  ''') ->> 'path', 'criterion', 'in words') from guest;
create temp table invited as select pg_temp.call('s:8311', 'membership_invite', format('8003, null, %L, ''Forty journeys.''', 'PP' || m)) as r from guest;
select is(r - '_events' - '_sys' - '_subjects' - 'member', '{"club":"8003","status":"invited","agent":null,"version":1}', 'by handle; the answer tells ids only') from invited;
select is(reply ->> 'criterion', 'Forty journeys.', 'the member reads why') from guest, api.membership_get('m:' || m, 8003, null);
select is(pg_temp.call('m:' || m, 'membership_decline', '8003') ->> 'status', 'declined', 'no thanks') from guest;
select is(pg_temp.call('s:8311', 'membership_invite', format('8003, %s, null, ''Please.''', m)), '{"refused":"ZC024","max":1}', 'once a day') from guest;
select is(pg_temp.call('s:8311', 'membership_invite', '8003, null, null, ''x''') ->> 'path', 'member', 'whom?');
select is(pg_temp.call('s:8311', 'membership_invite', '8003, 8207, ''nn8207'', ''x''') ->> 'path', 'member', 'one of both');
select is(pg_temp.call('s:8311', 'membership_invite', '8003, 8208, null, ''x''') ->> 'refused', 'ZC002', 'nobody who is suspended');
select is(pg_temp.call('s:8311', 'membership_set_agent', '8001, 8201, 8301') ->> 'path', 'agent', 'an editor is no agent');
select is(pg_temp.call('s:8311', 'membership_set_agent', '8001, 8201, 8302') ->> 'agent', '8302', 'an agent of the club');
select is(pg_temp.call('s:8311', 'membership_set_agent', '8001, 8201, null') ->> 'agent', null, 'none any more');

-- age: the birth date where it is known
create temp table young as select pg_temp.someone('applied', 8004) as m;
insert into member_pii (member_id, birth_enc) select m, lib.pii_seal(((now() - interval '18 years')::date + 1)::text) from young;
select is(pg_temp.call('s:8311', 'membership_decide', '8004, ' || m || ', ''approve'''), '{"refused":"ZC013","min_age":18}', 'eighteen tomorrow') from young;
update member_pii set birth_enc = lib.pii_seal((now() - interval '18 years')::date::text) where member_id = (select m from young);
select is(pg_temp.call('s:8311', 'membership_decide', '8004, ' || m || ', ''approve''') ->> 'status', 'active', 'eighteen today') from young;
update membership set status = 'invited' where member_id = (select m from young);
update member_pii set birth_enc = null where member_id = (select m from young);
update member set under_18 = true where member_id = (select m from young);
select is(pg_temp.call('m:' || m, 'membership_accept_invite', '8004, null'), '{"refused":"ZC013","min_age":18}', 'a minor, if no more is known') from young;

-- frozen and closed clubs
update club set status = 'frozen' where club_id = 8001;
select is((select string_agg(pg_temp.step(state, step), ' ' order by no)
             from (values (1, 'applied', 'turn down'), (2, 'invited', 'decline'), (3, 'active', 'pause'), (4, 'paused', 'resume'), (5, 'active', 'leave'))
                  v (no, state, step)), 'declined declined paused active left', 'out of a frozen club, not in');
select is((select array_agg(distinct pg_temp.called(state, call, who) ->> 'state')
             from (values ('none', 'apply 8001, null, null', null), ('none', 'invite 8001, $, null, null', 's:8311'), ('invited', 'accept_invite 8001, null', null),
                          ('applied', 'decide 8001, $, ''approve''', 's:8311')) v (state, call, who)), '{frozen}', 'nobody gets in');
update club set status = 'closed' where club_id = 8001;
select is((select array_agg(distinct pg_temp.step(state, step))
             from (values ('none', 'apply, open'), ('none', 'invite'), ('invited', 'accept'), ('applied', 'approve')) v (state, step)), '{ZC002}', 'a closed one is not there');
select is(pg_temp.step('active', 'leave'), 'left', 'but to leave it');
update club set status = 'active' where club_id = 8001;

-- pauses
create function pg_temp.days(p_days int, p_year int, p_ago interval)
returns int language sql as $$ select lib.pause_days(p_days, p_year, now() - p_ago, 'UTC') $$;
select is(pg_temp.days(10, extract(year from now())::int, interval '5 minutes'), 11, 'a pause counts for a day at least');
select is(pg_temp.days(100, extract(year from now())::int - 1, null), 0, 'a new year, new days');
select is(pg_temp.days(100, extract(year from now())::int - 1, interval '3 years'), least(184, greatest(1, extract(doy from now())::int - 1)),
          'of a pause from before only the days of this year');
select is(pg_temp.days(183, extract(year from now())::int, interval '1 hour'), 184, 'never more than there are');
create temp table tired as select pg_temp.someone('active', 8001) as m;
update membership set paused_days = 184, paused_year = extract(year from now()) where member_id = (select m from tired);
select is(pg_temp.call('m:' || m, 'membership_pause', '8001'), '{"refused":"ZC024","max":184}', 'no days left') from tired;
update membership set paused_year = paused_year - 1 where member_id = (select m from tired);
select is(pg_temp.call('m:' || m, 'membership_pause', '8001') ->> 'status', 'paused', 'but in the next year') from tired;
select is(pg_temp.earn(m, 'P1', 100) ->> 'state', 'paused', 'nothing is earned meanwhile') from tired;
update membership set paused_days = 180, paused_at = now() - interval '5 days' where member_id = (select m from tired);
select is((api.jobs_run('pauses')).done, 1::bigint, 'the pause that has used them up ends by itself');
select is(status || ' ' || paused_days || coalesce(paused_at::text, ''), 'active 184', 'and is counted') from membership, tired where member_id = m;
select is(stream || ' ' || type, 'me:' || m || ' membership.changed', 'the member is told') from tired, outbox where stream = 'me:' || m order by seq desc limit 1;
select is(lib.pauses_end(), 0::bigint, 'once');

-- an agent looks
select is(pg_temp.try($q$ select * from api.membership_get('s:8302', 8001, 8201) $q$) ->> 'status', 'active', 'an agent of the club looks');
select is(pg_temp.try($q$ select * from api.membership_get('s:8302', 8002, 8207) $q$) ->> 'refused', 'ZC002', 'not into other clubs');
select is((select count(*) from audit_log where actor = 's:8302' and action = 'membership.get'), 1::bigint, 'on the record');
select is(pg_temp.try($q$ select * from api.membership_get('m:8201', 8001, 8202) $q$) ->> 'refused', 'ZC001', 'a member only at their own');
select is(pg_temp.try($q$ select * from api.membership_get('m:8201', 8002, 8201) $q$) ->> 'refused', 'ZC002', 'there is none');

select * from finish();
rollback;
