-- batch.sql -- the single form of a method that also has a batch form: a batch of one.

-- Turns the only row of a batch into the answer of a single call; a refusal becomes an error again.
create function lib.batch_single(p_row lib.batch_answer)
returns lib.answer language plpgsql stable as $$
begin
    if p_row.sqlstate is not null then
        raise exception using errcode = p_row.sqlstate, message = 'refused', detail = coalesce(p_row.detail::text, '');
    end if;
    return row(p_row.reply, p_row.events, p_row.sys_seq, p_row.subjects)::lib.answer;
end $$;
