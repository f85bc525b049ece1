-- 0320_desk -- checking in, no-shows, and what members are told of an offer: openings and safety.

-- The newest step whose code has let somebody in.
alter table reservation add column last_step bigint not null default 0 check (last_step >= 0);

-- Reservations that somebody still has to come for, or whose end is to come.
create index reservation_to_come on reservation (offer_id) where state in ('confirmed', 'checked_in');
create index offer_starts on offer (starts_at);
create index offer_ends on offer (ends_at);

-- Wrong codes of a reservation are counted as those of a card are: r and its number stand for the card's.
alter table card_try drop constraint card_try_card_no_check,
    add constraint card_try_card_no_check check (card_no ~ '^([0-9]{16}|r[0-9]{1,19})?$');

-- An instant at which an offer opens for somebody, once it has come: how far those who are to be told were walked through.
-- pass 0: all of them; 1: those who asked for a reminder at the last moment; 2: done.
create table offer_opening (
    offer_id  bigint references offer,
    opens_at  timestamptz,
    pass      smallint not null default 0 check (pass between 0 and 2),
    cursor_id bigint not null default 0,
    primary key (offer_id, opens_at)
) with (fillfactor = 70);

-- Who was told with mkt.early_access that an offer is open.
create table offer_told (
    offer_id  bigint references offer,
    member_id bigint references member,
    at        timestamptz not null default now(),
    primary key (offer_id, member_id)
);
create index offer_told_of on offer_told (member_id);

-- cursor_id: the last member who was told; sent_at: all were.
alter table offer_notice add column cursor_id bigint not null default 0, add column sent_at timestamptz;
create index offer_notice_due on offer_notice (notice_id) where sent_at is null;

insert into notify_type (type, topic)
values ('offer_reminder', 'reservation'), ('offer_safety', 'reservation'), ('strike_added', 'reservation'),
       ('strike_changed', 'reservation');

insert into message_text (template, locale, subject, body)
values
    ('notify.offer_reminder', 'en', '{offer_title} is open for you', 'You asked for a reminder: from now on you can book {offer_title}. {link}'),
    ('notify.offer_reminder', 'nb', '{offer_title} er åpen for deg', 'Du ba om en påminnelse: fra nå av kan du bestille {offer_title}. {link}'),
    ('notify.offer_reminder', 'ro', '{offer_title} este deschis pentru dvs.', 'Ați cerut o reamintire: de acum puteți rezerva {offer_title}. {link}'),
    ('notify.offer_reminder', 'pt', '{offer_title} está aberto para si', 'Pediu um lembrete: a partir de agora pode reservar {offer_title}. {link}'),
    ('notify.offer_reminder', 'he', '{offer_title} פתוח עבורך', 'ביקשת תזכורת: מעכשיו אפשר להזמין את {offer_title}. {link}'),
    ('notify.offer_safety', 'en', 'Safety notice: {offer_title}', '{offer_notice}' || chr(10) || '{link}'),
    ('notify.offer_safety', 'nb', 'Sikkerhetsvarsel: {offer_title}', '{offer_notice}' || chr(10) || '{link}'),
    ('notify.offer_safety', 'ro', 'Avertisment de siguranță: {offer_title}', '{offer_notice}' || chr(10) || '{link}'),
    ('notify.offer_safety', 'pt', 'Aviso de segurança: {offer_title}', '{offer_notice}' || chr(10) || '{link}'),
    ('notify.offer_safety', 'he', 'הודעת בטיחות: {offer_title}', '{offer_notice}' || chr(10) || '{link}'),
    ('notify.strike_added', 'en', 'Nobody came for your booking', 'Nobody came for your booking of {offer_title}, so it counts as a no-show. Four of them within twelve months cost early access for six. If this is wrong, you can object in the app within 14 days.'),
    ('notify.strike_added', 'nb', 'Ingen møtte til bestillingen din', 'Ingen møtte til bestillingen din av {offer_title}, så den teller som uteblivelse. Fire på tolv måneder koster tidlig tilgang i seks. Er dette feil, kan du klage i appen innen 14 dager.'),
    ('notify.strike_added', 'ro', 'Nimeni nu a venit la rezervarea dvs.', 'Nimeni nu a venit la rezervarea dvs. pentru {offer_title}, deci se consideră neprezentare. Patru în douăsprezece luni costă accesul anticipat pentru șase. Dacă este o greșeală, o puteți contesta în aplicație în 14 zile.'),
    ('notify.strike_added', 'pt', 'Ninguém compareceu à sua reserva', 'Ninguém compareceu à sua reserva de {offer_title}, por isso conta como falta. Quatro em doze meses custam o acesso antecipado por seis. Se isto está errado, pode contestar na aplicação no prazo de 14 dias.'),
    ('notify.strike_added', 'he', 'איש לא הגיע להזמנה שלך', 'איש לא הגיע להזמנה שלך של {offer_title}, ולכן היא נרשמה כאי־הגעה. ארבע כאלה בשנים עשר חודשים שוללות גישה מוקדמת לשישה. אם זו טעות, אפשר לערער באפליקציה תוך 14 יום.'),
    ('notify.strike_changed', 'en', 'Your objection was decided', 'Your objection about the booking of {offer_title} was decided. Open the app to see the outcome.'),
    ('notify.strike_changed', 'nb', 'Klagen din er avgjort', 'Klagen din om bestillingen av {offer_title} er avgjort. Åpne appen for å se utfallet.'),
    ('notify.strike_changed', 'ro', 'Contestația dvs. a fost soluționată', 'Contestația dvs. privind rezervarea pentru {offer_title} a fost soluționată. Deschideți aplicația pentru rezultat.'),
    ('notify.strike_changed', 'pt', 'A sua contestação foi decidida', 'A sua contestação sobre a reserva de {offer_title} foi decidida. Abra a aplicação para ver o resultado.'),
    ('notify.strike_changed', 'he', 'הוחלט בערעור שלך', 'הוחלט בערעור שלך על ההזמנה של {offer_title}. התוצאה נמצאת באפליקציה.'),
    ('early.opening', 'en', '{club}: {offer_title} is open for you', 'You can book {offer_title} now.' || chr(10) || '{link}' || chr(10) || 'No more of these: {unsubscribe}'),
    ('early.opening', 'nb', '{club}: {offer_title} er åpen for deg', 'Du kan bestille {offer_title} nå.' || chr(10) || '{link}' || chr(10) || 'Ikke flere slike: {unsubscribe}'),
    ('early.opening', 'ro', '{club}: {offer_title} este deschis pentru dvs.', 'Puteți rezerva {offer_title} acum.' || chr(10) || '{link}' || chr(10) || 'Nu mai doresc: {unsubscribe}'),
    ('early.opening', 'pt', '{club}: {offer_title} está aberto para si', 'Já pode reservar {offer_title}.' || chr(10) || '{link}' || chr(10) || 'Não quero mais: {unsubscribe}'),
    ('early.opening', 'he', '{club}: {offer_title} פתוח עבורך', 'אפשר להזמין את {offer_title} עכשיו.' || chr(10) || '{link}' || chr(10) || 'לא לשלוח עוד: {unsubscribe}');
