import * as z from 'zod';
import { Id, Instant, Micros, Modality, PersonRef, Slug } from '../base.ts';
import { Balances } from '../earnings/shapes.ts';
import { OwnAccount } from '../earnings/statement-shapes.ts';
import { Surface } from '../slots/surfaces.ts';
import { MODELS_MAX } from './limits.ts';

// what is asked --------------------------------------------------------------------------------------------

export const RANGES = ['today', '7d', '30d', '90d', 'month', 'lifetime'] as const;
/** `7d`, `30d` and `90d` roll: so many days with today. `month` is the one that runs. */
export const Range = z.enum(RANGES);
export type Range = z.infer<typeof Range>;
export const Grain = z.enum(['hour', 'day', 'week', 'month']);
export type Grain = z.infer<typeof Grain>;

const WhenAsked = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:00(\.000)?)?(Z|[+-]\d\d:\d\d))?$/,
    'is neither a day nor an instant of a whole minute',
  )
  .refine((text) => isInCalendar(text), 'is no day of the calendar');

/** Without this the 31st of February would be one in March. */
function isInCalendar(text: string): boolean {
  const [day = ''] = text.split('T');
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && at.toISOString().startsWith(day);
}

/** Over which time: one that is named, or [from, to). */
export const asked = {
  range: Range.optional().meta({ description: 'The last 30 days if neither this nor `from` is given.' }),
  from: WhenAsked.optional().meta({ description: 'A day, from its beginning in `zone`, or an instant.' }),
  to: WhenAsked.optional().meta({ description: 'The first that is not counted any more; now if left out.' }),
  zone: z
    .string()
    .max(64)
    .default('UTC')
    .meta({ description: 'Of IANA, such as "Europe/Berlin": days begin and end by its clocks.' }),
};
/** What may be wrong with the time that is asked for. */
export const NO_SUCH_TIME = ['ZONE_UNKNOWN', 'RANGE_EMPTY', 'RANGE_TOO_LONG', 'NOT_YET'] as const;
export const grained = {
  grain: Grain.optional().meta({ description: 'Left out: as fine as the range is still readable.' }),
};
const flag = z.enum(['true', 'false']).default('false');
export const compared = {
  prior: flag.meta({ description: 'Adds the time of the same length before it.' }),
};
export const ofModels = {
  models: z
    .string()
    .max(61 * 2 * MODELS_MAX)
    .optional()
    .meta({ description: 'Addresses of models, with commas between; all of yours if left out.' }),
};

// what is answered -----------------------------------------------------------------------------------------

/** The time that an answer is about. */
export const Span = z.object({
  range: z.enum([...RANGES, 'custom']).meta({ description: 'custom: `from` was given.' }),
  from: Instant,
  to: Instant.meta({ description: 'The first instant that is not in it.' }),
  zone: z.string(),
  grain: Grain,
});
export type Span = z.infer<typeof Span>;

/** How new the figures are. */
export const freshness = {
  as_of: Instant.meta({ description: 'What ended before is counted.' }),
  lag_ms: z.int().meta({ description: 'How far that lies behind now; 0 where nothing waits to be counted.' }),
};

/** What is kept of long ago. */
const kept = {
  whole_hours_before: Instant.nullable().meta({
    description:
      'Where parts of hours were asked for of which hours are the finest that is kept: before this instant, steps begin with their UTC hour. Nothing is missing from them.',
  }),
};

export const ModelName = z.object({ slug: Slug, title: z.string(), modality: Modality });
export type ModelName = z.infer<typeof ModelName>;

// money ----------------------------------------------------------------------------------------------------

/** What a time brought. Everything here is the sum of receipts and of what corrected them. */
export const Money = z.object({
  earned_micros: Micros.meta({ description: 'My parts of what was settled: the sum of the receipts.' }),
  paid_micros: Micros.meta({ description: 'Of it what was paid for with bought credits.' }),
  promo_micros: Micros.meta({ description: 'Of it what was paid for with promo credits.' }),
  reversed_micros: Micros.meta({
    description: 'Taken back in this time, whenever it had been earned; not below zero.',
  }),
  claimed_micros: Micros.meta({ description: 'What claims that were upheld brought.' }),
  adjusted_micros: Micros.meta({ description: 'What finance gave, less what it took.' }),
  net_micros: Micros.meta({ description: 'Earned, less reversed, with claimed and adjusted.' }),
  generations: z.int().meta({ description: 'Settled generations that I had a part in.' }),
});
export type Money = z.infer<typeof Money>;

export const EARNINGS_BY = [
  ...(['day', 'model', 'release', 'source', 'funding', 'role', 'collaborator'] as const),
] as const;
export type EarningsBy = (typeof EARNINGS_BY)[number];

const PAID_ROLES = ['creator', 'collaborator', 'parent'] as const;

/** Held against the ledger when it is asked for, never kept: receipts on one side, accounts on the other. */
export const Reconciliation = z.object({
  from: Instant,
  to: Instant,
  receipts: z.int(),
  receipts_micros: Micros.meta({ description: 'My parts of all receipts of this time.' }),
  claimed_micros: Micros,
  reversed_micros: Micros,
  adjusted_micros: Micros,
  sum_micros: Micros.meta({ description: 'Receipts, less reversed, with claimed and adjusted.' }),
  opening_micros: Micros.meta({ description: 'What lay in all my accounts when this time began.' }),
  closing_micros: Micros.meta({ description: 'What lay there when it ended.' }),
  left_micros: Micros.meta({ description: 'What payouts took out meanwhile.' }),
  ledger_micros: Micros.meta({
    description: 'Closing less opening, with what left: what the ledger says was gained.',
  }),
  difference_micros: Micros.meta({
    description: 'The ledger less the sum. Zero, or something is wrong with us.',
  }),
  states: z
    .array(z.object({ account: OwnAccount, amount_micros: Micros }))
    .meta({ description: 'Where the closing lies, by state.' }),
});
export type Reconciliation = z.infer<typeof Reconciliation>;

/** How much of what the ledger says was gained the groups of a breakdown account for. */
export const Explained = z.object({
  ledger_micros: Micros,
  groups_micros: Micros,
  difference_micros: Micros,
  why: z.string().nullable().meta({ description: 'Where there is a difference: what it is.' }),
  because: z.enum(['broken', 'chosen', 'whole_hours', 'behind', 'miscounted']).nullable(),
});
export type Explained = z.infer<typeof Explained>;

export const EarningsGroup = Money.extend({
  key: z.string(),
  name: z.string(),
  model: ModelName.nullable(),
  others: z
    .array(z.object({ person: PersonRef, role: z.enum(PAID_ROLES), net_micros: Micros }))
    .optional()
    .meta({
      description:
        'By collaborator only: what everybody else got of the same generations, less what was taken back, as their receipts say.',
    }),
});
export type EarningsGroup = z.infer<typeof EarningsGroup>;

export const EarningsReport = z.object({
  span: Span,
  ...freshness,
  totals: Money,
  series: z.array(
    Money.extend({
      at: Instant,
      ledger_micros: Micros.meta({
        description: 'What the accounts gained in it; the same as net unless models were chosen.',
      }),
    }),
  ),
  prior: z
    .object({
      from: Instant,
      to: Instant,
      totals: Money,
      series: z.array(z.object({ at: Instant, net_micros: Micros, generations: z.int() })),
    })
    .nullable(),
  by: z.enum(EARNINGS_BY),
  groups: z.array(EarningsGroup),
  explained: Explained,
  reconciliation: Reconciliation,
});
export type EarningsReport = z.infer<typeof EarningsReport>;

// usage ----------------------------------------------------------------------------------------------------

/** Below these a part of all runs stayed; read from bins, so off by a fifth at most. */
export const Percentiles = z.object({ p50_ms: z.int(), p95_ms: z.int(), p99_ms: z.int(), runs: z.int() });
export type Percentiles = z.infer<typeof Percentiles>;

export const Usage = z.object({
  generations: z.int().meta({ description: 'All that ended, however they ended.' }),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  expired: z.int(),
  related: z
    .int()
    .meta({ description: 'Of those that succeeded, by people with a part in the model: they earn nothing.' }),
  failure_ppm: z
    .int()
    .nullable()
    .meta({ description: 'Failed of failed and succeeded; null where there is neither.' }),
  payers: z.int().nullable().meta({
    description:
      'Different people who had something generated; null: fewer than five. To creators it is told of the whole weeks that `people` stands for, to operators of all of the time.',
  }),
  payers_exact: z.boolean().meta({ description: 'false: counted by a sketch, within about two per cent.' }),
  price_micros: Micros.meta({ description: 'What was charged.' }),
  queue: Percentiles.nullable(),
  run: Percentiles.nullable(),
  total: Percentiles.nullable().meta({ description: 'From the press to the result.' }),
  run_ms: z.int().meta({ description: 'How long all of them ran: what it cost to generate them.' }),
  price_per_run_second_micros: Micros.nullable(),
  reasons: z
    .array(z.object({ reason: z.string(), name: z.string(), generations: z.int() }))
    .meta({ description: 'Why they failed, the most frequent first.' }),
  latency: z
    .array(z.object({ from_ms: z.int(), to_ms: z.int(), generations: z.int() }))
    .meta({ description: 'From the press to the result: a picture of at most 30 columns.' }),
});
export type Usage = z.infer<typeof Usage>;

/** One for each step, also where nothing happened. */
export const UsagePoint = z.object({
  at: Instant.meta({ description: 'When the step begins; the next one begins where it ends.' }),
  generations: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  expired: z.int(),
  price_micros: Micros,
  payers: z.int().nullable().meta({
    description:
      'Different people of a whole day, week or month of UTC; null of any other step, and to creators where they are fewer than five.',
  }),
  queue_p50_ms: z.int().nullable(),
  run_p50_ms: z.int().nullable(),
  total_p50_ms: z.int().nullable(),
  total_p95_ms: z.int().nullable(),
  total_p99_ms: z.int().nullable(),
});
export type UsagePoint = z.infer<typeof UsagePoint>;

/** Whole micro-dollars for an hour of machine time: 1200000 is 1.20 dollars. */
export const MachineCost = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'is no amount between a millionth of a dollar and ten thousand dollars')
  .meta({ description: 'Whole micro-dollars for an hour; 1000000 is one dollar.' });

/** Cost against price, where somebody said what machine time costs them. */
export const Margin = z.object({
  micro_usd_per_hour: MachineCost.nullable().meta({
    description: 'What they said of the one model that was chosen; null: nothing, or not one model.',
  }),
  told: z
    .object({
      models: z.int().meta({ description: 'Models of which the cost is known: all else here is of them.' }),
      models_without: z.int().meta({ description: 'Models that were used as well, and are not in it.' }),
      run_ms: z.int(),
      charged_micros: Micros,
      cost_micros: Micros.meta({
        description: 'Of all their machine time, failures too; a credit is a cent.',
      }),
      net_micros: Micros.meta({ description: 'What they brought me in the same time.' }),
      left_micros: Micros.meta({ description: 'Net less cost; below zero where it cost more.' }),
    })
    .nullable(),
});
export type Margin = z.infer<typeof Margin>;

export const UsageReport = z.object({
  span: Span,
  ...freshness,
  ...kept,
  totals: Usage,
  /**
   * Who came for the first time, over the whole UTC weeks of the range that are over. Weeks of fewer than five people at
   * its beginning and at its end are left out: two answers would differ by them.
   */
  people: z.object({
    from: Instant.nullable(),
    to: Instant.nullable(),
    came_first: z.int().nullable().meta({ description: 'null: of too few people to be told.' }),
    came_again: z.int().nullable(),
    why: z.string().nullable(),
    because: z.enum(['no_week', 'few', 'few_of_one']).nullable(),
  }),
  series: z.array(UsagePoint),
  prior: z
    .object({ from: Instant, to: Instant, totals: Usage, series: z.array(UsagePoint) })
    .nullable()
    .meta({ description: 'Points stand beside those of `series` by their place.' }),
  models: z.array(z.object({ model: ModelName, totals: Usage, series: z.array(UsagePoint) })),
  margin: Margin,
});
export type UsageReport = z.infer<typeof UsageReport>;

/** What generations are told apart by. Settings come besides: "setting:width". */
export const DIMENSIONS = [
  ...(['model', 'release', 'outcome', 'reason', 'hour'] as const),
  ...(['region', 'source', 'slot', 'follower', 'via'] as const),
] as const;

export const Group = z.object({
  key: z.string(),
  name: z.string(),
  generations: z.int(),
  succeeded: z.int(),
  share_ppm: z.int().meta({ description: 'Of all generations of the answer.' }),
  place: z
    .object({ surface: Surface, position: z.int() })
    .optional()
    .meta({ description: 'By featured place only: which it is.' }),
});
export type Group = z.infer<typeof Group>;

export const Breakdown = z.object({
  span: Span,
  ...freshness,
  ...kept,
  dimension: z.string(),
  name: z.string(),
  settings: z
    .array(z.string())
    .meta({ description: 'Settings that these generations can be told apart by.' }),
  of_people: z.boolean().meta({
    description:
      'It says something of people: told of whole UTC weeks that are over, and no group has fewer than five of them.',
  }),
  groups: z.array(Group),
  other: Group.nullable().meta({ description: 'Groups of fewer than five people, together.' }),
  withheld: z.int().meta({ description: 'Generations of weeks with fewer than five people altogether.' }),
  total: z.int(),
  next_at: Instant.nullable().meta({ description: 'When the next week is over.' }),
});
export type Breakdown = z.infer<typeof Breakdown>;

export const Retention = z.object({
  ...freshness,
  model: ModelName,
  cohorts: z.array(
    z.object({
      week: z.iso.date().meta({ description: 'Monday of the week in which they came first.' }),
      through: z.iso.date().nullable().meta({
        description:
          'Where several weeks of fewer than five are told together: Monday of the last of them. Those that are not five yet are not told.',
      }),
      people: z.int(),
      weeks: z
        .array(z.object({ week: z.int(), people: z.int().nullable(), share_ppm: z.int().nullable() }))
        .meta({
          description: 'How many came again so many weeks later; null: fewer than five did, or did not.',
        }),
    }),
  ),
});
export type Retention = z.infer<typeof Retention>;

const Steps = z.object({ impressions: z.int(), visits: z.int(), generations: z.int() });
export const Funnel = z.object({
  span: Span,
  totals: Steps,
  surfaces: z.array(Steps.extend({ surface: z.string(), name: z.string() })),
  models: z.array(Steps.extend({ model: ModelName })),
  days: z.array(Steps.extend({ day: z.iso.date() })).meta({ description: 'UTC days.' }),
});
export type Funnel = z.infer<typeof Funnel>;

export const MARK_KINDS = [
  'release',
  'withdrawal',
  'ending',
  'campaign',
  'competition',
  'feature',
  'price',
  'terms',
  'transfer',
] as const;
/** What a mark knows; its title is made of it. */
export const MarkedThing = z.discriminatedUnion('code', [
  z.object({ code: z.enum(['published', 'withdrawn', 'ended', 'prices', 'terms']), version: z.string() }),
  z.object({ code: z.enum(['campaign', 'entered', 'works']), title: z.string() }),
  z.object({ code: z.literal('featured'), surface: Surface }),
  z.object({ code: z.enum(['gained', 'given_away']) }),
]);
export type MarkedThing = z.infer<typeof MarkedThing>;

/** Something that happened, to be seen beside a line. */
export const Mark = z.object({
  at: Instant,
  until: Instant.nullable(),
  kind: z.enum(MARK_KINDS),
  title: z.string(),
  what: MarkedThing,
  model: ModelName.nullable(),
  href: z.string().nullable(),
});
export type Mark = z.infer<typeof Mark>;

// home -----------------------------------------------------------------------------------------------------

export const ALERT_KINDS = [
  'usage_without_earnings',
  'failing',
  'slow',
  'terms_change',
  'prices_change',
  'earnings_held',
] as const;
/** What an alert knows; what it says is made of it, in whichever language. */
export const AlertNews = z.discriminatedUnion('code', [
  z.object({
    code: z.literal('unpaid'),
    generations: z.int(),
    days: z.int(),
    because: z.enum(['related', 'no_share', 'no_part', 'too_little']).nullable(),
  }),
  z.object({
    code: z.literal('failing'),
    failed: z.int(),
    ended: z.int(),
    most: z.string().nullable().meta({ description: 'The reason that most of them failed for.' }),
  }),
  z.object({ code: z.literal('waiting'), expired: z.int(), ended: z.int() }),
  z.object({ code: z.literal('slow'), now_ms: z.int(), before_ms: z.int() }),
  z.object({
    code: z.literal('held'),
    about: z.enum(['claim', 'dispute', 'review']),
    generations: z.int(),
  }),
  z.object({ code: z.literal('terms'), version: z.string(), from: z.iso.date(), share_ppm: z.int() }),
  z.object({ code: z.literal('terms_end'), version: z.string(), on: z.iso.date(), is_over: z.boolean() }),
  z.object({ code: z.literal('prices'), version: z.string(), from: z.iso.date() }),
]);
export type AlertNews = z.infer<typeof AlertNews>;

export const Alert = z.object({
  key: z.string().meta({ description: 'The same as long as it is about the same.' }),
  kind: z.enum(ALERT_KINDS),
  title: z.string(),
  why: z.string(),
  news: AlertNews,
  model: ModelName.nullable(),
  since: Instant.nullable(),
  amount_micros: Micros.nullable(),
  href: z.string(),
});
export type Alert = z.infer<typeof Alert>;

export const InFlight = z.object({
  queued: z.int(),
  running: z.int(),
  models: z.array(z.object({ model: ModelName, queued: z.int(), running: z.int() })),
});
export type InFlight = z.infer<typeof InFlight>;

export const Today = z.object({
  from: Instant.meta({ description: 'When today began, in the zone that was asked for.' }),
  amount_micros: Micros.meta({
    description: 'What all my accounts gained since, by the ledger; payouts are not taken off.',
  }),
  generations: z.int().meta({ description: 'Settled generations that I had a part in.' }),
  yesterday_micros: Micros.meta({ description: 'The same of yesterday, until the same time of day.' }),
});
export type Today = z.infer<typeof Today>;

export const CreatorHome = z.object({
  at: Instant,
  zone: z.string(),
  today: Today,
  balances: Balances,
  total_micros: Micros,
  in_flight: InFlight,
  /** Of the last 28 days, by the clocks of the zone; hours with nothing are left out. */
  hours: z.object({
    from: Instant,
    to: Instant,
    cells: z.array(
      z.object({
        weekday: z.int().meta({ description: '1 is Monday.' }),
        hour: z.int(),
        generations: z.int(),
      }),
    ),
  }),
  /** The last 24 hours, hour by hour. */
  recent: z.array(UsagePoint.pick({ at: true, generations: true, succeeded: true, failed: true })),
  /** Of the last 30 days, by what they earned. */
  top_models: z.array(
    z.object({ model: ModelName, net_micros: Micros, generations: z.int(), failed: z.int() }),
  ),
  alerts: z.array(Alert),
  usage: z
    .object(freshness)
    .meta({ description: 'How new hours, top models and alerts are; money is of now.' }),
});
export type CreatorHome = z.infer<typeof CreatorHome>;

export const LiveLine = z.object({
  generation_id: Id,
  at: Instant,
  model: ModelName,
  price_micros: Micros,
  amount_micros: Micros,
});
export type LiveLine = z.infer<typeof LiveLine>;

/**
 * The id of each event is a place in the news: sent back as `Last-Event-ID`, everything since is told again, or the
 * whole home where that is too much or too long ago. Each stands for itself, so that the same payloads can be the bodies
 * of webhooks: a `tick` has the figures as they are after it, and not only what was added, and each says of when it is,
 * so that of two that come in another order the newer one holds.
 */
export const AnalyticsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('home'), home: CreatorHome }),
  z.object({
    type: z.literal('tick'),
    at: Instant,
    earned: z.array(LiveLine).meta({ description: 'What was settled since the last one, the oldest first.' }),
    more: z.int().meta({ description: 'How many more there were than are told one by one.' }),
    ended: z.object({ succeeded: z.int(), failed: z.int(), cancelled: z.int(), expired: z.int() }),
    today: Today,
    balances: Balances,
    total_micros: Micros,
    in_flight: InFlight,
  }),
  z.object({ type: z.literal('in_flight'), at: Instant, in_flight: InFlight }),
  z.object({ type: z.literal('alerts'), at: Instant, alerts: z.array(Alert) }),
]);
export type AnalyticsEvent = z.infer<typeof AnalyticsEvent>;

// the platform ---------------------------------------------------------------------------------------------

export const PlatformReport = z.object({
  span: Span,
  ...freshness,
  ...kept,
  totals: Usage,
  series: z.array(UsagePoint),
  prior: z.object({ from: Instant, to: Instant, totals: Usage, series: z.array(UsagePoint) }).nullable(),
  modalities: z.array(z.object({ modality: Modality, generations: z.int(), price_micros: Micros })),
  top_models: z.array(
    z.object({ model: ModelName, creator: PersonRef, generations: z.int(), price_micros: Micros }),
  ),
  revenue: z
    .object({
      charged_micros: Micros.meta({ description: 'Credits that were spent, less what was given back.' }),
      platform_micros: Micros.meta({ description: 'Our part of it.' }),
      creators_micros: Micros.meta({ description: 'What creators gained of it.' }),
      earned_revenue_micro_usd: Micros.meta({
        description: 'Dollars recognised, less what was taken back or left in payouts.',
      }),
      credits_sold_micros: Micros.meta({ description: 'Paid credits sold, less what disputes took back.' }),
    })
    .meta({
      description:
        'What the accounts gained in this time: the books at its end, less those at its beginning.',
    }),
  liabilities: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      owed_micros: Micros,
      backing_micros: Micros,
      difference_micros: Micros,
    }),
  ),
  applications: z.object({
    started: z.int(),
    submitted: z.int(),
    in_review: z.int(),
    decided: z.int(),
    accepted: z.int(),
    median_days: z.number().nullable(),
  }),
  fleet: z.object({
    pools: z.array(
      z.object({
        pool: z.string(),
        waiting: z.int(),
        in_hand: z.int(),
        slots: z.int(),
        wait_ms: z.int().nullable(),
      }),
    ),
    workers: z.object({ trusted: z.int(), probation: z.int(), suspended: z.int(), seen: z.int() }),
  }),
});
export type PlatformReport = z.infer<typeof PlatformReport>;

export const HealthReport = z.object({
  at: Instant,
  aggregator: z.object({
    ...freshness,
    moved_at: Instant.nullable().meta({ description: 'When it last went on.' }),
    folded_at: Instant.nullable().meta({ description: 'When facts were last folded into hours and days.' }),
    holds: z.boolean().meta({ description: 'Whether it is as close behind as it should be.' }),
  }),
  proof: z
    .object({
      day: z.iso.date(),
      at: Instant,
      holds: z.boolean(),
      facts: z.int(),
      differences: z.array(z.object({ what: z.string(), where: z.string() })),
    })
    .nullable()
    .meta({
      description:
        'The last day whose roll-ups were not what they were made of; else the last that was looked at.',
    }),
  unproved_since: z.iso.date().nullable().meta({
    description: 'The first day that should have been proved by now and was not; null: none.',
  }),
  subscribers: z.array(z.object({ name: z.string(), behind: z.int(), moved_at: Instant })),
  streams: z
    .object({ open: z.int(), people: z.int() })
    .meta({ description: 'Windows in which somebody watches, in the process that answers.' }),
});
export type HealthReport = z.infer<typeof HealthReport>;
