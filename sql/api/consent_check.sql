-- consent_check.sql -- what the operator's other systems may ask: is this allowed now?

-- consent.check   For up to 1,000 triples of members: may this be sent now?  The answer is good for a second.
--   who    services mailer, crm
--   raises ZC602 items
--   emits  –
-- A status in which the gate lets nothing of the kind pass means no.  The members' access log tells of it, once an hour.
create function api.consent_check(p_who text, p_items jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head    bigint := lib.sys_head();
    v_wrong   bigint;
    v_results jsonb;
    v_members bigint[];
begin
    perform lib.require_service(p_who);
    select min(i.no)
      into v_wrong
      from jsonb_array_elements(p_items) with ordinality as i (item, no)
     where i.item ->> 'scope' !~ '^[0-9]{1,18}$'
        or not exists (select
                         from purpose p
                        where p.code = i.item ->> 'purpose'
                          and p.basis in ('consent', 'explicit_consent', 'li'));
    if v_wrong is not null then
        perform lib.invalid('items[' || v_wrong - 1 || ']', 'is no triple one can ask about');
    end if;
    with version as materialized (
        select t.purpose_id, max(t.ver) as min_ver
          from consent_text t
         where t.material
           and t.valid_from <= now()
         group by t.purpose_id
    ), answer as (
        select i.no, m.member_id, s.event_id,
               coalesce(p.active
                        and (m.status = 'active' or p.code = 'li.security' and m.status in ('suspended', 'closing'))
                        and not lib.is_closed(p.closed_while, m.under_consent_age, m.under_18)
                        and case p.basis
                                when 'li' then s.state is distinct from 'objected'
                                else s.state = 'given'
                                     and s.text_ver >= v.min_ver
                                     and (s.expires_at is null or s.expires_at > now())
                            end, false) as in_force
          from jsonb_array_elements(p_items) with ordinality as i (item, no)
          join purpose p on p.code = i.item ->> 'purpose'
          join channel h on h.code = coalesce(i.item ->> 'channel', 'none')
          left join version v on v.purpose_id = p.purpose_id
          left join member m on m.member_id = (i.item ->> 'member')::bigint
          left join consent_state s on s.member_id = m.member_id
                                   and s.purpose_id = p.purpose_id
                                   and s.scope_id = coalesce(i.item ->> 'scope', '0')::bigint
                                   and s.channel_id = h.channel_id
    )
    select jsonb_agg(jsonb_build_object('in_force', a.in_force,
                                        'event', case when a.in_force then a.event_id::text end) order by a.no),
           array_agg(distinct a.member_id) filter (where a.member_id is not null)
      into v_results, v_members
      from answer a;

    insert into audit_log (actor, action, subject_member, detail)
    select p_who, 'consent.check', u.member, '{}'
      from unnest(v_members) as u (member)
     where not exists (
               select
                 from (select l.actor, l.action, l.at
                         from audit_log l
                        where l.subject_member = u.member
                        order by l.id desc
                        limit 50) l
                where l.actor = p_who
                  and l.action = 'consent.check'
                  and l.at > now() - interval '1 hour');
    return row(jsonb_build_object('valid_ms', 1000, 'results', v_results), null, v_head,
               coalesce(v_members, '{}'))::lib.answer;
end $$;
