-- plan_view.sql -- what members read of plans: one, their list, the stream plan:<id>.

-- Is a member in the plan, and in its club still?
create function lib.in_plan(p_member bigint, p_plan bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from plan_member pm
          join plan p on p.plan_id = pm.plan_id
         where pm.plan_id = p_plan
           and pm.member_id = p_member
           and pm.state = 'joined'
           and lib.in_club(p_member, p.club_id));
end $$;

-- The plans a member is in: what the gate knows of them.
create function lib.plans_of(p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select pm.plan_id
          from plan_member pm
          join plan p on p.plan_id = pm.plan_id
         where pm.member_id = p_member
           and pm.state = 'joined'
           and lib.in_club(p_member, p.club_id)
         order by pm.plan_id);
end $$;

-- The streams that a sign-in tells of: those of the 50 plans not yet over that begin next.  Others are subscribed to by name.
create function lib.plan_stream_names(p_member bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg('plan:' || n.plan_id order by n.starts_on, n.plan_id), '[]')
          from (select p.plan_id, p.starts_on
                  from plan_member pm
                  join plan p on p.plan_id = pm.plan_id
                 where pm.member_id = p_member
                   and pm.state = 'joined'
                   and p.state not in ('done', 'cancelled')
                   and lib.in_club(p_member, p.club_id)
                 order by p.starts_on, p.plan_id
                 limit 50) n);
end $$;

-- A day as it goes to the wire.
create function lib.plan_day_text(p_day date) returns text language sql stable as
$$ select to_char(p_day, 'YYYY-MM-DD') $$;

-- A plan as its events carry it and its list shows it: the same for all who are in it.
create function lib.plan_view(p_plan plan) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'plan', (p_plan).plan_id::text, 'club', (p_plan).club_id::text, 'title', (p_plan).title, 'dest', (p_plan).dest,
        'starts_on', lib.plan_day_text((p_plan).starts_on), 'ends_on', lib.plan_day_text((p_plan).ends_on),
        'tz', (p_plan).tz, 'currency', (p_plan).currency, 'state', (p_plan).state, 'op_seq', (p_plan).op_seq,
        'version', (p_plan).version, 'created_at', lib.iso((p_plan).created_at))
$$;

create function lib.plan_event_view(p_plan bigint) returns lib.shown language plpgsql stable as $$
declare
    v_plan plan;
begin
    select * into v_plan from plan where plan_id = p_plan;
    return row(lib.plan_view(v_plan), found, false, '{}'::bigint[])::lib.shown;
end $$;

-- Tells all who are in a plan that it has changed.
create function lib.plan_changed(p_plan plan, p_actor bigint) returns lib.event_row language sql immutable as $$
    select lib.plan_event((p_plan).plan_id, 'plan.changed',
                          jsonb_build_object('plan', (p_plan).plan_id::text, 'state', (p_plan).state,
                                             'version', (p_plan).version), p_actor)
$$;

-- What holds for the caller.
create function lib.plan_mine(p_plan plan, p_mine plan_member) returns jsonb language sql stable as $$
    select jsonb_build_object('role', (p_mine).role, 'share_level', (p_mine).share_level,
                              'can', to_jsonb(lib.plan_cans((p_mine).role, (p_plan).state)))
$$;

-- The rows of a list that fit into so many bytes, from the first on.
create function lib.plan_fit(p_rows jsonb, p_bytes int) returns jsonb language plpgsql immutable as $$
begin
    return (
        select coalesce(jsonb_agg(r.row order by r.no), '[]')
          from (select e.row, e.no, sum(octet_length(e.row::text) + 2) over (order by e.no) as bytes
                  from jsonb_array_elements(p_rows) with ordinality as e (row, no)) r
         where r.bytes <= p_bytes);
end $$;

-- A plan too full for one answer (131,072 bytes): texts are shorter, polls without options, and where that is too much
-- still, lists end early.  Items get what the others leave.
create function lib.plan_cut(p_read jsonb, p_viewer bigint) returns jsonb language plpgsql stable as $$
begin
    p_read := p_read || jsonb_build_object(
        'cut', true,
        'members', lib.plan_fit((
            select jsonb_agg(m || jsonb_strip_nulls(jsonb_build_object('name', left(m ->> 'name', 20), 'town', left(m ->> 'town', 20)))
                             order by no)
              from jsonb_array_elements(p_read -> 'members') with ordinality as e (m, no)), 24000),
        'polls', lib.plan_fit((
            select coalesce(jsonb_agg(q - '{options,mine,voters}'::text[] || jsonb_build_object('title', left(q ->> 'title', 20))
                                      order by q ->> 'state' not in ('open', 'tied'), no), '[]')
              from jsonb_array_elements(p_read -> 'polls') with ordinality as e (q, no)), 30000),
        'proposals', lib.plan_fit((
            select coalesce(jsonb_agg(q || jsonb_build_object(
                                          'set', (q -> 'set') - '{notes,place,assignees}'::text[]
                                                 || jsonb_strip_nulls(jsonb_build_object('title', left(q #>> '{set,title}', 20))))
                                      order by no), '[]')
              from jsonb_array_elements(p_read -> 'proposals') with ordinality as e (q, no)), 10000),
        'balances', (p_read -> 'balances') || jsonb_build_object('members', lib.plan_fit(p_read #> '{balances,members}', 20000)));
    return p_read || jsonb_build_object('items', lib.plan_fit(lib.plan_items_view(
        (p_read ->> 'plan')::bigint, p_viewer, 120000 - octet_length((p_read - 'items')::text)),
        120000 - octet_length((p_read - 'items')::text)));
end $$;

-- A plan as one of its members reads it.
create function lib.plan_read(p_plan plan, p_mine plan_member) returns jsonb language plpgsql stable as $$
declare
    v_read jsonb;
begin
    v_read := lib.plan_view(p_plan) || jsonb_build_object(
        'members', lib.plan_members_view((p_plan).plan_id, (p_mine).member_id),
        'items', lib.plan_items_view((p_plan).plan_id, (p_mine).member_id),
        'polls', lib.plan_polls_view((p_plan).plan_id, (p_mine).member_id),
        'proposals', lib.plan_proposals_view((p_plan).plan_id, (p_mine).member_id),
        'balances', lib.plan_balances_view((p_plan).plan_id, (p_mine).member_id),
        'mine', lib.plan_mine(p_plan, p_mine));
    return case when octet_length(v_read::text) <= 120000 then v_read else lib.plan_cut(v_read, (p_mine).member_id) end;
end $$;

-- Everybody whom a view of a plan may show: who is in it, and who was.
create function lib.plan_shown_ids(p_plan bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(select member_id from plan_member where plan_id = p_plan order by member_id);
end $$;

create function lib.plan_snapshot(p_plan bigint, p_member bigint) returns lib.shown language plpgsql stable as $$
declare
    v_plan plan;
    v_mine plan_member;
begin
    select * into v_plan from plan where plan_id = p_plan;
    select * into v_mine from plan_member where plan_id = p_plan and member_id = p_member;
    return row(lib.plan_read(v_plan, v_mine), true, false, lib.plan_shown_ids(p_plan))::lib.shown;
end $$;

-- plan.get   One plan, to who is in it, with what the caller may do.
--   who    member
--   raises ZC002 no such plan of the caller's; ZC014 left the club; ZC035 restricted
--   emits  –
create function api.plan_get(p_who text, p_plan bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan plan;
    v_mine plan_member;
begin
    select * into v_plan from plan where plan_id = p_plan;
    v_mine := lib.plan_need(p_who, v_plan, 'see');
    return lib.done(lib.plan_read(v_plan, v_mine), null,
                    array_remove(lib.plan_shown_ids(p_plan), v_mine.member_id));
end $$;

-- plan.list   The plans that the caller is in, newest first: those not yet over, or with p_past those done and cancelled.
--   who    member
--   raises ZC035 restricted; ZC602 cursor
--   emits  –
create function api.plan_list(p_who text, p_past boolean, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_limit  int := coalesce(p_limit, 20);
    v_reply  jsonb;
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    with page as (
        select p as plan, pm as mine, p.plan_id,
               row_number() over (order by p.plan_id desc) as no
          from plan_member pm
          join plan p on p.plan_id = pm.plan_id
         where pm.member_id = v_member
           and pm.state = 'joined'
           and (p_cursor is null or p.plan_id < p_cursor::bigint)
           and (p.state in ('done', 'cancelled')) = coalesce(p_past, false)
           and lib.in_club(v_member, p.club_id)
         order by p.plan_id desc
         limit v_limit + 1
    )
    select jsonb_build_object(
               'plans', coalesce(jsonb_agg(
                   lib.plan_view(g.plan) || jsonb_build_object(
                       'member_count', cardinality(lib.plan_member_ids(g.plan_id)), 'mine', lib.plan_mine(g.plan, g.mine))
                   order by g.no) filter (where g.no <= v_limit), '[]'),
               'cursor', case when count(*) > v_limit then (min(g.plan_id) filter (where g.no <= v_limit))::text end)
      into v_reply
      from page g;
    return lib.done(v_reply);
end $$;
