import type { CaseId } from '../ids.ts';
import * as earnings from '../modules/earnings/index.ts';
import type { Posting } from '../modules/ledger/index.ts';
import { heldForClaim } from './postings/index.ts';

/** What a settlement sets aside for claims that stand: in the ledger, and as lines of their cases. */
export type SetAside = {
  postings: readonly Posting[];
  case_lines: readonly (earnings.CaseLine & { case_id: CaseId })[];
};

const NOTHING: SetAside = { postings: [], case_lines: [] };

/**
 * What of some lines is claimed. The paid half leaves the account of its day for the case; the promo half stays where
 * it waits, because what is in an open case does not vest.
 */
export function setAsideBy(
  { holds }: Pick<earnings.SettledUnder, 'holds'>,
  lines: readonly earnings.Line[],
): SetAside {
  if (holds.length === 0) return NOTHING;
  const claimed = lines.flatMap((line) => {
    const hold = line.amount_micros > 0n ? holds.find((one) => earnings.covers(one, line)) : undefined;
    return hold ? [{ line, case_id: hold.case_id }] : [];
  });
  const byGeneration = Map.groupBy(claimed, ({ line }) => line.generation_id);
  return {
    postings: [...byGeneration].flatMap(([generation_id, [first, ...others]]) =>
      first
        ? heldForClaim(
            first.case_id,
            generation_id,
            [first, ...others].map(({ line: { person_id, matures_day, pending_micros } }) => {
              return { creator: person_id, from: { of_day: matures_day }, amount: pending_micros };
            }),
          )
        : [],
    ),
    case_lines: claimed.map(({ line: { generation_id, person_id, role, pending_micros }, case_id }) => {
      return { case_id, generation_id, person_id, role, amount_micros: pending_micros };
    }),
  };
}
