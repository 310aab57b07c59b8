import { type RawBuilder, sql } from 'kysely';
import { BINS, EDGES_MS } from './histogram.ts';

/** What roll-ups of use add up, and how it is counted of facts. The order is that of every list here. */
const COUNTED: Record<string, string> = {
  succeeded: `count(*) filter (where outcome = 'succeeded')`,
  failed: `count(*) filter (where outcome = 'failed')`,
  cancelled: `count(*) filter (where outcome = 'cancelled')`,
  expired: `count(*) filter (where outcome = 'expired')`,
  related: `count(*) filter (where related and outcome = 'succeeded')`,
  promo_micros: `analytics.total(promo_micros)`,
  paid_micros: `analytics.total(paid_micros)`,
  queue_ms: `analytics.total(queue_ms)`,
  run_ms: `analytics.total(run_ms)`,
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
/** The same of whole numbers, as whole numbers. */
export const totalled = list(SUMS.map((column) => `analytics.total(${column}) as ${column}`));
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
 * The same, counted with a third of the sums where many facts are added at once: three bins that lie beside each other
 * are one number, each with so many of its bits. A fact adds one to its bin.
 */
const BITS = 21;
/** More facts than this cannot be added at once. */
export const COUNTED_MAX = 2 ** BITS - 1;
const threes = (time: Time) => bins.filter((bin) => bin % 3 === 0).map((bin) => `${time}_from_${bin}`);
export const threeColumns = list(TIMES.flatMap(threes));
export const threeOfFact = list(
  TIMES.flatMap((time) => [
    `${time}_bin / 3 as ${time}_three`,
    `1::int8 << ${BITS} * (${time}_bin % 3) as ${time}_one`,
  ]),
);
export const threesOfFacts = list(
  TIMES.flatMap((time) =>
    threes(time).map(
      (three, place) => `analytics.total(${time}_one) filter (where ${time}_three = ${place}) as ${three}`,
    ),
  ),
);
export const threesTotalled = list(
  TIMES.flatMap(threes).map((three) => `analytics.total(${three}) as ${three}`),
);
export const binsOfThrees = list(
  TIMES.flatMap((time) =>
    bins.map((bin) => {
      const three = `${time}_from_${bin - (bin % 3)}`;
      return `nullif(${three} >> ${BITS * (bin % 3)} & ${COUNTED_MAX}, 0) as ${time}_${bin}`;
    }),
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
