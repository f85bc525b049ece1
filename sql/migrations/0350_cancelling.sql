-- 0350_cancelling -- what the jobs of cancelled offers, of name deadlines and of needs have done already.

-- settled: of a cancelled offer, no reservation is left to pay back.  names_told: organisers of reservations up to this
-- number were told which seats had no name at the deadline; null: all of them.
alter table offer
    add settled    boolean not null default false,
    add names_told bigint default 0;
create index offer_unsettled on offer (offer_id) where state = 'cancelled' and not settled;
create index offer_names_due on offer (name_deadline) where names_told is not null;

create index reservation_needs on reservation_party (resv_id) where needs_enc is not null;

-- Who is asked into a party, and how it went on, is told once a day at most outside the app.
insert into notify_type (type, topic)
values ('resv_cancelled', 'reservation'), ('resv_invited', 'reservation'), ('resv_unnamed', 'reservation');

insert into message_text (template, locale, subject, body)
values
    ('notify.resv_cancelled', 'en', 'A trip you are booked on is cancelled', 'The organiser has cancelled a trip or event that you are booked on. What was paid comes back in full; the app has the details.'),
    ('notify.resv_cancelled', 'nb', 'En reise du er påmeldt er avlyst', 'Arrangøren har avlyst en reise eller et arrangement du er påmeldt. Det som er betalt, betales tilbake i sin helhet; detaljene står i appen.'),
    ('notify.resv_cancelled', 'ro', 'O călătorie la care sunteți înscris a fost anulată', 'Organizatorul a anulat o călătorie sau un eveniment la care sunteți înscris. Suma plătită se restituie integral; detaliile sunt în aplicație.'),
    ('notify.resv_cancelled', 'pt', 'Uma viagem em que está inscrito foi cancelada', 'O organizador cancelou uma viagem ou um evento em que está inscrito. O que foi pago é devolvido na totalidade; os pormenores estão na aplicação.'),
    ('notify.resv_cancelled', 'he', 'נסיעה שהוזמנה עבורך בוטלה', 'המארגן ביטל נסיעה או אירוע שהוזמנו עבורך. התשלום יוחזר במלואו; הפרטים נמצאים באפליקציה.'),
    ('notify.resv_invited', 'en', 'A seat was booked for you', 'A member of your club has booked a seat with your name. Open the app to say yes or no; until you do, nobody sees your name.'),
    ('notify.resv_invited', 'nb', 'Noen har bestilt plass til deg', 'Et medlem av klubben har bestilt en plass med ditt navn. Åpne appen for å svare ja eller nei; til da ser ingen navnet ditt.'),
    ('notify.resv_invited', 'ro', 'Un loc a fost rezervat pentru dvs.', 'Un membru al clubului a rezervat un loc pe numele dvs. Deschideți aplicația pentru a răspunde da sau nu; până atunci nimeni nu vă vede numele.'),
    ('notify.resv_invited', 'pt', 'Foi reservado um lugar para si', 'Um membro do clube reservou um lugar em seu nome. Abra a aplicação para responder sim ou não; até lá ninguém vê o seu nome.'),
    ('notify.resv_invited', 'he', 'נשמר עבורך מקום', 'חבר במועדון הזמין מקום על שמך. אפשר לאשר או לדחות באפליקציה; עד אז איש אינו רואה את שמך.'),
    ('notify.resv_unnamed', 'en', 'Some seats have no name', 'The time to name the travellers of your reservation is over, and some seats have no name. The app shows which.'),
    ('notify.resv_unnamed', 'nb', 'Noen plasser mangler navn', 'Fristen for å navngi de reisende i bestillingen din er ute, og noen plasser mangler navn. Appen viser hvilke.'),
    ('notify.resv_unnamed', 'ro', 'Unele locuri nu au nume', 'Termenul pentru numirea călătorilor din rezervarea dvs. a expirat, iar unele locuri nu au nume. Aplicația arată care.'),
    ('notify.resv_unnamed', 'pt', 'Há lugares sem nome', 'O prazo para indicar os viajantes da sua reserva terminou e há lugares sem nome. A aplicação mostra quais.'),
    ('notify.resv_unnamed', 'he', 'יש מקומות ללא שם', 'המועד לרישום שמות הנוסעים בהזמנה שלך חלף, ויש מקומות ללא שם. האפליקציה מציגה אילו.');
