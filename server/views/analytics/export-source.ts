import { columnsOf } from '#api/analytics/export-columns.ts';
import type { Dataset } from '#api/analytics/export-shapes.ts';
import type { Context } from '../../context.ts';
import type { ModelId, ReleaseId } from '../../ids.ts';
import { type Cell, type Column, columnsAmong, type Row } from '../../kit/table.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { reportTable } from './export-reports.ts';
import { chosenModels } from './export-wish.ts';
import { modelNamer } from './own-models.ts';

/** A table that is read part by part. `next`: after which row the following part begins; null: there is none. */
export type Source = {
  columns: readonly Column[];
  read(
    after: analytics.Place | null,
    limit: number,
  ): Promise<{ rows: readonly Row[]; next: analytics.Place | null }>;
};

/** What an export is made of. It says the same whenever it is asked, as long as its wish is begun. */
export type Wanted = Pick<analytics.ExportRow, 'person_id' | 'wish' | 'upto_fold' | 'as_of'> & {
  dataset: Dataset;
};

export async function sourceOf(context: Context, wanted: Wanted): Promise<Source> {
  const { columns, read } = await wholeOf(context, wanted);
  const chosen = columnsAmong(columns, wanted.wish.columns);
  return {
    columns: chosen.columns,
    async read(after, limit) {
      const { rows, next } = await read(after, limit);
      return { rows: rows.map(chosen.among), next };
    },
  };
}

async function wholeOf(context: Context, wanted: Wanted): Promise<Source> {
  if (wanted.dataset === 'generations') return generationsOf(context, wanted);
  if (wanted.dataset === 'earnings_lines') return linesOf(context, wanted);
  const { columns, rows } = await reportTable(context, wanted.dataset, wanted);
  return { columns, read: () => Promise.resolve({ rows, next: null }) };
}

/** How many rows it will have, nearly; null where that is not worth asking. */
export async function expectedRows(
  { db }: Context,
  { person_id, dataset, wish }: Wanted,
): Promise<number | null> {
  if (dataset !== 'generations' && dataset !== 'earnings_lines') return null;
  const model_ids = await chosenModels(db, person_id, dataset, wish.models);
  if (dataset === 'earnings_lines') return earnings.countMovements(db, person_id, { ...wish, model_ids });
  const of = { creator_id: person_id, model_ids };
  const [sums] = await analytics.usageOf(db, { of, cuts: [wish.from, wish.to], by: 'all' });
  return sums ? sums.succeeded + sums.failed + sums.cancelled + sums.expired : 0;
}

/** Takes the row off that was read only to see whether there is more. Answers the one that the next part comes after. */
function oneMore<Read>(rows: Read[], limit: number): Read | undefined {
  if (rows.length <= limit) return undefined;
  rows.length = limit;
  return rows.at(-1);
}

/** Of a time that still runs: what had happened when it was ordered. */
const endOf = ({ to }: analytics.Wish, as_of: Date | null): Date =>
  as_of && as_of < to ? new Date(as_of.getTime() + 1) : to;

// generations -----------------------------------------------------------------------------------------------

async function generationsOf(
  { db }: Context,
  { person_id, wish, upto_fold, as_of }: Wanted,
): Promise<Source> {
  const model_ids = await chosenModels(db, person_id, 'generations', wish.models);
  const of = { creator_id: person_id, model_ids };
  const names = releaseNames(db);
  return {
    columns: columnsOf('generations', null),
    async read(after, limit) {
      const place = after && {
        ended_at: new Date(after['at'] ?? ''),
        generation_id: after['generation_id'] ?? '',
      };
      const facts = await analytics.factsAfter(
        db,
        { ...of, from: wish.from, to: endOf(wish, as_of), upto_fold: upto_fold ?? 0n },
        place,
        limit + 1,
      );
      const last = oneMore(facts, limit);
      const nameOf = await names(facts);
      return {
        rows: facts.map((fact) => rowOfFact(fact, nameOf(fact))),
        next: last ? { at: last.ended_at.toISOString(), generation_id: last.generation_id } : null,
      };
    },
  };
}

const rowOfFact = (
  fact: analytics.RawFact,
  { model, release }: { model: string; release: string },
): Cell[] => [
  fact.ended_at,
  fact.generation_id,
  fact.began_at,
  model,
  release,
  fact.modality,
  fact.outcome,
  fact.reason,
  fact.related,
  fact.price_micros,
  fact.paid_micros,
  fact.promo_micros,
  fact.earned_paid_micros,
  fact.earned_promo_micros,
  fact.queue_ms,
  fact.run_ms,
  fact.total_ms,
];

type Named = { model_id: ModelId; release_id: ReleaseId };

/** Looks each release up once, however many rows name it. */
function releaseNames(db: Context['db']) {
  const versions = new Map<string, string>();
  const slugs = new Map<string, string>();
  return async (rows: readonly Named[]) => {
    const releases = new Set(rows.flatMap(({ release_id }) => (versions.has(release_id) ? [] : release_id)));
    for (const { id, version } of await registry.releasesByIds(db, [...releases])) versions.set(id, version);
    const models = [...new Set(rows.flatMap(({ model_id }) => (slugs.has(model_id) ? [] : model_id)))];
    const nameOf = await modelNamer(db, models);
    for (const id of models) slugs.set(id, nameOf(id).slug);
    return ({ model_id, release_id }: Named) => ({
      model: slugs.get(model_id) ?? '',
      release: versions.get(release_id) ?? '',
    });
  };
}

// lines -----------------------------------------------------------------------------------------------------

async function linesOf({ db }: Context, { person_id, wish, as_of }: Wanted): Promise<Source> {
  const model_ids = await chosenModels(db, person_id, 'earnings_lines', wish.models);
  const nameOf = await modelNamer(db, await earnings.modelsEarnedBy(db, person_id));
  const time = { from: wish.from, to: endOf(wish, as_of), model_ids };
  return {
    columns: columnsOf('earnings_lines', null),
    async read(after, limit) {
      const place = after && {
        at: new Date(after['at'] ?? ''),
        what: after['what'] ?? '',
        id: after['id'] ?? '',
        role: after['role'] ?? '',
      };
      const moved = await earnings.movementsAfter(db, person_id, time, place, limit + 1);
      const last = oneMore(moved, limit);
      return {
        rows: moved.map((one) => [
          one.at,
          one.what,
          one.generation_id,
          one.model_id && nameOf(one.model_id).slug,
          one.role,
          one.cause,
          one.price_micros,
          one.paid_micros,
          one.promo_micros,
          one.paid_micros + one.promo_micros,
        ]),
        next: last
          ? { at: last.at.toISOString(), what: last.what, id: last.id, role: last.role ?? '' }
          : null,
      };
    },
  };
}
