-- 0221_notices -- telling members before points expire.

-- One row per member and day of the member's calendar on which something is to be told: step days before the points
-- expire.  told_at: when it was told, or found not to be needed any more; points: what was told.
create table points_notice (
    member_id bigint references member,
    day       date,
    step      smallint not null check (step in (60, 30, 7, 1)),
    due_at    timestamptz not null,
    told_at   timestamptz,
    points    bigint check (points >= 0),
    primary key (member_id, day)
);
create index points_notice_due on points_notice (due_at) where told_at is null;
create index points_notice_day on points_notice using brin (day);

-- How far the planning is: the day, and the last account it looked at; null: the day is planned.
create table points_notice_plan (
    one        boolean primary key default true check (one),
    day        date not null default current_date - 1,
    account_id bigint
);
insert into points_notice_plan default values;

insert into notify_type (type, topic) values ('points_expiring', 'points');

insert into message_text (template, locale, subject, body)
values
    ('notify.points_expiring', 'en', '{points} points expire soon',
     '{points} of your points can be spent until {on}. After that day they are gone. The app shows what you can use them for.'),
    ('notify.points_expiring', 'nb', '{points} poeng utløper snart',
     '{points} av poengene dine kan brukes til og med {on}. Etter den dagen er de borte. I appen ser du hva du kan bruke dem til.'),
    ('notify.points_expiring', 'ro', '{points} puncte expiră în curând',
     '{points} dintre punctele dvs. pot fi folosite până la {on} inclusiv. După această zi se pierd. În aplicație vedeți la ce le puteți folosi.'),
    ('notify.points_expiring', 'pt', '{points} pontos expiram em breve',
     '{points} dos seus pontos podem ser usados até {on}, inclusive. Depois desse dia perdem-se. A aplicação mostra em que os pode usar.'),
    ('notify.points_expiring', 'he', '{points} נקודות יפוגו בקרוב',
     'אפשר להשתמש ב־{points} מהנקודות שלך עד {on}, כולל אותו יום. אחריו הן יימחקו. באפליקציה אפשר לראות למה אפשר להשתמש בהן.');
