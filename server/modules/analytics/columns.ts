import { type RawBuilder, sql } from 'kysely';
import { BINS, EDGES_MS } from './histogram.ts';

/** What roll-ups of use add up, and how it is counted of facts. The order is that of every list here. */
const COUNTED: Record<string, string> = {
  succeeded: `count(*) filter (where outcome = 'succeeded')`,
  failed: `count(*) filter (where outcome = 'failed')`,
  cancelled: `count(*) filter (where outcome = 'cancelled')`,
  expired: `count(*) filter (where outcome = 'expired')`,
  related: `count(*) filter (where related and outcome = 'succeeded')`,
  promo_micros: `sum(promo_micros)`,
  paid_micros: `sum(paid_micros)`,
  queue_ms: `sum(queue_ms)`,
  run_ms: `coalesce(sum(run_ms), 0)`,
};
/** The same of corrections. */
const CORRECTED: Record<string, string> = {
  refunds: `count(*) filter (where kind = 'refund')`,
  refunded_promo_micros: `sum(promo_micros)`,
  refunded_paid_micros: `sum(paid_micros)`,
};
export const SUMS = [...Object.keys(COUNTED), ...Object.keys(CORRECTED)];
export const TIMES = ['queue', 'run', 'total'] as const;
export type Time = (typeof TIMES)[number];

const bins = Array.from({ length: BINS }, (_, bin) => bin);
export const BIN_COLUMNS = TIMES.flatMap((time) => bins.map((bin) => `${time}_${bin}`));

const list = (parts: readonly string[]) => sql.raw(parts.join(', '));
const sums = (columns: readonly string[]) => columns.map((column) => `sum(${column}) as ${column}`);

/** Names of the sums, of the bins, and of both. */
export const sumColumns = list(SUMS);
export const binColumns = list(BIN_COLUMNS);
export const allColumns = list([...SUMS, ...BIN_COLUMNS]);
/** Sums of rows that are sums. */
export const summed = list(sums(SUMS));
/** The same as whole numbers, as what they are added to has them. */
export const summedWhole = list(SUMS.map((column) => `sum(${column})::int8 as ${column}`));
export const allSummed = list(sums([...SUMS, ...BIN_COLUMNS]));
export const binsSummed = list(sums(BIN_COLUMNS));

const zeros = (of: Record<string, string>) => Object.keys(of).map((column) => `0 as ${column}`);
const counted = (of: Record<string, string>) =>
  Object.entries(of).map(([column, expression]) => `${expression} as ${column}`);

/** Out of facts; what only corrections change is nothing. */
export const sumsOfFacts = list([...counted(COUNTED), ...zeros(CORRECTED)]);
export const sumsOfCorrections = list([...zeros(COUNTED), ...counted(CORRECTED)]);

/** Bins that a fact lies in: `run` if it was run to its end, `total` if it succeeded. */
const EDGES = `array[${EDGES_MS.join(', ')}]::float8[]`;
export const binsOfFact = list([
  `width_bucket(queue_ms::float8, ${EDGES}) as queue_bin`,
  `width_bucket(run_ms::float8, ${EDGES}) as run_bin`,
  `case when outcome = 'succeeded' then width_bucket(total_ms::float8, ${EDGES}) end as total_bin`,
]);
/** Nothing is null, which takes no room. */
export const binsOfFacts = list(
  TIMES.flatMap((time) =>
    bins.map((bin) => `nullif(count(*) filter (where ${time}_bin = ${bin}), 0) as ${time}_${bin}`),
  ),
);

/**
 * The same, counted with half as many sums where a group is of many facts: two bins that lie beside each other are one
 * number, the second one in its upper bits. A fact adds one to its half; there is room for a billion.
 */
const UPPER_BITS = 30;
const pairs = (time: Time) => bins.filter((bin) => bin % 2 === 0).map((bin) => `${time}_${bin}_${bin + 1}`);
export const pairColumns = list(TIMES.flatMap(pairs));
export const pairOfFact = list(
  TIMES.flatMap((time) => [
    `${time}_bin / 2 as ${time}_pair`,
    `case ${time}_bin % 2 when 0 then 1 else 1 << ${UPPER_BITS} end as ${time}_one`,
  ]),
);
export const pairsOfFacts = list(
  TIMES.flatMap((time) =>
    pairs(time).map((pair, place) => `sum(${time}_one) filter (where ${time}_pair = ${place}) as ${pair}`),
  ),
);
export const pairsSummed = list(TIMES.flatMap(pairs).map((pair) => `sum(${pair})::int8 as ${pair}`));
export const binsOfPairs = list(
  TIMES.flatMap((time) =>
    pairs(time).flatMap((pair, place) => [
      `nullif(${pair} & ${2 ** UPPER_BITS - 1}, 0) as ${time}_${2 * place}`,
      `nullif(${pair} >> ${UPPER_BITS}, 0) as ${time}_${2 * place + 1}`,
    ]),
  ),
);

/** Adds what comes to a row that is there; where nothing comes, a bin stays as it is. */
export const added = (row: string, columns: readonly string[]): RawBuilder<unknown> =>
  list(
    columns.map((column) =>
      BIN_COLUMNS.includes(column)
        ? `${column} = case when excluded.${column} is null then ${row}.${column} else coalesce(${row}.${column}, 0) + excluded.${column} end`
        : `${column} = ${row}.${column} + excluded.${column}`,
    ),
  );
