-- plan_comment.sql -- what the members of a plan say about it, or about one item of it.

-- A comment for who is in its plan; nothing is left to show of one that was deleted.
create function lib.plan_comment_view(p_comment bigint) returns lib.shown language plpgsql stable as $$
declare
    v_comment plan_comment;
begin
    select * into v_comment from plan_comment where comment_id = p_comment and state = 'published';
    if not found then
        return row(null, true, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(jsonb_strip_nulls(jsonb_build_object(
                   'comment', p_comment::text, 'plan', v_comment.plan_id::text, 'item', v_comment.item_id::text,
                   'author', lib.actor_view(v_comment.author), 'body', v_comment.body, 'at', lib.iso(v_comment.at))),
               true, false, array[v_comment.author])::lib.shown;
end $$;

-- plan.comment   Comments on a plan, or on one item of it.
--   who    member, voter of the plan
--   raises ZC001 by the role; ZC002 no such plan of the caller's, no such item of it; ZC003 the item is deleted; ZC014 left
--          the club; ZC024 200 comments in 24 hours; ZC035 restricted; ZC602 body
--   emits  plan.comment on plan:<id>
create function api.plan_comment(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_body text, p_item bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old     lib.answer := lib.idem_begin(p_who, 'plan.comment', p_idem, p_hash);
    v_body    text := normalize(p_body);
    v_plan    plan;
    v_mine    plan_member;
    v_item    plan_item;
    v_comment plan_comment;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'comment');
    if btrim(v_body, E' \n\t') = '' then
        perform lib.invalid('body', 'is empty');
    end if;
    if length(v_body) > 2000 then
        perform lib.invalid('body', 'is too long');
    end if;
    if p_item is not null then
        select * into v_item from plan_item where item_id = p_item and plan_id = p_plan;
        if not found then
            perform lib.refuse('ZC002');
        end if;
        if v_item.deleted_at is not null then
            perform lib.refuse('ZC003');
        end if;
    end if;
    if (select count(*)
          from plan_comment
         where author = v_mine.member_id
           and at > now() - interval '24 hours') >= 200 then
        perform lib.refuse('ZC024', '{"max":200}');
    end if;
    insert into plan_comment (comment_id, plan_id, item_id, author, body, at)
    values (lib.new_id(), p_plan, p_item, v_mine.member_id, v_body, clock_timestamp())  -- rises under the lock of the plan
    returning plan_comment.* into v_comment;
    return lib.idem_end(p_who, 'plan.comment', p_idem, lib.done(
        jsonb_strip_nulls(jsonb_build_object('comment', v_comment.comment_id::text, 'plan', p_plan::text,
                                             'item', p_item::text, 'state', 'published', 'at', lib.iso(v_comment.at))),
        lib.emit_all(array[lib.plan_event(
            p_plan, 'plan.comment', jsonb_strip_nulls(jsonb_build_object(
                'plan', p_plan::text, 'comment', v_comment.comment_id::text, 'item', p_item::text, 'state', 'published')),
            v_mine.member_id, 'plan_comment:' || v_comment.comment_id, array[v_mine.member_id])])));
end $$;

-- plan.comment_delete   Deletes a comment, its text is gone at once: one's own, or as the owner of the plan any.
--   who    member
--   raises ZC001 another's; ZC002 no such comment for the caller; ZC003 already deleted; ZC014 left the club; ZC035 restricted
--   emits  plan.comment on plan:<id>, sys
create function api.plan_comment_delete(p_who text, p_idem text, p_hash bytea, p_comment bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old     lib.answer := lib.idem_begin(p_who, 'plan.comment_delete', p_idem, p_hash);
    v_plan    plan;
    v_mine    plan_member;
    v_comment plan_comment;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock((select plan_id from plan_comment where comment_id = p_comment));
    v_mine := lib.plan_need(p_who, v_plan, 'see');
    select * into v_comment from plan_comment where comment_id = p_comment;
    if v_comment.state = 'deleted' then
        perform lib.refuse('ZC003');
    end if;
    if v_comment.author <> v_mine.member_id and not lib.plan_can(v_mine.role, v_plan.state, 'comment_delete_any') then
        perform lib.refuse('ZC001');
    end if;
    update plan_comment set state = 'deleted', body = '' where comment_id = p_comment;
    return lib.idem_end(p_who, 'plan.comment_delete', p_idem, lib.done(
        jsonb_build_object('comment', p_comment::text, 'state', 'deleted'),
        lib.emit_all(array[
            lib.plan_event(v_plan.plan_id, 'plan.comment', jsonb_strip_nulls(jsonb_build_object(
                               'plan', v_plan.plan_id::text, 'comment', p_comment::text, 'item', v_comment.item_id::text,
                               'state', 'deleted')),
                           v_mine.member_id, 'plan_comment:' || p_comment, array[v_mine.member_id]),
            lib.sys(p_object => 'plan_comment:' || p_comment)])));
end $$;

-- plan.comments   The comments of a plan or of one item of it, the newest first.
--   who    member
--   raises ZC002 no such plan of the caller's; ZC014 left the club; ZC035 restricted
--   emits  –
create function api.plan_comments(p_who text, p_plan bigint, p_item bigint, p_before bigint, p_limit bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan     plan;
    v_mine     plan_member;
    v_limit    int := coalesce(p_limit, 50)::int;
    v_page     bigint[];
    v_kept     bigint[];
    v_comments jsonb;
    v_subjects bigint[];
begin
    select * into v_plan from plan where plan_id = p_plan;
    v_mine := lib.plan_need(p_who, v_plan, 'see');
    if p_item is null then
        v_page := array(select c.comment_id
                          from plan_comment c
                         where c.plan_id = p_plan
                           and c.state = 'published'
                           and c.comment_id < coalesce(p_before, 9223372036854775807)
                         order by c.comment_id desc
                         limit v_limit + 1);
    else
        v_page := array(select c.comment_id
                          from plan_comment c
                         where c.item_id = p_item
                           and c.plan_id = p_plan
                           and c.state = 'published'
                           and c.comment_id < coalesce(p_before, 9223372036854775807)
                         order by c.comment_id desc
                         limit v_limit + 1);
    end if;
    with viewed as (
        select x.id, (v.v).view, (v.v).subjects, x.no,
               sum(octet_length((v.v).view::text) + 2) over (order by x.no) as bytes
          from unnest(v_page[:v_limit]) with ordinality as x (id, no)
         cross join lateral (select lib.plan_comment_view(x.id) as v offset 0) v
    )
    select coalesce(jsonb_agg(w.view order by w.no), '[]'), array_agg(w.id order by w.no),
           array(select distinct s from viewed y cross join unnest(y.subjects) as s where y.bytes <= 100000 order by s)
      into v_comments, v_kept, v_subjects
      from viewed w
     where w.bytes <= 100000;
    return lib.done(
        jsonb_build_object('comments', v_comments,
                           'before', case when cardinality(v_kept) < cardinality(v_page)
                                          then v_kept[cardinality(v_kept)]::text end),
        null, array_remove(v_subjects, v_mine.member_id));
end $$;
