-- node.sql -- workers among themselves: rows of node, lineage, wake-ups.

-- The identity of this database's history: cluster, timeline, and a counter for volumes that were rolled back.
create function lib.lineage() returns text language plpgsql stable as $$
begin
    return (
        select substr(encode(sha256(convert_to(
                   s.system_identifier || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '.' || c.counter,
                   'UTF8')), 'hex'), 1, 16)
          from pg_control_system() s, lineage_counter c);
end $$;

-- Begins another lineage; run by the owner (`clubhub new-epoch`).
create function lib.new_epoch() returns text language plpgsql volatile set search_path = club, pg_temp as $$
begin
    update lineage_counter set counter = counter + 1;
    return lib.lineage();
end $$;

-- lineage   The present lineage.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.lineage() returns text
language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    return lib.lineage();
end $$;

-- node.join   Puts a worker among the nodes.  p_lineage is what it knew, for the log only.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.node_join(p_lineage text, p_name text, out node_id bigint, out lineage text)
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    node_id := lib.new_id();
    lineage := lib.lineage();
    insert into node (node_id, name, applied_seq, lineage)
    values (node_join.node_id, left(coalesce(p_name, ''), 200), lib.sys_head(), node_join.lineage);
end $$;

-- node.start   Where the tail of a node begins; read after its join is committed.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.node_start(out snapshot text, out sys_seq bigint, out lineage text)
language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    snapshot := pg_current_snapshot()::text;
    sys_seq := lib.sys_head();
    lineage := lib.lineage();
end $$;

-- node.renew   Says that the node lives and what it has applied.  hit is false after a fence or in a new lineage.
--   who    the hub
--   commits without waiting for the disk: a renewal lost with the server only makes waiters wait
--   raises nothing
--   emits  nothing
create function api.node_renew(p_node bigint, p_applied bigint, p_lineage text,
    out hit boolean, out now_ms bigint, out lineage text, out nodes int)
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    lineage := lib.lineage();
    update node n
       set beat = n.beat + 1, applied_seq = greatest(n.applied_seq, p_applied)
     where n.node_id = p_node
       and n.lineage = node_renew.lineage
       and p_lineage = node_renew.lineage;
    hit := found;
    nodes := (select count(*) from node);
    now_ms := (extract(epoch from clock_timestamp()) * 1000)::bigint;
end $$;

-- node.rows   All nodes, for the barrier.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.node_rows() returns table (node_id bigint, beat bigint, applied_seq bigint)
language plpgsql stable security definer set search_path = club, pg_temp as $$
begin
    return query select n.node_id, n.beat, n.applied_seq from node n;
end $$;

-- node.fence   Takes away a node whose beat stood still.  It waits for a renewal that is not committed yet.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.node_fence(p_node bigint, p_beat bigint, out deleted boolean)
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    delete from node where node_id = p_node and beat = p_beat;
    deleted := found;
end $$;

-- node.leave   A worker that ends takes its row away.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.node_leave(p_node bigint) returns void
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    delete from node where node_id = p_node;
end $$;

-- wake   Tells the other nodes that there is something to read; never inside a writing transaction.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.wake() returns void
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    perform pg_notify('clubhub', '');
end $$;

-- signal   Signs of typing and presence, for the other nodes; never inside a writing transaction.
--   who    the hub
--   raises nothing
--   emits  nothing
create function api.signal(p_payload text) returns void
language plpgsql volatile security definer set search_path = club, pg_temp as $$
begin
    perform pg_notify('clubhub_signal', p_payload);
end $$;
