-- privacy_export.sql -- all that the club holds about one member, as an archive of files with a JSON object per line.
--
-- Nothing is built ahead and no copy is kept: the link is a token, and whoever follows it is handed the rows as they
-- are then, a page of one file at a time.  Other people appear by their handles only.

create type lib.export_row as (key bigint, line jsonb);

create function lib.handle_of(p_member bigint)
returns text language plpgsql stable as $$
begin
    return (select handle from member where member_id = p_member);
end $$;

-- The handle of somebody a member has met, as far as lists of the member show it: none where one blocks the other, none
-- of a child.
create function lib.handle_met(p_other bigint, p_member bigint)
returns text language plpgsql stable as $$
begin
    return (select handle
              from member
             where member_id = p_other
               and (p_other = p_member or not under_consent_age and not lib.is_blocked(p_other, p_member)));
end $$;

-- Rows of the profile, of the memberships and of what goes with them.
create function lib.export_person(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'profile' then
        return query
        select 1::bigint, jsonb_build_object(
                   'member', m.member_id::text, 'pseudonym', m.pseudonym, 'status', m.status, 'handle', m.handle,
                   'name', lib.pii_open(p.name_enc), 'town', lib.pii_open(p.town_enc),
                   'email', lib.pii_open(p.email_enc), 'birth', lib.pii_open(p.birth_enc),
                   'email_verified_at', lib.iso(m.email_verified_at), 'locale', m.locale, 'tz', m.tz,
                   'country', m.country, 'under_consent_age', m.under_consent_age, 'under_18', m.under_18,
                   'consent_age_on', m.consent_age_on, 'adult_on', m.adult_on, 'terms_ver', m.terms_ver,
                   'terms_at', lib.iso(m.terms_at), 'silenced_until', lib.iso(m.silenced_until),
                   'quiet_from', m.quiet_from, 'quiet_to', m.quiet_to, 'notifications_read_up_to', m.notify_read_upto,
                   'created_at', lib.iso(m.created_at), 'last_activity_at', lib.iso(m.last_activity_at))
          from member m
          left join member_pii p on p.member_id = m.member_id
         where m.member_id = p_member
           and p_after < 1;
    when 'interests' then
        return query
        select row_number() over (order by tag), jsonb_build_object('interest', tag)
          from member_interest
         where member_id = p_member;
    when 'preferences' then
        return query
        select row_number() over (order by topic, p.channel_id),
               jsonb_build_object('topic', topic, 'channel', h.code, 'enabled', enabled)
          from channel_pref p
          join channel h on h.channel_id = p.channel_id
         where member_id = p_member;
    when 'devices' then
        return query
        select device_id, jsonb_build_object('device', device_id::text, 'platform', platform, 'app', app_ver,
                                             'push_token', lib.pii_open(push_enc), 'created_at', lib.iso(created_at),
                                             'last_seen', lib.iso(last_seen))
          from device
         where member_id = p_member;
    when 'memberships' then
        return query
        select m.club_id, jsonb_build_object(
                   'club', m.club_id::text, 'name', c.name, 'status', m.status, 'track', k.name, 'tier', t.name,
                   'tier_since', lib.iso(m.tier_since), 'tier_until', lib.iso(m.tier_until),
                   'applied_at', lib.iso(m.applied_at), 'invited_at', lib.iso(m.invited_at),
                   'joined_at', lib.iso(m.joined_at), 'paid_until', lib.iso(m.paid_until),
                   'paused_at', lib.iso(m.paused_at), 'paused_days', m.paused_days, 'welcome', m.welcome_state,
                   'answers', m.applied_answers, 'invited_because', m.invite_criterion,
                   'sponsor', lib.handle_met(m.sponsor, p_member), 'has_agent', m.agent is not null)
          from membership m
          join club c on c.club_id = m.club_id
          join track k on k.track_id = m.track_id
          join tier t on t.tier_id = m.tier_id
         where m.member_id = p_member;
    when 'tier_changes' then
        return query
        select x.id, jsonb_build_object(
                   'club', x.club_id::text, 'from', f.name, 'to', t.name, 'cause', x.cause,
                   'by', lib.audit_by(x.actor) -> 'kind', 'reason', x.reason, 'tier_points', x.tp_seen, 'at', lib.iso(x.at))
          from tier_change x
          left join tier f on f.tier_id = x.from_tier
          join tier t on t.tier_id = x.to_tier
         where x.member_id = p_member;
    when 'cards' then
        return query
        select row_number() over (order by c.issued_at, c.card_no), jsonb_build_object(
                   'card', c.card_no, 'status', c.status, 'locked_by', c.locked_by, 'issued_at', lib.iso(c.issued_at),
                   'wrong_codes', c.fail_count,
                   'devices', (select count(*) from card_device d where d.card_no = c.card_no))
          from member_card c
         where c.member_id = p_member;
    when 'segments' then
        return query
        select g.segment_id, jsonb_build_object('segment', s.name, 'club', s.club_id::text, 'basis', s.basis,
                                                'since', lib.iso(g.since))
          from segment_member g
          join segment s on s.segment_id = g.segment_id
         where g.member_id = p_member;
    when 'blocks' then
        return query
        select b.blocked, jsonb_build_object('member', b.blocked::text, 'blocked', lib.blocked_handle(p_member, b.blocked),
                                              'at', lib.iso(b.at))
          from block_rel b
         where b.blocker = p_member;
    when 'families' then
        return query
        select f.family_id, jsonb_build_object(
                   'family', f.family_id::text, 'status', f.status, 'head', lib.handle_met(f.head, p_member),
                   'role', m.role, 'state', m.state, 'can_redeem', m.can_redeem, 'contribution', m.contribution,
                   'percent', m.percent, 'share_activity', m.share_activity, 'invited_at', lib.iso(m.invited_at),
                   'joined_at', lib.iso(m.joined_at), 'left_at', lib.iso(m.left_at))
          from family_member m
          join family f on f.family_id = m.family_id
         where m.member_id = p_member;
    else
        null;
    end case;
end $$;

-- Rows of the ledger of points.
create function lib.export_points(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
declare
    v_accounts bigint[] := array(select account_id from ledger_account where owner_kind = 'm' and owner_id = p_member);
begin
    case p_file
    when 'points_accounts' then
        return query
        select a.account_id, jsonb_build_object(
                   'account', a.account_id::text, 'currency', a.cur, 'kind', a.kind, 'club', nullif(a.club_id, 0)::text,
                   'balance', a.balance, 'entries', a.ver, 'frozen', a.frozen)
          from ledger_account a
         where a.account_id = any (v_accounts);
    when 'points_transactions' then
        return query
        select x.tx_id, jsonb_build_object(
                   'tx', x.tx_id::text, 'kind', x.kind, 'amount', x.amount, 'reversed', x.reversed,
                   'reverses', x.reverses::text, 'club', x.club_id::text,
                   'ref', jsonb_build_object('kind', x.ref_kind, 'id', x.ref_id),
                   'by', lib.audit_by(x.actor), 'reason', x.reason, 'detail', x.detail,
                   'effective_at', lib.iso(x.effective_at), 'at', lib.iso(x.created_at))
          from (select distinct e.tx_id
                  from unnest(v_accounts) a
                 cross join lateral (select tx_id from ledger_entry where account_id = a and tx_id > p_after) e
                 order by e.tx_id
                 limit p_limit) t
          join ledger_tx x on x.tx_id = t.tx_id;
    when 'points_entries' then
        return query
        select e.entry_id, jsonb_build_object('entry', e.entry_id::text, 'tx', e.tx_id::text,
                                              'account', e.account_id::text, 'amount', e.amt, 'balance', e.bal_after)
          from unnest(v_accounts) a
         cross join lateral (select * from ledger_entry
                              where account_id = a and entry_id > p_after
                              order by entry_id
                              limit p_limit) e;
    when 'points_lots' then
        return query
        select l.lot_id, jsonb_build_object(
                   'lot', l.lot_id::text, 'tx', l.made_tx::text, 'amount', l.amount, 'left', l.remaining,
                   'expires_at', lib.iso(l.expires_at),
                   'used', (select coalesce(jsonb_agg(jsonb_build_object('tx', u.tx_id::text, 'amount', u.amt)), '[]')
                              from lot_use u
                             where u.lot_id = l.lot_id))
          from point_lot l
         where l.made_tx in (select e.tx_id from ledger_entry e where e.account_id = any (v_accounts))
           and l.origin_member = p_member
           and l.lot_id > p_after
         order by l.lot_id
         limit p_limit;
    when 'points_holds' then
        return query
        select h.hold_id, jsonb_build_object(
                   'hold', h.hold_id::text, 'amount', h.amount, 'captured', h.captured, 'state', h.state,
                   'for', h.purpose, 'ref', h.ref_id, 'by', lib.audit_by(h.requested_by),
                   'expires_at', lib.iso(h.expires_at),
                   'lots', (select coalesce(jsonb_agg(jsonb_build_object('lot', l.lot_id::text, 'amount', l.amt)), '[]')
                              from point_hold_lot l
                             where l.hold_id = h.hold_id))
          from point_hold h
         where h.account_id = any (v_accounts)
           and h.hold_id > p_after
         order by h.hold_id
         limit p_limit;
    when 'vouchers' then
        return query
        select v.voucher_id, jsonb_build_object(
                   'voucher', v.voucher_id::text, 'club', b.club_id::text, 'benefit', b.title, 'cause', v.cause,
                   'tx', case when v.member_id = p_member then v.issue_tx::text end,
                   'state', case when v.holder = p_member then lib.voucher_state(v) else 'given' end,
                   'from', lib.handle_met(v.given_by, p_member), 'issued_at', lib.iso(v.issued_at),
                   'expires_at', lib.iso(v.expires_at),
                   'redeemed_at', case when v.holder = p_member then lib.iso(v.redeemed_at) end)
          from voucher v
          join benefit b on b.benefit_id = v.benefit_id
         where (v.member_id = p_member or v.holder = p_member or v.given_by = p_member)
           and v.voucher_id > p_after
         order by v.voucher_id
         limit p_limit;
    else
        null;
    end case;
end $$;

-- Rows of consents.
create function lib.export_consents(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'consents' then
        return query
        select r.no, r.state
          from jsonb_array_elements(lib.consent_rows(p_member, null)) with ordinality as r (state, no);
    when 'consent_evidence' then
        return query
        select e.seq, jsonb_build_object(
                   'seq', e.seq, 'purpose', p.code, 'scope', e.scope_id::text, 'channel', h.code, 'action', e.action,
                   'text_ver', e.text_ver, 'locale', e.locale,
                   'title', t.title, 'text', t.body,
                   'by', lib.audit_by(e.actor) -> 'kind', 'by_guardian', lib.handle_of(e.by_guardian),
                   'method', e.method, 'evidence', e.evidence, 'at', lib.iso(e.at),
                   'prev_hash', encode(e.prev_hash, 'hex'), 'hash', encode(e.hash, 'hex'))
          from consent_event e
          join purpose p on p.purpose_id = e.purpose_id
          join channel h on h.channel_id = e.channel_id
          left join consent_text t on t.purpose_id = e.purpose_id and t.ver = e.text_ver and t.locale = e.locale
         where e.member_id = p_member
           and e.seq > p_after
         order by e.seq
         limit p_limit;
    else
        null;
    end case;
end $$;

-- Rows of what the member wrote and did in feeds.
create function lib.export_words(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'posts' then
        return query
        select p.post_id, jsonb_build_object(
                   'post', p.post_id::text, 'club', p.club_id::text, 'kind', p.kind, 'state', p.state,
                   'title', p.title, 'body', p.body, 'rating', p.rating, 'subject', p.subject_ref,
                   'audience', p.audience, 'created_at', lib.iso(p.created_at), 'edited_at', lib.iso(p.edited_at),
                   'published_at', lib.iso(p.published_at), 'version', p.version, 'likes', p.like_count,
                   'comments', p.comment_count)
          from post p
         where p.author_kind = 'm'
           and p.author_id = p_member
           and p.post_id > p_after
         order by p.post_id
         limit p_limit;
    when 'post_versions' then
        return query
        select row_number() over (order by v.post_id, v.version),
               jsonb_build_object('post', v.post_id::text, 'version', v.version, 'title', v.title, 'body', v.body,
                                  'at', lib.iso(v.at))
          from post p
          join post_version v on v.post_id = p.post_id
         where p.author_kind = 'm'
           and p.author_id = p_member;
    when 'comments' then
        return query
        select c.comment_id, jsonb_build_object(
                   'comment', c.comment_id::text, 'post', c.post_id::text, 'parent', c.parent_id::text,
                   'state', c.state, 'body', c.body, 'at', lib.iso(c.at), 'edited_at', lib.iso(c.edited_at))
          from comment c
         where c.author = p_member
           and c.comment_id > p_after
         order by c.comment_id
         limit p_limit;
    when 'comment_versions' then
        return query
        select row_number() over (order by v.comment_id, v.version),
               jsonb_build_object('comment', v.comment_id::text, 'version', v.version, 'body', v.body,
                                  'at', lib.iso(v.at))
          from comment c
          join comment_version v on v.comment_id = c.comment_id
         where c.author = p_member;
    when 'reactions' then
        return query
        select row_number() over (order by r.post_id, r.kind),
               jsonb_build_object('post', r.post_id::text, 'kind', r.kind, 'at', lib.iso(r.at))
          from reaction r
         where r.member_id = p_member;
    when 'mentions' then
        return query
        select row_number() over (order by m.post_id, m.comment_id),
               jsonb_build_object(
                   'post', m.post_id::text, 'comment', m.comment_id::text, 'state', m.state,
                   'by', lib.handle_met(coalesce(c.author, case p.author_kind when 'm' then p.author_id end),
                                        p_member))
          from post_mention m
          join post p on p.post_id = m.post_id
          left join comment c on c.comment_id = m.comment_id
         where m.member_id = p_member;
    when 'hidden_posts' then
        return query
        select h.post_id, jsonb_build_object('post', h.post_id::text, 'at', lib.iso(h.at))
          from post_hide h
         where h.member_id = p_member
           and h.post_id > p_after
         order by h.post_id
         limit p_limit;
    when 'followed_topics' then
        return query
        select row_number() over (order by f.club_id, f.topic),
               jsonb_build_object('club', f.club_id::text, 'topic', f.topic, 'at', lib.iso(f.at))
          from topic_follow f
         where f.member_id = p_member;
    else
        null;
    end case;
end $$;

-- Rows of moderation.
create function lib.export_moderation(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'reports' then
        return query
        select r.report_id, jsonb_build_object(
                   'report', r.report_id::text, 'club', r.club_id::text, 'of', r.target_kind,
                   'target', r.target_id::text, 'reason', r.reason, 'note', r.note, 'state', r.state,
                   'at', lib.iso(r.at), 'closed_at', lib.iso(r.closed_at))
          from report r
         where r.reporter = p_member
           and r.report_id > p_after
         order by r.report_id
         limit p_limit;
    when 'decisions' then
        return query
        select d.decision_id, jsonb_build_object(
                   'decision', d.decision_id::text, 'club', d.club_id::text, 'about', d.target_kind,
                   'target', d.target_id::text, 'action', d.action, 'ground', d.ground, 'clause', d.clause,
                   'facts', d.facts, 'automated', d.automated, 'reports', d.reports, 'until', lib.iso(d.until),
                   'at', lib.iso(d.at), 'told_at', lib.iso(d.notified_at), 'ended_at', lib.iso(d.ended_at),
                   'ended_by', d.ended_by)
          from moderation_decision d
         where d.member_id = p_member
           and d.decision_id > p_after
         order by d.decision_id
         limit p_limit;
    when 'appeals' then
        return query
        select a.appeal_id, jsonb_build_object(
                   'appeal', a.appeal_id::text, 'decision', a.decision_id::text, 'text', a.text, 'state', a.state,
                   'answer', a.answer, 'at', lib.iso(a.at), 'decided_at', lib.iso(a.decided_at))
          from appeal a
         where a.member_id = p_member
           and a.appeal_id > p_after
         order by a.appeal_id
         limit p_limit;
    else
        null;
    end case;
end $$;

-- Rows of messages, sign-ins and of what was done with the data.
create function lib.export_records(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'notifications' then
        return query
        select n.num, jsonb_build_object(
                   'number', n.num, 'type', n.type, 'target', n.target, 'count', n.count,
                   'by', lib.handle_met(n.actor, p_member),
                   'refs', n.refs - 'actor' - 'member', 'at', lib.iso(n.at))
          from notification n
         where n.member_id = p_member
           and n.num > p_after
         order by n.num
         limit p_limit;
    when 'messages' then
        return query
        select j.job_id, jsonb_build_object(
                   'message', j.job_id::text, 'channel', h.code, 'template', j.template, 'to', lib.pii_open(j.contact_enc),
                   'purpose', j.gate_cat,
                   'state', j.state, 'at', lib.iso(j.at), 'ended_at', lib.iso(j.ended_at))
          from send_job j
          join channel h on h.channel_id = j.channel_id
         where j.member_id = p_member
           and j.job_id > p_after
         order by j.job_id
         limit p_limit;
    when 'deliveries' then
        return query
        select d.id, jsonb_build_object(
                   'delivery', d.id::text, 'message', d.job_id::text, 'channel', h.code, 'purpose', d.gate_cat,
                   'scope', d.scope_id::text, 'verdict', d.verdict, 'reason', d.reason,
                   'consent_event', d.consent_event::text, 'at', lib.iso(d.at))
          from delivery_log d
          join channel h on h.channel_id = d.channel_id
         where d.member_id = p_member
           and d.id > p_after
         order by d.id
         limit p_limit;
    when 'suppressed_addresses' then
        return query
        select s.channel_id::bigint, jsonb_build_object('channel', h.code, 'reason', s.reason, 'at', lib.iso(s.at))
          from suppression s
          join channel h on h.channel_id = s.channel_id
         where s.contact_hash = (select email_hash from member_pii where member_id = p_member);
    when 'links' then
        return query
        select t.token_id, jsonb_build_object('kind', t.kind, 'made_at', lib.iso(t.created_at),
                                              'expires_at', lib.iso(t.expires_at), 'used_at', lib.iso(t.used_at))
          from one_time_token t
         where t.member_id = p_member
           and t.token_id > p_after
         order by t.token_id
         limit p_limit;
    when 'sign_ins' then
        return query
        select f.family_id, jsonb_build_object('sign_in', f.family_id::text, 'device', f.device,
                                               'at', lib.iso(f.created_at), 'ended_at', lib.iso(f.revoked_at))
          from token_family f
         where f.principal_kind = 'm'
           and f.principal_id = p_member
           and f.family_id > p_after
         order by f.family_id
         limit p_limit;
    when 'identities' then
        return query
        select row_number() over (order by i.how), i.how
          from (select jsonb_build_object('password_changed_at', lib.iso(changed_at)) as how
                  from credential
                 where principal_kind = 'm'
                   and principal_id = p_member
                 union all
                select jsonb_build_object('issuer', issuer, 'subject', subject)
                  from identity
                 where principal_kind = 'm'
                   and principal_id = p_member) i;
    when 'access_log' then
        return query
        select a.id, jsonb_build_object('by', lib.audit_by(a.actor), 'action', a.action, 'at', lib.iso(a.at))
          from audit_log a
         where a.subject_member = p_member
           and a.id > p_after
         order by a.id
         limit p_limit;
    when 'requests' then
        return query
        select d.dsr_id, jsonb_build_object(
                   'request', d.dsr_id::text, 'kind', d.kind, 'state', d.state, 'options', d.options, 'log', d.log,
                   'at', lib.iso(d.at), 'due_at', lib.iso(d.due_at), 'extended', d.extended,
                   'execute_at', lib.iso(d.run_at), 'closed_at', lib.iso(d.closed_at))
          from dsr d
         where d.member_id = p_member;
    else
        null;
    end case;
end $$;

-- The rows of one file after a key, by key, at most p_limit.
create function lib.export_rows(p_file text, p_member bigint, p_after bigint, p_limit int)
returns setof lib.export_row language plpgsql stable as $$
begin
    return query
    select r.key, r.line
      from (select * from lib.export_person(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_points(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_consents(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_words(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_moderation(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_records(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_bookings(p_file, p_member)
             union all
            select * from lib.export_waiting(p_file, p_member)
             union all
            select * from lib.export_plans(p_file, p_member, p_after, p_limit)
             union all
            select * from lib.export_shared(p_file, p_member, p_after, p_limit)) r
     where r.key > p_after
     order by r.key
     limit p_limit;
end $$;

-- What opens first: the archive in words.
create function lib.export_index(p_member bigint)
returns text language plpgsql stable as $$
declare
    v_handle text := lib.handle_of(p_member);
begin
    return '<!doctype html>' || E'\n' || '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        || 'content="width=device-width"><title>Your data</title><style>:root{color-scheme:light dark}body{font:1rem/1.5 '
        || 'system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}dt{font-family:monospace;margin-top:.6rem}'
        || 'dd{margin:0}</style></head><body>'
        || E'\n' || '<h1>Your data</h1>' || E'\n'
        || '<p>This is what we hold about you' || coalesce(' (' || v_handle || ')', '') || ', as of '
        || to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC. Each file is text with one record per '
        || 'line, in JSON, which programs read as well. Files with nothing in them are left out; a long one has parts '
        || '(-2, -3 …). Other people appear by their handles only.</p>' || E'\n' || '<dl>' || E'\n'
        || (select string_agg('<dt>' || file || '.jsonl</dt><dd>' || about || '</dd>', E'\n' order by no)
              from lib.export_files())
        || E'\n' || '</dl></body></html>' || E'\n';
end $$;

-- export.page   One file of the archive behind a link, or one part of it, after a cursor; the first is the index.  No
--               body: that was all.  sqlstate ZC002: the link is not, or no longer, good.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.export_page(p_secret text, p_cursor text, out sqlstate text, out file text, out body text,
                                out cursor text)
language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := (lib.token_link('export', p_secret, false)).member_id;
    v_no     int := split_part(coalesce(p_cursor, '0'), ':', 1)::int;
    v_after  bigint := coalesce(nullif(split_part(p_cursor, ':', 2), ''), '0')::bigint;
    v_part   int := coalesce(nullif(split_part(p_cursor, ':', 3), ''), '1')::int;
    v_more   boolean;
begin
    if v_member is null or not exists (select from member where member_id = v_member and status <> 'erased') then
        sqlstate := 'ZC002';
        return;
    end if;
    if v_no = 0 then
        file := 'index.html';
        body := lib.export_index(v_member);
        cursor := '1:0:1';
        return;
    end if;
    loop
        select f.file into file from lib.export_files() f where f.no = v_no;
        exit when file is null;
        with rows as (
            select r.key, r.line::text || E'\n' as line,
                   sum(octet_length(r.line::text) + 1) over (order by r.key) as bytes,
                   row_number() over (order by r.key) as no, count(*) over () as count
              from lib.export_rows(file, v_member, v_after, 1000) r
        )
        select string_agg(r.line, '' order by r.key), max(r.key), max(r.count) = 1000 or max(r.count) > count(*)
          into body, v_after, v_more
          from rows r
         where r.bytes <= 262144
            or r.no = 1;
        if body is not null then
            file := file || case when v_part > 1 then '-' || v_part else '' end || '.jsonl';
            cursor := case when v_more then v_no || ':' || v_after || ':' || v_part + 1 else v_no + 1 || ':0:1' end;
            return;
        end if;
        v_no := v_no + 1;
        v_after := 0;
        v_part := 1;
    end loop;
end $$;

-- privacy.export   A link to all that the club holds about the caller: good for seven days, and until the next one.
--   who    member
--   raises ZC024 five a day
--   emits  dsr.changed on me:<member>
create function api.privacy_export(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_member bigint;
    v_token  bigint;
    v_dsr    bigint;
begin
    v_answer := lib.idem_begin(p_who, 'privacy.export', p_idem, p_hash);
    if v_answer.reply is null then
        v_member := lib.require_member(p_who, true);
        perform from member where member_id = v_member for no key update;
        if (select count(*) from dsr
             where member_id = v_member and kind = 'portability' and at > now() - interval '1 day') >= 5 then
            perform lib.refuse('ZC024', '{"max":5}');
        end if;
        update one_time_token
           set expires_at = now()
         where member_id = v_member
           and kind = 'export'
           and expires_at > now();
        v_token := lib.token_new('export', v_member, '{}', interval '7 days');
        v_dsr := lib.dsr_open(v_member, 'portability', 'done');
        update dsr set result_ref = v_token::text where dsr_id = v_dsr;
        v_answer := lib.idem_end(p_who, 'privacy.export', p_idem, lib.done(
            jsonb_build_object('request', v_dsr::text, 'expires_at', lib.iso(now() + interval '7 days')),
            lib.emit_all(array[lib.dsr_changed(v_member, v_dsr, 'portability', 'done')])));
    end if;
    -- the link is a secret: derived again, never stored
    v_answer.reply := v_answer.reply || jsonb_build_object('link', '/v1/export/' || lib.token_secret(
        (select result_ref::bigint from dsr where dsr_id = (v_answer.reply ->> 'request')::bigint)));
    return v_answer;
end $$;
