-- Every table is in the list of what is held about persons (privacy_tables.sql), every file of the archive comes from one,
-- and an erasure does to each what the list says.
begin;
\ir noun.psql
select plan(17);

create temp table listed as select * from lib.personal_tables();
create temp table there as
select relname::text as name from pg_class
 where relnamespace = 'club'::regnamespace and relkind in ('r', 'p') and not relispartition;
select is((select array_agg(name order by name) from there where name not in (select name from listed)), null,
          'every table says what it holds about persons: add it to lib.personal_tables()');
select is((select array_agg(name order by name) from listed where name not in (select name from there)), null,
          'every table that is listed is there');
select is((select array_agg(name order by name) from listed group by name having count(*) > 1), null, 'each once');
select is((select array_agg(distinct c.relname::text)
             from pg_class c
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = 'club'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and (a.attname ~ '^(member_id|member|author|author_id|reporter|principal|principal_id|owner_id|who|subject_member|origin_member|blocker|guardian|child)$'
                   or exists (select from pg_constraint k
                               where k.contype = 'f' and k.conrelid = c.oid and k.confrelid = 'member'::regclass
                                 and a.attnum = any (k.conkey)))
              and not exists (select from listed l where l.name = c.relname and l.mine is not null)), null,
          'a table with a column for a member says which rows are whose');
select is((select array_agg(name order by name) from listed where (mine is null) <> (erasure is null)
            or erasure not in ('deleted', 'changed', 'kept')), null, 'what is a member''s has a rule for the erasure');
select is((select array_agg(name order by name) from listed where why = '' and (export is null or erasure <> 'deleted')),
          null, 'what is left out of the archive, or stays, says why');
select is((select array_agg(x order by x) from (
              select export as x from listed where export is not null except select file from lib.export_files()) d), null,
          'every file that is named is made');
select is((select array_agg(x order by x) from (
              select file as x from lib.export_files() except select export from listed) d), null, 'and the other way');
select is((select array_agg(no order by no) from lib.export_files()),
          (select array_agg(g) from generate_series(1, (select count(*)::int from lib.export_files())) g), 'numbered from 1');

-- A member with a row in every table, then the archive, then the erasure.
\ir everything.psql
create temp table held (name text, before bigint, after bigint);
create function pg_temp.count_mine(p_name text, p_member bigint) returns bigint language plpgsql as $$
declare
    v_count bigint;
begin
    execute format('select count(*) from club.%I where %s', p_name,
                   (select replace(mine, '$1', p_member::text) from listed where name = p_name)) into v_count;
    return v_count;
end $$;
insert into held (name, before) select name, pg_temp.count_mine(name, 8201) from listed where mine is not null;
select is((select array_agg(name order by name) from held where before = 0), null,
          'the member has a row in every table: add one to everything.psql');
select is((select array_agg(file order by no) from lib.export_files()
            where not exists (select from lib.export_rows(file, 8201, 0, 10))), null, 'and every file has a line');

select pg_temp.call('m:8201', 'privacy_erase', $$'delete', true$$) \g /dev/null
create function pg_temp.erase() returns int language plpgsql as $$
begin
    for i in 1 .. 100 loop
        if lib.erasures_run('0') = 0 then
            return i;
        end if;
    end loop;
    raise exception 'the erasure never ends';
end $$;
select cmp_ok(pg_temp.erase(), '<', 20, 'erased, in a few pieces');
update held set after = pg_temp.count_mine(name, 8201);
select is((select array_agg(name order by name) from held join listed using (name) where erasure = 'deleted' and after > 0), null,
          'what is to be deleted is');
-- the address is gone, so the list of addresses cannot be asked by member any more; nor are versions kept
select is((select array_agg(name order by name) from held join listed using (name)
            where erasure in ('changed', 'kept') and after < before
              and name not in ('suppression', 'post_version', 'comment_version')), null, 'what is to be kept is');
select is((select array_agg(k order by k) from (
              select key as k, value from jsonb_each((select to_jsonb(m) from member m where member_id = 8201))) e
            where k not in ('member_id', 'pseudonym', 'status', 'created_at', 'erased_at', 'terms_ver', 'terms_at', 'consent_epoch')
              and value is distinct from (
                  select e2.value from member fresh, jsonb_each(to_jsonb(fresh)) e2
                   where fresh.member_id = 8299 and e2.key = k)),
          null, 'the member''s own row says no more than that there was one: columns are back to their defaults');
select is((select array_agg(invariant || ' ' || what) from lib.ledger_violations()), null, 'the ledger holds');
select is((select array_agg(invariant || ' ' || what) from lib.consent_violations()), null, 'and the evidence');
select * from finish();
rollback;
