-- 0240_card -- member cards, who has seen their codes, and wrong codes by till.

-- A member's card.  Its secret is in no table: it is derived from the number with a key of the hub (lib.card_secret), so
-- that neither a dump nor a log holds it.
--
--      active <--card.unlock / card.lock, 20 wrong codes--> locked
--      active, locked --card.replace--> replaced       any --erasure--> closed
create table member_card (
    card_no    text primary key check (card_no ~ '^[0-9]{16}$'),
    member_id  bigint not null references member,
    status     text not null default 'active' check (status in ('active', 'locked', 'replaced', 'closed')),
    locked_by  text check (locked_by in ('member', 'failures')),
    last_step  bigint not null default 0 check (last_step >= 0),    -- the newest step whose code was used
    fail_count int not null default 0 check (fail_count between 0 and 20),
    issued_at  timestamptz not null default now(),
    check (fail_count < 20 or status <> 'active'),
    check ((status = 'locked') = (locked_by is not null))
) with (fillfactor = 70);
create unique index one_active_card on member_card (member_id) where status in ('active', 'locked');
create index member_card_member on member_card (member_id, issued_at);

-- Sign-ins that have shown the code of a card: the first time needs a fresh proof.
create table card_device (
    card_no   text references member_card,
    family_id bigint references token_family on delete cascade,
    at        timestamptz not null default clock_timestamp(),
    primary key (card_no, family_id)
);
create index card_device_family on card_device (family_id);

-- Wrong codes of a till, by card number, known or not; '': of all cards together.  Rows live 15 minutes.
create table card_try (
    service text,
    till    text check (length(till) <= 40),
    card_no text check (card_no ~ '^([0-9]{16})?$'),
    fails   int not null default 0 check (fails >= 0),
    since   timestamptz not null,
    primary key (service, till, card_no)
) with (fillfactor = 70);
create index card_try_since on card_try (since);

insert into notify_type (type, topic) values ('card_locked', 'security');

insert into message_text (template, locale, subject, body)
values ('notify.card_locked', 'en', 'Your card is locked', 'Too many wrong codes were tried with your card, so we have locked it. Nothing was paid with it. You can unlock it in the app, or get a new card there.'),
       ('notify.card_locked', 'nb', 'Kortet ditt er sperret', 'Det ble prøvd for mange feil koder med kortet ditt, så vi har sperret det. Ingenting ble betalt med det. Du kan oppheve sperringen i appen, eller få et nytt kort der.'),
       ('notify.card_locked', 'ro', 'Cardul dvs. este blocat', 'Au fost încercate prea multe coduri greșite cu cardul dvs., așa că l-am blocat. Nu s-a plătit nimic cu el. Îl puteți debloca în aplicație sau puteți cere acolo un card nou.'),
       ('notify.card_locked', 'pt', 'O seu cartão está bloqueado', 'Foram tentados demasiados códigos errados com o seu cartão, por isso bloqueámo-lo. Nada foi pago com ele. Pode desbloqueá-lo na aplicação ou pedir lá um cartão novo.'),
       ('notify.card_locked', 'he', 'הכרטיס שלך נעול', 'נוסו יותר מדי קודים שגויים עם הכרטיס שלך, ולכן נעלנו אותו. דבר לא שולם באמצעותו. אפשר לפתוח את הנעילה באפליקציה, או לקבל שם כרטיס חדש.');
