-- Random votes in random orders: what a poll comes to is what a count by hand comes to, whoever voted first, and nothing is told
-- of a secret one before.
begin;
\ir noun.psql
select plan(6);

insert into member (member_id, status, handle) select m, 'active', 'pp' || m from generate_series(8401, 8406) m;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8001, 8051, 'active', 8061, now() - interval '90 days' from generate_series(8401, 8406) m;
insert into plan (plan_id, club_id, title, currency, state) select 9000 + n, 8001, 'Plan ' || n, 'EUR', 'planning' from generate_series(1, 60) n;
insert into plan_member (plan_id, member_id, role, state)
select 9000 + n, m, case m when 8401 then 'owner' when 8402 then 'editor' else 'voter' end, 'joined'
  from generate_series(1, 60) n, generate_series(8401, 8406) m;

-- What each of them says in the end: plan, member, position, choice.
create temp table want (n int, member bigint, pos int, choice text);
create temp table shape (n int primary key, kind text, options int, quorum int, tie text, secret boolean, gone bigint);
create temp table twin (n int, poll bigint, came text);
create temp table leak (what text);

-- Counts by hand, member after member: state, outcome, winner's position and the scores.
create function pg_temp.by_hand(p_n int) returns text language plpgsql as $$
declare
    v_shape  shape;
    v_scores int[];
    v_people bigint[] := '{}';
    v_said   want;
    v_most   int := 0;
    v_first  int;
    v_equal  int := 0;
begin
    select * into v_shape from shape where n = p_n;
    v_scores := array_fill(0, array[v_shape.options]);
    for v_said in select * from want where n = p_n and member is distinct from v_shape.gone loop
        if not v_said.member = any (v_people) then
            v_people := array_append(v_people, v_said.member);
        end if;
        if v_said.choice = 'yes' then
            v_scores[v_said.pos + 1] := v_scores[v_said.pos + 1] + 1;
            if v_shape.kind in ('approval', 'dates') then
                v_scores[v_said.pos + 1] := v_scores[v_said.pos + 1] + 1;
            end if;
        elsif v_said.choice = 'maybe' then
            v_scores[v_said.pos + 1] := v_scores[v_said.pos + 1] + 1;
        end if;
    end loop;
    for i in 1 .. v_shape.options loop
        if v_scores[i] > v_most then
            v_most := v_scores[i];
            v_first := i - 1;
            v_equal := 0;
        end if;
        v_equal := v_equal + (v_scores[i] = v_most and v_most > 0)::int;
    end loop;
    if coalesce(cardinality(v_people), 0) < v_shape.quorum then
        return 'closed no_quorum - ' || v_scores::text;
    elsif v_most = 0 then
        return 'closed none - ' || v_scores::text;
    elsif v_equal > 1 and v_shape.tie = 'owner' then
        return 'tied tied - ' || v_scores::text;
    end if;
    return 'closed decided ' || v_first || ' ' || v_scores::text;
end $$;

create function pg_temp.cast_one(p_poll bigint, p_member bigint, p_said jsonb) returns void language plpgsql as $$
declare
    v_poll   poll;
    v_answer jsonb;
begin
    v_answer := pg_temp.call('m:' || p_member, 'plan_vote', p_poll || ', ' || quote_literal((
        select jsonb_agg(jsonb_build_object('option', option_id::text, 'choice', s ->> 'choice'))
          from jsonb_array_elements(p_said) s
          join poll_option o on o.poll_id = p_poll and o.pos = (s ->> 'pos')::int)));
    if v_answer ? 'refused' then
        raise exception 'refused: %', v_answer;
    end if;
    select * into v_poll from poll where poll_id = p_poll;
    if v_poll.secret_until_close then
        insert into leak
        select 'view for ' || m from generate_series(8401, 8406) m
         where lib.poll_view(v_poll, m) ? 'voters'
            or jsonb_path_exists(lib.poll_view(v_poll, m), '$.options[*].yes')
            or lib.poll_view(v_poll, m) ->> 'version' <> '1'
        union all
        select 'event on ' || (e ->> 'stream') from jsonb_array_elements(nullif(v_answer -> '_events', 'null')) e where e ->> 'stream' <> 'me:' || p_member
        union all
        select 'answer' where v_answer - '{_events,_sys,_subjects}'::text[] <> jsonb_build_object('plan', v_poll.plan_id::text, 'poll', p_poll::text, 'state', 'open', 'version', 1);
    end if;
end $$;

do $$
declare
    v_kind  text;
    v_n     int;
    v_opts  int;
    v_poll  bigint;
    v_who   record;
    v_kinds text[] := '{single,multi,approval,dates}';
begin
    perform setseed(0.37);
    for v_n in 1 .. 60 loop
        v_kind := v_kinds[1 + floor(random() * 4)::int];
        v_opts := 2 + floor(random() * 4)::int;
        insert into shape values (v_n, v_kind, v_opts, 1 + floor(random() * 5)::int, case when random() < 0.5 then 'owner' else 'earliest_option' end,
                                  random() < 0.5, case when random() < 0.3 then 8403 + floor(random() * 4)::int end);
        insert into want
        select v_n, m, o, case when v_kind in ('single', 'multi') then 'yes' else ('{yes,maybe,no}'::text[])[1 + floor(random() * 3)::int] end
          from (select m from generate_series(8401, 8406) m where random() < 0.7) who
         cross join lateral (select o from generate_series(0, v_opts - 1) o where m > 0
                              order by random() limit case v_kind when 'single' then 1 when 'multi' then 1 + floor(random() * 2)::int
                                                                  else 1 + floor(random() * v_opts)::int end) x;
        for twin_no in 1 .. 2 loop
            v_poll := (pg_temp.call('m:8402', 'plan_poll_open', format(
                '%s, %L, ''Which?'', %L, %L, %s, %s, %s, %L, false, null', 9000 + v_n, v_kind, (
                    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('label', 'Option ' || o,
                               'from', case v_kind when 'dates' then '2027-05-0' || o + 1 end, 'to', case v_kind when 'dates' then '2027-06-01' end)))
                      from generate_series(0, v_opts - 1) o),
                now() + interval '1 day', case v_kind when 'multi' then '2' else 'null' end,
                (select secret::text from shape where n = v_n), (select quorum from shape where n = v_n), (select tie from shape where n = v_n))) ->> 'poll')::bigint;
            -- some say something else before, some take it back, all in another order
            for v_who in select m, random() as r from generate_series(8401, 8406) m order by random() loop
                if v_who.r < 0.5 then
                    perform pg_temp.cast_one(v_poll, v_who.m, jsonb_build_array(jsonb_build_object('pos', floor(v_who.r * 4)::int % v_opts, 'choice', 'yes')));
                end if;
                if v_who.r < 0.5 and not exists (select from want where n = v_n and member = v_who.m) then
                    perform pg_temp.call('m:' || v_who.m, 'plan_unvote', v_poll::text);
                end if;
            end loop;
            for v_who in select member, jsonb_agg(jsonb_build_object('pos', pos, 'choice', choice) order by random()) as said
                           from want where n = v_n group by member order by random() loop
                perform pg_temp.cast_one(v_poll, v_who.member, v_who.said);
            end loop;
            insert into twin values (v_n, v_poll);
        end loop;
        update plan_member set state = 'left' where plan_id = 9000 + v_n and member_id = (select gone from shape where n = v_n);
    end loop;
    insert into leak
    select 'event of ' || t.poll from twin t join shape using (n)
      join outbox o on o.type = 'poll.changed' and o.refs ->> 'poll' = t.poll::text and o.stream like 'plan:%'
     where secret group by t.poll having count(*) > 1;
    -- half by the timer, half by hand
    update poll set closes_at = now() where poll_id in (select poll from twin where n % 2 = 0);
    while (select done from api.jobs_run('polls')) > 0 loop
        null;
    end loop;
    for v_poll in select poll from twin where n % 2 = 1 loop
        perform pg_temp.call('m:8401', 'plan_poll_close', v_poll || ', null');
    end loop;
end $$;
update twin
   set came = (select p.state || ' ' || (p.result ->> 'outcome') || ' ' || coalesce((select pos::text from poll_option where option_id = (p.result ->> 'winner')::bigint), '-')
                      || ' ' || (select array_agg((o ->> 'score')::int order by no) from jsonb_array_elements(p.result -> 'options') with ordinality x (o, no))::text
                 from poll p where p.poll_id = twin.poll);

select is((select count(*) from twin where came is not null), 120::bigint, 'all came to something');
select is((select string_agg(format('%s %s: %s, by hand %s', n, kind, came, pg_temp.by_hand(n)), '; ') from twin join shape using (n) where came <> pg_temp.by_hand(n)), null,
          'to what a count by hand says');
select is((select string_agg(n::text, ' ') from (select n from twin group by n having count(distinct came) > 1) d), null, 'the order of votes does not matter');
select ok((select count(distinct split_part(came, ' ', 2)) >= 3 from twin), 'of several kinds');
select is((select string_agg(distinct what, ', ') from leak), null, 'nothing of a secret poll was told before');
select is((select count(*) from poll_vote v where not exists (
               select from outbox o where o.type = 'poll.changed' and o.refs ->> 'poll' = v.poll_id::text and o.actor = v.member_id)), 0::bigint, 'a vote is its caller''s');
select * from finish();
rollback;
