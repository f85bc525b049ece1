-- feed.sql -- posts of a club: what members write, and offer news of the staff.
--
-- A post goes out on the stream of its club.  One that is meant for a tier carries the audience key rank:<r>, r being
-- post.audience_ref.  Texts are read when they are shown, behind the gate; events name the post only.

-- A post as feed.get answers it, but for what is the viewer's own.  Viewer 0 is nobody in particular.
create function lib.post_view(p_post bigint, p_viewer bigint, p_states text[] default '{published}')
returns lib.shown language plpgsql stable as $$
declare
    v_post     post;
    v_card     lib.card := row('{"staff":true}'::jsonb, false, true, '{}'::bigint[])::lib.card;
    v_mentions lib.shown := row('[]'::jsonb, true, false, '{}'::bigint[])::lib.shown;
begin
    select p.* into v_post from post p where p.post_id = p_post and p.state = any (p_states);
    if not found then
        return row(null, false, false, '{}'::bigint[])::lib.shown;
    end if;
    if v_post.author_kind = 'm' then
        v_card := lib.author_card(v_post.author_id, p_viewer, v_post.club_id);
        if not v_card.shown then
            return row(null, false, true, '{}'::bigint[])::lib.shown;
        end if;
        if strpos(v_post.body, '@') > 0 then
            v_mentions := lib.mention_view(p_post, null, v_post.club_id, v_post.author_id, p_viewer);
        end if;
    end if;
    return row(jsonb_build_object(
                   'post', v_post.post_id::text, 'club', v_post.club_id::text, 'kind', v_post.kind,
                   'author', v_card.card, 'title', v_post.title, 'body', v_post.body,
                   'mentions', v_mentions.view, 'media', v_post.media,
                   'rating', v_post.rating, 'subject', v_post.subject_ref, 'category', v_post.category_id::text,
                   'audience', case when v_post.audience = 'tier'
                                    then jsonb_build_object('min_rank', v_post.audience_ref) end,
                   'state', v_post.state, 'version', v_post.version, 'published_at', lib.iso(v_post.published_at),
                   'edited_at', lib.iso(v_post.edited_at), 'likes', v_post.like_count,
                   'thanks', v_post.thanks_count, 'wow', v_post.wow_count, 'going', v_post.going_count,
                   'comments', v_post.comment_count),
               true, v_card.redacted or v_mentions.redacted, v_card.subjects || v_mentions.subjects)::lib.shown;
end $$;

-- May this member read this post: audience, blocks both ways, children (domain.md 12.7 steps 2, 3 and 5)?
create function lib.post_readable(p_post post, p_member bigint, p_rank int)
returns boolean language plpgsql stable as $$
begin
    return (p_post).author_kind = 'm' and (p_post).author_id = p_member
        or ((p_post).audience = 'club'
            or (p_post).audience = 'tier' and (p_post).audience_ref <= p_rank
            or (p_post).audience = 'segment' and exists (
                select
                  from segment_member
                 where segment_id = (p_post).audience_ref
                   and member_id = p_member))
           and ((p_post).author_kind = 's'
                or not exists (
                       select
                         from member
                        where member_id = (p_post).author_id
                          and under_consent_age)
                   and not exists (
                       select
                         from block_rel
                        where blocker = p_member and blocked = (p_post).author_id
                           or blocker = (p_post).author_id and blocked = p_member));
end $$;

-- Whom a member does not see and who does not see that member.
create function lib.blocks_of(p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(select blocked from block_rel where blocker = p_member
                  union
                 select blocker from block_rel where blocked = p_member);
end $$;

-- A published post that this member may read, else NOT_FOUND.
create function lib.post_for(p_post bigint, p_member bigint) returns post language plpgsql stable as $$
declare
    v_post post;
begin
    select p.* into v_post from post p where p.post_id = p_post and p.state = 'published';
    if not found or not lib.in_club(p_member, v_post.club_id)
       or not lib.post_readable(v_post, p_member, lib.tier_rank(p_member, v_post.club_id)) then
        perform lib.refuse('ZC002');
    end if;
    return v_post;
end $$;

-- May this member write in this club now, as far as its own state goes?
create function lib.may_write(p_member bigint, p_club bigint) returns boolean language plpgsql stable as $$
begin
    return (select m.status = 'active' and coalesce(b.silenced_until <= now(), true) and not b.under_consent_age
                   and c.status not in ('frozen', 'closed')
              from membership m
              join member b on b.member_id = m.member_id
              join club c on c.club_id = m.club_id
             where m.member_id = p_member
               and m.club_id = p_club);
end $$;

-- The categories of which a member allows offers here.
create function lib.offers_allowed(p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select s.scope_id
          from consent_state s
         where s.member_id = p_member
           and s.purpose_id = 30
           and s.channel_id = 1
           and lib.consent_ok(p_member, 30::smallint, s.scope_id, 1::smallint));
end $$;

-- What feed.get and feed.list add for the caller alone: own reactions, what may be done, and the consent a post rests on.
create function lib.post_own(p_reacted text[], p_state text, p_is_own boolean, p_offer bigint, p_may_write boolean,
                             p_categories bigint[])
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'reacted', to_jsonb(p_reacted),
        'can', case when p_is_own
                    then case when not p_may_write then '["delete"]'
                              when p_state = 'published' then '["comment","delete","edit","react"]'
                              when p_state = 'pending' then '["delete","edit"]'
                              else '["delete"]' end
                    when p_may_write then '["comment","hide","react","report"]'
                    else '["hide","report"]' end::jsonb,
        'basis', case when p_offer = any (p_categories)
                      then jsonb_build_object('purpose', 'mkt.offers', 'scope', p_offer::text, 'channel', 'inapp') end)
$$;

-- A page of the feed, newest first.  It ends early, with a cursor, before it grows past 120,000 bytes; 200 of a post's are
-- what is the caller's own.  Who may read a post is lib.post_readable, here in the form for many posts.
create function lib.feed_rows(p_member bigint, p_club bigint, p_limit int, p_cursor text, p_offers boolean)
returns lib.shown language plpgsql stable as $$
declare
    v_rank       int := lib.tier_rank(p_member, p_club);
    v_may        boolean := lib.may_write(p_member, p_club);
    v_categories bigint[] := lib.offers_allowed(p_member);
    v_blocks     bigint[] := lib.blocks_of(p_member);
    v_segments   bigint[] := array(select segment_id from segment_member where member_id = p_member);
    v_at         timestamptz := 'infinity';
    v_post       bigint := 0;
    v_shown      lib.shown;
begin
    if p_cursor is not null then
        if p_cursor !~ '^[0-9]{1,16}-[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_at := timestamptz 'epoch' + split_part(p_cursor, '-', 1)::bigint * interval '1 microsecond';
        v_post := split_part(p_cursor, '-', 2)::bigint;
    end if;

    with page as (
        select p.post_id, p.published_at, p.author_kind = 'm' and p.author_id = p_member as is_own,
               case when p.gate_cat = 'mkt.offers' then p.category_id end as offer
          from post p
         where p.club_id = p_club
           and p.state = 'published'
           and (p.published_at, p.post_id) < (v_at, v_post)
           and (p.kind <> 'offer_news' or p_offers or p.category_id = any (v_categories))
           and (select h.post_id from post_hide h where h.member_id = p_member and h.post_id = p.post_id) is null
           and (p.author_kind = 'm' and p.author_id = p_member
                or (p.audience = 'club'
                    or p.audience = 'tier' and p.audience_ref <= v_rank
                    or p.audience = 'segment' and p.audience_ref = any (v_segments))
                   and (p.author_kind = 's'
                        or p.author_id <> all (v_blocks)
                           and (select not m.under_consent_age from member m where m.member_id = p.author_id)))
         order by p.published_at desc, p.post_id desc
         limit p_limit + 1
    ), numbered as (
        select g.*, row_number() over (order by g.published_at desc, g.post_id desc) as no
          from page g
    ), viewed as (
        select g.post_id, g.published_at, g.is_own, g.offer, g.no, (v.v).view, (v.v).redacted, (v.v).subjects,
               sum(octet_length((v.v).view::text) + 200) over (order by g.no) as bytes
          from numbered g
         cross join lateral (select lib.post_view(g.post_id, p_member) as v offset 0) v
         where g.no <= p_limit
    ), kept as (
        select k.post_id, k.published_at, k.is_own, k.offer, k.no, k.view, k.redacted, k.subjects
          from viewed k
         where k.bytes <= 120000
            or k.no = 1
    )
    select jsonb_build_object(
               'posts', coalesce(jsonb_agg(
                   k.view || lib.post_own(
                       array(select r.kind from reaction r
                              where r.post_id = k.post_id and r.member_id = p_member order by r.kind),
                       'published', k.is_own, k.offer, v_may, v_categories) order by k.no), '[]'),
               'cursor', case when count(*) < (select count(*) from page) then (
                             select (extract(epoch from l.published_at) * 1000000)::bigint || '-' || l.post_id
                               from kept l
                              order by l.no desc
                              limit 1) end),
           true, coalesce(bool_or(k.redacted), false),
           array(select distinct s from kept x cross join unnest(x.subjects) s order by s)
      into v_shown
      from kept k;
    return v_shown;
end $$;

-- The first page, for the snapshot of club:<id>.
create function lib.feed_page(p_member bigint, p_club bigint)
returns lib.shown language sql stable as $$
    select lib.feed_rows(p_member, p_club, 20, null, false);
$$;

-- Why this post or comment is refused, as {sqlstate, detail}, or null.  used: what the author has written there today.
-- Normalizing can make a text longer, three times at most.
create function lib.feed_post_refusal(p_status text, p_silenced_until timestamptz, p_under_consent_age boolean,
                                      p_club_status text, p_state text, p_rank int, p_kind text, p_title text,
                                      p_body text, p_body_most int, p_rating bigint, p_min_rank int, p_used int,
                                      p_most int)
returns text[] language sql stable as $$
    select case when p_status is null or p_status = 'erased' then array['ZC000', null]
                when p_status <> 'active' then array['ZC035', jsonb_build_object('status', p_status)::text]
                when p_silenced_until > now()
                then array['ZC035', jsonb_build_object('status', 'silenced', 'until', lib.iso(p_silenced_until))::text]
                when p_club_status is null or p_club_status = 'closed' then array['ZC002', null]
                when p_club_status = 'frozen' then array['ZC017', '{"state":"frozen"}']
                when p_state is null or p_state not in ('active', 'paused', 'lapsed') then array['ZC014', null]
                when p_state <> 'active' then array['ZC017', jsonb_build_object('state', p_state)::text]
                when p_under_consent_age then array['ZC034', null]
                when btrim(p_body, E' \n\t') = '' then array['ZC602', '{"path":"body","problem":"is empty"}']
                when length(p_body) > p_body_most / 3 and length(normalize(p_body)) > p_body_most
                then array['ZC602', '{"path":"body","problem":"is too long"}']
                when length(normalize(p_title)) > 120
                then array['ZC602', '{"path":"title","problem":"is too long"}']
                when p_rating is not null and p_kind <> 'recommendation'
                then array['ZC602', '{"path":"rating","problem":"is for recommendations only"}']
                when p_min_rank > p_rank then array['ZC001', null]
                when p_used >= p_most then array['ZC024', jsonb_build_object('max', p_most)::text]
           end
$$;

create function lib.is_new_author(p_joined_at timestamptz, p_settings jsonb) returns boolean language sql stable as $$
    select p_joined_at > now() - coalesce((p_settings ->> 'new_author_days')::int, 7) * interval '1 day'
$$;

-- Emits the events of a batch without entries for sys: event i is of request p_of[i].  Returns them by request.
create function lib.emit_apart(p_events lib.event_row[], p_of int[], p_requests int) returns jsonb[]
language plpgsql volatile as $$
declare
    v_rows jsonb[];
    v_out  jsonb[] := array_fill(null::jsonb, array[p_requests]);
begin
    if p_events is null then
        return v_out;
    end if;
    v_rows := lib.emit_rows(p_events);
    for i in 1 .. cardinality(p_of) loop
        v_out[p_of[i]] := coalesce(v_out[p_of[i]], '[]') || v_rows[i];
    end loop;
    return v_out;
end $$;

-- Publishes posts, in sets.  Locks: keys, memberships of the authors, mentions, topics, notifications, streams.
create function lib.feed_post(p_who text[], p_idem text[], p_hash bytea[], p_club bigint[], p_kind text[],
                              p_title text[], p_body text[], p_rating bigint[], p_subject text[], p_audience jsonb[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_idem    lib.idem_row[] := lib.idem_begin_many(p_who, 'feed.post', p_idem, p_hash);
    v_answers lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_ask     record;
    v_refusal text[];
    v_members bigint[];     -- per author and club: the key, the day, what was posted on it
    v_clubs   bigint[];
    v_days    date[];
    v_used    int[];
    v_n       int := 0;
    v_waits   boolean[] := array_fill(false, array[cardinality(p_who)]);  -- per request: a moderator looks first
    v_idx     int[];        -- per post: its request, its number
    v_posts   bigint[];
    v_named   bigint[];     -- per mention: the post, whom and where
    v_names   lib.mention[];
    v_found   lib.mention[];
    v_events  lib.event_row[];
    v_of      int[];        -- per event: its request
    v_out     jsonb[];      -- per request: its events
    v_min     int;
begin
    -- Decided in order of arrival within a membership, which is locked.
    for v_ask in
        select i.idx, m.member_id, m.club_id, b.status, b.silenced_until, b.under_consent_age, c.status as club_status,
               m.status as state, t.rank, greatest(m.posts_on, d.today) as day,
               case when m.posts_on >= d.today then m.posts_count else 0 end as used,
               case when n.is_new then coalesce((c.settings ->> 'posts_per_day_new')::int, 5)
                    else coalesce((c.settings ->> 'posts_per_day')::int, 30) end as most,
               n.is_new and coalesce((c.settings ->> 'moderate_new_authors')::boolean, false) as waits
          from unnest(v_idem) i
          join member b on b.member_id = lib.member_of(p_who[i.idx])
          join membership m on m.member_id = b.member_id and m.club_id = p_club[i.idx]
          join club c on c.club_id = m.club_id
          join tier t on t.tier_id = m.tier_id
         cross join lateral (select (now() at time zone c.tz)::date as today) d
         cross join lateral (select lib.is_new_author(m.joined_at, c.settings) as is_new) n
         where i.fresh
         order by m.club_id, m.member_id, i.idx
           for no key update of m
    loop
        if v_n = 0 or v_ask.member_id <> v_members[v_n] or v_ask.club_id <> v_clubs[v_n] then
            v_n := v_n + 1;
            v_members[v_n] := v_ask.member_id;
            v_clubs[v_n] := v_ask.club_id;
            v_days[v_n] := v_ask.day;
            v_used[v_n] := v_ask.used;
        end if;
        v_refusal := lib.feed_post_refusal(
            v_ask.status, v_ask.silenced_until, v_ask.under_consent_age, v_ask.club_status, v_ask.state, v_ask.rank,
            p_kind[v_ask.idx], p_title[v_ask.idx], p_body[v_ask.idx], 10000, p_rating[v_ask.idx],
            (p_audience[v_ask.idx] ->> 'min_rank')::int, v_used[v_n], v_ask.most);
        if v_refusal is null then
            v_used[v_n] := v_used[v_n] + 1;
            v_waits[v_ask.idx] := v_ask.waits;
        end if;
        v_answers[v_ask.idx] := row(v_ask.idx, v_refusal[1], v_refusal[2]::jsonb, null, null, null,
                                    null)::lib.batch_answer;
    end loop;

    for i in 1 .. cardinality(p_who) loop
        continue when not (v_idem[i]).fresh;
        if (v_answers[i]).idx is null then      -- no such membership
            select lib.feed_post_refusal(b.status, b.silenced_until, b.under_consent_age, c.status, null, null,
                                         p_kind[i], p_title[i], p_body[i], 10000, p_rating[i], null, 0, 0)
              into v_refusal
              from (select lib.member_of(p_who[i]) as member, p_club[i] as club) r
              left join member b on b.member_id = r.member
              left join club c on c.club_id = r.club;
            v_answers[i] := row(i, v_refusal[1], v_refusal[2]::jsonb, null, null, null, null)::lib.batch_answer;
        elsif (v_answers[i]).sqlstate is null then
            v_n := coalesce(cardinality(v_idx), 0) + 1;
            v_idx[v_n] := i;
            v_posts[v_n] := lib.new_id();
            v_found := case when strpos(p_body[i], '@') > 0
                            then lib.mention_find(p_club[i], lib.member_of(p_who[i]), normalize(p_body[i])) end;
            if cardinality(v_found) > 0 then
                v_names := v_names || v_found;
                v_named := v_named || array_fill(v_posts[v_n], array[cardinality(v_found)]);
            end if;
            if not v_waits[i] then
                v_min := (p_audience[i] ->> 'min_rank')::int;
                v_events := v_events || lib.event(
                    'club:' || p_club[i], 'post.published', 'svc.feed', jsonb_build_object('post', v_posts[v_n]::text),
                    p_audience => 'rank:' || v_min,
                    p_subjects => lib.member_of(p_who[i]) || lib.mention_members(v_found),
                    p_actor => lib.member_of(p_who[i]), p_object => 'post:' || v_posts[v_n]);
                v_of := v_of || i;
            else
                v_events := v_events || lib.moderation_event('pending', 'post', v_posts[v_n], p_club[i], 0);
                v_of := v_of || i;
            end if;
        end if;
    end loop;

    if v_idx is not null then
        insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, title, body,
                          rating, subject_ref, state, published_at)
        select n.post, p_club[n.idx], 'm', lib.member_of(p_who[n.idx]), p_kind[n.idx],
               case when p_audience[n.idx] ->> 'min_rank' is null then 'club' else 'tier' end,
               (p_audience[n.idx] ->> 'min_rank')::int, 'svc.feed', normalize(p_title[n.idx]),
               normalize(p_body[n.idx]), p_rating[n.idx]::int, normalize(p_subject[n.idx]),
               case when v_waits[n.idx] then 'pending' else 'published' end,
               case when not v_waits[n.idx] then now() end
          from unnest(v_idx, v_posts) as n (idx, post);
        update membership m
           set posts_on    = u.day,
               posts_count = u.used
          from unnest(v_members, v_clubs, v_days, v_used) as u (member, club, day, used)
         where m.member_id = u.member
           and m.club_id = u.club
           and u.used > 0;
        if v_names is not null then
            insert into post_mention (post_id, member_id, state, places, length)
            select n.post, n.member, 'active', n.places, n.length
              from unnest(v_named, v_names) as n (post, member, places, length);
        end if;
        for n in 1 .. cardinality(v_idx) loop
            if not v_waits[v_idx[n]] and strpos(p_body[v_idx[n]], '#') > 0 then
                perform lib.topics_queue(v_posts[n]);
            end if;
        end loop;
        if v_names is not null then
            for v_ask in
                select p.idx, lib.feed_notices(p.post, null, lib.member_of(p_who[p.idx]), '{}',
                                               array[n.member]) as events
                  from unnest(v_named, v_names) as n (post, member, places, length)
                  join unnest(v_posts, v_idx) as p (post, idx) on p.post = n.post
                 where not v_waits[p.idx]
                 order by n.member, p.idx
            loop
                v_events := v_events || v_ask.events;
                v_of := v_of || array_fill(v_ask.idx, array[cardinality(v_ask.events)]);
            end loop;
        end if;
        v_out := lib.emit_apart(v_events, v_of, cardinality(p_who));
        for n in 1 .. cardinality(v_idx) loop
            v_answers[v_idx[n]] := row(
                v_idx[n], null, null,
                jsonb_build_object('post', v_posts[n]::text,
                                   'state', case when v_waits[v_idx[n]] then 'pending' else 'published' end,
                                   'version', 1,
                                   'published_at', case when not v_waits[v_idx[n]] then lib.iso(now()) end),
                v_out[v_idx[n]], null, null)::lib.batch_answer;
        end loop;
    end if;
    return lib.idem_end_many(p_who, 'feed.post', p_idem, v_idem, v_answers);
end $$;

-- feed.post   Publishes a story, a recommendation or a question in a club.
--   who    member
--   raises ZC001 an audience above one's own tier; ZC002 no such club; ZC014 not a member of the club; ZC017 membership
--          paused or lapsed, club frozen; ZC024 too many posts today; ZC034 under the age of consent; ZC035 restricted
--          or silenced; ZC602 body, rating
--   emits  post.published on club:<id>; notify.added on me.  A new author's post waits where the club says so:
--          report.new on moderation:<club>
create function api.feed_post(p_who text, p_idem text, p_hash bytea, p_club bigint, p_kind text, p_title text,
                              p_body text, p_rating bigint, p_subject text, p_audience jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.feed_post(
        array[p_who], array[p_idem], array[p_hash], array[p_club], array[p_kind], array[p_title], array[p_body],
        array[p_rating], array[p_subject], array[p_audience]));
end $$;

create function api.feed_post_many(p_who text[], p_idem text[], p_hash bytea[], p_club bigint[], p_kind text[],
                                   p_title text[], p_body text[], p_rating bigint[], p_subject text[],
                                   p_audience jsonb[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.feed_post(p_who, p_idem, p_hash, p_club, p_kind, p_title, p_body, p_rating, p_subject,
                                p_audience));
end $$;

-- feed.list   The posts of a club, newest first, as the caller may see them.
--   who    member
--   raises ZC002 no such club, or not in it; ZC035 restricted; ZC602 cursor
--   emits  –
create function api.feed_list(p_who text, p_club bigint, p_limit bigint, p_cursor text, p_include_offers boolean)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_shown  lib.shown;
begin
    if not lib.in_club(v_member, p_club) then
        perform lib.refuse('ZC002');
    end if;
    v_shown := lib.feed_rows(v_member, p_club, coalesce(p_limit, 20)::int, p_cursor, coalesce(p_include_offers, false));
    return lib.done(v_shown.view, null, array_remove(v_shown.subjects, v_member));
end $$;

-- feed.get   One post, as the caller may see it; one's own also while it waits or is hidden.
--   who    member
--   raises ZC002 there is none, or none for the caller; ZC035 restricted
--   emits  –
create function api.feed_get(p_who text, p_post bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_post   post;
    v_shown  lib.shown;
begin
    select p.* into v_post
      from post p
     where p.post_id = p_post
       and p.author_kind = 'm'
       and p.author_id = v_member
       and p.state in ('pending', 'hidden');
    if found then
        v_shown := lib.post_view(p_post, v_member, array[v_post.state]);
    else
        v_post := lib.post_for(p_post, v_member);
        v_shown := lib.post_view(p_post, v_member);
    end if;
    if not v_shown.shown then
        perform lib.refuse('ZC002');
    end if;
    return lib.done(v_shown.view || lib.post_own(
                        lib.post_reacted(p_post, v_member), v_post.state,
                        lib.post_author(v_post) is not distinct from v_member,
                        case when v_post.gate_cat = 'mkt.offers' then v_post.category_id end,
                        coalesce(lib.may_write(v_member, v_post.club_id), false), lib.offers_allowed(v_member)),
                    null, array_remove(v_shown.subjects, v_member));
end $$;

-- feed.delete   Deletes one's own post: its texts are gone at once, its number stays.
--   who    member, editor
--   raises ZC001 someone else's, or of a club one no longer works for; ZC002 there is none; ZC003 already deleted; ZC035
--          restricted
--   emits  post.removed on club:<id>; sys
create function api.feed_delete(p_who text, p_idem text, p_hash bytea, p_post bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_author bigint := coalesce(lib.member_of(p_who), lib.staff_of(p_who));
    v_post   post;
begin
    v_old := lib.idem_begin(p_who, 'feed.delete', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    if lib.staff_of(p_who) is not null then
        perform lib.require_staff(p_who, '{editor}');
    else
        perform lib.require_member(p_who);
    end if;

    select p.* into v_post from post p where p.post_id = p_post for update;
    if not found
       or v_post.author_kind = 'm' and lib.member_of(p_who) is not null and v_post.author_id <> v_author
          and not lib.in_club(v_author, v_post.club_id) then
        perform lib.refuse('ZC002');
    end if;
    if v_post.author_kind <> left(p_who, 1) or v_post.author_id <> v_author then
        perform lib.refuse('ZC001');
    end if;
    if lib.staff_of(p_who) is not null then
        perform lib.require_staff(p_who, '{editor}', v_post.club_id);
    end if;
    if v_post.state = 'deleted' then
        perform lib.refuse('ZC003');
    end if;

    update post
       set state = 'deleted', title = null, body = '', media = '[]', rating = null, subject_ref = null,
           version = version + 1, edited_at = now()
     where post_id = p_post;
    delete from post_version
     where post_id = p_post;
    delete from post_mention
     where post_id = p_post
       and comment_id is null;
    return lib.idem_end(p_who, 'feed.delete', p_idem, lib.done(
        jsonb_build_object('post', p_post::text, 'state', 'deleted'),
        case when v_post.state = 'published' then lib.emit_all(array[
            lib.post_event(v_post, 'post.removed', lib.gone_gate(v_post)), lib.sys(p_object => 'post:' || p_post)]) end));
end $$;

-- feed.offer_news   Publishes an offer in a category: marketing, whatever the words say.
--   who    editor
--   raises ZC001 not an editor of this club; ZC002 no such category in this club; ZC017 club frozen or closed;
--          ZC602 body, audience, media
--   emits  post.published on club:<id>, gate mkt.offers of the category
create function api.feed_offer_news(p_who text, p_idem text, p_hash bytea, p_club bigint, p_category bigint,
                                    p_title text, p_body text, p_media jsonb, p_audience jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_staff bigint;
    v_post  post;
begin
    v_old := lib.idem_begin(p_who, 'feed.offer_news', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_staff := lib.require_staff(p_who, '{editor}', p_club);
    if not exists (select from product_category where category_id = p_category and club_id = p_club and active) then
        perform lib.refuse('ZC002');
    end if;
    v_post := lib.staff_post(p_club, v_staff, 'offer_news', 'mkt.offers', p_category, p_title, p_body, p_media, p_audience);
    return lib.idem_end(p_who, 'feed.offer_news', p_idem, lib.done(
        jsonb_build_object('post', v_post.post_id::text, 'state', 'published', 'version', 1,
                           'published_at', lib.iso(now())),
        lib.send_fanout(lib.emit_all(array[lib.post_event(v_post, 'post.published', 'mkt.offers')]), 'offer.news')));
end $$;
