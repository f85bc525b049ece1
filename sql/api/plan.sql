-- plan.sql -- travel plans that members make together: who may do what, and when (domain.md 10.1, 10.2).
--
--      draft --plan.update, the first plan.invite--> planning --lock, unlock by the owner--> locked
--      draft, planning, locked --a reservation of the plan is confirmed--> booked
--      planning, locked, booked --on starts_on--> travelling --after ends_on--> done
--      draft, planning, locked, booked, travelling --cancel--> cancelled
--
-- A draft is like a plan, but for locking and group holds.  Days are those of the plan's zone.  A lock set before the
-- journey ends with its beginning; one set on the way stays to its end.

-- Locks a plan and so all that belongs to it; refuses ZC002 where there is none.
create function lib.plan_lock(p_plan bigint) returns plan language plpgsql volatile as $$
declare
    v_plan plan;
begin
    select * into v_plan from plan where plan_id = p_plan for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_plan;
end $$;

-- who and when ------------------------------------------------------------------------------------------------

-- May a joined member with that role do that to a plan in that state?  The one table of permissions: nobody asks anything
-- else.  A locked plan is its owner's to edit and nobody votes; talk and money go on to the end and after it.
create function lib.plan_can(p_role text, p_state text, p_action text) returns boolean language sql immutable as $$
    select coalesce(case
               when p_action = 'see'
                   then p_role in ('owner', 'editor', 'voter', 'viewer')
               when p_action in ('comment', 'expense', 'vote', 'propose', 'book')
                   then p_role in ('owner', 'editor', 'voter')
               when p_action in ('item', 'attach', 'undo', 'poll', 'invite')
                   then p_role in ('owner', 'editor')
               when p_action in ('comment_delete_any', 'expense_any', 'role', 'remove', 'lock', 'cancel', 'hold')
                   then p_role = 'owner'
           end
           and case p_state
               when 'draft' then p_action not in ('lock', 'hold')
               when 'planning' then true
               when 'locked' then p_action not in ('vote', 'propose', 'poll')
                                  and (p_role = 'owner' or p_action not in ('item', 'attach', 'undo', 'invite'))
               when 'booked' then true
               when 'travelling' then true
               when 'done' then p_action in ('see', 'comment', 'comment_delete_any', 'expense', 'expense_any', 'role', 'remove')
               when 'cancelled' then p_action in ('see', 'comment', 'comment_delete_any', 'expense', 'expense_any', 'role',
                                                  'remove')
           end, false)
$$;

-- All that a member with that role may do now.
create function lib.plan_cans(p_role text, p_state text) returns text[] language sql immutable as $$
    select array(
        select a
          from unnest('{see,comment,vote,propose,item,attach,undo,comment_delete_any,expense,expense_any,poll,invite,book,role,remove,lock,cancel,hold}'::text[])
               with ordinality as u (a, no)
         where lib.plan_can(p_role, p_state, a)
         order by no)
$$;

-- The row of the caller in a plan, for who is in it and may do that; refuses else: ZC002 who is not, ZC014 who has left the
-- club, ZC001 by the role, ZC017 with the state where only that is in the way, ZC035 restricted.  After lib.plan_lock where
-- something is written.
create function lib.plan_need(p_who text, p_plan plan, p_action text) returns plan_member language plpgsql stable as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_mine   plan_member;
begin
    select * into v_mine
      from plan_member
     where plan_id = (p_plan).plan_id
       and member_id = v_member
       and state = 'joined';
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if not lib.in_club(v_member, (p_plan).club_id) then
        perform lib.refuse('ZC014');
    end if;
    if not lib.plan_can(v_mine.role, (p_plan).state, p_action) then
        if not lib.plan_can(v_mine.role, 'planning', p_action) then
            perform lib.refuse('ZC001');
        end if;
        perform lib.refuse('ZC017', jsonb_build_object('state', (p_plan).state));
    end if;
    return v_mine;
end $$;

-- Who is in a plan.
create function lib.plan_member_ids(p_plan bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(select member_id from plan_member where plan_id = p_plan and state = 'joined' order by member_id);
end $$;

-- Are both in one plan?
create function lib.same_plan(p_one bigint, p_other bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from plan_member mine
          join plan_member theirs on theirs.plan_id = mine.plan_id
         where mine.member_id = p_one
           and theirs.member_id = p_other
           and mine.state = 'joined'
           and theirs.state = 'joined');
end $$;

-- An event on the stream of a plan, for all who are in it.
create function lib.plan_event(p_plan bigint, p_type text, p_refs jsonb, p_actor bigint, p_object text default null,
                               p_subjects bigint[] default '{}')
returns lib.event_row language plpgsql immutable as $$
begin
    return row('plan:' || p_plan, p_type, 'svc.plan', 0, null, p_subjects, p_actor, coalesce(p_object, 'plan:' || p_plan),
               null, p_refs)::lib.event_row;
end $$;
