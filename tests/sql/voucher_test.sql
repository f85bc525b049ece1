-- Vouchers: claimed for points, given in the family, used once, cancelled, ended by time; their codes are kept nowhere.
begin;
\ir noun.psql
select plan(104);

insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
insert into api_key (key_hash, service, scopes, created_by)
values (sha256('n-hotel'), 'hotel', '{partner}', 'test'), (sha256('n-inn'), 'inn', '{partner}', 'test');
insert into partner (partner_id, club_id, name, service) values (8601, 8001, 'Hotel', 'hotel');
insert into benefit (benefit_id, club_id, kind, title, terms, cost_points, stock, per_member, voucher_days, partner_id, status)
values (8611, 8001, 'gift', 'Mug', 'One.', 500, 3, 2, 60, 8601, 'active'),
       (8612, 8001, 'gift', 'Free', 'Free.', 0, null, null, null, null, 'active'),
       (8613, 8001, 'access', 'Lounge', 'High.', 0, null, null, null, null, 'active'),
       (8614, 8001, 'gift', 'Last', 'One.', 0, 1, null, null, null, 'active'),
       (8615, 8001, 'gift', 'Draft', 'No.', 0, null, null, null, null, 'draft'),
       (8616, 8001, 'gift', 'Paused', 'No.', 0, null, null, null, null, 'paused'),
       (8617, 8001, 'gift', 'Retired', 'No.', 0, null, null, null, null, 'retired'),
       (8618, 8001, 'gift', 'Over', 'No.', 0, null, null, null, null, 'active'),
       (8619, 8001, 'gift', 'Later', 'No.', 0, null, null, null, null, 'active'),
       (8620, 8001, 'gift', 'Shown', 'No.', 0, null, null, null, null, 'active'),
       (8621, 8001, 'gift', 'Dear', 'No.', 1000000, null, null, null, null, 'active');
update benefit set min_rank = 1 where benefit_id = 8613;
update benefit set valid_to = now() where benefit_id = 8618;
update benefit set valid_from = now() + interval '1 day' where benefit_id = 8619;
update benefit set how = 'card' where benefit_id = 8620;
insert into family (family_id, head) values (8651, 8201);
insert into family_member (family_id, member_id, role, state, joined_at)
values (8651, 8201, 'head', 'active', now()), (8651, 8202, 'adult', 'active', now()), (8651, 8208, 'adult', 'active', now());

create function pg_temp.claim(p_benefit bigint, p_member bigint default 8201) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'benefit_claim', p_benefit::text) $$;
create function pg_temp.give(p_voucher text, p_to bigint, p_member bigint default 8201) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'benefit_give', p_voucher || ', ' || p_to) $$;
create function pg_temp.cancel(p_voucher text, p_who text default 'm:8201', p_reason text default null) returns jsonb language sql as
$$ select pg_temp.call(p_who, 'benefit_cancel_voucher', format('%s, %L', p_voucher, p_reason)) $$;
create function pg_temp.redeem(p_code text, p_service text default 'till') returns jsonb language sql as
$$ select pg_temp.call('v:' || p_service, 'benefit_redeem_voucher', quote_literal(p_code)) $$;
create function pg_temp.left_of(p_benefit bigint) returns int language sql as $$ select stock from club.benefit where benefit_id = p_benefit $$;
create function pg_temp.points(p_member bigint default 8201) returns int language sql as
$$ select ((lib.points_summary_view(p_member)).view ->> 'available')::int $$;
create function pg_temp.types(p_reply jsonb) returns text language sql as
$$ select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by no) from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no) $$;

-- claiming
select is(pg_temp.claim(8611), '{"refused":"ZC027","have":0,"need":500}', 'not enough points');
select is(pg_temp.left_of(8611), 3, 'then nothing happens');
select pg_temp.earn(8201, 'V1', 12000) \g /dev/null
select is(pg_temp.points(), 1200, 'twelve hundred points');
create temp table first as select pg_temp.claim(8611) as r;
select r ->> 'voucher' as one, r ->> 'code' as code from first \gset
select ok((select r @> '{"what":"voucher","state":"issued","cause":"purchase","usable":true,"title":"Mug","partner":{"name":"Hotel"}}' from first), 'a voucher');
select is(pg_temp.types((select r from first)), 'me:8201 voucher.issued, me:8201 points.changed', 'the member is told');
select is(pg_temp.left_of(8611) || ' ' || pg_temp.points(), '2 700', 'paid, and one less in stock');
select is((select (expires_at - now())::text || ' ' || state || ' ' || (issue_tx is not null) from voucher where voucher_id = :one), '60 days issued true', 'as long as the benefit says');
select is((select code_hash from voucher where voucher_id = :one), sha256(convert_to(:'code', 'UTF8')), 'only the hash of its code is kept');
select is((select idem || ' ' || kind from ledger_tx where ref_kind = 'voucher' and ref_id = :'one'), 'vch:' || :'one' || ':claim redeem', 'paid under its own key');
-- a replay, and where the code is not
create temp table again as
select pg_temp.try(format('select * from api.benefit_claim(''m:8201'', ''claim-twice'', ''aa'', 8612)')) as r, 1 as no
union all
select pg_temp.try(format('select * from api.benefit_claim(''m:8201'', ''claim-twice'', ''aa'', 8612)')), 2;
select is((select count(distinct r ->> 'voucher') || ' ' || count(distinct r ->> 'code') from again), '1 1', 'a replay tells the same code');
select is((select r -> 'replay' from again where no = 2), 'true', 'it is one');
select ok(not exists (select from idempotency i where response::text like '%' || :'code' || '%' or exists (select from again where i.response::text like '%' || (r ->> 'code') || '%')), 'no stored answer has a code');
select ok(not exists (select from outbox where refs::text like '%' || :'code' || '%'), 'no event has one');
-- refusals
select is(pg_temp.claim(8613), '{"refused":"ZC020","need":1}', 'a higher tier is needed');
select ok(pg_temp.claim(8613, 8204) ? 'code', 'which another has');
select ok(pg_temp.claim(8614, 8202) ? 'code', 'the last one');
select is(pg_temp.claim(8614), '{"refused":"ZC018"}', 'and none is left');
select is(pg_temp.claim(8615) ->> 'refused', 'ZC002', 'a draft');
select is(pg_temp.claim(8616), '{"refused":"ZC017","state":"paused"}', 'paused');
select is(pg_temp.claim(8617) ->> 'refused', 'ZC003', 'retired');
select is(pg_temp.claim(8618) ->> 'refused', 'ZC003', 'over');
select is(pg_temp.claim(8619) ->> 'state', 'not_yet', 'not yet');
select is(pg_temp.claim(8620) ->> 'path', 'benefit', 'one that is shown needs none');
select is(pg_temp.claim(8612, 8207) ->> 'refused', 'ZC002', 'not for who is no member');
select is(pg_temp.claim(8612, 8203), '{"refused":"ZC017","state":"paused"}', 'nor for a membership that rests');
select is(pg_temp.claim(8612, 8208) ->> 'refused', 'ZC035', 'nor for the suspended');
select ok(pg_temp.claim(8611) ? 'code', 'twice');
select is(pg_temp.claim(8611), '{"refused":"ZC024","max":2}', 'as often as a member may');
select is(pg_temp.points(), 200, 'what was refused costs nothing');
update club set status = 'frozen' where club_id = 8001;
select is(pg_temp.claim(8612), '{"refused":"ZC017","state":"frozen"}', 'a frozen club gives none');
update club set status = 'closed' where club_id = 8001;
select is(pg_temp.claim(8612) ->> 'refused', 'ZC002', 'a closed one even less');
update club set status = 'active' where club_id = 8001;
insert into voucher (voucher_id, benefit_id, member_id, holder, code_hash, cause) select 8700000 + n, 8612, 8205, 8205, sha256(n::text::bytea), 'purchase' from generate_series(1, 200) n;
select is(pg_temp.claim(8612, 8205), '{"refused":"ZC024","max":200}', 'and two hundred are enough');

-- cancelling: the points go back to their lots
create function pg_temp.lots() returns text language sql as $$
    select string_agg(remaining || '@' || to_char(expires_at, 'YYYY-MM'), ' ' order by expires_at, lot_id)
      from club.point_lot l join club.ledger_account a using (account_id) where a.owner_id = 8201 and l.remaining > 0
$$;
select pg_temp.lots() as before \gset
create temp table second as select pg_temp.claim(8612) as r;
select is(pg_temp.call('s:8303', 'points_reverse', format('%s, null, null, null, %L', (select issue_tx from voucher where voucher_id = :one), 'Wrong one')),
          '{"refused":"ZC017","state":"voucher"}', 'not beside the voucher, which could still be used');
select is((select lib.points_reversible(x) from ledger_tx x where tx_id = (select issue_tx from voucher where voucher_id = :one)), false, 'nor does history say so');
create temp table gone as select pg_temp.cancel(:'one') as r;
select is((select r ->> 'state' from gone), 'cancelled', 'given back');
select is(pg_temp.types((select r from gone)), 'me:8201 voucher.changed, me:8201 points.changed', 'the member is told');
select is(pg_temp.left_of(8611) || ' ' || pg_temp.points(), '2 700', 'points and stock are back');
select is((select count(*) from point_lot l join ledger_account a using (account_id) where a.owner_id = 8201 and l.amount > 0 and l.remaining = 700), 1::bigint, 'in the lot they came from');
select is((select idem from ledger_tx where reverses = (select issue_tx from voucher where voucher_id = :one)), 'vch:' || :'one' || ':cancel', 'under a key of its own');
select is(pg_temp.cancel(:'one'), '{"refused":"ZC003","state":"cancelled"}', 'once');
select is(pg_temp.cancel('999999') ->> 'refused', 'ZC002', 'no such voucher');
select is(pg_temp.cancel((select r ->> 'voucher' from second), 'm:8202') ->> 'refused', 'ZC002', 'not somebody else''s');
select ok(pg_temp.claim(8611) ? 'code', 'what was cancelled does not count as claimed');
select r ->> 'voucher' as two from second \gset
select is(pg_temp.cancel(:'two', 's:8302') ->> 'path', 'reason', 'staff says why');
select is(pg_temp.cancel(:'two', 's:8301', 'So') ->> 'refused', 'ZC001', 'an agent, that is');
select is(pg_temp.cancel(:'two', 's:8302', 'The hotel is closed') ->> 'state', 'cancelled', 'an agent cancels');
select is((select actor || ' ' || action || ' ' || (detail ->> 'reason') from audit_log where subject_member = 8201 and action like 'benefit%'),
          's:8302 benefit.cancel_voucher The hotel is closed', 'and it is written down');

-- giving
create temp table third as select pg_temp.claim(8612) as r;
select r ->> 'voucher' as three, r ->> 'code' as old from third \gset
select is(pg_temp.give(:'three', 8204) ->> 'refused', 'ZC002', 'to nobody outside the family');
select is(pg_temp.give(:'three', 999) ->> 'refused', 'ZC002', 'nor to nobody');
select is(pg_temp.give(:'three', 8201) ->> 'path', 'to', 'nor to oneself');
select is(pg_temp.give(:'three', 8208), '{"refused":"ZC017","state":"suspended"}', 'nor to who is suspended');
create temp table given as select pg_temp.give(:'three', 8202) as r;
select is((select r - '{_events,_sys,_subjects}'::text[] from given), jsonb_build_object('voucher', :'three', 'state', 'given', 'to', '8202'), 'given');
select is(pg_temp.types((select r from given)), 'me:8201 voucher.changed, me:8202 voucher.changed, me:8202 notify.added, sys sys.changed', 'both are told, and the nodes');
select is((select r #> '{_events,1,subjects}' from given), '["8201"]', 'the giver is shown');
select is(pg_temp.redeem(:'old') ->> 'refused', 'CODE_INVALID', 'the old code is dead');
select is((select e -> 'giver' from jsonb_array_elements((api.benefit_entitlements('m:8202', null)).reply -> 'entitlements') e where e ->> 'voucher' = :'three'),
          '{"member": "8201", "handle": "nn8201"}', 'the other holds it');
select is(pg_temp.try(format('select * from api.benefit_claim(''m:8201'', ''claim-twice'', ''aa'', 8612)')) -> 'replay', 'true', 'a claim is answered again');
select is(pg_temp.give(:'three', 8202), '{"refused":"ZC003","state":"given"}', 'given once');
select is(pg_temp.cancel(:'three'), '{"refused":"ZC003","state":"given"}', 'and out of the giver''s hands');
select is(pg_temp.give(:'three', 8201, 8202) ->> 'state', 'given', 'it can come back');
select is((select holder || ' ' || given_by || ' ' || member_id from voucher where voucher_id = :three), '8201 8202 8201', 'whose it is');
select is((select lib.voucher_code(voucher_id, holder) from voucher where voucher_id = :three), :'old', 'with the code it had');
-- to who is in a plan with the giver, as long as both are
insert into plan (plan_id, club_id, title, currency, state) values (8670, 8001, 'Trip', 'EUR', 'planning'), (8671, 8001, 'Other', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8670, 8201, 'owner', 'joined', now()), (8670, 8204, 'viewer', 'invited', null), (8671, 8204, 'owner', 'joined', now()),
       (8671, 8201, 'voter', 'left', now());
select is(pg_temp.give(:'three', 8204) ->> 'refused', 'ZC002', 'not to who has not joined');
select is(lib.voucher_recipient(8201, 8204) or lib.voucher_recipient(8204, 8201), false, 'from neither side');
update plan_member set state = 'joined', joined_at = now() where plan_id = 8670 and member_id = 8204;
insert into block_rel (blocker, blocked) values (8204, 8201);
select is(pg_temp.give(:'three', 8204) ->> 'refused', 'ZC002', 'nor over a block');
delete from block_rel where blocker = 8204;
update member set status = 'suspended' where member_id = 8204;
select is(pg_temp.give(:'three', 8204), '{"refused":"ZC002"}', 'nor is a plan told whose account rests');
update member set status = 'active' where member_id = 8204;
select is(pg_temp.give(:'three', 8204) ->> 'to', '8204', 'a gift among those who travel together');
select is((select holder || ' ' || given_by from voucher where voucher_id = :three), '8204 8201', 'the other holds it');
select is(pg_temp.give(:'three', 8205, 8204) ->> 'refused', 'ZC002', 'and hands it on to nobody outside');
select is(pg_temp.give(:'three', 8201, 8204) ->> 'state', 'given', 'but back');
update plan_member set state = 'left' where plan_id = 8670 and member_id = 8201;
select is(pg_temp.give(:'three', 8204) ->> 'refused', 'ZC002', 'who has left the plan gives nothing there');
-- points of a gift that is cancelled go to who paid
select pg_temp.earn(8201, 'V2', 5000) \g /dev/null
select voucher_id as four from voucher where member_id = 8201 and benefit_id = 8611 and state = 'issued' order by voucher_id limit 1 \gset
select pg_temp.give(:'four', 8202), pg_temp.points() as had \gset
select is(pg_temp.types(pg_temp.cancel(:'four', 'm:8202')), 'me:8202 voucher.changed, me:8201 points.changed', 'a gift that is cancelled');
select is(pg_temp.points() - :had || ' ' || coalesce(pg_temp.points(8202), 0), '500 0', 'pays back who paid');

-- using
select voucher_id as five from voucher where member_id = 8201 and benefit_id = 8611 and state = 'issued' limit 1 \gset
select lib.voucher_code(:five, 8201) as five_code \gset
select is(pg_temp.redeem(:'five_code', 'inn') ->> 'refused', 'CODE_INVALID', 'another partner knows no such code');
create temp table used as select pg_temp.redeem(lower(substr(:'five_code', 1, 10)) || ' - ' || substr(:'five_code', 11), 'hotel') as r;
select ok((select r @> '{"state":"redeemed","title":"Mug","terms":"One."}' from used), 'the partner takes it, however it is typed');
select ok(not (select r ?| '{member,holder,handle}' from used), 'and learns nobody''s name');
select is(pg_temp.types((select r from used)), 'me:8201 voucher.redeemed', 'the member is told');
select is(pg_temp.redeem(:'five_code', 'hotel') ->> 'refused', 'ZC031', 'once');
select is(pg_temp.redeem(:'five_code') ->> 'refused', 'ZC031', 'at the till neither');
select is(pg_temp.cancel(:'five'), '{"refused":"ZC003","state":"redeemed"}', 'used is used');
select is((select redeemed_by || ' ' || state from voucher where voucher_id = :five), 'v:hotel redeemed', 'by whom');
select is((select actor from audit_log where subject_member = 8201 and action = 'benefit.redeem_voucher'), 'v:hotel', 'it is written down');
select is(pg_temp.redeem(:'old') ->> 'state', 'redeemed', 'a till takes all');
select is(lib.voucher_typed('oil-0 x'), '0110X', 'letters that look like digits');
create temp table late as select pg_temp.claim(8612) as r;
update voucher set expires_at = clock_timestamp() where voucher_id = (select (r ->> 'voucher')::bigint from late);
select is(pg_temp.redeem((select r ->> 'code' from late)), '{"refused":"ZC003","state":"expired"}', 'past its end it is expired, whether the job has run or not');
select is(pg_temp.cancel((select r ->> 'voucher' from late)) ->> 'state', 'expired', 'and cannot be cancelled');
select is(pg_temp.give((select r ->> 'voucher' from late), 8202) ->> 'state', 'expired', 'nor given');
create temp table early as select pg_temp.claim(8612) as r;
update benefit set valid_from = now() + interval '1 day' where benefit_id = 8612;
select is(pg_temp.redeem((select r ->> 'code' from early)), '{"refused":"ZC017","state":"not_yet"}', 'too early');
update benefit set valid_from = null, status = 'retired' where benefit_id = 8612;
select is(pg_temp.redeem((select r ->> 'code' from early)) ->> 'state', 'redeemed', 'a benefit that is retired keeps its vouchers');
update benefit set status = 'active' where benefit_id = 8612;
-- wrong codes
update login_try set tries = 99, since = now() where kind = 'v' and key = sha256('v:inn');
select is(pg_temp.redeem('WRONG', 'inn') ->> 'refused', 'CODE_INVALID', 'the hundredth wrong code');
select is(pg_temp.redeem('WRONG', 'inn') ->> 'refused', 'ZC006', 'is enough');
select is(pg_temp.redeem('WRONG', 'hotel') ->> 'refused', 'CODE_INVALID', 'for that service');
update login_try set since = now() - interval '16 minutes' where kind = 'v' and key = sha256('v:inn');
select is(pg_temp.redeem('WRONG', 'inn') ->> 'refused', 'CODE_INVALID', 'and for a while');

-- the end
delete from voucher where state = 'issued';
update benefit set voucher_days = 60 where benefit_id = 8612;
create temp table soon as select (pg_temp.claim(8612) ->> 'voucher')::bigint as id;
create function pg_temp.told() returns text language sql as $$
    select string_agg(type || coalesce(' ' || (refs ->> 'days'), ''), ', ' order by seq) from club.outbox
     where stream = 'me:8201' and refs ->> 'voucher' = (select id::text from soon)
$$;
select is((api.jobs_run('vouchers')).done, 0::bigint, 'nothing to do yet');
update voucher set expires_at = now() + interval '30 days' where voucher_id = (select id from soon);
select is((api.jobs_run('vouchers')).done, 1::bigint, 'thirty days before');
select is((api.jobs_run('vouchers')).done, 0::bigint, 'once');
update voucher set expires_at = now() + interval '7 days' where voucher_id = (select id from soon);
select api.jobs_run('vouchers'), api.jobs_run('vouchers') \g /dev/null
select is(pg_temp.told(), 'voucher.issued, voucher.expiring 30, voucher.expiring 7', 'seven days before, once');
update voucher set expires_at = now() where voucher_id = (select id from soon);
select is((api.jobs_run('vouchers')).done, 1::bigint, 'and then it ends');
select is(pg_temp.told() || ': ' || (select state from voucher where voucher_id = (select id from soon)),
          'voucher.issued, voucher.expiring 30, voucher.expiring 7, voucher.changed: expired', 'which the member is told');
select is((select count(*) from notification where member_id = 8201 and type = 'voucher_expiring'), 1::bigint, 'a notice of the day');
update benefit set voucher_days = 7 where benefit_id = 8612;
select pg_temp.claim(8612) \g /dev/null
select is((api.jobs_run('vouchers')).done, 0::bigint, 'what lives a week from the start needs no notice');

-- erasure
delete from voucher where state = 'issued';
update benefit set stock = 5 where benefit_id = 8612;
select pg_temp.give(pg_temp.claim(8612) ->> 'voucher', 8202), pg_temp.claim(8612) \g /dev/null
select pg_temp.call('m:8201', 'privacy_erase', $$'delete', true$$), lib.erasures_run('0') \g /dev/null
select is((select string_agg(holder || ' ' || state, ', ' order by voucher_id) from voucher where member_id = 8201 and benefit_id = 8612 and state in ('issued', 'cancelled') and voucher_id > (select id from soon)),
          '8202 issued, 8201 cancelled', 'who is erased holds none; what was given stays with the other');
select is(pg_temp.left_of(8612), 4, 'and is back in stock');
select is((select count(*) from lib.ledger_violations()), 0::bigint, 'the ledger holds');
select * from finish();
rollback;
