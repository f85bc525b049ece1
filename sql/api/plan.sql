-- plan.sql -- travel plans that members make together: their lock (domain.md 10).

-- Locks a plan and so all that belongs to it; refuses ZC002 where there is none.
create function lib.plan_lock(p_plan bigint) returns plan language plpgsql volatile as $$
declare
    v_plan plan;
begin
    select * into v_plan from plan where plan_id = p_plan for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_plan;
end $$;
