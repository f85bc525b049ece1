-- Polls of all kinds in random plans: members vote, take it back, leave, come back and change roles; items and proposals change
-- meanwhile; polls close by hand, by the timer, by the last vote and with the plan.  After every step all polls are what a
-- plain model of domain.md 10.5 says.
begin;
\ir noun.psql
select plan(5);

insert into member (member_id, status, handle) select m, 'active', 'pw' || m from generate_series(8401, 8407) m;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8001, 8051, 'active', 8061, now() - interval '90 days' from generate_series(8401, 8407) m;

create temp table m_member (p bigint, member bigint, role text, joined boolean);
create temp table m_item (p bigint, item bigint, version int, title_ver int, live boolean);
create temp table m_vote (poll bigint, member bigint, pos int, choice text);
create temp table m_poll (
    p bigint, poll bigint primary key, kind text, options int, quorum int, tie text, secret boolean, all_voted boolean, does text, proposal bigint,
    state text default 'open', outcome text, winner int, effect text, scores int[], voters int, version int default 1);
create temp table m_proposal (p bigint, proposal bigint, action text, item bigint, base int, state text default 'open');
create temp table done (step text);

create function pg_temp.may(p_plan bigint) returns setof bigint language sql as
$$ select member from m_member where p = p_plan and joined and role <> 'viewer' $$;

-- What a poll comes to, counted member after member.
create function pg_temp.m_count(p_poll bigint) returns void language plpgsql as $$
declare
    v_poll m_poll;
    v_row  m_vote;
begin
    select * into v_poll from m_poll where poll = p_poll;
    v_poll.scores := array_fill(0, array[v_poll.options]);
    for v_row in select * from m_vote where poll = p_poll and member in (select pg_temp.may(v_poll.p)) loop
        v_poll.scores[v_row.pos + 1] := v_poll.scores[v_row.pos + 1] + case when v_row.choice = 'no' then 0 when v_row.choice = 'maybe' then 1
                                                                            when v_poll.kind in ('approval', 'dates') then 2 else 1 end;
    end loop;
    update m_poll set scores = v_poll.scores,
                      voters = (select count(distinct member) from m_vote where poll = p_poll and member in (select pg_temp.may(v_poll.p)))
     where poll = p_poll;
end $$;

-- Does what a poll does that an option has won.
create function pg_temp.m_effect(p_poll bigint, p_winner int) returns void language plpgsql as $$
declare
    v_poll     m_poll;
    v_proposal m_proposal;
    v_item     m_item;
    v_effect   text := 'none';
begin
    select * into v_poll from m_poll where poll = p_poll;
    select * into v_proposal from m_proposal where proposal = v_poll.proposal and state = 'open';
    if v_poll.does = 'dates' then
        v_effect := 'applied';
    elsif v_poll.does = 'proposal' and found then
        select * into v_item from m_item where item = v_proposal.item;
        v_effect := case when p_winner <> 0 then 'rejected'
                         when v_proposal.action = 'add' then 'applied'
                         when not v_item.live then 'stale'
                         when v_proposal.action = 'change' and v_item.title_ver > v_proposal.base then 'stale'
                         when v_proposal.action = 'remove' and v_item.version > v_proposal.base then 'stale'
                         else 'applied' end;
        update m_proposal set state = case v_effect when 'applied' then 'accepted' else v_effect end where proposal = v_proposal.proposal;
        if v_effect = 'applied' and v_proposal.action <> 'add' then
            update m_item set version = version + 1, title_ver = case v_proposal.action when 'change' then version + 1 else title_ver end,
                              live = v_proposal.action = 'change' where item = v_item.item;
        elsif v_effect = 'applied' then
            insert into m_item select v_poll.p, i.item_id, 1, 1, true from plan_item i
             where i.plan_id = v_poll.p and not exists (select from m_item where item = i.item_id);
        end if;
    end if;
    update m_poll set state = 'closed', outcome = 'decided', winner = p_winner, effect = v_effect, version = version + 1 where poll = p_poll;
end $$;

create function pg_temp.m_close(p_poll bigint) returns void language plpgsql as $$
declare
    v_poll m_poll;
    v_most int;
    v_best int[];
begin
    perform pg_temp.m_count(p_poll);
    select * into v_poll from m_poll where poll = p_poll;
    v_most := (select max(s) from unnest(v_poll.scores) s);
    v_best := array(select i from generate_series(0, v_poll.options - 1) i where v_poll.scores[i + 1] = v_most order by i);
    if v_poll.voters < v_poll.quorum or v_most = 0 then
        update m_poll set state = 'closed', outcome = case when v_poll.voters < v_poll.quorum then 'no_quorum' else 'none' end, effect = 'none', version = version + 1 where poll = p_poll;
    elsif cardinality(v_best) > 1 and v_poll.tie = 'owner' then
        update m_poll set state = 'tied', outcome = 'tied', effect = 'none', version = version + 1 where poll = p_poll;
    else
        perform pg_temp.m_effect(p_poll, v_best[1]);
    end if;
end $$;

create function pg_temp.m_all_voted(p_poll m_poll) returns boolean language sql as $$
    select (p_poll).all_voted and (p_poll).state = 'open'
       and not exists (select from pg_temp.may((p_poll).p) m where m not in (select member from m_vote where poll = (p_poll).poll))
$$;

-- Somebody may vote no more.
create function pg_temp.m_without(p_plan bigint, p_member bigint) returns void language plpgsql as $$
declare
    v_poll m_poll;
begin
    for v_poll in select * from m_poll where p = p_plan and state = 'open' order by poll loop
        if exists (select from m_vote where poll = v_poll.poll and member = p_member) then
            delete from m_vote where poll = v_poll.poll and member = p_member;
            if not v_poll.secret and not pg_temp.m_all_voted(v_poll) then
                update m_poll set version = version + 1 where poll = v_poll.poll;
            end if;
        end if;
        if pg_temp.m_all_voted(v_poll) then
            perform pg_temp.m_close(v_poll.poll);
        end if;
    end loop;
end $$;

-- How the polls and proposals of a plan differ from the model; null: not at all.
create function pg_temp.differs(p_plan bigint) returns text language plpgsql as $$
declare
    v_poll bigint;
begin
    for v_poll in select poll from m_poll where p = p_plan and state = 'open' loop
        perform pg_temp.m_count(v_poll);
    end loop;
    return nullif(concat_ws('; ', (
        select string_agg(format('poll %s is %s, model %s', m.poll, r.so, m.so), '; ')
          from (select poll, row(state, outcome, winner, effect, scores, voters, version)::text as so from m_poll where p = p_plan) m
          full join (select q.poll_id as poll, row(q.state, q.result ->> 'outcome', (select pos from poll_option where option_id = (q.result ->> 'winner')::bigint), q.result ->> 'effect',
                            (select array_agg((o ->> 'score')::int order by no) from jsonb_array_elements(coalesce(q.result -> 'options', c.options)) with ordinality x (o, no)),
                            coalesce((q.result ->> 'voters')::int, c.voters), q.version)::text as so
                       from poll q cross join lateral lib.poll_count(q) c where q.plan_id = p_plan) r on r.poll = m.poll
         where r.so is distinct from m.so),
        (select string_agg(format('proposal %s is %s, model %s', proposal, r.state, m.state), '; ')
              from m_proposal m join plan_proposal r on r.proposal_id = m.proposal where m.p = p_plan and r.state <> m.state),
        (select string_agg('item ' || item, '; ') from m_item m join plan_item r on r.item_id = m.item
             where m.p = p_plan and (r.version, r.deleted_at is null) <> (m.version, m.live))), '');
end $$;

create function pg_temp.one(p_list anyarray) returns anyelement language sql volatile as
$$ select p_list[1 + floor(random() * cardinality(p_list))::int] $$;

create function pg_temp.step(p_plan bigint, p_word text) returns text language plpgsql as $$
declare
    v_member bigint;
    v_poll   m_poll;
    v_item   m_item;
    v_answer jsonb;
    v_kind   text;
    v_n      int;
    v_votes  jsonb;
    v_row    m_proposal;
    v_same   boolean;
    v_id     bigint;
begin
    case p_word
    when 'propose' then
        v_kind := pg_temp.one('{add,change,remove}'::text[]);
        select * into v_item from m_item where p = p_plan and live order by random() limit 1;
        if v_item.item is null then
            v_kind := 'add';
        end if;
        v_answer := pg_temp.call('m:' || pg_temp.one(array(select pg_temp.may(p_plan))), 'plan_propose', format('%s, %L, %L, %L, %L, null', p_plan, v_kind,
            case when v_kind <> 'add' then v_item.item end, case when v_kind <> 'add' then v_item.version end,
            case v_kind when 'add' then '{"title":"New","kind":"activity","order_key":"c"}' when 'change' then jsonb_build_object('title', 'Title ' || random())::text end));
        insert into m_proposal values (p_plan, (v_answer ->> 'proposal')::bigint, v_kind, case when v_kind <> 'add' then v_item.item end, v_item.version);
    when 'open' then
        v_kind := pg_temp.one('{single,multi,approval,dates}'::text[]);
        v_n := 2 + floor(random() * 3)::int;
        select * into v_row from m_proposal r where p = p_plan and state = 'open' and random() < 0.7
           and not exists (select from m_poll q where q.proposal = r.proposal and q.state in ('open', 'tied')) order by random() limit 1;
        v_same := random() < 0.5;
        v_answer := pg_temp.call('m:8401', 'plan_poll_open', format('%s, %L, ''Which?'', %L, %L, %s, %L, %s, %L, %L, %L', p_plan, v_kind,
            (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('label', 'Option ' || o, 'from', case v_kind when 'dates' then '2027-05-0' || o + 1 end,
                                                                   'to', case v_kind when 'dates' then '2027-06-01' end))) from generate_series(0, v_n - 1) o),
            now() + interval '1 day', case v_kind when 'multi' then '2' else 'null' end, random() < 0.5, v_n - 1, case when v_same then 'owner' else 'earliest_option' end,
            random() < 0.5, case when v_row.proposal is not null then jsonb_build_object('apply_proposal', v_row.proposal::text)
                                 when v_kind = 'dates' then '{"set_dates":true}' end));
        if v_answer ? 'refused' then
            return v_answer::text;
        end if;
        insert into m_poll (p, poll, kind, options, quorum, tie, secret, all_voted, does, proposal)
        select p_plan, poll_id, v_kind, v_n, v_n - 1, tie_rule, secret_until_close, close_when_all_voted,
               case when v_row.proposal is not null then 'proposal' when v_kind = 'dates' then 'dates' end, v_row.proposal
          from poll where poll_id = (v_answer ->> 'poll')::bigint;
    when 'vote' then
        select * into v_poll from m_poll where p = p_plan and state = 'open' order by random() limit 1;
        if not found then
            return null;
        end if;
        v_member := pg_temp.one(array(select pg_temp.may(p_plan)));
        v_votes := (select jsonb_agg(jsonb_build_object('pos', o, 'choice', case when v_poll.kind in ('single', 'multi') then 'yes' else pg_temp.one('{yes,maybe,no,no}'::text[]) end))
                      from (select o from generate_series(0, v_poll.options - 1) o order by random()
                             limit case v_poll.kind when 'single' then 1 when 'multi' then 1 + floor(random() * 2)::int else 1 + floor(random() * v_poll.options)::int end) x);
        v_answer := pg_temp.call('m:' || v_member, 'plan_vote', format('%s, %L', v_poll.poll, (
            select jsonb_agg(jsonb_build_object('option', (select option_id::text from poll_option where poll_id = v_poll.poll and pos = (v ->> 'pos')::int), 'choice', v ->> 'choice'))
              from jsonb_array_elements(v_votes) v)));
        v_same := (select jsonb_agg(jsonb_build_object('pos', pos, 'choice', choice) order by pos) from m_vote where poll = v_poll.poll and member = v_member)
                  is not distinct from (select jsonb_agg(v order by v ->> 'pos') from jsonb_array_elements(v_votes) v);
        delete from m_vote where poll = v_poll.poll and member = v_member;
        insert into m_vote select v_poll.poll, v_member, (v ->> 'pos')::int, v ->> 'choice' from jsonb_array_elements(v_votes) v;
        if not v_same then
            update m_poll set version = version + 1 where poll = v_poll.poll and not secret;
            if pg_temp.m_all_voted(v_poll) then
                perform pg_temp.m_close(v_poll.poll);
            end if;
        end if;
    when 'unvote' then
        select q.* into v_poll from m_poll q join m_vote v on v.poll = q.poll where q.p = p_plan and q.state = 'open' order by random() limit 1;
        if not found then
            return null;
        end if;
        v_member := (select member from m_vote where poll = v_poll.poll order by random() limit 1);
        v_answer := pg_temp.call('m:' || v_member, 'plan_unvote', v_poll.poll::text);
        delete from m_vote where poll = v_poll.poll and member = v_member;
        update m_poll set version = version + 1 where poll = v_poll.poll and not secret;
    when 'leave' then
        v_member := (select member from m_member where p = p_plan and joined and role <> 'owner' order by random() limit 1);
        if v_member is null then
            return null;
        end if;
        v_answer := case when random() < 0.5 then pg_temp.call('m:' || v_member, 'plan_leave', p_plan::text)
                         else pg_temp.call('m:8401', 'plan_remove', p_plan || ', ' || v_member) end;
        update m_member set joined = false where p = p_plan and member = v_member;
        perform pg_temp.m_without(p_plan, v_member);
    when 'back' then
        v_member := (select member from m_member where p = p_plan and not joined order by random() limit 1);
        update plan_member set state = 'joined' where plan_id = p_plan and member_id = v_member;
        update m_member set joined = true where p = p_plan and member = v_member;
    when 'role' then
        v_member := (select member from m_member where p = p_plan and joined and role <> 'owner' order by random() limit 1);
        if v_member is null then
            return null;
        end if;
        v_kind := pg_temp.one('{editor,voter,viewer}'::text[]);
        v_answer := pg_temp.call('m:8401', 'plan_set_role', format('%s, %s, %L', p_plan, v_member, v_kind));
        update m_member set role = v_kind where p = p_plan and member = v_member;
        if v_kind = 'viewer' then
            perform pg_temp.m_without(p_plan, v_member);
        end if;
    when 'close' then
        select * into v_poll from m_poll where p = p_plan and state = 'open' order by random() limit 1;
        if not found then
            return null;
        end if;
        if random() < 0.5 then
            update poll set closes_at = now() where poll_id = v_poll.poll;
            perform api.jobs_run('polls');
        else
            v_answer := pg_temp.call('m:8401', 'plan_poll_close', v_poll.poll || ', null');
        end if;
        perform pg_temp.m_close(v_poll.poll);
    when 'decide' then
        select * into v_poll from m_poll where p = p_plan and state = 'tied' order by random() limit 1;
        if not found then
            return null;
        end if;
        v_n := (select i from generate_series(0, v_poll.options - 1) i where v_poll.scores[i + 1] = (select max(s) from unnest(v_poll.scores) s) order by random() limit 1);
        v_answer := pg_temp.call('m:8401', 'plan_poll_close', v_poll.poll || ', ' || (select option_id from poll_option where poll_id = v_poll.poll and pos = v_n));
        perform pg_temp.m_effect(v_poll.poll, v_n);
    when 'edit' then
        select * into v_item from m_item where p = p_plan and live order by random() limit 1;
        if not found then
            return null;
        end if;
        v_same := random() < 0.5;
        v_answer := pg_temp.call('m:8401', 'plan_item_set', format('%s, %s, %L, null', v_item.item, v_item.version,
                                 jsonb_build_object(case when v_same then 'title' else 'place' end, 'By hand ' || random())));
        update m_item set version = version + 1, title_ver = case when v_same then version + 1 else title_ver end where item = v_item.item;
    when 'add' then
        v_answer := pg_temp.call('m:8401', 'plan_item_add', format('%s, %L', p_plan, '{"title":"More","kind":"meal","order_key":"d"}'));
        insert into m_item values (p_plan, (v_answer ->> 'item')::bigint, 1, 1, true);
    when 'drop' then
        select * into v_item from m_item where p = p_plan and live order by random() limit 1;
        if not found then
            return null;
        end if;
        v_answer := pg_temp.call('m:8401', 'plan_item_delete', format('%s, %s', v_item.item, v_item.version));
        update m_item set version = version + 1, live = false where item = v_item.item;
    when 'lock' then
        v_answer := pg_temp.call('m:8401', 'plan_lock', p_plan::text);
        perform pg_temp.call('m:8401', 'plan_unlock', p_plan::text);
        for v_id in select poll from m_poll where p = p_plan and state = 'open' loop
            perform pg_temp.m_count(v_id);
        end loop;
        update m_poll set state = 'closed', outcome = 'ended', winner = null, effect = 'none', version = version + 1 where p = p_plan and state in ('open', 'tied');
        update m_proposal set state = 'stale' where p = p_plan and state = 'open';
    end case;
    if v_answer ? 'refused' then
        return v_answer::text;
    end if;
    insert into done values (p_word);
    return null;
end $$;

create function pg_temp.walk(p_plan bigint, p_steps int) returns text language plpgsql as $$
declare
    v_word text;
    v_bad  text;
begin
    insert into plan (plan_id, club_id, title, currency, state) values (p_plan, 8001, 'Walk', 'EUR', 'planning');
    insert into m_member select p_plan, m, case m when 8401 then 'owner' when 8402 then 'editor' when 8407 then 'viewer' else 'voter' end, true from generate_series(8401, 8407) m;
    insert into plan_member (plan_id, member_id, role, state, joined_at) select p_plan, member, role, 'joined', now() from m_member where p = p_plan;
    for n in 1 .. p_steps loop
        v_word := pg_temp.one('{propose,propose,open,open,open,vote,vote,vote,vote,vote,vote,vote,vote,vote,vote,vote,vote,vote,vote,unvote,leave,back,back,role,close,close,decide,edit,add,drop,lock}'::text[]);
        continue when v_word = 'open' and (select count(*) from m_poll where p = p_plan and state in ('open', 'tied')) >= 8
                   or v_word = 'propose' and (select count(*) from m_proposal where p = p_plan and state = 'open') >= 15
                   or v_word = 'lock' and random() < 0.7;
        v_bad := coalesce(pg_temp.step(p_plan, v_word), pg_temp.differs(p_plan));
        if v_bad is not null then
            return format('plan %s step %s %s: %s', p_plan, n, v_word, v_bad);
        end if;
    end loop;
    return null;
end $$;

select setseed(0.41) is null as seeded \gset
select is((select string_agg(pg_temp.walk(9000 + n, 110), E'\n') from generate_series(1, 12) n), null, 'after every step all polls are what the model says');
select is((select string_agg(w, ' ') from unnest('{propose,open,vote,unvote,leave,back,role,close,decide,edit,add,drop,lock}'::text[]) w where w not in (select step from done)), null, 'of every kind');
select is((select string_agg(o || ' ' || e, ', ') from (values ('decided', 'applied'), ('decided', 'none'), ('decided', 'rejected'), ('decided', 'stale'), ('no_quorum', 'none'), ('none', 'none'), ('tied', 'none'), ('ended', 'none')) t (o, e)
            where not exists (select from m_poll where outcome = o and effect = e)), null, 'to every end');
select is((select count(*) from m_poll m where (select count(*) from plan_op where actor = 'poll:' || m.poll) <> (m.effect is not distinct from 'applied')::int), 0::bigint,
          'what a poll did is in the log, once and as the poll; the others did nothing');
select is((select count(*) from lib.plan_op_violations()), 0::bigint, 'and the log is whole');
select * from finish();
rollback;
