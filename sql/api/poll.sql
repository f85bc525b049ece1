-- poll.sql -- polls of plans (domain.md 10.5): opened, voted in, closed, and what closing does.
--
--      open --deadline, opener, all have voted--> closed
--        \--a tie that is the owner's to decide--> tied --the owner--> closed
--      open, tied --the plan is locked--> closed without effect; --it is cancelled or over--> cancelled
--
-- A vote is always the caller's own: no function takes the member from anywhere but the principal (I-34).  What counts is
-- what members who are in the plan and may vote have said when the poll closes; the counts are kept then, and stay.  Who leaves
-- or may not vote any more takes the votes in open polls along.
-- Until a secret poll is closed nobody is told who or how many: not by a view, not by an answer, and not by an event either,
-- because the event of a vote would count it.  Such an event goes to the voter alone.

-- counting ----------------------------------------------------------------------------------------------------

-- What was said: voters; per option how often yes, maybe and no, and the score; best: the options with the highest score, the
-- earliest first.  Nothing wins with no score at all, so neither does what everybody is against.
create function lib.poll_count(p_poll poll, out voters int, out options jsonb, out best bigint[])
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_maybe int := case when (p_poll).kind in ('approval', 'dates') then 2 else 1 end;
    v_may   bigint[] := array(select m.member_id
                                from plan_member m
                               where m.plan_id = (p_poll).plan_id
                                 and m.state = 'joined'
                                 and lib.plan_can(m.role, 'planning', 'vote'));
begin
    with said as materialized (
        select option_id, member_id, choice
          from poll_vote
         where poll_id = (p_poll).poll_id
           and member_id = any (v_may)
    ), counted as materialized (
        select option_id, count(*) filter (where choice = 'yes') as yes, count(*) filter (where choice = 'maybe') as maybe,
               count(*) filter (where choice = 'no') as no
          from said
         group by option_id
    ), tally as (
        select o.option_id, o.pos, coalesce(s.yes, 0) as yes, coalesce(s.maybe, 0) as maybe, coalesce(s.no, 0) as no
          from poll_option o
          left join counted s on s.option_id = o.option_id
         where o.poll_id = (p_poll).poll_id
    ), scored as (
        select t.*, v_maybe * t.yes + t.maybe as score, max(v_maybe * t.yes + t.maybe) over () as most
          from tally t
    )
    select (select count(distinct member_id) from said),
           jsonb_agg(jsonb_build_object('option', option_id::text, 'yes', yes, 'maybe', maybe, 'no', no, 'score', score)
                     order by pos),
           coalesce(array_agg(option_id order by pos) filter (where score = most and score > 0), '{}')
      into voters, options, best
      from scored;
end $$;

-- Have all who may vote said something?  Not where nobody may.
create function lib.poll_all_voted(p_poll poll) returns boolean language plpgsql stable as $$
begin
    return (
        select coalesce(bool_and(exists (
                   select from poll_vote v where v.poll_id = (p_poll).poll_id and v.member_id = m.member_id)), false)
          from plan_member m
         where m.plan_id = (p_poll).plan_id
           and m.state = 'joined'
           and lib.plan_can(m.role, 'planning', 'vote'));
end $$;

-- what is seen ------------------------------------------------------------------------------------------------

-- May the counts be told?
create function lib.poll_told(p_poll poll) returns boolean language sql immutable as
$$ select (p_poll).state <> 'open' or not (p_poll).secret_until_close $$;

create function lib.poll_result_view(p_poll poll) returns jsonb language sql stable as $$
    select case when (p_poll).result is not null then (p_poll).result - '{voters,options}'::text[] end
$$;

-- The options with what may be told of them.
create function lib.poll_options_view(p_poll poll, p_counts jsonb) returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_agg(jsonb_build_object('option', o.option_id::text, 'label', o.label)
                         || coalesce(o.value, '{}') || coalesce(c.counts, '{}') order by o.pos)
          from poll_option o
          left join jsonb_array_elements(p_counts) as c (counts) on c.counts ->> 'option' = o.option_id::text
         where o.poll_id = (p_poll).poll_id);
end $$;

-- A poll, for a member of its plan; viewer 0 is nobody in particular.  Brief: without its options.
create function lib.poll_view(p_poll poll, p_viewer bigint, p_brief boolean default false)
returns jsonb language plpgsql stable as $$
declare
    v_view   jsonb;
    v_counts jsonb;
    v_voters int;
begin
    v_view := jsonb_build_object(
        'poll', (p_poll).poll_id::text, 'plan', (p_poll).plan_id::text, 'kind', (p_poll).kind, 'title', (p_poll).title,
        'state', (p_poll).state, 'version', (p_poll).version, 'secret_until_close', (p_poll).secret_until_close,
        'quorum', (p_poll).quorum, 'max_choices', (p_poll).max_choices, 'tie_rule', (p_poll).tie_rule,
        'close_when_all_voted', (p_poll).close_when_all_voted, 'closes_at', lib.iso((p_poll).closes_at),
        'on_close', (p_poll).on_close, 'closed_at', lib.iso((p_poll).closed_at), 'result', lib.poll_result_view(p_poll),
        'by', (select member_id::text from plan_member
                where plan_id = (p_poll).plan_id and member_id = (p_poll).created_by and state = 'joined'));
    if p_brief then
        return v_view;
    end if;
    if (p_poll).result is not null then
        v_counts := (p_poll).result -> 'options';
        v_voters := ((p_poll).result ->> 'voters')::int;
    elsif lib.poll_told(p_poll) then
        select voters, options into v_voters, v_counts from lib.poll_count(p_poll);
    end if;
    if v_voters is not null then
        v_view := v_view || jsonb_build_object('voters', v_voters);
    end if;
    if p_viewer <> 0 then
        v_view := v_view || jsonb_build_object('mine', coalesce((
            select jsonb_agg(jsonb_build_object('option', v.option_id::text, 'choice', v.choice) order by v.option_id)
              from poll_vote v
             where v.poll_id = (p_poll).poll_id
               and v.member_id = p_viewer), '[]'));
    end if;
    return v_view || jsonb_build_object('options', lib.poll_options_view(p_poll, coalesce(v_counts, '[]')));
end $$;

-- The polls of a plan, newest first: those going on in full, the others without their options.
create function lib.plan_polls_view(p_plan bigint, p_viewer bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(lib.poll_view(p, p_viewer, p.state not in ('open', 'tied')) order by p.poll_id desc), '[]')
          from poll p
         where p.plan_id = p_plan);
end $$;

-- What an event of a poll shows; to who has left the plan, and had it on a stream of the own, nothing.
create function lib.poll_event_view(p_poll bigint, p_viewer bigint) returns lib.shown language plpgsql stable as $$
declare
    v_poll poll;
begin
    select * into v_poll from poll where poll_id = p_poll;
    if not found
       or p_viewer <> 0 and not p_viewer = any (lib.plan_member_ids(v_poll.plan_id)) then
        return row(null, false, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(lib.poll_view(v_poll, p_viewer), true, false, '{}'::bigint[])::lib.shown;
end $$;

create function lib.poll_refs(p_poll poll) returns jsonb language sql stable as $$
    select jsonb_build_object('plan', (p_poll).plan_id::text, 'poll', (p_poll).poll_id::text, 'state', (p_poll).state,
                              'version', (p_poll).version)
$$;

create function lib.poll_event(p_poll poll, p_actor bigint) returns lib.event_row language sql stable as $$
    select lib.plan_event((p_poll).plan_id, 'poll.changed', lib.poll_refs(p_poll), p_actor, 'poll:' || (p_poll).poll_id)
$$;

-- The same of a vote: where the poll is secret, to the voter alone.
create function lib.poll_vote_event(p_poll poll, p_member bigint) returns lib.event_row language sql stable as $$
    select case when lib.poll_told(p_poll) then lib.poll_event(p_poll, p_member)
                else lib.event('me:' || p_member, 'poll.changed', 'svc.plan', lib.poll_refs(p_poll), p_actor => p_member,
                               p_object => 'poll:' || (p_poll).poll_id) end
$$;

-- plan.poll   One poll with what may be told of it: while it is secret only what the caller has said.
--   who    member
--   raises ZC002 no such poll, or not in its plan; ZC014 has left the club; ZC035 restricted
--   emits  –
create function api.plan_poll(p_who text, p_poll bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan  plan;
    v_poll  poll;
    v_mine  plan_member;
    v_votes jsonb;
    v_whose bigint[];
begin
    select * into v_poll from poll where poll_id = p_poll;
    select * into v_plan from plan where plan_id = v_poll.plan_id;
    v_mine := lib.plan_need(p_who, v_plan, 'see');
    if lib.poll_told(v_poll) then
        select jsonb_agg(jsonb_build_object('member', s.member_id::text, 'votes', s.votes) order by s.member_id),
               array_agg(s.member_id)
          into v_votes, v_whose
          from (select v.member_id,
                       jsonb_agg(jsonb_build_object('option', v.option_id::text, 'choice', v.choice) order by v.option_id)
                           as votes
                  from poll_vote v
                  join plan_member m on m.plan_id = v_poll.plan_id and m.member_id = v.member_id and m.state = 'joined'
                 where v.poll_id = p_poll
                 group by v.member_id) s;
    end if;
    return lib.done(lib.poll_view(v_poll, v_mine.member_id) || jsonb_build_object('votes', coalesce(v_votes, '[]')),
                    null, array_remove(coalesce(v_whose, '{}'), v_mine.member_id));
end $$;

-- opening -----------------------------------------------------------------------------------------------------

-- The days of an option, checked as the dates of a plan are.
create function lib.poll_days(p_option jsonb, p_path text) returns jsonb language plpgsql immutable as $$
declare
    v_from date := lib.plan_date(p_option ->> 'from', p_path || '.from');
    v_to   date := lib.plan_date(p_option ->> 'to', p_path || '.to');
begin
    if v_from is null or v_to is null then
        perform lib.invalid(p_path, 'a poll on dates has from and to in each option');
    end if;
    if v_to < v_from or v_to - v_from > 366 then
        perform lib.invalid(p_path || '.to', 'must be 0..366 days after from');
    end if;
    return jsonb_build_object('from', v_from, 'to', v_to);
end $$;

-- Makes the options of a poll, each with a label of its own.
create function lib.poll_options_new(p_poll poll, p_options jsonb) returns void language plpgsql volatile as $$
declare
    v_option jsonb;
    v_value  jsonb;
    v_label  text;
    v_labels text[] := '{}';
    v_pos    int := 0;
begin
    for v_option in select value from jsonb_array_elements(p_options) loop
        if p_poll.kind = 'dates' then
            v_value := lib.poll_days(v_option, 'options[' || v_pos || ']');
        elsif v_option ?| '{from,to}' then
            perform lib.invalid('options[' || v_pos || '].from', 'only polls on dates have days');
        end if;
        v_label := coalesce(nullif(btrim(v_option ->> 'label'), ''), (v_value ->> 'from') || ' / ' || (v_value ->> 'to'));
        if v_label is null then
            perform lib.invalid('options[' || v_pos || '].label', 'is missing');
        end if;
        if v_label = any (v_labels) then
            perform lib.invalid('options[' || v_pos || '].label', 'stands there twice');
        end if;
        v_labels := v_labels || v_label;
        insert into poll_option (option_id, poll_id, label, value, pos)
        values (lib.new_id(), p_poll.poll_id, v_label, v_value, v_pos);
        v_pos := v_pos + 1;
    end loop;
end $$;

-- What the poll does when it closes, checked; null: nothing.
create function lib.poll_on_close(p_plan plan, p_kind text, p_on_close jsonb) returns jsonb language plpgsql stable as $$
declare
    v_proposal plan_proposal;
    v_dates    boolean := coalesce((p_on_close ->> 'set_dates')::boolean, false);
begin
    if not v_dates and p_on_close ->> 'apply_proposal' is null then
        return null;
    end if;
    if v_dates and p_on_close ->> 'apply_proposal' is not null then
        perform lib.invalid('on_close', 'a poll does one thing when it closes');
    end if;
    if v_dates then
        if p_kind <> 'dates' then
            perform lib.invalid('on_close.set_dates', 'takes a poll on dates');
        end if;
        return '{"set_dates":true}';
    end if;
    select * into v_proposal
      from plan_proposal
     where proposal_id = (p_on_close ->> 'apply_proposal')::bigint
       and plan_id = (p_plan).plan_id;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_proposal.state <> 'open' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_proposal.state));
    end if;
    if exists (select from poll where poll_id = v_proposal.poll_id and state in ('open', 'tied')) then
        perform lib.refuse('ZC017', '{"state":"polled"}');
    end if;
    return jsonb_build_object('apply_proposal', v_proposal.proposal_id::text);
end $$;

-- Refuses what a poll cannot be.
create function lib.poll_check(p_kind text, p_options jsonb, p_max_choices bigint, p_closes_at timestamptz)
returns void language plpgsql stable as $$
declare
    v_options int := coalesce(jsonb_array_length(p_options), 0);
begin
    if v_options not between 2 and 20 then
        perform lib.invalid('options', 'must have 2..20 items');
    end if;
    if (p_kind = 'multi') is distinct from (p_max_choices is not null) then
        perform lib.invalid('max_choices', 'belongs to polls of kind multi, all of them');
    end if;
    if p_max_choices > v_options then
        perform lib.invalid('max_choices', 'is more than there are options');
    end if;
    if p_closes_at <= now() or p_closes_at > now() + interval '90 days' then
        perform lib.invalid('closes_at', 'must be within 90 days');
    end if;
end $$;

-- plan.poll_open   Asks the members of a plan.
--   who    member, editor of the plan and up
--   raises ZC001 by the role; ZC002 not in the plan, or no such proposal; ZC014 has left the club; ZC017 the plan is locked or
--          over, the proposal is not open, or another poll asks about it {"state"}; ZC024 too many polls {"max"};
--          ZC035 restricted; ZC602 options, max_choices, closes_at, on_close
--   emits  poll.changed on plan:<plan>
create function api.plan_poll_open(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_kind text, p_title text,
    p_options jsonb, p_closes_at timestamptz, p_max_choices bigint, p_secret_until_close boolean, p_quorum bigint,
    p_tie_rule text, p_close_when_all_voted boolean, p_on_close jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old  lib.answer;
    v_plan plan;
    v_mine plan_member;
    v_poll poll;
begin
    v_old := lib.idem_begin(p_who, 'plan.poll_open', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'poll');
    perform lib.poll_check(p_kind, p_options, p_max_choices, p_closes_at);
    if (select count(*) from poll where plan_id = p_plan) >= 50 then
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    if (select count(*) from poll where plan_id = p_plan and state in ('open', 'tied')) >= 10 then
        perform lib.refuse('ZC024', '{"max":10}');
    end if;
    insert into poll (poll_id, plan_id, kind, title, secret_until_close, quorum, max_choices, closes_at, tie_rule,
                      close_when_all_voted, on_close, created_by)
    values (lib.new_id(), p_plan, p_kind, p_title, coalesce(p_secret_until_close, false), coalesce(p_quorum, 1),
            p_max_choices, p_closes_at, coalesce(p_tie_rule, 'owner'), coalesce(p_close_when_all_voted, false),
            lib.poll_on_close(v_plan, p_kind, p_on_close), v_mine.member_id)
    returning * into v_poll;
    perform lib.poll_options_new(v_poll, p_options);
    update plan_proposal
       set poll_id = v_poll.poll_id
     where proposal_id = (v_poll.on_close ->> 'apply_proposal')::bigint;
    return lib.idem_end(p_who, 'plan.poll_open', p_idem, lib.done(
        lib.poll_refs(v_poll), lib.emit_all(array[lib.poll_event(v_poll, v_mine.member_id)])));
end $$;

-- voting ------------------------------------------------------------------------------------------------------

-- The poll of that number with its plan locked, for a caller who may do that; a stranger is told nothing.
create function lib.poll_locked(p_who text, p_poll bigint, p_action text, out of_plan plan, out of_poll poll, out mine plan_member)
language plpgsql volatile as $$
begin
    select * into of_poll from poll where poll_id = p_poll;
    of_plan := lib.plan_lock(of_poll.plan_id);
    mine := lib.plan_need(p_who, of_plan, p_action);
    select * into of_poll from poll where poll_id = p_poll;
end $$;

-- Refuses where it is too late to vote, whether or not the timer has been there.
create function lib.poll_need_open(p_poll poll) returns void language plpgsql stable as $$
begin
    if (p_poll).state <> 'open' or (p_poll).closes_at <= now() then
        perform lib.refuse('ZC017', jsonb_build_object('state', case (p_poll).state when 'open' then 'closed'
                                                                else (p_poll).state end));
    end if;
end $$;

-- A vote as rows, checked against the kind of the poll.
create function lib.poll_ballot(p_poll poll, p_votes jsonb) returns table (option_id bigint, choice text)
language plpgsql stable as $$
declare
    v_count int := jsonb_array_length(p_votes);
begin
    if (p_poll).kind = 'single' and v_count <> 1 or (p_poll).kind = 'multi' and v_count > (p_poll).max_choices then
        perform lib.invalid('votes', 'must have ' || case (p_poll).kind when 'single' then '1 item'
                                                     else (p_poll).max_choices || ' items at most' end);
    end if;
    if (select count(distinct v ->> 'option') from jsonb_array_elements(p_votes) v) <> v_count then
        perform lib.invalid('votes', 'name an option twice');
    end if;
    if (select count(*)
          from poll_option o
         where o.poll_id = (p_poll).poll_id
           and o.option_id in (select (v ->> 'option')::bigint from jsonb_array_elements(p_votes) v)) <> v_count then
        perform lib.invalid('votes', 'name an option that the poll does not have');
    end if;
    if (p_poll).kind in ('single', 'multi')
       and exists (select from jsonb_array_elements(p_votes) v where coalesce(v ->> 'choice', 'yes') <> 'yes') then
        perform lib.invalid('votes', 'maybe and no belong to polls of approval and on dates');
    end if;
    return query select (v ->> 'option')::bigint, coalesce(v ->> 'choice', 'yes') from jsonb_array_elements(p_votes) v;
end $$;

-- What follows from a changed vote: another version and an event; closing, where all have voted.  Answers the poll as it is then.
create function lib.poll_voted(p_poll poll, p_member bigint, out changed poll, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_closed record;
begin
    changed := p_poll;
    if lib.poll_told(p_poll) then
        update poll set version = version + 1 where poll_id = (p_poll).poll_id returning * into changed;
    end if;
    events := array[lib.poll_vote_event(changed, p_member)];
    if (p_poll).close_when_all_voted and lib.poll_all_voted(p_poll) then
        select * into v_closed from lib.poll_close(changed, null, null);
        changed := v_closed.ended;
        events := v_closed.events || case when lib.poll_told(p_poll) then '{}' else events end;
    end if;
end $$;

-- plan.vote   Says what the caller is for, in place of all the caller has said in that poll before.
--   who    member, voter of the plan and up
--   raises ZC001 by the role; ZC002 no such poll, or not in its plan; ZC014 has left the club; ZC017 the poll is closed, the plan
--          locked or over {"state"}; ZC035 restricted; ZC602 votes
--   emits  poll.changed on plan:<plan>, of a secret poll on me:<voter>; when that closes the poll what the closing does
create function api.plan_vote(p_who text, p_idem text, p_hash bytea, p_poll bigint, p_votes jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_found  record;
    v_poll   poll;
    v_mine   plan_member;
    v_events lib.event_row[] := '{}';
    v_same   boolean;
begin
    v_old := lib.idem_begin(p_who, 'plan.vote', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    select * into v_found from lib.poll_locked(p_who, p_poll, 'vote');
    v_poll := v_found.of_poll;
    v_mine := v_found.mine;
    perform lib.poll_need_open(v_poll);
    select coalesce(bool_and(n.option_id is not null and o.option_id is not null), false)
      into v_same
      from lib.poll_ballot(v_poll, p_votes) n
      full join (select option_id, choice from poll_vote where poll_id = p_poll and member_id = v_mine.member_id) o
        on o.option_id = n.option_id and o.choice = n.choice;
    if not v_same then
        delete from poll_vote where poll_id = p_poll and member_id = v_mine.member_id;
        insert into poll_vote (poll_id, option_id, member_id, choice)
        select p_poll, b.option_id, v_mine.member_id, b.choice from lib.poll_ballot(v_poll, p_votes) b;
        select * into v_found from lib.poll_voted(v_poll, v_mine.member_id);
        v_poll := v_found.changed;
        v_events := v_found.events;
    end if;
    return lib.idem_end(p_who, 'plan.vote', p_idem, lib.done(
        lib.poll_refs(v_poll), case when v_events <> '{}' then lib.emit_all(v_events) end));
end $$;

-- plan.unvote   Takes back all that the caller has said in a poll.
--   who    member, voter of the plan and up
--   raises as plan.vote
--   emits  poll.changed on plan:<plan>, of a secret poll on me:<voter>
create function api.plan_unvote(p_who text, p_idem text, p_hash bytea, p_poll bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_found  record;
    v_poll   poll;
    v_mine   plan_member;
    v_events lib.event_row[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'plan.unvote', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    select * into v_found from lib.poll_locked(p_who, p_poll, 'vote');
    v_poll := v_found.of_poll;
    v_mine := v_found.mine;
    perform lib.poll_need_open(v_poll);
    delete from poll_vote where poll_id = p_poll and member_id = v_mine.member_id;
    if found then
        select * into v_found from lib.poll_voted(v_poll, v_mine.member_id);
        v_poll := v_found.changed;
        v_events := v_found.events;
    end if;
    return lib.idem_end(p_who, 'plan.unvote', p_idem, lib.done(
        lib.poll_refs(v_poll), case when v_events <> '{}' then lib.emit_all(v_events) end));
end $$;
