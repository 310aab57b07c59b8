import { type Calibration, type Criterion, criteria } from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { startOfMonth } from '../kit/clock.ts';
import * as program from '../modules/program/index.ts';
import { people } from './people.ts';

const MONTHS = 12;

/** How severe reviewers are, and how much they agree: themselves, or for a chair everybody. No decision is made of it. */
export async function calibrationPage(
  { db, clock }: Context,
  viewer: AccountId,
  is_chair: boolean,
): Promise<Calibration> {
  const at = clock.now();
  const first = startOfMonth(at);
  first.setUTCMonth(first.getUTCMonth() - MONTHS + 1);
  const [rows, reviews] = await Promise.all([
    program.reviewersAgainstGold(db, is_chair ? null : viewer),
    program.reviewsByMonth(db, first, at),
  ]);
  const person = await people(
    db,
    rows.map(({ reviewer_id }) => reviewer_id),
  );
  const months = [...new Set(reviews.map(({ month }) => month))].toSorted().toReversed();
  return {
    reviewers: rows.map(({ reviewer_id, gold, differences, in_time, late, silent, reviews: written }) => ({
      reviewer: person(reviewer_id),
      reviews: written,
      gold,
      severity: program.severityOf(differences),
      on_time: { in_time, late, silent },
    })),
    agreement: months.map((month) => agreementIn(month, reviews)),
  };
}

type Said = Awaited<ReturnType<typeof program.reviewsByMonth>>;

function agreementIn(month: string, all: Said): Calibration['agreement'][number] {
  const reviews = all.filter((review) => review.month === month);
  const units = [...Map.groupBy(reviews, ({ application_id }) => application_id).values()];
  const alpha = (criterion: Criterion) =>
    program.alphaOf(
      units.map((unit) => unit.map(({ scores }) => scores[criterion])),
      'ordinal',
    );
  const [creativity, utility, impact, quality, safety] = criteria.map(alpha);
  const or_none = (value: number | null | undefined) => value ?? null;
  return {
    month,
    reviews: reviews.length,
    alpha: {
      creativity: or_none(creativity),
      utility: or_none(utility),
      impact: or_none(impact),
      quality: or_none(quality),
      safety: or_none(safety),
    },
  };
}
