-- feed_state.sql -- what goes on the stream of a club about its posts, and how posts and comments appear and disappear.
--
-- Everything about a post names the object post:<id>, comments too: one entry on sys voids all words that were said
-- under it.  These functions lock and change rows and return events; the caller emits them, with its own, once.

-- An event about a post: its stream, its audience, and the scope that marketing needs.
create function lib.post_event(p_post post, p_type text, p_gate text, p_refs jsonb default '{}',
                               p_subjects bigint[] default '{}', p_actor bigint default null, p_key text default null)
returns lib.event_row language sql stable as $$
    select lib.event('club:' || (p_post).club_id, p_type, p_gate,
                     jsonb_build_object('post', (p_post).post_id::text) || p_refs,
                     p_scope => case when p_gate like 'mkt.%' then (p_post).category_id::bigint else 0 end,
                     p_audience => case (p_post).audience when 'tier' then 'rank:' || (p_post).audience_ref
                                                          when 'segment' then 'segment:' || (p_post).audience_ref end,
                     p_subjects => p_subjects, p_actor => p_actor, p_object => 'post:' || (p_post).post_id,
                     p_key => p_key)
$$;

-- The gate of words said under a post: whoever may not be sent an offer is not sent the talk about it (domain.md 5.7).
create function lib.talk_gate(p_post post) returns text language sql stable as $$
    select case when (p_post).gate_cat like 'mkt.%' then (p_post).gate_cat else 'svc.feed' end
$$;

-- The gate of a post's end: who got it for another reason than the feed must learn that it is gone.
create function lib.gone_gate(p_post post) returns text language sql stable as $$
    select case when (p_post).gate_cat = 'svc.account' then 'svc.account' else 'svc.feed' end
$$;

-- The author of a post, where it is a member.
create function lib.post_author(p_post post) returns bigint language sql stable as $$
    select case when (p_post).author_kind = 'm' then (p_post).author_id end
$$;

-- Notes that the numbers of a post have changed; the job post_counters sends them.  The caller holds the post, and by
-- this its row here: the job cannot take it before the numbers are committed.
create function lib.post_touch(p_post bigint) returns void language plpgsql volatile as $$
begin
    insert into post_dirty (post_id)
    values (p_post)
        on conflict (post_id) do update set is_dirty = true;
end $$;

-- Publishes a post that waits, was hidden or was removed.  No event: it is published, or deleted.
create function lib.post_publish(p_post bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_post     post;
    v_author   bigint;
    v_is_first boolean;
    v_named    bigint[];
    v_events   lib.event_row[];
begin
    select p.* into v_post from post p where p.post_id = p_post for no key update;
    if not found or v_post.state not in ('pending', 'hidden', 'removed') then
        return '{}';
    end if;
    v_is_first := v_post.published_at is null;
    update post
       set state = 'published', published_at = coalesce(published_at, now())
     where post_id = p_post;
    v_author := lib.post_author(v_post);
    v_named := array(select m.member_id from post_mention m where m.post_id = p_post and m.comment_id is null);
    v_events := array[lib.post_event(v_post, 'post.published', v_post.gate_cat, p_actor => v_author,
                                     p_subjects => array_remove(array[v_author], null) || v_named)];
    if v_is_first then
        perform lib.topics_queue(p_post);
        v_events := v_events || lib.feed_notices(p_post, null, v_author, '{}', v_named);
    end if;
    return v_events;
end $$;

-- Takes a post out of everybody's sight: hidden, removed, or pending again.  The last event is for sys.  No event: it
-- was not published.
create function lib.post_hide(p_post bigint, p_state text) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_post post;
begin
    select p.* into v_post from post p where p.post_id = p_post for no key update;
    if not found or v_post.state not in ('published', 'pending', 'hidden', 'removed') or v_post.state = p_state
       or p_state = 'pending' and v_post.state <> 'published' then
        return '{}';
    end if;
    update post
       set state = p_state
     where post_id = p_post;
    if v_post.state <> 'published' then
        return '{}';
    end if;
    return array[lib.post_event(v_post, 'post.removed', lib.gone_gate(v_post)),
                 lib.sys(p_object => 'post:' || p_post)];
end $$;

-- Takes a comment out of everybody's sight: hidden, removed or deleted, which the caller blanks.  The last event is for
-- sys.  No event: it was not published.
create function lib.comment_hide(p_comment bigint, p_state text) returns lib.event_row[]
language plpgsql volatile as $$
declare
    v_post    post;
    v_comment comment;
begin
    select p.* into v_post
      from post p
     where p.post_id = (select c.post_id from comment c where c.comment_id = p_comment)
       for no key update;
    select c.* into v_comment from comment c where c.comment_id = p_comment for no key update;
    if not found or v_comment.state in ('deleted', p_state) then
        return '{}';
    end if;
    update comment
       set state = p_state, body = case when p_state = 'deleted' then '' else body end
     where comment_id = p_comment;
    if v_comment.state <> 'published' then
        return '{}';
    end if;
    update post
       set comment_count = comment_count - 1
     where post_id = v_post.post_id;
    perform lib.post_touch(v_post.post_id);
    return array[lib.post_event(v_post, 'comment.changed', 'svc.feed', jsonb_build_object(
                     'comment', p_comment::text, 'state', p_state)),
                 lib.sys(p_object => 'post:' || v_post.post_id)];
end $$;

-- Shows a comment again that was hidden or removed.
create function lib.comment_publish(p_comment bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_post    post;
    v_comment comment;
begin
    select p.* into v_post
      from post p
     where p.post_id = (select c.post_id from comment c where c.comment_id = p_comment)
       for no key update;
    select c.* into v_comment from comment c where c.comment_id = p_comment for no key update;
    if not found or v_comment.state not in ('pending', 'hidden', 'removed') then
        return '{}';
    end if;
    update comment
       set state = 'published'
     where comment_id = p_comment;
    update post
       set comment_count = comment_count + 1
     where post_id = v_post.post_id;
    perform lib.post_touch(v_post.post_id);
    return array[lib.post_event(v_post, 'comment.changed', lib.talk_gate(v_post), jsonb_build_object(
                     'comment', p_comment::text, 'state', 'published'),
                     p_subjects => array[v_comment.author], p_actor => v_comment.author)];
end $$;
