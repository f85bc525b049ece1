-- feed_topic.sql -- one's own view of a feed: hiding posts, following topics; and the notices of the feed.
--
-- A club's topics are the codes of its categories and the words in its settings.  A post is on a topic when it says
-- #topic.  Followers are told by a job, a few hundred at a time, so that a post costs the same however many follow.

-- Tells members about a post or a comment (p_comment null: the post): p_replied that somebody answers them, p_named that
-- they are mentioned.  Whoever may not read it is not told.  Returns the events, by member.
create function lib.feed_notices(p_post bigint, p_comment bigint, p_actor bigint, p_replied bigint[], p_named bigint[])
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_post   post;
    v_member bigint;
    v_events lib.event_row[] := '{}';
begin
    if p_replied = '{}' and p_named = '{}' then
        return v_events;
    end if;
    select p.* into v_post from post p where p.post_id = p_post;
    for v_member in
        select distinct n from unnest(p_replied || p_named) as n where n is not null order by n
    loop
        continue when not lib.may_be_told(v_post, p_actor, v_member);
        v_events := v_events || lib.notify(
            v_member, case when v_member = any (p_replied) then 'reply' else 'mention' end, 'post:' || p_post,
            jsonb_strip_nulls(jsonb_build_object('post', p_post::text, 'comment', p_comment::text,
                                                 'actor', p_actor::text)),
            'svc.feed');
    end loop;
    return v_events;
end $$;

create function lib.may_be_told(p_post post, p_actor bigint, p_member bigint) returns boolean
language plpgsql stable as $$
begin
    return lib.in_club(p_member, (p_post).club_id)
       and (select m.status = 'active' from member m where m.member_id = p_member)
       and lib.post_readable(p_post, p_member, lib.tier_rank(p_member, (p_post).club_id))
       and not lib.is_blocked(p_member, p_actor);
end $$;

-- The topics of a club.
create function lib.topics_of(p_club bigint) returns text[] language plpgsql stable as $$
begin
    return array(
        select c.code from product_category c where c.club_id = p_club and c.active
         union
        select lower(t.word)
          from club b
         cross join jsonb_array_elements_text(coalesce(b.settings -> 'topics', '[]')) as t (word)
         where b.club_id = p_club);
end $$;

-- Notes that the followers of a post's topics are to be told; at most five topics.
create function lib.topics_queue(p_post bigint) returns void language plpgsql volatile as $$
begin
    insert into topic_notice (post_id, topic)
    select p_post, t.topic
      from post p
     cross join lateral (
           select distinct w.word[1] as topic
             from regexp_matches(lower(coalesce(p.title, '') || ' ' || p.body),
                                 '(?:^|[^[:alnum:]_#&/-])#([[:alnum:]_-]{1,40})', 'g') as w (word)) t
     where p.post_id = p_post
       and p.author_kind = 'm'
       and t.topic = any (lib.topics_of(p.club_id))
       and exists (select from topic_follow f where f.club_id = p.club_id and f.topic = t.topic)
     order by t.topic
     limit 5
        on conflict do nothing;
end $$;

-- Tells the next 200 followers of one post and topic.
create function lib.followers_tell() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_notice  topic_notice;
    v_post    post;
    v_member  bigint;
    v_last    bigint;
    v_count   bigint := 0;
    v_events  lib.event_row[] := '{}';
begin
    select n.* into v_notice from topic_notice n order by n.post_id, n.topic limit 1 for update skip locked;
    if not found then
        return 0;
    end if;
    select p.* into v_post from post p where p.post_id = v_notice.post_id and p.state = 'published';
    for v_member in
        select f.member_id
          from topic_follow f
         where f.club_id = v_post.club_id
           and f.topic = v_notice.topic
           and f.member_id > v_notice.after_member
         order by f.member_id
         limit 200
    loop
        v_last := v_member;
        v_count := v_count + 1;
        continue when v_member = v_post.author_id or not lib.may_be_told(v_post, v_post.author_id, v_member);
        v_events := v_events || lib.notify(
            v_member, 'followed', 'club:' || v_post.club_id,
            jsonb_build_object('post', v_post.post_id::text, 'topic', v_notice.topic, 'actor', v_post.author_id::text),
            'svc.feed');
    end loop;
    if v_count < 200 then
        delete from topic_notice where post_id = v_notice.post_id and topic = v_notice.topic;
    else
        update topic_notice
           set after_member = v_last
         where post_id = v_notice.post_id
           and topic = v_notice.topic;
    end if;
    perform lib.emit_all(v_events);
    return greatest(v_count, 1);
end $$;

-- feed.hide   Takes a post out of the caller's own lists, or back into them.
--   who    member
--   raises ZC002 there is no such post for the caller; ZC024 1,000 posts hidden; ZC035 restricted
--   emits  –
create function api.feed_hide(p_who text, p_idem text, p_hash bytea, p_post bigint, p_on boolean)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'feed.hide', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    if p_on then
        perform lib.post_for(p_post, v_member);
        if (select count(*) from post_hide where member_id = v_member and post_id <> p_post) >= 1000 then
            perform lib.refuse('ZC024', '{"max":1000}');
        end if;
        insert into post_hide (member_id, post_id)
        values (v_member, p_post)
            on conflict do nothing;
    else
        delete from post_hide
         where member_id = v_member
           and post_id = p_post;
    end if;
    return lib.idem_end(p_who, 'feed.hide', p_idem, lib.done(
        jsonb_build_object('post', p_post::text, 'on', p_on)));
end $$;

-- feed.follow   Follows a topic of a club, or no longer.
--   who    member
--   raises ZC002 not in this club, or no such topic; ZC024 100 topics followed; ZC035 restricted
--   emits  – (notify.added when somebody posts on it)
create function api.feed_follow(p_who text, p_idem text, p_hash bytea, p_club bigint, p_topic text, p_on boolean)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_topic  text := lower(p_topic);
begin
    v_old := lib.idem_begin(p_who, 'feed.follow', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    if p_on then
        if not lib.in_club(v_member, p_club) or v_topic <> all (lib.topics_of(p_club)) then
            perform lib.refuse('ZC002');
        end if;
        if (select count(*) from topic_follow
             where member_id = v_member and (club_id, topic) <> (p_club, v_topic)) >= 100 then
            perform lib.refuse('ZC024', '{"max":100}');
        end if;
        insert into topic_follow (member_id, club_id, topic)
        values (v_member, p_club, v_topic)
            on conflict do nothing;
    else
        delete from topic_follow
         where member_id = v_member
           and club_id = p_club
           and topic = v_topic;
    end if;
    return lib.idem_end(p_who, 'feed.follow', p_idem, lib.done(jsonb_build_object(
        'club', p_club::text, 'topic', v_topic, 'on', p_on, 'topics', coalesce((
            select jsonb_agg(f.topic order by f.topic)
              from topic_follow f
             where f.member_id = v_member
               and f.club_id = p_club), '[]'))));
end $$;
