-- 0230_tiers -- tier points by day, when a tier is looked at next, the words of a warning.

-- Tier points of a member in a club up to the end of each day (of the club's zone) on which some counted from: a window
-- is the difference of two rows.  Changed only under the tier account of that member and club, by lib.tier_add.
create table tier_day (
    member_id bigint,
    club_id   bigint,
    day       date,
    total     bigint not null,
    primary key (member_id, club_id, day)
) with (fillfactor = 70);

insert into tier_day (member_id, club_id, day, total)
select d.owner_id, d.club_id, d.day, sum(d.amt) over (partition by d.owner_id, d.club_id order by d.day)
  from (select a.owner_id, a.club_id, (x.effective_at at time zone c.tz)::date as day, sum(e.amt)::bigint as amt
          from ledger_entry e
          join ledger_account a on a.account_id = e.account_id and a.cur = 'TP' and a.kind = 'tier'
          join ledger_tx t on t.tx_id = e.tx_id
          join ledger_tx x on x.tx_id = coalesce(t.reverses, t.tx_id)
          join club c on c.club_id = a.club_id
         group by 1, 2, 3) d;

-- tier_check_at: when the job looks at the tier next; null: never.  tier_fixed: staff lowered the tier, and purchases
-- raise it again only after tier_until.
alter table membership
    add column tier_check_at timestamptz,
    add column tier_fixed boolean not null default false;
update membership set tier_check_at = tier_until where tier_until is not null;
create index membership_tier_check on membership (tier_check_at) where tier_check_at is not null;

-- told_at: when the member was notified; null: still to be.  reason: why staff did it, for staff.
alter table tier_change
    add column told_at timestamptz default now(),
    add column reason text check (length(reason) <= 400);
create index tier_change_untold on tier_change (member_id, id) where told_at is null;
create index tier_change_of on tier_change (member_id, club_id, id);

insert into notify_type (type, topic) values ('tier_warning', 'tier');

insert into message_text (template, locale, subject, body)
values
    ('notify.tier_warning', 'en', 'Your tier at {club}', 'To keep your tier at {club}, {missing} tier points are missing until {on}. Open the app to see how you stand.'),
    ('notify.tier_warning', 'nb', 'Nivået ditt i {club}', 'For å beholde nivået ditt i {club} mangler du {missing} nivåpoeng innen {on}. Åpne appen for å se hvordan du ligger an.'),
    ('notify.tier_warning', 'ro', 'Nivelul dvs. în {club}', 'Pentru a vă păstra nivelul în {club} mai aveți nevoie de {missing} puncte de nivel până la {on}. Deschideți aplicația pentru detalii.'),
    ('notify.tier_warning', 'pt', 'O seu nível em {club}', 'Para manter o seu nível em {club} faltam {missing} pontos de nível até {on}. Abra a aplicação para ver como está.'),
    ('notify.tier_warning', 'he', 'הדרגה שלך ב{club}', 'כדי לשמור על הדרגה שלך ב{club} חסרות {missing} נקודות דרגה עד {on}. הפרטים נמצאים באפליקציה.');
