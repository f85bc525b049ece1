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

-- Tells a member something: adds the notification or counts it to that of the day, queues push and e-mail for a new
-- one where the member wants them and can be reached, and returns the event for the caller's one lib.emit_all.
-- p_refs: ids, numbers, words; `actor` is the member who caused it.  Several in one write: by member_id.
create function lib.notify(p_member bigint, p_type text, p_target text, p_refs jsonb, p_gate text,
                           p_scope bigint default 0)
returns lib.event_row language plpgsql volatile as $$
declare
    v_actor   bigint := (p_refs ->> 'actor')::bigint;
    v_topic   text;
    v_num     bigint;
    v_count   int;
    v_channel smallint;
begin
    select topic into strict v_topic from notify_type where type = p_type;
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
    return lib.event('me:' || p_member, 'notify.added', p_gate,
                     jsonb_build_object('id', v_num::text, 'type', p_type, 'target', coalesce(p_target, ''),
                                        'count', v_count, 'unread', lib.notify_unread(p_member)),
                     p_scope => coalesce(p_scope, 0), p_actor => v_actor, p_key => 'notify');
end $$;
