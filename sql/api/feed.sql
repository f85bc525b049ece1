-- feed.sql -- posts of a club: what members write, and offer news of the staff.
--
-- A post goes out on the stream of its club.  One that is meant for a tier carries the audience key rank:<r>, r being
-- post.audience_ref.  Texts are read when they are shown, behind the gate; events name the post only.

-- A post as feed.get answers it.  Viewer 0 is nobody in particular.
create function lib.post_view(p_post bigint, p_viewer bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_post record;
    v_card lib.card;
begin
    select post_id, club_id, author_kind, author_id, kind, audience, audience_ref, category_id, title, body, media,
           rating, subject_ref, state, version, published_at, edited_at, like_count, comment_count
      into v_post
      from post
     where post_id = p_post
       and state = 'published';
    if not found then
        return row(null, false, false, '{}'::bigint[])::lib.shown;
    end if;
    if v_post.author_kind = 's' then
        v_card := row('{"staff":true}'::jsonb, false, true, '{}'::bigint[])::lib.card;
    else
        v_card := lib.author_card(v_post.author_id, p_viewer, v_post.club_id);
        if not v_card.shown then
            return row(null, false, true, '{}'::bigint[])::lib.shown;
        end if;
    end if;
    return row(jsonb_build_object(
                   'post', v_post.post_id::text, 'club', v_post.club_id::text, 'kind', v_post.kind,
                   'author', v_card.card, 'title', v_post.title, 'body', v_post.body, 'media', v_post.media,
                   'rating', v_post.rating, 'subject', v_post.subject_ref, 'category', v_post.category_id::text,
                   'audience', case when v_post.audience = 'tier'
                                    then jsonb_build_object('min_rank', v_post.audience_ref) end,
                   'state', v_post.state, 'version', v_post.version, 'published_at', lib.iso(v_post.published_at),
                   'edited_at', lib.iso(v_post.edited_at), 'likes', v_post.like_count,
                   'comments', v_post.comment_count),
               true, v_card.redacted, v_card.subjects)::lib.shown;
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

-- A page of the feed, newest first.  It ends early, with a cursor, before it grows past 120,000 bytes.
create function lib.feed_rows(p_member bigint, p_club bigint, p_limit int, p_cursor text, p_offers boolean)
returns lib.shown language plpgsql stable as $$
declare
    v_rank       int := lib.tier_rank(p_member, p_club);
    v_categories bigint[];
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
    select coalesce(array_agg(s.scope_id), '{}')
      into v_categories
      from consent_state s
     where s.member_id = p_member
       and s.purpose_id = 30
       and s.channel_id = 1
       and lib.consent_ok(p_member, 30::smallint, s.scope_id, 1::smallint);

    with page as (
        select p.post_id, p.published_at
          from post p
         where p.club_id = p_club
           and p.state = 'published'
           and (p.published_at, p.post_id) < (v_at, v_post)
           and (p.kind <> 'offer_news' or p_offers or p.category_id = any (v_categories))
           and lib.post_readable(p, p_member, v_rank)
         order by p.published_at desc, p.post_id desc
         limit p_limit + 1
    ), viewed as (
        select g.post_id, g.published_at, (v.v).view, (v.v).redacted, (v.v).subjects,
               row_number() over w as no, sum(octet_length((v.v).view::text) + 2) over w as bytes
          from page g
         cross join lateral (select lib.post_view(g.post_id, p_member) as v offset 0) v
        window w as (order by g.published_at desc, g.post_id desc)
    ), kept as (
        select k.post_id, k.published_at, k.view, k.redacted, k.subjects, k.no
          from viewed k
         where k.no <= p_limit
           and (k.bytes <= 120000 or k.no = 1)
    )
    select jsonb_build_object(
               'posts', coalesce(jsonb_agg(k.view order by k.no), '[]'),
               'cursor', case when count(*) < (select count(*) from viewed) then (
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

-- Why this post is refused, as {sqlstate, detail}, or null.  used: what the author has posted there today.
create function lib.feed_post_refusal(p_status text, p_silenced_until timestamptz, p_under_consent_age boolean,
                                      p_club_status text, p_state text, p_rank int, p_kind text, p_body text,
                                      p_rating bigint, p_min_rank int, p_used int, p_most int)
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
                when p_rating is not null and p_kind <> 'recommendation'
                then array['ZC602', '{"path":"rating","problem":"is for recommendations only"}']
                when p_min_rank > p_rank then array['ZC001', null]
                when p_used >= p_most then array['ZC024', jsonb_build_object('max', p_most)::text]
           end
$$;

-- Publishes posts, in sets.  Locks: keys, memberships of the authors, streams.
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
    v_idx     int[];        -- per post: its request, its number, its event
    v_posts   bigint[];
    v_events  lib.event_row[];
    v_rows    jsonb[];
    v_min     int;
begin
    -- Decided in order of arrival within a membership, which is locked.
    for v_ask in
        select i.idx, m.member_id, m.club_id, b.status, b.silenced_until, b.under_consent_age, c.status as club_status,
               m.status as state, t.rank, greatest(m.posts_on, d.today) as day,
               case when m.posts_on >= d.today then m.posts_count else 0 end as used,
               case when m.joined_at > now() - interval '7 days'
                    then coalesce((c.settings ->> 'posts_per_day_new')::int, 5)
                    else coalesce((c.settings ->> 'posts_per_day')::int, 30) end as most
          from unnest(v_idem) i
          join member b on b.member_id = lib.member_of(p_who[i.idx])
          join membership m on m.member_id = b.member_id and m.club_id = p_club[i.idx]
          join club c on c.club_id = m.club_id
          join tier t on t.tier_id = m.tier_id
         cross join lateral (select (now() at time zone c.tz)::date as today) d
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
            p_kind[v_ask.idx], p_body[v_ask.idx], p_rating[v_ask.idx], (p_audience[v_ask.idx] ->> 'min_rank')::int,
            v_used[v_n], v_ask.most);
        if v_refusal is null then
            v_used[v_n] := v_used[v_n] + 1;
        end if;
        v_answers[v_ask.idx] := row(v_ask.idx, v_refusal[1], v_refusal[2]::jsonb, null, null, null,
                                    null)::lib.batch_answer;
    end loop;

    for i in 1 .. cardinality(p_who) loop
        continue when not (v_idem[i]).fresh;
        if (v_answers[i]).idx is null then      -- no such membership
            select lib.feed_post_refusal(b.status, b.silenced_until, b.under_consent_age, c.status, null, null,
                                         p_kind[i], p_body[i], p_rating[i], null, 0, 0)
              into v_refusal
              from (select lib.member_of(p_who[i]) as member, p_club[i] as club) r
              left join member b on b.member_id = r.member
              left join club c on c.club_id = r.club;
            v_answers[i] := row(i, v_refusal[1], v_refusal[2]::jsonb, null, null, null, null)::lib.batch_answer;
        elsif (v_answers[i]).sqlstate is null then
            v_n := coalesce(cardinality(v_idx), 0) + 1;
            v_min := (p_audience[i] ->> 'min_rank')::int;
            v_idx[v_n] := i;
            v_posts[v_n] := lib.new_id();
            v_events[v_n] := lib.event(
                'club:' || p_club[i], 'post.published', 'svc.feed', jsonb_build_object('post', v_posts[v_n]::text),
                p_audience => 'rank:' || v_min, p_subjects => array[lib.member_of(p_who[i])],
                p_actor => lib.member_of(p_who[i]), p_object => 'post:' || v_posts[v_n]);
        end if;
    end loop;

    if v_idx is not null then
        insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, title, body,
                          rating, subject_ref, state, published_at)
        select n.post, p_club[n.idx], 'm', lib.member_of(p_who[n.idx]), p_kind[n.idx],
               case when p_audience[n.idx] ->> 'min_rank' is null then 'club' else 'tier' end,
               (p_audience[n.idx] ->> 'min_rank')::int, 'svc.feed', normalize(p_title[n.idx]),
               normalize(p_body[n.idx]), p_rating[n.idx]::int, normalize(p_subject[n.idx]), 'published', now()
          from unnest(v_idx, v_posts) as n (idx, post);
        update membership m
           set posts_on    = u.day,
               posts_count = u.used
          from unnest(v_members, v_clubs, v_days, v_used) as u (member, club, day, used)
         where m.member_id = u.member
           and m.club_id = u.club
           and u.used > 0;
        v_rows := lib.emit_rows(v_events);
        for n in 1 .. cardinality(v_idx) loop
            v_answers[v_idx[n]] := row(
                v_idx[n], null, null,
                jsonb_build_object('post', v_posts[n]::text, 'state', 'published', 'version', 1,
                                   'published_at', lib.iso(now())),
                jsonb_build_array(v_rows[n]), null, null)::lib.batch_answer;
        end loop;
    end if;
    return lib.idem_end_many(p_who, 'feed.post', p_idem, v_idem, v_answers);
end $$;

-- feed.post   Publishes a story, a recommendation or a question in a club.
--   who    member
--   raises ZC001 an audience above one's own tier; ZC002 no such club; ZC014 not a member of the club; ZC017 membership
--          paused or lapsed, club frozen; ZC024 too many posts today; ZC034 under the age of consent; ZC035 restricted
--          or silenced; ZC602 body, rating
--   emits  post.published on club:<id>
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

-- feed.get   One post, as the caller may see it.
--   who    member
--   raises ZC002 there is none, or none for the caller; ZC035 restricted
--   emits  –
create function api.feed_get(p_who text, p_post bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_shown  lib.shown;
begin
    perform
       from post p
      where p.post_id = p_post
        and p.state = 'published'
        and lib.in_club(v_member, p.club_id)
        and lib.post_readable(p, v_member, lib.tier_rank(v_member, p.club_id));
    if not found then
        perform lib.refuse('ZC002');
    end if;
    v_shown := lib.post_view(p_post, v_member);
    if not v_shown.shown then
        perform lib.refuse('ZC002');
    end if;
    return lib.done(v_shown.view, null, array_remove(v_shown.subjects, v_member));
end $$;

-- feed.delete   Deletes one's own post: its texts are gone at once, its number stays.
--   who    member, editor
--   raises ZC001 someone else's; ZC002 there is none; ZC003 already deleted; ZC035 restricted
--   emits  post.removed on club:<id>; sys
create function api.feed_delete(p_who text, p_idem text, p_hash bytea, p_post bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_author bigint := coalesce(lib.member_of(p_who), lib.staff_of(p_who));
    v_post   record;
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

    select club_id, author_kind, author_id, state, audience, audience_ref
      into v_post
      from post
     where post_id = p_post
       for update;
    if not found
       or v_post.author_kind = 'm' and lib.member_of(p_who) is not null and v_post.author_id <> v_author
          and not lib.in_club(v_author, v_post.club_id) then
        perform lib.refuse('ZC002');
    end if;
    if v_post.author_kind <> left(p_who, 1) or v_post.author_id <> v_author then
        perform lib.refuse('ZC001');
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
    return lib.idem_end(p_who, 'feed.delete', p_idem, lib.done(
        jsonb_build_object('post', p_post::text, 'state', 'deleted'),
        lib.emit_all(array[
            lib.event('club:' || v_post.club_id, 'post.removed', 'svc.feed', jsonb_build_object('post', p_post::text),
                      p_audience => case when v_post.audience = 'tier' then 'rank:' || v_post.audience_ref
                                         when v_post.audience = 'segment' then 'segment:' || v_post.audience_ref end,
                      p_object => 'post:' || p_post),
            lib.sys(p_object => 'post:' || p_post)])));
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
    v_state text;
    v_rank  int := (p_audience ->> 'min_rank')::int;
    v_post  bigint;
begin
    v_old := lib.idem_begin(p_who, 'feed.offer_news', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_staff := lib.require_staff(p_who, '{editor}', p_club);
    select status into v_state from club where club_id = p_club;
    if v_state <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_state));
    end if;
    if not exists (select from product_category where category_id = p_category and club_id = p_club and active) then
        perform lib.refuse('ZC002');
    end if;
    if btrim(p_body, E' \n\t') = '' then
        perform lib.invalid('body', 'is empty');
    end if;
    if v_rank is not null and not exists (select from tier where club_id = p_club and rank = v_rank) then
        perform lib.invalid('audience.min_rank', 'is no tier of this club');
    end if;
    if exists (select from jsonb_array_elements(p_media) m where m ->> 'path' !~ '^/[A-Za-z0-9][A-Za-z0-9/._-]*$'
                                                              or m ->> 'path' ~ '\.\.') then
        perform lib.invalid('media', 'names a picture that is not one of the club''s');
    end if;

    v_post := lib.new_id();
    insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, category_id,
                      title, body, media, state, published_at)
    values (v_post, p_club, 's', v_staff, 'offer_news', case when v_rank is null then 'club' else 'tier' end, v_rank,
            'mkt.offers', p_category, normalize(p_title), normalize(p_body), coalesce(p_media, '[]'), 'published',
            now());
    return lib.idem_end(p_who, 'feed.offer_news', p_idem, lib.done(
        jsonb_build_object('post', v_post::text, 'state', 'published', 'version', 1,
                           'published_at', lib.iso(now())),
        lib.send_fanout(lib.emit_all(array[
            lib.event('club:' || p_club, 'post.published', 'mkt.offers', jsonb_build_object('post', v_post::text),
                      p_scope => p_category, p_audience => 'rank:' || v_rank, p_object => 'post:' || v_post)]),
                        'offer.news')));
end $$;
