-- batch.sql -- the single form of a method that also has a batch form: a batch of one.

-- Turns the only row of a batch into the answer of a single call; a refusal becomes an error again.
create function lib.batch_single(p_rows lib.batch_answer[])
returns lib.answer language plpgsql stable as $$
declare
    v_row lib.batch_answer := p_rows[1];
begin
    if v_row.sqlstate is not null then
        raise exception using errcode = v_row.sqlstate, message = 'refused', detail = coalesce(v_row.detail::text, '');
    end if;
    return row(v_row.reply, v_row.events, v_row.sys_seq, v_row.subjects)::lib.answer;
end $$;
