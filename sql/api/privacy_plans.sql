-- privacy_plans.sql -- plans of a member who asks for an archive or is erased (domain.md 12.9).
--
-- What a group has made together stays with it: items, polls, expenses and their balances, with a former member in place
-- of who is gone.

-- the end of an account -----------------------------------------------------------------------------------

-- The fields of a plan's items that hold words; the index plan_op_words names them as well.
create function lib.plan_words() returns text[] language sql immutable as $$ select '{title,place,notes}'::text[] $$;

-- A plan in which something of an erased member is still to be ended; null: none.  Each of these is the first entry of an
-- index that holds what is left, so a step costs the same however many plans there were and however long their logs are.
create function lib.plans_left_of(p_member bigint, p_words boolean) returns bigint language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return least(
        (select plan_id
           from plan_member
          where member_id = p_member
            and state in ('invited', 'joined')
          limit 1),
        (select min(plan_id) from plan_handover where to_member = p_member),
        (select min(plan_id)
           from plan_op
          where actor = 'm:' || p_member
            and (patch ?| '{title,place,notes}' or before ?| '{title,place,notes}')),
        (select min(plan_id)
           from plan_comment
          where p_words
            and author = p_member
            and state <> 'deleted'));
end $$;

-- Takes an erased member out of one plan: who owns it passes on, what the member's changes said goes from the log, and
-- comments are blanked where p_words.  Returns 0 when there is none left.
create function lib.plans_erase(p_member bigint, p_words boolean) returns int language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan   plan;
    v_events lib.event_row[];
begin
    select * into v_plan from plan where plan_id = lib.plans_left_of(p_member, p_words) for no key update;
    if not found then
        return 0;
    end if;
    v_events := coalesce(lib.plan_part(v_plan, p_member, 'left', p_member), '{}');
    delete from plan_handover where plan_id = v_plan.plan_id and to_member = p_member;
    update plan_op
       set patch = patch - lib.plan_words(), before = before - lib.plan_words()
     where plan_id = v_plan.plan_id
       and actor = 'm:' || p_member
       and (patch ?| '{title,place,notes}' or before ?| '{title,place,notes}');
    if p_words then
        update plan_comment
           set state = 'deleted', body = ''
         where plan_id = v_plan.plan_id
           and author = p_member
           and state <> 'deleted';
    end if;
    perform lib.emit_all(v_events || lib.sys(p_object => 'plan:' || v_plan.plan_id));
    return 1;
end $$;

-- the archive ---------------------------------------------------------------------------------------------

-- Those a member is in now.
create function lib.plans_joined(p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(select plan_id from plan_member where member_id = p_member and state = 'joined' order by plan_id);
end $$;

-- The plans a member is or was in.
create function lib.plans_ever(p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(select plan_id from plan_member where member_id = p_member order by plan_id);
end $$;

-- Rows of plans and of what the member wrote there.  What others wrote after the member had gone is not told: of a plan that
-- the member is not in any more not what it says of itself, of its items only what the member was the last to change.
create function lib.export_plans(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
declare
    v_plans  bigint[];
    v_joined bigint[];
    c_told   constant text[] := '{invited,joined}';
begin
    if p_file not like 'plan%' then
        return;
    end if;
    v_plans := lib.plans_ever(p_member);
    v_joined := lib.plans_joined(p_member);
    case p_file
    when 'plans' then
        return query
        select p.plan_id, jsonb_build_object(
                   'plan', p.plan_id::text, 'club', p.club_id::text, 'title', case when s.state = any (c_told) then p.title end,
                   'starts_on', case when s.state = any (c_told) then p.starts_on end,
                   'ends_on', case when s.state = any (c_told) then p.ends_on end,
                   'state', case when s.state = any (c_told) then p.state end, 'role', s.role, 'member', s.state, 'share_level', s.share_level,
                   'invited_by', lib.handle_met(s.invited_by, p_member), 'joined_at', lib.iso(s.joined_at),
                   'ended_at', lib.iso(s.ended_at), 'asked_to_own', lib.iso(h.asked_at))
          from plan_member s
          join plan p on p.plan_id = s.plan_id
          left join plan_handover h on h.plan_id = s.plan_id and h.to_member = p_member
         where s.member_id = p_member
           and s.plan_id > p_after
         order by p.plan_id
         limit p_limit;
    when 'plan_links' then
        return query
        select i.invite_id, jsonb_build_object(
                   'link', i.invite_id::text, 'plan', i.plan_id::text, 'role', i.role, 'uses', i.uses, 'max_uses', i.max_uses,
                   'made_at', lib.iso(i.created_at), 'expires_at', lib.iso(i.expires_at), 'revoked_at', lib.iso(i.revoked_at))
          from plan_invite i
         where i.plan_id = any (v_plans)
           and i.created_by = p_member
           and i.invite_id > p_after
         order by i.invite_id
         limit p_limit;
    when 'plan_items' then
        return query
        select i.item_id, jsonb_build_object(
                   'item', i.item_id::text, 'plan', i.plan_id::text, 'kind', i.kind, 'day', i.day, 'title', i.title,
                   'place', i.place, 'lat', i.lat, 'lon', i.lon, 'notes', i.notes, 'offer', i.offer_id::text,
                   'mine', i.created_by = p_member, 'changed_by_me', i.updated_by = p_member,
                   'assigned_to_me', p_member = any (i.assignees), 'at', lib.iso(i.updated_at),
                   'deleted_at', lib.iso(i.deleted_at))
          from plan_item i
         where i.plan_id = any (v_plans)
           and (i.plan_id = any (v_joined) and (i.created_by = p_member or p_member = any (i.assignees)) or i.updated_by = p_member)
           and i.item_id > p_after
         order by i.item_id
         limit p_limit;
    when 'plan_changes' then
        return query
        select row_number() over (order by o.plan_id, o.op_seq), jsonb_build_object(
                   'plan', o.plan_id::text, 'change', o.op_seq, 'kind', o.kind, 'of', o.object, 'set', o.patch - '{assignees,payers,shares}'::text[],
                   'before', o.before - '{assignees,payers,shares}'::text[], 'at', lib.iso(o.at))
          from plan_op o
         where o.plan_id = any (v_plans)
           and o.actor = 'm:' || p_member;
    when 'plan_comments' then
        return query
        select c.comment_id, jsonb_build_object(
                   'comment', c.comment_id::text, 'plan', c.plan_id::text, 'item', c.item_id::text, 'state', c.state,
                   'body', c.body, 'at', lib.iso(c.at))
          from plan_comment c
         where c.author = p_member
           and c.comment_id > p_after
         order by c.comment_id
         limit p_limit;
    when 'plan_proposals' then
        return query
        select r.proposal_id, jsonb_build_object(
                   'proposal', r.proposal_id::text, 'plan', r.plan_id::text, 'action', r.action, 'item', r.item_id::text,
                   'set', (r.payload -> 'set') - 'assignees', 'state', r.state, 'at', lib.iso(r.at), 'decided_at', lib.iso(r.decided_at))
          from plan_proposal r
         where r.plan_id = any (v_plans)
           and r.author = p_member
           and r.proposal_id > p_after
         order by r.proposal_id
         limit p_limit;
    else
        null;
    end case;
end $$;

-- Rows of polls and of money.
create function lib.export_shared(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'polls' then
        return query
        select p.poll_id, jsonb_build_object(
                   'poll', p.poll_id::text, 'plan', p.plan_id::text, 'kind', p.kind, 'title', p.title, 'state', p.state,
                   'options', (select jsonb_agg(o.label order by o.pos) from poll_option o where o.poll_id = p.poll_id),
                   'at', lib.iso(p.at), 'closes_at', lib.iso(p.closes_at), 'closed_at', lib.iso(p.closed_at))
          from poll p
         where p.plan_id = any (lib.plans_ever(p_member))
           and p.created_by = p_member
           and p.poll_id > p_after
         order by p.poll_id
         limit p_limit;
    when 'votes' then
        return query
        select v.option_id, jsonb_build_object(
                   'poll', v.poll_id::text, 'title', p.title, 'option', o.label, 'choice', v.choice, 'at', lib.iso(v.at))
          from poll_vote v
          join poll p on p.poll_id = v.poll_id
          join poll_option o on o.option_id = v.option_id
         where v.member_id = p_member
           and v.option_id > p_after
         order by v.option_id
         limit p_limit;
    when 'expenses' then
        return query
        select e.expense_id, jsonb_build_object(
                   'expense', e.expense_id::text, 'plan', e.plan_id::text, 'title', e.title, 'amount_minor', e.amount_minor,
                   'currency', e.currency, 'fx_ppb', e.fx_ppb, 'in_plan_minor', e.base_minor, 'spent_on', e.spent_on,
                   'mode', e.mode, 'entered_by_me', e.created_by = p_member,
                   'paid_minor', (select paid_minor from expense_payer y
                                   where y.expense_id = e.expense_id and y.member_id = p_member),
                   'owed_minor', (select owed_minor from expense_share s
                                   where s.expense_id = e.expense_id and s.member_id = p_member),
                   'at', lib.iso(e.created_at), 'deleted_at', lib.iso(e.deleted_at))
          from expense e
         where e.plan_id = any (lib.plans_ever(p_member))
           and (e.created_by = p_member
                or exists (select from expense_payer y where y.expense_id = e.expense_id and y.member_id = p_member)
                or exists (select from expense_share s where s.expense_id = e.expense_id and s.member_id = p_member))
           and e.expense_id > p_after
         order by e.expense_id
         limit p_limit;
    when 'settlements' then
        return query
        select s.settlement_id, jsonb_build_object(
                   'settlement', s.settlement_id::text, 'plan', s.plan_id::text, 'from', lib.handle_met(s.payer, p_member),
                   'to', lib.handle_met(s.payee, p_member), 'amount_minor', s.amount_minor, 'state', s.state,
                   'at', lib.iso(s.at), 'decided_at', lib.iso(s.decided_at))
          from settlement s
         where p_member in (s.payer, s.payee)
           and s.settlement_id > p_after
         order by s.settlement_id
         limit p_limit;
    else
        null;
    end case;
end $$;
