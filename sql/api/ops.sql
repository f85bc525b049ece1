-- ops.sql -- what operators look at: incidents, jobs, queues; and the stream `ops`.
--
-- An incident is a difference that the hub has found and will not mend: it reports it, people decide.  Whoever finds one
-- opens it in the same transaction as what it does about it.

-- A number as it goes to the wire: nothing beyond 2^53-1 leaves.  Null stays null.
create function lib.number_shown(p_number numeric) returns bigint language sql immutable as
$$ select case when p_number is not null then least(greatest(p_number, -9007199254740991), 9007199254740991)::bigint end $$;

-- Opens an incident and returns its number; null: there is one already, to which new facts are added, 20 at most.
-- p_facts: a list of {"invariant","object","found","expected"}.
create function lib.incident_open(p_kind text, p_object text, p_account bigint, p_facts jsonb)
returns bigint language plpgsql volatile as $$
declare
    v_id bigint := lib.new_id();
begin
    insert into incident (incident_id, kind, object, account_id, facts)
    values (v_id, p_kind, p_object, p_account, p_facts)
        on conflict (kind, object) where closed_at is null do nothing;
    if found then
        return v_id;
    end if;
    update incident i
       set facts = (select jsonb_agg(f.fact order by f.no)
                      from (select n.fact, min(n.no) as no
                              from jsonb_array_elements(i.facts || p_facts) with ordinality as n (fact, no)
                             group by n.fact
                             order by min(n.no)
                             limit 20) f)
     where i.kind = p_kind
       and i.object = p_object
       and i.closed_at is null;
    return null;
end $$;

create function lib.incident_event(p_incident bigint, p_state text) returns lib.event_row language sql stable as $$
    select lib.event('ops', 'incident', 'staff',
                     jsonb_build_object('incident', p_incident::text, 'state', p_state),
                     p_object => 'incident:' || p_incident)
$$;

-- The open incident for which the accounts of an owner ('m' or 'f') were frozen; null: none.
create function lib.incident_of(p_owner_kind text, p_owner bigint) returns bigint language plpgsql stable as $$
begin
    return (
        select min(i.incident_id)
          from ledger_account a
          join incident i on i.account_id = a.account_id and i.closed_at is null
         where a.owner_kind = p_owner_kind::char(1)
           and a.owner_id = p_owner);
end $$;

create function lib.incident_view(p_incident incident) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'incident', (p_incident).incident_id::text, 'kind', (p_incident).kind, 'object', (p_incident).object,
        'frozen', (p_incident).account_id is not null, 'facts', (p_incident).facts,
        'opened_at', lib.iso((p_incident).opened_at), 'closed_at', lib.iso((p_incident).closed_at))
$$;

-- Remembers that a job was at work; not more than once a minute when there was nothing to do.
create function lib.job_note(p_job text, p_done bigint) returns void language plpgsql volatile as $$
begin
    if exists (select from job_run where job = p_job and at > now() - interval '1 minute') and p_done = 0 then
        return;
    end if;
    if p_done = 0 then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    insert into job_run as r (job, at, did_at, did)
    values (p_job, now(), case when p_done > 0 then now() end, nullif(p_done, 0))
        on conflict (job) do update
       set at = now(), did_at = coalesce(excluded.did_at, r.did_at), did = coalesce(excluded.did, r.did);
end $$;

-- How long the oldest of something has been due, in seconds; 0: nothing is.
create function lib.seconds_since(p_at timestamptz) returns bigint language sql stable as
$$ select greatest(0, coalesce(extract(epoch from now() - p_at), 0))::bigint $$;

-- What ops.health answers.  Every count ends at 1,000 and stands on an index: it costs the same at any size.
create function lib.ops_health() returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'at', lib.iso(now()),
        'incidents', (select coalesce(jsonb_agg(lib.incident_view(i) order by i.incident_id desc), '[]')
                        from (select * from incident where closed_at is null order by incident_id desc limit 20) i),
        'open_incidents', (select count(*) from (select from incident where closed_at is null limit 1000) n),
        'nodes', (select count(*) from node),
        'sys_lag', (select greatest(0, lib.sys_head() - coalesce(min(applied_seq), lib.sys_head())) from node),
        'ledger', jsonb_build_object(
            'holds_due', (select count(*) from (select from point_hold where state = 'active' and expires_at <= now() limit 1000) n),
            'holds_late_s', (select lib.seconds_since(min(expires_at)) from point_hold where state = 'active' and expires_at <= now()),
            'lots_due', (select count(*) from (select from point_lot where live and expires_at <= now() limit 1000) n),
            'lots_late_s', (select lib.seconds_since(min(expires_at)) from point_lot where live and expires_at <= now()),
            'reconcile', (select r.state from reconcile_run r),
            'changed_at', (select lib.iso(r.changed_at) from reconcile_run r),
            'all_at', (select lib.iso(r.all_at) from reconcile_run r)),
        'messages', jsonb_build_object(
            'queued', (select count(*) from (select from send_job where state = 'queued' and not_before <= now() limit 1000) n),
            'late_s', (select lib.seconds_since(min(not_before)) from send_job where state = 'queued' and not_before <= now())),
        'jobs', (select coalesce(jsonb_agg(jsonb_build_object('job', job, 'at', lib.iso(at), 'did_at', lib.iso(did_at),
                                                              'did', did) order by job), '[]')
                   from job_run),
        'versions', jsonb_build_object('migration', (select max(number) from migration),
                                       'functions', (select sha256 from api_state),
                                       'database', current_setting('server_version'), 'lineage', lib.lineage()));
end $$;

-- ops.health   How the hub is: open incidents, nodes, how late the ledger's jobs and the messages are, what each job did
--              last, versions.
--   who    admin, service ops
--   raises ZC001
--   emits  –
create function api.ops_health(p_who text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    if lib.service_of(p_who) is null then
        perform lib.require_staff(p_who, '{admin}');
    end if;
    return lib.done(lib.ops_health());
end $$;

-- ops.incident_close   Ends an incident once the difference is gone: until then its account cannot be unfrozen, after
--                      that it can.  It thaws nothing by itself.
--   who    admin
--   raises ZC002 no such incident; ZC017 {"state":"closed"}; {"state":"differs"} what it tells of is still so
--   emits  incident on ops
create function api.ops_incident_close(p_who text, p_idem text, p_hash bytea, p_incident bigint, p_reason text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer   lib.answer;
    v_incident incident;
begin
    v_answer := lib.idem_begin(p_who, 'ops.incident_close', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    perform lib.require_staff(p_who, '{admin}');
    select * into v_incident from incident where incident_id = p_incident for update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_incident.closed_at is not null then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    if lib.reconcile_differs(v_incident) then
        perform lib.refuse('ZC017', '{"state":"differs"}');
    end if;
    update incident
       set closed_at = now(), closed_by = p_who, reason = p_reason
     where incident_id = p_incident
    returning * into v_incident;
    perform lib.audit(p_who, 'ops.incident_close', lib.incident_member(v_incident),
                      jsonb_build_object('incident', p_incident::text));
    return lib.idem_end(p_who, 'ops.incident_close', p_idem, lib.done(
        lib.incident_view(v_incident), lib.emit_all(array[lib.incident_event(p_incident, 'closed')])));
end $$;

-- The member whose account was frozen; null: a family's, or nobody's.
create function lib.incident_member(p_incident incident) returns bigint language plpgsql stable as $$
begin
    return (select owner_id from ledger_account where account_id = (p_incident).account_id and owner_kind = 'm');
end $$;
