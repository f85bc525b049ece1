-- plan_signal.sql -- typing and presence in a plan.  Nothing is stored: the hub carries them (server/hub/signal.h).

-- The club whose com.presence counts in a plan, and whether somebody else in it gave it.
create function lib.plan_signals(p_plan bigint, p_member bigint, out club bigint, out watched boolean)
language plpgsql stable as $$
begin
    club := (select club_id from plan where plan_id = p_plan);
    watched := exists (
        select from plan_member pm
         where pm.plan_id = p_plan
           and pm.member_id <> p_member
           and pm.state = 'joined'
           and exists (
               select from consent_state s
                where s.member_id = pm.member_id
                  and s.purpose_id = 53
                  and s.scope_id = plan_signals.club
                  and s.channel_id = 1
                  and s.state = 'given'));
end $$;

-- plan.typing   May the caller be shown as typing to the others in the plan?  If so, the hub tells them.
--   who    member, voter of the plan
--   raises ZC001 by the role; ZC002 no such plan of the caller's, no such item of it; ZC010 com.presence for the club is not
--          given {"purpose","scope","channel","text_ver"}; ZC014 left the club; ZC035 restricted
--   emits  nothing
create function api.plan_typing(p_who text, p_plan bigint, p_item bigint) returns lib.answer
language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan plan;
    v_mine plan_member;
begin
    select * into v_plan from plan where plan_id = p_plan;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    v_mine := lib.plan_need(p_who, v_plan, 'comment');
    if p_item is not null and not exists (
        select from plan_item where item_id = p_item and plan_id = p_plan and deleted_at is null)
    then
        perform lib.refuse('ZC002');
    end if;
    if not lib.consent_ok(v_mine.member_id, 53::smallint, v_plan.club_id, 1::smallint) then
        perform lib.refuse('ZC010', jsonb_build_object(
            'purpose', 'com.presence', 'scope', v_plan.club_id::text, 'channel', 'inapp',
            'text_ver', lib.consent_text_now(53::smallint)));
    end if;
    return lib.done('{}'::jsonb);
end $$;
