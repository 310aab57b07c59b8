import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ballotTable,
  type Bundle,
  CHOICES,
  dailyRoot,
  hashBallots,
  type Judge,
  makeBundle,
  type Outcome,
  panelCommitment,
  readBundle,
  recount,
  tallyQualifying,
} from '@stellary/judging';
import { exampleBundle, exampleRound, type ExampleSize, GOLDEN_ROUND } from '@stellary/judging/example';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.pool.query(await readFile(path.join(import.meta.dirname, 'second-count.sql'), 'utf8'));
});
afterAll(() => database.drop());

/** What the other engine finds in a bundle, without what the bundle says was found. */
async function secondCount(text: string) {
  const { outcome: _, ...open } = JSON.parse(text) as Bundle;
  const { rows } = await database.pool.query<{ found: unknown }>('select second_count($1::jsonb) as found', [
    JSON.stringify(open),
  ]);
  return rows[0]?.found;
}

/** The same, as the package says it. */
function inItsWords(outcome: Outcome) {
  const { mode, strengths_digest, final_strengths_digest, comparisons_per_entry, reliability, places } =
    outcome;
  const ranked = outcome.finalists.filter(
    ({ community_rank }) => mode !== 'undecided' && (community_rank !== null || mode === 'experts_only'),
  );
  return {
    ...{ mode, strengths_digest, final_strengths_digest, comparisons_per_entry, places },
    overdispersion: reliability.overdispersion,
    cut: reliability.cut,
    weights: [outcome.voters.map(([weight]) => weight), outcome.voters.map(([, , weight]) => weight)],
    agrees: Object.fromEntries(
      outcome.panel.map(({ judge, void: why, agrees }) => [judge, [why === null, agrees ?? 0]]),
    ),
    ranks: Object.fromEntries(
      ranked.map(({ entry, community_rank, experts_rank }) => [entry, [community_rank, experts_rank]]),
    ),
    finalists: outcome.finalists.map(({ entry }) => entry),
  };
}

async function expectAgreement(text: string): Promise<Outcome> {
  const { agrees, outcome } = recount(text);
  if (!agrees || !outcome) throw new Error('the bundle does not agree with itself');
  expect(await secondCount(text)).toEqual(inItsWords(outcome));
  return outcome;
}

const rules = { samples: 0 };

test('small rounds of every kind are counted to the same bits by another engine in another language', async () => {
  const sizes: ExampleSize[] = [
    { seed: 1, entries: 12, voters: 40 },
    { seed: 2, entries: 8, voters: 25 },
    { seed: 3, entries: 30, voters: 18 },
    { seed: 4, entries: 30, voters: 36, judges: 9 },
    { seed: 5, entries: 15, voters: 30, judges: 4 },
    { seed: 6, entries: 20, voters: 30, rules: { ties: 'shared' } },
  ];
  const modes = [];
  for (const size of sizes)
    modes.push((await expectAgreement(exampleBundle({ ...size, rules: { ...rules, ...size.rules } }))).mode);
  expect(new Set(modes)).toEqual(new Set(['two_chambers', 'experts_only', 'undecided']));
});

test('so are rounds drawn by chance', async () => {
  const size = fc.record({
    seed: fc.nat(),
    entries: fc.integer({ min: 3, max: 32 }),
    voters: fc.integer({ min: 12, max: 40 }),
    judges: fc.integer({ min: 5, max: 8 }),
    rules: fc.record({ ties: fc.constantFrom('lots' as const, 'shared' as const), samples: fc.constant(0) }),
  });
  await fc.assert(
    fc.asyncProperty(size, async (drawn) => void (await expectAgreement(exampleBundle(drawn)))),
    { numRuns: 6 },
  );
});

test('so is the golden bundle', async () => {
  await expectAgreement(exampleBundle(GOLDEN_ROUND));
});

test('so are reports, of which too many make a voter count for nothing', async () => {
  const round = exampleRound({ seed: 4, entries: 30, voters: 36, rules });
  const { entries, voters, ballots } = round;
  for (let at = 0; at < ballots.length; at += 1)
    if (ballots.voter[at] === 5 && (ballots.k[at] ?? 0) % 2 === 0)
      ballots.choice[at] = CHOICES.indexOf('report');
  const roots = [dailyRoot('2026-11-28', hashBallots(entries, voters, ballots))];
  const outcome = await expectAgreement(makeBundle({ ...round, roots }));
  expect(outcome.voters[5]?.slice(0, 2)).toEqual([0, 'TOO_MANY_SKIPS']);
});

test('so is a later version, with a winner out, bought votes and a judge who says the opposite', async () => {
  const round = exampleRound({ seed: 9, entries: 30, voters: 36, rules });
  const { bundle } = readBundle(makeBundle(round));
  const [winner] = bundle?.outcome.places ?? [];
  const finalists = bundle?.outcome.finalists.map(({ entry }) => entry) ?? [];
  const entries = round.entries.map((entry) =>
    entry.id === winner?.entry
      ? { ...entry, out: { from: 'final' as const, reason: 'disqualified' } }
      : entry,
  );
  const voters = round.voters.map((voter, index) =>
    index % 9 === 0 ? { ...voter, barred: 'VOTE_FRAUD' } : voter,
  );
  const outcome = await expectAgreement(
    makeBundle({
      ...{ ...round, entries, voters, finalists },
      ...{ version: 2, previous: bundle?.digest ?? '', reason: 'Votes were bought.' },
    }),
  );
  expect(outcome.places.map(({ entry }) => entry)).not.toContain(winner?.entry);
});

test('so are contests of models, by how many made something with each, and their later versions', async () => {
  const modes = [];
  for (const entries of [8, 15, 40]) {
    const round = exampleRound({ seed: 11, entries, voters: 20, rules });
    // some share a number, some have made nothing, and of some nobody knows
    const known = round.entries.filter((_, place) => place % 7 !== 3);
    const support = Object.fromEntries(known.map(({ id }, place) => [id, (place * 5) % 11]));
    const models = { ...round, voters: [], ballots: ballotTable(round.entries, [], []), roots: [], support };
    const finalists = tallyQualifying({ ...models, rules: round.rules.judging }).finalists;
    const judged = { ...models, panel: panelOf(finalists) };
    const outcome = await expectAgreement(makeBundle(judged));
    expect(outcome.places).toHaveLength(5);
    modes.push(outcome.mode);
    const [first] = outcome.places;
    const without = round.entries.map((entry) =>
      entry.id === first?.entry ? { ...entry, out: { from: 'final' as const, reason: 'declined' } } : entry,
    );
    const later = { version: 2, previous: 'ab'.repeat(32), reason: 'It was declined.', finalists };
    const again = await expectAgreement(makeBundle({ ...judged, ...later, entries: without }));
    expect(again.places[0]?.entry).toBe(outcome.places[1]?.entry);
  }
  expect(modes).toEqual(['experts_only', 'two_chambers', 'two_chambers']);
});

/** Seven who each begin somewhere else. */
const panelOf = (finalists: readonly string[]): Judge[] =>
  Array.from({ length: 7 }, (_, place) => {
    const at = (place * 2) % finalists.length;
    const ranking = [...finalists.slice(at), ...finalists.slice(0, at)];
    const id = `judge-${place}`;
    const commitment = panelCommitment({ judge: id, ranking, salt: '' });
    return { id, name: id, ranking, salt: '', commitment, barred: null };
  });

test('so is an alarm, where some say the opposite of what the others say', async () => {
  const round = exampleRound({ seed: 4, entries: 24, voters: 60, rules });
  // who they are was found before
  const { finalists } = tallyQualifying({ ...round, rules: round.rules.judging });
  const { entries, voters, ballots } = round;
  const [left, right] = [CHOICES.indexOf('left'), CHOICES.indexOf('right')];
  for (let at = 0; at < ballots.length; at += 1) {
    const choice = ballots.choice[at] ?? 0;
    if ((ballots.voter[at] ?? 0) % 3 === 0 && ballots.damaged[at] === 0 && choice <= right)
      ballots.choice[at] = choice === left ? right : left;
  }
  const roots = [dailyRoot('2026-11-28', hashBallots(entries, voters, ballots))];
  expect((await expectAgreement(makeBundle({ ...round, roots, finalists }))).mode).toBe('alarm');
});
