-- 0360_waitlist -- the waiting list: why entries ended, what was told, and how long lists went (domain.md 9.7).

-- why: of what is passed, closed or withdrawn, and of a place that staff changed (then note holds the reason).
-- told_pos, told_at: the position that the member was told last.
alter table waitlist_entry
    add why      text check (why in ('waited', 'near', 'booking', 'cancelled', 'staff', 'left', 'unable')),
    add note     text,
    add told_pos int,
    add told_at  timestamptz;
create index waitlist_list on waitlist_entry (offer_id, entry_id);
create index waitlist_kept on waitlist_entry (offer_id) where state = 'waiting' and accumulate_since is not null;

-- Lists whose places have changed and are still to be told.
create table waitlist_news (
    offer_id bigint primary key references offer
);

-- How far a list went before it ended: so many entries, so many of them were offered seats.
create table waitlist_figure (
    offer_id  bigint primary key references offer,
    club_id   bigint not null references club,
    entries   int not null check (entries > 0),
    offered   int not null check (offered between 0 and entries),
    closed_at timestamptz not null default now()
);
create index waitlist_figure_of on waitlist_figure (club_id, closed_at);

insert into notify_type (type, topic)
values ('waitlist_offered', 'reservation'), ('waitlist_passed', 'reservation'), ('waitlist_closed', 'reservation');

insert into message_text (template, locale, subject, body)
values
    ('notify.waitlist_offered', 'en', 'Seats for you: {offer_title}', 'The seats you were waiting for are free: {offer_title}. They are kept for you until {until}. Take them or let them go in the app; after that they go to the next.'),
    ('notify.waitlist_offered', 'nb', 'Plasser til deg: {offer_title}', 'Plassene du ventet på, er ledige: {offer_title}. De holdes av til deg til {until}. Ta dem eller gi dem fra deg i appen; etterpå går de til nestemann.'),
    ('notify.waitlist_offered', 'ro', 'Locuri pentru dvs.: {offer_title}', 'Locurile pe care le așteptați sunt libere: {offer_title}. Vă sunt păstrate până la {until}. Acceptați-le sau refuzați-le în aplicație; apoi trec la următorul.'),
    ('notify.waitlist_offered', 'pt', 'Lugares para si: {offer_title}', 'Os lugares por que esperava estão livres: {offer_title}. Ficam guardados para si até {until}. Aceite-os ou recuse-os na aplicação; depois passam ao seguinte.'),
    ('notify.waitlist_offered', 'he', 'יש מקומות בשבילך: {offer_title}', 'המקומות שחיכית להם התפנו: {offer_title}. הם שמורים לך עד {until}. אפשר לקבל אותם או לוותר עליהם באפליקציה; אחר כך הם יעברו לבאים בתור.'),
    ('notify.waitlist_passed', 'en', 'Your place on a waiting list: {offer_title}', 'Not enough seats became free together for your party: {offer_title}. Others behind you are served now, and you are no longer on the list. Fewer seats may still be free: see the app.'),
    ('notify.waitlist_passed', 'nb', 'Plassen din på en venteliste: {offer_title}', 'Det ble ikke nok ledige plasser samtidig til følget ditt: {offer_title}. Andre bak deg får plass nå, og du står ikke lenger på listen. Færre plasser kan fortsatt bli ledige: se appen.'),
    ('notify.waitlist_passed', 'ro', 'Locul dvs. pe lista de așteptare: {offer_title}', 'Nu s-au eliberat împreună destule locuri pentru grupul dvs.: {offer_title}. Sunt serviți acum cei de după dvs., iar dvs. nu mai sunteți pe listă. Mai puține locuri pot fi încă libere: vedeți aplicația.'),
    ('notify.waitlist_passed', 'pt', 'O seu lugar na lista de espera: {offer_title}', 'Não ficaram livres ao mesmo tempo lugares suficientes para o seu grupo: {offer_title}. São agora servidos os que estão atrás de si e já não está na lista. Menos lugares podem ainda estar livres: veja a aplicação.'),
    ('notify.waitlist_passed', 'he', 'המקום שלך ברשימת ההמתנה: {offer_title}', 'לא התפנו יחד מספיק מקומות לקבוצה שלך: {offer_title}. עכשיו מקבלים מקום הבאים בתור, והשם שלך כבר לא ברשימה. ייתכן שיש עדיין פחות מקומות פנויים: הפרטים באפליקציה.'),
    ('notify.waitlist_closed', 'en', 'The waiting list is closed: {offer_title}', 'Thank you for waiting. This time no seats became free for you: {offer_title}. The list is closed now.'),
    ('notify.waitlist_closed', 'nb', 'Ventelisten er stengt: {offer_title}', 'Takk for at du ventet. Denne gangen ble det ingen ledige plasser til deg: {offer_title}. Listen er nå stengt.'),
    ('notify.waitlist_closed', 'ro', 'Lista de așteptare s-a închis: {offer_title}', 'Vă mulțumim că ați așteptat. De data aceasta nu s-au eliberat locuri pentru dvs.: {offer_title}. Lista este acum închisă.'),
    ('notify.waitlist_closed', 'pt', 'A lista de espera fechou: {offer_title}', 'Obrigado por ter esperado. Desta vez não ficaram lugares livres para si: {offer_title}. A lista está agora fechada.'),
    ('notify.waitlist_closed', 'he', 'רשימת ההמתנה נסגרה: {offer_title}', 'תודה על הסבלנות. הפעם לא התפנו מקומות בשבילך: {offer_title}. הרשימה סגורה עכשיו.');
