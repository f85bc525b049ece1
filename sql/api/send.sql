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
