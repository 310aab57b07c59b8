import type { Adjustment, Case, Refund } from '#api/finance/shapes.ts';
import { AdjustmentReason } from '#api/finance/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, AdjustmentId, CaseId, GenerationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';
import { givenBack } from './reversals.ts';

/** What finance has to decide, and whether the one who looks may. */

type CaseQuery = {
  state?: 'open' | 'resolved' | undefined;
  kind?: Case['kind'] | undefined;
  limit: number;
  cursor?: string | undefined;
};

export async function caseList(context: Context, viewer: AccountId, query: CaseQuery) {
  const { state, kind, limit, cursor } = query;
  const owner = `cases ${viewer}`;
  const rows = await earnings.listCases(context.db, {
    open: state ? state === 'open' : null,
    kind: kind ?? null,
    before: rowOf(placeOf(context, owner, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.opened_at.toISOString(),
    last.id,
  ]);
  return { items: await presentCases(context.db, viewer, shown), next_cursor };
}

export async function shownCase(context: Context, viewer: AccountId, id: CaseId): Promise<Case> {
  const row = present(await earnings.caseById(context.db, id), `the case ${id}`);
  const [shown] = await presentCases(context.db, viewer, [row]);
  return present(shown, 'a case to show');
}

export async function presentCases(
  db: Db,
  viewer: AccountId,
  rows: readonly earnings.ListedCase[],
): Promise<Case[]> {
  const [person, jobs] = await Promise.all([
    people(
      db,
      rows.flatMap(({ opened_by, resolved_by }) => [opened_by, resolved_by ?? []].flat()),
    ),
    generation.generationsByIds(
      db,
      rows.flatMap(({ about }) => about),
    ),
  ]);
  const titles = new Map(jobs.map(({ id, terms }) => [id, terms.model.title]));
  return rows.map(({ outcome, note, resolved_by, resolved_at, about, ...row }) => ({
    id: row.id,
    kind: row.claim_id !== null ? 'claim' : row.purchase_id === null ? 'review' : 'dispute',
    claim_id: row.claim_id,
    reason: row.reason,
    purchase_id: row.purchase_id,
    reference: row.reference,
    generations: row.generations,
    about: about.map((generation_id) => ({ generation_id, title: titles.get(generation_id) ?? '' })),
    held_micros: micros(row.held_micros),
    nothing_held:
      row.held_micros > 0n
        ? null
        : row.claim_id !== null
          ? 'Nothing that is claimed was earned since it was opened.'
          : whyNothingHeld(row.purchase_id !== null, row.generations),
    opened_by: person(row.opened_by),
    opened_at: row.opened_at.toISOString(),
    resolution:
      outcome && resolved_by && resolved_at
        ? {
            outcome,
            note: note ?? '',
            resolved_by: person(resolved_by),
            resolved_at: resolved_at.toISOString(),
          }
        : null,
    can: {
      resolve: may(
        outcome === null && row.claim_id === null,
        outcome === null ? OF_A_CLAIM : 'It is resolved.',
      ),
      take: may(
        outcome === null && row.claim_id === null && (row.purchase_id !== null || row.opened_by !== viewer),
        outcome !== null
          ? 'It is resolved.'
          : row.claim_id === null
            ? 'You opened it: somebody else has to confirm it.'
            : OF_A_CLAIM,
      ),
    },
  }));
}

const OF_A_CLAIM = 'It is the case of a rights claim, and ends as the claim ends.';

/** In words, for whoever wonders about a case that holds nothing. */
export const whyNothingHeld = (of_dispute: boolean, generations: number): string =>
  generations === 0
    ? 'Nothing was spent of this purchase, so nobody had earned anything by it.'
    : of_dispute
      ? 'Nothing of what it earned was there to be held. If the dispute is lost, that is owed.'
      : 'Nothing of what they earned was there to be held: it has been paid out, or waits for purchases. While the case is open none of it vests and none of them is refunded; what is taken in the end is owed.';

type AdjustmentQuery = {
  state?: 'waiting' | 'approved' | undefined;
  limit: number;
  cursor?: string | undefined;
};

export async function adjustmentList(context: Context, viewer: AccountId, query: AdjustmentQuery) {
  const { state, limit, cursor } = query;
  const owner = `adjustments ${viewer}`;
  const rows = await earnings.listAdjustments(context.db, {
    waiting: state ? state === 'waiting' : null,
    before: rowOf(placeOf(context, owner, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.proposed_at.toISOString(),
    last.id,
  ]);
  return { items: await presentAdjustments(context.db, viewer, shown), next_cursor };
}

export async function shownAdjustment(
  context: Context,
  viewer: AccountId,
  id: AdjustmentId,
): Promise<Adjustment> {
  const row = present(await earnings.adjustmentById(context.db, id), `the adjustment ${id}`);
  const [shown] = await presentAdjustments(context.db, viewer, [row]);
  return present(shown, 'an adjustment to show');
}

export async function presentAdjustments(
  db: Db,
  viewer: AccountId,
  rows: readonly earnings.ListedAdjustment[],
): Promise<Adjustment[]> {
  const person = await people(
    db,
    rows.flatMap(({ person_id, proposed_by, approved_by }) =>
      [person_id, proposed_by, approved_by ?? []].flat(),
    ),
  );
  return rows.map(({ approved_by, approved_at, ...row }) => ({
    id: row.id,
    person: person(row.person_id),
    direction: row.direction,
    amount_micros: micros(row.amount_micros),
    reason: AdjustmentReason.parse(row.reason),
    memo: row.memo,
    proposed_by: person(row.proposed_by),
    proposed_at: row.proposed_at.toISOString(),
    approval:
      approved_by && approved_at
        ? { approved_by: person(approved_by), approved_at: approved_at.toISOString() }
        : null,
    can: {
      approve: may(
        approved_by === null && row.proposed_by !== viewer && row.person_id !== viewer,
        approved_by !== null
          ? 'It is approved.'
          : row.proposed_by === viewer
            ? 'You proposed it: somebody else has to approve it.'
            : 'It is your own money: somebody else has to approve it.',
      ),
    },
  }));
}

export async function shownRefund(context: Context, generation_id: GenerationId): Promise<Refund> {
  const row = await earnings.refundOf(context.db, generation_id);
  const [given] = await givenBack(context.db, row ? [{ ...row, generation_id, cause: 'refund' }] : []);
  const refund = present(given, `the refund of ${generation_id}`);
  return {
    id: refund.id,
    generation_id,
    paid_micros: micros(refund.paid_micros),
    promo_micros: micros(refund.promo_micros),
    reason: refund.reason,
    refunded_at: refund.at.toISOString(),
  };
}

const may = (allowed: boolean, why: string) => ({ allowed, why: allowed ? null : why });
