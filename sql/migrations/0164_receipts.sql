-- 0164_receipts -- what a receipt tells of a purpose beside its text: which data it needs and who gets them, as keys for
-- which the app has words.

alter table purpose
    add column data_categories text[] not null default '{}',
    add column recipients      text[] not null default '{operator}';

update purpose
   set data_categories = case
           when code in ('mkt.offers', 'mkt.magazine', 'mkt.events', 'mkt.early_access', 'mkt.surprise')
               then '{contact,membership}'::text[]
           when code = 'prof.personalise' then '{purchases,trips,reactions,interests}'
           when code = 'com.profile' then '{name,town}'
           when code = 'com.travel' then '{trips}'
           when code = 'com.tag' then '{handle}'
           when code = 'com.presence' then '{presence}'
           when code = 'com.badge' then '{tier}'
           when code = 'com.match' then '{trips,interests}'
           when code = 'special.access' then '{health,diet,access}'
           when code = 'li.security' then '{contact,sign_ins}'
           when code = 'li.survey' then '{contact,trips}'
           else '{}'
       end,
       recipients = case
           when code in ('com.profile', 'com.travel', 'com.tag', 'com.presence', 'com.badge', 'com.match')
               then '{operator,club_members}'::text[]
           when code = 'special.access' then '{operator,trip_organiser}'
           when code like 'mkt.%' or code like 'li.%' then '{operator,message_service}'
           else '{operator}'
       end;
