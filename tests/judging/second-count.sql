-- stellar-judge/1 once more, written from its description in another language and run by another engine. It shares no line
-- with @stellary/judging. `second_count(bundle)` counts what is in a bundle and never looks at its outcome.
-- A double is one of IEEE 754 here too, and `+ - * /` are all that is done to it; sum() adds in the order that it is told.

-- Bodies name tables that are made while counting.
set check_function_bodies = off;

create function hmac_of(seed text, message text) returns bytea language plpgsql as $$
declare
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
  key bytea := decode(seed, 'hex');
begin
  for i in 0 .. length(key) - 1 loop
    inner_pad := set_byte(inner_pad, i, get_byte(key, i) # 54);
    outer_pad := set_byte(outer_pad, i, get_byte(key, i) # 92);
  end loop;
  return sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8')));
end $$;

create function digest_of(strengths float8[]) returns text language sql as $$
  select encode(sha256(coalesce(string_agg(reverse(float8send(p)), ''::bytea order by i), ''::bytea)), 'hex')
  from unnest(strengths) with ordinality as s (p, i)
$$;

create function middle_of(sorted float8[]) returns float8 language sql as $$
  select case
    when cardinality(sorted) % 2 = 1 then sorted[cardinality(sorted) / 2 + 1]
    else (sorted[cardinality(sorted) / 2] + sorted[cardinality(sorted) / 2 + 1]) / 2
  end
$$;

-- Neighbour by neighbour, both sums at once, as the method is written down.
create function strengths_of(size int, winners int[], losers int[], weights float8[]) returns float8[] language plpgsql as $$
declare
  first int[] := '{}';
  other int[] := '{}';
  won float8[] := '{}';
  lost float8[] := '{}';
  p float8[] := array_fill(1::float8, array[size]);
  num float8; den float8; pi float8; pj float8; next float8; worst float8 := 1;
  sweeps int := 0;
begin
  with wins as (select * from unnest(winners, losers, weights) as w (a, b, v)),
    cells as (
      select i, j, sum(v) as v, sum(l) as l from (
        select a as i, b as j, v, 0::float8 as l from wins union all select b, a, 0::float8, v from wins
      ) both_ways group by i, j
    )
  select coalesce(array_agg(j order by i, j), '{}'), coalesce(array_agg(v order by i, j), '{}'), coalesce(array_agg(l order by i, j), '{}')
    into other, won, lost from cells;
  with counted as (
    select i, count(distinct j) as n from (select unnest(winners) as i, unnest(losers) as j union all select unnest(losers), unnest(winners)) c group by i
  )
  select array_agg(start order by i) into first from (
    select s as i, 1 + coalesce(sum(n) over (order by s rows between unbounded preceding and 1 preceding), 0)::int as start
    from generate_series(0, size) s left join counted on counted.i = s
  ) starts;
  while sweeps < 10000 and worst >= 1e-12::float8 loop
    worst := 0;
    for i in 1 .. size loop
      pi := p[i];
      num := 1 / (pi + 1);
      den := 1 / (pi + 1);
      for at in first[i] .. first[i + 1] - 1 loop
        pj := p[other[at] + 1];
        num := num + won[at] * pj / (pi + pj);
        den := den + lost[at] / (pi + pj);
      end loop;
      next := num / den;
      worst := greatest(worst, abs(next - pi) / pi);
      p[i] := next;
    end loop;
    sweeps := sweeps + 1;
  end loop;
  return p;
end $$;

-- By voter, from 0: what each weighs in a phase. `sb` is the table of ballots; `stands` says which entries may be in it.
create function weights_in(of_phase int, stands boolean[]) returns float8[] language plpgsql as $$
declare
  quota int := case of_phase when 0 then 30 else 15 end;
  least_choices int := case of_phase when 0 then 10 else 1 end;
  old float8; fresh float8; factor float8 := 1;
  weights float8[];
begin
  update sb set counts = false where phase = of_phase;
  update sb set counts = true from (
    select at, row_number() over (partition by voter order by at) as n from sb
    where phase = of_phase and damaged = 0 and choice <= 2 and l <> r and stands[l + 1] and stands[r + 1]
  ) chosen where chosen.at = sb.at and n <= quota;

  create temp table sw on commit drop as
    select v.i, v.class, v.cluster,
      case
        when v.barred is not null or shown is null or coalesce(missed, 0) >= 2 or 10 * skips > 4 * shown or chosen < least_choices then 0
        else least(case v.class when 'new' then 0.25 else 1 end, case when coalesce(missed, 0) = 1 then 0.5 else 1 end)
      end::float8 as w
    from sv v
    left join (
      select voter, count(*) as shown, count(*) filter (where choice >= 3) as skips, count(*) filter (where counts) as chosen
      from sb where phase = of_phase and damaged = 0 group by voter
    ) s on s.voter = v.i
    left join (
      -- 1: the left one was damaged, so that right is right
      select voter, count(*) as missed from sb where damaged > 0 and choice <= 2 and choice <> (2 - damaged) group by voter
    ) m on m.voter = v.i;

  update sw set w = w * part from (
    select cluster, (select max(1::float8 / (1 << b)) from generate_series(0, 24) b where (1 << b) >= members) as part
    from (select cluster, count(*) as members from sw where cluster is not null and w > 0 group by cluster) c
  ) linked where linked.cluster = sw.cluster;

  select coalesce(sum(w) filter (where class <> 'new'), 0), coalesce(sum(w) filter (where class = 'new'), 0) into old, fresh from sw;
  if 10 * fresh > old then factor := floor(old * 1024 / (10 * fresh)) / 1024; end if;
  select array_agg(case class when 'new' then w * factor else w end order by i) into weights from sw;
  drop table sw;
  return weights;
end $$;

-- What counts of a phase, as wins: a tie is two half ones.
create function wins_in(of_phase int, weights float8[]) returns table (a int, b int, v float8) language sql as $$
  select case choice when 1 then r else l end, case choice when 1 then l else r end,
    case choice when 2 then weights[voter + 1] / 2 else weights[voter + 1] end
  from sb where phase = of_phase and counts and weights[voter + 1] > 0
  union all
  select r, l, weights[voter + 1] / 2 from sb where phase = of_phase and counts and choice = 2 and weights[voter + 1] > 0
$$;

create function fit_of(size int, of_phase int, weights float8[], places int[]) returns float8[] language sql as $$
  select strengths_of(size, array_agg(places[a + 1]), array_agg(places[b + 1]), array_agg(v)) from wins_in(of_phase, weights)
$$;

create function second_count(bundle jsonb) returns jsonb language plpgsql as $$
declare
  size int := jsonb_array_length(bundle -> 'entries');
  everywhere int[];
  qualifying float8[]; final float8[]; p float8[]; f float8[];
  middle float8; cut float8; total float8; below float8; mean float8; overdispersion float8;
  removed int[] := '{}';
  stand int; comparisons float8; few boolean; mode text; alarm boolean;
  seen text[] := '{}';
  finalists int[] := '{}';
  places int[];
  found record;
  valid int; pairs int;
  answer jsonb;
  taken int := 0; prize numeric; slot int := 1;
  -- Of models nobody compares pairs: how many members made something with each is what it is worth.
  by_support boolean := jsonb_typeof(bundle -> 'support') = 'object';
  named boolean[];
begin
  everywhere := array(select generate_series(0, size - 1));

  create temp table se on commit drop as
    select i::int - 1 as i, e ->> 'id' as id, e -> 'persons' as persons, e -> 'out' ->> 'from' as out_from,
      encode(hmac_of(bundle ->> 'seed', 'tie|' || (e ->> 'id')), 'hex') as lot
    from jsonb_array_elements(bundle -> 'entries') with ordinality as x (e, i);
  create temp table sv on commit drop as
    select i::int - 1 as i, v ->> 'class' as class, v ->> 'cluster' as cluster, v ->> 'barred' as barred
    from jsonb_array_elements(bundle -> 'voters') with ordinality as x (v, i);
  create temp table sb on commit drop as
    select at::int - 1 as at, (b ->> 0)::int as phase, (b ->> 1)::int as voter, (b ->> 5)::int as l, (b ->> 6)::int as r,
      (b ->> 7)::int as choice, (b ->> 8)::int as damaged, false as counts
    from jsonb_array_elements(bundle -> 'ballots') with ordinality as x (b, at);

  -- Qualifying, and the one pass over who can be relied on.
  qualifying := coalesce(weights_in(0, array_fill(true, array[size])), '{}');
  p := fit_of(size, 0, qualifying, everywhere);
  create temp table sa on commit drop as
    select voter, sum(case
        when choice = 2 or p[l + 1] = p[r + 1] then 1
        when (choice = 0) = (p[l + 1] > p[r + 1]) then 2 else 0 end)::int as halves, count(*)::int as n
    from sb where phase = 0 and counts and qualifying[voter + 1] > 0 group by voter having count(*) >= 10;
  middle := middle_of(array(select halves::float8 / (2 * n) from sa order by 1));
  cut := middle - 3::float8 * 1.4826::float8 * middle_of(array(select abs(halves::float8 / (2 * n) - middle) from sa order by 1));
  removed := array(select voter from sa where halves::float8 / (2 * n) < cut order by 1);
  select sum(w) into total from unnest(qualifying) w;
  select coalesce(sum(qualifying[v + 1]), 0) into below from unnest(removed) v;
  if below * 4 > total then removed := '{}'; end if;
  select sum(halves)::float8 / (2 * sum(n)) into mean from sa where voter <> all (removed);
  select sum(n * ((halves::float8 / (2 * n) - mean) * (halves::float8 / (2 * n) - mean)) order by voter) / count(*) / (mean * (1 - mean))
    into overdispersion from sa where voter <> all (removed);
  alarm := coalesce(overdispersion > 1.3::float8, false);
  foreach stand in array removed loop qualifying[stand + 1] := 0; end loop;
  p := case when by_support then array(select coalesce((bundle -> 'support' ->> id)::float8, 0) from se order by i)
    else fit_of(size, 0, qualifying, everywhere) end;
  named := array(select case when by_support then bundle -> 'support' ? id
    else exists (select from wins_in(0, qualifying) where se.i in (a, b)) end from se order by i);

  -- Finalists: the twenty strongest, of each person the strongest.
  select count(*) into stand from se where out_from is distinct from 'qualifying';
  select 2 * count(*)::float8 / greatest(stand, 1) into comparisons from sb where phase = 0 and counts and qualifying[voter + 1] > 0;
  few := stand <= 25;
  if jsonb_typeof(bundle -> 'finalists') = 'array' then
    finalists := array(select i from jsonb_array_elements_text(bundle -> 'finalists') with ordinality as x (name, n) join se on id = name order by n);
  else
    for found in select * from se where out_from is distinct from 'qualifying'
      and (few or named[i + 1]) order by p[i + 1] desc, lot collate "C"
    loop
      continue when exists (select from jsonb_array_elements_text(found.persons) who where who = any (seen));
      seen := seen || array(select jsonb_array_elements_text(found.persons));
      finalists := finalists || found.i;
    end loop;
    if not few then finalists := finalists[1:20]; end if;
  end if;

  -- The final: fresh ballots among them.
  final := coalesce(weights_in(1, array(select i = any (finalists) from se order by i)), '{}');
  foreach stand in array removed loop final[stand + 1] := 0; end loop;
  places := array(select coalesce(array_position(finalists, i) - 1, -1) from se order by i);
  f := case when by_support then array(select p[entry + 1] from unnest(finalists) with ordinality as x (entry, n) order by n)
    else fit_of(cardinality(finalists), 1, final, places) end;

  -- The panel: whole rankings, as committed; then whoever says the opposite of the others.
  create temp table sj on commit drop as
    select j ->> 'id' as judge, coalesce(jsonb_typeof(j -> 'barred') = 'null'
      and encode(sha256(convert_to('{"judge":"' || (j ->> 'id') || '","ranking":['
        || (select string_agg('"' || e || '"', ',' order by n) from jsonb_array_elements_text(j -> 'ranking') with ordinality as x (e, n))
        || '],"salt":"' || (j ->> 'salt') || '"}', 'UTF8')), 'hex') = j ->> 'commitment'
      and (select count(distinct e) = cardinality(finalists) and count(*) = cardinality(finalists) and bool_and(i = any (finalists))
        from jsonb_array_elements_text(j -> 'ranking') e left join se on id = e), false) as counts,
      j -> 'ranking' as ranking, 0 as agrees
    from jsonb_array_elements(bundle -> 'panel') j;
  create temp table sr on commit drop as
    select judge, array_position(finalists, i) - 1 as x, n::int as rank
    from sj, jsonb_array_elements_text(ranking) with ordinality as r (e, n) join se on id = e where counts;
  update sj set agrees = (
    with rest as (select x, sum(rank) as s from sr where judge <> sj.judge group by x)
    select coalesce(sum(sign((one.rank - other.rank) * (rone.s - rother.s))), 0)::int from sr one
    join sr other on other.judge = one.judge and other.x > one.x
    join rest rone on rone.x = one.x join rest rother on rother.x = other.x where one.judge = sj.judge
  ) where counts;
  select count(*) into valid from sj where counts;
  update sj set counts = false where judge in (
    select judge from sj where counts and agrees < 0 order by agrees, judge collate "C" limit greatest(0, valid - 5));
  delete from sr where judge in (select judge from sj where not counts);
  select count(*) into valid from sj where counts;

  select count(*) into stand from se where out_from is distinct from 'qualifying';
  mode := case when valid < 5 then 'undecided' when stand < 10 or (comparisons < 30 and not by_support) then 'experts_only'
    when alarm then 'alarm' else 'two_chambers' end;

  -- The award order: one number a step of the ladder is put behind those before, and equal ones stay together.
  create temp table ss on commit drop as
    with wins as (select places[a + 1] as a, places[b + 1] as b, v from wins_in(1, final)),
      scored as (select x, case when case when by_support then named[finalists[x + 1] + 1] else exists (select from wins where x in (a, b)) end
          then floor(f[x + 1] * 1e9::float8) end as q
        from generate_series(0, cardinality(finalists) - 1) x),
      trimmed as (select x, sum(rank) - min(rank) - max(rank) as s from sr group by x)
    select x, finalists[x + 1] as entry, case when q is not null then 1 + (select count(*) from scored o where o.q > scored.q) end::int as c,
      (select 1 + count(*) from trimmed o where o.s < t.s)::int as e, array[]::numeric[] as key, se.lot, se.out_from
    from scored left join trimmed t using (x) join se on se.i = finalists[x + 1];
  create temp table sd on commit drop as
    select one.x, other.x as y,
      sign((select sum(sign(b.rank - a.rank)) from sr a join sr b on b.judge = a.judge and b.x = other.x where a.x = one.x)) as experts,
      sign(case when by_support then f[one.x + 1] - f[other.x + 1] else
        (select coalesce(sum(case when places[a + 1] = one.x then v else -v end), 0) from wins_in(1, final)
          where (places[a + 1], places[b + 1]) in ((one.x, other.x), (other.x, one.x))) end) as community
    from ss one join ss other on other.x <> one.x where mode <> 'undecided';
  delete from ss where (c is null and mode <> 'experts_only') or mode = 'undecided';
  update ss set key = array[case mode when 'experts_only' then 0 when 'alarm' then (c > 15)::int else (c > 10 or e > 10)::int end,
    case mode when 'two_chambers' then c + e else e end, e];
  update ss set key = key || coalesce((select -sum(experts)::numeric from sd join ss o on o.x = sd.y where sd.x = ss.x and o.key = ss.key), 0);
  update ss set key = key || -floor(p[entry + 1] * 1e9::float8)::numeric;
  update ss set key = key || coalesce((select -sum(community)::numeric from sd join ss o on o.x = sd.y where sd.x = ss.x and o.key = ss.key), 0);
  if bundle -> 'rules' -> 'judging' ->> 'ties' = 'lots' then
    update ss set key = key || (select count(*) from ss o where o.lot collate "C" < ss.lot collate "C");
  end if;

  answer := jsonb_build_object('mode', mode, 'strengths_digest', digest_of(p), 'final_strengths_digest', digest_of(f),
    'overdispersion', overdispersion, 'cut', cut, 'comparisons_per_entry', comparisons,
    'weights', jsonb_build_array(to_jsonb(qualifying), to_jsonb(final)),
    'agrees', (select jsonb_object_agg(judge, jsonb_build_array(counts, agrees)) from sj),
    'ranks', (select coalesce(jsonb_object_agg(se.id, jsonb_build_array(c, e)), '{}') from ss join se on se.i = entry),
    'finalists', (select coalesce(jsonb_agg(se.id order by n), '[]') from unnest(finalists) with ordinality as x (entry, n) join se on se.i = entry),
    'places', '[]'::jsonb);
  for found in select key, array_agg(se.id order by se.id collate "C") as names, count(*)::int as n
    from ss join se on se.i = entry where ss.out_from is null group by key order by key
  loop
    exit when slot > jsonb_array_length(bundle -> 'prizes');
    select coalesce(sum(amount::numeric), 0) into prize
      from jsonb_array_elements_text(bundle -> 'prizes') with ordinality as x (amount, n) where n between slot and slot + found.n - 1;
    for taken in 1 .. found.n loop
      answer := jsonb_set(answer, '{places}', (answer -> 'places') || jsonb_build_object('place', slot, 'entry', found.names[taken],
        'shared', found.n, 'amount', (div(prize, found.n) + case when taken <= prize % found.n then 1 else 0 end)::text));
    end loop;
    slot := slot + found.n;
  end loop;
  drop table se, sv, sb, sa, sj, sr, ss, sd;
  return answer;
end $$;
