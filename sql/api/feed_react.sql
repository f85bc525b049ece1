-- feed_react.sql -- reactions, and the numbers under a post.
--
-- A reaction is a number to everybody but its author.  The numbers stand in the row of the post and are exact; nodes
-- and members are told by a job, at most once a second per post.

-- The numbers of a post, for events and answers.
create function lib.post_counts(p_post post) returns jsonb language sql stable as $$
    select jsonb_build_object('likes', (p_post).like_count, 'thanks', (p_post).thanks_count,
                              'wow', (p_post).wow_count, 'going', (p_post).going_count,
                              'comments', (p_post).comment_count)
$$;

-- A member's own reactions to a post.
create function lib.post_reacted(p_post bigint, p_member bigint) returns text[] language plpgsql stable as $$
begin
    return array(select r.kind from reaction r where r.post_id = p_post and r.member_id = p_member order by r.kind);
end $$;

-- Puts a reaction or takes it back, under the lock of the post.
create function lib.reaction_set(p_post bigint, p_member bigint, p_kind text, p_on boolean) returns lib.answer
language plpgsql volatile as $$
declare
    v_post post;
    v_step int := case when p_on then 1 else -1 end;
begin
    select p.* into v_post from post p where p.post_id = p_post for no key update;
    if p_on and v_post.state <> 'published' then
        perform lib.refuse('ZC002');
    end if;
    if p_on then
        insert into reaction (post_id, member_id, kind)
        values (p_post, p_member, p_kind)
            on conflict do nothing;
    else
        delete from reaction
         where post_id = p_post
           and member_id = p_member
           and kind = p_kind;
    end if;
    if found then
        update post
           set like_count   = like_count + v_step * (p_kind = 'like')::int,
               thanks_count = thanks_count + v_step * (p_kind = 'thanks')::int,
               wow_count    = wow_count + v_step * (p_kind = 'wow')::int,
               going_count  = going_count + v_step * (p_kind = 'going')::int
         where post_id = p_post
        returning post.* into v_post;
        perform lib.post_touch(p_post);
    end if;
    return lib.done(jsonb_build_object('post', p_post::text, 'reacted', to_jsonb(lib.post_reacted(p_post, p_member)))
                    || lib.post_counts(v_post));
end $$;

-- feed.react   Adds one of the caller's reactions to a post; each kind counts once per member.
--   who    member
--   raises ZC002 there is no such post for the caller; ZC017 membership paused or lapsed; ZC035 restricted
--   emits  – (post.counters follows)
create function api.feed_react(p_who text, p_idem text, p_hash bytea, p_post bigint, p_kind text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_post   post;
    v_state  text;
begin
    v_old := lib.idem_begin(p_who, 'feed.react', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_post := lib.post_for(p_post, v_member);
    select m.status into v_state from membership m where m.member_id = v_member and m.club_id = v_post.club_id;
    if v_state <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_state));
    end if;
    return lib.idem_end(p_who, 'feed.react', p_idem, lib.reaction_set(p_post, v_member, p_kind, true));
end $$;

-- feed.unreact   Takes one of the caller's reactions back, also where the post is not shown any more.
--   who    member
--   raises ZC002 there is no such post for the caller, and no reaction of the caller's; ZC035 restricted
--   emits  – (post.counters follows)
create function api.feed_unreact(p_who text, p_idem text, p_hash bytea, p_post bigint, p_kind text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'feed.unreact', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    if not exists (select from reaction where post_id = p_post and member_id = v_member and kind = p_kind) then
        perform lib.post_for(p_post, v_member);
    end if;
    return lib.idem_end(p_who, 'feed.unreact', p_idem, lib.reaction_set(p_post, v_member, p_kind, false));
end $$;

-- Sends the numbers of posts that have changed: at most 200 at a time, each at most once a second.  Taking the row of
-- post_dirty waits for nobody, and whoever changes a number after that marks the post again.
create function lib.post_counters_send() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_posts  bigint[];
    v_events lib.event_row[];
begin
    delete from post_dirty
     where post_id = any (array(
               select d.post_id
                 from post_dirty d
                where not d.is_dirty
                  and d.sent_at < now() - interval '1 minute'
                limit 200
                  for update skip locked));
    with taken as (
        update post_dirty
           set is_dirty = false, sent_at = now()
         where post_id = any (array(
                   select d.post_id
                     from post_dirty d
                    where d.is_dirty
                      and (d.sent_at is null or d.sent_at <= now() - interval '1 second')
                    order by d.post_id
                    limit 200
                      for update skip locked))
        returning post_id
    )
    select array_agg(t.post_id) into v_posts from taken t;
    if v_posts is null then
        return 0;
    end if;
    v_events := array(
        select lib.post_event(p, 'post.counters', 'svc.feed', lib.post_counts(p), p_key => 'post:' || p.post_id)
          from post p
         where p.post_id = any (v_posts)
           and p.state = 'published'
         order by p.post_id);
    perform lib.emit_all(v_events);
    return cardinality(v_posts);
end $$;
