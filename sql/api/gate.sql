-- gate.sql -- what a node must know of a member to decide about events (gate_load), and the same decision made
-- in SQL, straight from domain.md 12.7 and the tables, as the oracle of the tests (gate_verdict).

-- gate.load   The gate state of members who are on a node, for the in-app channel.
--   who    the hub
--   raises nothing
--   emits  nothing
--   grants: 'purpose:scope:until_ms', until 0 = no end; denied: purposes objected to or closed; clubs: 'club:rank';
--   family: 'family:1' for an adult of it, 'family:0' for a child; offers: the closed ones that are for the member; plans: those it
--   is in
create function api.gate_load(p_members bigint[])
returns table (member bigint, status text, epoch bigint, blocks bigint[], grants text, denied text, clubs text,
               segments bigint[], sys_seq bigint, family text, offers bigint[], plans bigint[])
language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_head bigint := lib.sys_head();
begin
    return query
    with version as (
        select t.purpose_id, max(t.ver) as min_ver
          from consent_text t
         where t.material
           and t.valid_from <= now()
         group by t.purpose_id
    )
    select m.member_id, m.status, m.consent_epoch,
           array(select b.blocked from block_rel b where b.blocker = m.member_id
                 union
                 select b.blocker from block_rel b where b.blocked = m.member_id
                 order by 1),
           coalesce((
               select string_agg(s.purpose_id || ':' || s.scope_id || ':' || coalesce(
                          (extract(epoch from least(s.expires_at, (
                               select min(n.valid_from) from consent_text n
                                where n.purpose_id = s.purpose_id
                                  and n.material
                                  and n.valid_from > now()
                                  and n.ver > s.text_ver))) * 1000)::bigint, 0),
                          ',' order by s.purpose_id, s.scope_id)
                 from consent_state s
                 join purpose p on p.purpose_id = s.purpose_id
                 join version v on v.purpose_id = s.purpose_id
                where s.member_id = m.member_id
                  and s.state = 'given'
                  and s.channel_id = case when p.per_channel then 1 else 0 end
                  and s.text_ver >= v.min_ver
                  and (s.expires_at is null or s.expires_at > now())
                  and p.basis in ('consent', 'explicit_consent')
                  and p.active
                  and not lib.is_closed(p.closed_while, m.under_consent_age, m.under_18)), ''),
           coalesce((
               select string_agg(p.purpose_id::text, ',' order by p.purpose_id)
                 from purpose p
                where p.basis = 'li'
                  and (lib.is_closed(p.closed_while, m.under_consent_age, m.under_18)
                       or not p.active
                       or exists (
                           select from consent_state s
                            where s.member_id = m.member_id
                              and s.purpose_id = p.purpose_id
                              and s.state = 'objected'
                              and s.channel_id = case when p.per_channel then 1 else 0 end))), ''),
           coalesce((
               select string_agg(ms.club_id || ':' || t.rank, ',' order by ms.club_id)
                 from membership ms
                 join tier t on t.tier_id = ms.tier_id
                where ms.member_id = m.member_id
                  and ms.status in ('active', 'paused', 'lapsed')), ''),
           array(select g.segment_id from segment_member g where g.member_id = m.member_id order by 1),
           v_head,
           coalesce((
               select f.family_id || case f.role when 'child' then ':0' else ':1' end
                 from family_member f
                where f.member_id = m.member_id
                  and f.state = 'active'), ''),
           lib.offers_closed(m.member_id),
           lib.plans_of(m.member_id)
      from member m
     where m.member_id = any (p_members);
end $$;

-- The purposes with a club for scope that a member of it allows to be shown, straight from 12.3.
create function lib.gate_shown(p_member bigint, p_club bigint) returns text[] language plpgsql stable as $$
begin
    return array(
        select p.code
          from consent_state s
          join purpose p using (purpose_id)
          join member m using (member_id)
         where s.member_id = p_member
           and s.scope_id = p_club
           and s.channel_id = 0
           and s.state = 'given'
           and coalesce(s.expires_at, 'infinity') > now()
           and s.text_ver >= (
               select max(t.ver) from consent_text t
                where t.purpose_id = s.purpose_id and t.material and t.valid_from <= now())
           and not (p.closed_while = 'under_18' and m.under_18)
           and not (p.closed_while = 'under_consent_age' and m.under_consent_age));
end $$;

-- Is something of an author withheld from a recipient: real name and town, or the tier?
create function lib.gate_is_withheld(p_author bigint, p_member bigint, p_club bigint) returns boolean
language plpgsql stable as $$
begin
    return p_author <> p_member
       and (not '{com.profile,com.badge}' <@ lib.gate_shown(p_author, p_club)
            or exists (select from member where member_id = p_author and status = 'erased'));
end $$;

-- Is a mention no link now?
create function lib.gate_is_plain(p_member bigint, p_author bigint, p_club bigint) returns boolean
language plpgsql stable as $$
begin
    return not 'com.tag' = any (lib.gate_shown(p_member, p_club))
        or (select status from member where member_id = p_member) <> 'active'
        or not exists (select from membership
                        where member_id = p_member and club_id = p_club and status in ('active', 'paused', 'lapsed'))
        or exists (select from block_rel
                    where blocker = p_member and blocked = p_author or blocker = p_author and blocked = p_member);
end $$;

-- Is an offer for a member, straight from 9.1?
create function lib.gate_offer(p_offer bigint, p_member bigint) returns boolean language plpgsql stable as $$
declare
    v_row record;
begin
    select o.state, o.announce_at, o.ends_at, o.audience, t.rank, c.tz,
           exists (select from offer_invite i where i.offer_id = o.offer_id and i.member_id = p_member) as is_invited,
           exists (select from segment_member g
                    where g.member_id = p_member
                      and o.audience -> 'segments' ? g.segment_id::text) as is_in_segment
      into v_row
      from offer o
      join club c on c.club_id = o.club_id
      join membership m on m.club_id = o.club_id and m.member_id = p_member and m.status in ('active', 'paused', 'lapsed')
      join tier t on t.tier_id = m.tier_id
     where o.offer_id = p_offer;
    return found
       and v_row.state <> 'draft'
       and not (v_row.state = 'cancelled' and v_row.announce_at is null)
       and (v_row.audience = '{}' or v_row.ends_at > now() - interval '1 day')
       and v_row.rank >= coalesce((v_row.audience ->> 'min_rank')::int, 0)
       and not lib.club_too_young(p_member, (v_row.audience ->> 'min_age')::int, v_row.tz)
       and (v_row.is_in_segment
            or v_row.is_invited and v_row.audience ? 'invite_only'
            or not v_row.audience ? 'invite_only' and not v_row.audience ? 'segments');
end $$;

-- Whose words an event shows; is_plain: they name somebody who is no link now.
create type lib.gate_words as (author_kind text, author_id bigint, is_plain boolean);

-- The gate for one event and one recipient on the in-app channel, pushed: 'send', 'redact' or
-- 'suppress:<reason>'.  Step by step as in domain.md 12.7; shares no code with gate_load or the views.
create function lib.gate_verdict(p_stream text, p_type text, p_gate text, p_scope bigint, p_audience text,
    p_subjects bigint[], p_actor bigint, p_object text, p_refs jsonb, p_member bigint)
returns text language plpgsql stable as $$
declare
    v_me      member;
    v_purpose purpose;
    v_words   lib.gate_words;
    v_kind    text := split_part(p_stream, ':', 1);
    v_id      bigint := nullif(split_part(p_stream, ':', 2), '')::bigint;
    v_passes  boolean;
begin
    select * into v_me from member where member_id = p_member;
    select * into v_purpose from purpose where code = p_gate and active;

    -- 1 status of the recipient
    v_passes := case v_me.status
        when 'active' then true
        when 'pending' then p_gate = 'svc.account' or p_gate like 'legal.%'
        when 'suspended' then p_gate in ('svc.account', 'svc.points', 'li.security') or p_gate like 'legal.%'
        when 'closing' then p_gate in ('svc.account', 'svc.points', 'li.security') or p_gate like 'legal.%'
        when 'restricted' then p_gate in ('svc.account', 'svc.resv', 'svc.support') or p_gate like 'legal.%'
        else false
    end;
    if not v_passes then
        return 'suppress:inactive';
    end if;

    -- 2 may the recipient read the stream, and is the recipient meant?
    v_passes := case v_kind
        when 'me' then v_id = p_member
        when 'club' then exists (
            select from membership
             where member_id = p_member and club_id = v_id and status in ('active', 'paused', 'lapsed'))
        when 'family' then exists (
            select from family_member
             where member_id = p_member and family_id = v_id and state = 'active')
        when 'offer' then lib.gate_offer(v_id, p_member)
        when 'plan' then exists (
            select from plan p
              join plan_member pm using (plan_id)
              join membership m using (club_id, member_id)
             where p.plan_id = v_id
               and pm.member_id = p_member
               and pm.state = 'joined'
               and m.status in ('active', 'paused', 'lapsed'))
        else false
    end;
    if v_passes and v_kind = 'offer' and p_audience is null then
        v_passes := false;
    elsif v_passes and p_audience is not null then
        v_passes := case split_part(p_audience, ':', 1)
            when 'rank' then exists (
                select from membership m join tier t using (tier_id)
                 where m.member_id = p_member
                   and m.club_id = v_id
                   and v_kind = 'club'
                   and t.rank >= split_part(p_audience, ':', 2)::int)
            when 'segment' then v_kind <> 'offer' and exists (
                select from segment_member
                 where member_id = p_member and segment_id = split_part(p_audience, ':', 2)::bigint)
            when 'club' then v_kind = 'offer' and exists (
                select from membership
                 where member_id = p_member
                   and club_id = split_part(p_audience, ':', 2)::bigint
                   and status in ('active', 'paused', 'lapsed'))
            when 'offer' then v_kind = 'offer' and split_part(p_audience, ':', 2)::bigint = v_id
            when 'adults' then v_kind = 'family' and exists (
                select from family_member
                 where member_id = p_member and family_id = v_id and state = 'active' and role <> 'child')
            else false
        end;
    end if;
    if not v_passes then
        return 'suppress:audience';
    end if;

    -- 3 a block between recipient and actor
    if (p_gate = 'svc.feed' or p_gate like 'com.%') and exists (
        select from block_rel
         where blocker = p_member and blocked = p_actor
            or blocker = p_actor and blocked = p_member)
    then
        return 'suppress:blocked';
    end if;

    -- 4 the recipient's basis
    v_passes := case v_purpose.basis
        when 'contract' then true
        when 'legal' then true
        when 'li' then
            not (v_purpose.closed_while = 'under_18' and v_me.under_18)
            and not (v_purpose.closed_while = 'under_consent_age' and v_me.under_consent_age)
            and not exists (
                select from consent_state
                 where member_id = p_member
                   and purpose_id = v_purpose.purpose_id
                   and channel_id = v_purpose.per_channel::int
                   and state = 'objected')
        when 'role' then false
        else
            not (v_purpose.closed_while = 'under_18' and v_me.under_18)
            and not (v_purpose.closed_while = 'under_consent_age' and v_me.under_consent_age)
            and exists (
                select from consent_state
                 where member_id = p_member
                   and purpose_id = v_purpose.purpose_id
                   and scope_id = p_scope
                   and channel_id = v_purpose.per_channel::int
                   and state = 'given'
                   and coalesce(expires_at, 'infinity') > now()
                   and text_ver >= (
                       select max(ver) from consent_text
                        where purpose_id = v_purpose.purpose_id and material and valid_from <= now()))
    end;
    if v_passes is not true then
        return 'suppress:basis';
    end if;

    -- 5 subjects other than the recipient
    if v_kind in ('club', 'offer') and exists (
        select from member
         where member_id = any (p_subjects) and member_id <> p_member and under_consent_age)
    then
        return 'suppress:subject';
    end if;
    if p_type in ('post.published', 'post.edited') then
        select b.author_kind, b.author_id, m.post_id is not null
          into v_words
          from post b
          left join lateral (
               select n.post_id
                 from post_mention n
                where n.post_id = b.post_id
                  and n.comment_id is null
                  and lib.gate_is_plain(n.member_id, b.author_id, v_id)
                limit 1) m on b.author_kind = 'm'
         where b.post_id = split_part(p_object, ':', 2)::bigint
           and b.state = 'published';
    elsif p_type in ('post.comment', 'comment.changed') and coalesce(p_refs ->> 'state', 'published') = 'published' then
        select 'm', c.author, exists (
               select
                 from post_mention n
                where n.comment_id = c.comment_id
                  and lib.gate_is_plain(n.member_id, c.author, v_id))
          into v_words
          from comment c
          join post b on b.post_id = c.post_id
         where c.comment_id = (p_refs ->> 'comment')::bigint
           and c.state = 'published'
           and b.state = 'published';
    else
        return 'send';
    end if;
    if not found then
        return 'suppress:subject';
    end if;
    if v_words.is_plain or v_words.author_kind = 'm' and lib.gate_is_withheld(v_words.author_id, p_member, v_id) then
        return 'redact';
    end if;
    return 'send';
end $$;

-- gate.oracle   The verdicts for pairs of event and recipient, in their order; null where there is no event.
--   who    the tests
--   raises nothing
--   emits  nothing
create function api.gate_oracle(p_stream text[], p_seq bigint[], p_member bigint[])
returns table (idx int, verdict text)
language plpgsql stable security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select u.ord::int,
           lib.gate_verdict(o.stream, o.type, o.gate_cat, o.scope_id, o.audience, o.subjects, o.actor, o.object,
                            o.refs, u.member)
      from unnest(p_stream, p_seq, p_member) with ordinality as u (stream, seq, member, ord)
      left join outbox o on o.stream = u.stream and o.seq = u.seq
     order by u.ord;
end $$;
