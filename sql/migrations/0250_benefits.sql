-- 0250_benefits -- partners, what clubs offer their members, and vouchers.

-- Where benefits are used.  service: the key of that name may redeem vouchers of its benefits.
create table partner (
    partner_id bigint primary key,
    club_id    bigint not null references club,
    name       text not null check (length(name) between 1 and 120),
    town       text check (length(town) between 1 and 120),
    country    char(2) check (country ~ '^[A-Z]{2}$'),
    url        text check (url ~ '^https?://' and length(url) <= 300),
    service    text check (service ~ '^[a-z][a-z0-9_-]{0,39}$'),
    listed     boolean not null default true,
    version    bigint not null default 1,
    unique (partner_id, club_id)
);
create index partner_club on partner (club_id, partner_id);

--      draft --update--> active <--update--> paused        draft, active, paused --retire--> retired
--
-- how: with a code that is claimed first, by the app or by the card.  stock and per_member null: no end.  A voucher is
-- good for voucher_days, and never past valid_to.
create table benefit (
    benefit_id    bigint primary key,
    club_id       bigint not null references club,
    category_id   int,
    kind          text not null check (kind in ('discount', 'gift', 'service', 'access', 'voucher')),
    title         text not null check (length(title) between 1 and 120),
    terms         text not null check (length(terms) between 1 and 4000),
    how           text not null default 'code' check (how in ('code', 'app', 'card')),
    cost_points   bigint not null default 0 check (cost_points between 0 and 1000000000),
    min_rank      int not null default 0 check (min_rank >= 0),
    stock         int,
    per_member    int check (per_member > 0),
    valid_from    timestamptz,
    valid_to      timestamptz,
    voucher_days  int check (voucher_days between 1 and 3650),
    partner_id    bigint,
    needs_booking boolean not null default false,
    status        text not null default 'draft' check (status in ('draft', 'active', 'paused', 'retired')),
    version       bigint not null default 1,
    created_at    timestamptz not null default now(),
    constraint benefit_stock check (stock >= 0),
    check (valid_to > valid_from),
    check (how = 'code' or cost_points = 0 and stock is null and per_member is null),
    foreign key (category_id, club_id) references product_category (category_id, club_id),
    foreign key (partner_id, club_id) references partner (partner_id, club_id)
) with (fillfactor = 70);
create index benefit_club on benefit (club_id, benefit_id);
create index benefit_partner on benefit (partner_id) where partner_id is not null;

--      issued --redeem--> redeemed        issued --cancel, erasure--> cancelled        issued --time--> expired
--
-- member_id: issued to; holder: may use it; given_by: who gave it to the holder.  The code is derived from voucher_id and
-- holder; code_hash is its SHA-256.  warned: the notice before its end, in days, that was told last or is not due any more.
create table voucher (
    voucher_id  bigint primary key,
    benefit_id  bigint not null references benefit,
    member_id   bigint not null references member,
    holder      bigint not null references member,
    given_by    bigint references member,
    code_hash   bytea not null unique check (length(code_hash) = 32),
    state       text not null default 'issued' check (state in ('issued', 'redeemed', 'expired', 'cancelled')),
    cause       text not null check (cause in ('purchase', 'welcome', 'surprise', 'tier', 'goodwill')),
    cause_ref   text,
    issue_tx    bigint references ledger_tx,
    issued_at   timestamptz not null default now(),
    expires_at  timestamptz,
    warned      smallint check (warned in (30, 7)),
    redeemed_at timestamptz,
    redeemed_by text,
    unique (member_id, cause, cause_ref),
    check ((state = 'redeemed') = (redeemed_at is not null and redeemed_by is not null))
) with (fillfactor = 80);
create index voucher_holder on voucher (holder, voucher_id);
create index voucher_member on voucher (member_id, benefit_id);
create index voucher_given_by on voucher (given_by) where given_by is not null;
create index voucher_due on voucher (expires_at) where state = 'issued';
create index voucher_warn on voucher (warned, expires_at) where state = 'issued' and warned is distinct from 7;

-- v: codes of vouchers that a service got wrong
alter table login_try drop constraint login_try_kind_check;
alter table login_try add constraint login_try_kind_check check (kind in ('e', 'a', 's', 'j', 'k', 'm', 'v'));

insert into pref_topic (topic, ord, essential, channels, defaults) values ('benefit', 15, false, '{2,3,4}', '{2,3}');
insert into notify_type (type, topic)
values ('voucher_expiring', 'benefit'), ('voucher_given', 'benefit'), ('welcome', 'benefit');

insert into message_text (template, locale, subject, body)
values
    ('notify.voucher_expiring', 'en', 'A voucher of yours ends soon', 'One of your vouchers is good for {days} more days at most. Its code and where to use it are in the app.'),
    ('notify.voucher_expiring', 'nb', 'En av kupongene dine utløper snart', 'En av kupongene dine gjelder i høyst {days} dager til. Koden og hvor du bruker den står i appen.'),
    ('notify.voucher_expiring', 'ro', 'Un voucher al dvs. expiră în curând', 'Unul dintre voucherele dvs. mai este valabil cel mult {days} zile. Codul și locul de folosire sunt în aplicație.'),
    ('notify.voucher_expiring', 'pt', 'Um vale seu termina em breve', 'Um dos seus vales é válido por mais {days} dias, no máximo. O código e onde o usar estão na aplicação.'),
    ('notify.voucher_expiring', 'he', 'תוקפו של שובר שלך עומד לפוג', 'אחד השוברים שלך תקף לכל היותר עוד {days} ימים. הקוד והמקום למימוש נמצאים באפליקציה.'),
    ('notify.voucher_given', 'en', 'You were given a voucher', 'A member of your family gave you a voucher. Its code and where to use it are in the app.'),
    ('notify.voucher_given', 'nb', 'Du har fått en kupong', 'Et familiemedlem ga deg en kupong. Koden og hvor du bruker den står i appen.'),
    ('notify.voucher_given', 'ro', 'Ați primit un voucher', 'Un membru al familiei v-a dăruit un voucher. Codul și locul de folosire sunt în aplicație.'),
    ('notify.voucher_given', 'pt', 'Recebeu um vale', 'Um membro da sua família ofereceu-lhe um vale. O código e onde o usar estão na aplicação.'),
    ('notify.voucher_given', 'he', 'קיבלת שובר במתנה', 'בן משפחה נתן לך שובר. הקוד והמקום למימוש נמצאים באפליקציה.'),
    ('notify.welcome', 'en', 'Welcome: your first benefits', 'You are a member now, and your first benefits are waiting for you in the app.'),
    ('notify.welcome', 'nb', 'Velkommen: dine første fordeler', 'Du er medlem nå, og de første fordelene dine venter på deg i appen.'),
    ('notify.welcome', 'ro', 'Bun venit: primele dvs. beneficii', 'Sunteți acum membru, iar primele dvs. beneficii vă așteaptă în aplicație.'),
    ('notify.welcome', 'pt', 'Bem-vindo: os seus primeiros benefícios', 'Já é membro, e os seus primeiros benefícios estão à sua espera na aplicação.'),
    ('notify.welcome', 'he', 'ברוכים הבאים: ההטבות הראשונות שלך', 'ההצטרפות למועדון הושלמה, וההטבות הראשונות שלך מחכות באפליקציה.');
