import type { PanelStand, Recommendation, Scores } from '#api/program/review-shapes.ts';
import { criteria } from '#api/program/review-shapes.ts';
import { present } from '../../kit/assert.ts';

/** How many reviews a first panel needs, and one that looks again after an appeal. */
export const QUORUM = 3;
export const QUORUM_OF_APPEAL = 2;
/** With so many a panel may deliberate once its deadline has passed. */
export const REVIEWS_MIN = 2;
/** So far apart on one criterion, reviewers disagree. */
const APART = 3;

export type Counted = { scores: Scores; recommendation: Recommendation };

const ranks: readonly Recommendation[] = ['reject', 'waitlist', 'accept'];
const rankOf = (recommendation: Recommendation) => ranks.indexOf(recommendation);

/** Where a panel stands. `needed`: how many reviews it takes; an application that reviewers disagree on takes one more. */
export function standOf(reviews: readonly Counted[], needed: number): PanelStand {
  const opposed =
    reviews.some(({ recommendation }) => recommendation === 'accept') &&
    reviews.some(({ recommendation }) => recommendation === 'reject');
  const spread =
    reviews.length === 0
      ? []
      : criteria.map((criterion) => {
          const scores = reviews.map((review) => review.scores[criterion]);
          const [min, max] = [Math.min(...scores), Math.max(...scores)];
          const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
          return { criterion, min, max, mean, apart: max - min >= APART };
        });
  return {
    counted: reviews.length,
    needed,
    median: medianOf(reviews)?.low ?? null,
    criteria: spread,
    opposed,
    disagrees: opposed || spread.some(({ apart }) => apart),
  };
}

/** The middle of the recommendations; of an even number, the two in the middle. */
function medianOf(reviews: readonly Counted[]): { low: Recommendation; high: Recommendation } | null {
  if (reviews.length === 0) return null;
  const sorted = reviews
    .map(({ recommendation }) => recommendation)
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const low = present(sorted[Math.floor((sorted.length - 1) / 2)], 'a middle');
  const high = present(sorted[Math.floor(sorted.length / 2)], 'a middle');
  return { low, high };
}

/** Whether an outcome lies outside the middle of what the reviewers recommended. */
export function contradicts(outcome: Recommendation, reviews: readonly Counted[]): boolean {
  const median = medianOf(reviews);
  if (!median) return false;
  return rankOf(outcome) < rankOf(median.low) || rankOf(outcome) > rankOf(median.high);
}
