-- notify.sql -- the notifications of a member: one row per kind, target and day, an unread count, push and e-mail.

-- How many are unread; counting ends at 1,000.
create function lib.notify_unread(p_member bigint) returns int language plpgsql stable as $$
begin
    return (
        select count(*)
          from (select
                  from notification n
                 where n.member_id = p_member
                   and n.num > (select notify_read_upto from member where member_id = p_member)
                 limit 1000) u);
end $$;

-- Takes the lock of a member's notifications ahead of those of points, for who can only tell the member afterwards.
create function lib.notify_lock(p_member bigint) returns void language plpgsql volatile as $$
begin
    insert into notification_head (member_id, num)
    select member_id, 1 from member where member_id = p_member and status <> 'erased'
    on conflict (member_id) do nothing;
    perform from notification_head where member_id = p_member for update;
end $$;

-- Tells a member something: adds the notification or counts it to that of the day, queues push and e-mail for a new
-- one where the member wants them and can be reached, and returns the event for the caller's one lib.emit_all: none for
-- who is erased, of whom no row may be written any more.
-- p_refs: ids, numbers, words; `actor` is the member who caused it.  Several in one write: by member_id.
create function lib.notify(p_member bigint, p_type text, p_target text, p_refs jsonb, p_gate text,
                           p_scope bigint default 0)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_actor   bigint := (p_refs ->> 'actor')::bigint;
    v_topic   text;
    v_num     bigint;
    v_count   int;
    v_channel smallint;
begin
    select topic into strict v_topic from notify_type where type = p_type;
    if (select status from member where member_id = p_member) = 'erased' then
        return '{}';
    end if;
    insert into notification_head (member_id, num) values (p_member, 1)
    on conflict (member_id) do update set num = notification_head.num + 1
    returning num into v_num;
    insert into notification as n (member_id, num, type, target, day, gate_cat, scope_id, actor, refs)
    select p_member, v_num, p_type, coalesce(p_target, ''), (now() at time zone m.tz)::date, p_gate,
           coalesce(p_scope, 0), v_actor, coalesce(p_refs, '{}')
      from member m
     where m.member_id = p_member
    on conflict (member_id, type, target, day) do update
       set num = excluded.num, count = n.count + 1, actor = excluded.actor, refs = excluded.refs, at = now()
    returning count into strict v_count;

    if v_count = 1 then
        for v_channel in
            select c.channel_id
              from (select 2::smallint as channel_id, exists (
                               select from device where member_id = p_member and push_enc is not null) as reached
                    union all
                    select 3::smallint, exists (
                               select from member where member_id = p_member and email_verified_at is not null)) c
             where c.reached
               and lib.pref_on(p_member, v_topic, c.channel_id)
        loop
            perform lib.send_queue(p_member, v_channel, 'notify.' || p_type, p_gate, p_scope,
                                   p_refs  => coalesce(p_refs, '{}') || jsonb_build_object('count', v_count),
                                   p_topic => v_topic);
        end loop;
    end if;
    return array[lib.event('me:' || p_member, 'notify.added', p_gate,
                           jsonb_build_object('id', v_num::text, 'type', p_type, 'target', coalesce(p_target, ''),
                                              'count', v_count, 'unread', lib.notify_unread(p_member)),
                           p_scope => coalesce(p_scope, 0), p_actor => v_actor, p_key => 'notify')];
end $$;

-- notify.list   The caller's notifications, newest first.
--   who    member
--   raises ZC602 cursor
--   emits  –
create function api.notify_list(p_who text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who, true);
    v_limit  int := coalesce(p_limit, 20);
    v_read   bigint;
    v_rows   jsonb;
    v_last   bigint;
    v_actors bigint[];
    v_more   boolean;
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not from this list');
    end if;
    select notify_read_upto into v_read from member where member_id = v_member;
    with page as (
        select n.num, n.type, n.target, n.count, n.refs, n.at, n.actor, n.gate_cat
          from notification n
         where n.member_id = v_member
           and (p_cursor is null or n.num < p_cursor::bigint)
         order by n.num desc
         limit v_limit + 1
    ), shown as (
        select p.*, a.member_id as named
          from page p
          left join member a on a.member_id = p.actor
                            and not a.under_consent_age
                            and not exists (select
                                              from block_rel b
                                             where b.blocker = v_member and b.blocked = a.member_id
                                                or b.blocker = a.member_id and b.blocked = v_member)
         order by p.num desc
         limit v_limit
    )
    select jsonb_agg(jsonb_build_object(
               'id', s.num::text, 'type', s.type, 'target', s.target, 'count', s.count, 'data', s.refs - 'actor',
               'actor', lib.actor_view(s.named), 'read', s.num <= v_read, 'at', lib.iso(s.at)) order by s.num desc),
           min(s.num), array_agg(distinct s.named) filter (where s.named is not null and s.named <> v_member),
           (select count(*) > v_limit from page)
      into v_rows, v_last, v_actors, v_more
      from shown s;
    return lib.done(jsonb_build_object(
                        'notifications', coalesce(v_rows, '[]'), 'unread', lib.notify_unread(v_member),
                        'read_upto', v_read::text, 'cursor', case when v_more then v_last::text end),
                    null, coalesce(v_actors, '{}'));
end $$;

-- notify.read   Marks all notifications up to one as read.
--   who    member
--   raises –
--   emits  notify.read on me:<id>
create function api.notify_read(p_who text, p_idem text, p_hash bytea, p_read_upto bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_upto   bigint;
    v_moved  boolean;
    v_unread int;
begin
    v_old := lib.idem_begin(p_who, 'notify.read', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select notify_read_upto into v_upto from member where member_id = v_member for no key update;
    p_read_upto := least(p_read_upto, coalesce(
        (select num from notification_head where member_id = v_member for share), 0));
    v_moved := p_read_upto > v_upto;
    if v_moved then
        update member set notify_read_upto = p_read_upto where member_id = v_member;
        v_upto := p_read_upto;
    end if;
    v_unread := lib.notify_unread(v_member);
    return lib.idem_end(p_who, 'notify.read', p_idem, lib.done(
        jsonb_build_object('read_upto', v_upto::text, 'unread', v_unread),
        case when v_moved then lib.emit_all(array[
            lib.event('me:' || v_member, 'notify.read', 'svc.account',
                      jsonb_build_object('read_upto', v_upto::text, 'unread', v_unread), p_key => 'notify')]) end));
end $$;

-- Notifications live 90 days.
create function lib.notifications_purge() returns bigint language sql volatile as $$
    with gone as (
        delete from notification
         where ctid = any (array(
                   select ctid from notification where at < now() - interval '90 days' limit 20000
                      for update skip locked))
        returning 1
    )
    select count(*) from gone
$$;
