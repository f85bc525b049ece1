-- feed_edit.sql -- changing one's own post; announcements of the staff.

-- feed.edit   Replaces title, text, rating and subject of the caller's own post; what is left out is taken away.
--   who    member
--   raises ZC002 there is no such post of the caller's; ZC003 deleted; ZC004 another version, which comes with it; ZC014 no
--          longer a member of the club; ZC017 hidden by moderation, membership paused or lapsed, club frozen; ZC024 50 edits;
--          ZC034 under the age of consent; ZC035 restricted or silenced; ZC602 body, title, rating
--   emits  post.edited on club:<id>; notify.added on me; sys.  Where posts of new authors wait: post.removed instead
create function api.feed_edit(p_who text, p_idem text, p_hash bytea, p_post bigint, p_base bigint, p_title text, p_body text,
                              p_rating bigint, p_subject text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old      lib.answer;
    v_member   bigint;
    v_post     post;
    v_ask      record;
    v_refusal  text[];
    v_mentions lib.mention[];
    v_named    bigint[];
    v_before   bigint[];
    v_events   lib.event_row[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'feed.edit', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select p.* into v_post from post p where p.post_id = p_post and p.author_kind = 'm' and p.author_id = v_member;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    select b.status, b.silenced_until, b.under_consent_age, c.status as club_status, m.status as state,
           lib.is_new_author(m.joined_at, c.settings)
           and coalesce((c.settings ->> 'moderate_new_authors')::boolean, false) as waits
      into v_ask
      from member b
      join club c on c.club_id = v_post.club_id
      left join membership m on m.member_id = b.member_id and m.club_id = c.club_id
     where b.member_id = v_member;
    v_refusal := lib.feed_post_refusal(
        v_ask.status, v_ask.silenced_until, v_ask.under_consent_age, v_ask.club_status, v_ask.state, 0, v_post.kind,
        p_title, p_body, 10000, p_rating, null, 0, 1);
    if v_refusal is not null then
        perform lib.refuse(v_refusal[1], v_refusal[2]::jsonb);
    end if;
    v_mentions := lib.mention_find(v_post.club_id, v_member, normalize(p_body));
    v_named := lib.mention_members(v_mentions);

    select p.* into v_post from post p where p.post_id = p_post for no key update;
    if v_post.state = 'deleted' then
        perform lib.refuse('ZC003');
    end if;
    if v_post.state not in ('published', 'pending') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_post.state));
    end if;
    if v_post.version <> p_base then
        return lib.refused('CONFLICT', jsonb_build_object('current', jsonb_build_object(
            'post', p_post::text, 'version', v_post.version, 'title', v_post.title, 'body', v_post.body,
            'rating', v_post.rating, 'subject', v_post.subject_ref, 'edited_at', lib.iso(v_post.edited_at))),
            null, p_who, 'feed.edit', p_idem, '{}');
    end if;
    if (select count(*) from post_version where post_id = p_post) >= 50 then
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    insert into post_version (post_id, version, title, body)
    values (p_post, v_post.version, v_post.title, v_post.body);
    update post
       set title = normalize(p_title), body = normalize(p_body), rating = p_rating, subject_ref = normalize(p_subject),
           version = version + 1, edited_at = now()
     where post_id = p_post
    returning post.* into v_post;
    v_before := array(select m.member_id from post_mention m where m.post_id = p_post and m.comment_id is null);
    perform lib.mention_save(p_post, null, v_mentions);

    if v_post.state = 'published' and v_ask.waits then
        v_events := lib.post_hide(p_post, 'pending')
                    || lib.moderation_event('pending', 'post', p_post, v_post.club_id, 0);
        v_post.state := 'pending';
    elsif v_post.state = 'published' then
        v_events := lib.post_event(v_post, 'post.edited', v_post.gate_cat, p_subjects => v_member || v_named,
                                   p_actor => v_member)
                    || lib.feed_notices(p_post, null, v_member, '{}',
                                        array(select n from unnest(v_named) as n where n <> all (v_before)))
                    || lib.sys(p_object => 'post:' || p_post);
    end if;
    return lib.idem_end(p_who, 'feed.edit', p_idem, lib.done(
        jsonb_build_object('post', p_post::text, 'state', v_post.state, 'version', v_post.version,
                           'edited_at', lib.iso(v_post.edited_at)),
        lib.emit_all(v_events)));
end $$;

-- Does a text of the staff point to an offer?  Such a text is marketing and goes out as feed.offer_news (domain.md 5.7).
create function lib.refers_to_offer(p_text text) returns boolean language sql immutable as $$
    select p_text ~* '(^|[^[:alnum:]])(offer|category)[:=/][ ]?[0-9]|/offers?/'
$$;

-- feed.announce   Publishes an announcement of the club about its service; offers go out as offer news.
--   who    editor
--   raises ZC001 not an editor of this club; ZC017 club frozen or closed; ZC602 body, audience, media
--   emits  post.published on club:<id>, gate svc.account
create function api.feed_announce(p_who text, p_idem text, p_hash bytea, p_club bigint, p_title text, p_body text,
                                  p_media jsonb, p_audience jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_staff bigint;
    v_post  post;
begin
    v_old := lib.idem_begin(p_who, 'feed.announce', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_staff := lib.require_staff(p_who, '{editor}', p_club);
    if lib.refers_to_offer(p_title) then
        perform lib.invalid('title', 'refers to an offer');
    elsif lib.refers_to_offer(p_body) then
        perform lib.invalid('body', 'refers to an offer');
    end if;
    v_post := lib.staff_post(p_club, v_staff, 'announcement', 'svc.account', null, p_title, p_body, p_media, p_audience);
    return lib.idem_end(p_who, 'feed.announce', p_idem, lib.done(
        jsonb_build_object('post', v_post.post_id::text, 'state', 'published', 'version', 1,
                           'published_at', lib.iso(now())),
        lib.emit_all(array[lib.post_event(v_post, 'post.published', v_post.gate_cat)])));
end $$;

-- Checks and stores a post of the staff.
create function lib.staff_post(p_club bigint, p_staff bigint, p_kind text, p_gate text, p_category bigint, p_title text,
                               p_body text, p_media jsonb, p_audience jsonb)
returns post language plpgsql volatile as $$
declare
    v_state text;
    v_rank  int := (p_audience ->> 'min_rank')::int;
    v_post  post;
begin
    select status into v_state from club where club_id = p_club;
    if v_state <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_state));
    end if;
    if btrim(p_body, E' \n\t') = '' then
        perform lib.invalid('body', 'is empty');
    elsif length(normalize(p_body)) > 10000 then
        perform lib.invalid('body', 'is too long');
    elsif length(normalize(p_title)) > 120 then
        perform lib.invalid('title', 'is too long');
    end if;
    if v_rank is not null and not exists (select from tier where club_id = p_club and rank = v_rank) then
        perform lib.invalid('audience.min_rank', 'is no tier of this club');
    end if;
    if exists (select from jsonb_array_elements(p_media) m where m ->> 'path' !~ '^/[A-Za-z0-9][A-Za-z0-9/._-]*$'
                                                              or m ->> 'path' ~ '\.\.') then
        perform lib.invalid('media', 'names a picture that is not one of the club''s');
    end if;
    insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, category_id,
                      title, body, media, state, published_at)
    values (lib.new_id(), p_club, 's', p_staff, p_kind, case when v_rank is null then 'club' else 'tier' end, v_rank,
            p_gate, p_category, normalize(p_title), normalize(p_body), coalesce(p_media, '[]'), 'published', now())
    returning post.* into v_post;
    return v_post;
end $$;
