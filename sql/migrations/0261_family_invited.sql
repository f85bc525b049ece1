-- 0261_family_invited -- who left may be invited again: left_at stays what it was; declined: invited, and nothing came of it.

alter table family_member
    drop constraint family_member_state_check,
    drop constraint family_member_check2,
    add constraint family_member_state_check check (state in ('invited', 'declined', 'active', 'left', 'removed')),
    add constraint family_member_left check (state not in ('left', 'removed') or left_at is not null),
    add constraint family_member_invited check (state not in ('invited', 'declined') or invited_at is not null);

-- What only the adults of a family are meant to see.  The old rows obey a stricter rule: they need no reading.
alter table outbox
    drop constraint outbox_audience_check,
    add constraint outbox_audience_check check (audience ~ '^((rank|segment):[0-9]+|adults)$') not valid;

-- What members are told.
insert into notify_type (type, topic) values ('family_invited', 'family');

insert into message_text (template, locale, subject, body)
values
    ('notify.family_invited', 'en', 'You are invited to a family', 'Somebody invites you to share points in a family. Open the app to say yes or no.'),
    ('notify.family_invited', 'nb', 'Du er invitert til en familie', 'Noen inviterer deg til å dele poeng i en familie. Åpne appen for å svare ja eller nei.'),
    ('notify.family_invited', 'ro', 'Sunteți invitat într-o familie', 'Cineva vă invită să împărțiți punctele într-o familie. Deschideți aplicația pentru a răspunde da sau nu.'),
    ('notify.family_invited', 'pt', 'Foi convidado para uma família', 'Alguém o convida a partilhar pontos numa família. Abra a aplicação para responder sim ou não.'),
    ('notify.family_invited', 'he', 'הוזמנת למשפחה', 'מישהו מזמין אותך לחלוק נקודות במשפחה. אפשר לאשר או לדחות באפליקציה.');
