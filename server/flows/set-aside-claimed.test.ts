import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountId, type CaseId, type ClaimId, type GenerationId, idOf, type ModelId } from '../ids.ts';
import { sum } from '../kit/money.ts';
import { covers, type Line, type StandingHold } from '../modules/earnings/index.ts';
import { claimUpheld } from './postings/index.ts';
import { setAsideBy } from './set-aside-claimed.ts';

const DAY = '2026-11-22';
const people = ['kai', 'nora', 'mira'].map((name) => idOf<AccountId>('person', name));
const models = ['tide', 'reef'].map((slug) => idOf<ModelId>('model', slug));
const claimant = idOf<AccountId>('person', 'clara');

const amount = fc.bigInt({ min: 0n, max: 1_000_000n });
const line = fc
  .record({
    generation: fc.nat({ max: 3 }),
    person_id: fc.constantFrom(...people),
    role: fc.constantFrom('creator', 'collaborator', 'parent'),
    model_id: fc.constantFrom(...models),
    pending_micros: amount,
    vesting_micros: amount,
  })
  .map(({ generation, model_id, ...of }): Line => {
    const generation_id = idOf<GenerationId>('generation', model_id, String(generation));
    const price_micros = 1_000_000n;
    const amount_micros = of.pending_micros + of.vesting_micros;
    return {
      ...of,
      generation_id,
      model_id,
      settled_at: new Date(0),
      matures_day: DAY,
      price_micros,
      amount_micros,
    };
  });
const lines = fc.uniqueArray(line, {
  maxLength: 12,
  selector: ({ generation_id, person_id, role }) => `${generation_id} ${person_id} ${role}`,
});
/** At most one admitted claim a model. */
const holds = fc
  .tuple(
    ...models.map((model_id) =>
      fc.option(
        fc.record({
          leg: fc.constantFrom('model', 'person', 'royalty'),
          respondent_id: fc.constantFrom(...people),
          model_id: fc.constant(model_id),
          id: fc.constant(idOf<ClaimId>('claim', model_id)),
          case_id: fc.constant(idOf<CaseId>('case', model_id)),
        }),
      ),
    ),
  )
  .map((found) => found.flatMap((one): StandingHold[] => (one ? [one] : [])));

/** What some postings do to each account, in sum. */
function moved(postings: ReturnType<typeof claimUpheld>): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { legs } of postings)
    for (const { account, amount } of legs) found.set(account.key, (found.get(account.key) ?? 0n) + amount);
  return new Map([...found].filter(([, amount]) => amount !== 0n));
}

test('of each person a case gets what the claimed leg earned of the paid half, and nothing else is touched', () => {
  fc.assert(
    fc.property(lines, holds, (earned, standing) => {
      const { postings, case_lines } = setAsideBy({ holds: standing }, earned);
      const expected = new Map<string, bigint>();
      const add = (key: string, amount: bigint) => expected.set(key, (expected.get(key) ?? 0n) + amount);
      for (const hold of standing)
        for (const one of earned.filter((of) => covers(hold, of))) {
          add(`creator:${one.person_id}:pending:${DAY}`, -one.pending_micros);
          add(`case:${hold.case_id}:creator:${one.person_id}`, one.pending_micros);
        }
      expect(moved([...postings])).toEqual(new Map([...expected].filter(([, of]) => of !== 0n)));
      const claimed = earned.filter(
        (of) => of.amount_micros > 0n && standing.some((hold) => covers(hold, of)),
      );
      expect(case_lines).toHaveLength(claimed.length);
      expect(sum(case_lines.map(({ amount_micros }) => amount_micros))).toBe(
        sum(claimed.map(({ pending_micros }) => pending_micros)),
      );
    }),
  );
});

test('a leg is one person’s or one parent’s; only the model is everybody’s who shares, and no parent’s', () => {
  fc.assert(
    fc.property(
      line,
      fc.constantFrom('model', 'person', 'royalty'),
      fc.constantFrom(...people),
      (of, leg, who) => {
        const covered = covers({ model_id: of.model_id, leg, respondent_id: who }, of);
        const expected = {
          model: of.role !== 'parent',
          person: of.role !== 'parent' && of.person_id === who,
          royalty: of.role === 'parent' && of.person_id === who,
        };
        expect(covered).toBe(expected[leg]);
      },
    ),
  );
});

test('upheld, both sides say the same: what the others lose in the case and in what waits is the claimant’s, or ours', () => {
  fc.assert(
    fc.property(lines, fc.boolean(), (taken, own) => {
      const case_id = idOf<CaseId>('a case');
      const earned = taken.map(({ person_id: creator, pending_micros }) => {
        return { creator, from: { held_by: case_id }, amount: pending_micros };
      });
      const unvested = taken.map(({ person_id: creator, vesting_micros }) => {
        return { creator, from: { vesting_of: DAY }, amount: vesting_micros };
      });
      const to = own ? 'platform' : ({ claimant, resting: { of_day: DAY }, vesting_of: DAY } as const);
      const found = moved(claimUpheld(idOf('a claim'), { earned, unvested }, to, 'Tide'));
      const gained = own
        ? ['platform:earned', 'platform:promo-earned']
        : [`creator:${claimant}:pending:${DAY}`, `creator:${claimant}:vesting:${DAY}`];
      const [paid, promo] = gained.map((key) => found.get(key) ?? 0n);
      expect([paid, promo]).toEqual([
        sum(taken.map(({ pending_micros }) => pending_micros)),
        sum(taken.map(({ vesting_micros }) => vesting_micros)),
      ]);
      for (const person of people) {
        const lost = (key: string) => -(found.get(key) ?? 0n);
        const of = taken.filter(({ person_id }) => person_id === person);
        expect(lost(`case:${case_id}:creator:${person}`)).toBe(sum(of.map((one) => one.pending_micros)));
        expect(lost(`creator:${person}:vesting:${DAY}`)).toBe(sum(of.map((one) => one.vesting_micros)));
      }
      expect(sum([...found.values()])).toBe(0n);
    }),
  );
});
