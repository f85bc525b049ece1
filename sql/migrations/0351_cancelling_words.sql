-- 0351_cancelling_words -- messages about a trip that is cancelled, a seat and missing names say which trip.

update message_text m
   set subject = t.subject, body = t.body
  from (values
    ('notify.resv_cancelled', 'en', 'Cancelled: {offer_title}', 'The organiser has cancelled {offer_title}, which you are booked on. What was paid comes back in full. {link}'),
    ('notify.resv_cancelled', 'nb', 'Avlyst: {offer_title}', 'Arrangøren har avlyst {offer_title}, som du er påmeldt. Det som er betalt, betales tilbake i sin helhet. {link}'),
    ('notify.resv_cancelled', 'ro', 'Anulat: {offer_title}', 'Organizatorul a anulat {offer_title}, la care sunteți înscris. Suma plătită se restituie integral. {link}'),
    ('notify.resv_cancelled', 'pt', 'Cancelado: {offer_title}', 'O organizador cancelou {offer_title}, em que está inscrito. O que foi pago é devolvido na totalidade. {link}'),
    ('notify.resv_cancelled', 'he', 'בוטל: {offer_title}', 'המארגן ביטל את {offer_title} שהוזמן עבורך. התשלום יוחזר במלואו. {link}'),
    ('notify.resv_invited', 'en', 'A seat for you: {offer_title}', 'A member of your club has booked a seat for you: {offer_title}. Open the app to say yes or no; until you do, nobody sees your name. {link}'),
    ('notify.resv_invited', 'nb', 'En plass til deg: {offer_title}', 'Et medlem av klubben har bestilt en plass til deg: {offer_title}. Åpne appen for å svare ja eller nei; til da ser ingen navnet ditt. {link}'),
    ('notify.resv_invited', 'ro', 'Un loc pentru dvs.: {offer_title}', 'Un membru al clubului a rezervat un loc pentru dvs.: {offer_title}. Deschideți aplicația pentru a răspunde da sau nu; până atunci nimeni nu vă vede numele. {link}'),
    ('notify.resv_invited', 'pt', 'Um lugar para si: {offer_title}', 'Um membro do clube reservou um lugar para si: {offer_title}. Abra a aplicação para responder sim ou não; até lá ninguém vê o seu nome. {link}'),
    ('notify.resv_invited', 'he', 'מקום עבורך: {offer_title}', 'חבר במועדון הזמין עבורך מקום: {offer_title}. אפשר לאשר או לדחות באפליקציה; עד אז איש אינו רואה את שמך. {link}'),
    ('notify.resv_unnamed', 'en', 'Seats without a name: {offer_title}', 'The time to name the travellers of {offer_title} is over, and some of your seats have no name. The app shows which. {link}'),
    ('notify.resv_unnamed', 'nb', 'Plasser uten navn: {offer_title}', 'Fristen for å navngi de reisende til {offer_title} er ute, og noen av plassene dine mangler navn. Appen viser hvilke. {link}'),
    ('notify.resv_unnamed', 'ro', 'Locuri fără nume: {offer_title}', 'Termenul pentru numirea călătorilor la {offer_title} a expirat, iar unele locuri ale dvs. nu au nume. Aplicația arată care. {link}'),
    ('notify.resv_unnamed', 'pt', 'Lugares sem nome: {offer_title}', 'O prazo para indicar os viajantes de {offer_title} terminou e alguns dos seus lugares não têm nome. A aplicação mostra quais. {link}'),
    ('notify.resv_unnamed', 'he', 'מקומות ללא שם: {offer_title}', 'המועד לרישום שמות הנוסעים אל {offer_title} חלף, ולחלק מהמקומות שלך אין שם. האפליקציה מציגה אילו. {link}')
  ) t (template, locale, subject, body)
 where m.template = t.template
   and m.locale = t.locale;
