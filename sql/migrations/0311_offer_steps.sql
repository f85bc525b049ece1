-- 0311_offer_steps -- offers whose next step is due, and how an offer is queued for.

-- A queue of so many a second from the announcement on; null: none.
alter table offer add column queue_rate int check (queue_rate between 1 and 1000);

create index offer_due on offer ((case state when 'announced' then public_open_at
                                             when 'open' then booking_close_at
                                             when 'paused' then booking_close_at
                                             when 'closed' then starts_at
                                             when 'running' then ends_at end));

-- Offers whose registered members are being told of other dates: up to which reservation they were.
create table offer_moved (
    offer_id  bigint primary key references offer,
    cursor_id bigint not null default 0
);

insert into notify_type (type, topic) values ('offer_moved', 'reservation');

insert into message_text (template, locale, subject, body)
values
    ('notify.offer_moved', 'en', '{title} has other dates', 'Something has changed about {title}, which you have booked: look at its new dates. {link}'),
    ('notify.offer_moved', 'nb', '{title} har fått nye datoer', 'Noe er endret ved {title}, som du har bestilt: se de nye datoene. {link}'),
    ('notify.offer_moved', 'ro', '{title} are alte date', 'S-a schimbat ceva la {title}, pe care ați rezervat-o: vedeți noile date. {link}'),
    ('notify.offer_moved', 'pt', '{title} tem novas datas', 'Algo mudou em {title}, que reservou: veja as novas datas. {link}'),
    ('notify.offer_moved', 'he', 'ל־{title} תאריכים חדשים', 'משהו השתנה ב־{title} שהזמנת: אפשר לראות את התאריכים החדשים. {link}');
