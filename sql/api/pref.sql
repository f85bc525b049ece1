-- pref.sql -- how a member wants to be told: channels per topic, language, zone, quiet hours.  Not consent.

-- Does the member get service messages of this topic on this channel?
create function lib.pref_on(p_member bigint, p_topic text, p_channel smallint) returns boolean
language plpgsql stable as $$
begin
    return coalesce(
        (select enabled from channel_pref where member_id = p_member and topic = p_topic and channel_id = p_channel),
        (select p_channel = any (defaults) from pref_topic where topic = p_topic));
end $$;
