import type { OwnAccount, Statement } from '#api/earnings/statement-shapes.ts';
import { assert } from '../kit/assert.ts';
import { sum } from '../kit/money.ts';

// A statement that is too long for one page or one paper, in pieces that add up.

type Lines = Pick<Statement, 'accounts' | 'lines'>;
/** What lay in an account before the first line of a piece, what moved in it, and what that leaves. */
export type Carried = { account: OwnAccount; before: bigint; moved: bigint; after: bigint };

/** How many; where there is nothing, there is one that says so. */
export const piecesOf = (lines: readonly unknown[], each: number): number =>
  Math.max(1, Math.ceil(lines.length / each));

/** The piece at a place, from 1; null where there is none. */
export const pieceOf = <Line>(lines: readonly Line[], place: number, each: number): Line[] | null =>
  place > piecesOf(lines, each) ? null : lines.slice((place - 1) * each, place * each);

/** Each piece begins with what the one before left; the last one leaves what the month closes with. */
export function carriedOver({ accounts, lines }: Lines, place: number, each: number): Carried[] {
  const movedIn = (account: OwnAccount, from: number, to: number) =>
    sum(
      lines.slice(from, to).flatMap((line) => (line.account === account ? BigInt(line.amount_micros) : [])),
    );
  const is_last = place === piecesOf(lines, each);
  return accounts.map(({ account, opening_micros, closing_micros }) => {
    const before = BigInt(opening_micros) + movedIn(account, 0, (place - 1) * each);
    const moved = movedIn(account, (place - 1) * each, place * each);
    const after = before + moved;
    assert(!is_last || after === BigInt(closing_micros), `the pieces of ${account} do not leave its closing`);
    return { account, before, moved, after };
  });
}
