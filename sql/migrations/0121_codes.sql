-- 0121_codes -- codes that are mailed to people who join or forgot a password: their limits and their words.

-- Attempts to sign in per keyed hash: e of an e-mail, a of an address, s of a principal's step-ups; codes asked for:
-- j for an e-mail, m from an address; k: codes typed from an address.
alter table login_try drop constraint login_try_kind_check;
alter table login_try add constraint login_try_kind_check check (kind in ('e', 'a', 's', 'j', 'k', 'm'));

insert into message_text (template, locale, subject, body)
values ('verify_email', 'en', 'Your code: {code}', 'Welcome! Type this code to finish joining: {code}' || chr(10) || 'It is good for 30 minutes. If you did not ask to join, do nothing.'),
       ('verify_email', 'nb', 'Koden din: {code}', 'Velkommen! Skriv inn denne koden for å bli medlem: {code}' || chr(10) || 'Den gjelder i 30 minutter. Hvis du ikke ba om å bli medlem, trenger du ikke gjøre noe.'),
       ('verify_email', 'ro', 'Codul dvs.: {code}', 'Bun venit! Introduceți acest cod pentru a finaliza înscrierea: {code}' || chr(10) || 'Este valabil 30 de minute. Dacă nu ați cerut înscrierea, nu trebuie să faceți nimic.'),
       ('verify_email', 'pt', 'O seu código: {code}', 'Bem-vindo! Introduza este código para concluir a adesão: {code}' || chr(10) || 'É válido durante 30 minutos. Se não pediu para aderir, não precisa de fazer nada.'),
       ('verify_email', 'he', 'הקוד שלך: {code}', 'ברוכים הבאים! יש להקליד את הקוד כדי להשלים את ההצטרפות: {code}' || chr(10) || 'הקוד תקף ל-30 דקות. אם לא ביקשת להצטרף, אין צורך לעשות דבר.'),
       ('account_exists', 'en', 'You already have an account', 'Somebody, perhaps you, wanted to use this address for an account. There is one already: sign in, or ask for a new password.'),
       ('account_exists', 'nb', 'Du har allerede en konto', 'Noen, kanskje du, ville bruke denne adressen til en konto. Det finnes allerede en: logg inn, eller be om nytt passord.'),
       ('account_exists', 'ro', 'Aveți deja un cont', 'Cineva, poate dvs., a vrut să folosească această adresă pentru un cont. Există deja unul: conectați-vă sau cereți o parolă nouă.'),
       ('account_exists', 'pt', 'Já tem uma conta', 'Alguém, talvez o próprio, quis usar este endereço para uma conta. Já existe uma: inicie sessão ou peça uma nova palavra-passe.'),
       ('account_exists', 'he', 'כבר יש לך חשבון', 'מישהו, אולי אתם, ביקש להשתמש בכתובת הזו לחשבון. כבר קיים חשבון כזה: אפשר להתחבר או לבקש סיסמה חדשה.'),
       ('reset_password', 'en', 'Your code: {code}', 'Type this code to set a new password: {code}' || chr(10) || 'It is good for 15 minutes. If you did not ask for it, do nothing: your password stays.'),
       ('reset_password', 'nb', 'Koden din: {code}', 'Skriv inn denne koden for å velge nytt passord: {code}' || chr(10) || 'Den gjelder i 15 minutter. Hvis du ikke ba om den, trenger du ikke gjøre noe: passordet ditt gjelder fortsatt.'),
       ('reset_password', 'ro', 'Codul dvs.: {code}', 'Introduceți acest cod pentru a seta o parolă nouă: {code}' || chr(10) || 'Este valabil 15 minute. Dacă nu l-ați cerut, nu faceți nimic: parola rămâne neschimbată.'),
       ('reset_password', 'pt', 'O seu código: {code}', 'Introduza este código para definir uma nova palavra-passe: {code}' || chr(10) || 'É válido durante 15 minutos. Se não o pediu, não faça nada: a sua palavra-passe mantém-se.'),
       ('reset_password', 'he', 'הקוד שלך: {code}', 'יש להקליד את הקוד כדי לקבוע סיסמה חדשה: {code}' || chr(10) || 'הקוד תקף ל-15 דקות. אם לא ביקשת אותו, אין צורך לעשות דבר: הסיסמה לא תשתנה.'),
       ('change_email', 'en', 'Your code: {code}', 'Type this code to use this address for your account: {code}' || chr(10) || 'It is good for 30 minutes.'),
       ('change_email', 'nb', 'Koden din: {code}', 'Skriv inn denne koden for å bruke denne adressen til kontoen din: {code}' || chr(10) || 'Den gjelder i 30 minutter.'),
       ('change_email', 'ro', 'Codul dvs.: {code}', 'Introduceți acest cod pentru a folosi această adresă la contul dvs.: {code}' || chr(10) || 'Este valabil 30 de minute.'),
       ('change_email', 'pt', 'O seu código: {code}', 'Introduza este código para usar este endereço na sua conta: {code}' || chr(10) || 'É válido durante 30 minutos.'),
       ('change_email', 'he', 'הקוד שלך: {code}', 'יש להקליד את הקוד כדי להשתמש בכתובת הזו בחשבון: {code}' || chr(10) || 'הקוד תקף ל-30 דקות.'),
       ('password_changed', 'en', 'Your password was changed', 'The password of your account was changed, and your other devices were signed out. If that was not you, ask for a new password at once.'),
       ('password_changed', 'nb', 'Passordet ditt er endret', 'Passordet til kontoen din er endret, og de andre enhetene dine er logget ut. Hvis det ikke var deg, be om nytt passord med en gang.'),
       ('password_changed', 'ro', 'Parola dvs. a fost schimbată', 'Parola contului dvs. a fost schimbată, iar celelalte dispozitive au fost deconectate. Dacă nu ați fost dvs., cereți imediat o parolă nouă.'),
       ('password_changed', 'pt', 'A sua palavra-passe foi alterada', 'A palavra-passe da sua conta foi alterada e os seus outros dispositivos foram desligados. Se não foi o próprio, peça já uma nova palavra-passe.'),
       ('password_changed', 'he', 'הסיסמה שלך שונתה', 'הסיסמה של החשבון שונתה, והמכשירים האחרים נותקו. אם זה לא היה ביוזמתך, יש לבקש מיד סיסמה חדשה.'),
       ('email_changed', 'en', 'Your address was changed', 'Your account now uses another e-mail address. If that was not you, tell the club at once.'),
       ('email_changed', 'nb', 'Adressen din er endret', 'Kontoen din bruker nå en annen e-postadresse. Hvis det ikke var deg, si fra til klubben med en gang.'),
       ('email_changed', 'ro', 'Adresa dvs. a fost schimbată', 'Contul dvs. folosește acum altă adresă de e-mail. Dacă nu ați fost dvs., anunțați clubul imediat.'),
       ('email_changed', 'pt', 'O seu endereço foi alterado', 'A sua conta usa agora outro endereço de e-mail. Se não foi o próprio, avise já o clube.'),
       ('email_changed', 'he', 'הכתובת שלך שונתה', 'החשבון שלך משתמש כעת בכתובת דוא"ל אחרת. אם זה לא היה ביוזמתך, יש לפנות מיד למועדון.');
