-- send.sql -- messages that leave the hub: queued by methods, gated again and handed out when the mailer takes them.
--
-- The mailer takes jobs under a lease of 60 seconds and says what became of them.  Contact data leave the hub in
-- send.take's answer and nowhere else; it is not stored under a key.  Every verdict is a row of delivery_log.

-- The topic whose preferences hold for service messages of a gate; null: none, they always go.
create function lib.gate_topic(p_gate text) returns text language sql immutable as $$
    select case p_gate
               when 'svc.points' then 'points'
               when 'svc.resv' then 'reservation'
               when 'svc.plan' then 'plan'
               when 'svc.family' then 'family'
               when 'svc.support' then 'support'
               when 'svc.benefit' then 'points'
               when 'svc.feed' then 'replies'
           end
$$;

-- Is this purpose asked for: does it need the member's own yes?
create function lib.gate_asks(p_gate text) returns boolean language plpgsql stable as $$
begin
    return (select basis in ('consent', 'explicit_consent') from purpose where code = p_gate);
end $$;

-- Queues one message.  p_token: its code or link goes with it.  p_contact: another address than the member's, sealed.
-- p_refs: ids, numbers and words for the template; `actor` is who caused it.  Whether it may go is decided when it is
-- taken.
create function lib.send_queue(p_member bigint, p_channel smallint, p_template text, p_gate text,
    p_scope bigint default 0, p_token bigint default null, p_refs jsonb default '{}', p_contact bytea default null,
    p_stream text default null, p_seq bigint default null, p_not_before timestamptz default now(),
    p_topic text default null)
returns void language plpgsql volatile as $$
begin
    insert into send_job (member_id, channel_id, template, gate_cat, scope_id, topic, token_id, contact_enc, refs,
                          stream, seq, actor, prio, not_before)
    values (p_member, p_channel, p_template, p_gate, coalesce(p_scope, 0),
            case when p_token is null then coalesce(p_topic, lib.gate_topic(p_gate)) end, p_token, p_contact,
            coalesce(p_refs, '{}'), p_stream, p_seq, (p_refs ->> 'actor')::bigint,
            case when p_token is not null then 0 when lib.gate_asks(p_gate) then 2 else 1 end,
            coalesce(p_not_before, now()))
    on conflict do nothing;
end $$;

-- Ends what is queued for a member: the loss of a permission takes its messages along, in the same transaction.
-- Null is any; without a purpose: all that ask for consent.  The caller holds the member's row.
create function lib.send_suppress(p_member bigint, p_purpose smallint default null, p_scope bigint default null,
                                  p_channel smallint default null)
returns int language plpgsql volatile as $$
declare
    v_count int;
begin
    with ended as (
        update send_job j
           set state = 'suppressed', ended_at = now(), lease_until = null
          from purpose p
         where p.code = j.gate_cat
           and j.member_id = p_member
           and j.state = 'queued'
           and (p.purpose_id = p_purpose or p_purpose is null and p.basis in ('consent', 'explicit_consent'))
           and (p_scope is null or j.scope_id = p_scope)
           and (coalesce(p_channel, 0) = 0 or j.channel_id = p_channel)
        returning j.*
    )
    insert into delivery_log (member_id, job_id, stream, seq, channel_id, gate_cat, scope_id, verdict, reason)
    select member_id, job_id, stream, seq, channel_id, gate_cat, scope_id, 'suppressed', 'withdrawn'
      from ended;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- the gate for outside channels ---------------------------------------------------------------------------

-- Step 1 of domain.md 12.7: does a member of this status get anything of that gate?
create function lib.status_gets(p_status text, p_gate text) returns boolean language sql immutable as $$
    select case p_status
               when 'active' then true
               when 'pending' then p_gate = 'svc.account' or p_gate like 'legal.%'
               when 'suspended' then p_gate in ('svc.account', 'svc.points', 'li.security') or p_gate like 'legal.%'
               when 'closing' then p_gate in ('svc.account', 'svc.points', 'li.security') or p_gate like 'legal.%'
               when 'restricted' then p_gate in ('svc.account', 'svc.resv', 'svc.support') or p_gate like 'legal.%'
               else false
           end
$$;

-- Steps 1 to 5 of domain.md 12.7 for one queued message; reason null: it may go.  consent_event: what it rests on.
create function lib.send_gate(p_job send_job, out reason text, out consent_event bigint)
language plpgsql stable as $$
declare
    v_me      member;
    v_purpose purpose;
    v_gate    text := (p_job).gate_cat;
    v_channel smallint;
begin
    select * into v_purpose from purpose where code = v_gate and active;
    if (p_job).member_id is null then       -- an invitation: nobody's data but the address it was given
        reason := case when v_purpose.basis is null or v_purpose.basis not in ('contract', 'legal') then 'basis' end;
        return;
    end if;
    select * into v_me from member where member_id = (p_job).member_id;
    if not lib.status_gets(v_me.status, v_gate) then
        reason := 'inactive';
    elsif (p_job).club_id is not null and not lib.in_club(v_me.member_id, (p_job).club_id)
          or (p_job).audience like 'rank:%'
             and coalesce(lib.tier_rank(v_me.member_id, (p_job).club_id), -1) < substr((p_job).audience, 6)::int
          or (p_job).audience like 'segment:%'
             and not exists (select
                               from segment_member
                              where member_id = v_me.member_id
                                and segment_id = substr((p_job).audience, 9)::bigint) then
        reason := 'audience';
    elsif (v_gate = 'svc.feed' or v_gate like 'com.%')
          and exists (select
                        from block_rel
                       where blocker = v_me.member_id and blocked = (p_job).actor
                          or blocker = (p_job).actor and blocked = v_me.member_id) then
        reason := 'blocked';
    elsif v_purpose.basis = 'contract' and (p_job).topic is not null
          and not lib.pref_on(v_me.member_id, (p_job).topic, (p_job).channel_id) then
        reason := 'preference';
    elsif v_purpose.basis is null or v_purpose.basis = 'role'
          or v_purpose.basis = 'li'
             and (lib.is_closed(v_purpose.closed_while, v_me.under_consent_age, v_me.under_18)
                  or exists (select
                               from consent_state
                              where member_id = v_me.member_id
                                and purpose_id = v_purpose.purpose_id
                                and channel_id in (0, (p_job).channel_id)
                                and state = 'objected')) then
        reason := 'basis';
    elsif v_purpose.basis in ('consent', 'explicit_consent') then
        v_channel := case when v_purpose.per_channel then (p_job).channel_id else 0 end;
        if lib.consent_ok(v_me.member_id, v_purpose.purpose_id, (p_job).scope_id, v_channel) then
            select s.event_id into consent_event
              from consent_state s
             where s.member_id = v_me.member_id
               and s.purpose_id = v_purpose.purpose_id
               and s.scope_id = (p_job).scope_id
               and s.channel_id = v_channel;
        else
            reason := 'basis';
        end if;
    end if;
    if reason is null and (p_job).refs ? 'post' and v_gate not like 'legal.%'
       and not exists (select from post where post_id = ((p_job).refs ->> 'post')::bigint and state = 'published') then
        reason := 'subject';
    end if;
    if reason is null and v_gate = 'mkt.early_access'
       and not exists (
               select
                 from offer o
                where o.offer_id = ((p_job).refs ->> 'offer')::bigint
                  and o.state in ('announced', 'open')
                  and lib.offer_sees(o, (p_job).member_id)) then
        reason := 'subject';
    end if;
end $$;

-- The addresses of a member on a channel.  E-mail needs one that was verified, or a code that is just to prove it, or a
-- consent, which was confirmed at that address.
create function lib.send_addresses(p_job send_job, p_asks boolean) returns text[] language plpgsql stable as $$
begin
    if (p_job).contact_enc is not null then
        return array[lib.pii_open((p_job).contact_enc)];
    end if;
    return case (p_job).channel_id
               when 2 then array(select lib.pii_open(push_enc)
                                   from device
                                  where member_id = (p_job).member_id and push_enc is not null
                                  order by device_id)
               when 3 then array(select lib.pii_open(i.email_enc)
                                   from member_pii i
                                   join member m on m.member_id = i.member_id
                                  where i.member_id = (p_job).member_id
                                    and i.email_enc is not null
                                    and (m.email_verified_at is not null or (p_job).token_id is not null or p_asks))
               else '{}'
           end;
end $$;

-- Those of the addresses that are not on the suppression list; reason where none is left.
create function lib.send_contacts(p_job send_job, p_consent_event bigint, out contacts text[], out hashes bytea[],
                                  out reason text)
language plpgsql stable as $$
declare
    v_verified timestamptz := (select email_verified_at from member where member_id = (p_job).member_id);
    v_agreed   timestamptz := (select at from consent_event where event_id = p_consent_event);
    v_email    boolean := (p_job).channel_id = 3;
begin
    with known as (
        select a, ord, case when v_email then lib.email_hash(a) else lib.keyed_hash(a) end as hash
          from unnest(lib.send_addresses(p_job, p_consent_event is not null)) with ordinality as x (a, ord)
    ), judged as (
        select k.a, k.ord, k.hash,
               case when s.reason = 'complaint' and p_consent_event is not null and v_agreed <= s.at then 'complaint'
                    when s.reason in ('bounced', 'erased') and (p_job).token_id is null
                         and not coalesce(v_email and v_verified > s.at, false) then s.reason end as why
          from known k
          left join suppression s on s.contact_hash = k.hash and s.channel_id = (p_job).channel_id
    )
    select array_agg(j.a order by j.ord) filter (where j.why is null),
           array_agg(j.hash order by j.ord) filter (where j.why is null),
           coalesce(min(j.why), 'no_contact')
      into contacts, hashes, reason
      from judged j;
    if contacts is not null then
        reason := null;
    end if;
end $$;

-- The end of the quiet hours that p_at falls into, in the member's zone; null: it does not.
create function lib.quiet_until(p_at timestamptz, p_tz text, p_from time, p_to time) returns timestamptz
language plpgsql stable as $$
declare
    v_day  date := (p_at at time zone p_tz)::date;
    v_time time := (p_at at time zone p_tz)::time;
begin
    return case when p_from = p_to then null
                when p_from < p_to and v_time >= p_from and v_time < p_to then (v_day + p_to) at time zone p_tz
                when p_from > p_to and v_time >= p_from then (v_day + 1 + p_to) at time zone p_tz
                when p_from > p_to and v_time < p_to then (v_day + p_to) at time zone p_tz
           end;
end $$;

-- Has the member had as much marketing as the club allows, over all outside channels: settings
-- marketing_per_day, marketing_per_week, of the last 24 hours and 7 days?
create function lib.send_capped(p_job send_job) returns boolean language plpgsql stable as $$
declare
    v_settings jsonb := coalesce((select settings from club where club_id = (p_job).club_id), '{}');
    v_day      int;
    v_week     int;
begin
    select count(distinct l.job_id) filter (where l.at > now() - interval '24 hours'), count(distinct l.job_id)
      into v_day, v_week
      from delivery_log l
     where l.member_id = (p_job).member_id
       and l.at > now() - interval '7 days'
       and l.verdict = 'sent'
       and l.consent_event is not null
       and l.job_id <> (p_job).job_id;
    return v_day >= coalesce((v_settings ->> 'marketing_per_day')::int, 2)
           or v_week >= coalesce((v_settings ->> 'marketing_per_week')::int, 6);
end $$;

-- words ---------------------------------------------------------------------------------------------------

-- Puts values into the {places} of a template, in one pass, so that a value that looks like a place stays as it is.
create function lib.fill_in(p_text text, p_values jsonb) returns text language plpgsql stable as $$
begin
    return (
        select string_agg(m[1] || coalesce(p_values ->> nullif(btrim(m[2], '{}'), ''), m[2]), '' order by n)
          from regexp_matches(p_text, '([^{]*)(\{[a-z_]+\}|\{|$)', 'g') with ordinality as r (m, n));
end $$;

-- Where a link leads: of a token, or to a page of the app.
create function lib.token_url(p_kind text, p_secret text) returns text language sql stable as $$
    select coalesce(nullif(current_setting('clubhub.public_url', true), ''), 'http://127.0.0.1:8080')
           || case p_kind when 'unsubscribe' then '/v1/unsubscribe/'
                          when 'export' then '/v1/export/'
                          when 'invite' then '/join/'
                          when 'guardian' then '/guardian/'
                          when 'post' then '/posts/'
                          when 'offer' then '/offers/'
                          else '/' end || p_secret
$$;

-- What a message says to its recipient; null where there are no words for it.
create function lib.send_words(p_job send_job, p_locale text, p_unsubscribe text) returns jsonb
language plpgsql stable as $$
declare
    v_text   message_text;
    v_token  one_time_token;
    v_secret text;
    v_values jsonb := (p_job).refs;
    v_out    jsonb;
begin
    select * into v_text
      from message_text
     where template = (p_job).template
     order by locale <> p_locale, locale <> 'en', locale
     limit 1;
    if not found then
        return null;
    end if;
    v_out := jsonb_build_object('locale', v_text.locale);
    if (p_job).token_id is not null then
        select * into v_token from one_time_token where token_id = (p_job).token_id;
        v_secret := lib.token_derive(v_token.kind, v_token.token_id);
        v_out := v_out || case when lib.token_is_code(v_token.kind) then jsonb_build_object('code', v_secret)
                               else jsonb_build_object('link', lib.token_url(v_token.kind, v_secret)) end;
    elsif v_values ? 'post' then
        v_out := v_out || jsonb_build_object('link', lib.token_url('post', v_values ->> 'post'));
    elsif v_values ? 'offer' then
        v_out := v_out || jsonb_build_object('link', lib.token_url('offer', v_values ->> 'offer'));
    end if;
    v_values := v_values || v_out || jsonb_strip_nulls(jsonb_build_object(
        'link', coalesce(v_out ->> 'link', lib.token_url('', '')), 'unsubscribe', p_unsubscribe,
        'name', (select coalesce(lib.pii_open(i.name_enc), m.handle)
                   from member m
                   left join member_pii i on i.member_id = m.member_id
                  where m.member_id = (p_job).member_id),
        'handle', (select handle from member where member_id = (p_job).member_id),
        'club', (select name from club where club_id = coalesce((p_job).club_id, (v_values ->> 'club')::bigint)),
        'offer_notice', (select body from offer_notice where notice_id = (v_values ->> 'notice')::bigint),
        'offer_title', (select title from offer where offer_id = (v_values ->> 'offer')::bigint),
        'title', (select coalesce(title, left(body, 80))
                    from post
                   where post_id = (v_values ->> 'post')::bigint and author_kind = 's' and state = 'published')));
    return v_out || jsonb_build_object('subject', translate(lib.fill_in(v_text.subject, v_values), E'\n', ' '),
                                       'body', lib.fill_in(v_text.body, v_values));
end $$;

-- taking --------------------------------------------------------------------------------------------------

-- What send.take hands out: the messages, whom they are for, whether more are due.
create type lib.send_batch as (jobs jsonb, members bigint[], more boolean);

create function lib.send_log(p_job send_job, p_verdict text, p_reason text, p_consent_event bigint) returns void
language plpgsql volatile as $$
begin
    insert into delivery_log (member_id, job_id, stream, seq, channel_id, gate_cat, scope_id, verdict, reason,
                              consent_event)
    values ((p_job).member_id, (p_job).job_id, (p_job).stream, (p_job).seq, (p_job).channel_id, (p_job).gate_cat,
            (p_job).scope_id, p_verdict, p_reason, p_consent_event);
end $$;

-- Ends a message that does not go, or puts it off.
create function lib.send_not(p_job send_job, p_state text, p_reason text, p_not_before timestamptz default null,
                             p_deferrals int default 0)
returns void language plpgsql volatile as $$
begin
    update send_job
       set state      = p_state,
           not_before = coalesce(p_not_before, not_before),
           deferrals  = deferrals + p_deferrals,
           ended_at   = case when p_state <> 'queued' then now() end
     where job_id = (p_job).job_id;
    perform lib.send_log(p_job, case when p_state = 'queued' then 'deferred' else 'suppressed' end, p_reason, null);
end $$;

-- Judges one message whose member and row are locked and hands it out; null: it does not go now.
create function lib.send_one(p_who text, p_job send_job) returns jsonb language plpgsql volatile as $$
declare
    v_me       member;
    v_reason   text;
    v_consent  bigint;
    v_contacts text[];
    v_hashes   bytea[];
    v_until    timestamptz;
    v_token    bigint;
    v_link     text;
    v_objects  boolean := (select basis = 'li' and per_channel from purpose where code = (p_job).gate_cat);
    v_words    jsonb;
    v_lease    timestamptz := clock_timestamp() + interval '60 seconds';
begin
    select * into v_me from member where member_id = (p_job).member_id;
    select reason, consent_event into v_reason, v_consent from lib.send_gate(p_job);
    if v_reason is null and (p_job).token_id is not null
       and not exists (select
                         from one_time_token
                        where token_id = (p_job).token_id and used_at is null and expires_at > now()) then
        v_reason := 'expired';
    end if;
    if v_reason is null then
        select contacts, hashes, reason into v_contacts, v_hashes, v_reason from lib.send_contacts(p_job, v_consent);
    end if;
    if v_reason is not null then
        perform lib.send_not(p_job, 'suppressed', v_reason);
        return null;
    end if;

    if v_consent is not null then       -- marketing
        v_until := lib.quiet_until(now(), v_me.tz, v_me.quiet_from, v_me.quiet_to);
        if v_until is not null then
            perform lib.send_not(p_job, 'queued', 'quiet', v_until);
            return null;
        elsif lib.send_capped(p_job) then
            if (p_job).deferrals = 0 then
                perform lib.send_not(p_job, 'queued', 'cap', now() + interval '24 hours', 1);
            else
                perform lib.send_not(p_job, 'dropped', 'cap');
            end if;
            return null;
        end if;
    end if;
    if v_consent is not null or v_objects then      -- what one can take back, or object to, per channel
        v_token := lib.unsubscribe_token(v_me.member_id, (p_job).gate_cat, (p_job).scope_id,
                                         (select code from channel where channel_id = (p_job).channel_id));
        v_link := lib.token_url('unsubscribe', lib.token_secret(v_token));
    end if;
    v_words := lib.send_words(p_job, coalesce(v_me.locale, (p_job).refs ->> 'locale', 'en'), v_link);
    if v_words is null then
        perform lib.send_not(p_job, 'suppressed', 'no_text');
        return null;
    end if;

    update send_job
       set state = 'taken', lease_until = v_lease, contacts = v_hashes
     where job_id = (p_job).job_id;
    perform lib.send_log(p_job, 'sent', null, v_consent);
    perform lib.audit(p_who, 'send.take', v_me.member_id, jsonb_build_object(
        'job', (p_job).job_id::text, 'channel', (p_job).channel_id, 'template', (p_job).template));
    return v_words || jsonb_strip_nulls(jsonb_build_object(
        'job', (p_job).job_id::text, 'channel', (select code from channel where channel_id = (p_job).channel_id),
        'template', (p_job).template, 'member', v_me.member_id::text, 'to', to_jsonb(v_contacts),
        'unsubscribe', v_link, 'lease_until', lib.iso(v_lease)));
end $$;

-- Returns messages whose lease has lapsed, five times at most; ends what has waited for a week.
create function lib.send_leases() returns bigint language plpgsql volatile as $$
declare
    v_job   send_job;
    v_count bigint := 0;
begin
    for v_job in
        select *
          from send_job
         where state = 'taken'
           and lease_until < now()
         order by lease_until
         limit 500
           for update skip locked
    loop
        update send_job
           set state       = case when v_job.tries >= 5 then 'dropped' else 'queued' end,
               lease_until = null,
               tries       = v_job.tries + 1,
               ended_at    = case when v_job.tries >= 5 then now() end
         where job_id = v_job.job_id;
        v_count := v_count + 1;
    end loop;
    return v_count;
end $$;

-- Takes messages that are due: codes first, then service, then marketing.  The members are locked before their
-- consents are read, so that a withdrawal is before or after; who is locked elsewhere waits for the next call.  Ends
-- early where the answer would outgrow what one call may answer (128 KiB).
create function lib.send_take(p_who text, p_limit bigint, p_channels smallint[]) returns lib.send_batch
language plpgsql volatile as $$
declare
    v_due     bigint[];
    v_members bigint[];
    v_job     send_job;
    v_item    jsonb;
    v_bytes   int := 0;
    v_out     lib.send_batch := row('[]'::jsonb, '{}'::bigint[], false)::lib.send_batch;
begin
    perform lib.send_leases();
    v_due := array(
        select d.job_id
          from unnest('{0,1,2}'::smallint[]) as p (prio)
         cross join lateral (
               select j.job_id, j.not_before
                 from send_job j
                where j.state = 'queued'
                  and j.prio = p.prio
                  and j.not_before <= now()
                  and (p_channels is null or j.channel_id = any (p_channels))
                order by j.not_before
                limit p_limit + 1) d
         order by p.prio, d.not_before
         limit p_limit + 1);
    v_out.more := cardinality(v_due) > p_limit;
    v_due := v_due[1:p_limit::int];
    v_members := array(
        select member_id
          from member
         where member_id in (select j.member_id from send_job j where j.job_id = any (v_due))
         order by member_id
           for no key update skip locked);
    for v_job in
        select *
          from send_job
         where job_id = any (v_due)
           and state = 'queued'
           and (member_id is null or member_id = any (v_members))
         order by prio, not_before, job_id
           for update skip locked
    loop
        if v_bytes > 64000 then
            v_out.more := true;
            exit;
        end if;
        v_item := lib.send_one(p_who, v_job);
        if v_item is not null then
            v_out.jobs := v_out.jobs || v_item;
            v_out.members := v_out.members || v_job.member_id;
            v_bytes := v_bytes + octet_length(v_item::text);
        end if;
    end loop;
    v_out.members := array(select distinct m from unnest(v_out.members) m where m is not null);
    return v_out;
end $$;

-- send.take   Hands out messages that are due, with addresses and words, under a lease of 60 seconds.  No key: what a
--             lost answer held comes back when its lease lapses.
--   who    service with scope mailer
--   raises ZC001 not a service
--   emits  –
create function api.send_take(p_who text, p_limit bigint, p_channels jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head  bigint := lib.sys_head();
    v_batch lib.send_batch;
begin
    perform lib.require_service(p_who);
    v_batch := lib.send_take(
        p_who, coalesce(p_limit, 20),
        (select array_agg(c.channel_id) from jsonb_array_elements_text(p_channels) t join channel c on c.code = t));
    return row(jsonb_build_object('jobs', v_batch.jobs, 'more', v_batch.more), null, v_head,
               v_batch.members)::lib.answer;
end $$;

-- mailer.log   What mailer = log does: takes messages and ends them as sent.  Tells no address.
--   who    the hub, in development
--   raises nothing
--   emits  nothing
create function api.mailer_log(p_limit int)
returns table (template text, channel text, member text, code text, link text, unsubscribe text)
language plpgsql volatile security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_batch lib.send_batch := lib.send_take('job:mailer', p_limit, null);
begin
    update send_job j
       set state = 'sent', lease_until = null, ended_at = now()
      from jsonb_array_elements(v_batch.jobs) e
     where j.job_id = (e ->> 'job')::bigint;
    return query
    select e ->> 'template', e ->> 'channel', e ->> 'member', e ->> 'code', e ->> 'link', e ->> 'unsubscribe'
      from jsonb_array_elements(v_batch.jobs) e;
end $$;

-- send.result   What became of a message; a bounce or a complaint keeps its addresses from further ones.
--   who    service with scope mailer
--   raises ZC002 no such message; ZC017 it is not with the mailer
--   emits  –
create function api.send_result(p_who text, p_idem text, p_hash bytea, p_job bigint, p_outcome text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old lib.answer;
    v_job send_job;
begin
    v_old := lib.idem_begin(p_who, 'send.result', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_service(p_who);
    select * into v_job from send_job where job_id = p_job for update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    -- also late: the lease may have lapsed, and what bounces or annoys was sent first
    if not (v_job.state = 'taken'
            or v_job.state in ('queued', 'dropped') and v_job.tries > 0
            or v_job.state = 'sent' and p_outcome <> 'sent') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_job.state));
    end if;
    update send_job
       set state = p_outcome, lease_until = null, ended_at = now()
     where job_id = p_job;
    if p_outcome <> 'sent' then
        insert into suppression as s (contact_hash, channel_id, reason)
        select h, v_job.channel_id, p_outcome
          from unnest(v_job.contacts) h
         order by h
            on conflict (contact_hash, channel_id) do update
           set reason = case when s.reason = 'bounced' then s.reason else excluded.reason end, at = excluded.at;
    end if;
    perform lib.audit(p_who, 'send.result', v_job.member_id,
                      jsonb_build_object('job', p_job::text, 'outcome', p_outcome));
    return lib.idem_end(p_who, 'send.result', p_idem,
                        lib.done(jsonb_build_object('job', p_job::text, 'state', p_outcome)));
end $$;

-- events to outside channels ------------------------------------------------------------------------------

-- Has events of a club that ask for consent sent to everybody who agreed, in the background.  p_events: what
-- lib.emit_all returned, which this returns too; the others of them are left alone.  Costs the writer one row.
create function lib.send_fanout(p_events jsonb, p_template text) returns jsonb language plpgsql volatile as $$
begin
    insert into send_fanout (stream, seq, template, gate_cat, scope_id, club_id, audience, actor, refs)
    select e ->> 'stream', (e ->> 'seq')::bigint, p_template, e ->> 'gate', (e ->> 'scope')::bigint,
           split_part(e ->> 'stream', ':', 2)::bigint, e ->> 'audience', (e ->> 'actor')::bigint, e -> 'refs'
      from jsonb_array_elements(p_events) e
     where e ->> 'stream' like 'club:%'
       and lib.gate_asks(e ->> 'gate')
    on conflict do nothing;
    return p_events;
end $$;

-- Queues one message per recipient and channel of the oldest fan-out, for p_most consents in force; returns how many, or
-- null when there is no fan-out.
create function lib.send_expand_oldest(p_most int) returns bigint
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_fan     send_fanout;
    v_purpose purpose;
    v_upto    bigint;
    v_count   bigint;
begin
    select * into v_fan from send_fanout order by fanout_id limit 1 for update skip locked;
    if not found then
        return null;
    end if;
    select * into v_purpose from purpose where code = v_fan.gate_cat;
    with given as (
        select s.member_id, s.channel_id
          from unnest(case when v_purpose.per_channel then '{2,3,4}'::smallint[] else '{0}'::smallint[] end) as c (id)
         cross join lateral (
               select s.member_id, s.channel_id
                 from consent_state s
                where s.purpose_id = v_purpose.purpose_id
                  and s.scope_id = v_fan.scope_id
                  and s.channel_id = c.id
                  and s.state = 'given'
                  and s.member_id > v_fan.cursor_id
                order by s.member_id
                limit p_most) s
         order by s.member_id
         limit p_most
    ), whole as (       -- the last member may have more channels than fit
        select g.member_id, g.channel_id
          from given g
         where (select count(*) from given) < p_most
            or g.member_id < (select max(member_id) from given)
    ), queued as (
        insert into send_job (member_id, channel_id, template, gate_cat, scope_id, stream, seq, club_id, audience, actor,
                              refs, prio)
        select w.member_id, h.channel_id, v_fan.template, v_fan.gate_cat, v_fan.scope_id, v_fan.stream, v_fan.seq,
               v_fan.club_id, v_fan.audience, v_fan.actor, v_fan.refs, 2
          from whole w
          join channel h on h.channel_id = w.channel_id or w.channel_id = 0 and h.channel_id in (2, 3, 4)
         where lib.in_club(w.member_id, v_fan.club_id)
           and lib.consent_ok(w.member_id, v_purpose.purpose_id, v_fan.scope_id, w.channel_id)
         order by w.member_id, h.channel_id
            on conflict do nothing
        returning 1
    )
    select (select max(member_id) from whole), (select count(*) from queued) into v_upto, v_count;
    if v_upto is null then
        delete from send_fanout where fanout_id = v_fan.fanout_id;
    else
        update send_fanout set cursor_id = v_upto where fanout_id = v_fan.fanout_id;
    end if;
    return v_count;
end $$;

-- The same for one fan-out after the other, until p_most messages are queued: small ones do not wait for the next run.
-- One that reaches nobody counts as a hundredth, so that a run stays short.
create function lib.send_expand(p_most int default 1000) returns bigint language plpgsql volatile as $$
declare
    v_total  bigint := 0;
    v_queued bigint := 0;
    v_count  bigint;
begin
    while v_total < p_most loop
        v_count := lib.send_expand_oldest(p_most);
        exit when v_count is null;
        v_queued := v_queued + v_count;
        v_total := v_total + greatest(v_count, p_most / 100);
    end loop;
    return v_queued;
end $$;

-- keeping in order ----------------------------------------------------------------------------------------

-- Makes the partitions of delivery_log for this month and p_ahead more, drops those older than p_keep months.  A month
-- of which the default partition holds rows stays there.
create function lib.delivery_partitions(p_ahead int default 2, p_keep int default 24) returns bigint
language plpgsql volatile set search_path = club, pg_temp set timezone = 'UTC' as $$
declare
    v_month date;
    v_name  text;
    v_count bigint := 0;
begin
    perform set_config('lock_timeout', '500ms', true);
    for v_month in
        select (date_trunc('month', current_date) + make_interval(months => n))::date
          from generate_series(0, p_ahead) as n
    loop
        v_name := 'delivery_log_' || to_char(v_month, 'YYYYMM');
        if to_regclass('club.' || v_name) is null
           and not exists (select
                             from delivery_log_default
                            where at >= v_month and at < v_month + interval '1 month') then
            execute format('create table club.%I (like club.delivery_log including defaults including constraints)',
                           v_name);
            execute format('alter table club.delivery_log attach partition club.%I for values from (%L) to (%L)',
                           v_name, v_month::timestamptz, (v_month + interval '1 month')::timestamptz);
            v_count := v_count + 1;
        end if;
    end loop;
    for v_name in
        select c.relname
          from pg_inherits i
          join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'club.delivery_log'::regclass
           and c.relname ~ '^delivery_log_[0-9]{6}$'
           and to_date(right(c.relname, 6), 'YYYYMM') < current_date - make_interval(months => p_keep + 1)
    loop
        execute format('drop table club.%I', v_name);
        v_count := v_count + 1;
    end loop;
    delete from delivery_log_default where at < current_date - make_interval(months => p_keep);
    return v_count;
end $$;

-- Messages that nobody took in a week are dropped; ended ones live 30 days.
create function lib.sends_purge() returns bigint language sql volatile as $$
    with dropped as (
        update send_job
           set state = 'dropped', ended_at = now()
         where job_id = any (array(
                   select job_id from send_job
                    where state = 'queued' and at < now() - interval '7 days'
                    limit 20000 for update skip locked))
        returning 1
    ), gone as (
        delete from send_job
         where job_id = any (array(
                   select job_id from send_job where ended_at < now() - interval '30 days'
                    limit 20000 for update skip locked))
        returning 1
    )
    select (select count(*) from dropped) + (select count(*) from gone)
$$;

-- I-50 and I-51: every message that needed a consent had one of that member for that triple, in force when it was
-- handed out.  Returns what is wrong; nothing when all is well.
create function lib.delivery_violations() returns table (delivery bigint, member bigint, wrong text)
language sql stable set search_path = club, pg_temp as $$
    select j.id, j.member_id, j.wrong
      from (select l.id, l.member_id,
                   case when e.event_id is null then 'no consent of this member for this triple'
                        when e.at > l.at then 'consent given later'
                        when e.text_ver is null
                             or e.text_ver < (select max(t.ver)
                                                from consent_text t
                                               where t.purpose_id = p.purpose_id
                                                 and t.material
                                                 and t.valid_from <= l.at) then 'consent to an older text'
                        when exists (select
                                       from consent_event w
                                      where w.member_id = l.member_id
                                        and w.purpose_id = p.purpose_id
                                        and w.scope_id = l.scope_id
                                        and w.channel_id = e.channel_id
                                        and w.seq > e.seq
                                        and w.action in ('withdraw', 'refuse', 'expire')
                                        and w.at <= l.at) then 'after a withdrawal'
                   end as wrong
              from delivery_log l
              join purpose p on p.code = l.gate_cat and p.basis in ('consent', 'explicit_consent')
              left join consent_event e on e.event_id = l.consent_event
                                       and e.member_id = l.member_id
                                       and e.purpose_id = p.purpose_id
                                       and e.scope_id = l.scope_id
                                       and e.channel_id = case when p.per_channel then l.channel_id else 0 end
                                       and e.action in ('give', 'confirm')
             where l.verdict = 'sent') j
     where j.wrong is not null
$$;
