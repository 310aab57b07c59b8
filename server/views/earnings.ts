import type { Balances, Earnings, EarningsLine } from '#api/earnings/shapes.ts';
import {
  availableEarnings,
  heldEarnings,
  pendingSeries,
  receivable,
  reserveByKey,
  vestingSeries,
} from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, type ModelId } from '../ids.ts';
import { DAY_MS, dayOf, startOfDay, startOfMonth } from '../kit/clock.ts';
import { micros, sum } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as registry from '../modules/registry/index.ts';
import { HOLD_DAYS } from '../offers.ts';
import { pageOf, placeOf } from './paging.ts';
import { people } from './people.ts';

/** All sums of the earnings page. Amounts come from the ledger, counts from the lines that it is made of. */
export async function earningsOf(context: Context, person_id: AccountId, days: number): Promise<Earnings> {
  const { db, clock } = context;
  const at = clock.now();
  const first_day = new Date(startOfDay(at).getTime() - (days - 1) * DAY_MS);
  const [totals, byDay, counts, byModel] = await Promise.all([
    totalsOf(context, person_id, at),
    earnedByDay(context, person_id, first_day),
    earnings.countByDay(db, person_id, first_day),
    earnings.sumsByModel(db, person_id, first_day),
  ]);
  const models = await modelRefs(
    context,
    byModel.map(({ model_id }) => model_id),
  );
  return {
    at: at.toISOString(),
    ...totals,
    hold_days: HOLD_DAYS,
    days: Array.from({ length: days }, (_, index) => {
      const day = dayOf(new Date(first_day.getTime() + index * DAY_MS));
      return { day, amount_micros: micros(byDay.get(day) ?? 0n), generations: counts.get(day) ?? 0 };
    }),
    models: byModel.map(({ model_id, amount_micros, generations }) => ({
      model: models(model_id),
      amount_micros: micros(amount_micros),
      generations: Number(generations),
    })),
  };
}

/** Today, this month and what lies where: what ticks while one watches. */
export async function totalsOf(context: Context, person_id: AccountId, at: Date) {
  const { db } = context;
  const month = startOfMonth(at);
  const end = new Date(at.getTime() + DAY_MS);
  const [byDay, balances, n_today, n_month] = await Promise.all([
    earnedByDay(context, person_id, month),
    balancesOf(context, person_id),
    earnings.countLines(db, person_id, startOfDay(at), end),
    earnings.countLines(db, person_id, month, end),
  ]);
  return {
    today: { amount_micros: micros(byDay.get(dayOf(at)) ?? 0n), generations: n_today },
    month: { amount_micros: micros(sum([...byDay.values()])), generations: n_month },
    balances,
    total_micros: micros(sum(Object.values(balances).map(BigInt))),
  };
}

/** What each UTC day earned, from the accounts of that day. */
async function earnedByDay({ db }: Context, person_id: AccountId, from: Date): Promise<Map<string, bigint>> {
  const [byDay, held] = await Promise.all([
    ledger.earnedByDay(db, earningSeries(person_id), from),
    earnings.heldOnTheirDay(db, person_id, from),
  ]);
  for (const [day, amount] of held) byDay.set(day, (byDay.get(day) ?? 0n) + amount);
  return byDay;
}

const earningSeries = (person_id: AccountId) => [pendingSeries(person_id), vestingSeries(person_id)];

/** What lies where of a person's earnings. */
export async function balancesOf({ db }: Pick<Context, 'db'>, person_id: AccountId): Promise<Balances> {
  const available = availableEarnings(person_id);
  const owed = receivable(person_id);
  const [waiting, cases, history, debt] = await Promise.all([
    ledger.seriesBalance(db, earningSeries(person_id)),
    earnings.openCasesOf(db, person_id),
    ledger.history(db, available),
    ledger.accrued(db, [owed]),
  ]);
  const held = cases.map((id) => heldEarnings(id, person_id));
  const reserves = history
    .filter(({ kind }) => kind === 'payout-reserve')
    .map(({ other }) => reserveByKey(other ?? ''));
  const guarded = await ledger.balances(db, [available, ...held, ...reserves]);
  const all = (accounts: readonly ledger.Account[]) =>
    micros(sum(accounts.map((account) => guarded(account).posted)));
  return {
    vesting_micros: micros(waiting(vestingSeries(person_id))),
    pending_micros: micros(waiting(pendingSeries(person_id))),
    available_micros: all([available]),
    held_micros: all(held),
    reserved_micros: all(reserves),
    receivable_micros: micros(debt(owed)),
  };
}

/** One line for each settled generation, newest first. */
export async function earningsLines(
  context: Context,
  person_id: AccountId,
  query: {
    model?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  },
): Promise<{ items: EarningsLine[]; next_cursor: string | null }> {
  const { model, limit, cursor } = query;
  const chosen = model === undefined ? undefined : await registry.modelBySlug(context.db, model);
  if (model !== undefined && !chosen) return { items: [], next_cursor: null };
  const owner = `earnings ${person_id}`;
  const [at, id] = placeOf(context, owner, cursor) ?? [];
  const rows = await earnings.linesOfPerson(context.db, person_id, {
    model_id: chosen ? asId<ModelId>(chosen.id) : null,
    from: query.from === undefined ? undefined : new Date(query.from),
    to: query.to === undefined ? undefined : new Date(query.to),
    before: at && id ? { at: new Date(at), id } : null,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.settled_at.toISOString(),
    last.generation_id,
  ]);
  return { items: await presentLines(context, shown), next_cursor };
}

/** The lines that one generation brought one person. */
export async function linesOfGeneration(context: Context, person_id: AccountId, generation_id: GenerationId) {
  const rows = await earnings.linesOfGeneration(context.db, generation_id);
  return presentLines(
    context,
    rows.filter((row) => row.person_id === person_id),
  );
}

type LineRow = Awaited<ReturnType<typeof earnings.linesOfPerson>>[number];

async function presentLines(context: Context, rows: readonly LineRow[]): Promise<EarningsLine[]> {
  const models = await modelRefs(
    context,
    rows.map(({ model_id }) => model_id),
  );
  return rows.map((row) => ({
    generation_id: row.generation_id,
    at: row.settled_at.toISOString(),
    model: models(row.model_id),
    price_micros: micros(row.price_micros),
    amount_micros: micros(row.amount_micros),
    pending_micros: micros(row.pending_micros),
    vesting_micros: micros(row.vesting_micros),
    reversed_micros: micros(row.reversed_micros),
  }));
}

async function modelRefs(context: Context, ids: readonly string[]) {
  const models = await registry.modelsByIds(context.db, [...new Set(ids)]);
  const person = await people(
    context.db,
    models.map(({ creator_id }) => creator_id),
  );
  const byId = new Map(models.map((model) => [model.id, model]));
  return (id: string): EarningsLine['model'] => {
    const model = byId.get(id);
    if (!model) throw new Error(`no model ${id}`);
    const { slug, title, modality, creator_id } = model;
    return { slug, title, modality: registry.Modality.parse(modality), creator: person(creator_id) };
  };
}
