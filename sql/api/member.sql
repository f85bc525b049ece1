-- member.sql -- blocking: two members no longer see each other in feeds (domain.md 6.9).

-- member.block   Makes the caller and another member invisible to each other in the feed; neither is a link in the other's
--                words any more.
--   who    member
--   raises ZC002 no such member; ZC024 1,000 members blocked; ZC035 restricted; ZC602 oneself
--   emits  sys
create function api.member_block(p_who text, p_idem text, p_hash bytea, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'member.block', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    if p_member = v_member then
        perform lib.invalid('member', 'is oneself');
    end if;
    if not exists (select from member where member_id = p_member and status <> 'erased') then
        perform lib.refuse('ZC002');
    end if;
    if (select count(*) from block_rel where blocker = v_member and blocked <> p_member) >= 1000 then
        perform lib.refuse('ZC024', '{"max":1000}');
    end if;
    insert into block_rel (blocker, blocked)
    values (v_member, p_member)
        on conflict do nothing;
    return lib.idem_end(p_who, 'member.block', p_idem, lib.done(
        jsonb_build_object('member', p_member::text, 'blocked', true),
        case when found then lib.emit_all(array[
            lib.sys(p_reload => array[v_member, p_member], p_shown => array[v_member, p_member])]) end));
end $$;

-- member.unblock   Takes a block back; a block by the other one stays.
--   who    member
--   raises ZC035 restricted
--   emits  sys
create function api.member_unblock(p_who text, p_idem text, p_hash bytea, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
begin
    v_old := lib.idem_begin(p_who, 'member.unblock', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    delete from block_rel
     where blocker = v_member
       and blocked = p_member;
    return lib.idem_end(p_who, 'member.unblock', p_idem, lib.done(
        jsonb_build_object('member', p_member::text, 'blocked', false),
        case when found then lib.emit_all(array[lib.sys(p_reload => array[v_member, p_member])]) end));
end $$;

-- The handle of somebody one has blocked, where one still meets them in a club: ids are easily guessed, and a block must
-- not be a way to learn names.
create function lib.blocked_handle(p_blocker bigint, p_blocked bigint)
returns text language plpgsql stable as $$
begin
    return (select m.handle
              from member m
             where m.member_id = p_blocked
               and not m.under_consent_age
               and exists (
                   select
                     from membership mine
                     join membership theirs on theirs.club_id = mine.club_id
                    where mine.member_id = p_blocker
                      and theirs.member_id = p_blocked
                      and mine.status in ('active', 'paused', 'lapsed')
                      and theirs.status in ('active', 'paused', 'lapsed')));
end $$;

-- member.blocks   Whom the caller has blocked, newest first.
--   who    member
--   raises ZC035 restricted; ZC602 cursor
--   emits  –
create function api.member_blocks(p_who text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_limit  int := coalesce(p_limit, 50);
    v_at     timestamptz := 'infinity';
    v_last   bigint := 0;
    v_reply  jsonb;
    v_shown  bigint[];
begin
    if p_cursor is not null then
        if p_cursor !~ '^[0-9]{1,16}-[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_at := timestamptz 'epoch' + split_part(p_cursor, '-', 1)::bigint * interval '1 microsecond';
        v_last := split_part(p_cursor, '-', 2)::bigint;
    end if;
    with page as (
        select b.blocked, b.at, row_number() over (order by b.at desc, b.blocked desc) as no
          from block_rel b
         where b.blocker = v_member
           and (b.at, b.blocked) < (v_at, v_last)
         order by b.at desc, b.blocked desc
         limit v_limit + 1
    ), named as (
        select p.blocked, p.at, p.no, lib.blocked_handle(v_member, p.blocked) as handle
          from page p
    )
    select jsonb_build_object(
               'blocks', coalesce(jsonb_agg(jsonb_build_object('member', n.blocked::text, 'handle', n.handle,
                                                               'at', lib.iso(n.at)) order by n.no)
                                  filter (where n.no <= v_limit), '[]'),
               'cursor', case when max(n.no) > v_limit then (
                             select (extract(epoch from l.at) * 1000000)::bigint || '-' || l.blocked
                               from named l
                              where l.no = v_limit) end),
           coalesce(array_agg(n.blocked) filter (where n.no <= v_limit and n.handle is not null), '{}')
      into v_reply, v_shown
      from named n;
    return lib.done(v_reply, null, v_shown);
end $$;
