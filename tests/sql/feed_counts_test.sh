#!/usr/bin/env bash
# feed_counts_test.sh -- I-40: the numbers of a post are the numbers of its rows, whatever happens at the same time; what
# members are told last is what is true; a page of the feed holds what lib.post_readable says.  Uses ADMIN_URL.
set -euo pipefail

bin=/usr/lib/postgresql/15/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/clubhub-counts.XXXXXX")
trap 'rm -rf "$work"' EXIT

query() {
    "$bin/psql" -X -q -At -v ON_ERROR_STOP=1 -d "$ADMIN_URL" "$@"
}

count=0
bad=0
check() { # what, expected, got
    count=$((count + 1))
    if [ "$2" = "$3" ]; then
        printf 'ok %d - %s\n' "$count" "$1"
    else
        printf 'not ok %d - %s: %s instead of %s\n' "$count" "$1" "$3" "$2"
        bad=1
    fi
}

# A club of its own with nine members and five posts.
query <<'SQL'
begin;
set local search_path = club, pg_temp;
set local clubhub.pii_key = '00ff';
insert into club (club_id, slug, name, form, join_policy, settings)
values (8801, 'counts', 'Counts', 'fan', 'open', '{"comments_per_day":1000000}');
insert into track (track_id, club_id, code, name, fee_kind) values (8801, 8801, 'free', 'Free', 'free');
insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind)
values (8801, 8801, 0, 'First', 0, 0, 'rolling'), (8802, 8801, 1, 'Second', 10, 10, 'rolling');
insert into member (member_id, status, handle) select m, 'active', 'cc' || m from generate_series(8801, 8809) m;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8801, 8801, 'active', 8801 + m % 2, now() - interval '90 days' from generate_series(8801, 8809) m;
insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, body, state, published_at)
select 880000 + g, 8801, 'm', 8801 + g % 9, 'story', case when g % 5 = 4 then 'tier' else 'club' end,
       case when g % 5 = 4 then 1 end, 'svc.feed', 'x', 'published', now() - g * interval '1 minute'
  from generate_series(1, 40) g;
create table public.counts_comment (comment_id bigint, member_id bigint);
commit;
SQL

# One random deed of a member on one of five posts; a refusal of ours is no failure.  pgbench takes a colon for a variable.
query <<'SQL'
create function public.counts_deed(p_hides boolean) returns void language plpgsql
security definer set search_path = club, pg_temp as $$
declare
    v_member  bigint := 8801 + floor(random() * 9)::int;
    v_who     text := 'm:' || v_member;
    v_key     text := 'count-' || lib.new_id();
    v_post    bigint := 880001 + floor(random() * 5)::int;
    v_kind    text := (array['like', 'like', 'thanks', 'wow', 'going'])[1 + floor(random() * 5)::int];
    v_comment record;
    v_deed    float := random();
begin
    select c.comment_id, c.member_id into v_comment from public.counts_comment c order by random() limit 1;
    case
        when v_deed < 0.25 then
            insert into public.counts_comment
            select (a.reply ->> 'comment')::bigint, v_member
              from api.feed_comment(v_who, v_key, sha256('x'), v_post, 'about ' || v_key, null) a;
        when v_deed < 0.4 and v_comment.comment_id is not null then
            perform api.feed_comment_delete('m:' || v_comment.member_id, v_key, sha256('x'), v_comment.comment_id);
        when v_deed < 0.5 and v_comment.comment_id is not null then
            perform lib.emit_all(lib.comment_hide(v_comment.comment_id, 'hidden'));
        when v_deed < 0.6 and v_comment.comment_id is not null then
            perform lib.emit_all(lib.comment_publish(v_comment.comment_id));
        when v_deed < 0.63 and p_hides then
            perform lib.emit_all(lib.post_hide(v_post, 'hidden'));
        when v_deed < 0.66 and p_hides then
            perform lib.emit_all(lib.post_publish(v_post));
        when v_deed < 0.72 then
            update club.post_dirty set sent_at = sent_at - interval '1 second' where post_id = v_post;
        when v_deed < 0.78 then
            perform lib.post_counters_send();
        when v_deed < 0.9 then
            perform api.feed_react(v_who, v_key, sha256('x'), v_post, v_kind);
        else
            perform api.feed_unreact(v_who, v_key, sha256('x'), v_post, v_kind);
    end case;
exception when others then
    if left(sqlstate, 2) <> 'ZC' then
        raise;
    end if;
end $$;
SQL
deadlocks=$(query -c "select deadlocks from pg_stat_database where datname = current_database()")
for hides in true false; do # at last no post comes and goes, so that the numbers are told by nothing else
    printf 'select public.counts_deed(%s);\n' "$hides" >"$work/deed.sql"
    status=0
    "$bin/pgbench" -n -c 8 -j 2 -t "${COUNTS_DEEDS:-100}" -f "$work/deed.sql" "$ADMIN_URL" >"$work/log" 2>&1 || status=$?
    grep -E 'number of transactions actually|ERROR' "$work/log" | sed 's/^/# /' | head -n 5
    query -c "set search_path = club, pg_temp; select lib.emit_all(lib.post_publish(880000 + g)) from generate_series(1, 5) g" >/dev/null
    check 'all deeds were done or refused' 0 "$status"
done
check 'no deadlock' "$deadlocks" "$(query -c "select deadlocks from pg_stat_database where datname = current_database()")"

wrong="select count(*) from club.post p where p.club_id = 8801
   and array[like_count, thanks_count, wow_count, going_count, comment_count]::bigint[] is distinct from (
        select array[count(*) filter (where kind = 'like'), count(*) filter (where kind = 'thanks'),
                     count(*) filter (where kind = 'wow'), count(*) filter (where kind = 'going'),
                     (select count(*) from club.comment c where c.post_id = p.post_id and c.state = 'published')]
          from club.reaction r where r.post_id = p.post_id)"
check 'I-40: the numbers of every post are those of its rows' 0 "$(query -c "$wrong")"
check 'something happened' t "$(query -c "select count(*) > 50 and count(distinct state) = 3 from club.comment where post_id between 880001 and 880005")"

query -c "update club.post_dirty set sent_at = null where is_dirty" >/dev/null
query -c "set search_path = club, pg_temp; select lib.post_counters_send()" >/dev/null
check 'what was told last is true' 0 "$(query -c "select count(*) from club.post p where p.post_id between 880001 and 880005
    and array[like_count, thanks_count, wow_count, going_count, comment_count] is distinct from (
        select array[refs ->> 'likes', refs ->> 'thanks', refs ->> 'wow', refs ->> 'going', refs ->> 'comments']::int[]
          from club.outbox where type = 'post.counters' and object = 'post:' || p.post_id order by seq desc limit 1)")"

# What a page holds is what the rule for one post says.
query <<'SQL'
set search_path = club, pg_temp;
insert into block_rel values (8801, 8802), (8803, 8801), (8804, 8805);
update member set under_18 = true, under_consent_age = true where member_id = 8806;
insert into segment (segment_id, club_id, name, rule, basis) values (8801, 8801, 's', '{}', 'manual');
insert into segment_member (segment_id, member_id) values (8801, 8803), (8801, 8804);
update post set audience = 'segment', audience_ref = 8801 where post_id in (880020, 880021, 880022);
insert into post_hide (member_id, post_id) values (8807, 880030), (8808, 880031);
SQL
differ="select count(*) from club.member m cross join club.post p
 where m.member_id between 8801 and 8809 and p.club_id = 8801
   and (p.state = 'published' and lib.post_readable(p, m.member_id, lib.tier_rank(m.member_id, 8801))
        and not exists (select from club.post_hide h where h.member_id = m.member_id and h.post_id = p.post_id))
       is distinct from exists (select from jsonb_array_elements((lib.feed_rows(m.member_id, 8801, 100, null, true)).view -> 'posts') e
                                 where e ->> 'post' = p.post_id::text)"
check 'a page holds what may be read' 0 "$(query -c "set search_path = club, pg_temp; set clubhub.pii_key = '00ff'; $differ")"

# Nothing stays hidden without a decision (I-41).
query <<'SQL'
update club.comment set state = 'published' where state = 'hidden' and post_id between 880001 and 880005;
drop function public.counts_deed(boolean);
drop table public.counts_comment;
SQL
printf '1..%d\n' "$count"
exit "$bad"
