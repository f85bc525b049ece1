-- privacy.export: the link, the pages behind it, and whom they show.
begin;
\ir noun.psql
select plan(25);

insert into block_rel (blocker, blocked) values (8201, 8202), (8201, 8207);
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
select 8700 + g, 8001, 'm', 8201, 'story', 'club', 'svc.feed', 'Post ' || g || repeat(' å', 400), 'published', now()
  from generate_series(1, 2500) g;
select pg_temp.earn(8201, 'E1', 10000) \g /dev/null

create temp table e as select pg_temp.call('m:8201', 'privacy_export', '') as r;
select is(r #> '{_events,0,refs,kind}', '"portability"', 'a request of its own') from e;
select matches(r ->> 'link', '^/v1/export/[A-Za-z0-9_-]{43}$', 'a link') from e;
select ok(not exists (select from idempotency where response::text like '%/v1/export/%'), 'which is stored nowhere');
select ok((select response ? 'expires_at' from idempotency where method = 'privacy.export'), 'the rest of the answer is');
select is((select (api.privacy_export('m:8201', i.key, i.req_hash)).reply ->> 'link' from idempotency i where method = 'privacy.export'),
          (select r ->> 'link' from e), 'the same request gets the same link');

-- all pages, as the hub reads them
create temp table page (no serial, sqlstate text, file text, body text, cursor text);
create function pg_temp.read(p_link text) returns int language plpgsql as $$
declare
    v_cursor text;
begin
    truncate page;
    loop
        insert into page (sqlstate, file, body, cursor)
        select p.* from api.export_page(substr(p_link, 12), v_cursor) p
        returning cursor into v_cursor;
        if v_cursor is null then
            return (select count(*) from page);
        end if;
    end loop;
end $$;
select cmp_ok(pg_temp.read((select r ->> 'link' from e)), '>', 8, 'a number of pages');
select is((select file from page order by no limit 1), 'index.html', 'the index comes first');
select matches((select body from page order by no limit 1), '<dt>posts.jsonl</dt>', 'and names the files');
select is((select array_agg(file order by no) from page where file like 'posts%'), (
              select array_agg('posts' || case g when 1 then '' else '-' || g end || '.jsonl' order by g)
                from generate_series(1, (select count(*)::int from page where file like 'posts%')) g), 'a long file has parts');
select cmp_ok((select max(octet_length(body)) from page), '<=', 262144, 'none of them large');
select is((select count(*) from page where file like 'posts%' and body not like E'%\n'), 0::bigint, 'whole lines');
select is((select count(distinct l::jsonb ->> 'post') from page, regexp_split_to_table(body, E'\n') l where file like 'posts%' and l <> ''),
          2500::bigint, 'every post');
select is((select count(*) from page, regexp_split_to_table(body, E'\n') l where file like 'posts%' and l <> ''), 2500::bigint, 'once');
select is((select body::jsonb ->> 'name' from page where file = 'profile.jsonl'), 'Real Name 8201', 'the own name');
select is((select string_agg(coalesce(b::jsonb ->> 'blocked', '-'), ' ' order by b) from page, regexp_split_to_table(rtrim(body, e'\n'), e'\n') b where file = 'blocks.jsonl'), 'nn8202 -', 'others by their handles, those one meets');
select is((select count(*) from page where body like '%8202%' and file not in ('blocks.jsonl')), 0::bigint, 'nothing else of them');
select is((select count(*) from page where file = 'segments.jsonl'), 0::bigint, 'no empty files');
select is((select sqlstate || file || body from page order by no desc limit 1), null, 'the last page is none');

-- whose link is good
select is((select sqlstate from api.export_page(repeat('x', 43), null)), 'ZC002', 'not any link');
create temp table f as select pg_temp.call('m:8201', 'privacy_export', '') as r;
select is((select sqlstate from api.export_page(substr((select r ->> 'link' from e), 12), null)), 'ZC002', 'a new link voids the old one');
select is((select sqlstate from api.export_page(substr((select r ->> 'link' from f), 12), null)), null, 'and is good itself');
select pg_temp.call('m:8201', 'privacy_export', '') from generate_series(1, 3) \g /dev/null
select is(pg_temp.call('m:8201', 'privacy_export', ''), '{"refused":"ZC024","max":5}', 'five a day');
create temp table g as select pg_temp.call('m:8203', 'privacy_export', '') as r;
select pg_temp.call('m:8203', 'privacy_erase', $$'delete', true$$), lib.erasures_run() \g /dev/null
select is((select sqlstate from api.export_page(substr((select r ->> 'link' from g), 12), null)), 'ZC002', 'an erased member has none');
update one_time_token set expires_at = now() where kind = 'export';
select is((select sqlstate from api.export_page(substr((select r ->> 'link' from f), 12), null)), 'ZC002', 'nor one who waited too long');
select lib.notify(8201, 'reply', 'post:1', '{"actor":"8202"}', 'svc.feed'), lib.notify(8201, 'reply', 'post:2', '{"actor":"8204"}', 'svc.feed') \g /dev/null
select is((select string_agg(coalesce(line ->> 'by', '-'), ' ' order by key desc) from (select * from lib.export_records('notifications', 8201, 0, 1000) order by key desc limit 2) r),
          'nn8204 -', 'behind a block nobody is named');
select * from finish();
rollback;
