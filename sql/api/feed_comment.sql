-- feed_comment.sql -- comments on posts, one level deep.
--
-- A comment goes out on the stream of the club with the audience of its post.  Its event names the post as its object:
-- what takes the post away takes the words under it away.

-- A published comment of a published post, as feed.comments answers it but for what is the viewer's own.
create function lib.comment_view(p_comment bigint, p_viewer bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_comment  record;
    v_card     lib.card;
    v_mentions lib.shown := row('[]'::jsonb, true, false, '{}'::bigint[])::lib.shown;
begin
    select c.comment_id, c.post_id, c.parent_id, c.author, c.body, c.version, c.at, c.edited_at, p.club_id
      into v_comment
      from comment c
      join post p on p.post_id = c.post_id
     where c.comment_id = p_comment
       and c.state = 'published'
       and p.state = 'published';
    if not found then
        return row(null, false, false, '{}'::bigint[])::lib.shown;
    end if;
    v_card := lib.author_card(v_comment.author, p_viewer, v_comment.club_id);
    if not v_card.shown then
        return row(null, false, true, '{}'::bigint[])::lib.shown;
    end if;
    if strpos(v_comment.body, '@') > 0 then
        v_mentions := lib.mention_view(v_comment.post_id, p_comment, v_comment.club_id, v_comment.author, p_viewer);
    end if;
    return row(jsonb_build_object(
                   'comment', p_comment::text, 'post', v_comment.post_id::text, 'parent', v_comment.parent_id::text,
                   'author', v_card.card, 'body', v_comment.body, 'mentions', v_mentions.view,
                   'version', v_comment.version, 'at', lib.iso(v_comment.at),
                   'edited_at', lib.iso(v_comment.edited_at)),
               true, v_card.redacted or v_mentions.redacted, v_card.subjects || v_mentions.subjects)::lib.shown;
end $$;

-- Why this comment is refused, or null; locks the membership.  p_counts: it is one more of today's.
create function lib.comment_allow(p_member bigint, p_club bigint, p_body text, p_counts boolean) returns void
language plpgsql volatile as $$
declare
    v_ask     record;
    v_refusal text[];
begin
    select b.status, b.silenced_until, b.under_consent_age, c.status as club_status, m.status as state,
           greatest(m.comments_on, d.today) as day,
           case when m.comments_on >= d.today then m.comments_count else 0 end as used,
           case when lib.is_new_author(m.joined_at, c.settings)
                then coalesce((c.settings ->> 'comments_per_day_new')::int, 20)
                else coalesce((c.settings ->> 'comments_per_day')::int, 200) end as most
      into v_ask
      from membership m
      join member b on b.member_id = m.member_id
      join club c on c.club_id = m.club_id
     cross join lateral (select (now() at time zone c.tz)::date as today) d
     where m.member_id = p_member
       and m.club_id = p_club
       for no key update of m;
    v_refusal := lib.feed_post_refusal(
        v_ask.status, v_ask.silenced_until, v_ask.under_consent_age, v_ask.club_status, v_ask.state, 0, null, null,
        p_body, 2000, null, null, case when p_counts then v_ask.used else 0 end, v_ask.most);
    if v_refusal is not null then
        perform lib.refuse(v_refusal[1], v_refusal[2]::jsonb);
    end if;
    if p_counts then
        update membership
           set comments_on = v_ask.day, comments_count = v_ask.used + 1
         where member_id = p_member
           and club_id = p_club;
    end if;
end $$;

-- Who is told of a new comment: the author of the post and of the comment it answers, those it mentions.
create function lib.comment_notices(p_post post, p_comment comment, p_parent_author bigint, p_named bigint[])
returns lib.event_row[] language plpgsql volatile as $$
begin
    return lib.feed_notices(
        p_post.post_id, p_comment.comment_id, p_comment.author,
        array(select distinct a
                from unnest(array[lib.post_author(p_post), p_parent_author]) as a
               where a <> p_comment.author),
        p_named);
end $$;

-- feed.comment   Comments on a post, or answers a comment on it.
--   who    member
--   raises ZC002 there is no such post or comment for the caller; ZC017 membership paused or lapsed, club frozen; ZC024 too
--          many comments today; ZC034 under the age of consent; ZC035 restricted or silenced; ZC602 body
--   emits  post.comment on club:<id>; notify.added on me; post.counters follows
create function api.feed_comment(p_who text, p_idem text, p_hash bytea, p_post bigint, p_body text, p_parent bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_member   bigint;
    v_body     text := normalize(p_body);
    v_post     post;
    v_parent   comment;
    v_comment  comment;
    v_mentions lib.mention[];
    v_events   lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'feed.comment', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_post := lib.post_for(p_post, v_member);
    if p_parent is not null then
        select c.* into v_parent from comment c where c.comment_id = p_parent and c.post_id = p_post;
        if not found or v_parent.state <> 'published' or lib.is_blocked(v_member, v_parent.author) then
            perform lib.refuse('ZC002');
        end if;
        if v_parent.parent_id is not null then
            perform lib.invalid('parent', 'is an answer itself');
        end if;
    end if;
    v_mentions := lib.mention_find(v_post.club_id, v_member, v_body);

    perform lib.comment_allow(v_member, v_post.club_id, v_body, true);
    update post
       set comment_count = comment_count + 1
     where post_id = p_post
       and state = 'published'
    returning post.* into v_post;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    insert into comment (comment_id, post_id, parent_id, author, body, at)
    values (lib.new_id(), p_post, p_parent, v_member, v_body, clock_timestamp())   -- rises under the lock of the post
    returning comment.* into v_comment;
    perform lib.mention_save(p_post, v_comment.comment_id, v_mentions);
    perform lib.post_touch(p_post);

    v_events := lib.post_event(
        v_post, 'post.comment', lib.talk_gate(v_post), jsonb_strip_nulls(jsonb_build_object(
            'comment', v_comment.comment_id::text, 'parent', p_parent::text)),
        p_subjects => v_member || lib.mention_members(v_mentions), p_actor => v_member)
        || lib.comment_notices(v_post, v_comment, v_parent.author, lib.mention_members(v_mentions));
    return lib.idem_end(p_who, 'feed.comment', p_idem, lib.done(
        jsonb_build_object('comment', v_comment.comment_id::text, 'post', p_post::text, 'state', 'published',
                           'version', 1, 'at', lib.iso(v_comment.at)),
        lib.emit_all(v_events)));
end $$;

-- feed.comment_edit   Replaces the text of the caller's own comment.
--   who    member
--   raises ZC002 there is no such comment of the caller's; ZC003 deleted; ZC004 another version, which comes with it; ZC017
--          hidden by moderation, membership paused or lapsed, club frozen; ZC024 50 edits; ZC034 under the age of consent;
--          ZC035 restricted or silenced; ZC602 body
--   emits  comment.changed on club:<id>; notify.added on me; sys
create function api.feed_comment_edit(p_who text, p_idem text, p_hash bytea, p_comment bigint, p_base bigint, p_body text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_member   bigint;
    v_body     text := normalize(p_body);
    v_post     post;
    v_comment  comment;
    v_mentions lib.mention[];
    v_before   bigint[];
    v_named    bigint[];
begin
    v_old := lib.idem_begin(p_who, 'feed.comment_edit', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select c.* into v_comment from comment c where c.comment_id = p_comment and c.author = v_member;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    v_post := lib.post_for(v_comment.post_id, v_member);
    v_mentions := lib.mention_find(v_post.club_id, v_member, v_body);
    v_named := lib.mention_members(v_mentions);

    perform lib.comment_allow(v_member, v_post.club_id, v_body, false);
    select p.* into v_post from post p where p.post_id = v_comment.post_id for no key update;
    select c.* into v_comment from comment c where c.comment_id = p_comment for no key update;
    if v_comment.state = 'deleted' then
        perform lib.refuse('ZC003');
    end if;
    if v_comment.state <> 'published' or v_post.state <> 'published' then
        perform lib.refuse('ZC017', jsonb_build_object('state', case when v_post.state <> 'published' then v_post.state
                                                                     else v_comment.state end));
    end if;
    if v_comment.version <> p_base then
        return lib.refused('CONFLICT', jsonb_build_object('current', jsonb_build_object(
            'comment', p_comment::text, 'version', v_comment.version, 'body', v_comment.body,
            'edited_at', lib.iso(v_comment.edited_at))), null, p_who, 'feed.comment_edit', p_idem, '{}');
    end if;
    if (select count(*) from comment_version where comment_id = p_comment) >= 50 then
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    insert into comment_version (comment_id, version, body)
    values (p_comment, v_comment.version, v_comment.body);
    update comment
       set body = v_body, version = version + 1, edited_at = now()
     where comment_id = p_comment
    returning comment.* into v_comment;
    v_before := array(select m.member_id from post_mention m where m.comment_id = p_comment);
    perform lib.mention_save(v_post.post_id, p_comment, v_mentions);

    return lib.idem_end(p_who, 'feed.comment_edit', p_idem, lib.done(
        jsonb_build_object('comment', p_comment::text, 'version', v_comment.version,
                           'edited_at', lib.iso(v_comment.edited_at)),
        lib.emit_all(
            lib.post_event(v_post, 'comment.changed', lib.talk_gate(v_post), jsonb_build_object(
                               'comment', p_comment::text, 'state', 'published'),
                           p_subjects => v_member || v_named, p_actor => v_member)
            || lib.feed_notices(v_post.post_id, p_comment, v_member, '{}',
                                array(select n from unnest(v_named) as n where n <> all (v_before)))
            || lib.sys(p_object => 'post:' || v_post.post_id))));
end $$;

-- feed.comment_delete   Deletes the caller's own comment: its text is gone at once, answers to it stay.
--   who    member
--   raises ZC002 there is no such comment of the caller's; ZC003 already deleted; ZC035 restricted
--   emits  comment.changed on club:<id>, sys; post.counters follows
create function api.feed_comment_delete(p_who text, p_idem text, p_hash bytea, p_comment bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_state  text;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'feed.comment_delete', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select c.state into v_state from comment c where c.comment_id = p_comment and c.author = v_member;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_state = 'deleted' then
        perform lib.refuse('ZC003');
    end if;
    v_events := lib.comment_hide(p_comment, 'deleted');
    delete from comment_version where comment_id = p_comment;
    delete from post_mention where comment_id = p_comment;
    return lib.idem_end(p_who, 'feed.comment_delete', p_idem, lib.done(
        jsonb_build_object('comment', p_comment::text, 'state', 'deleted'), lib.emit_all(v_events)));
end $$;

-- feed.comments   The comments of a post, oldest first, as the caller may see them.  An answer names its parent, which is
--                 not among them any more when it was deleted or is not shown to the caller.
--   who    member
--   raises ZC002 there is no such post for the caller; ZC035 restricted; ZC602 cursor
--   emits  –
create function api.feed_comments(p_who text, p_post bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_post   post := lib.post_for(p_post, v_member);
    v_limit  int := coalesce(p_limit, 50)::int;
    v_blocks bigint[];
    v_at     timestamptz := '-infinity';
    v_after  bigint := 0;
    v_may    boolean;
    v_shown  lib.shown;
begin
    if p_cursor is not null then
        if p_cursor !~ '^[0-9]{1,16}-[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_at := timestamptz 'epoch' + split_part(p_cursor, '-', 1)::bigint * interval '1 microsecond';
        v_after := split_part(p_cursor, '-', 2)::bigint;
    end if;
    v_blocks := lib.blocks_of(v_member);
    v_may := lib.may_write(v_member, v_post.club_id);
    with page as (
        select c.comment_id, c.author, c.at
          from comment c
         where c.post_id = p_post
           and (c.at, c.comment_id) > (v_at, v_after)
           and c.state = 'published'
           and c.author <> all (v_blocks)
           and (c.author = v_member
                or not (select m.under_consent_age from member m where m.member_id = c.author))
         order by c.at, c.comment_id
         limit v_limit + 1
    ), numbered as (
        select g.*, row_number() over (order by g.at, g.comment_id) as no
          from page g
    ), viewed as (
        select g.comment_id, g.at, g.author, g.no, (v.v).view, (v.v).redacted, (v.v).subjects,
               sum(octet_length((v.v).view::text) + 30) over (order by g.no) as bytes
          from numbered g
         cross join lateral (select lib.comment_view(g.comment_id, v_member) as v offset 0) v
         where g.no <= v_limit
    ), kept as (
        select k.comment_id, k.at, k.author, k.no, k.view, k.redacted, k.subjects
          from viewed k
         where k.bytes <= 120000
            or k.no = 1
    )
    select jsonb_build_object(
               'comments', coalesce(jsonb_agg(
                   k.view || jsonb_build_object('can', case when k.author <> v_member then '["report"]'
                                                            when v_may then '["edit","delete"]'
                                                            else '["delete"]' end::jsonb) order by k.no), '[]'),
               'cursor', case when count(*) < (select count(*) from page) then (
                             select (extract(epoch from l.at) * 1000000)::bigint || '-' || l.comment_id
                               from kept l
                              order by l.no desc
                              limit 1) end),
           true, coalesce(bool_or(k.redacted), false),
           array(select distinct s from kept x cross join unnest(x.subjects) s order by s)
      into v_shown
      from kept k;
    return lib.done(v_shown.view, null, array_remove(v_shown.subjects, v_member));
end $$;
