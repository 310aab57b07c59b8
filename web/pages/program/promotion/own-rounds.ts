import type { OwnRound } from '#web/api-types.ts';
import { count } from '#ui/words.ts';

/** "12 works entered with it, 3 of them in the final, one of them a winner." */
export function kindsOfWorks({
  works,
  finalists,
  winners,
}: Pick<OwnRound, 'works' | 'finalists' | 'winners'>) {
  const entered =
    works === null ? 'A few works were entered with them' : `${count(works, 'work')} entered with them`;
  if (finalists === null || winners === null) return `${entered}.`;
  return `${entered}, ${finalists} in the final, ${winners} among the winners.`;
}
