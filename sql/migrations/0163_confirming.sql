-- 0163_confirming -- the words of the message that carries the code of a double opt-in.

insert into message_text (template, locale, subject, body)
values
    ('consent_confirm', 'en', 'Please confirm: {code}',
     'You have said yes to messages from us at this address or number. Enter this code in the app to confirm: {code}' || chr(10) || 'It is good for seven days. Without it nothing is sent. If this was not you, you need not do anything.'),
    ('consent_confirm', 'nb', 'Bekreft: {code}',
     'Du har sagt ja til meldinger fra oss på denne adressen eller dette nummeret. Skriv inn koden i appen for å bekrefte: {code}' || chr(10) || 'Den gjelder i sju dager. Uten den blir ingenting sendt. Var det ikke deg, trenger du ikke gjøre noe.'),
    ('consent_confirm', 'ro', 'Confirmați: {code}',
     'Ați acceptat să primiți mesaje de la noi la această adresă sau la acest număr. Introduceți codul în aplicație pentru a confirma: {code}' || chr(10) || 'Este valabil șapte zile. Fără el nu se trimite nimic. Dacă nu ați fost dumneavoastră, nu trebuie să faceți nimic.'),
    ('consent_confirm', 'pt', 'Confirme: {code}',
     'Aceitou receber mensagens nossas neste endereço ou número. Introduza este código na aplicação para confirmar: {code}' || chr(10) || 'É válido durante sete dias. Sem ele nada é enviado. Se não foi você, não precisa de fazer nada.'),
    ('consent_confirm', 'he', 'נא לאשר: {code}',
     'נתת הסכמה לקבל מאיתנו הודעות לכתובת הזאת או למספר הזה. לאישור יש להקליד באפליקציה את הקוד: {code}' || chr(10) || 'הקוד תקף לשבעה ימים. בלעדיו לא יישלח דבר. אם לא ביקשת זאת, אין צורך לעשות דבר.');
