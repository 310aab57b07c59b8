import {
  availableEarnings,
  type Budget,
  budgetByKey,
  campaignBehind,
  isOfCampaign,
  promoCredits,
} from '../chart-of-accounts.ts';
import type { AccountId, CaseId, GenerationId } from '../ids.ts';
import { assert, present } from '../kit/assert.ts';
import { dayOf } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import { sum } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { lotsOf } from './lots.ts';
import type { Half, Portion, PromoHalf, Resting, TakenBack } from './postings/index.ts';

/**
 * Where the money of a settled generation lies now: what refunds, disputes and cases begin with. Whoever
 * is to post holds the ledger's lock, so that it is still there then.
 */
export type Subject = earnings.Standing & {
  id: GenerationId;
  payer_id: AccountId;
  title: string;
  /** Where what it earned rests, unless a case holds it. */
  resting: Resting;
  /** The day of settlement, by which its promo half waits. */
  day: string;
  /** Still charged. */
  paid_micros: bigint;
  promo_micros: bigint;
};

export async function subjectsOf(db: Db, ids: readonly string[]): Promise<Map<GenerationId, Subject>> {
  const [jobs, standings, last] = await Promise.all([
    generation.generationsByIds(db, ids),
    earnings.standings(db, ids),
    earnings.maturedUntil(db),
  ]);
  return new Map(
    jobs.flatMap((job) => {
      const standing = standings.get(job.id);
      if (!standing) return [];
      const { id, payer_id, terms } = job;
      const day = dayOf(standing.settled_at);
      const { reversed, matures_day } = standing;
      const resting: Resting = hasMatured(matures_day, last) ? 'available' : { of_day: matures_day };
      const paid_micros = job.paid_micros - reversed.paid_micros;
      const promo_micros = job.promo_micros - reversed.promo_micros;
      const title = terms.model.title;
      return [[id, { ...standing, id, payer_id, title, day, resting, paid_micros, promo_micros }]];
    }),
  );
}

/** Days mature one after the other, so one of them says it for all. */
const hasMatured = (day: string, last: string | null): boolean => last !== null && day <= last;

/** Earnings of one line that wait or lie free, and are no open case's. */
const atRest = (subject: Subject, line: earnings.Remainder): bigint =>
  line.pending_micros + (subject.vested ? line.vesting_micros : 0n) - line.held_micros;

export type Drawer = {
  /** Where `amount` of what a line earned is to be taken from; remembers what it has promised already. */
  take(subject: Subject, line: earnings.Remainder, amount: bigint): TakenBack[];
  /** What lies there for a case to hold, at most `amount`. */
  reach(subject: Subject, line: earnings.Remainder, amount: bigint): { from: Resting; amount: bigint };
  /** What the case of this drawer still holds of each of its lines. */
  held(): { line: earnings.CaseLine & { day: string }; amount: bigint }[];
};

/**
 * Takes from what the case holds first, then from where the line rests, and what is not there any more is
 * owed. It never takes what another line of the same account earned.
 */
export async function openDrawer(
  db: Db,
  subjects: readonly Subject[],
  own: { id: CaseId; lines: readonly (earnings.CaseLine & { day: string })[] } | null = null,
): Promise<Drawer> {
  const persons = [...new Set(subjects.flatMap(({ lines }) => lines.map(({ person_id }) => person_id)))];
  const accounts = persons.map(availableEarnings);
  const balance = accounts.length > 0 ? await ledger.balances(db, accounts) : null;
  const free = new Map(
    persons.map((person) => [person, balance?.(availableEarnings(person)).available ?? 0n]),
  );
  const resting = new Map<string, bigint>();
  const held = new Map((own?.lines ?? []).map((line) => [keyOf(line), { line, amount: line.amount_micros }]));

  const reach: Drawer['reach'] = (subject, line, amount) => {
    const key = keyOf({ generation_id: subject.id, ...line });
    const left = resting.get(key) ?? atRest(subject, line);
    // a case may hold more than the line still has, when a dispute took it back meanwhile
    const there = left > 0n ? left : 0n;
    const found = least(
      amount,
      there,
      subject.resting === 'available' ? (free.get(line.person_id) ?? 0n) : there,
    );
    assert(found >= 0n, 'nothing is taken by giving');
    resting.set(key, left - found);
    if (subject.resting === 'available') free.set(line.person_id, (free.get(line.person_id) ?? 0n) - found);
    return { from: subject.resting, amount: found };
  };
  return {
    reach,
    take(subject, line, amount) {
      const creator = line.person_id;
      const mine = held.get(keyOf({ generation_id: subject.id, ...line }));
      const from_case = least(amount, mine?.amount ?? 0n);
      if (mine) mine.amount -= from_case;
      const rest = reach(subject, line, amount - from_case);
      const parts: TakenBack[] = [
        ...(own ? [{ creator, from: { held_by: own.id }, amount: from_case }] : []),
        { creator, ...rest },
        { creator, from: 'receivable', amount: amount - from_case - rest.amount },
      ];
      return parts.filter((part) => part.amount > 0n);
    },
    held: () => [...held.values()].filter(({ amount }) => amount > 0n),
  };
}

const keyOf = (line: { generation_id: string; person_id: string; role: string }) =>
  `${line.generation_id}:${line.person_id}:${line.role}`;
const least = (...amounts: bigint[]) => amounts.reduce((a, b) => (a < b ? a : b));

/** The paid half of a generation, whole. */
export function paidHalf(subject: Subject, drawer: Drawer): Half {
  const amount = subject.paid_micros;
  const creators = subject.lines.flatMap((line) => drawer.take(subject, line, line.pending_micros));
  return { amount, creators, platform: amount - sum(creators.map((part) => part.amount)) };
}

/** Its promo half, whole, wherever that is by now. */
export async function promoHalf(db: Db, subject: Subject, drawer: Drawer): Promise<PromoHalf> {
  if (subject.lapsed) {
    const into = await budgetsOf(db, subject);
    return {
      state: 'lapsed',
      amount: sum(into.map(({ amount }) => amount)),
      creators: [],
      platform: 0n,
      into,
    };
  }
  const creators = subject.lines.flatMap((line) =>
    subject.vested ? drawer.take(subject, line, line.vesting_micros) : unvested(subject, line),
  );
  const amount = subject.promo_micros;
  const platform = amount - sum(creators.map((part) => part.amount));
  return { state: subject.vested ? 'vested' : 'vesting', amount, creators, platform };
}

const unvested = ({ day }: Subject, { person_id, vesting_micros }: earnings.Remainder): TakenBack[] =>
  vesting_micros === 0n ? [] : [{ creator: person_id, from: { vesting_of: day }, amount: vesting_micros }];

/** Which budgets gave the promo credits that paid for a generation. */
export async function budgetsOf(db: Db, subject: Pick<Subject, 'id' | 'payer_id'>): Promise<Portion[]> {
  const lots = lotsOf(await ledger.history(db, promoCredits(subject.payer_id)));
  const behind = await budgetsBehind(
    db,
    lots.map(({ from }) => from),
  );
  const byBudget = new Map<Budget, bigint>();
  for (const { from, spent } of lots) {
    const amount = spent.get(subject.id) ?? 0n;
    if (amount > 0n) byBudget.set(behind(from), (byBudget.get(behind(from)) ?? 0n) + amount);
  }
  return [...byBudget].map(([budget, amount]) => ({ budget, amount }));
}

/**
 * The budgets behind the accounts that grants came from. One of a campaign is it until that is settled; from then on
 * what comes back is there for all campaigns, and what is taken again is theirs too. Whoever is to post holds the
 * ledger's lock, as does whoever settles.
 */
export async function budgetsBehind(
  db: Db,
  keys: readonly (string | null)[],
): Promise<(key: string | null) => Budget> {
  const found = new Map(keys.map((key) => [key, present(budgetByKey(key ?? ''), `a budget behind ${key}`)]));
  const settled = await campaigns.settledAmong(
    db,
    [...found.values()].flatMap((budget) => (isOfCampaign(budget) ? campaignBehind(budget) : [])),
  );
  return (key) => {
    const budget = present(found.get(key), `a budget behind ${key}`);
    return isOfCampaign(budget) && settled.has(campaignBehind(budget)) ? 'campaigns' : budget;
  };
}

/** Everything that is left of a subject, as lines of a reversal. */
export const wholeOf = (subject: Subject): earnings.Reversal['lines'] =>
  subject.lines.map(({ person_id, role, pending_micros, vesting_micros }) => {
    assert(pending_micros >= 0n && vesting_micros >= 0n, 'no more is reversed than was earned');
    return { person_id, role, pending_micros, vesting_micros };
  });
