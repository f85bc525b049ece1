-- 0211_transfers -- transfers between members: holds whose purpose is `transfer` and whose ref_id is the recipient; how
-- many a member has made lately; corrections by one person; the words of an offer.

create index point_hold_transfer on point_hold (account_id, created_at) where purpose = 'transfer';
create index ledger_tx_adjust on ledger_tx (actor, created_at) where kind = 'adjust';

insert into notify_type (type, topic) values ('transfer', 'points');

insert into message_text (template, locale, subject, body)
values
    ('notify.transfer', 'en', 'Somebody wants to give you points', 'A member wants to give you {amount} points. Open the app to take them; the offer lasts seven days.'),
    ('notify.transfer', 'nb', 'Noen vil gi deg poeng', 'Et medlem vil gi deg {amount} poeng. Åpne appen for å ta imot dem; tilbudet gjelder i sju dager.'),
    ('notify.transfer', 'ro', 'Cineva vrea să vă dea puncte', 'Un membru vrea să vă dea {amount} puncte. Deschideți aplicația ca să le primiți; oferta este valabilă șapte zile.'),
    ('notify.transfer', 'pt', 'Alguém quer dar-lhe pontos', 'Um membro quer dar-lhe {amount} pontos. Abra a aplicação para os aceitar; a oferta é válida durante sete dias.'),
    ('notify.transfer', 'he', 'מישהו רוצה לתת לך נקודות', 'חבר במועדון רוצה לתת לך {amount} נקודות. אפשר לקבל אותן באפליקציה; ההצעה בתוקף שבעה ימים.');
