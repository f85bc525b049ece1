-- privacy_erase.sql -- the end of an account (domain.md 12.9).
--
--      privacy.erase --> closing --cooling over, or waived--> erased (identity gone, signed out) --pieces--> done
--                           \--privacy.erase_cancel--> as before
--
-- The job `erasures` carries it out.  Its first transaction takes everything that says who it was, gives the points
-- back and ends all sessions; what may be much (posts, comments, notifications, the log) follows in pieces, a
-- transaction each, and only when nothing is left is the request done.  What becomes of which table is said in
-- privacy_tables.sql; a test compares that with the tables there are.

-- privacy.erase_preview   What an erasure would do, before one asks for it.
--   who    member
--   raises –
--   emits  –
create function api.privacy_erase_preview(p_who text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who, true);
    v_points jsonb := (lib.points_summary_view(v_member)).view;
begin
    return lib.done(jsonb_build_object(
        'points', jsonb_build_object('available', v_points -> 'available', 'held', v_points -> 'held',
                                     'pending', v_points -> 'pending'),
        'clubs', (select coalesce(jsonb_agg(jsonb_build_object('club', c.club_id::text, 'name', c.name)
                                            order by c.club_id), '[]')
                    from membership m
                    join club c on c.club_id = m.club_id
                   where m.member_id = v_member
                     and m.status in ('active', 'paused', 'lapsed')),
        'posts', (select count(*) from post where author_kind = 'm' and author_id = v_member and state <> 'deleted'),
        'comments', (select count(*) from comment where author = v_member and state <> 'deleted'),
        'reservations', lib.seats_at_erasure(v_member),
        'cooling_days', 7,
        'kept', jsonb_build_array('points_ledger', 'reservations', 'consent_evidence', 'moderation_decisions', 'delivery_log',
                                  'audit_log')));
end $$;

-- privacy.erase   Asks for the erasure of the account: after seven days, or at once.
--   who    member
--   raises ZC017 asked for already {"state"}
--   emits  dsr.changed on me:<member>; sys
create function api.privacy_erase(p_who text, p_idem text, p_hash bytea, p_content text, p_at_once boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_status text;
    v_run_at timestamptz := case when p_at_once then now() else now() + interval '7 days' end;
    v_dsr    bigint;
begin
    v_old := lib.idem_begin(p_who, 'privacy.erase', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select status into v_status from member where member_id = v_member for no key update;
    if v_status not in ('pending', 'active', 'suspended', 'restricted') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
    update member set status = 'closing' where member_id = v_member;
    v_dsr := lib.dsr_open(v_member, 'erase', 'received',
                          jsonb_build_object('content', p_content, 'previous', v_status), v_run_at);
    return lib.idem_end(p_who, 'privacy.erase', p_idem, lib.done(
        jsonb_build_object('request', v_dsr::text, 'status', 'closing', 'execute_at', lib.iso(v_run_at)),
        lib.emit_all(array[
            lib.dsr_changed(v_member, v_dsr, 'erase', 'received'),
            lib.sys(p_reload => array[v_member], p_shown => array[v_member])])));
end $$;

-- privacy.erase_cancel   Takes the wish to be erased back, as long as nothing was done.
--   who    member
--   raises ZC017 not asked for {"state"}
--   emits  dsr.changed on me:<member>; sys
create function api.privacy_erase_cancel(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_status text;
    v_dsr    dsr;
begin
    v_old := lib.idem_begin(p_who, 'privacy.erase_cancel', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select status into v_status from member where member_id = v_member for no key update;
    select * into v_dsr from dsr where member_id = v_member and kind = 'erase' and state = 'received' for update;
    if not found or v_status <> 'closing' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
    update member set status = v_dsr.options ->> 'previous' where member_id = v_member returning status into v_status;
    perform lib.dsr_move(v_dsr.dsr_id, 'withdrawn');
    return lib.idem_end(p_who, 'privacy.erase_cancel', p_idem, lib.done(
        jsonb_build_object('request', v_dsr.dsr_id::text, 'status', v_status),
        lib.emit_all(array[
            lib.dsr_changed(v_member, v_dsr.dsr_id, 'erase', 'withdrawn'),
            lib.sys(p_reload => array[v_member], p_shown => array[v_member])])));
end $$;

-- carrying it out -----------------------------------------------------------------------------------------

-- Takes all that says who the member was, or lets somebody in as the member.  The caller holds the member's row.
create function lib.erase_identity(p_member bigint)
returns void language plpgsql volatile as $$
declare
    v_email    bytea;
    v_families bigint[] := array(select family_id
                                   from token_family
                                  where principal_kind = 'm'
                                    and principal_id = p_member
                                  order by family_id);
begin
    perform lib.card_close(p_member);
    delete from member_pii where member_id = p_member returning email_hash into v_email;
    delete from member_interest where member_id = p_member;
    delete from channel_pref where member_id = p_member;
    delete from device where member_id = p_member;
    delete from consent_state where member_id = p_member;
    delete from block_rel where blocker = p_member or blocked = p_member;
    delete from segment_member where member_id = p_member;
    perform
       from refresh_token
      where family_id = any (v_families)
      order by token_hash
        for update;
    delete from refresh_token where family_id = any (v_families);
    delete from token_family where family_id = any (v_families);
    delete from login_try
     where kind = 'e' and key = v_email
        or kind = 's' and key = sha256(convert_to('m:' || p_member, 'UTF8'));
    delete from credential where principal_kind = 'm' and principal_id = p_member;
    delete from identity where principal_kind = 'm' and principal_id = p_member;
    delete from session_ticket where who = 'm:' || p_member;
    if v_email is not null then
        insert into suppression (contact_hash, channel_id, reason)
        values (v_email, 3, 'erased')
            on conflict (contact_hash, channel_id) do update set reason = excluded.reason, at = now();
    end if;
end $$;

-- The first transaction of an erasure; afterwards nobody is signed in as the member and no frame shows one.
create function lib.erase_begin(p_dsr bigint)
returns void language plpgsql volatile as $$
declare
    v_member bigint := (select member_id from dsr where dsr_id = p_dsr);
    v_dsr    dsr;
    v_club   bigint;
    v_family bigint;
    v_gone   lib.event_row[];
    v_events lib.event_row[] := '{}';
begin
    perform from member where member_id = v_member for no key update;
    select * into v_dsr from dsr where dsr_id = p_dsr and state = 'received' and run_at <= now() for update;
    if not found then
        return;     -- taken back meanwhile
    end if;
    insert into erasure_journal (pseudonym, content)
    select pseudonym, v_dsr.options ->> 'content' from member where member_id = v_member
        on conflict do nothing;
    update member
       set status = 'erased', erased_at = now(), handle = null, locale = default, tz = default, country = null,
           under_consent_age = false, under_18 = false, consent_age_on = null, adult_on = null,
           email_verified_at = null, silenced_until = null, quiet_from = default, quiet_to = default,
           notify_read_upto = default, last_activity_at = null, handle_at = null, consent_epoch = consent_epoch + 1
     where member_id = v_member;
    for v_club in
        select club_id
          from membership
         where member_id = v_member
           and status in ('active', 'paused', 'lapsed')
         order by club_id
           for no key update
    loop
        v_events := v_events || lib.event('staff:' || v_club, 'metric.updated', 'staff', '{"metric":"members"}');
    end loop;
    update membership
       set status = case when status in ('expelled', 'declined', 'left') then status else 'left' end,
           applied_answers = null, invite_criterion = null, agent = null, sponsor = null, version = version + 1
     where member_id = v_member;
    update tier_change
       set reason = null
     where member_id = v_member
       and reason is not null;
    select family, events into v_family, v_gone from lib.family_erase(v_member);
    v_events := v_events || v_gone;
    perform lib.erase_identity(v_member);
    perform lib.dsr_move(p_dsr, 'executing');
    perform lib.vouchers_forfeit(v_member);
    v_events := v_events || lib.seats_forfeit(v_member);
    if v_family is not null then
        v_events := v_events || (lib.family_return(v_family, array[v_member], 'job:erasures', true)).events;
    end if;
    if exists (select from wallet where owner_kind = 'm' and owner_id = v_member) then
        perform lib.points_lock(array[v_member]);
        v_events := v_events || lib.points_events(lib.points_forfeit(v_member, 'forfeit:m:' || v_member));
    end if;
    perform lib.emit_all(v_events || lib.sys(p_reload => array[v_member], p_shown => array[v_member],
                                             p_revoke => jsonb_build_object('who', 'm:' || v_member)));
end $$;

-- Blanks up to p_limit comments of a member.
create function lib.erase_comments(p_member bigint, p_limit int)
returns int language plpgsql volatile as $$
declare
    v_comment bigint;
    v_events  lib.event_row[] := '{}';
    v_count   int := 0;
begin
    for v_comment in
        select c.comment_id
          from comment c
         where c.author = p_member
           and c.state <> 'deleted'
         order by c.post_id, c.comment_id
         limit p_limit
    loop
        v_events := v_events || lib.comment_hide(v_comment, 'deleted');
        delete from comment_version where comment_id = v_comment;
        delete from post_mention where comment_id = v_comment;
        v_count := v_count + 1;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;

-- Blanks up to p_limit posts of a member.
create function lib.erase_posts(p_member bigint, p_limit int)
returns int language plpgsql volatile as $$
declare
    v_post   post;
    v_events lib.event_row[] := '{}';
    v_count  int := 0;
begin
    for v_post in
        select p.*
          from post p
         where p.author_kind = 'm'
           and p.author_id = p_member
           and p.state <> 'deleted'
         order by p.post_id
         limit p_limit
           for update
    loop
        update post
           set state = 'deleted', title = null, body = '', media = '[]', rating = null, subject_ref = null,
               version = version + 1, edited_at = now()
         where post_id = v_post.post_id;
        delete from post_version where post_id = v_post.post_id;
        delete from post_mention where post_id = v_post.post_id and comment_id is null;
        if v_post.state = 'published' then
            v_events := v_events || lib.post_event(v_post, 'post.removed', lib.gone_gate(v_post))
                                 || lib.sys(p_object => 'post:' || v_post.post_id);
        end if;
        v_count := v_count + 1;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;

-- Deletes up to p_limit rows of each table that may hold many of a member; says how many there were.
create function lib.erase_rows(p_member bigint, p_limit int)
returns int language plpgsql volatile as $$
declare
    v_total int := 0;
    v_count int;
begin
    delete from idempotency
     where (principal, method, key) in (
               select principal, method, key from idempotency where principal = 'm:' || p_member limit p_limit);
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from post_mention where ctid = any (array(
               select ctid from post_mention where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from post_hide where ctid = any (array(
               select ctid from post_hide where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from topic_follow where ctid = any (array(
               select ctid from topic_follow where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from offer_reminder where ctid = any (array(
               select ctid from offer_reminder where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from offer_told where ctid = any (array(
               select ctid from offer_told where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from offer_invite where ctid = any (array(
               select ctid from offer_invite where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    update report set note = null
     where report_id in (
               select report_id from report where reporter = p_member and note is not null limit p_limit);
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    update appeal set text = '–' where appeal_id in (
               select appeal_id from appeal where member_id = p_member and text <> '–' limit p_limit);
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    perform from notification_head where member_id = p_member for update;
    delete from notification where ctid = any (array(
               select ctid from notification where member_id = p_member limit p_limit));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from notification_head h
     where h.member_id = p_member
       and not exists (select from notification n where n.member_id = p_member);
    delete from one_time_token where token_id in (
               select token_id from one_time_token where member_id = p_member limit p_limit);
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from send_job where job_id in (
               select job_id from send_job where member_id = p_member limit p_limit);
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    perform set_config('clubhub.retention', 'on', true);
    update audit_log
       set subject_member = null, subject_pseudonym = (select pseudonym from member where member_id = p_member)
     where id in (select id from audit_log where subject_member = p_member order by id limit p_limit);
    get diagnostics v_count = row_count;
    perform set_config('clubhub.retention', '', true);
    return v_total + v_count;
end $$;

-- One piece of the oldest erasure that is due; returns the rows it handled, 0: none is due.  An answer of a call that
-- was on its way may be stored after the member was signed out: the last look is taken p_grace later.
create function lib.erasures_run(p_grace interval default '5 seconds')
returns bigint language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_dsr  dsr;
    v_rows bigint := 0;
begin
    select * into v_dsr
      from dsr
     where kind = 'erase'
       and closed_at is null
       and run_at <= now()
     order by run_at, dsr_id
     limit 1;
    if not found then
        return 0;
    end if;
    if v_dsr.state = 'received' then
        perform lib.erase_begin(v_dsr.dsr_id);
        return 1;
    end if;
    v_rows := lib.seats_erase(v_dsr.member_id);
    if v_rows = 0 then
        v_rows := lib.plans_erase(v_dsr.member_id, v_dsr.options ->> 'content' = 'delete');
    end if;
    if v_rows = 0 and v_dsr.options ->> 'content' = 'delete' then
        v_rows := lib.erase_comments(v_dsr.member_id, 100);
        if v_rows = 0 then
            v_rows := lib.erase_posts(v_dsr.member_id, 100);
        end if;
    end if;
    if v_rows = 0 then
        v_rows := lib.erase_rows(v_dsr.member_id, 1000);
    end if;
    if v_rows = 0
       and exists (select from member where member_id = v_dsr.member_id and erased_at <= now() - p_grace) then
        perform lib.dsr_move(v_dsr.dsr_id, 'done');
    end if;
    return greatest(v_rows, 1);
end $$;

-- After a restore: marks a member who was erased since the backup for another erasure.  False: nothing to do.
create function lib.erasure_replay(p_pseudonym uuid, p_content text)
returns boolean language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_member member;
begin
    select * into v_member from member where pseudonym = p_pseudonym and status <> 'erased' for no key update;
    if not found then
        return false;
    end if;
    update dsr
       set run_at = now(), options = options || jsonb_build_object('content', p_content)
     where member_id = v_member.member_id
       and kind = 'erase'
       and closed_at is null;
    if not found then
        perform lib.dsr_open(v_member.member_id, 'erase', 'received',
                             jsonb_build_object('content', p_content, 'previous', v_member.status), now());
        update member set status = 'closing' where member_id = v_member.member_id;
    end if;
    return true;
end $$;
