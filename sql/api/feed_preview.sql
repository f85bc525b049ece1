-- feed_preview.sql -- before offer news goes out: how many will get it, and why others will not.

-- A count that points at nobody: full tens, and nothing below ten.
create function lib.count_shown(p_count bigint) returns bigint language sql immutable as
$$ select case when p_count >= 10 then p_count / 10 * 10 end $$;

-- feed.preview   Per channel, how many members of the club would get offer news of a category, and why others not.
--   who    editor of the club
--   raises ZC001; ZC002 no such category in the club
--   emits  –
create function api.feed_preview(p_who text, p_club bigint, p_category bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_min_ver int := (select min_ver from consent_min_ver where purpose_id = 30);
begin
    perform lib.require_staff(p_who, '{editor}', p_club);
    if not exists (select from product_category where category_id = p_category and club_id = p_club) then
        perform lib.refuse('ZC002');
    end if;
    return lib.done(jsonb_build_object('channels', (
        with verdict as (
            select h.channel_id,
                   case when m.status <> 'active' then 'inactive'
                        when lib.is_closed(p.closed_while, m.under_consent_age, m.under_18) then 'closed'
                        when s.state is null or s.state = 'requested' then 'unknown'
                        when s.now in ('stale', 'expired') then 'stale'
                        when s.now = 'pending_confirm' then 'waiting'
                        when s.now <> 'given' then 'refused'
                        when h.code = 'inapp'
                             or h.code = 'email' and exists (select
                                                               from member_pii i
                                                              where i.member_id = m.member_id
                                                                and i.email_enc is not null)
                             or h.code = 'push' and exists (select
                                                              from device d
                                                             where d.member_id = m.member_id
                                                               and d.push_enc is not null) then 'will'
                        else 'unreachable' end as verdict
              from membership ms
              join member m on m.member_id = ms.member_id
              join purpose p on p.purpose_id = 30
              join channel h on h.channel_id > 0
              left join lateral (
                   select x.state, lib.consent_state_now(x.state, x.text_ver, v_min_ver, x.expires_at) as now
                     from consent_state x
                    where x.member_id = m.member_id
                      and x.purpose_id = 30
                      and x.scope_id = p_category
                      and x.channel_id = h.channel_id) s on true
             where ms.club_id = p_club
               and ms.status in ('active', 'paused', 'lapsed')
        ), counted as (
            select v.channel_id, v.verdict, count(*) as count from verdict v group by v.channel_id, v.verdict
        )
        select jsonb_agg(jsonb_build_object('channel', h.code) || (
                   select jsonb_object_agg(w.verdict, lib.count_shown(coalesce(c.count, 0)))
                     from unnest('{will,unknown,refused,waiting,stale,closed,inactive,unreachable}'::text[]) as w (verdict)
                     left join counted c on c.channel_id = h.channel_id and c.verdict = w.verdict)
                   order by h.channel_id)
          from channel h
         where h.channel_id > 0)));
end $$;
