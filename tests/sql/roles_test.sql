-- The hub's role can execute the functions of api and nothing else; every function of api is well kept.
begin;
select plan(17);

select is((select array_agg(c.relname::text) from pg_class c
            where c.relnamespace in ('club'::regnamespace, 'lib'::regnamespace, 'api'::regnamespace)
              and c.relkind in ('r', 'p', 'v', 'm', 'f')
              and has_table_privilege('club_server', c.oid, 'select, insert, update, delete, truncate, references, trigger')),
          null, 'no right on any table');
select is((select array_agg(c.relname::text) from pg_class c
            where c.relnamespace = 'club'::regnamespace
              and case c.relkind when 'S' then has_sequence_privilege('club_server', c.oid, 'usage, select, update') end),
          null, 'nor on any sequence');
select ok(not has_schema_privilege('club_server', 'club', 'usage'), 'club is closed');
select ok(not has_schema_privilege('club_server', 'lib', 'usage'), 'lib is closed');
select ok(has_schema_privilege('club_server', 'api', 'usage'), 'api is open');
select ok(not has_schema_privilege('club_server', 'api', 'create'), 'but not to create in');
select is((select array_agg(p.proname::text) from pg_proc p
            where p.pronamespace = 'lib'::regnamespace and has_function_privilege('club_server', p.oid, 'execute')),
          null, 'no helper can be executed');
select is((select array_agg(p.proname::text) from pg_proc p
            where p.pronamespace = 'api'::regnamespace and not has_function_privilege('club_server', p.oid, 'execute')),
          null, 'every function of api can');
select is((select array_agg(p.proname::text) from pg_proc p
            where p.pronamespace in ('api'::regnamespace, 'lib'::regnamespace)
              and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))),
          null, 'none of them by the public');
select is((select array_agg(p.proname::text) from pg_proc p
            where p.pronamespace = 'api'::regnamespace and not p.prosecdef), null, 'api: security definer');
select is((select array_agg(p.proname::text) from pg_proc p
            where p.pronamespace = 'api'::regnamespace
              and not coalesce(p.proconfig @> '{"search_path=club, pg_temp"}', false)), null, 'api: search_path set');
select is((select array_agg(p.proname::text) from pg_proc p
            where p.pronamespace = 'lib'::regnamespace and p.prosecdef), null, 'lib: never security definer');
select is((select array_agg(distinct pg_get_userbyid(p.proowner)::text) from pg_proc p
            where p.pronamespace in ('api'::regnamespace, 'lib'::regnamespace)), '{club_owner}', 'owned by club_owner');
select is((select array_agg(p.proname::text) from pg_proc p
             left join pg_depend d on d.objid = p.oid and d.deptype = 'e'
            where p.pronamespace = 'club'::regnamespace and d.objid is null), null, 'no function of ours in club');
select is((select array_agg(r.rolname::text) from pg_roles r
            where r.rolname in ('club_server', 'club_owner') and (r.rolsuper or r.rolcreaterole or r.rolbypassrls)),
          null, 'neither role is a superuser');

set local role club_server;
select throws_ok('select * from club.member', '42501', null, 'reading a table is refused');
select lives_ok('select * from api.schema_state()', 'calling api is not');

select * from finish();
rollback;
