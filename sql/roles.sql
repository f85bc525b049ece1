-- roles.sql -- who may do what; the last file of a deploy, in the same transaction as sql/api.
--
-- club_owner owns everything and runs `clubhub migrate`.  club_server, the hub, may execute the functions of
-- schema api and nothing else: it owns nothing, reads no table, and sees neither club nor lib.  Both roles are
-- made by whoever makes the database: create role club_owner login; create role club_server login.

revoke all on schema club, lib, api from public;
revoke all on schema club, lib from club_server;
revoke all on all tables in schema club from public, club_server;
revoke all on all sequences in schema club from public, club_server;
revoke execute on all functions in schema lib, api from public;
grant usage on schema api to club_server;
grant execute on all functions in schema api to club_server;

-- Bodies were not looked at while they were created, so that functions may refer to later ones.  Now they are.
set local check_function_bodies = on;
do $$
declare
    v_oid  oid;
    v_lang text;
begin
    for v_oid, v_lang in
        select p.oid, l.lanname
          from pg_proc p
          join pg_language l on l.oid = p.prolang
         where p.pronamespace in ('api'::regnamespace, 'lib'::regnamespace)
    loop
        if v_lang = 'plpgsql' then
            perform plpgsql_validator(v_oid);
        else
            perform fmgr_sql_validator(v_oid);
        end if;
    end loop;
end $$;
