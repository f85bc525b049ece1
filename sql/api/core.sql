-- core.sql -- row types and helpers that every noun uses.  Loaded first.
--
-- Schema lib holds helpers.  They are neither security definer nor do they set search_path: they run inside a
-- function of schema api, which has both.  A helper is in SQL where it is one expression, which is inlined, and
-- in PL/pgSQL where it reads a table, because that keeps its plan.  Nothing outside api and lib may
-- depend on them; both schemas are dropped and rebuilt at every deploy.

-- types ---------------------------------------------------------------------------------------------------

-- What a method answers.  subjects: members other than the caller whose data the reply shows.
create type lib.answer as (reply jsonb, events jsonb, sys_seq bigint, subjects bigint[]);

-- What a batch form answers per request; idx counts from 1; sqlstate is null when it went well.  subjects of a refusal:
-- null where it does not tell whom its detail shows.
create type lib.batch_answer as (
    idx int, sqlstate text, detail jsonb, reply jsonb, events jsonb, sys_seq bigint, subjects bigint[]);

-- One event before it has a number.  key is the conflation key.
create type lib.event_row as (
    stream text, type text, gate text, scope bigint, audience text, subjects bigint[], actor bigint,
    object text, key text, refs jsonb);

-- What a view function answers.  subjects: all members whose data is in the view, the viewer too.
-- shown = false: nothing is left to show.  redacted: something was withheld for lack of permission.
create type lib.shown as (view jsonb, shown boolean, redacted boolean, subjects bigint[]);

create type lib.card as (card jsonb, redacted boolean, shown boolean, subjects bigint[]);

-- What became of one key of a batch: fresh (decide it), the twin of an earlier request, a stored reply or a
-- mismatch (sqlstate).
create type lib.idem_row as (idx int, fresh boolean, twin int, sqlstate text, reply jsonb, sys_seq bigint);

-- small things --------------------------------------------------------------------------------------------

-- The one maker of ids.
create function lib.new_id() returns bigint language sql volatile as
$$ select nextval('club.id_seq') $$;

-- A time as it goes to the wire: RFC 3339, UTC, milliseconds.
create function lib.iso(p_at timestamptz) returns text language sql stable as
$$ select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- Ids as they go to the wire: decimal strings.  (stable, as to_jsonb is: else it would not be inlined)
create function lib.ids(p_ids bigint[]) returns jsonb language sql stable as
$$ select to_jsonb(p_ids::text[]) $$;

-- Refuses the call with an expected failure; p_detail is merged into error.data.  No words of members in p_detail: it
-- may stand in PostgreSQL's log.  Of CONFLICT and GONE the hub asks again if any permission was lost before it is sent.
create function lib.refuse(p_sqlstate text, p_detail jsonb default null) returns void
language plpgsql immutable as $$
begin
    raise exception using errcode = p_sqlstate, message = 'refused', detail = coalesce(p_detail::text, '');
end $$;

create function lib.invalid(p_path text, p_problem text) returns void language plpgsql immutable as $$
begin
    raise exception using errcode = 'ZC602', message = 'invalid parameter',
        detail = jsonb_build_object('path', p_path, 'problem', p_problem)::text;
end $$;

create function lib.purpose_id(p_code text) returns smallint language plpgsql stable as $$
begin
    return (select purpose_id from purpose where code = p_code);
end $$;

create function lib.audit(p_actor text, p_action text, p_subject bigint, p_detail jsonb) returns void
language plpgsql volatile as $$
begin
    insert into audit_log (actor, action, subject_member, detail) values (p_actor, p_action, p_subject, p_detail);
end $$;

-- principals ----------------------------------------------------------------------------------------------

-- The id in a principal of that kind, else null.
create function lib.member_of(p_who text) returns bigint language sql immutable as
$$ select case when left(p_who, 2) = 'm:' then substr(p_who, 3)::bigint end $$;

create function lib.staff_of(p_who text) returns bigint language sql immutable as
$$ select case when left(p_who, 2) = 's:' then substr(p_who, 3)::bigint end $$;

create function lib.service_of(p_who text) returns text language sql immutable as
$$ select case when left(p_who, 2) = 'v:' then substr(p_who, 3) end $$;

-- The member who calls.  Another status than active refuses with RESTRICTED unless p_any_status: the reading
-- methods of points and consent, and every way to say no.
create function lib.require_member(p_who text, p_any_status boolean default false) returns bigint
language plpgsql stable as $$
declare
    v_member bigint := lib.member_of(p_who);
    v_status text;
begin
    if v_member is null then
        raise exception using errcode = 'ZC001', message = 'not a member';
    end if;
    select status into v_status from member where member_id = v_member;
    if v_status is null or v_status = 'erased' then
        raise exception using errcode = 'ZC000', message = 'no such member';
    end if;
    if v_status <> 'active' and not p_any_status then
        raise exception using errcode = 'ZC035', message = 'restricted',
            detail = jsonb_build_object('status', v_status)::text;
    end if;
    return v_member;
end $$;

-- The staff member who calls, with one of p_roles and, when p_club is given, with that club.
create function lib.require_staff(p_who text, p_roles text[], p_club bigint default null) returns bigint
language plpgsql stable as $$
declare
    v_staff bigint := lib.staff_of(p_who);
    v_roles text[];
begin
    if v_staff is null then
        raise exception using errcode = 'ZC001', message = 'not staff';
    end if;
    select roles into v_roles from staff where staff_id = v_staff and active;
    if not found then
        raise exception using errcode = 'ZC000', message = 'no such staff member';
    end if;
    if not v_roles && p_roles
       or p_club is not null
          and not exists (select from staff_club where staff_id = v_staff and club_id = p_club) then
        raise exception using errcode = 'ZC001', message = 'not in this role';
    end if;
    return v_staff;
end $$;

-- The service that calls; its scopes were checked at the door.
create function lib.require_service(p_who text) returns text language plpgsql stable as $$
begin
    if lib.service_of(p_who) is null then
        raise exception using errcode = 'ZC001', message = 'not a service';
    end if;
    return lib.service_of(p_who);
end $$;

-- Is this member in the club, with access to its stream?
create function lib.in_club(p_member bigint, p_club bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from membership
         where member_id = p_member
           and club_id = p_club
           and status in ('active', 'paused', 'lapsed'));
end $$;

create function lib.tier_rank(p_member bigint, p_club bigint) returns int language plpgsql stable as $$
begin
    return (
        select t.rank
          from membership m
          join tier t using (tier_id)
         where m.member_id = p_member
           and m.club_id = p_club
           and m.status in ('active', 'paused', 'lapsed'));
end $$;

-- identifiers ---------------------------------------------------------------------------------------------

-- The key for one use; null when the session has none.
create function lib.pii_key(p_use text) returns bytea language sql stable as
$$ select sha256(convert_to(nullif(current_setting('clubhub.pii_key', true), '') || p_use, 'UTF8')) $$;

-- AES-256-CBC under a random initialisation vector, which stands in front.
create function lib.pii_seal(p_text text) returns bytea language plpgsql volatile as $$
declare
    v_key bytea := lib.pii_key('data');
    v_iv  bytea := club.gen_random_bytes(16);
begin
    if v_key is null then
        raise exception 'clubhub.pii_key is not set';
    end if;
    return v_iv || club.encrypt_iv(convert_to(p_text, 'UTF8'), v_key, v_iv, 'aes-cbc/pad:pkcs');
end $$;

create function lib.pii_open(p_sealed bytea) returns text language sql stable as $$
    select convert_from(
        club.decrypt_iv(substr(p_sealed, 17), lib.pii_key('data'), substr(p_sealed, 1, 16), 'aes-cbc/pad:pkcs'),
        'UTF8')
$$;

create function lib.email_normal(p_email text) returns text language sql immutable as
$$ select lower(normalize(btrim(p_email))) $$;

-- Finds an address without storing it.
create function lib.keyed_hash(p_text text) returns bytea language sql stable as
$$ select club.hmac(convert_to(p_text, 'UTF8'), lib.pii_key('hash'), 'sha256') $$;

create function lib.email_hash(p_email text) returns bytea language sql stable as
$$ select lib.keyed_hash(lib.email_normal(p_email)) $$;

-- consent -------------------------------------------------------------------------------------------------

-- Is this purpose closed to a member of these facts?
create function lib.is_closed(p_closed_while text, p_under_consent_age boolean, p_under_18 boolean) returns boolean
language sql immutable as $$
    select case p_closed_while
               when 'under_18' then p_under_18
               when 'under_consent_age' then p_under_consent_age
               else false
           end
$$;

-- Is the consent for this triple in force now?  Every term of domain.md 12.3; no job decides.
create function lib.consent_ok(p_member bigint, p_purpose smallint, p_scope bigint, p_channel smallint)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select from consent_state s
          join purpose p on p.purpose_id = s.purpose_id
          join member m on m.member_id = s.member_id
         where s.member_id = p_member
           and s.purpose_id = p_purpose
           and s.scope_id = p_scope
           and s.channel_id = p_channel
           and s.state = 'given'
           and s.text_ver >= (select v.min_ver from consent_min_ver v where v.purpose_id = p_purpose)
           and (s.expires_at is null or s.expires_at > now())
           and p.active
           and not lib.is_closed(p.closed_while, m.under_consent_age, m.under_18));
end $$;

create function lib.objected(p_member bigint, p_purpose smallint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select from consent_state
         where member_id = p_member
           and purpose_id = p_purpose
           and state = 'objected');
end $$;

-- The text over which the hash of a piece of evidence is taken.
create function lib.consent_canonical(p_event consent_event) returns text language sql stable as $$
    select jsonb_build_object(
        'member', (p_event).member_id::text, 'seq', (p_event).seq, 'purpose', (p_event).purpose_id,
        'scope', (p_event).scope_id::text, 'channel', (p_event).channel_id, 'action', (p_event).action,
        'text_ver', (p_event).text_ver, 'locale', (p_event).locale, 'actor', (p_event).actor,
        'by_guardian', (p_event).by_guardian::text, 'method', (p_event).method, 'evidence', (p_event).evidence,
        'at', to_char((p_event).at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
$$;

-- Appends one piece of evidence and returns its id.  The caller holds the member's row lock, so seq has no race.
create function lib.consent_record(p_member bigint, p_purpose smallint, p_scope bigint, p_channel smallint,
    p_action text, p_text_ver int, p_locale text, p_actor text, p_method text, p_evidence jsonb)
returns bigint language plpgsql volatile as $$
declare
    v_event consent_event;
    v_last  consent_event;
    v_text  bytea;
begin
    select seq, hash into v_last.seq, v_last.hash from consent_head where member_id = p_member;
    select sha256 into v_text
      from consent_text
     where purpose_id = p_purpose
       and ver = p_text_ver
       and locale = p_locale;

    v_event.member_id := p_member;
    v_event.seq := coalesce(v_last.seq, 0) + 1;
    v_event.purpose_id := p_purpose;
    v_event.scope_id := coalesce(p_scope, 0);
    v_event.channel_id := coalesce(p_channel, 0);
    v_event.action := p_action;
    v_event.text_ver := p_text_ver;
    v_event.locale := p_locale;
    v_event.actor := p_actor;
    v_event.method := p_method;
    v_event.evidence := coalesce(p_evidence, '{}');
    if v_text is not null then
        v_event.evidence := v_event.evidence || jsonb_build_object('text_sha256', encode(v_text, 'hex'));
    end if;
    v_event.at := clock_timestamp();
    v_event.prev_hash := v_last.hash;
    v_event.hash := sha256(coalesce(v_last.hash, '') || convert_to(lib.consent_canonical(v_event), 'UTF8'));

    insert into consent_event (member_id, seq, purpose_id, scope_id, channel_id, action, text_ver, locale, actor,
                               method, evidence, at, prev_hash, hash)
    values (v_event.member_id, v_event.seq, v_event.purpose_id, v_event.scope_id, v_event.channel_id,
            v_event.action, v_event.text_ver, v_event.locale, v_event.actor, v_event.method, v_event.evidence,
            v_event.at, v_event.prev_hash, v_event.hash)
    returning event_id into v_event.event_id;
    insert into consent_head as h (member_id, seq, hash)
    values (v_event.member_id, v_event.seq, v_event.hash)
        on conflict (member_id) do update set seq = excluded.seq, hash = excluded.hash;
    return v_event.event_id;
end $$;

-- A member as others of the club may see them (domain.md 12.8): the handle always; name and town with
-- com.profile, the tier with com.badge; everything for the member.  Viewer 0 is nobody in particular.
create function lib.author_card(p_member bigint, p_viewer bigint, p_club bigint) returns lib.card
language plpgsql stable as $$
declare
    v_member  member;
    v_profile boolean;
    v_badge   boolean;
    v_card    jsonb;
    v_name    text;
    v_town    text;
    v_tier    jsonb;
begin
    select member_id, status, handle, under_consent_age
      into v_member.member_id, v_member.status, v_member.handle, v_member.under_consent_age
      from member
     where member_id = p_member;
    if not found or v_member.status = 'erased' then
        return row('{"former":true}'::jsonb, true, true, '{}'::bigint[])::lib.card;
    end if;
    if v_member.under_consent_age and p_viewer <> p_member then
        return row(null, true, false, '{}'::bigint[])::lib.card;
    end if;

    v_profile := p_viewer = p_member or lib.consent_ok(p_member, 50::smallint, p_club, 0::smallint);
    v_badge := p_viewer = p_member or lib.consent_ok(p_member, 54::smallint, p_club, 0::smallint);
    v_card := jsonb_build_object('member', p_member::text, 'handle', v_member.handle);
    if v_profile then
        select lib.pii_open(name_enc), lib.pii_open(town_enc) into v_name, v_town
          from member_pii
         where member_id = p_member;
        v_card := v_card || jsonb_strip_nulls(jsonb_build_object('name', v_name, 'town', v_town));
    end if;
    if v_badge then
        select jsonb_build_object('rank', t.rank, 'name', t.name) into v_tier
          from membership m
          join tier t using (tier_id)
         where m.member_id = p_member
           and m.club_id = p_club
           and m.status in ('active', 'paused', 'lapsed');
        if found then
            v_card := v_card || jsonb_build_object('tier', v_tier);
        end if;
    end if;
    return row(v_card, not (v_profile and v_badge), true, array[p_member])::lib.card;
end $$;

-- events --------------------------------------------------------------------------------------------------

create function lib.event(p_stream text, p_type text, p_gate text, p_refs jsonb, p_scope bigint default 0,
    p_audience text default null, p_subjects bigint[] default '{}', p_actor bigint default null,
    p_object text default null, p_key text default null)
returns lib.event_row language sql immutable as $$
    select row(p_stream, p_type, p_gate, p_scope, p_audience, p_subjects, p_actor, p_object, p_key,
               p_refs)::lib.event_row
$$;

-- A loss or change of permission, for the nodes.  reload: their gate state; shown: they as subjects; ends:
-- these subscriptions; object: every view of it; revoke: sessions of {"who","family"?}; all: everybody; rights: the
-- roles and clubs of this principal are asked for again, and subscriptions outside them end.
create function lib.sys(p_reload bigint[] default null, p_shown bigint[] default null, p_ends jsonb default null,
    p_object text default null, p_revoke jsonb default null, p_all boolean default null, p_rights text default null)
returns lib.event_row language sql stable as $$
    select row('sys', 'sys.changed', 'staff', 0, null, '{}'::bigint[], null, null, null,
               jsonb_strip_nulls(jsonb_build_object(
                   'reload', lib.ids(p_reload), 'shown', lib.ids(p_shown), 'ends', p_ends,
                   'object', p_object, 'revoke', p_revoke, 'all', p_all, 'rights', p_rights)))::lib.event_row
$$;

-- An event as nodes read it, from a call's answer or from the tail.
create function lib.event_json(p_stream text, p_seq bigint, p_type text, p_gate text, p_scope bigint,
    p_audience text, p_subjects bigint[], p_actor bigint, p_object text, p_key text, p_refs jsonb,
    p_at timestamptz)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'stream', p_stream, 'seq', p_seq, 'type', p_type, 'gate', p_gate, 'scope', p_scope::text,
        'audience', p_audience, 'subjects', lib.ids(p_subjects), 'actor', p_actor::text, 'object', p_object,
        'key', p_key, 'refs', p_refs, 'at', lib.iso(p_at))
$$;

create function lib.sys_head() returns bigint language plpgsql stable as $$
begin
    return (select seq from stream where stream = 'sys');
end $$;

-- The sys number among the events of a commit, or null; it is the last of them.
create function lib.sys_seq_of(p_events jsonb) returns bigint language sql immutable as $$
    select case when p_events -> -1 ->> 'stream' = 'sys' then (p_events -> -1 ->> 'seq')::bigint end
$$;

-- Takes one stream's row, which stays locked to the commit, and returns the first of p_count numbers.
create function lib.take_seq(p_stream text, p_count bigint) returns bigint language plpgsql volatile as $$
declare
    v_seq bigint;
begin
    update stream set seq = seq + p_count where stream = p_stream returning seq into v_seq;
    if not found then
        insert into stream (stream, seq) values (p_stream, p_count)
        on conflict (stream) do update set seq = stream.seq + excluded.seq
        returning seq into v_seq;
    end if;
    return v_seq - p_count + 1;
end $$;

-- The same for many streams, given in the order of locks: where all exist they are taken in one statement, else each
-- in its turn.
create function lib.take_seqs(p_streams text[], p_counts bigint[]) returns bigint[] language plpgsql volatile as $$
declare
    v_first bigint[];
begin
    if (select count(*) from stream where stream = any (p_streams)) < cardinality(p_streams) then
        for i in 1 .. cardinality(p_streams) loop
            v_first[i] := lib.take_seq(p_streams[i], p_counts[i]);
        end loop;
        return v_first;
    end if;
    perform from stream where stream = any (p_streams) order by stream = 'sys', stream for no key update;
    with taken as (
        update stream s
           set seq = s.seq + c.count
          from unnest(p_streams, p_counts) with ordinality as c (stream, count, ord)
         where s.stream = c.stream
        returning c.ord, s.seq - c.count + 1 as first
    )
    select array_agg(t.first order by t.ord) into v_first from taken t;
    return v_first;
end $$;

-- Numbers and stores events; returns them as JSON in the order given.  Stream rows are taken by name, sys last.  No
-- scans without index: a plan made while there were few streams outlives that.
create function lib.emit_rows(p_events lib.event_row[]) returns jsonb[] language plpgsql volatile as $$
declare
    v_names  text[] := array[(p_events[1]).stream];
    v_counts bigint[];
    v_next   bigint[];      -- the next number of each stream
    v_seq    bigint[];      -- the number of each event
    v_out    jsonb[];
    v_event  lib.event_row;
    v_at     int;
    v_one    boolean := true;
begin
    for i in 2 .. cardinality(p_events) loop
        v_one := (p_events[i]).stream = v_names[1];
        exit when not v_one;
    end loop;
    if v_one then
        v_counts := array[cardinality(p_events)];
    else
        select array_agg(s.stream order by s.stream = 'sys', s.stream collate "C"),
               array_agg(s.count order by s.stream = 'sys', s.stream collate "C")
          into v_names, v_counts
          from (select e.stream, count(*) from unnest(p_events) as e group by e.stream) s;
    end if;
    if cardinality(v_names) <= 4 then
        for i in 1 .. cardinality(v_names) loop
            v_next[i] := lib.take_seq(v_names[i], v_counts[i]);
        end loop;
    else
        v_next := lib.take_seqs(v_names, v_counts);
    end if;

    if cardinality(p_events) > 8 then
        v_seq := array(
            select n.first + e.place - 1
              from (select x.stream, x.no, row_number() over (partition by x.stream order by x.no) as place
                      from unnest(p_events) with ordinality
                        as x (stream, type, gate, scope, audience, subjects, actor, object, key, refs, no)) e
              join unnest(v_names, v_next) as n (stream, first) on n.stream = e.stream
             order by e.no);
        v_out := array(
            select lib.event_json(e.stream, e.seq, e.type, e.gate, e.scope, e.audience, e.subjects, e.actor, e.object,
                                  e.key, e.refs, now())
              from unnest(p_events, v_seq) with ordinality
                as e (stream, type, gate, scope, audience, subjects, actor, object, key, refs, seq, no)
             order by e.no);
    else
        for i in 1 .. cardinality(p_events) loop
            v_event := p_events[i];
            v_at := array_position(v_names, v_event.stream);
            v_seq[i] := v_next[v_at];
            v_next[v_at] := v_next[v_at] + 1;
            v_out[i] := lib.event_json(v_event.stream, v_seq[i], v_event.type, v_event.gate, v_event.scope,
                                       v_event.audience, v_event.subjects, v_event.actor, v_event.object, v_event.key,
                                       v_event.refs, now());
        end loop;
    end if;
    insert into outbox (stream, seq, type, gate_cat, scope_id, audience, subjects, actor, object, conflate_key,
                        origin, refs)
    select e.stream, e.seq, e.type, e.gate, e.scope, e.audience, e.subjects, e.actor, e.object, e.key,
           current_setting('clubhub.origin', true), e.refs
      from unnest(p_events, v_seq)
        as e (stream, type, gate, scope, audience, subjects, actor, object, key, refs, seq)
     order by e.stream = 'sys', e.stream collate "C", e.seq;
    return v_out;
end $$;

-- The last thing a write does: numbers and stores its events and returns them for the answer, sys last.
create function lib.emit_all(p_events lib.event_row[]) returns jsonb language plpgsql volatile as $$
begin
    if p_events is null or cardinality(p_events) = 0 then
        return null;
    end if;
    return (lib.emit_each(p_events, array_fill(1, array[cardinality(p_events)])))[1];
end $$;

-- The same for a batch: p_idx[i], which never falls, is the request that event i belongs to.  Returns the events by
-- request, null where there are none.
create function lib.emit_each(p_events lib.event_row[], p_idx int[]) returns jsonb[] language plpgsql volatile as $$
declare
    v_rows jsonb[];
    v_out  jsonb[];
    v_sys  int[];
    v_part record;
begin
    if p_events is null or cardinality(p_events) = 0 then
        return v_out;
    end if;
    v_rows := lib.emit_rows(p_events);
    v_out := array_fill(null::jsonb, array[p_idx[cardinality(p_idx)]]);
    if cardinality(p_events) > 100 then     -- one by one would copy, for each, all that came before it
        for v_part in
            select r.idx, jsonb_agg(r.event order by (p_events[r.no]).stream = 'sys', r.no) as events
              from unnest(v_rows, p_idx) with ordinality as r (event, idx, no)
             group by r.idx
        loop
            v_out[v_part.idx] := v_part.events;
        end loop;
        return v_out;
    end if;
    for i in 1 .. cardinality(p_events) loop
        if (p_events[i]).stream = 'sys' then
            v_sys := v_sys || i;
        else
            v_out[p_idx[i]] := coalesce(v_out[p_idx[i]], '[]') || v_rows[i];
        end if;
    end loop;
    for i in 1 .. coalesce(cardinality(v_sys), 0) loop
        v_out[p_idx[v_sys[i]]] := coalesce(v_out[p_idx[v_sys[i]]], '[]') || v_rows[v_sys[i]];
    end loop;
    return v_out;
end $$;

-- answers and idempotency ---------------------------------------------------------------------------------

-- An answer.  Its sys_seq is that of its own sys event, else the head.  A write whose reply shows other members
-- reads lib.sys_head() first and sets sys_seq itself: its statements see several snapshots.
create function lib.done(p_reply jsonb, p_events jsonb default null, p_subjects bigint[] default '{}')
returns lib.answer language plpgsql stable as $$
begin
    return row(p_reply, p_events, coalesce(lib.sys_seq_of(p_events), lib.sys_head()), p_subjects)::lib.answer;
end $$;

-- First statement of a write.  A reply that is null: go ahead.  Else return it: the same request was answered
-- before.  A request that is running elsewhere is waited for.
create function lib.idem_begin(p_who text, p_method text, p_idem text, p_hash bytea) returns lib.answer
language plpgsql volatile as $$
declare
    v_hash   bytea;
    v_answer lib.answer;
begin
    loop
        insert into idempotency (principal, method, key, req_hash) values (p_who, p_method, p_idem, p_hash)
        on conflict do nothing;
        if found then
            return null;
        end if;
        select i.req_hash, i.response || '{"replay":true}', i.sys_seq
          into v_hash, v_answer.reply, v_answer.sys_seq
          from idempotency i
         where i.principal = p_who
           and i.method = p_method
           and i.key = p_idem;
        exit when found;    -- else it was purged just now: ask again
    end loop;
    if v_hash <> p_hash then
        raise exception using errcode = 'ZC005', message = 'key used for another request';
    end if;
    v_answer.subjects := '{}';
    return v_answer;
end $$;

-- Last statement of a write: stores the reply under its key.
create function lib.idem_end(p_who text, p_method text, p_idem text, p_answer lib.answer) returns lib.answer
language plpgsql volatile as $$
begin
    p_answer.sys_seq := coalesce(lib.sys_seq_of(p_answer.events), p_answer.sys_seq, lib.sys_head());
    p_answer.subjects := coalesce(p_answer.subjects, '{}');
    update idempotency
       set response = p_answer.reply, sys_seq = p_answer.sys_seq
     where principal = p_who
       and method = p_method
       and key = p_idem;
    return p_answer;
end $$;

-- A refusal that keeps what was written: the hub makes the error p_reason of it, with p_detail as its data.  The key
-- is free again, so the same request is judged anew.  p_subjects: members other than the caller whom p_detail shows; to
-- name them, also where there are none, says that the call may be made again when one of them withdraws before the
-- refusal is sent.  Null: then p_detail is left out.
create function lib.refused(p_reason text, p_detail jsonb default null, p_events jsonb default null,
    p_who text default null, p_method text default null, p_idem text default null, p_subjects bigint[] default null)
returns lib.answer language plpgsql volatile as $$
begin
    delete from idempotency
     where principal = p_who
       and method = p_method
       and key = p_idem;
    return lib.done(jsonb_build_object('refused', p_reason) || coalesce(p_detail, '{}'), p_events, p_subjects);
end $$;

-- The batch form: takes the keys in sorted order and says what became of each request.
create function lib.idem_begin_many(p_who text[], p_method text, p_idem text[], p_hash bytea[])
returns lib.idem_row[] language plpgsql volatile as $$
declare
    v_new  text[];      -- 'principal key' of what was not there
    v_rows lib.idem_row[];
begin
    if cardinality(p_who) = 1 then
        insert into idempotency (principal, method, key, req_hash) values (p_who[1], p_method, p_idem[1], p_hash[1])
        on conflict do nothing;
        if found then
            return array[row(1, true, null, null, null, null)::lib.idem_row];
        end if;
    end if;
    with taken as (
        insert into idempotency (principal, method, key, req_hash)
        select u.who, p_method, u.idem, u.hash
          from unnest(p_who, p_idem, p_hash) with ordinality as u (who, idem, hash, ord)
         order by u.who collate "C", u.idem collate "C", u.ord
            on conflict do nothing
        returning principal, key
    )
    select array_agg(t.principal || ' ' || t.key) into v_new from taken t;
    if cardinality(v_new) = cardinality(p_who) then
        for i in 1 .. cardinality(p_who) loop
            v_rows[i] := row(i, true, null, null, null, null)::lib.idem_row;
        end loop;
        return v_rows;
    end if;

    return array(
        select row(f.idx,
                   f.is_new and f.idx = f.first,
                   case when f.is_new and f.idx <> f.first and f.req_hash = f.hash then f.first end,
                   case when f.req_hash is null then 'ZC008' when f.req_hash <> f.hash then 'ZC005' end,
                   case when not f.is_new and f.req_hash = f.hash then f.response || '{"replay":true}' end,
                   case when not f.is_new and f.req_hash = f.hash then f.sys_seq end)::lib.idem_row
          from (select u.ord::int as idx, u.hash, i.req_hash, i.response, i.sys_seq,
                       (min(u.ord) over (partition by u.who, u.idem))::int as first,
                       coalesce(u.who || ' ' || u.idem = any (v_new), false) as is_new
                  from unnest(p_who, p_idem, p_hash) with ordinality as u (who, idem, hash, ord)
                  left join lateral (select x.req_hash, x.response, x.sys_seq
                                       from idempotency x
                                      where x.principal = u.who
                                        and x.method = p_method
                                        and x.key = u.idem
                                     offset 0) i on true) f
         order by f.idx);
end $$;

-- Stores the successes of a batch, forgets the keys of its refusals, and completes the answers.
-- p_answers: that of request i at place i, null where it was not fresh.
create function lib.idem_end_many(p_who text[], p_method text, p_idem text[], p_rows lib.idem_row[],
                                  p_answers lib.batch_answer[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_head   bigint := lib.sys_head();
    v_row    lib.idem_row;
    v_answer lib.batch_answer;
    v_out    lib.batch_answer[];
begin
    if cardinality(p_rows) = 1 and (p_rows[1]).fresh and (p_answers[1]).sqlstate is null then
        v_answer := p_answers[1];
        v_answer.sys_seq := coalesce(lib.sys_seq_of(v_answer.events), v_answer.sys_seq, v_head);
        v_answer.subjects := coalesce(v_answer.subjects, '{}');
        update idempotency
           set response = v_answer.reply, sys_seq = v_answer.sys_seq
         where principal = p_who[1]
           and method = p_method
           and key = p_idem[1];
        return array[v_answer];
    end if;

    -- The rows are this transaction's own, so their places are known: a join by key, planned while the table was empty
    -- and kept, may walk all keys.
    update idempotency i
       set response = u.reply, sys_seq = u.sys_seq
      from (select a.reply, coalesce(lib.sys_seq_of(a.events), a.sys_seq, v_head) as sys_seq, x.place
              from unnest(p_answers) as a
             cross join lateral (select y.ctid as place
                                   from idempotency y
                                  where y.principal = p_who[a.idx]
                                    and y.method = p_method
                                    and y.key = p_idem[a.idx]
                                 offset 0) x
             where a.sqlstate is null) u
     where i.ctid = u.place;
    for i in 1 .. cardinality(p_rows) loop
        if (p_answers[i]).sqlstate is not null and (p_rows[i]).fresh then
            delete from idempotency
             where principal = p_who[i]
               and method = p_method
               and key = p_idem[i];
        end if;
    end loop;

    for i in 1 .. cardinality(p_rows) loop
        v_row := p_rows[i];
        v_answer := p_answers[coalesce(v_row.twin, i)];
        v_out[i] := row(
            i, coalesce(v_row.sqlstate, v_answer.sqlstate), v_answer.detail,
            coalesce(v_row.reply, case when v_row.twin is null then v_answer.reply
                                       else v_answer.reply || '{"replay":true}' end),
            case when v_row.twin is null then v_answer.events end,
            coalesce(v_row.sys_seq, lib.sys_seq_of(v_answer.events), v_answer.sys_seq, v_head),
            case when coalesce(v_row.sqlstate, v_answer.sqlstate) is null then coalesce(v_answer.subjects, '{}')
                 else v_answer.subjects end)::lib.batch_answer;
    end loop;
    return v_out;
end $$;

-- guards --------------------------------------------------------------------------------------------------

-- Evidence and entries are never changed; only a retention job, which says so, may delete, and an erasure, which says
-- so, may put a pseudonym into the place of an id.
create function lib.append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('clubhub.retention', true) = 'on' then
        return old;
    end if;
    if tg_op = 'UPDATE' and tg_table_name = 'audit_log' and current_setting('clubhub.retention', true) = 'on'
       and to_jsonb(new) - '{subject_member,subject_pseudonym}'::text[]
           = to_jsonb(old) - '{subject_member,subject_pseudonym}'::text[] then
        return new;
    end if;
    raise exception '% is append-only', tg_table_name;
end $$;

create trigger append_only before update or delete on consent_event for each row execute function lib.append_only();
create trigger append_only before update or delete on ledger_entry for each row execute function lib.append_only();
create trigger append_only before update or delete on audit_log for each row execute function lib.append_only();

-- connection, versions, keys ------------------------------------------------------------------------------

-- connection.open   First statement of every connection: who writes, the key of identifiers, what links begin with.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.connection_open(p_node text, p_pii_key_hex text, p_incarnation text, p_public_url text default null)
returns void
language sql volatile security definer set search_path = club, pg_temp as $$
    select set_config('clubhub.origin', p_node || '.' || p_incarnation, false),
           set_config('clubhub.pii_key', p_pii_key_hex, false),
           set_config('clubhub.public_url', coalesce(p_public_url, ''), false)
$$;

-- schema.state   Which migrations and which functions this database has.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.schema_state(out migrations text, out api text)
language sql stable security definer set search_path = club, pg_temp as $$
    select (select encode(sha256(convert_to(string_agg(number || ' ' || sha256, E'\n' order by number), 'UTF8')), 'hex')
              from migration),
           (select sha256 from api_state)
$$;

-- Adds a key of a service; run by its owner (`clubhub apikey`).
create function lib.apikey_new(p_name text, p_scopes text[], p_key_hash bytea) returns void
language sql volatile set search_path = club, pg_temp as $$
    insert into api_key (key_hash, service, scopes, created_by) values (p_key_hash, p_name, p_scopes, session_user)
$$;
