import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sum } from '../kit/money.ts';
import { carriedOver, pieceOf, piecesOf } from './statement-parts.ts';
import { statementPaper } from './statement-pdf.ts';

const ACCOUNTS = ['paid', 'pending', 'available'] as const;
const NIL = '00000000-0000-7000-8000-000000000000';
const line = fc.record({
  ...{ at: fc.constant('2026-11-05T10:00:00.000Z'), kind: fc.constant('charge'), what: fc.constant('Drift') },
  ...{ transaction_id: fc.constant(NIL), generation_id: fc.constant(null) },
  original_period: fc.constant(null),
  account: fc.constantFrom(...ACCOUNTS),
  amount_micros: fc.bigInt(-(10n ** 12n), 10n ** 12n).map(String),
});
const month = fc
  .record({
    lines: fc.array(line, { maxLength: 40 }),
    openings: fc.array(fc.bigInt(0n, 10n ** 15n), { minLength: 3, maxLength: 3 }),
  })
  .map(({ lines, openings }) => ({
    lines,
    accounts: ACCOUNTS.map((account, place) => {
      const opening = openings[place] ?? 0n;
      const moved = sum(lines.flatMap((one) => (one.account === account ? BigInt(one.amount_micros) : [])));
      return {
        ...{ account, movements: [], opening_micros: opening.toString() },
        closing_micros: (opening + moved).toString(),
      };
    }),
  }));

test('the pieces of a statement are all of it, each begins where the one before ended, and the last one closes it', () => {
  fc.assert(
    fc.property(month, fc.integer({ min: 1, max: 12 }), (body, each) => {
      const places = Array.from({ length: piecesOf(body.lines, each) }, (_, at) => at + 1);
      expect(places.flatMap((place) => pieceOf(body.lines, place, each) ?? [])).toEqual(body.lines);
      expect(pieceOf(body.lines, places.length + 1, each)).toBe(null);
      let left = body.accounts.map(({ opening_micros }) => BigInt(opening_micros));
      for (const place of places) {
        const carried = carriedOver(body, place, each);
        expect(carried.map(({ before }) => before)).toEqual(left);
        for (const { before, moved, after } of carried) expect(before + moved).toBe(after);
        left = carried.map(({ after }) => after);
      }
      expect(left.map(String)).toEqual(body.accounts.map(({ closing_micros }) => closing_micros));
    }),
  );
});

test('on paper a part says which movements it has, and what is carried over', () => {
  const [body] = fc.sample(month, { numRuns: 1, seed: 7 });
  if (!body) throw new Error('nothing was drawn');
  const each = Math.ceil(body.lines.length / 3);
  const order = statementPaper(
    {
      ...{ statement_version: 1, person_id: NIL, month: '2026-11', sealed: null },
      ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
      ...{ accounts: body.accounts, lines: pieceOf(body.lines, 3, each) ?? [] },
      ...{ lines_total: body.lines.length, page: 3, pages: 3, pdf_parts: 3, part: 3 },
      carried: carriedOver(body, 3, each),
    },
    { name: 'Mira', origin: 'https://example.org', at: new Date('2026-12-02T00:00:00Z') },
  );
  expect(order.title).toBe('Statement for November 2026, part 3 of 3');
  expect(order.blocks).toContainEqual({
    ...{ kind: 'heading', text: 'Movements' },
    note: `${2 * each + 1} to ${body.lines.length} of ${body.lines.length}.`,
  });
  const at = order.blocks.findIndex((block) => block.kind === 'heading' && block.text === 'Carried over');
  expect(order.blocks[at + 1]).toMatchObject({ kind: 'table', rows: { length: ACCOUNTS.length } });
});
