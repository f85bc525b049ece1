-- P4: the gate in SQL, rule by rule of domain.md 12.7, and what a node is given to decide the same.
begin;
\ir fixture.psql
select plan(83);

-- One event put into the outbox; answers its verdict for a recipient.
create function pg_temp.ask(p_member bigint, p_gate text, p_scope bigint default 0, p_stream text default 'club:9001',
    p_audience text default null, p_actor bigint default null, p_subjects bigint[] default '{}',
    p_type text default 'some.thing', p_object text default null) returns text language plpgsql as $$
declare
    v_event jsonb := lib.emit_all(array[lib.event(p_stream, p_type, p_gate, '{}', p_scope, p_audience, p_subjects,
                                                  p_actor, p_object)]);
begin
    return (select verdict from api.gate_oracle(array[p_stream], array[(v_event -> 0 ->> 'seq')::bigint], array[p_member]));
end $$;
create function pg_temp.grants(p_member bigint) returns text language sql as
$$ select grants from api.gate_load(array[p_member]) $$;

-- 1 status
select is(pg_temp.ask(9101, 'svc.feed'), 'send', 'active: service');
update member set status = 'pending' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.account'), 'send', 'pending: account');
select is(pg_temp.ask(9101, 'legal.privacy'), 'send', 'pending: legal');
select is(pg_temp.ask(9101, 'svc.points'), 'suppress:inactive', 'pending: no points');
select is(pg_temp.ask(9101, 'li.security'), 'suppress:inactive', 'pending: no li.security');
update member set status = 'suspended' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.points'), 'send', 'suspended: points');
select is(pg_temp.ask(9101, 'li.security'), 'send', 'suspended: security');
select is(pg_temp.ask(9101, 'legal.moderation'), 'send', 'suspended: legal');
select is(pg_temp.ask(9101, 'svc.feed'), 'suppress:inactive', 'suspended: no feed');
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:inactive', 'suspended: no offers');
update member set status = 'closing' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.account'), 'send', 'closing: account');
select is(pg_temp.ask(9101, 'svc.resv'), 'suppress:inactive', 'closing: no reservations');
update member set status = 'restricted' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.account'), 'send', 'restricted: account');
select is(pg_temp.ask(9101, 'svc.resv'), 'send', 'restricted: reservations');
select is(pg_temp.ask(9101, 'svc.support'), 'send', 'restricted: support');
select is(pg_temp.ask(9101, 'svc.points'), 'suppress:inactive', 'restricted: no points');
select is(pg_temp.ask(9101, 'li.security'), 'suppress:inactive', 'restricted: no security');
update member set status = 'erased', erased_at = now(), handle = null where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.account'), 'suppress:inactive', 'erased: nothing');
update member set status = 'active', erased_at = null, handle = 'anna.t' where member_id = 9101;

-- 2 audience
select is(pg_temp.ask(9104, 'svc.feed'), 'suppress:audience', 'not a member of the club');
select is(pg_temp.ask(9101, 'svc.points', 0, 'me:9101'), 'send', 'own stream');
select is(pg_temp.ask(9102, 'svc.points', 0, 'me:9101'), 'suppress:audience', 'another''s stream');
select is(pg_temp.ask(9101, 'staff', 0, 'staff:9001'), 'suppress:audience', 'staff stream');
update membership set status = 'paused' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.feed'), 'send', 'paused members stay in the audience');
update membership set status = 'left' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.feed'), 'suppress:audience', 'who left does not');
update membership set status = 'active' where member_id = 9101;
select is(pg_temp.ask(9101, 'svc.feed', 0, 'club:9001', 'rank:1'), 'suppress:audience', 'rank too low');
select is(pg_temp.ask(9102, 'svc.feed', 0, 'club:9001', 'rank:1'), 'send', 'rank high enough');
select is(pg_temp.ask(9102, 'svc.feed', 0, 'club:9001', 'rank:2'), 'send', 'rank just reached');
insert into segment (segment_id, club_id, name, rule, basis) values (950, 9001, 's', '{}', 'manual');
insert into segment_member (segment_id, member_id) values (950, 9101);
select is(pg_temp.ask(9101, 'svc.feed', 0, 'club:9001', 'segment:950'), 'send', 'in the segment');
select is(pg_temp.ask(9102, 'svc.feed', 0, 'club:9001', 'segment:950'), 'suppress:audience', 'not in the segment');
insert into family (family_id, head) values (960, 9101);
insert into family_member (family_id, member_id, role, state, invited_at, joined_at, left_at)
values (960, 9101, 'head', 'active', null, now(), null), (960, 9102, 'child', 'active', now(), now(), null),
       (960, 9103, 'adult', 'left', now(), now(), now()), (960, 9104, 'adult', 'invited', now(), null, null);
select is(array(select pg_temp.ask(m, 'svc.family', 0, 'family:960') from generate_series(9101, 9104) m),
          '{send,send,suppress:audience,suppress:audience}', 'a family''s stream: who is in it now');
select is(array(select pg_temp.ask(m, 'svc.family', 0, 'family:960', 'adults') from generate_series(9101, 9104) m),
          '{send,suppress:audience,suppress:audience,suppress:audience}', 'what is for adults');
select is(pg_temp.ask(9101, 'svc.family', 0, 'family:961'), 'suppress:audience', 'of that family');
select is(pg_temp.ask(9101, 'svc.feed', 0, 'club:9001', 'adults'), 'suppress:audience', 'clubs have no adults');
select is(array(select family from api.gate_load('{9101,9102,9103,9104}') order by member), '{960:1,960:0,"",""}',
          'families are loaded');
select is(array(select sqlstate from api.stream_open(array(select 'm:' || m from generate_series(9101, 9104) m),
                                                     array_fill('family:960'::text, '{4}'), array_fill(0::bigint, '{4}'))
                order by idx), '{NULL,NULL,ZC002,ZC002}', 'and may be subscribed to by them alone');
select is((lib.principal_of('m:9102')).reply -> 'streams', '["me", "club:9001", "family:960"]'::jsonb, 'they are told so');

-- 3 block
insert into block_rel (blocker, blocked) values (9101, 9102);
select is(pg_temp.ask(9101, 'svc.feed', 0, 'club:9001', null, 9102), 'suppress:blocked', 'the blocker does not see');
select is(pg_temp.ask(9102, 'svc.feed', 0, 'club:9001', null, 9101), 'suppress:blocked', 'nor does the blocked');
select is(pg_temp.ask(9103, 'svc.feed', 0, 'club:9001', null, 9102), 'send', 'others do');
select is(pg_temp.ask(9101, 'svc.account', 0, 'club:9001', null, 9102), 'send', 'account matters are not touched');
select is(pg_temp.ask(9101, 'legal.safety', 0, 'club:9001', null, 9102), 'send', 'nor legal ones');
-- the stream of an offer is for those the offer is for
insert into offer (offer_id, club_id, kind, title, organiser_name, state, announce_at, public_open_at, booking_close_at, starts_at, ends_at, name_deadline, currency, audience)
select n, 9001, 'trip', 'Trip', 'Club', s, t, t, t, t, t, t, 'EUR', a
  from (values (961, 'open', '{}'::jsonb, now() + interval '1 day'), (962, 'open', '{"min_rank":2}', now() + interval '1 day'),
               (963, 'draft', '{"min_rank":0}', now() + interval '1 day'), (964, 'open', '{"min_rank":0}', now() - interval '25 hours')) v (n, s, a, t);
select is(pg_temp.ask(9102, 'svc.feed', p_stream => 'offer:961', p_audience => 'club:9001'), 'send', 'an offer for the club');
select is(pg_temp.ask(9102, 'svc.feed', p_stream => 'offer:961'), 'suppress:audience', 'never without an audience');
select is(pg_temp.ask(9102, 'svc.feed', p_stream => 'offer:962', p_audience => 'offer:962'), 'send', 'for a rank');
select is(pg_temp.ask(9101, 'svc.feed', p_stream => 'offer:962', p_audience => 'offer:962'), 'suppress:audience', 'which not all have');
select is(pg_temp.ask(9102, 'svc.feed', p_stream => 'offer:963', p_audience => 'offer:963'), 'suppress:audience', 'a draft is for nobody');
select is(pg_temp.ask(9102, 'svc.feed', p_stream => 'offer:964', p_audience => 'offer:964'), 'suppress:audience', 'nor one that has been over for a day');
select is(pg_temp.ask(9101, 'svc.feed', p_stream => 'offer:961', p_audience => 'segment:950'), 'suppress:audience', 'nor has it another audience');
select is(pg_temp.ask(9102, 'svc.feed', p_audience => 'club:9001'), 'suppress:audience', 'a club is no audience elsewhere');
select is((select offers from api.gate_load('{9102}')) || (select offers from api.gate_load('{9101}')), '{962}', 'a node knows the closed ones');

select is((select blocks from api.gate_load('{9102}')), '{9101}', 'blocks are loaded in both directions');

-- 4 basis
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:basis', 'unknown means no');
select pg_temp.put_consent(9101, 'mkt.offers', 901, 3, 'given');
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:basis', 'given for another channel');
select is(pg_temp.grants(9101), '', 'and not loaded');
select pg_temp.put_consent(9101, 'mkt.offers', 901, 1, 'given');
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'send', 'given');
select is(pg_temp.grants(9101), '30:901:0', 'and loaded, without end');
select is(pg_temp.ask(9101, 'mkt.offers', 902), 'suppress:basis', 'not for another category');
select is(pg_temp.ask(9101, 'mkt.events', 901), 'suppress:basis', 'not for another purpose');
select pg_temp.put_consent(9101, 'mkt.offers', 901, 1, 'given', 1, now() - interval '1 ms');
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:basis', 'expired, job or not');
select is(pg_temp.grants(9101), '', 'expired: not loaded');
select pg_temp.put_consent(9101, 'mkt.offers', 901, 1, 'given', 1, '2100-01-01T00:00:00Z');
select is(pg_temp.grants(9101), '30:901:4102444800000', 'with its end in ms');
insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from, published_by)
values (30, 2, 'en', 't', 'b', 'new', sha256('y'), true, '2099-01-01T00:00:00Z', 'test');
select is(pg_temp.grants(9101), '30:901:4070908800000', 'or the day of the next material text');
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'send', 'until that day it holds');
update consent_text set valid_from = now() where purpose_id = 30 and ver = 2;
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:basis', 'from that instant it is stale');
select is(pg_temp.grants(9101), '', 'stale: not loaded');
select pg_temp.put_consent(9101, 'mkt.offers', 901, 1, 'given', 2);
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'send', 'given anew for the new text');
update member set under_18 = true where member_id = 9101;
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:basis', 'closed under 18');
select is((select grants || '/' || denied from api.gate_load('{9101}')), '/21', 'closed: neither grant nor survey');
select is(pg_temp.ask(9101, 'li.survey', 0, 'me:9101'), 'suppress:basis', 'li.survey is closed under 18');
update member set under_18 = false where member_id = 9101;
select pg_temp.put_consent(9101, 'mkt.offers', 901, 1, 'withdrawn', 2);
select is(pg_temp.ask(9101, 'mkt.offers', 901), 'suppress:basis', 'withdrawn');
select is(pg_temp.ask(9101, 'li.survey', 0, 'me:9101'), 'send', 'li: allowed without a row');
select pg_temp.put_consent(9101, 'li.survey', 0, 1, 'objected', null);
select is(pg_temp.ask(9101, 'li.survey', 0, 'me:9101'), 'suppress:basis', 'li: objected');
select is((select denied from api.gate_load('{9101}')), '21', 'and loaded as denied');
select pg_temp.put_consent(9101, 'special.access', 77, 0, 'given');
select is(pg_temp.ask(9101, 'special.access', 77, 'me:9101'), 'send', 'explicit consent');
select is(pg_temp.ask(9101, 'no.such', 0, 'me:9101'), 'suppress:basis', 'unknown purpose');

-- 5 subjects
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
values (9301, 9001, 'm', 9102, 'story', 'club', 'svc.feed', 'text', 'published', now()),
       (9302, 9001, 's', 9201, 'announcement', 'club', 'svc.feed', 'text', 'published', now());
create function pg_temp.post_verdict(p_member bigint, p_post bigint default 9301) returns text language sql as $$
    select pg_temp.ask(p_member, 'svc.feed', 0, 'club:9001', null, case p_post when 9301 then 9102 end,
                       case p_post when 9301 then '{9102}'::bigint[] else '{}' end, 'post.published', 'post:' || p_post)
$$;
select is(pg_temp.post_verdict(9103), 'redact', 'name and tier of the author are withheld');
select pg_temp.put_consent(9102, 'com.profile', 9001, 0, 'given');
select is(pg_temp.post_verdict(9103), 'redact', 'com.profile alone leaves the tier out');
select pg_temp.put_consent(9102, 'com.badge', 9001, 0, 'given');
select is(pg_temp.post_verdict(9103), 'send', 'both given: nothing is withheld');
select is(pg_temp.post_verdict(9103, 9302), 'send', 'staff is no subject');
update member set under_18 = true, under_consent_age = true where member_id = 9102;
select is(pg_temp.post_verdict(9103), 'suppress:subject', 'a child on a club-wide stream');
select is(pg_temp.post_verdict(9102), 'send', 'the child''s own device');
update member set under_18 = false, under_consent_age = false where member_id = 9102;
update post set state = 'hidden' where post_id = 9301;
select is(pg_temp.post_verdict(9103), 'suppress:subject', 'nothing is left to show');
select is((select clubs from api.gate_load('{9102}')), '9001:2', 'clubs with rank');

select * from finish();
rollback;
