-- 0110_messages -- one-time tokens, messages to outside channels, notifications, preferences, devices.

-- A secret sent to a person: a code to type or a link to follow.  It is derived from kind and token_id whenever it
-- is needed; token_hash is its keyed hash.  payload holds no contact data in clear.
create table one_time_token (
    token_id   bigint primary key,
    token_hash bytea not null unique check (length(token_hash) = 32),
    kind       text not null
               check (kind in ('verify', 'reset', 'email_change', 'consent_confirm', 'unsubscribe', 'export',
                               'invite', 'guardian')),
    member_id  bigint references member,
    payload    jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
    tries      int not null default 0 check (tries between 0 and 5),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index one_time_token_member on one_time_token (member_id, kind, token_id desc);
create index one_time_token_due on one_time_token (expires_at);

-- What a member may be told beside what the app shows: which channels a topic may use, which of them are on until
-- the member says otherwise.  essential: one channel beside inapp stays on.
create table pref_topic (
    topic     text primary key check (topic ~ '^[a-z_]{1,24}$'),
    ord       int not null unique,
    essential boolean not null default false,
    channels  smallint[] not null,
    defaults  smallint[] not null default '{}',
    check (defaults <@ channels)
);

insert into pref_topic (topic, ord, essential, channels, defaults)
values ('replies', 1, false, '{2}', '{2}'),
       ('mentions', 2, false, '{2}', '{}'),
       ('followed', 3, false, '{2}', '{}'),
       ('plan', 4, false, '{2,3,4}', '{2}'),
       ('votes', 5, false, '{2,3,4}', '{2}'),
       ('reservation', 6, true, '{2,3,4}', '{2,3}'),
       ('points', 7, true, '{2,3,4}', '{2,3}'),
       ('tier', 8, false, '{2,3,4}', '{2}'),
       ('family', 9, false, '{2,3,4}', '{2}'),
       ('support', 10, false, '{2,3,4}', '{2,3}'),
       ('moderation', 11, false, '{2,3,4}', '{2,3}'),
       ('privacy', 12, true, '{2,3,4}', '{2,3}'),
       ('security', 13, true, '{2,3,4}', '{2,3}'),
       ('account', 14, false, '{2,3,4}', '{2,3}');

-- Preferences for service messages; not consent.  No row: the topic's default.
create table channel_pref (
    member_id  bigint references member,
    topic      text references pref_topic,
    channel_id smallint references channel check (channel_id in (2, 3, 4)),
    enabled    boolean not null,
    primary key (member_id, topic, channel_id)
);

-- Kinds of notification and the topic whose channels they use.
create table notify_type (
    type  text primary key check (type ~ '^[a-z_]{1,24}$'),
    topic text not null references pref_topic
);

insert into notify_type (type, topic)
values ('reply', 'replies'), ('mention', 'mentions'), ('followed', 'followed'),
       ('decision', 'moderation'), ('report_closed', 'moderation'), ('appeal', 'moderation'),
       ('membership', 'account'), ('approval', 'account'), ('tier', 'tier'), ('points', 'points'),
       ('family', 'family'), ('support', 'support'), ('privacy', 'privacy'), ('security', 'security');

-- The last number given to a notification of a member.  Its row is the lock of the member's notifications.
create table notification_head (
    member_id bigint primary key references member,
    num       bigint not null check (num > 0)
) with (fillfactor = 50);

-- One row per kind, target and day (in the member's zone); a further one of that day raises count and takes a new
-- number, so that it is unread again.  refs: ids, numbers, words.
create table notification (
    member_id bigint references member,
    num       bigint not null check (num > 0),
    type      text references notify_type,
    target    text check (length(target) <= 80),
    day       date,
    gate_cat  text not null references purpose (code),
    scope_id  bigint not null default 0,
    actor     bigint,
    count     int not null default 1 check (count > 0),
    refs      jsonb not null default '{}' check (jsonb_typeof(refs) = 'object'),
    at        timestamptz not null default now(),
    primary key (member_id, type, target, day)
);
create unique index notification_num on notification (member_id, num desc);
create index notification_at on notification using brin (at);

-- A member's phone or browser; push_enc is its sealed push token.
create table device (
    device_id  bigint primary key,
    member_id  bigint not null references member,
    platform   text not null check (platform in ('ios', 'android', 'web')),
    push_enc   bytea,
    push_hash  bytea unique check (length(push_hash) = 32),
    app_ver    text check (length(app_ver) <= 40),
    created_at timestamptz not null default now(),
    last_seen  timestamptz not null default now(),
    check ((push_enc is null) = (push_hash is null))
);
create index device_member on device (member_id, device_id);

-- Words of messages.  Placeholders: {code} {link} {unsubscribe} {name} {handle} {club} {title} {count} and the
-- members of refs.
create table message_text (
    template text check (template ~ '^[a-z][a-z0-9_.]{1,39}$'),
    locale   text check (locale ~ '^[a-z]{2}$'),
    subject  text not null check (length(subject) between 1 and 120),
    body     text not null check (length(body) between 1 and 2000),
    primary key (template, locale)
);

-- Addresses (keyed hashes) that get no more messages on a channel.  bounced and erased: none but codes just asked
-- for, until the address is verified again; complaint: no marketing, until a consent given later.
create table suppression (
    contact_hash bytea check (length(contact_hash) = 32),
    channel_id   smallint references channel check (channel_id >= 2),
    reason       text not null check (reason in ('bounced', 'complaint', 'erased')),
    at           timestamptz not null default now(),
    primary key (contact_hash, channel_id)
);

-- One message to one person on one channel.  member_id null: an invitation to somebody who is no member, whose sealed
-- address is contact_enc.
--
--      queued --take--> taken --result--> sent | bounced | complaint        sent --result--> bounced | complaint
--      queued --gate, withdrawal--> suppressed     queued --cap twice, too old--> dropped
--      taken --lease lapsed--> queued, the sixth time dropped
create table send_job (
    job_id       bigint generated always as identity primary key,
    member_id    bigint references member,
    channel_id   smallint not null references channel check (channel_id >= 2),
    template     text not null check (template ~ '^[a-z][a-z0-9_.]{1,39}$'),
    gate_cat     text not null references purpose (code),
    scope_id     bigint not null default 0,
    topic        text references pref_topic,
    token_id     bigint references one_time_token on delete set null,
    contact_enc  bytea,
    refs         jsonb not null default '{}' check (jsonb_typeof(refs) = 'object'),
    stream       text collate "C",
    seq          bigint,
    club_id      bigint references club,
    audience     text check (audience ~ '^(rank|segment):[0-9]+$'),
    actor        bigint,
    prio         smallint not null check (prio between 0 and 2),    -- 0 codes and links, 1 service, 2 marketing
    state        text not null default 'queued'
                 check (state in ('queued', 'taken', 'sent', 'bounced', 'complaint', 'suppressed', 'dropped')),
    not_before   timestamptz not null default now(),
    deferrals    int not null default 0 check (deferrals between 0 and 1),
    lease_until  timestamptz,
    tries        int not null default 0 check (tries between 0 and 6),
    contacts     bytea[] not null default '{}',     -- keyed hashes of the addresses it was handed out for
    at           timestamptz not null default now(),
    ended_at     timestamptz,
    unique (member_id, channel_id, stream, seq),
    unique (token_id, channel_id),
    check ((stream is null) = (seq is null)),
    check (member_id is not null or contact_enc is not null),
    check ((state = 'taken') = (lease_until is not null)),
    check ((state in ('queued', 'taken')) = (ended_at is null))
) with (fillfactor = 70);
create index send_due on send_job (prio, not_before) where state = 'queued';
create index send_leased on send_job (lease_until) where state = 'taken';
create index send_ended on send_job (ended_at) where ended_at is not null;
create index send_member on send_job (member_id) where state = 'queued';

-- An event for everybody of a club who agreed to get it outside; expanded into send_job in the background.
create table send_fanout (
    fanout_id bigint generated always as identity primary key,
    stream    text collate "C" not null,
    seq       bigint not null,
    template  text not null,
    gate_cat  text not null references purpose (code),
    scope_id  bigint not null,
    club_id   bigint not null references club,
    audience  text check (audience ~ '^(rank|segment):[0-9]+$'),
    actor     bigint,
    refs      jsonb not null default '{}',
    cursor_id bigint not null default 0,    -- the last member who was looked at
    at        timestamptz not null default now(),
    unique (stream, seq)
);

-- One row per recipient and verdict, never for inapp.  Partitions are one per month, made ahead by
-- lib.delivery_partitions.
create table delivery_log (
    id            bigint generated always as identity,
    member_id     bigint,
    job_id        bigint not null,
    stream        text collate "C",
    seq           bigint,
    channel_id    smallint not null check (channel_id >= 2),
    gate_cat      text not null,
    scope_id      bigint not null default 0,
    verdict       text not null check (verdict in ('sent', 'suppressed', 'deferred')),
    reason        text,
    consent_event bigint,
    at            timestamptz not null default clock_timestamp(),
    primary key (id, at),
    check ((verdict = 'sent') = (reason is null))
) partition by range (at);
create table delivery_log_default partition of delivery_log default;
create index delivery_log_member on delivery_log (member_id, at);

insert into message_text (template, locale, subject, body)
values ('notify.reply', 'en', 'New replies', 'There are new replies to what you wrote: {count}.'),
       ('notify.reply', 'nb', 'Nye svar', 'Det er nye svar på det du skrev: {count}.'),
       ('notify.reply', 'ro', 'Răspunsuri noi', 'Aveți răspunsuri noi la ce ați scris: {count}.'),
       ('notify.reply', 'pt', 'Novas respostas', 'Há novas respostas ao que escreveu: {count}.'),
       ('notify.reply', 'he', 'תגובות חדשות', 'יש תגובות חדשות למה שכתבת: {count}.'),
       ('notify.mention', 'en', 'You were mentioned', 'A member mentioned you in a post.'),
       ('notify.mention', 'nb', 'Du ble nevnt', 'Et medlem nevnte deg i et innlegg.'),
       ('notify.mention', 'ro', 'Ați fost menționat', 'Un membru v-a menționat într-o postare.'),
       ('notify.mention', 'pt', 'Foi mencionado', 'Um membro mencionou-o numa publicação.'),
       ('notify.mention', 'he', 'הוזכרת', 'חבר מועדון הזכיר אותך בפוסט.'),
       ('notify.followed', 'en', 'News on a topic you follow', 'There is a new post on a topic that you follow.'),
       ('notify.followed', 'nb', 'Nytt om et tema du følger', 'Det er et nytt innlegg om et tema du følger.'),
       ('notify.followed', 'ro', 'Noutăți la un subiect urmărit', 'Există o postare nouă la un subiect pe care îl urmăriți.'),
       ('notify.followed', 'pt', 'Novidades num tema que segue', 'Há uma nova publicação num tema que segue.'),
       ('notify.followed', 'he', 'חדש בנושא שבמעקב', 'יש פוסט חדש בנושא שבמעקב שלך.'),
       ('notify.decision', 'en', 'A decision about your post or account', 'The club has decided about something of yours. Open the app to read the reasons and how to appeal: {link}'),
       ('notify.decision', 'nb', 'En avgjørelse om innlegget eller kontoen din', 'Klubben har tatt en avgjørelse som gjelder deg. Åpne appen for å lese begrunnelsen og hvordan du klager: {link}'),
       ('notify.decision', 'ro', 'O decizie despre postarea sau contul dvs.', 'Clubul a luat o decizie care vă privește. Deschideți aplicația pentru motive și calea de contestare: {link}'),
       ('notify.decision', 'pt', 'Uma decisão sobre a sua publicação ou conta', 'O clube tomou uma decisão que lhe diz respeito. Abra a aplicação para ler os motivos e como recorrer: {link}'),
       ('notify.decision', 'he', 'החלטה לגבי הפוסט או החשבון שלך', 'המועדון קיבל החלטה הנוגעת לך. הנימוקים ודרך הערעור נמצאים באפליקציה: {link}'),
       ('notify.report_closed', 'en', 'Your report was looked at', 'The report that you made has been closed. Open the app to see the outcome.'),
       ('notify.report_closed', 'nb', 'Meldingen din er behandlet', 'Meldingen du sendte er avsluttet. Åpne appen for å se utfallet.'),
       ('notify.report_closed', 'ro', 'Sesizarea dvs. a fost analizată', 'Sesizarea făcută de dvs. a fost închisă. Deschideți aplicația pentru rezultat.'),
       ('notify.report_closed', 'pt', 'A sua denúncia foi analisada', 'A denúncia que fez foi encerrada. Abra a aplicação para ver o resultado.'),
       ('notify.report_closed', 'he', 'הדיווח שלך נבדק', 'הטיפול בדיווח שלך הסתיים. התוצאה נמצאת באפליקציה.'),
       ('notify.appeal', 'en', 'Your appeal was decided', 'Your appeal has been decided. Open the app to read the outcome.'),
       ('notify.appeal', 'nb', 'Klagen din er avgjort', 'Klagen din er avgjort. Åpne appen for å lese utfallet.'),
       ('notify.appeal', 'ro', 'Contestația dvs. a fost soluționată', 'Contestația dvs. a fost soluționată. Deschideți aplicația pentru rezultat.'),
       ('notify.appeal', 'pt', 'O seu recurso foi decidido', 'O seu recurso foi decidido. Abra a aplicação para ler o resultado.'),
       ('notify.appeal', 'he', 'הוחלט בערעור שלך', 'הוחלט בערעור שלך. התוצאה נמצאת באפליקציה.'),
       ('notify.membership', 'en', 'Your membership', 'Something about your membership of a club has changed. Open the app to see it.'),
       ('notify.membership', 'nb', 'Medlemskapet ditt', 'Noe ved medlemskapet ditt i en klubb er endret. Åpne appen for å se det.'),
       ('notify.membership', 'ro', 'Calitatea dvs. de membru', 'S-a schimbat ceva la calitatea dvs. de membru. Deschideți aplicația pentru detalii.'),
       ('notify.membership', 'pt', 'A sua adesão', 'Algo mudou na sua adesão a um clube. Abra a aplicação para ver.'),
       ('notify.membership', 'he', 'החברות שלך', 'משהו השתנה בחברות שלך במועדון. הפרטים נמצאים באפליקציה.'),
       ('notify.approval', 'en', 'Your approval is wanted', 'Somebody waits for your approval. Open the app to see it.'),
       ('notify.approval', 'nb', 'Din godkjenning trengs', 'Noen venter på din godkjenning. Åpne appen for å se.'),
       ('notify.approval', 'ro', 'Este nevoie de acordul dvs.', 'Cineva așteaptă acordul dvs. Deschideți aplicația pentru detalii.'),
       ('notify.approval', 'pt', 'A sua aprovação é necessária', 'Alguém aguarda a sua aprovação. Abra a aplicação para ver.'),
       ('notify.approval', 'he', 'נדרש האישור שלך', 'מישהו ממתין לאישור שלך. הפרטים נמצאים באפליקציה.'),
       ('offer.news', 'en', '{club}: {title}', '{title}' || chr(10) || '{link}' || chr(10) || 'No more of these: {unsubscribe}'),
       ('offer.news', 'nb', '{club}: {title}', '{title}' || chr(10) || '{link}' || chr(10) || 'Ikke flere slike: {unsubscribe}'),
       ('offer.news', 'ro', '{club}: {title}', '{title}' || chr(10) || '{link}' || chr(10) || 'Nu mai doresc: {unsubscribe}'),
       ('offer.news', 'pt', '{club}: {title}', '{title}' || chr(10) || '{link}' || chr(10) || 'Não quero mais: {unsubscribe}'),
       ('offer.news', 'he', '{club}: {title}', '{title}' || chr(10) || '{link}' || chr(10) || 'לא לשלוח עוד: {unsubscribe}');
