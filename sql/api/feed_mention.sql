-- feed_mention.sql -- @handle in the texts of posts and comments.
--
-- A handle in a text becomes a row of post_mention if, when it is written, the member it names may be mentioned: active
-- and in the club, com.tag given for it, no block between the two.  The same is asked again whenever it is shown, so a
-- withdrawal takes the link away at once and leaves plain text.  Where it stands is kept in code points of the text as
-- stored; the handle shown is the one its owner has now.

create type lib.mention as (member bigint, places int[], length int);

-- May p_author's words name this member as a link, for this viewer (0: nobody in particular)?
create function lib.mention_allowed(p_member bigint, p_club bigint, p_author bigint, p_viewer bigint)
returns boolean language plpgsql stable as $$
begin
    return lib.consent_ok(p_member, 52::smallint, p_club, 0::smallint)
       and lib.in_club(p_member, p_club)
       and exists (select from member where member_id = p_member and status = 'active')
       and not exists (
               select
                 from block_rel
                where blocker = p_member and blocked in (p_author, p_viewer)
                   or blocked = p_member and blocker in (p_author, p_viewer));
end $$;

-- Whom a text mentions: at most 10 members, from the first 50 words that begin with @.  What stands before the @ must not
-- be part of a word; dots at the end of a sentence are not part of a handle, unless a handle ends so.
create function lib.mention_find(p_club bigint, p_author bigint, p_text text) returns lib.mention[]
language plpgsql stable as $$
begin
    if strpos(p_text, '@') = 0 then
        return '{}';
    end if;
    return array(
        with part as (
            select s.part, s.ord, lag(s.part) over w as before,
                   (sum(length(s.part) + 1) over w - length(s.part) - 2)::int as place
              from string_to_table(p_text, '@') with ordinality as s (part, ord)
            window w as (order by s.ord)
        ), word as (
            select p.place, substring(lower(left(p.part, 25)) from '^[a-z0-9_.]{3,24}(?![a-z0-9_.])') as handle
              from part p
             where p.ord > 1
               and (p.before = '' and p.ord = 2 or p.before ~ '[^[:alnum:]_.@/-]$')
             order by p.place
             limit 50
        )
        select row(n.member_id, array_agg(w.place order by w.place), min(n.length))::lib.mention
          from word w
         cross join lateral (
               select b.member_id, length(b.handle) + 1 as length
                 from member b
                where b.handle = any (array[w.handle, rtrim(w.handle, '.')])
                order by length(b.handle) desc
                limit 1) n
         where n.member_id <> p_author
           and lib.mention_allowed(n.member_id, p_club, p_author, 0)
         group by n.member_id
         order by min(w.place)
         limit 10);
end $$;

create function lib.mention_members(p_mentions lib.mention[]) returns bigint[] language sql stable as $$
    select array(select (m).member from unnest(p_mentions) as m order by 1)
$$;

-- Keeps the mentions of a text instead of those it had; p_comment is null for the post itself.
create function lib.mention_save(p_post bigint, p_comment bigint, p_mentions lib.mention[]) returns void
language plpgsql volatile as $$
begin
    if p_comment is null then
        delete from post_mention where post_id = p_post and comment_id is null;
    else
        delete from post_mention where comment_id = p_comment;
    end if;
    insert into post_mention (post_id, comment_id, member_id, state, places, length)
    select p_post, p_comment, (m).member, 'active', (m).places, (m).length
      from unnest(p_mentions) as m
     order by (m).member;
end $$;

-- The mentions of a text that may be shown now, as a list.
create function lib.mention_view(p_post bigint, p_comment bigint, p_club bigint, p_author bigint, p_viewer bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_mentions lib.mention[];
    v_shown    lib.shown;
begin
    if p_comment is null then
        v_mentions := array(
            select row(m.member_id, m.places, m.length)::lib.mention
              from post_mention m
             where m.post_id = p_post
               and m.comment_id is null
               and m.state = 'active');
    else
        v_mentions := array(
            select row(m.member_id, m.places, m.length)::lib.mention
              from post_mention m
             where m.comment_id = p_comment
               and m.state = 'active');
    end if;
    if v_mentions = '{}' then
        return row('[]', true, false, '{}')::lib.shown;
    end if;
    select coalesce(jsonb_agg(jsonb_build_object(
                        'member', m.member::text, 'handle', m.handle, 'from', a.place, 'to', a.place + m.length)
                        order by a.place) filter (where m.allowed), '[]'),
           true, not bool_and(m.allowed), coalesce(array_agg(distinct m.member) filter (where m.allowed), '{}')
      into v_shown
      from (
        select n.member, n.places, n.length, b.handle,
               lib.mention_allowed(n.member, p_club, p_author, p_viewer) as allowed
          from unnest(v_mentions) as n
          join member b on b.member_id = n.member
        offset 0
      ) m
     cross join unnest(m.places) as a (place);
    return v_shown;
end $$;
