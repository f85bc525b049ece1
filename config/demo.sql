-- demo.sql -- a travel club to try the hub with: three clubs, 200 members, staff of each role, a key for the till.
--
-- Loaded once, into an empty database, as its owner and with the key of identifiers set: by `clubhub migrate --demo`, so
-- nothing of psql alone is in here, or by
--
--     PGOPTIONS="-c clubhub.pii_key=$(cat pii_key)" psql -1 -v ON_ERROR_STOP=1 -f config/demo.sql
--
-- Everybody's password is "fjord-and-coast" (config/demo-accounts.txt).  Nothing here is about real people, and no
-- address can receive mail: .invalid is reserved for that.

set local search_path = club, pg_temp;
set local client_min_messages = warning;

do $$
begin
    if nullif(current_setting('clubhub.pii_key', true), '') is null then
        raise exception 'set clubhub.pii_key first: demo members have sealed names and addresses';
    end if;
    if exists (select from member) then
        raise exception 'this database has members already';
    end if;
end $$;

-- ids below 100,000 belong to this file
alter sequence id_seq restart with 100000;

-- clubs -------------------------------------------------------------------------------------------------------------

insert into club (club_id, slug, name, form, join_policy, tz, locale, currency, settings)
values
    (1, 'fjord-and-coast', 'Fjord & Coast', 'benefit', 'open', 'Europe/Oslo', 'nb', 'EUR',
     '{"controller":"Fjord & Coast Travel AS","expiry_months":24,"transfers":true}'),
    (2, 'danube-readers', 'Danube Readers', 'product_interest', 'application', 'Europe/Bucharest', 'ro', 'EUR',
     '{"controller":"Fjord & Coast Travel AS","questions":["Which river would you follow next?"]}'),
    (3, 'meridian-circle', 'Meridian Circle', 'vip', 'invitation', 'Europe/Lisbon', 'pt', 'EUR',
     '{"controller":"Fjord & Coast Travel AS","min_age":18,"return_days":14}');

insert into track (track_id, club_id, code, name, fee_kind, fee_minor, period)
values
    (101, 1, 'classic', 'Classic', 'free', 0, null),
    (102, 1, 'plus', 'Plus', 'periodic', 4900, '1 year'),
    (103, 2, 'reader', 'Reader', 'one_off', 1500, null),
    (104, 3, 'guest', 'Guest of the house', 'free', 0, null),
    (105, 2, 'visitor', 'Visitor', 'free', 0, null);

insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind, earn_ppm, seat_limit, support_prio)
values
    (201, 1, 0, 'Deckhand', 0, 0, 'rolling', 1000000, 4, 0),
    (202, 1, 1, 'Navigator', 5000, 4000, 'rolling', 1100000, 4, 1),
    (203, 1, 2, 'Captain', 15000, 12000, 'rolling', 1250000, 6, 2),
    (204, 2, 0, 'Reader', 0, 0, 'calendar', 1000000, 2, 0),
    (205, 2, 1, 'Narrator', 3000, 2000, 'calendar', 1150000, 2, 1),
    (206, 3, 0, 'Meridian', 0, 0, 'anniversary', 1500000, 8, 3);

insert into product_category (category_id, club_id, code)
values
    (11, 1, 'fjord_cruises'), (12, 1, 'city_breaks'), (13, 1, 'hiking'), (14, 1, 'family'), (15, 1, 'food_and_wine'),
    (21, 2, 'river_journeys'), (31, 3, 'private_tours');

insert into category_text (category_id, locale, name)
values
    (11, 'en', 'Fjord cruises'), (11, 'nb', 'Fjordcruise'), (11, 'ro', 'Croaziere în fiorduri'),
    (11, 'pt', 'Cruzeiros nos fiordes'), (11, 'he', 'שיט בפיורדים'),
    (12, 'en', 'City breaks'), (12, 'nb', 'Storbyhelg'), (12, 'ro', 'City break-uri'),
    (12, 'pt', 'Escapadinhas na cidade'), (12, 'he', 'חופשות עירוניות'),
    (13, 'en', 'Hiking'), (13, 'nb', 'Fotturer'), (13, 'ro', 'Drumeții'),
    (13, 'pt', 'Caminhadas'), (13, 'he', 'טיולים רגליים'),
    (14, 'en', 'Family holidays'), (14, 'nb', 'Familieferie'), (14, 'ro', 'Vacanțe în familie'),
    (14, 'pt', 'Férias em família'), (14, 'he', 'חופשות משפחתיות'),
    (15, 'en', 'Food and wine'), (15, 'nb', 'Mat og vin'), (15, 'ro', 'Gastronomie și vin'),
    (15, 'pt', 'Gastronomia e vinho'), (15, 'he', 'אוכל ויין'),
    (21, 'en', 'River journeys'), (21, 'nb', 'Elvereiser'), (21, 'ro', 'Călătorii pe fluvii'),
    (21, 'pt', 'Viagens fluviais'), (21, 'he', 'מסעות נהר'),
    (31, 'en', 'Private tours'), (31, 'nb', 'Private turer'), (31, 'ro', 'Tururi private'),
    (31, 'pt', 'Viagens privadas'), (31, 'he', 'סיורים פרטיים');

-- ten points for a euro, twenty on fjord cruises
insert into earn_rule (rule_id, club_id, category_id, rate_ppm, from_at)
values
    (301, 1, null, 100000, now() - interval '2 years'), (302, 1, 11, 200000, now() - interval '2 years'),
    (303, 2, null, 50000, now() - interval '2 years'), (304, 3, null, 150000, now() - interval '2 years');
-- a season that is to come: thirty on city breaks for a month
insert into earn_rule (rule_id, club_id, category_id, rate_ppm, from_at, to_at)
values (305, 1, 12, 300000, now() + interval '14 days', now() + interval '44 days');

insert into age_rule (country, consent_age)
values ('NO', 13), ('PT', 13), ('RO', 16), ('GB', 13), ('IL', 16);

-- what members are asked for, in their own words --------------------------------------------------------------------

create temp table words (code text, locale text, title text, body text) on commit drop;

insert into words
values
('mkt.offers', 'en', 'Offers',
 'May we send you offers and promotions for this kind of journey on this channel? You choose each kind and each channel by itself, and you can stop with one tap. Saying no changes no price and no seat.'),
('mkt.offers', 'nb', 'Tilbud',
 'Får vi sende deg tilbud og kampanjer for denne typen reiser i denne kanalen? Du velger hver type og hver kanal for seg, og du kan stoppe med ett trykk. Et nei endrer verken pris eller plass.'),
('mkt.offers', 'ro', 'Oferte',
 'Ne permiteți să vă trimitem oferte și promoții pentru acest fel de călătorii pe acest canal? Alegeți separat fiecare fel și fiecare canal și puteți opri totul cu o atingere. Un refuz nu schimbă niciun preț și niciun loc.'),
('mkt.offers', 'pt', 'Ofertas',
 'Podemos enviar-lhe ofertas e promoções para este tipo de viagem por este canal? Escolhe cada tipo e cada canal em separado e pode parar com um toque. Dizer que não não altera preços nem lugares.'),
('mkt.offers', 'he', 'הצעות',
 'האם נוכל לשלוח לך הצעות ומבצעים לסוג הזה של מסעות בערוץ הזה? כל סוג וכל ערוץ נבחרים בנפרד, ואפשר להפסיק בנגיעה אחת. סירוב אינו משנה מחיר או מקום.'),

('mkt.magazine', 'en', 'Magazine',
 'May we tell you on this channel when a new issue of the club magazine is out? About six issues a year. You can read the magazine in the app either way.'),
('mkt.magazine', 'nb', 'Magasin',
 'Får vi si fra i denne kanalen når et nytt nummer av klubbmagasinet er ute? Omtrent seks nummer i året. Du kan lese magasinet i appen uansett.'),
('mkt.magazine', 'ro', 'Revista',
 'Ne permiteți să vă anunțăm pe acest canal când apare un număr nou al revistei clubului? Aproximativ șase numere pe an. Puteți citi revista în aplicație oricum.'),
('mkt.magazine', 'pt', 'Revista',
 'Podemos avisá-lo por este canal quando sai um novo número da revista do clube? Cerca de seis números por ano. Pode ler a revista na aplicação de qualquer forma.'),
('mkt.magazine', 'he', 'מגזין',
 'האם נוכל להודיע לך בערוץ הזה כשיוצא גיליון חדש של מגזין המועדון? כשישה גיליונות בשנה. אפשר לקרוא את המגזין באפליקציה בכל מקרה.'),

('mkt.events', 'en', 'Invitations to events',
 'May we invite you on this channel to talks, tastings and meetings around this kind of journey? Changes to an event you have signed up for reach you in any case.'),
('mkt.events', 'nb', 'Invitasjoner til arrangementer',
 'Får vi invitere deg i denne kanalen til foredrag, smakinger og treff om denne typen reiser? Endringer i noe du er påmeldt, får du beskjed om uansett.'),
('mkt.events', 'ro', 'Invitații la evenimente',
 'Ne permiteți să vă invităm pe acest canal la conferințe, degustări și întâlniri despre acest fel de călătorii? Schimbările la un eveniment la care v-ați înscris vă sunt comunicate oricum.'),
('mkt.events', 'pt', 'Convites para eventos',
 'Podemos convidá-lo por este canal para palestras, provas e encontros sobre este tipo de viagem? As alterações a um evento em que se inscreveu chegam-lhe sempre.'),
('mkt.events', 'he', 'הזמנות לאירועים',
 'האם נוכל להזמין אותך בערוץ הזה להרצאות, לטעימות ולמפגשים סביב הסוג הזה של מסעות? על שינויים באירוע שנרשמת אליו נודיע בכל מקרה.'),

('mkt.early_access', 'en', 'When your early booking opens',
 'May we alert you on this channel when early booking opens for your tier in this kind of journey? The early booking itself is yours without this.'),
('mkt.early_access', 'nb', 'Når din forhåndsbestilling åpner',
 'Får vi varsle deg i denne kanalen når forhåndsbestilling åpner for ditt nivå på denne typen reiser? Selve retten til å bestille tidlig har du uten dette.'),
('mkt.early_access', 'ro', 'Când se deschide rezervarea timpurie',
 'Ne permiteți să vă alertăm pe acest canal când se deschide rezervarea timpurie pentru nivelul dumneavoastră la acest fel de călătorii? Dreptul de a rezerva din timp îl aveți și fără aceasta.'),
('mkt.early_access', 'pt', 'Quando abre a sua reserva antecipada',
 'Podemos alertá-lo por este canal quando abre a reserva antecipada do seu nível para este tipo de viagem? O direito de reservar mais cedo é seu mesmo sem isto.'),
('mkt.early_access', 'he', 'פתיחת ההזמנה המוקדמת',
 'האם נוכל להתריע בפניך בערוץ הזה כשנפתחת ההזמנה המוקדמת לדרגה שלך בסוג הזה של מסעות? הזכות להזמין מוקדם שמורה לך גם בלי זה.'),

('mkt.surprise', 'en', 'Surprises',
 'May we now and then surprise you on this channel with a small gift? Gifts that are meant for everybody in your tier wait for you in the app in any case.'),
('mkt.surprise', 'nb', 'Overraskelser',
 'Får vi av og til overraske deg i denne kanalen med en liten gave? Gaver som gjelder alle på ditt nivå, venter på deg i appen uansett.'),
('mkt.surprise', 'ro', 'Surprize',
 'Ne permiteți să vă surprindem din când în când pe acest canal cu un mic dar? Darurile destinate tuturor celor de la nivelul dumneavoastră vă așteaptă oricum în aplicație.'),
('mkt.surprise', 'pt', 'Surpresas',
 'Podemos de vez em quando surpreendê-lo por este canal com um pequeno presente? Os presentes destinados a todos os do seu nível esperam por si na aplicação de qualquer forma.'),
('mkt.surprise', 'he', 'הפתעות',
 'האם נוכל מדי פעם להפתיע אותך בערוץ הזה במתנה קטנה? מתנות שמיועדות לכל בני הדרגה שלך ממתינות לך באפליקציה בכל מקרה.'),

('prof.personalise', 'en', 'A selection for you',
 'May this club look at your purchases, trips, reactions and the interests you named, in order to choose and sort what it shows you? Without it you see everything in the order of time.'),
('prof.personalise', 'nb', 'Utvalg for deg',
 'Får denne klubben se på kjøpene, reisene og reaksjonene dine og interessene du har oppgitt, for å velge og sortere det den viser deg? Uten dette ser du alt i tidsrekkefølge.'),
('prof.personalise', 'ro', 'O selecție pentru dumneavoastră',
 'Permiteți acestui club să țină seama de cumpărăturile, călătoriile, reacțiile și interesele pe care le-ați numit, pentru a alege și ordona ce vă arată? Fără aceasta vedeți totul în ordinea timpului.'),
('prof.personalise', 'pt', 'Uma seleção para si',
 'Pode este clube olhar para as suas compras, viagens, reações e interesses indicados, para escolher e ordenar o que lhe mostra? Sem isto vê tudo por ordem de data.'),
('prof.personalise', 'he', 'מבחר בשבילך',
 'האם המועדון הזה רשאי להביא בחשבון את הרכישות, הנסיעות, התגובות ותחומי העניין שציינת, כדי לבחור ולסדר את מה שמוצג לך? בלי זה הכול מוצג לפי סדר הזמן.'),

('com.profile', 'en', 'Show my name and town',
 'May members of this club see your real name and your town beside what you write? Otherwise they see your handle only.'),
('com.profile', 'nb', 'Vis navnet og stedet mitt',
 'Får medlemmer av denne klubben se det virkelige navnet ditt og stedet du bor, ved siden av det du skriver? Ellers ser de bare brukernavnet.'),
('com.profile', 'ro', 'Arată numele și localitatea mea',
 'Permiteți membrilor acestui club să vă vadă numele real și localitatea lângă ceea ce scrieți? Altfel văd doar numele de utilizator.'),
('com.profile', 'pt', 'Mostrar o meu nome e localidade',
 'Podem os membros deste clube ver o seu nome verdadeiro e a sua localidade junto do que escreve? Caso contrário veem apenas o nome de utilizador.'),
('com.profile', 'he', 'הצגת השם ומקום המגורים שלי',
 'האם חברי המועדון הזה רשאים לראות את שמך האמיתי ואת מקום מגוריך לצד מה שכתבת? אחרת הם רואים את הכינוי בלבד.'),

('com.travel', 'en', 'Show trips I took',
 'May members of this club see that you took a trip you write about, and your past trips with the club?'),
('com.travel', 'nb', 'Vis reisene mine',
 'Får medlemmer av denne klubben se at du har vært på en reise du skriver om, og de tidligere reisene dine med klubben?'),
('com.travel', 'ro', 'Arată călătoriile mele',
 'Permiteți membrilor acestui club să vadă că ați făcut o călătorie despre care scrieți și călătoriile trecute cu clubul?'),
('com.travel', 'pt', 'Mostrar as viagens que fiz',
 'Podem os membros deste clube ver que fez uma viagem sobre a qual escreve, e as suas viagens passadas com o clube?'),
('com.travel', 'he', 'הצגת הנסיעות שלי',
 'האם חברי המועדון הזה רשאים לראות שהשתתפת בנסיעה שעליה כתבת, ואת נסיעותיך הקודמות עם המועדון?'),

('com.tag', 'en', 'Let others mention me',
 'May members of this club mention you by your handle so that you are told and others can follow the link?'),
('com.tag', 'nb', 'La andre nevne meg',
 'Får medlemmer av denne klubben nevne deg ved brukernavn, slik at du får beskjed og andre kan følge lenken?'),
('com.tag', 'ro', 'Alții mă pot menționa',
 'Permiteți membrilor acestui club să vă menționeze cu numele de utilizator, astfel încât să fiți anunțat și ceilalți să poată urma legătura?'),
('com.tag', 'pt', 'Deixar que me mencionem',
 'Podem os membros deste clube mencioná-lo pelo nome de utilizador, para que seja avisado e os outros possam seguir a ligação?'),
('com.tag', 'he', 'אזכור שלי על ידי אחרים',
 'האם חברי המועדון הזה רשאים לאזכר אותך בכינוי שלך, כך שתקבל הודעה ואחרים יוכלו ללחוץ על הקישור?'),

('com.presence', 'en', 'Show when I am here',
 'May members of this club see on this channel that you are online or typing?'),
('com.presence', 'nb', 'Vis når jeg er her',
 'Får medlemmer av denne klubben se i denne kanalen at du er pålogget eller skriver?'),
('com.presence', 'ro', 'Arată când sunt aici',
 'Permiteți membrilor acestui club să vadă pe acest canal că sunteți conectat sau că scrieți?'),
('com.presence', 'pt', 'Mostrar quando estou aqui',
 'Podem os membros deste clube ver por este canal que está ligado ou a escrever?'),
('com.presence', 'he', 'הצגת הנוכחות שלי',
 'האם חברי המועדון הזה רשאים לראות בערוץ הזה שהתחברת או שהקלדת?'),

('com.badge', 'en', 'Show my tier',
 'May members of this club see the badge of your tier beside what you write?'),
('com.badge', 'nb', 'Vis nivået mitt',
 'Får medlemmer av denne klubben se merket for nivået ditt ved siden av det du skriver?'),
('com.badge', 'ro', 'Arată nivelul meu',
 'Permiteți membrilor acestui club să vadă insigna nivelului dumneavoastră lângă ceea ce scrieți?'),
('com.badge', 'pt', 'Mostrar o meu nível',
 'Podem os membros deste clube ver o distintivo do seu nível junto do que escreve?'),
('com.badge', 'he', 'הצגת הדרגה שלי',
 'האם חברי המועדון הזה רשאים לראות את תג הדרגה שלך לצד מה שכתבת?'),

('li.security', 'en', 'Warnings about your account',
 'We tell you when someone signs in to your account, when wrong passwords are tried and when your card is locked. We do this to protect you and us; it stays on in the app and by e-mail. On other channels you may object.'),
('li.security', 'nb', 'Varsler om kontoen din',
 'Vi sier fra når noen logger inn på kontoen din, når feil passord prøves, og når kortet ditt sperres. Det gjør vi for å beskytte deg og oss; i appen og på e-post er det alltid på. I andre kanaler kan du protestere.'),
('li.security', 'ro', 'Avertizări despre contul dumneavoastră',
 'Vă anunțăm când cineva se conectează la contul dumneavoastră, când se încearcă parole greșite și când cardul este blocat. Facem aceasta pentru a vă proteja pe dumneavoastră și pe noi; în aplicație și prin e-mail rămâne activ. Pe alte canale vă puteți opune.'),
('li.security', 'pt', 'Avisos sobre a sua conta',
 'Avisamos quando alguém entra na sua conta, quando são tentadas palavras-passe erradas e quando o seu cartão é bloqueado. Fazemo-lo para o proteger a si e a nós; na aplicação e por e-mail está sempre ativo. Noutros canais pode opor-se.'),
('li.security', 'he', 'אזהרות על החשבון שלך',
 'נודיע לך כשמישהו מתחבר לחשבון שלך, כשמנסים סיסמאות שגויות וכשהכרטיס שלך נחסם. כך אנו מגינים עליך ועלינו; באפליקציה ובדואר האלקטרוני זה פעיל תמיד. בערוצים אחרים אפשר להתנגד.'),

('li.survey', 'en', 'One question after a trip',
 'After a trip or a service we ask one question about how it went, because we want to do better. Answering is up to you. You may object, on one channel or on all; then we do not ask.'),
('li.survey', 'nb', 'Ett spørsmål etter en reise',
 'Etter en reise eller en tjeneste stiller vi ett spørsmål om hvordan det gikk, fordi vi vil bli bedre. Du velger selv om du svarer. Du kan protestere, i én kanal eller i alle; da spør vi ikke.'),
('li.survey', 'ro', 'O întrebare după o călătorie',
 'După o călătorie sau un serviciu vă punem o singură întrebare despre cum a fost, pentru că vrem să facem mai bine. Răspundeți dacă doriți. Vă puteți opune, pe un canal sau pe toate; atunci nu întrebăm.'),
('li.survey', 'pt', 'Uma pergunta depois de uma viagem',
 'Depois de uma viagem ou de um serviço fazemos uma pergunta sobre como correu, porque queremos melhorar. Responde se quiser. Pode opor-se, num canal ou em todos; então não perguntamos.'),
('li.survey', 'he', 'שאלה אחת אחרי נסיעה',
 'אחרי נסיעה או שירות נשאל שאלה אחת על איך היה, כי אנו רוצים להשתפר. אפשר לענות או לא לענות. אפשר להתנגד, בערוץ אחד או בכולם; במקרה כזה לא נשאל.');

insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
select p.purpose_id, 1, w.locale, w.title, w.body, sha256(convert_to(w.title || E'\n' || w.body, 'UTF8')), true,
       now() - interval '1 year', 'demo'
  from words w
  join purpose p on p.code = w.code;

-- staff and services ------------------------------------------------------------------------------------------------

insert into staff (staff_id, login, roles, locale)
select 900 + o, r || '@demo.invalid', array[r], 'en'
  from unnest('{agent,moderator,editor,manager,analyst,privacy,admin}'::text[]) with ordinality as x (r, o)
 union all
select 908, 'moderator2@demo.invalid', '{moderator}', 'en';     -- decides appeals, and what takes two people

insert into staff_club (staff_id, club_id)
select s.staff_id, c.club_id
  from staff s
 cross join club c;

insert into api_key (key_hash, service, scopes, created_by)
values (sha256('demo-till-key-never-use-it-elsewhere'), 'pos', '{pos}', 'demo'),
       (sha256('demo-booking-key-never-use-it-elsewhere'), 'booking', '{booking}', 'demo');

-- members -----------------------------------------------------------------------------------------------------------

create temp table person on commit drop as
select n as member_id,
       (array['en', 'nb', 'ro', 'pt', 'he'])[l + 1] as locale,
       (array['Europe/London', 'Europe/Oslo', 'Europe/Bucharest', 'Europe/Lisbon', 'Asia/Jerusalem'])[l + 1] as tz,
       (array['GB', 'NO', 'RO', 'PT', 'IL'])[l + 1] as country,
       (array['Alice', 'Ingrid', 'Ioana', 'Beatriz', 'Noa', 'Harry', 'Lars', 'Andrei', 'Tiago', 'Eitan',
              'Grace', 'Solveig', 'Elena', 'Inês', 'Tamar', 'Oliver', 'Bjørn', 'Mihai', 'Duarte', 'Yonatan'])
           [(n - 1) % 20 + 1] as first_name,
       (array['Whitfield', 'Ashdown', 'Penrose', 'Nordahl', 'Lindvik', 'Hauge', 'Munteanu', 'Dobre', 'Stan',
              'Carvalho', 'Figueira', 'Moura', 'Shalev', 'Barkai', 'Regev'])[l * 3 + (n / 5) % 3 + 1] as last_name,
       (array['Bristol', 'York', 'Bergen', 'Tromsø', 'Cluj-Napoca', 'Galați', 'Porto', 'Évora', 'Haifa', 'Jaffa'])
           [l * 2 + (n / 7) % 2 + 1] as town
  from (select g as n, (g - 1) % 5 as l from generate_series(1, 200) g) x;

insert into member (member_id, status, handle, locale, tz, country, under_consent_age, under_18, email_verified_at,
                    terms_ver, terms_at, created_at, consent_age_on, adult_on)
select p.member_id, case p.member_id when 197 then 'suspended' else 'active' end,
       translate(lower(p.first_name), 'êø', 'eo') || '_' || p.member_id, p.locale, p.tz, p.country,
       p.member_id = 200, p.member_id in (199, 200), now() - interval '300 days', 1, now() - interval '300 days',
       now() - interval '300 days',
       case when p.member_id = 200 then (now() + interval '3 years')::date end,
       case when p.member_id in (199, 200) then (now() + interval '5 years')::date end
  from person p;

insert into member_pii (member_id, name_enc, town_enc, email_enc, birth_enc, email_hash)
select p.member_id, lib.pii_seal(p.first_name || ' ' || p.last_name), lib.pii_seal(p.town),
       lib.pii_seal('member' || p.member_id || '@demo.invalid'),
       lib.pii_seal(to_char(now() - case when p.member_id >= 199 then interval '13 years'
                                         else interval '20 years' + p.member_id * interval '73 days' end,
                            'YYYY-MM-DD')),
       lib.email_hash('member' || p.member_id || '@demo.invalid')
  from person p;

-- one argon2id hash for everybody: fine for a demo, for nothing else
insert into credential (principal_kind, principal_id, password_phc)
select k, id, '$argon2id$v=19$m=19456,t=2,p=1$ZGRlZWRkYThkZDA4MDVmMg$JmY83lV10O/HhnvptshjXQ/AmO3w/Dg4r3egKKIGKN4'
  from (select 'm' as k, member_id as id from member
         union all
        select 's', staff_id from staff) x;

insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, paid_until)
select m.member_id, 1, case when m.member_id % 10 = 0 then 102 else 101 end,
       case m.member_id when 193 then 'left' when 194 then 'lapsed' when 195 then 'paused' else 'active' end, 201,
       case when m.member_id > 180 then now() - interval '3 days' else now() - interval '290 days' end,
       case when m.member_id % 10 = 0 then now() + interval '60 days' end
  from member m;

insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m.member_id, 2, 103, case when m.member_id = 25 then 'applied' else 'active' end, 204,
       case when m.member_id <> 25 then now() - interval '100 days' end
  from member m
 where m.member_id % 5 = 0
   and m.member_id < 190;

insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, invite_criterion)
select m.member_id, 3, 104, 'active', 206, now() - interval '200 days', 'More than 15,000 tier points a year'
  from member m
 where m.member_id in (1, 2, 3, 4, 5);

-- members up to 150 said yes to something; 198 refused everything; the others were not asked yet
do $$
declare
    v_member bigint;
    v_locale text;
begin
    for v_member, v_locale in
        select member_id, locale from member where member_id between 1 and 150 and status = 'active' order by member_id
    loop
        perform api.consent_give('m:' || v_member, 'demo-give-' || v_member, sha256('demo'), '{}', (
            select jsonb_agg(jsonb_build_object('purpose', a.purpose, 'scope', a.scope, 'channel', a.channel,
                                                'text_ver', 1, 'locale', v_locale))
              from (values ('mkt.offers', '11', 'inapp', true),
                           ('mkt.offers', (12 + v_member % 4)::text, 'inapp', true),
                           ('mkt.offers', '11', 'email', v_member % 4 = 0),
                           ('mkt.magazine', '1', 'inapp', v_member % 3 = 0),
                           ('com.profile', '1', 'none', v_member % 2 = 0),
                           ('com.badge', '1', 'none', v_member % 3 <> 0)) as a (purpose, scope, channel, wanted)
             where a.wanted), 0, 'demo', null);
    end loop;
    perform api.consent_refuse('m:198', 'demo-refuse-198', sha256('demo'), '{}', (
        select jsonb_agg(jsonb_build_object('purpose', 'mkt.offers', 'scope', g::text, 'channel', 'inapp',
                                            'text_ver', 1, 'locale', 'ro'))
          from generate_series(11, 15) g), 'demo', null);

    -- those who said yes by e-mail have confirmed it; nobody writes to these addresses
    perform api.consent_confirm('m:' || t.member_id, '{}', lib.token_secret(t.token_id), null, 'demo', null)
       from one_time_token t
      where t.kind = 'consent_confirm';
    delete from send_job;
end $$;

-- purchases of the last eleven months, through the ledger -----------------------------------------------------------

do $$
declare
    v_round int;
begin
    for v_round in 1 .. 4 loop
        perform api.points_earn_many(
            array_agg('v:pos'::text), array_agg('demo-earn-' || m.member_id || '-' || v_round),
            array_agg(sha256('demo')), array_agg(m.member_id), array_agg(1::bigint),
            array_agg('demo-' || m.member_id || '-' || v_round),
            array_agg(jsonb_build_array(
                jsonb_build_object('category', (11 + (m.member_id + v_round) % 5)::text, 'amount', jsonb_build_object(
                    'minor', 2000 + (m.member_id * 7919 + v_round * 104729) % 48000, 'cur', 'EUR')))),
            array_agg(now() - ((v_round * 80 - m.member_id % 60) * interval '1 day')), array_agg(null::bigint))
           from membership m
          where m.club_id = 1
            and m.status = 'active'
            and (m.member_id + v_round) % 4 <> 0;
    end loop;
end $$;

-- the purchases have raised tiers; it was a month ago
update membership m
   set tier_since = now() - interval '30 days', tier_until = u.until,
       tier_check_at = lib.tier_check_next(u.until, 60, 'Europe/Oslo')
  from (select member_id, now() + case when member_id % 6 = 0 then interval '40 days' else interval '11 months' end as until
          from membership
         where club_id = 1) u
 where m.member_id = u.member_id
   and m.club_id = 1
   and m.tier_id <> 201;
update tier_change
   set at = now() - interval '30 days', told_at = now() - interval '30 days'
 where cause = 'qualified';

-- partners and what the first club offers -----------------------------------------------------------------------------

insert into partner (partner_id, club_id, name, town, country, url)
values (401, 1, 'Fjellro Hotel', 'Bergen', 'NO', 'https://fjellro.invalid'),
       (402, 1, 'Café do Cais', 'Porto', 'PT', null);

insert into benefit (benefit_id, club_id, category_id, kind, title, terms, how, cost_points, min_rank, stock, per_member,
                     voucher_days, partner_id, needs_booking, status)
values (411, 1, null, 'discount', 'Ten percent at the café', 'Show your card when you pay; not on holidays.', 'card', 0, 0,
        null, null, null, 402, false, 'active'),
       (412, 1, 11, 'service', 'Breakfast until noon', 'For two, on any morning of your stay.', 'code', 400, 0, 200, 2, 90, 401,
        false, 'active'),
       (413, 1, null, 'access', 'An evening in the lounge', 'For you and one guest; book a day ahead.', 'code', 0, 1, null, 1,
        180, 401, true, 'active');

update club set settings = settings || '{"welcome":{"points":100,"benefits":["412"]}}' where club_id = 1;

-- posts of the last month -------------------------------------------------------------------------------------------

create temp table said (no int, locale text, kind text, title text, body text, subject text, rating int) on commit drop;

insert into said
values
    (0, 'en', 'story', 'Four in the morning off Geiranger', 'Nobody told us that the light never quite leaves. We stood on deck with coffee until the first farm chimneys began to smoke, and not one of us took a picture.', null, null),
    (1, 'nb', 'recommendation', 'Ta rutebåten, ikke bussen', 'Fra Balestrand til Flåm er rutebåten billigere enn cruiset og stopper ved de samme fossefallene. Sitt på babord side.', 'Balestrand–Flåm', 5),
    (2, 'ro', 'question', 'Ce încălțăminte pentru aprilie?', 'Plecăm în aprilie spre Lofoten cu doi copii. Ajung ghetele obișnuite sau mai este zăpadă pe poteci?', null, null),
    (3, 'pt', 'story', 'O padeiro de Ålesund', 'Perguntámos por um café aberto e o padeiro fechou a loja para nos levar lá a pé. Ficámos a falar de bacalhau até ao fim da tarde.', null, null),
    (4, 'he', 'recommendation', 'לינה אצל משפחה בסטריין', 'אירוח חם, ארוחת בוקר עם גבינת עיזים חומה, ומסלול הליכה שמתחיל מהדלת. כדאי להזמין שבועיים מראש.', 'Stryn', 4),
    (5, 'en', 'question', 'Night train with a bicycle?', 'Has anybody taken a bicycle on the night train to Bodø this year? The site says yes, the station said perhaps.', null, null),
    (6, 'nb', 'story', 'Regn i fire dager', 'Vi fikk fire dager med regn i Bergen og den beste turen på lenge. Ta med spill, og gå på Fisketorget først når alle andre har gått hjem.', null, null),
    (7, 'ro', 'recommendation', 'Muzeul pescarilor din Svolvær', 'Mic, cald și cu un ghid care a pescuit el însuși treizeci de ierni. Cereți-i să vă arate nodurile.', 'Svolvær', 5),
    (8, 'pt', 'question', 'Comer bem sem carne em Tromsø?', 'Somos três, um vegetariano. Algum sítio onde não seja apenas salada?', null, null),
    (9, 'he', 'story', 'הזוהר, סוף סוף', 'שלושה לילות של עננים, ובלילה האחרון הנהג עצר את האוטובוס באמצע שום מקום וכיבה את האורות. אף אחד לא דיבר.', null, null);

insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, title, body, rating,
                  subject_ref, state, created_at, published_at)
select 1000 + g, 1, 'm', w.members[(g * 7) % cardinality(w.members) + 1], s.kind,
       case when g % 29 = 0 then 'tier' else 'club' end, case when g % 29 = 0 then 0 end, 'svc.feed', s.title, s.body,
       s.rating, s.subject, 'published', now() - (300 - g) * interval '137 minutes',
       now() - (300 - g) * interval '137 minutes'
  from generate_series(1, 299) g
  join said s on s.no = g % 10
  join (select locale, array_agg(member_id order by member_id) as members
          from member
         where member_id <= 196
           and member_id <> 193
         group by locale) w on w.locale = s.locale;

insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, category_id, title, body, state,
                  created_at, published_at)
select 2000 + o, 1, 's', 903, 'offer_news', 'club', 'mkt.offers', c, t, b, 'published',
       now() - o * interval '2 days', now() - o * interval '2 days'
  from (values (1, 11, 'Sognefjord in May', 'Seven nights between blossom and snow; cabins from EUR 890.'),
               (2, 12, 'Lisbon for a long weekend', 'Three nights near the river, breakfast included; from EUR 310.'),
               (3, 13, 'Hut to hut in Rondane', 'Five days with a guide, all meals, a pack of seven kilos; EUR 640.'))
       as x (o, c, t, b);

-- moderation: why member 197 is suspended, and two open cases -------------------------------------------------------

insert into moderation_decision (decision_id, club_id, target_kind, target_id, member_id, action, ground, clause, facts,
                                 automated, decided_by, was, at, notified_at)
values (3001, 1, 'member', 197, 197, 'suspend', 'terms', '9.2',
        'Several members were asked for their passwords in messages sent from this account.', false, 's:902', 'active',
        now() - interval '40 days', now() - interval '40 days');

insert into report (report_id, club_id, target_kind, target_id, reporter, reason, note, weight_milli, at)
select 3010 + row_number() over (order by r.post, m.member_id), 1, 'post', r.post, m.member_id, r.reason, r.note, 1000,
       now() - r.ago
  from (values (1298, 'spam', 'The same words every week.', interval '5 hours', 2),
               (1295, 'safety', 'This path was closed after the rockfall.', interval '40 minutes', 1))
       as r (post, reason, note, ago, count)
  join post p on p.post_id = r.post
 cross join lateral (
       select s.member_id
         from membership s
        where s.club_id = 1
          and s.status = 'active'
          and s.member_id <> p.author_id
        order by s.member_id
        limit r.count) m;

-- comments and reactions -------------------------------------------------------------------------------------------

create temp table remark (no int, locale text, body text, answer text) on commit drop;

insert into remark
values
    (0, 'en', 'We had the same light in June. Which pier did you leave from?', 'The old one, behind the church. Be there before three.'),
    (1, 'nb', 'Godt tips! Gikk båten også på søndag?', 'Ja, men bare om ettermiddagen.'),
    (2, 'ro', 'Mulțumesc, exact ce căutam pentru vacanța cu părinții.', 'Cu plăcere! Luați și haine de ploaie.'),
    (3, 'pt', 'Que bonito. Quantos dias ficaram por lá?', 'Quatro, e soube a pouco.'),
    (4, 'he', 'תודה! יש שם מקום גם לחמישה?', 'כן, אם מודיעים מראש.');

insert into comment (comment_id, post_id, parent_id, author, body, at)
select 4000 + p.no * 2 + a.answers, p.post_id, case when a.answers = 1 then 4000 + p.no * 2 end,
       case a.answers when 0 then w.member_id else p.author_id end,
       case a.answers when 0 then r.body else r.answer end,
       p.published_at + (1 + a.answers) * interval '20 minutes'
  from (select post_id, author_id, published_at, (row_number() over (order by published_at desc))::int as no
          from post where club_id = 1 and author_kind = 'm' and state = 'published' order by published_at desc limit 30) p
  join member m on m.member_id = p.author_id
  join remark r on r.locale = m.locale
 cross join generate_series(0, 1) as a (answers)
 cross join lateral (
       select x.member_id
         from membership x
         join member y on y.member_id = x.member_id and y.status = 'active' and y.locale = m.locale and not y.under_18
        where x.club_id = 1 and x.status = 'active' and x.member_id <> p.author_id
        order by (x.member_id * 31 + p.no) % 97, x.member_id
        limit 1) w
 where p.no % 3 <> 0;

insert into reaction (post_id, member_id, kind)
select p.post_id, m.member_id, (array['like', 'like', 'like', 'thanks', 'wow', 'going'])[1 + (p.post_id + m.member_id) % 6]
  from post p
  join membership m on m.club_id = p.club_id and m.status = 'active' and m.member_id <> p.author_id
 where p.club_id = 1
   and p.author_kind = 'm'
   and p.state = 'published'
   and (p.post_id * 17 + m.member_id * 29) % 23 = 0;

update post p
   set like_count    = (select count(*) from reaction r where r.post_id = p.post_id and r.kind = 'like'),
       thanks_count  = (select count(*) from reaction r where r.post_id = p.post_id and r.kind = 'thanks'),
       wow_count     = (select count(*) from reaction r where r.post_id = p.post_id and r.kind = 'wow'),
       going_count   = (select count(*) from reaction r where r.post_id = p.post_id and r.kind = 'going'),
       comment_count = (select count(*) from comment c where c.post_id = p.post_id)
 where p.club_id = 1;

-- an offer that is open for booking ---------------------------------------------------------------------------------

insert into offer (offer_id, club_id, category_id, kind, title, organiser_name, body, starts_at, ends_at, announce_at,
                   public_open_at, booking_close_at, name_deadline, currency, cancel_policy, state)
values (501, 1, 11, 'trip', 'The western fjords', 'Fjord Lines AS', 'Six days among the western fjords, with guides on board.',
        now() + interval '60 days', now() + interval '66 days', now() - interval '14 days', now() - interval '1 day',
        now() + interval '50 days', now() + interval '47 days', 'EUR',
        '[{"hours_before":168,"refund_ppm":1000000},{"hours_before":24,"refund_ppm":500000},{"hours_before":0,"refund_ppm":0}]',
        'open');
insert into seat_pool (pool_id, offer_id, code, capacity) values (511, 501, 'berths', 40), (512, 501, 'cabins', 12);
insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)
values (521, 501, 'berth', 'Berth in a shared cabin', 1, 49000, 4900), (522, 501, 'double', 'Double cabin', 2, 129000, null);
insert into seat_class_pool (class_id, pool_id, offer_id) values (521, 511, 501), (522, 511, 501), (522, 512, 501);
insert into price_step (offer_id, min_party, min_rank, discount_ppm) values (501, 4, 0, 50000), (501, 1, 2, 100000);

-- one that is announced: Captains may book two days ahead of Navigators, others see nothing of it -------------------

insert into offer (offer_id, club_id, category_id, kind, title, organiser_name, body, starts_at, ends_at, audience, announce_at,
                   public_open_at, booking_close_at, name_deadline, currency, state)
values (502, 1, 11, 'closed_event', 'Northern lights by night train', 'Polar Rail AS', 'Two nights, sleepers and a dark sky.',
        now() + interval '90 days', now() + interval '92 days', '{"min_rank":1}', now() - interval '1 day',
        now() + interval '5 days', now() + interval '80 days', now() + interval '77 days', 'EUR', 'announced');
insert into access_window (window_id, offer_id, min_rank, opens_at, cum_cap_ppm)
values (531, 502, 2, now() + interval '3 days', 600000);
insert into seat_pool (pool_id, offer_id, code, capacity) values (513, 502, 'sleepers', 20);
insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)
values (523, 502, 'sleeper', 'Bed in a sleeper', 1, 89000, 8900);
insert into seat_class_pool (class_id, pool_id, offer_id) values (523, 513, 502);
insert into offer_pulse (offer_id, levels)
select o, lib.offer_left(o) from unnest('{501,502}'::bigint[]) o;

-- a trip that four members plan ---------------------------------------------------------------------------------------

do $$
declare
    v_last  bigint := (select last_value from id_seq);
    v_first date := (now() + interval '60 days')::date;
    v_ids   bigint[] := '{}';
    v_plan  bigint;
    v_set   jsonb;
    v_poll  bigint;
begin
    perform setval('id_seq', 600);      -- the plan is 601
    v_plan := ((api.plan_create('m:1', 'demo-plan', sha256('demo'), 1, 'A week in the western fjords', 'Sognefjord',
                                v_first::text, (v_first + 6)::text, null, null)).reply ->> 'plan')::bigint;
    perform api.plan_invite('m:1', 'demo-invite-' || m, sha256('demo'), v_plan, r, m, null, null, null),
            api.plan_join('m:' || m, 'demo-join', sha256('demo'), null, v_plan, s)
       from (values (2, 'editor', 'profile'), (4, 'voter', 'profile'), (6, 'voter', 'handle')) as x (m, r, s);

    for v_set in
        select jsonb_build_object('kind', k, 'title', t, 'order_key', o, 'day', (v_first + d)::text, 'place', p)
               || coalesce(more::jsonb, '{}')
          from (values ('transport', 'Night train from Oslo', 'F', 0, 'Oslo S', '{"start_min":1402,"end_min":1850}'),
                       ('meal', 'Breakfast at the fish market', 'F', 1, 'Bergen', '{"notes":"Go early, before the ships."}'),
                       ('activity', 'Up Fløyen on foot', 'V', 1, 'Bergen', '{"assignees":["2","6"]}'),
                       ('lodging', 'Guest house above the quay', 'k', 1, 'Balestrand', '{"lat_micro":61208700,"lon_micro":6530100}'),
                       ('activity', 'Ferry to Fjærland', 'V', 2, 'Balestrand quay', '{"start_min":495}'),
                       ('task', 'Book the kayaks', 'k', 2, 'Fjærland', '{"assignees":["4"]}')) as x (k, t, o, d, p, more)
    loop
        v_ids := v_ids || ((api.plan_item_add('m:1', 'demo-item-' || cardinality(v_ids), sha256('demo'), v_plan, v_set)
                           ).reply ->> 'item')::bigint;
    end loop;
    perform api.plan_item_set('m:2', 'demo-set', sha256('demo'), v_ids[3], 1, '{"start_min":600}', null);
    perform api.plan_comment('m:4', 'demo-comment-1', sha256('demo'), v_plan, 'Who brings the map?', null);
    perform api.plan_comment('m:2', 'demo-comment-2', sha256('demo'), v_plan, 'Two hours up, one down.', v_ids[3]);

    perform api.plan_propose('m:4', 'demo-propose', sha256('demo'), v_plan, 'change', v_ids[2], 1,
                             '{"title":"Breakfast on the train","place":"Between Voss and Bergen"}', null);
    v_poll := ((api.plan_poll_open('m:2', 'demo-poll', sha256('demo'), v_plan, 'approval', 'What shall we do on the third day?',
                                   '[{"label":"Glacier walk"},{"label":"Kayaks"},{"label":"Nothing at all"}]',
                                   now() + interval '14 days', null, null, 2, null, null, null)).reply ->> 'poll')::bigint;
    perform api.plan_vote('m:' || m, 'demo-vote', sha256('demo'), v_poll, (
                select jsonb_agg(jsonb_build_object('option', o.option_id::text, 'choice', c[o.pos + 1]))
                  from poll_option o
                 where o.poll_id = v_poll))
       from (values (1, '{yes,maybe,no}'::text[]), (2, '{yes,yes,no}'), (6, '{no,yes,maybe}')) as x (m, c);

    perform api.plan_expense_add('m:1', 'demo-expense-1', sha256('demo'), v_plan, 'Sleepers', '{"minor":35600,"cur":"EUR"}',
                                 null, null, null, null, null, v_ids[1]);
    perform api.plan_expense_add('m:2', 'demo-expense-2', sha256('demo'), v_plan, 'Guest house, deposit',
                                 '{"minor":250000,"cur":"NOK"}', 86000000, null, 'shares', null,
                                 '[{"member":"1","weight":2},{"member":"2","weight":1},{"member":"4","weight":1},{"member":"6","weight":1}]',
                                 v_ids[4]);
    perform api.plan_expense_add('m:6', 'demo-expense-3', sha256('demo'), v_plan, 'Maps', '{"minor":2750,"cur":"EUR"}',
                                 null, null, null, null, null, null);
    perform api.plan_settle_mark('m:4', 'demo-settle', sha256('demo'), v_plan, 1, null, '{"minor":8900,"cur":"EUR"}');
    perform setval('id_seq', v_last);
end $$;
