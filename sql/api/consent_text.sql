-- consent_text.sql -- what members are asked, in words: publishing a version, and reading all of them.
--
-- A version is there in each of its languages at once, from valid_from on, and is never changed.  Nobody but the privacy
-- team reads it before.  A material one ends the consents to older ones at that instant (consent_min_ver) and takes two
-- people; nodes learn of it ahead, through sys.  A language may be added to a version later, which is not material.

-- The languages in which everything that one is asked must be there.
create function lib.consent_languages() returns text[] language sql immutable as
$$ select '{en,nb,ro,pt,he}'::text[] $$;

create type lib.consent_words as (no int, locale text, title text, body text, change_note text);

-- Checks the texts of a request: languages, once each, with a note of what has changed unless they are the first.
create function lib.consent_texts_check(p_texts jsonb, p_first boolean)
returns setof lib.consent_words language plpgsql stable as $$
declare
    v_text lib.consent_words;
    v_seen text[] := '{}';
begin
    for v_text in
        select o - 1, e ->> 'locale', btrim(e ->> 'title'), btrim(e ->> 'body'), btrim(coalesce(e ->> 'change_note', ''))
          from jsonb_array_elements(p_texts) with ordinality as x (e, o)
         order by o
    loop
        if v_text.locale !~ '^[a-z]{2}(-[A-Z]{2})?$' then
            perform lib.invalid('texts[' || v_text.no || '].locale', 'is no language');
        end if;
        if v_text.locale = any (v_seen) then
            perform lib.invalid('texts[' || v_text.no || '].locale', 'is there twice');
        end if;
        if v_text.title = '' or v_text.body = '' then
            perform lib.invalid('texts[' || v_text.no || ']', 'is empty');
        end if;
        if (v_text.change_note = '') <> p_first then
            perform lib.invalid('texts[' || v_text.no || '].change_note',
                                case when p_first then 'belongs to later versions' else 'is missing' end);
        end if;
        v_seen := v_seen || v_text.locale;
        return next v_text;
    end loop;
end $$;

create function lib.consent_text_store(p_purpose smallint, p_ver int, p_texts jsonb, p_material boolean,
                                       p_valid_from timestamptz, p_who text)
returns void language plpgsql volatile as $$
begin
    insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from,
                              published_by)
    select p_purpose, p_ver, t.locale, t.title, t.body, t.change_note,
           sha256(convert_to(t.title || E'\n' || t.body, 'UTF8')), p_material, p_valid_from, p_who
      from lib.consent_texts_check(p_texts, p_ver = 1) t;
end $$;

-- Further languages of version p_ver.
--   raises ZC002 no such version; ZC004 a language it has; ZC602 texts
create function lib.consent_translate(p_purpose smallint, p_ver int, p_texts jsonb, p_who text)
returns timestamptz language plpgsql volatile as $$
declare
    v_version record;
    v_locale  text;
begin
    select bool_or(material) as material, min(valid_from) as valid_from, count(*) as count
      into v_version
      from consent_text
     where purpose_id = p_purpose
       and ver = p_ver;
    if v_version.count = 0 then
        perform lib.refuse('ZC002');
    end if;
    select t.locale
      into v_locale
      from consent_text t
      join jsonb_array_elements(p_texts) e on e ->> 'locale' = t.locale
     where t.purpose_id = p_purpose
       and t.ver = p_ver
     limit 1;
    if found then
        perform lib.refuse('ZC004', jsonb_build_object('locale', v_locale));
    end if;
    if v_version.count + jsonb_array_length(p_texts) > 12 then
        perform lib.refuse('ZC024', '{"max":12}');
    end if;
    perform lib.consent_text_store(p_purpose, p_ver, p_texts, v_version.material,
                                   greatest(v_version.valid_from, now()), p_who);
    return greatest(v_version.valid_from, now());
end $$;

-- The next version; returns it.  p_from: not before now, nor before the version before.
--   raises ZC602 texts, valid_from
create function lib.consent_publish(p_purpose smallint, p_texts jsonb, p_material boolean, p_from timestamptz,
                                    p_who text)
returns int language plpgsql volatile as $$
declare
    v_last    int;
    v_missing text;
begin
    select coalesce(max(ver), 0) into v_last from consent_text where purpose_id = p_purpose;
    if v_last = 0 and not p_material then
        perform lib.invalid('material', 'the first version is material');
    end if;
    if p_from < (select max(valid_from) from consent_text where purpose_id = p_purpose) then
        perform lib.invalid('valid_from', 'is before the version before');
    end if;
    select string_agg(l, ', ' order by l)
      into v_missing
      from (select unnest(lib.consent_languages()) as l
             union
            select locale from consent_text where purpose_id = p_purpose and ver = v_last) w
     where not exists (select from jsonb_array_elements(p_texts) e where e ->> 'locale' = w.l);
    if v_missing is not null then
        perform lib.invalid('texts', 'lack ' || v_missing);
    end if;
    perform lib.consent_text_store(p_purpose, v_last + 1, p_texts, p_material, p_from, p_who);
    return v_last + 1;
end $$;

-- consent.publish_text   Publishes a version of what members are asked, or further languages of one.
--   who    privacy; a material version takes a second one
--   raises ZC002 no such version; ZC004 a language it has; ZC016 a second person {"approval_id"}; ZC024 more than 12
--          languages; ZC602 purpose, texts, material, valid_from
--   emits  approval.needed on staff:<club>; sys
create function api.consent_publish_text(p_who text, p_idem text, p_hash bytea, p_purpose text, p_ver bigint,
                                         p_texts jsonb, p_material boolean, p_valid_from timestamptz)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer  lib.answer;
    v_staff   bigint;
    v_purpose smallint;
    v_ver     int := p_ver;
    v_from    timestamptz := greatest(p_valid_from, now());
begin
    v_answer := lib.idem_begin(p_who, 'consent.publish_text', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_staff := lib.require_staff(p_who, '{privacy}');
    select purpose_id
      into v_purpose
      from purpose
     where code = p_purpose and active and basis in ('consent', 'explicit_consent', 'li');
    if not found then
        perform lib.invalid('purpose', 'is nothing members are asked or told about');
    end if;
    if p_ver is null and p_material is null then
        perform lib.invalid('material', 'is missing');
    end if;
    if p_ver is not null and (p_material is not null or p_valid_from is not null) then
        perform lib.invalid('ver', 'a translation is as material, and as early, as its version');
    end if;
    -- an approval lasts a day: what was in the future when it was asked for comes into force at once
    if p_valid_from < now() - interval '1 day' or p_valid_from > now() + interval '1 year' then
        perform lib.invalid('valid_from', 'is past, or more than a year ahead');
    end if;
    if p_material then
        v_answer := lib.approval_check(p_who, 'consent.publish_text', p_idem, p_hash, jsonb_build_object(
            'purpose', p_purpose, 'valid_from', lib.iso(p_valid_from),
            'sha256', (select jsonb_object_agg(t.locale, encode(sha256(convert_to(
                                  btrim(t.title) || E'\n' || btrim(t.body), 'UTF8')), 'hex'))
                         from jsonb_to_recordset(p_texts) as t (locale text, title text, body text))),
            lib.staff_clubs(v_staff));
        if v_answer.reply is not null then
            return v_answer;
        end if;
    end if;
    perform from purpose where purpose_id = v_purpose for no key update;
    if p_ver is not null then
        v_from := lib.consent_translate(v_purpose, v_ver, p_texts, p_who);
    else
        v_ver := lib.consent_publish(v_purpose, p_texts, p_material, v_from, p_who);
    end if;
    perform lib.audit(p_who, 'consent.publish_text', null, jsonb_build_object(
        'purpose', p_purpose, 'ver', v_ver, 'material', coalesce(p_material, false), 'valid_from', lib.iso(v_from)));
    return lib.idem_end(p_who, 'consent.publish_text', p_idem, lib.done(
        jsonb_build_object('purpose', p_purpose, 'ver', v_ver, 'valid_from', lib.iso(v_from)),
        case when p_material then lib.emit_all(array[lib.sys(p_all => true)]) end));
end $$;

-- consent.texts   The versions of one purpose, newest first, those to come as well; bodies of the one that is named.
--   who    privacy
--   raises ZC602 purpose
--   emits  –
create function api.consent_texts(p_who text, p_purpose text, p_ver bigint, p_locale text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_purpose smallint := (select purpose_id
                             from purpose
                            where code = p_purpose
                              and basis in ('consent', 'explicit_consent', 'li'));
    v_now     int := lib.consent_text_now(v_purpose);
begin
    perform lib.require_staff(p_who, '{privacy}');
    if v_purpose is null then
        perform lib.invalid('purpose', 'is nothing members are asked or told about');
    end if;
    return lib.done(jsonb_build_object(
        'purpose', p_purpose,
        'min_ver', (select min_ver from consent_min_ver where purpose_id = v_purpose),
        'versions', (
            select coalesce(jsonb_agg(v.row order by v.ver desc), '[]')
              from (select t.ver,
                           jsonb_build_object(
                               'ver', t.ver, 'material', bool_or(t.material), 'valid_from', lib.iso(min(t.valid_from)),
                               'current', t.ver is not distinct from v_now, 'published_by', min(t.published_by),
                               'texts', jsonb_agg(jsonb_build_object(
                                   'locale', t.locale, 'title', t.title, 'change_note', t.change_note,
                                   'sha256', encode(t.sha256, 'hex'),
                                   'body', case when t.ver = p_ver then t.body end) order by t.locale)) as row
                      from consent_text t
                     where t.purpose_id = v_purpose
                       and (p_ver is null or t.ver = p_ver)
                       and (p_locale is null or t.locale = p_locale)
                     group by t.ver
                     order by t.ver desc
                     limit 20) v)));
end $$;
