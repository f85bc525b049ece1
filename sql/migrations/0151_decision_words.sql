-- 0151_decision_words -- the e-mail about a decision to members who switched off the notices of moderation.

insert into message_text (template, locale, subject, body)
values ('moderation_decision', 'en', 'A decision that concerns you',
        'A moderator, or reports of other members, led to a decision about something you wrote or about your account. What was decided, why and on which facts is in the app, under Decisions. You can appeal there within six months; another person will decide.'),
       ('moderation_decision', 'nb', 'En avgjørelse som gjelder deg',
        'En moderator, eller meldinger fra andre medlemmer, førte til en avgjørelse om noe du har skrevet eller om kontoen din. Hva som ble bestemt, hvorfor og på hvilket grunnlag står i appen under Avgjørelser. Du kan klage der innen seks måneder; en annen person avgjør klagen.'),
       ('moderation_decision', 'ro', 'O decizie care vă privește',
        'Un moderator sau sesizările altor membri au dus la o decizie despre ceva ce ați scris sau despre contul dvs. Ce s-a decis, de ce și pe baza căror fapte găsiți în aplicație, la Decizii. O puteți contesta acolo în șase luni; va decide altă persoană.'),
       ('moderation_decision', 'pt', 'Uma decisão que lhe diz respeito',
        'Um moderador, ou denúncias de outros membros, levaram a uma decisão sobre algo que escreveu ou sobre a sua conta. O que foi decidido, porquê e com que factos está na aplicação, em Decisões. Pode recorrer aí no prazo de seis meses; outra pessoa decidirá.'),
       ('moderation_decision', 'he', 'החלטה הנוגעת לך',
        'מנהל תוכן, או דיווחים של חברים אחרים, הביאו להחלטה לגבי משהו שכתבת או לגבי החשבון שלך. מה הוחלט, מדוע ועל סמך אילו עובדות – באפליקציה, תחת החלטות. אפשר לערער שם בתוך שישה חודשים, ואדם אחר יחליט בערעור.');
