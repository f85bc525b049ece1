-- member.sql -- blocking: two members no longer see each other in feeds (domain.md 6.9).

-- member.block   Makes the caller and another member invisible to each other in the feed.
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
        lib.emit_all(array[lib.sys(p_reload => array[v_member, p_member])])));
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
