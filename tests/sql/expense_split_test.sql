-- The arithmetic of expenses: the vectors of domain.md 19.2, and what must hold for any numbers.
begin;
set local search_path = club, public;
select plan(31);

select is(lib.split_shares(100, '{1,1,1}', 1), '{33,34,33}', 'the extra cent rotates: 1');
select is(lib.split_shares(100, '{1,1,1}', 2), '{33,33,34}', '2');
select is(lib.split_shares(100, '{1,1,1}', 3), '{34,33,33}', '3');
select is(lib.split_shares(100, '{1,1,1}', 7), '{33,34,33}', '7');
select is(lib.split_shares(3000, '{1,1,1,1,1,1,1}', 4), '{429,428,428,428,429,429,429}', 'four of seven get one more');
select is(lib.split_shares(1001, '{1,2,3}', 5), '{167,334,500}', 'the largest fractions first');
select is(lib.split_shares(0, '{1,2,3}', 5), '{0,0,0}', 'nothing');
select is(lib.split_shares(1, '{0,0,5}', 1), '{0,0,1}', 'who has no weight gets nothing');
select is(lib.split_shares(1000000000000, '{1000000,999999,1}', 1), '{500000000000,499999500000,500000}', 'large ones are exact');
select is(lib.split_shares(9007199254740991, '{1000000000000,1000000000000}', 1), '{4503599627370495,4503599627370496}', 'as large as can be');
select ok(bool_and((select sum(s) from unnest(x.shares) s) = x.total
                   and (select bool_and(abs(s * x.sum - x.total::numeric * w) < x.sum)
                          from unnest(x.shares, x.weights) u (s, w))), 'shares sum up and are less than one unit off')
  from (select t.total, t.weights, lib.split_shares(t.total, t.weights, t.no) as shares,
               (select sum(w) from unnest(t.weights) w) as sum
          from (select (random() * 100000)::bigint as total, i as no,
                       (select array_agg((random() * 1000 + j / 1000)::bigint + 1) from generate_series(1, 1 + i % 50) j) as weights
                  from generate_series(1, 500) i) t) x;
select is((select count(distinct s.i)
             from generate_series(1, 7) no, unnest(lib.split_shares(701, '{1,1,1,1,1,1,1}', no)) with ordinality s (share, i)
            where s.share = 101)::int, 7, 'in seven expenses each of seven gets the extra cent once');

select is(lib.base_minor(1000, 'JPY', 6100000, 'EUR'), 610::numeric, 'yen have no cents');
select is(lib.base_minor(25, 'EUR', 500000000, 'USD'), 12::numeric, 'a half goes to the even one: down');
select is(lib.base_minor(27, 'EUR', 500000000, 'USD'), 14::numeric, 'up');
select is(lib.base_minor(1, 'EUR', 500000001, 'USD'), 1::numeric, 'a little more than a half');
select is(lib.base_minor(1, 'EUR', 499999999, 'USD'), 0::numeric, 'a little less');
select is(lib.base_minor(610, 'EUR', 163934426230, 'JPY'), 1000::numeric, 'to yen');
select is(lib.base_minor(1234, 'KWD', 3000000000, 'EUR'), 370::numeric, 'three digits to two');
select is(lib.base_minor(12345, 'CLF', 36000000000000, 'CLP'), 44442::numeric, 'four digits to none');
select is(lib.base_minor(12345, 'EUR', 1000000000, 'EUR'), 12345::numeric, 'the same');
select is(lib.base_minor(1000000000000, 'JPY', 1000000000000000, 'KWD'), 1000000000000000000000::numeric, 'nothing overflows');
select is(array[lib.currency_exponent('NOK'), lib.currency_exponent('JPY'), lib.currency_exponent('TND'), lib.currency_exponent('UYW')],
          '{2,0,3,4}', 'digits');
select is(lib.currency_exponent('EUX'), null, 'not a currency');
select is(lib.currency_exponent('eur'), null, 'nor one');

select is((select string_agg(payer || '>' || payee || ' ' || amount_minor, ', ')
             from lib.settle_greedy('{1,2,3,4,5,6}', '{-13000,-15000,-2000,1500,12500,16000}')),
          '2>6 15000, 1>5 12500, 3>4 1500, 1>6 500, 3>6 500', 'who pays whom');
select is((select string_agg(payer || '>' || payee || ' ' || amount_minor, ', ')
             from lib.settle_greedy('{9,4,7,5}', '{-10,-10,10,10}')), '4>5 10, 9>7 10', 'ties by number');
select is((select count(*)::int from lib.settle_greedy('{1,2}', '{0,0}')), 0, 'nobody owes');
select is((select count(*)::int from lib.settle_greedy('{}', '{}')), 0, 'nobody');
create temp table many as
    select i, (select array_agg(g) from generate_series(1, n) g) as members, nets || (-(select coalesce(sum(v), 0) from unnest(nets) v))::bigint as nets
      from (select i, 2 + i % 40 as n, (select array_agg((random() * 2000 - 1000 + j % 1)::bigint) from generate_series(1, 1 + i % 40) j) as nets
              from generate_series(1, 200) i) t;
select ok(bool_and((select count(*) from lib.settle_greedy(members, nets)) < cardinality(members)), 'fewer payments than people') from many;
select ok(bool_and((select bool_and(m.net + coalesce((select sum(case when s.payer = m.member then s.amount_minor else -s.amount_minor end)
                                                         from lib.settle_greedy(members, nets) s
                                                        where m.member in (s.payer, s.payee)), 0) = 0)
                      from unnest(members, nets) m (member, net))), 'and then nobody owes') from many;

select * from finish();
rollback;
