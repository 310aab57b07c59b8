import type { GenerationLink, Reversal } from '#api/finance/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { csvOf } from '../kit/csv.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import { monthEnd, monthStart } from '../kit/months.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

type Query = { cause?: Reversal['cause'] | undefined; limit: number; cursor?: string | undefined };

/** What was refunded, charged back, forfeited or lapsed, newest first. */
export async function reversalList(context: Context, viewer: AccountId, query: Query) {
  const { cause, limit, cursor } = query;
  const owner = `reversals ${viewer}`;
  const rows = await earnings.listReversals(context.db, {
    cause: cause ?? null,
    before: rowOf(placeOf(context, owner, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.at.toISOString(),
    last.id,
  ]);
  return { items: await presentReversals(context.db, shown), next_cursor };
}

export async function presentReversals(
  db: Db,
  rows: readonly earnings.ListedReversal[],
): Promise<Reversal[]> {
  const given = await givenBack(db, rows);
  const links = await generationLinks(
    db,
    rows.map(({ generation_id }) => generation_id),
  );
  return given.map(({ at, paid_micros, promo_micros, taken_micros, ...row }) => {
    const { model, payer } = present(links.get(row.generation_id), `the generation ${row.generation_id}`);
    return {
      ...row,
      at: at.toISOString(),
      model,
      payer,
      paid_micros: micros(paid_micros),
      promo_micros: micros(promo_micros),
      taken_micros: micros(taken_micros),
    };
  });
}

/**
 * Reversals with what they gave back. A refund after a lapse is written down without the promo credits that the
 * lapse has counted already; the payer has them again all the same.
 */
export async function givenBack<R extends Pick<earnings.ListedReversal, 'promo_micros'>>(
  db: Db,
  rows: readonly (R & { generation_id: GenerationId; cause: Reversal['cause'] })[],
) {
  const refunded = rows.flatMap(({ generation_id, cause }) => (cause === 'refund' ? generation_id : []));
  const lapses =
    refunded.length === 0
      ? []
      : await db
          .selectFrom('earnings.reversal')
          .select(['generation_id', 'promo_micros'])
          .where('cause', '=', 'lapse')
          .where('generation_id', 'in', refunded)
          .execute();
  const lapsed = new Map(lapses.map(({ generation_id, promo_micros }) => [generation_id, promo_micros]));
  return rows.map((row) =>
    row.cause === 'refund'
      ? { ...row, promo_micros: row.promo_micros + (lapsed.get(row.generation_id) ?? 0n) }
      : row,
  );
}

/** Generations as finance lists them, by id. */
export async function generationLinks(db: Db, ids: readonly string[]): Promise<Map<string, GenerationLink>> {
  const jobs = await generation.generationsByIds(db, [...new Set(ids)]);
  return new Map((await presentLinks(db, jobs)).map((link) => [link.id, link]));
}

export async function presentLinks(
  db: Db,
  jobs: readonly generation.Generation[],
): Promise<GenerationLink[]> {
  const person = await people(
    db,
    jobs.flatMap(({ payer_id, terms }) => [payer_id, terms.model.creator_id]),
  );
  return jobs.map(({ id, payer_id, terms, modality, charged_micros, ended_at }) => ({
    id,
    model: {
      slug: terms.model.slug,
      title: terms.model.title,
      modality,
      creator: person(terms.model.creator_id),
    },
    payer: person(payer_id),
    charged_at: charged_micros === null ? null : (ended_at?.toISOString() ?? null),
    charged_micros: charged_micros === null ? null : micros(charged_micros),
  }));
}

/** The reversals of a month as CSV. */
export async function reversalFile(
  { db }: Context,
  month: string,
  cause: Reversal['cause'] | null,
): Promise<File> {
  const rows = await givenBack(
    db,
    await earnings.reversalsBetween(db, cause, monthStart(month), monthEnd(month)),
  );
  const links = await generationLinks(
    db,
    rows.map(({ generation_id }) => generation_id),
  );
  const of = (id: string) => present(links.get(asId<GenerationId>(id)), `the generation ${id}`);
  const csv = csvOf(
    COLUMNS,
    rows.map((row) => [
      row.at.toISOString(),
      row.cause,
      row.id,
      row.generation_id,
      of(row.generation_id).model.slug,
      of(row.generation_id).payer.handle,
      row.paid_micros,
      row.promo_micros,
      row.taken_micros,
      row.case_id ?? '',
      row.reason,
    ]),
  );
  const name = `${cause ?? 'reversal'}s-${month}.csv`;
  return new File([csv], name, { type: 'text/csv; charset=utf-8' });
}

const COLUMNS = [
  'at',
  'cause',
  'id',
  'generation_id',
  'model',
  'payer',
  'paid_micros',
  'promo_micros',
  'taken_micros',
  'case_id',
  'reason',
];
