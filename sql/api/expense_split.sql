-- expense_split.sql -- the arithmetic of shared expenses (domain.md 10.6, 19.2): no table is read here.

-- Digits behind the point of a currency (ISO 4217); null: no currency.
create function lib.currency_exponent(p_cur text) returns int language sql immutable as $$
    select case
               when p_cur = any ('{BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,UYI,VND,VUV,XAF,XOF,XPF}') then 0
               when p_cur = any ('{BHD,IQD,JOD,KWD,LYD,OMR,TND}') then 3
               when p_cur = any ('{CLF,UYW}') then 4
               when p_cur = any ('{AED,AFN,ALL,AMD,ANG,AOA,ARS,AUD,AWG,AZN,BAM,BBD,BDT,BGN,BMD,BND,BOB,BRL,BSD,BTN,
                                   BWP,BYN,BZD,CAD,CDF,CHF,CNY,COP,CRC,CUP,CVE,CZK,DKK,DOP,DZD,EGP,ERN,ETB,EUR,FJD,
                                   FKP,GBP,GEL,GHS,GIP,GMD,GTQ,GYD,HKD,HNL,HTG,HUF,IDR,ILS,INR,IRR,JMD,KES,KGS,KHR,
                                   KPW,KYD,KZT,LAK,LBP,LKR,LRD,LSL,MAD,MDL,MGA,MKD,MMK,MNT,MOP,MRU,MUR,MVR,MWK,MXN,
                                   MYR,MZN,NAD,NGN,NIO,NOK,NPR,NZD,PAB,PEN,PGK,PHP,PKR,PLN,QAR,RON,RSD,RUB,SAR,SBD,
                                   SCR,SDG,SEK,SGD,SHP,SLE,SOS,SRD,SSP,STN,SVC,SYP,SZL,THB,TJS,TMT,TOP,TRY,TTD,TWD,
                                   TZS,UAH,USD,UYU,UZS,VED,VES,WST,XCD,XCG,YER,ZAR,ZMW,ZWG}') then 2
           end
$$;

-- An amount in another currency, rounded once, halves to the even neighbour.  p_fx_ppb: units of base per unit, x 10^9.
-- A currency that is not known has two digits.
create function lib.base_minor(p_amount bigint, p_cur text, p_fx_ppb bigint, p_base_cur text)
returns numeric language plpgsql immutable as $$
declare
    v_above numeric := p_amount::numeric * p_fx_ppb * (10::numeric ^ coalesce(lib.currency_exponent(p_base_cur), 2))::numeric(5);
    v_below numeric := 1000000000::numeric * (10::numeric ^ coalesce(lib.currency_exponent(p_cur), 2))::numeric(5);
    v_whole numeric := div(v_above, v_below);
    v_twice numeric := 2 * mod(v_above, v_below);
begin
    if v_twice > v_below or v_twice = v_below and mod(v_whole, 2) = 1 then
        return v_whole + 1;
    end if;
    return v_whole;
end $$;

-- Shares of a total by weights that are not all 0, in the order of the weights: the whole part of each, then what is left
-- unit by unit to the largest fractions; among equal ones the place rotates with the number of the expense.
create function lib.split_shares(p_total bigint, p_weights bigint[], p_no int)
returns bigint[] language sql immutable as $$
    with exact as (
        select w.i - 1 as i, p_total::numeric * w.weight as above, sum(w.weight) over () as below,
               cardinality(p_weights) as n
          from unnest(p_weights) with ordinality as w (weight, i)
    ), ranked as (
        select e.i, div(e.above, e.below) as whole,
               row_number() over (order by mod(e.above, e.below) desc, mod(mod(e.i - p_no, e.n) + e.n, e.n)) as place,
               p_total - sum(div(e.above, e.below)) over () as over
          from exact e
    )
    select array_agg((r.whole + case when r.place <= r.over then 1 else 0 end)::bigint order by r.i) from ranked r
$$;

-- Who could pay whom so that all nets (which sum to 0) are 0: at each step the largest debtor pays the largest creditor,
-- the first by number among equals; one payment less than there are people at most.
create function lib.settle_greedy(p_members bigint[], p_nets bigint[])
returns table (payer bigint, payee bigint, amount_minor bigint) language plpgsql immutable as $$
declare
    v_nets     bigint[] := p_nets;
    v_debtor   int;
    v_creditor int;
begin
    loop
        select x.i into v_debtor
          from unnest(v_nets) with ordinality as x (net, i)
         where x.net < 0
         order by x.net, p_members[x.i]
         limit 1;
        select x.i into v_creditor
          from unnest(v_nets) with ordinality as x (net, i)
         where x.net > 0
         order by x.net desc, p_members[x.i]
         limit 1;
        exit when v_debtor is null or v_creditor is null;
        payer := p_members[v_debtor];
        payee := p_members[v_creditor];
        amount_minor := least(-v_nets[v_debtor], v_nets[v_creditor]);
        v_nets[v_debtor] := v_nets[v_debtor] + amount_minor;
        v_nets[v_creditor] := v_nets[v_creditor] - amount_minor;
        return next;
    end loop;
end $$;
