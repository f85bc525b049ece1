-- consent_evidence.sql -- what was said, as one can look it up and prove it: history, receipt, chains.
--
-- Every piece of evidence holds a hash over itself and the hash before, from 1, per member; consent_head holds the
-- last one's number and hash.  So a change, a gap and a cut end are all found (lib.consent_verify).

-- One piece of evidence as the member sees it.
create function lib.consent_event_row(p_event consent_event)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'event', (p_event).event_id::text, 'seq', (p_event).seq,
        'purpose', (select code from purpose where purpose_id = (p_event).purpose_id),
        'scope', (p_event).scope_id::text,
        'channel', (select code from channel where channel_id = (p_event).channel_id),
        'action', (p_event).action, 'text_ver', (p_event).text_ver, 'locale', (p_event).locale,
        'text_sha256', (p_event).evidence ->> 'text_sha256', 'method', (p_event).method,
        'app', (p_event).evidence ->> 'app', 'session', (p_event).evidence ->> 'session',
        'address', (p_event).evidence ->> 'address', 'agent', (p_event).evidence ->> 'agent', 'by_guardian', (p_event).by_guardian is not null,
        'at', lib.iso((p_event).at), 'prev_hash', encode((p_event).prev_hash, 'hex'),
        'hash', encode((p_event).hash, 'hex'));
$$;

-- Whose evidence the caller may read: a member the own, the privacy team that of members of their clubs, on the record.
--   raises ZC000; ZC001; ZC002 nobody of their clubs; ZC602 member
create function lib.evidence_of(p_who text, p_member bigint, p_method text, p_detail jsonb)
returns bigint language plpgsql volatile as $$
declare
    v_staff bigint;
begin
    if lib.member_of(p_who) is not null then
        if p_member <> lib.member_of(p_who) then
            perform lib.refuse('ZC002');
        end if;
        return lib.require_member(p_who, true);
    end if;
    v_staff := lib.require_staff(p_who, '{privacy}');
    if p_member is null then
        perform lib.invalid('member', 'is missing');
    end if;
    if not exists (select
                     from membership m
                     join staff_club c on c.club_id = m.club_id
                    where m.member_id = p_member
                      and coalesce(m.joined_at, m.applied_at) is not null   -- an invitation opens nothing
                      and c.staff_id = v_staff) then
        perform lib.refuse('ZC002');
    end if;
    perform lib.audit(p_who, p_method, p_member, p_detail);
    return p_member;
end $$;

create function lib.consent_history(p_member bigint, p_limit int, p_before bigint)
returns jsonb language sql stable as $$
    select jsonb_build_object(
               'events', coalesce(jsonb_agg(h.event order by h.seq desc) filter (where h.no <= p_limit), '[]'),
               'cursor', case when max(h.no) > p_limit then min(h.seq) filter (where h.no <= p_limit)::text end)
      from (select e.seq, row_number() over (order by e.seq desc) as no, lib.consent_event_row(e) as event
              from consent_event e
             where e.member_id = p_member
               and (p_before is null or e.seq < p_before)
             order by e.seq desc
             limit p_limit + 1) h;
$$;

-- consent.history   The evidence of one member, newest first.
--   who    member (the own); privacy
--   raises ZC001; ZC002 nobody of their clubs; ZC602 cursor, member
--   emits  –
create function api.consent_history(p_who text, p_member bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint;
begin
    if p_cursor is not null and p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    v_member := lib.evidence_of(p_who, p_member, 'consent.history', '{}');
    return row(lib.consent_history(v_member, coalesce(p_limit, 20)::int, p_cursor::bigint), null, v_head,
               array[v_member])::lib.answer;
end $$;

-- Who answers for what is done with a scope: named in the settings of its club.
create function lib.consent_controller(p_scope_kind text, p_scope bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('controller', coalesce(c.settings ->> 'controller', c.name),
                                  'contact', c.settings ->> 'controller_contact')
          from club c
         order by c.club_id is distinct from case p_scope_kind
                                             when 'club' then p_scope
                                             when 'offer' then (select o.club_id from offer o where o.offer_id = p_scope)
                                             when 'category' then (select g.club_id
                                                                     from product_category g
                                                                    where g.category_id = p_scope) end,
                  c.club_id
         limit 1);
end $$;

-- The record of one triple in the sections of ISO/IEC TS 27560, with the newest 40 pieces of evidence; null: none.
create function lib.consent_receipt(p_member bigint, p_purpose purpose, p_scope bigint, p_channel smallint)
returns jsonb language plpgsql stable as $$
declare
    v_state  record;
    v_text   record;
    v_events jsonb;
begin
    select jsonb_agg(lib.consent_event_row(e) order by e.seq)
      into v_events
      from (select x.*
              from consent_event x
             where x.member_id = p_member
               and x.purpose_id = p_purpose.purpose_id
               and x.scope_id = p_scope
               and x.channel_id = p_channel
             order by x.seq desc
             limit 40) e;
    if v_events is null then
        return null;
    end if;
    select s.text_ver, s.event_id, s.expires_at,
           lib.consent_state_now(s.state, s.text_ver, (select v.min_ver
                                                         from consent_min_ver v
                                                        where v.purpose_id = s.purpose_id), s.expires_at) as state,
           case p_purpose.basis when 'li' then s.state <> 'objected'
                                else lib.consent_ok(p_member, p_purpose.purpose_id, p_scope, p_channel) end as in_force
      into v_state
      from consent_state s
     where s.member_id = p_member
       and s.purpose_id = p_purpose.purpose_id
       and s.scope_id = p_scope
       and s.channel_id = p_channel;
    select t.locale, t.title, t.body
      into v_text
      from consent_text t
      join consent_event e on e.event_id = v_state.event_id
     where t.purpose_id = p_purpose.purpose_id
       and t.ver = coalesce(v_state.text_ver, lib.consent_text_now(p_purpose.purpose_id))
     order by t.locale is distinct from e.locale, t.locale <> 'en', t.locale
     limit 1;
    return jsonb_build_object(
        'header', jsonb_build_object('schema', 'ISO/IEC TS 27560', 'receipt', v_state.event_id::text,
                                     'language', v_text.locale, 'issued_at', lib.iso(now())),
        'processing', jsonb_build_object(
            'purpose', p_purpose.code, 'basis', p_purpose.basis, 'scope_kind', p_purpose.scope_kind,
            'scope', p_scope::text, 'channel', (select code from channel where channel_id = p_channel),
            'text_ver', v_state.text_ver, 'title', v_text.title, 'body', v_text.body,
            'data_categories', to_jsonb(p_purpose.data_categories), 'recipients', to_jsonb(p_purpose.recipients),
            'retention', p_purpose.retention, 'expires_at', lib.iso(v_state.expires_at),
            'withdraw', case p_purpose.basis when 'li' then 'consent.object' else 'consent.withdraw' end),
        'parties', lib.consent_controller(p_purpose.scope_kind, p_scope)
                   || jsonb_build_object('subject', (select pseudonym from member where member_id = p_member)),
        'state', v_state.state, 'in_force', v_state.in_force, 'events', v_events);
end $$;

-- consent.receipt   The record of one triple; the hub signs it.
--   who    member (the own); privacy
--   raises ZC001; ZC002 nothing was ever asked or answered for it, or nobody of their clubs; ZC602 purpose, scope, member
--   emits  –
create function api.consent_receipt(p_who text, p_member bigint, p_purpose text, p_scope text, p_channel text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head    bigint := lib.sys_head();
    v_scope   bigint := coalesce(lib.scope_of(p_scope, 'scope'), 0);
    v_purpose purpose;
    v_member  bigint;
    v_reply   jsonb;
begin
    select * into v_purpose from purpose where code = p_purpose and basis in ('consent', 'explicit_consent', 'li');
    if not found then
        perform lib.invalid('purpose', 'is unknown');
    end if;
    v_member := lib.evidence_of(p_who, p_member, 'consent.receipt', jsonb_build_object(
        'purpose', p_purpose, 'scope', v_scope::text, 'channel', coalesce(p_channel, 'none')));
    v_reply := lib.consent_receipt(v_member, v_purpose, v_scope,
                                   (select channel_id from channel where code = coalesce(p_channel, 'none')));
    if v_reply is null then
        perform lib.refuse('ZC002');
    end if;
    return row(v_reply, null, v_head, array[v_member])::lib.answer;
end $$;

-- Breaches of the rules of evidence (domain.md I-52, I-53): no row means that all hold.  For the owner and tests.
create function lib.consent_violations()
returns table (invariant text, what text, detail text) language sql stable set search_path = club, pg_temp as $$
    select 'I-52', 'evidence ' || e.event_id, 'the chain of member ' || e.member_id || ' breaks at ' || e.seq
      from (select x.event_id, x.member_id, x.seq, x.prev_hash, x.hash,
                   lag(x.hash) over w as before, lag(x.seq) over w as seq_before,
                   sha256(coalesce(x.prev_hash, '') || convert_to(lib.consent_canonical(x), 'UTF8')) as again
              from consent_event x
            window w as (partition by x.member_id order by x.seq)) e
     where e.hash <> e.again
        or e.prev_hash is distinct from e.before
        or e.seq <> coalesce(e.seq_before, 0) + 1
     union all
    select 'I-52', 'member ' || (x ->> 'member'), 'the chain is cut before ' || (x ->> 'seq')
      from jsonb_array_elements((select v.broken from lib.consent_verify_ends(0, 2147483647) v)) x
     union all
    select 'I-53', 'member ' || s.member_id, p.code || ' is given but closed'
      from consent_state s
      join purpose p on p.purpose_id = s.purpose_id
      join member m on m.member_id = s.member_id
     where s.state = 'given'
       and lib.is_closed(p.closed_while, m.under_consent_age, m.under_18);
$$;

-- Walks the chains from (p_member, p_seq) on, which was looked at before, over at most p_limit pieces.  Returns where to
-- go on (null: that was all), how many were looked at, and what is broken: [{"member","seq","problem"}].
--   run by the owner (`clubhub verify-consent`)
create function lib.consent_verify(p_member bigint, p_seq bigint, p_limit int, out next_member bigint,
                                   out next_seq bigint, out checked bigint, out broken jsonb)
language plpgsql stable set search_path = club, pg_temp as $$
begin
    with page as materialized (
        select e.*
          from consent_event e
         where (e.member_id, e.seq) >= (p_member, p_seq)
         order by e.member_id, e.seq
         limit p_limit + 1
    ), link as (
        select e.member_id, e.seq, e.prev_hash, e.hash,
               lag(e.hash) over w as hash_before, lag(e.seq) over w as seq_before,
               sha256(coalesce(e.prev_hash, '') || convert_to(lib.consent_canonical(e::consent_event), 'UTF8')) as again
          from page e
        window w as (partition by e.member_id order by e.seq)
    ), problem as (
        select l.member_id, l.seq,
               case when l.seq <> coalesce(l.seq_before, 0) + 1 then 'missing'
                    when l.prev_hash is distinct from l.hash_before then 'unlinked'
                    when l.hash <> l.again then 'changed'
                    when not exists (select from consent_head h where h.member_id = l.member_id) then 'loose'
               end as problem
          from link l
         where (l.member_id, l.seq) <> (p_member, p_seq)
    )
    select count(*), coalesce(jsonb_agg(jsonb_build_object('member', p.member_id::text, 'seq', p.seq,
                                                           'problem', p.problem) order by p.member_id, p.seq)
                              filter (where p.problem is not null), '[]')
      into checked, broken
      from problem p;
    if checked > 0 then
        select e.member_id, e.seq
          into next_member, next_seq
          from (select x.member_id, x.seq
                  from consent_event x
                 where (x.member_id, x.seq) >= (p_member, p_seq)
                 order by x.member_id, x.seq
                 limit p_limit + 1) e
         order by e.member_id desc, e.seq desc
         limit 1;
    end if;
end $$;

-- The ends of the chains of at most p_limit members after p_member: is the last piece the one that is written down?
create function lib.consent_verify_ends(p_member bigint, p_limit int, out next_member bigint, out checked bigint,
                                        out broken jsonb)
language sql stable set search_path = club, pg_temp as $$
    select max(h.member_id), count(*),
           coalesce(jsonb_agg(jsonb_build_object('member', h.member_id::text, 'seq', h.seq, 'problem', 'cut')
                              order by h.member_id) filter (where e.hash is distinct from h.hash), '[]')
      from (select x.member_id, x.seq, x.hash
              from consent_head x
             where x.member_id > p_member
             order by x.member_id
             limit p_limit) h
      left join lateral (
           select y.hash
             from consent_event y
            where y.member_id = h.member_id
            order by y.seq desc
            limit 1) e on true;
$$;

-- Takes over one entry of an older list.  It is recorded, and gives permission only with the text that was shown (its
-- version and language in the register), when and how the member said yes; and only where the member has answered
-- nothing here.  Returns 'given', 'recorded' (no permission) or 'skipped'.
--   run by the owner, entry by entry
create function lib.consent_import(p_member bigint, p_purpose text, p_scope bigint, p_channel text, p_source text,
                                   p_text_ver int default null, p_locale text default null,
                                   p_said_at timestamptz default null, p_method text default null)
returns text language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_facts   record;
    v_purpose purpose;
    v_item    lib.consent_item;
    v_source  lib.consent_source;
    v_proven  boolean;
begin
    select l.under_consent_age, l.under_18 into v_facts from lib.consent_lock(p_member) l;
    select * into v_purpose from purpose where code = p_purpose and basis = 'consent' and active;
    if v_purpose.purpose_id is null or (p_scope = 0) <> (v_purpose.scope_kind = 'none')
       or (p_channel = 'none') = v_purpose.per_channel then
        raise exception 'no such triple: %, %, %', p_purpose, p_scope, p_channel;
    end if;
    v_proven := p_method <> '' and p_said_at <= now() and exists (
        select from consent_text where purpose_id = v_purpose.purpose_id and ver = p_text_ver and locale = p_locale);
    v_item := row(0, v_purpose.purpose_id, p_purpose, p_scope, (select channel_id from channel where code = p_channel),
                  p_text_ver, p_locale);
    v_source := row('import', coalesce(nullif(p_method, ''), 'import'), jsonb_strip_nulls(jsonb_build_object(
                        'source', p_source, 'said_at', lib.iso(p_said_at))));
    if exists (select
                 from consent_state
                where member_id = p_member
                  and purpose_id = v_item.purpose
                  and scope_id = v_item.scope
                  and channel_id = v_item.channel
                  and state <> 'requested')
       or not exists (select from member where member_id = p_member and status <> 'erased')
       or lib.is_closed(v_purpose.closed_while, v_facts.under_consent_age, v_facts.under_18) then
        return 'skipped';
    end if;
    if v_proven is not true then
        perform lib.consent_record(p_member, v_item.purpose, v_item.scope, v_item.channel, 'import', null, null,
                                   v_source.who, v_source.method, v_source.evidence);
        return 'recorded';
    end if;
    perform lib.consent_set(p_member, v_item, 'import', 'given', v_source, p_said_at + v_purpose.max_age);
    perform lib.consent_changed(p_member, jsonb_build_array(lib.consent_triple(v_item)));
    return 'given';
end $$;
