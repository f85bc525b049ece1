-- world.sql -- people and facts for the wire scripts.  Installed by the runner, as the owner, in a schema of its own.
--
-- Every script plays in a club of its own, so that scripts do not see each other.  What consent texts say is common to
-- all: version 1 of every purpose in English and Norwegian.
drop schema if exists wire cascade;
create schema wire;

insert into club.consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
select p.purpose_id, 1, l, p.code || ' ' || l, 'What ' || p.code || ' means.', sha256(convert_to(p.code || l, 'UTF8')),
       true, now() - interval '1 day', 'wire'
  from club.purpose p, unnest('{en,nb}'::text[]) l
 where p.basis in ('consent', 'explicit_consent')
    on conflict do nothing;

-- A club with three tiers, one free track, two categories and a rule by which a cent is a point.
create function wire.club(p_slug text, p_policy text) returns bigint language plpgsql as $$
declare
    v_club bigint := lib.new_id();
begin
    insert into club (club_id, slug, name, form, join_policy)
    values (v_club, p_slug, initcap(replace(p_slug, '-', ' ')), 'fan', p_policy);
    insert into track (track_id, club_id, code, name, fee_kind) values (lib.new_id(), v_club, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind)
    select lib.new_id(), v_club, rank, name, rank * 100000, rank * 50000, 'rolling'
      from (values (0, 'Blue'), (1, 'Silver'), (2, 'Gold')) t (rank, name);
    insert into product_category (category_id, club_id, code)
    select lib.new_id()::int, v_club, code from unnest('{fjords,cities}'::text[]) code;
    insert into category_text (category_id, locale, name)
    select category_id, 'en', initcap(code) from product_category where club_id = v_club;
    insert into earn_rule (rule_id, club_id, rate_ppm, from_at)
    values (lib.new_id(), v_club, 1000000, now() - interval '2 years');
    return v_club;
end $$;

create function wire.category(p_club bigint, p_code text) returns bigint language sql as
$$ select category_id from product_category where club_id = p_club and code = p_code $$;

-- An adult member of the club, for a year now; the password is the one all people here have.
create function wire.member(p_club bigint, p_name text, p_run text, p_phc text) returns bigint language plpgsql as $$
declare
    v_member bigint := lib.new_id();
    v_handle text := p_name || '_' || p_run;
begin
    insert into member (member_id, status, handle, email_verified_at, terms_ver, terms_at)
    values (v_member, 'active', v_handle, now(), 1, now());
    insert into member_pii (member_id, name_enc, town_enc, email_enc, email_hash)
    values (v_member, lib.pii_seal(initcap(p_name) || ' Real'), lib.pii_seal('Oslo'),
            lib.pii_seal(v_handle || '@example.org'), lib.email_hash(v_handle || '@example.org'));
    insert into credential (principal_kind, principal_id, password_phc) values ('m', v_member, p_phc);
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select v_member, p_club, k.track_id, 'active', t.tier_id, now() - interval '1 year'
      from track k
      join tier t on t.club_id = k.club_id and t.rank = 0
     where k.club_id = p_club and k.fee_kind = 'free';
    return v_member;
end $$;

-- Rules to come, one a year, until there are p_count.
create function wire.earn_rules(p_club bigint, p_count int) returns void language sql as $$
    insert into earn_rule (rule_id, club_id, rate_ppm, from_at)
    select lib.new_id(), p_club, 1, now() + no * interval '1 year'
      from generate_series(1, p_count - (select count(*) from earn_rule where club_id = p_club)) no
$$;

create function wire.staff(p_club bigint, p_role text, p_run text, p_phc text) returns bigint language plpgsql as $$
declare
    v_staff bigint := lib.new_id();
begin
    insert into staff (staff_id, login, roles)
    values (v_staff, p_role || '_' || p_run || '@example.org', array[rtrim(p_role, '0123456789')]);
    insert into staff_club (staff_id, club_id) values (v_staff, p_club);
    insert into credential (principal_kind, principal_id, password_phc) values ('s', v_staff, p_phc);
    return v_staff;
end $$;

-- Puts one consent of a member in force, as consent.give would; the scope is that of the purpose in the club.
create function wire.allow(p_member bigint, p_club bigint, p_code text, p_channel text default 'inapp') returns void
language plpgsql as $$
declare
    v_purpose purpose;
    v_scope   bigint;
    v_event   bigint;
    v_channel smallint;
begin
    select * into strict v_purpose from purpose where code = p_code;
    v_channel := case when v_purpose.per_channel then (select channel_id from channel where code = p_channel) else 0 end;
    v_scope := case v_purpose.scope_kind when 'club' then p_club when 'category' then wire.category(p_club, 'fjords')
                                         else 0 end;
    v_event := lib.consent_record(p_member, v_purpose.purpose_id, v_scope, v_channel, 'give',
                                  lib.consent_text_now(v_purpose.purpose_id), 'en', 'm:' || p_member, 'wire', '{}');
    insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
    values (p_member, v_purpose.purpose_id, v_scope, v_channel, 'given',
            lib.consent_text_now(v_purpose.purpose_id), v_event);
    update member set consent_epoch = consent_epoch + 1 where member_id = p_member;
end $$;

-- An open offer of a club: a pool of p_seats, classes single (10000 minor or 500 points) and double (two persons, 30000),
-- and free, which costs nothing.
create function wire.offer(p_club bigint, p_seats int) returns bigint language plpgsql as $$
declare
    v_offer bigint := lib.new_id();
    v_pool  bigint := lib.new_id();
begin
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at, public_open_at,
                       booking_close_at, name_deadline, currency, cancel_policy, state)
    values (v_offer, p_club, 'trip', 'Fjords in May', 'Nordic Tours', now() + interval '60 days', now() + interval '67 days',
            now() - interval '9 days', now() - interval '1 day', now() + interval '50 days', now() + interval '47 days', 'EUR',
            '[{"hours_before":168,"refund_ppm":1000000},{"hours_before":24,"refund_ppm":500000}]', 'open');
    insert into seat_pool (pool_id, offer_id, code, capacity) values (v_pool, v_offer, 'total', p_seats);
    insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)
    values (lib.new_id(), v_offer, 'single', 'Single cabin', 1, 10000, 500),
           (lib.new_id(), v_offer, 'double', 'Double cabin', 2, 30000, null), (lib.new_id(), v_offer, 'free', 'On deck', 1, 0, null);
    insert into seat_class_pool (class_id, pool_id, offer_id) select class_id, v_pool, v_offer from seat_class where offer_id = v_offer;
    return v_offer;
end $$;

-- Has an offer begin and end so many hours ago, or in so many.
create function wire.offer_at(p_offer bigint, p_starts int, p_ends int) returns text language sql as $$
    update offer
       set starts_at = now() + p_starts * interval '1 hour', ends_at = now() + p_ends * interval '1 hour',
           booking_close_at = least(booking_close_at, now() + p_starts * interval '1 hour'),
           name_deadline = least(name_deadline, now() + p_starts * interval '1 hour'),
           public_open_at = least(public_open_at, now() + p_starts * interval '1 hour'),
           announce_at = least(announce_at, now() + p_starts * interval '1 hour')
     where offer_id = p_offer
    returning 'moved';
$$;

create function wire.class(p_offer bigint, p_code text) returns bigint language sql as
$$ select class_id from seat_class where offer_id = p_offer and code = p_code $$;

-- A fact of a member: "is suspended", "has tier 2", "allows com.profile" ...  Nodes are told, as the method that makes it
-- a fact would tell them.
create function wire.given_member(p_member bigint, p_club bigint, p_fact text) returns void language plpgsql as $$
declare
    v_word text := substring(p_fact from '[^ ]+$');
begin
    case
        when p_fact = 'is under 18' then
            update member set under_18 = true where member_id = p_member;
        when p_fact = 'is an adult' then
            update member set under_18 = false, under_consent_age = false where member_id = p_member;
        when p_fact = 'is under the age of consent' then
            update member set under_18 = true, under_consent_age = true where member_id = p_member;
        when p_fact = 'is silenced' then
            update member set silenced_until = now() + interval '1 day' where member_id = p_member;
        when p_fact = 'is erased' then
            update member set status = 'erased', erased_at = now(), handle = null where member_id = p_member;
        when p_fact ~ '^is (pending|active|suspended|restricted|closing)$' then
            update member set status = v_word where member_id = p_member;
        when p_fact = 'is not in the club' then
            delete from membership where member_id = p_member and club_id = p_club;
        when p_fact ~ '^has (paused|lapsed|left)$' or p_fact = 'is expelled' then
            update membership set status = v_word where member_id = p_member and club_id = p_club;
        when p_fact ~ '^has paused [0-9]+ days$' then
            update membership
               set paused_days = split_part(p_fact, ' ', 3)::int, paused_year = extract(year from now())
             where member_id = p_member and club_id = p_club;
        when p_fact ~ '^is in [0-9]+ other clubs$' then
            perform wire.club(format('far-%s-%s', p_member, no), 'open')
               from generate_series(1, split_part(p_fact, ' ', 3)::int) no;
            insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
            select p_member, c.club_id, k.track_id, 'active', t.tier_id, now()
              from club c
              join track k on k.club_id = c.club_id
              join tier t on t.club_id = c.club_id and t.rank = 0
             where c.slug like format('far-%s-%%', p_member);
            update club set settings = settings || '{"listed":false}' where slug like format('far-%s-%%', p_member);
        when p_fact = 'has joined today' then
            update membership set joined_at = now() where member_id = p_member and club_id = p_club;
        when p_fact ~ '^has tier [0-9]$' then
            update membership
               set tier_id = (select tier_id from tier where club_id = p_club and rank = v_word::int)
             where member_id = p_member and club_id = p_club;
        when p_fact ~ '^reads [a-z]+$' then
            update member set locale = v_word where member_id = p_member;
        when p_fact ~ '^allows [a-z._]+$' then
            perform wire.allow(p_member, p_club, v_word);
        when p_fact ~ '^has answered [0-9]+ times$' then
            perform lib.consent_record(p_member, 50::smallint, p_club, 0::smallint, 'request', 1, 'en', 'm:' || p_member, 'wire', '{}')
               from generate_series(1, split_part(p_fact, ' ', 3)::int);
        when p_fact ~ '^blocks [0-9]+ others$' then
            with others as (
                insert into member (member_id, status)
                select lib.new_id(), 'active' from generate_series(1, split_part(p_fact, ' ', 2)::int)
                returning member_id)
            insert into block_rel (blocker, blocked) select p_member, member_id from others;
        when p_fact ~ '^has reported [0-9]+ times$' then
            insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli, state, closed_at)
            select lib.new_id(), p_club, 'post', lib.new_id(), p_member, 'spam', 1000, 'ignored', now()
              from generate_series(1, split_part(p_fact, ' ', 3)::int);
        when p_fact = 'used a refresh token 31 seconds ago' then
            update refresh_token
               set used_at = now() - interval '31 seconds'
             where principal_kind = 'm' and principal_id = p_member and used_at is not null;
        when p_fact ~ '^allows [a-z._]+ by [a-z]+$' then
            perform wire.allow(p_member, p_club, split_part(p_fact, ' ', 2), v_word);
        when p_fact ~ '^is told of (reply|decision) [a-z]+:[0-9]+$' then
            perform lib.emit_all(lib.notify(
                p_member, split_part(p_fact, ' ', 4), v_word, '{}',
                case split_part(p_fact, ' ', 4) when 'reply' then 'svc.feed' else 'legal.moderation' end));
        else
            raise exception 'nobody knows what "%" means', p_fact;
    end case;
    perform lib.emit_all(array[lib.sys(p_reload => array[p_member], p_shown => array[p_member])]);
end $$;

create function wire.given_club(p_club bigint, p_fact text) returns void language plpgsql as $$
declare
    v_word text := substring(p_fact from '[^ ]+$');
begin
    case
        when p_fact = 'is open' then
            update club set join_policy = 'open', settings = settings - 'min_age' where club_id = p_club;
            update track set active = true where club_id = p_club;
        when p_fact = 'takes applications' then
            update club set join_policy = 'application' where club_id = p_club;
        when p_fact = 'invites' then
            update club set join_policy = 'invitation' where club_id = p_club;
        when p_fact = 'charges' then
            insert into track (track_id, club_id, code, name, fee_kind, fee_minor, period)
            values (lib.new_id(), p_club, 'plus', 'Plus', 'periodic', 4900, '1 year');
        when p_fact = 'has no free track' then
            update track set active = false where club_id = p_club and fee_kind = 'free';
        when p_fact = 'is not listed' then
            update club set settings = settings || '{"listed":false}' where club_id = p_club;
        when p_fact = 'is for adults' then
            update club set settings = settings || '{"min_age":18}' where club_id = p_club;
        when p_fact ~ '^lets a member post [0-9]+$' then
            update club set settings = settings || jsonb_build_object('posts_per_day', v_word::int) where club_id = p_club;
        when p_fact ~ '^asks "[^"]+"$' then
            update club
               set settings = settings || jsonb_build_object('questions', jsonb_build_array(
                                                                 substring(p_fact from '"([^"]+)"')))
             where club_id = p_club;
        when p_fact ~ '^is (active|frozen|closed)$' then
            update club set status = v_word where club_id = p_club;
        else
            raise exception 'nobody knows what "%" means', p_fact;
    end case;
end $$;

-- A new material text of a purpose, from now on; nodes learn it through sys, as they would from its publication.
create function wire.publish_text(p_code text) returns void language plpgsql as $$
begin
    insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from,
                              published_by)
    select purpose_id, ver + 1, locale, title, body || ' And more.', 'More.', sha256(convert_to(body || ver, 'UTF8')),
           true, now(), 'wire'
      from consent_text
     where purpose_id = (select purpose_id from purpose where code = p_code)
       and ver = lib.consent_text_now(purpose_id);
    perform lib.emit_all(array[lib.sys(p_all => true)]);
end $$;

-- Waits until a query answers true: for what a job does in the background.
create function wire.wait_for(p_query text) returns boolean language plpgsql as $$
declare
    v_is boolean;
begin
    for i in 1 .. 600 loop
        execute p_query into v_is;
        exit when v_is;
        perform pg_sleep(0.05);
    end loop;
    return v_is;
end $$;

create table wire.whole (name text primary key, definition text not null);

-- Breaks a function of the hub on purpose: it fails, or takes too long, or is whole again.
create function wire.given_method(p_method text, p_fact text) returns void language plpgsql as $$
declare
    v_name text := replace(p_method, '.', '_');
    v_oid  oid := (select oid from pg_proc where proname = v_name and pronamespace = 'api'::regnamespace);
    v_text text := pg_get_functiondef(v_oid);
begin
    insert into wire.whole (name, definition) values (v_name, v_text) on conflict do nothing;
    if p_fact = 'works again' then
        select definition into v_text from wire.whole where name = v_name;
        delete from wire.whole where name = v_name;
    else
        v_text := regexp_replace(v_text, 'AS \$function\$.*$', format('AS $function$%s$function$', case p_fact
            when 'fails' then 'begin raise exception ''broken on purpose''; end'
            when 'is slow' then 'begin perform pg_sleep(20); return null; end'
            end));
    end if;
    execute v_text;
end $$;
