-- plan_check.sql -- the invariants of plans as queries, and rows that point at nothing.

-- I-30: who owns a plan.  Nobody does only where it is over and nobody was left who could.
create function lib.plan_violations_of_owners()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with people as (
        select p.plan_id, p.state, count(m.member_id) filter (where m.role = 'owner') as owners,
               count(m.member_id) filter (where m.role in ('owner', 'editor', 'voter')) as heirs
          from plan p
          left join plan_member m on m.plan_id = p.plan_id and m.state = 'joined'
         group by p.plan_id
    )
    select 'I-30', 'plan ' || plan_id, owners || ' owners, ' || state
      from people
     where owners <> 1
       and not (owners = 0 and heirs = 0 and state in ('done', 'cancelled'))
     union all
    select 'I-30', 'plan ' || h.plan_id, 'is offered to ' || h.to_member || ', who is ' || coalesce(m.role || ', ' || m.state, 'nobody')
      from plan_handover h
      left join plan_member m on m.plan_id = h.plan_id and m.member_id = h.to_member
     where m.state is distinct from 'joined'
        or m.role = 'owner';
$$;

-- I-31: the log has every number, and of each change of an item the plan was told once.  Events older than the outbox keeps are
-- not there to be looked at.
create function lib.plan_violations_of_log()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with told as (
        select o.stream, (o.refs ->> 'op')::bigint as op, count(*) as times,
               count(*) filter (where 'item:' || (o.refs ->> 'item') = l.object
                                  and (o.refs ->> 'ver')::bigint = l.new_ver
                                  and lib.plan_actor(l.actor) <@ o.refs) as truly
          from outbox o
          left join plan_op l on l.plan_id = split_part(o.stream, ':', 2)::bigint and l.op_seq = (o.refs ->> 'op')::bigint
         where o.stream like 'plan:%'
           and o.type = 'plan.item_changed'
         group by o.stream, (o.refs ->> 'op')::bigint
    )
    select invariant, 'plan ' || plan_id, what from lib.plan_op_violations() where invariant = 'I-31'
     union all
    select 'I-31', 'plan ' || l.plan_id, 'op ' || l.op_seq || ' of ' || l.object || ' was told ' || coalesce(t.truly, 0) || ' times'
      from plan_op l
      left join told t on t.stream = 'plan:' || l.plan_id and t.op = l.op_seq
     where l.object like 'item:%'
       and l.at > now() - interval '29 days'
       and coalesce(t.truly, 0) <> 1
     union all
    select 'I-31', t.stream, 'op ' || t.op || ' was told ' || t.times || ' times, ' || t.truly || ' times as the log has it'
      from told t
     where t.times > t.truly;
$$;

-- I-32, I-33: money.
create function lib.plan_violations_of_money()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    select invariant, coalesce('expense ' || expense_id, 'plan ' || plan_id), detail from lib.expense_violations()
     union all
    select 'I-33', 'plan ' || p.plan_id, 'counts ' || p.expense_no || ' expenses, has ' || count(e.no) || ' up to ' || coalesce(max(e.no), 0)
      from plan p
      left join expense e on e.plan_id = p.plan_id
     group by p.plan_id
    having (p.expense_no, p.expense_no) <> (count(e.no), coalesce(max(e.no), 0));
$$;

-- I-34: a vote is of somebody who was in the plan, in time, as its kind of poll has it, and, as long as keys are kept, said by
-- that member and nobody else: the transaction of the vote is one of theirs.
create function lib.plan_violations_of_votes()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    select 'I-34', 'poll ' || v.poll_id, 'a vote of ' || v.member_id || ', who was never in the plan'
      from poll_vote v
      join poll p on p.poll_id = v.poll_id
      left join plan_member m on m.plan_id = p.plan_id and m.member_id = v.member_id
     where m.member_id is null
     union all
    select distinct 'I-34', 'poll ' || v.poll_id, 'a vote of ' || v.member_id || ', who did not say so'
      from poll_vote v
      join member m on m.member_id = v.member_id and m.status <> 'erased'
     where v.at > now() - interval '23 hours'
       and not exists (
               select
                 from idempotency i
                where i.principal = 'm:' || v.member_id
                  and i.method = 'plan.vote'
                  and i.at = v.at
                  and i.response ->> 'poll' = v.poll_id::text)
     union all
    select 'I-34', 'poll ' || p.poll_id, count(*) || ' votes of ' || v.member_id || ', ' || p.kind || coalesce(' of ' || p.max_choices, '')
      from poll p
      join poll_vote v on v.poll_id = p.poll_id
     group by p.poll_id, v.member_id
    having p.kind = 'single' and count(*) > 1
        or p.kind = 'multi' and count(*) > p.max_choices
        or p.kind in ('single', 'multi') and bool_or(v.choice <> 'yes')
     union all
    select 'I-34', 'poll ' || p.poll_id, 'a vote of ' || v.member_id || ' after the end'
      from poll p
      join poll_vote v on v.poll_id = p.poll_id
     where v.at > least(p.closed_at, p.closes_at);
$$;

-- I-35: no accepted change is lost: an item has in each field what the last change set that is said to have set it.  What erased
-- members wrote is not in the log any more, nor are the words of items that lib.plan_items_purge has been at.
create function lib.plan_violations_of_items()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    with field as (
        select i.item_id, f.key as field, coalesce((i.fields_ver ->> f.key)::bigint, 1) as ver,
               coalesce(lib.plan_item_values(i, array[f.key]) -> f.key, 'null') as value, i.plan_id
          from plan_item i
         cross join lateral (
               select distinct k as key
                 from plan_op l
                cross join lateral jsonb_object_keys(l.patch) k
                where l.plan_id = i.plan_id
                  and l.object = 'item:' || i.item_id
                  and k <> 'deleted'
                union
               select jsonb_object_keys(i.fields_ver)
                union
               select jsonb_object_keys(lib.plan_item_view(i, i.assignees)
                                        - '{item,version,updated_by,updated_at,deleted_at}'::text[])) f
         where i.title <> ''
    ), last as (
        select i.item_id, i.version, i.deleted_at, l.kind
          from plan_item i
          left join plan_op l on l.plan_id = i.plan_id and l.object = 'item:' || i.item_id and l.new_ver = i.version
    )
    select invariant, 'plan ' || plan_id, what from lib.plan_op_violations() where invariant = 'I-35'
     union all
    select 'I-35', 'plan ' || l.plan_id, 'op ' || l.op_seq || ' deleted version ' || l.new_ver - 1 || ', seen was ' || coalesce(l.base_ver, 0)
      from plan_op l
     where l.kind = 'item_delete'
       and l.base_ver is distinct from l.new_ver - 1
     union all
    select 'I-35', 'plan ' || l.plan_id, 'op ' || l.op_seq || ' undoes op ' || l.undoes || coalesce(' over op ' || e.op_seq, ', of another')
      from plan_op l
      join plan_op u on u.plan_id = l.plan_id and u.op_seq = l.undoes
      left join plan_op e on e.plan_id = l.plan_id and e.object = l.object and e.new_ver > u.new_ver and e.new_ver < l.new_ver
     where u.object <> l.object
        or e.op_seq is not null
       and (l.kind not in ('item_set', 'item_move')
            or e.patch ?| array(select jsonb_object_keys(l.patch)))
     union all
    select 'I-35', 'item ' || f.item_id, f.field || ' of version ' || f.ver || ' is '
           || case when l.patch ? f.field then 'not what op ' || l.op_seq || ' set' else 'set by nobody' end
      from field f
      left join plan_op l on l.plan_id = f.plan_id and l.object = 'item:' || f.item_id and l.new_ver = f.ver
      left join member m on 'm:' || m.member_id = l.actor
     where case when l.patch ? f.field then l.patch -> f.field <> f.value
                when f.ver = 1 then f.value not in ('null', '[]') and m.status is distinct from 'erased'
                else m.status is distinct from 'erased' end
     union all
    select 'I-35', 'item ' || item_id, 'is ' || case when deleted_at is null then 'live' else 'deleted' end || ' after '
           || coalesce(kind, 'nothing')
      from last
     where (deleted_at is not null) <> (kind is not distinct from 'item_delete');
$$;

-- Rows of tables without foreign keys that point at nothing, or into another plan.
create function lib.plan_orphans()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    select 'orphan', x.what || ' ' || x.id, 'no plan ' || x.plan_id
      from (select 'item' as what, item_id as id, plan_id from plan_item
             union all
            select 'comment', comment_id, plan_id from plan_comment
             union all
            select 'proposal', proposal_id, plan_id from plan_proposal
             union all
            select 'poll', poll_id, plan_id from poll
             union all
            select 'expense', expense_id, plan_id from expense
             union all
            select 'settlement', settlement_id, plan_id from settlement) x
      left join plan p on p.plan_id = x.plan_id
     where p.plan_id is null
     union all
    select 'orphan', x.what || ' ' || x.id, 'no item ' || x.item_id || ' of plan ' || x.plan_id
      from (select 'comment' as what, comment_id as id, item_id, plan_id from plan_comment
             union all
            select 'proposal', proposal_id, item_id, plan_id from plan_proposal
             union all
            select 'expense', expense_id, item_id, plan_id from expense
             union all
            select 'op', op_seq, substr(object, 6)::bigint, plan_id from plan_op where object like 'item:%') x
      left join plan_item i on i.item_id = x.item_id and i.plan_id = x.plan_id
     where x.item_id is not null
       and i.item_id is null
     union all
    select 'orphan', 'op ' || o.op_seq, 'no ' || o.object || ' of plan ' || o.plan_id
      from plan_op o
      left join expense e on 'expense:' || e.expense_id = o.object and e.plan_id = o.plan_id
     where o.object like 'expense:%' and e.expense_id is null
        or o.object like 'plan:%' and o.object <> 'plan:' || o.plan_id
     union all
    select 'orphan', x.what || ' ' || x.id, 'no member ' || x.member_id || ' of plan ' || x.plan_id
      from (select 'comment' as what, comment_id as id, author as member_id, plan_id from plan_comment
             union all
            select 'proposal', proposal_id, author, plan_id from plan_proposal
             union all
            select 'poll', poll_id, created_by, plan_id from poll
             union all
            select 'item', item_id, created_by, plan_id from plan_item
             union all
            select 'item', i.item_id, a, i.plan_id from plan_item i cross join unnest(i.assignees) a
             union all
            select 'expense', e.expense_id, e.created_by, e.plan_id from expense e
             union all
            select 'payer of expense', y.expense_id, y.member_id, e.plan_id
              from expense_payer y
              join expense e on e.expense_id = y.expense_id
             union all
            select 'share of expense', s.expense_id, s.member_id, e.plan_id
              from expense_share s
              join expense e on e.expense_id = s.expense_id
             union all
            select 'settlement', t.settlement_id, u.member_id, t.plan_id
              from settlement t
             cross join unnest(array[t.payer, t.payee]) as u (member_id)
             union all
            select 'link', invite_id, created_by, plan_id from plan_invite) x
      join plan p on p.plan_id = x.plan_id
      left join plan_member m on m.plan_id = x.plan_id and m.member_id = x.member_id
     where m.member_id is null
     union all
    select 'orphan', 'item ' || i.item_id, 'no offer ' || i.offer_id
      from plan_item i
      left join offer o on o.offer_id = i.offer_id
     where i.offer_id is not null
       and o.offer_id is null
     union all
    select 'orphan', 'proposal ' || s.proposal_id, 'no poll ' || s.poll_id || ' of plan ' || s.plan_id
      from plan_proposal s
      left join poll p on p.poll_id = s.poll_id and p.plan_id = s.plan_id
     where s.poll_id is not null
       and p.poll_id is null
     union all
    select 'orphan', 'poll ' || p.poll_id, 'no proposal ' || (p.on_close ->> 'apply_proposal') || ' of plan ' || p.plan_id
      from poll p
      left join plan_proposal s on s.proposal_id = (p.on_close ->> 'apply_proposal')::bigint and s.plan_id = p.plan_id
     where p.on_close ? 'apply_proposal'
       and s.proposal_id is null
     union all
    select 'orphan', 'poll ' || p.poll_id, 'no options'
      from poll p
     where not exists (select from poll_option o where o.poll_id = p.poll_id)
     union all
    select 'orphan', 'option ' || o.option_id, 'no poll ' || o.poll_id
      from poll_option o
      left join poll p on p.poll_id = o.poll_id
     where p.poll_id is null
     union all
    select 'orphan', 'vote of ' || v.member_id, 'no option ' || v.option_id || ' of poll ' || v.poll_id
      from poll_vote v
      left join poll_option o on o.option_id = v.option_id and o.poll_id = v.poll_id
     where o.option_id is null
     union all
    select 'orphan', x.what || ' ' || x.member_id, 'no expense ' || x.expense_id
      from (select 'payer' as what, expense_id, member_id from expense_payer
             union all
            select 'share of', expense_id, member_id from expense_share) x
      left join expense e on e.expense_id = x.expense_id
     where e.expense_id is null;
$$;

-- Breaches of the invariants of plans (domain.md 17): no row means that all hold.  For the owner and tests; reads
-- everything.
create function lib.plan_violations()
returns table (invariant text, object text, found text) language sql stable set search_path = club, pg_temp as $$
    select * from lib.plan_violations_of_owners()
     union all
    select * from lib.plan_violations_of_log()
     union all
    select * from lib.plan_violations_of_money()
     union all
    select * from lib.plan_violations_of_votes()
     union all
    select * from lib.plan_violations_of_items()
     union all
    select * from lib.plan_orphans();
$$;
