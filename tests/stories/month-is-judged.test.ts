import { canonical, panelCommitment, readBundle, recount, sha256Hex } from '@stellary/judging';
import { sql } from 'kysely';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notesText } from '#api/competitions/notes-text.ts';
import { answerAward } from '../../server/flows/answer-award.ts';
import { assignPair } from '../../server/flows/assign-pair.ts';
import { countCategories } from '../../server/flows/count-categories.ts';
import { prizeEscrowFunded } from '../../server/flows/postings/index.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { tendVoting } from '../../server/flows/tend-voting.ts';
import type { Context } from '../../server/context.ts';
import {
  type AccountId,
  asId,
  type CategoryId,
  type EntryId,
  type JudgeId,
  newId,
} from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { resultsOf } from '../../server/views/competitions/results.ts';
import { whyNotConfirm } from '../../server/views/competitions/why-not-confirm.ts';
import { verifyMedia, verifyMoney } from '../../server/views/invariants.ts';
import { verifyVotes } from '../../server/views/vote-checks.ts';
import { established, fundPool, type MadeRound, nowIn, people, roundIn } from '../competitions.ts';
import { type Person, person } from '../program.ts';
import { eventually } from '../eventually.ts';
import { expectRefusal } from '../refusal.ts';
import { isAnyoneWaiting } from '../waiting.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const JOINED = new Date('2026-06-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const times = {
  opens_at: new Date('2027-03-01T00:00:00Z'),
  locks_at: new Date('2027-03-22T00:00:00Z'),
  qualifying_at: new Date('2027-03-24T00:00:00Z'),
  final_at: new Date('2027-03-29T00:00:00Z'),
  tally_at: new Date('2027-04-01T00:00:00Z'),
};
const PRIZES = [50n, 25n, 12n, 7n, 5n].map((stelai) => stelai * 1_000_000_000n);
const RULES = canonical({ judging: { judge: 'stellar-judge/1', ties: 'lots', samples: 60 }, title: 'March' });
const here = { slug: 'march', kind: 'image' as const };

const clock = settableClock(new Date('2027-03-24T09:00:00Z'));
let world: World;
let round: MadeRound;
let edda: Person;
let emil: Person;
let mio: Person;
let nora: Person;
let vera: Person;
const judges: Person[] = [];
let voters: AccountId[] = [];

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web' });
  edda = await person(world, 'edda', 'editor');
  emil = await person(world, 'emil', 'editor');
  mio = await person(world, 'mio', 'moderator');
  nora = await person(world, 'nora', 'moderator');
  vera = await person(world, 'vera', 'judge');
  for (let number = 0; number < 9; number += 1) judges.push(await person(world, `judge-${number}`, 'judge'));
  // each at a machine of their own
  await world.context.db.deleteFrom('campaigns.trace').execute();
  voters = await people(world, 'voter', 14, JOINED);
  for (const id of voters) await established(world, id, JOINED);
  await fundPool(world, 1_000_000n * 1_000_000_000n);
  round = await roundIn(world, { slug: 'march', entries: 12, ...times });
  await world.context.database.inTransaction(async (tx) => {
    const funded_nanos = PRIZES.reduce((sum, prize) => sum + prize);
    await tx
      .updateTable('competitions.round')
      .set({ rules_text: RULES, rules_digest: sha256Hex(RULES), funded_nanos })
      .where('id', '=', round.id)
      .execute();
    await tx
      .insertInto('competitions.prize')
      .values(
        PRIZES.map((amount_nanos, place) => ({
          category_id: round.category_id,
          place: place + 1,
          amount_nanos,
        })),
      )
      .execute();
    await ledger.post(tx, prizeEscrowFunded(round.id, funded_nanos), clock.now());
  });
  for (let done = 1; done > 0; done = await tendVoting(world.context));
});
afterAll(async () => {
  const { violations } = await verifyMoney(world.context.db, 'full', clock.now());
  // what voters bought, and how entries were made, is written by hand
  const ours = violations.filter(({ invariant }) => /round|award|prize|zero|balance/.test(invariant));
  expect(ours).toEqual([]);
  expect((await verifyMedia(world.context)).violations).toEqual([]);
  await world.end();
});

/** Everybody votes as often as they may: the entry that comes first in `order` wins. */
async function everybodyVotes(order: readonly string[]): Promise<number> {
  const { database } = world.context;
  let cast = 0;
  for (;;) {
    const given = await Promise.all(
      voters.map((id) =>
        assignPair(world.context, id, { slug: 'march', category: 'image' }).catch(() => null),
      ),
    );
    clock.advance(3_000);
    const casts = given.flatMap((pair, place) => {
      if (!pair) return [];
      const { id, left_entry, right_entry, damaged } = pair.given;
      // now and then somebody errs, each in their own pairs
      const errs = (cast + place * 7) % 9 === 0;
      const better = order.indexOf(left_entry) < order.indexOf(right_entry) ? 'left' : 'right';
      const said = damaged ? (damaged === 'left' ? 'right' : 'left') : errs ? other(better) : better;
      return [{ id, person_id: present(voters[place], 'a voter'), choice: said, at: clock.now() } as const];
    });
    if (casts.length === 0) return cast;
    await database.inTransaction((tx) => competitions.insertBallots(tx, casts));
    cast += casts.length;
  }
}
const ascending = (one: number, two: number) => one - two;
const other = (side: 'left' | 'right') => (side === 'left' ? 'right' : 'left');
const ids = () => round.entries.map(({ id }) => id);

const panels = new Map<Person, string>();
const panelOf = (judge: Person) => judge.api.competitions.getPanel({ id: panels.get(judge) ?? '' });
const accept = (judge: Person) =>
  judge.api.competitions.createJudgeAnswer({
    id: panels.get(judge) ?? '',
    accepted: true,
    no_conflict: true,
  });
const SALT = 'ab'.repeat(32);
const digestOf = (judge: Person, order: string[], notes: Record<string, { craft?: string }>) =>
  panelCommitment({
    judge: panels.get(judge) ?? '',
    ranking: order,
    salt: sha256Hex(notesText(notes, SALT)),
  });

/** Saves and commits a ranking; with the salt it is left here. */
async function commit(judge: Person, order: string[], salt?: string) {
  const id = panels.get(judge) ?? '';
  const notes = { [order[0] ?? '']: { craft: 'Whole to the edges.' } };
  await judge.api.competitions.updateRanking({ id, version: 0, order, notes });
  const digest = digestOf(judge, order, notes);
  return judge.api.competitions.createRankingCommitment({ id, digest, ...(salt ? { salt } : {}) });
}

/** What a digest may be of, and is no ranking of the finalists. */
const torn = (order: string[]) => order.slice(1);

/** Saves one thing and commits to another, whose salt stays with the judge. */
async function commitTo(
  judge: Person,
  id: string,
  { draft, ranking }: Record<'draft' | 'ranking', string[]>,
) {
  await judge.api.competitions.updateRanking({ id, version: 0, order: draft, notes: {} });
  const digest = panelCommitment({ judge: id, ranking, salt: sha256Hex(notesText({}, SALT)) });
  await judge.api.competitions.createRankingCommitment({ id, digest });
}

const results = (who = edda, slug = 'march') => who.api.competitions.getResults({ slug });
const category = async (slug = 'march', kind = 'image') =>
  present(
    (await results(edda, slug)).categories.find((one) => one.kind === kind),
    'a category of the round',
  );
/** Finalists in the order that was found, without who is out. */
const orderIn = ({ finalists }: Awaited<ReturnType<typeof category>>) =>
  finalists.filter(({ out }) => out === null).map(({ work }) => work.id);
const bundle = async (version?: number) =>
  (await world.visitor().api.competitions.getBundle({ ...here, ...(version ? { version } : {}) })).text();
const roundNow = async () => present(await competitions.roundById(world.context.db, round.id), 'the round');
const newestTally = async () =>
  present(await competitions.newestTally(world.context.db, round.category_id), 'a counting');

/** A server that dies where it would write its next file: before it, or right after it. */
function dying({ media, ...context }: Context, when: 'before' | 'after'): Context {
  const put = async (bytes: Uint8Array) => {
    if (when === 'after') await media.put(bytes);
    throw new Error('killed');
  };
  return { ...context, media: { ...media, put } };
}
async function countUntilDone(): Promise<void> {
  // one that waits for people takes no step, and the next one is another category's
  for (let idle = 0; idle < 3;) idle = (await countCategories(world.context)) > 0 ? 0 : idle + 1;
}
/** So long nobody else takes over what somebody was at. */
const leaseLapses = () => clock.advance(120_000);

describe('judges', () => {
  test('are asked by category, and are nobody who has something to gain by it', async () => {
    const invite = (handle: string) => edda.api.competitions.createJudge({ ...here, handle });
    await expectRefusal(invite(emil.handle), 'JUDGE_UNKNOWN');
    const both = await person(world, 'mila', 'judge', 'moderator');
    expect(await expectRefusal(invite(both.handle), 'JUDGE_CONFLICT')).toMatchObject({
      reasons: ['They are an editor, a moderator or an admin, and may see whose an entry is.'],
    });
    const made_by = await world.context.db
      .selectFrom('competitions.entry as e')
      .innerJoin('registry.model as m', 'm.id', 'e.model_id')
      .innerJoin('identity.account as a', 'a.id', 'm.creator_id')
      .select(['a.id', 'a.handle'])
      .where('e.round_id', '=', round.id)
      .executeTakeFirstOrThrow();
    await world.context.db
      .insertInto('identity.role')
      .values({ account_id: made_by.id, role: 'judge', granted_at: JOINED, granted_by: 'a test' })
      .execute();
    expect((await expectRefusal(invite(made_by.handle), 'JUDGE_CONFLICT'))['reasons']).toContain(
      'An entry was made with a model of theirs.',
    );
    const [first] = round.entries;
    await world.context.db
      .insertInto('competitions.entry_person')
      .values({
        ...{ entry_id: first?.id ?? '', person_id: vera.id, category_id: round.category_id, entries_max: 3 },
        ...{ display_name: 'Vera', ordinal: 1, share_ppm: 1 },
      })
      .execute();
    const { reasons } = await expectRefusal(invite(vera.handle), 'JUDGE_CONFLICT');
    expect(reasons).toEqual(['They are named in an entry of this category.']);
    await world.context.db.deleteFrom('competitions.entry_person').where('person_id', '=', vera.id).execute();
    for (const judge of judges) {
      const { id } = await invite(judge.handle);
      panels.set(judge, id);
    }
    await expectRefusal(invite(judges[0]?.handle ?? ''), 'JUDGE_ASKED_ALREADY');
    await expectRefusal(
      edda.api.competitions.createJudge({ slug: 'none', kind: 'image', handle: 'x-y-z' }),
      'NOT_FOUND',
    );
  });

  test('accept by declaring that nothing stands against it, or decline', async () => {
    const [one, last] = [judges[0], judges.at(-1)];
    if (!one || !last) throw new Error('nobody judges');
    const id = panels.get(one) ?? '';
    await expectRefusal(
      one.api.competitions.createJudgeAnswer({ id, accepted: true }),
      'DECLARATION_MISSING',
    );
    await expectRefusal(last.api.competitions.createJudgeAnswer({ id, accepted: true }), 'NOT_FOUND');
    for (const judge of judges.slice(0, -1)) await accept(judge);
    await last.api.competitions.createJudgeAnswer({ id: panels.get(last) ?? '', accepted: false });
    const { categories } = await edda.api.competitions.listJudges({ slug: 'march' });
    expect(categories).toMatchObject([{ kind: 'image', wanted: 7, least: 5, ready: 8 }]);
    const panel = await panelOf(one);
    expect(panel).toMatchObject({ state: 'accepted', finalists: [], can: { rank: { allowed: false } } });
    expect((await one.api.competitions.listPanels({})).items).toMatchObject([{ id, kind: 'image' }]);
    const order = ids();
    await expectRefusal(one.api.competitions.updateRanking({ id, version: 0, order, notes: {} }), 'NOT_NOW');
  });
});

describe('the final', () => {
  test('begins with finalists that were counted from what everybody voted', async () => {
    expect(await everybodyVotes(ids())).toBe(14 * 30);
    expect(await countCategories(world.context)).toBe(0);
    clock.set(times.final_at);
    await nowIn(world, round, 'final_round');
    await expect(countCategories(dying(world.context, 'before'))).rejects.toThrow('killed');
    expect(await countCategories(world.context)).toBe(0);
    leaseLapses();
    await expect(countCategories(dying(world.context, 'after'))).rejects.toThrow('killed');
    leaseLapses();
    // two at once: one of them has it
    const taken = await Promise.all([countCategories(world.context), countCategories(world.context)]);
    expect(taken.toSorted(ascending)).toEqual([0, 2]);
    expect(await competitions.finalistsOf(world.context.db, round.category_id)).toEqual(ids());
    expect((await results()).categories).toEqual([]);
    await expectRefusal(bundle(), 'NOT_FOUND');
  });

  test('shows judges the works and nothing of whose they are, each in an order of their own', async () => {
    const { db } = world.context;
    const asset = db.selectFrom('competitions.entry').select('asset_id').where('id', 'in', ids());
    const preview = { digest: round.entries[0]?.digest, width: 96, height: 64 };
    await db
      .updateTable('generation.asset')
      .set({ thumbnail: JSON.stringify(preview), poster: JSON.stringify(preview), thumbhash: 'aGFzaA==' })
      .where('id', 'in', asset)
      .execute();
    const sheets = await Promise.all(judges.slice(0, 3).map(panelOf));
    // the preview of a work has one address wherever it is shown
    for (const { media } of sheets.flatMap(({ finalists }) => finalists))
      expect(media).toMatchObject({ thumbnail: null, poster: null, thumbhash: null, waveform: null });
    const orders = sheets.map(({ finalists }) => finalists.map(({ entry_id }) => entry_id));
    expect(orders[0]?.toSorted()).toEqual(ids());
    expect(new Set(orders.map(String)).size).toBe(3);
    expect(JSON.stringify(sheets)).not.toMatch(/Secret|author|title":"S|voter/);
    expect(sheets[0]?.finalists[0]?.media?.url).toMatch(/\.webp/);
    await expectRefusal(
      vera.api.competitions.getPanel({ id: panels.get(judges[0] ?? vera) ?? '' }),
      'NOT_FOUND',
    );
  });

  test('takes rankings as drafts, and commits them without telling them', async () => {
    const one = judges[0] ?? vera;
    const id = panels.get(one) ?? '';
    const commitment = (digest: string, salt?: string) =>
      one.api.competitions.createRankingCommitment({ id, digest, ...(salt ? { salt } : {}) });
    const save = (order: string[], version = 0) =>
      one.api.competitions.updateRanking({ id, version, order, notes: {} });
    const reveal = () =>
      one.api.competitions.createRankingReveal({ id, order: ids(), notes: {}, salt: SALT });
    await expectRefusal(commitment(SALT), 'NOT_RANKED');
    await expectRefusal(save(ids().slice(1)), 'NOT_THE_FINALISTS');
    await expectRefusal(save([...ids().slice(1), ids()[1] ?? '']), 'NOT_THE_FINALISTS');
    await expectRefusal(reveal(), 'NOT_COMMITTED');
    expect((await save(ids().toReversed())).ranking).toMatchObject({ version: 1, order: ids().toReversed() });
    await expectRefusal(save(ids()), 'STATE_CHANGED');
    await save(ids(), 1);
    await expectRefusal(commitment('cd'.repeat(32), SALT), 'NOT_WHAT_WAS_COMMITTED');
    const panel = await commitment(digestOf(one, ids(), {}), SALT);
    expect(panel.committed).toMatchObject({ digest: digestOf(one, ids(), {}), kept: true });
    await expectRefusal(save(ids().toReversed(), 2), 'RANKING_COMMITTED');
    await expectRefusal(commitment(digestOf(one, ids(), {})), 'RANKING_COMMITTED');
    await expectRefusal(reveal(), 'TOO_EARLY_TO_REVEAL');
    // the others: 1 to 4 leave their salt here, 5 and 6 keep it, 6 of half a ranking; 7 commits to nothing
    const [, second, third, ...rest] = judges;
    if (second) await commit(second, swapped(ids()), SALT);
    for (const judge of [third, ...rest.slice(0, 2)]) if (judge) await commit(judge, ids(), SALT);
    const [fifth, sixth] = [judges[5] ?? vera, judges[6] ?? vera];
    await commit(fifth, ids());
    await commitTo(sixth, panels.get(sixth) ?? '', { draft: ids(), ranking: torn(ids()) });
    expect(await everybodyVotes(ids())).toBe(14 * 15);
  });
  const swapped = ([one, two, ...rest]: string[]) => [two ?? '', one ?? '', ...rest];
});

describe('the counting', () => {
  test('waits for whoever may still reveal, and takes only what was committed', async () => {
    clock.set(times.tally_at);
    await nowIn(world, round, 'tally');
    expect(await countCategories(world.context)).toBe(0);
    const desk = await mio.api.competitions.getIntegrity({ slug: 'march' });
    expect(desk.categories[0]?.counting).toMatchObject({ step: 'panel_heard' });
    expect(desk.categories[0]?.counting?.waits_for).toMatch(/not revealed/);
    const [fifth, silent] = [judges[5] ?? vera, judges[6] ?? vera];
    const reveal = (order: string[], notes = { [ids()[0] ?? '']: { craft: 'Whole to the edges.' } }) =>
      fifth.api.competitions.createRankingReveal({ id: panels.get(fifth) ?? '', order, notes, salt: SALT });
    await expectRefusal(reveal(ids().toReversed()), 'NOT_WHAT_WAS_COMMITTED');
    await expectRefusal(reveal(ids(), {}), 'NOT_WHAT_WAS_COMMITTED');
    expect((await reveal(ids())).revealed_at).not.toBeNull();
    const late = { id: panels.get(silent) ?? '', order: ids(), notes: {}, salt: SALT };
    await expectRefusal(
      silent.api.competitions.createRankingReveal({ ...late, order: torn(ids()) }),
      'NOT_THE_FINALISTS',
    );
    clock.advance(12 * HOUR_MS);
    await expectRefusal(silent.api.competitions.createRankingReveal(late), 'PANEL_CLOSED');
  });

  // civitai picked winners twice (954d5bc334), and rolled scores again (a046c3c0a5)
  test('is killed at every step and goes on, and two at once make one result (C6, C11)', async () => {
    for (let killed = 0; killed < 4; killed += 1) {
      for (const when of ['before', 'after'] as const) {
        await expect(countCategories(dying(world.context, when))).rejects.toThrow('killed');
        leaseLapses();
      }
      // one step of it gets through, and then it dies at the next
      await expect(countCategories(oneStepThenKilled(world.context))).rejects.toThrow('killed');
      leaseLapses();
    }
    // what is being counted changes no more below it
    const late = { id: ids()[11] ?? '', reason: 'rules' as const, says: 'Found now.' };
    await expectRefusal(mio.api.competitions.createDisqualification(late), 'COUNTING');
    // stopped before its last step it writes no standings, and is not changed below either
    const { database, db } = world.context;
    expect(await countCategories(stoppedMeanwhile(world.context))).toBe(1);
    expect((await newestTally()).published_at).toBeNull();
    expect(await competitions.placesOf(db, round.category_id, 1)).toEqual([]);
    await expectRefusal(mio.api.competitions.createDisqualification(late), 'COUNTING');
    expect(await countCategories(world.context)).toBe(0);
    await nowIn(world, round, 'tally');
    // whoever lost it to somebody else writes nothing any more
    const slow = present(
      await database.inTransaction((tx) => competitions.takeTally(tx, clock.now(), 1_000)),
      'a counting that nobody has',
    );
    clock.advance(1_000);
    const taken = await Promise.all([countCategories(world.context), countCategories(world.context)]);
    expect(taken.toSorted(ascending)).toEqual([0, 1]);
    await expect(
      database.inTransaction((tx) =>
        competitions.noteStep(tx, slow, { step: 'bundled', digest: 'ab'.repeat(32) }, clock.now()),
      ),
    ).rejects.toThrow(competitions.LeaseLost);
    const { bundle_file } = await newestTally();
    const bytes = await readFile(world.context.media.pathOf(bundle_file ?? ''), 'utf8');
    expect(bytes).toBe(await bundle());
  });

  /** An editor stops the round while somebody counts. */
  function stoppedMeanwhile({ media, ...context }: Context): Context {
    const put = async (bytes: Uint8Array) => {
      await nowIn(world, round, 'suspended');
      return media.put(bytes);
    };
    return { ...context, media: { ...media, put } };
  }

  /** Writes one file, and dies where it would write the next. */
  function oneStepThenKilled({ media, ...context }: Context): Context {
    let left = 1;
    const put = async (bytes: Uint8Array) => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return media.put(bytes);
    };
    return { ...context, media: { ...media, put } };
  }

  // what was shown there was not what ranked: 48 of 48 wrong (ccdabc528f)
  test('comes out as anybody finds who downloads it, and as the pages say (C4, C6)', async () => {
    const text = await bundle();
    const found = recount(text);
    expect(found.agrees).toBe(true);
    const shown = await category();
    expect(found.outcome?.places.map(({ entry, place, amount }) => [entry, place, amount])).toEqual(
      shown.places.map(({ work, place, amount_nanos }) => [work.id, place, amount_nanos]),
    );
    expect(shown.places.map(({ work }) => work.id)).toEqual(orderIn(shown).slice(0, 5));
    expect(shown.places[0]?.work.media?.thumbnail).not.toBeNull();
    expect(readBundle(text).bundle?.digest).toBe(shown.bundle_digest);
    for (const { work, community_rank, expert_rank, sum } of shown.finalists) {
      const finalist = found.outcome?.finalists.find(({ entry }) => entry === work.id);
      expect([community_rank, expert_rank]).toEqual([finalist?.community_rank, finalist?.experts_rank]);
      expect(sum).toBe((community_rank ?? 0) + (expert_rank ?? 0));
    }
    expect(shown.jurors.map(({ void: is, reason }) => [is, reason])).toEqual([
      ...Array.from({ length: 6 }, () => [false, null]),
      [true, 'NOTHING_REVEALED'],
      [true, 'NOTHING_COMMITTED'],
    ]);
    expect(shown).toMatchObject({ counted_by: 'both', version: 1, voters: 14, entries: 12, alarm: false });
    expect(recount(text.replace('"50000000000"', '"50000000001"')).agrees).toBe(false);
    // prizes: what is given and what is left is what was put aside (C5)
    expect(shown.places.reduce((all, { amount_nanos }) => all + BigInt(amount_nanos), 0n)).toBe(
      PRIZES.reduce((all, prize) => all + prize),
    );
  });
});

describe('provisional results', () => {
  test('may be disputed by those who took part, once, and somebody else decides it', async () => {
    expect(await results()).toMatchObject({ provisional: true, round: { state: 'dispute_window' } });
    const dispute = (who: Person, text = 'The second place is a copy.') =>
      who.api.competitions.createDispute({ ...here, text });
    await expectRefusal(dispute(edda), 'NOT_INVOLVED');
    await world.context.database.inTransaction((tx) =>
      competitions.enrol(tx, {
        ...{ category_id: round.category_id, person_id: vera.id, pseudonym: 'fe'.repeat(16) },
        ...{ class: 'new', kept_from: [], links: [], at: clock.now() },
      }),
    );
    const { id } = await dispute(vera);
    await expectRefusal(dispute(vera), 'DISPUTED_ALREADY');
    const seen = (await world.visitor().api.competitions.listDisputes({ slug: 'march' })).items;
    expect(seen).toMatchObject([{ id, by: null, mine: false, state: 'open' }]);
    const rule = (who: Person) =>
      who.api.competitions.createDisputeRuling({ id, upheld: false, reason: 'They only look alike.' });
    await expectRefusal(rule(edda), 'NOT_ALLOWED');
    expect(await rule(mio)).toMatchObject({ state: 'rejected', ruling: { reason: 'They only look alike.' } });
    await expectRefusal(rule(mio), 'NOT_NOW');
  });

  test('change by a listed reason: who stands lower moves up, and nothing is found anew (C11)', async () => {
    const before = await category();
    const winner = present(before.places[0], 'a winner');
    // somebody names a judge afterwards: who was heard stays heard
    const { db } = world.context;
    const named = { entry_id: ids()[11] ?? '', person_id: judges[0]?.id ?? '' };
    const as_well = { category_id: round.category_id, entries_max: 3, ordinal: 1, share_ppm: 1 };
    await db
      .insertInto('competitions.entry_person')
      .values({ ...named, ...as_well, display_name: 'A judge' })
      .execute();
    clock.advance(24 * HOUR_MS);
    await mio.api.competitions.createDisqualification({
      ...{ id: winner.work.id, reason: 'rules' as const },
      says: 'It was painted over by hand.',
    });
    await expectRefusal(
      mio.api.competitions.createDisqualification({ id: winner.work.id, reason: 'rules', says: 'Again.' }),
      'NOT_NOW',
    );
    await countUntilDone();
    const after = await category();
    expect(after.jurors).toEqual(before.jurors);
    await db.deleteFrom('competitions.entry_person').where('person_id', '=', named.person_id).execute();
    expect(after.places.map(({ work }) => work.id)).toEqual(orderIn(before).slice(1, 6));
    expect(after).toMatchObject({ version: 2, changes: [{ version: 2, reason: 'rules' }] });
    expect(after.finalists.at(-1)).toMatchObject({
      work: { id: winner.work.id },
      out: 'It breaks a rule of the round.',
    });
    const strengths = ({ finalists }: typeof before) =>
      new Map(finalists.map(({ work, strength, community_rank }) => [work.id, [strength, community_rank]]));
    expect(strengths(after)).toEqual(strengths(before));
    const [first, second] = [readBundle(await bundle(1)).bundle, readBundle(await bundle()).bundle];
    expect(second?.previous).toBe(first?.digest);
    expect(recount(await bundle()).agrees).toBe(true);
    expect(recount(await bundle(1)).agrees).toBe(true);
  });

  test('take somebody in again who was taken out wrongly, by another person, where they were found', async () => {
    const before = await category();
    const [wrong] = orderIn(before).slice(2);
    const id = wrong ?? '';
    const says = 'It is their own photograph.';
    await mio.api.competitions.createDisqualification({ id, reason: 'rights', says: 'It is a photograph.' });
    await countUntilDone();
    expect(orderIn(await category())).not.toContain(id);
    await expectRefusal(mio.api.competitions.createReinstatement({ id, says }), 'SECOND_PERSON_NEEDED');
    await nora.api.competitions.createReinstatement({ id, says });
    await expectRefusal(nora.api.competitions.createReinstatement({ id, says }), 'NOT_NOW');
    await countUntilDone();
    const after = await category();
    expect(after.places).toEqual(before.places);
    expect(after).toMatchObject({ version: before.version + 2, changes: [{}, {}, { reason: 'reinstated' }] });
    expect(recount(await bundle()).agrees).toBe(true);
  });

  test('may be disputed anew where they changed, for as long', async () => {
    const { disputes_until } = await results();
    expect(disputes_until).toBe(new Date(clock.now().getTime() + 72 * HOUR_MS).toISOString());
    const dispute = () => vera.api.competitions.createDispute({ ...here, text: 'It is a copy as well.' });
    const { id } = await dispute();
    await expectRefusal(dispute(), 'DISPUTED_ALREADY');
    await mio.api.competitions.createDisputeRuling({ id, upheld: false, reason: 'It is not.' });
    // and the ruling once, before somebody else than who ruled
    const appeal = (who: Person, text = 'The seam on the left is the same.') =>
      who.api.competitions.createDisputeAppeal({ id, text });
    const answer = (who: Person, upheld = false) =>
      who.api.competitions.createDisputeAppealRuling({ id, upheld, reason: 'I see no seam.' });
    await expectRefusal(answer(nora), 'NOT_NOW');
    await expectRefusal(appeal(edda), 'NOT_FOUND');
    const until = new Date(clock.now().getTime() + 72 * HOUR_MS);
    const [, own] = (await vera.api.competitions.listDisputes({ slug: 'march' })).items;
    expect(own).toMatchObject({ appeal_until: until.toISOString(), can: { appeal: { allowed: true } } });
    expect(await appeal(vera)).toMatchObject({ state: 'appealed', appeal: { ruling: null } });
    await expectRefusal(appeal(vera), 'APPEALED_ALREADY');
    await expectRefusal(answer(mio), 'SECOND_PERSON_NEEDED');
    await expectRefusal(answer(edda), 'NOT_ALLOWED');
    const why = await whyNotConfirm(world.context.db, await roundNow(), until);
    expect(why).toContain('Disputes wait for a decision: 1.');
    expect(await answer(nora)).toMatchObject({
      ...{
        state: 'dismissed',
        appeal: { ruling: { reason: 'I see no seam.', by: { handle: nora.handle } } },
      },
    });
    await expectRefusal(answer(nora, true), 'NOT_NOW');
    // of the one before, whose time goes on as long, nobody has appealed: until then nothing is final
    const [first] = (await vera.api.competitions.listDisputes({ slug: 'march' })).items;
    const late = { id: first?.id ?? '', text: 'Too late.' };
    clock.set(new Date(present(first?.appeal_until, 'a time to appeal')));
    await expectRefusal(vera.api.competitions.createDisputeAppeal(late), 'DISPUTES_OVER');
    clock.set(new Date(until.getTime() - 72 * HOUR_MS));
  });

  test('wait for whoever may still appeal', async () => {
    const { db } = world.context;
    const at = new Date((await results()).disputes_until ?? '');
    await db
      .updateTable('competitions.dispute')
      .set({ ruled_at: at })
      .where('state', '=', 'rejected')
      .execute();
    const why = (then: Date) => roundNow().then((now) => whyNotConfirm(db, now, then));
    expect((await why(at))[0]).toMatch(/may be appealed against until/);
    expect(await why(new Date(at.getTime() + 72 * HOUR_MS))).toEqual([]);
    await db
      .updateTable('competitions.dispute')
      .set({ ruled_at: JOINED })
      .where('state', '=', 'rejected')
      .execute();
  });

  test('are counted anew where votes were faked: those weigh nothing', async () => {
    const fakes = [
      ...(await competitions.votersAmong(world.context.db, round.category_id, voters.slice(1, 3))).values(),
    ];
    const voiding = (pseudonyms: string[]) =>
      mio.api.competitions.createBallotVoiding({ ...here, voters: pseudonyms, says: 'Bought.' });
    expect(await expectRefusal(voiding(['nobody']), 'VOTER_UNKNOWN')).toMatchObject({ unknown: ['nobody'] });
    await voiding(fakes.map(({ pseudonym }) => pseudonym));
    // the next change goes along with it, while it is not begun
    await voiding([fakes[0]?.pseudonym ?? '']);
    await countUntilDone();
    const after = await category();
    expect(after).toMatchObject({
      version: 5,
      changes: [{}, {}, {}, { version: 5, reason: 'vote_fraud' }],
    });
    expect(after.exclusions).toContainEqual(expect.objectContaining({ reason: 'VOTE_FRAUD', voters: 2 }));
    expect(recount(await bundle()).agrees).toBe(true);
  });

  test('are final when two persons stand by the same, once nothing is open', async () => {
    const confirm = async (who: Person, digests?: string[]) =>
      who.api.competitions.createResultsConfirmation({
        slug: 'march',
        bundle_digests: digests ?? [(await category()).bundle_digest],
      });
    await mio.api.competitions.createIntegrityCase({
      ...here,
      anomaly: { kind: 'burst', says: 'Many came at noon.', score: null, entry_id: null, voters: [] },
    });
    expect((await expectRefusal(confirm(edda), 'RESULTS_NOT_READY'))['why']).toHaveLength(2);
    const { cases } = await mio.api.competitions.getIntegrity({ slug: 'march' });
    const close = () =>
      mio.api.competitions.createCaseRuling({
        id: cases[0]?.id ?? '',
        outcome: 'nothing',
        reason: 'A school.',
      });
    expect((await close()).cases).toMatchObject([{ state: 'closed', outcome: 'nothing' }]);
    await expectRefusal(close(), 'NOT_NOW');
    clock.set(new Date((await results()).disputes_until ?? ''));
    await expectRefusal(vera.api.competitions.createDispute({ ...here, text: 'Too late.' }), 'DISPUTES_OVER');
    await expectRefusal(confirm(edda, ['ab'.repeat(32)]), 'STANDINGS_CHANGED');
    // emil and a winner use one browser
    const [winner] = orderIn(await category());
    const author = round.entries.find(({ id }) => id === winner)?.author_id;
    const { db } = world.context;
    const shared = { kind: 'device', hash: Buffer.alloc(32, 5), first_at: JOINED, last_at: JOINED };
    await db
      .insertInto('campaigns.trace')
      .values([emil.id, author ?? ''].map((account_id) => ({ ...shared, account_id })))
      .execute();
    await expectRefusal(confirm(emil), 'OWN_INTEREST');
    await db.deleteFrom('campaigns.trace').where('hash', '=', shared.hash).execute();
    expect(await confirm(edda)).toMatchObject({
      provisional: true,
      confirmations: [{ person: { handle: edda.handle } }],
    });
    await expectRefusal(confirm(edda), 'SECOND_PERSON_NEEDED');
    // the first has left the office, or has something to gain by now: then the second is the first
    const role = { account_id: edda.id, role: 'editor', granted_at: JOINED, granted_by: 'a test' };
    await db.deleteFrom('identity.role').where('account_id', '=', edda.id).execute();
    expect(await confirm(emil)).toMatchObject({ provisional: true, round: { state: 'dispute_window' } });
    await db
      .insertInto('identity.role')
      .values([role, { ...role, role: 'member' }])
      .execute();
    // who won and holds an office since wins nothing
    await db
      .insertInto('identity.role')
      .values({ ...role, account_id: author ?? '' })
      .execute();
    const fritz = await person(world, 'fritz', 'editor');
    await db.deleteFrom('campaigns.trace').execute();
    expect((await expectRefusal(confirm(fritz), 'RESULTS_NOT_READY'))['why']).toEqual([
      expect.stringMatching(/won and holds an office by now/),
    ]);
    await db
      .deleteFrom('identity.role')
      .where('account_id', '=', author ?? '')
      .where('role', '=', 'editor')
      .execute();
    expect(await confirm(fritz)).toMatchObject({ provisional: false, round: { state: 'final' } });
    await expectRefusal(confirm(emil), 'RESULTS_NOT_READY');
    const awards = await competitions.awardsOfRound(world.context.db, round.id);
    expect(awards.map(({ place_slot, amount_nanos }) => [place_slot, amount_nanos])).toEqual(
      PRIZES.map((prize, place) => [place + 1, prize]),
    );
  });

  // prizes paid twice there, because the key held the place (02fa738450)
  test('let the next one move up when a winner declines, and every award stays one (C1, C2)', async () => {
    const { db } = world.context;
    const next = orderIn(await category()).slice(1, 6);
    const [first] = await competitions.awardsOfRound(db, round.id);
    const award = present(first, 'an award');
    await answerAward(world.context, award.person_id, { id: award.id, version: 1, accepted: false });
    await countUntilDone();
    const shown = await category();
    expect(shown.version).toBe(6);
    expect(shown.places.map(({ work }) => work.id)).toEqual(next);
    const owed = (await competitions.awardsOfRound(db, round.id)).filter(({ state }) => state === 'created');
    expect(owed.map(({ place_slot, entry_id }) => [place_slot, entry_id])).toEqual(
      next.map((id, place) => [place + 1, id]),
    );
    expect(new Set(owed.map(({ person_id }) => person_id)).size).toBe(5);
    expect(await fireTimers(world.context)).toBeGreaterThanOrEqual(0);
  });

  test('are changed by two persons only, once they are final', async () => {
    const before = orderIn(await category());
    const last = before[4] ?? '';
    const out = () =>
      mio.api.competitions.createDisqualification({
        id: last,
        reason: 'rights',
        says: 'It is somebody’s photograph.',
      });
    const found = {
      kind: 'stealth' as const,
      says: 'A photograph.',
      score: null,
      entry_id: last,
      voters: [],
    };
    await expectRefusal(out(), 'SECOND_PERSON_NEEDED');
    await mio.api.competitions.createIntegrityCase({ ...here, anomaly: found });
    await expectRefusal(out(), 'SECOND_PERSON_NEEDED');
    await nora.api.competitions.createIntegrityCase({ ...here, anomaly: found });
    await out();
    await countUntilDone();
    const shown = await category();
    expect(shown.version).toBe(7);
    expect(orderIn(shown).slice(0, 5)).toEqual([...before.slice(0, 4), before[5]]);
    const awards = await competitions.awardsOfRound(world.context.db, round.id);
    expect(awards.filter(({ entry_id }) => entry_id === last).map(({ state }) => state)).not.toContain(
      'created',
    );
  });

  test('tell entrants where they stand, and nobody else whose they are not', async () => {
    const [first] = orderIn(await category());
    const { author_id } = present(
      round.entries.find(({ id }) => id === first),
      'an entry that won',
    );
    const viewer = { id: author_id, handle: 'author', display_name: 'An author', roles: [] };
    const { categories } = await resultsOf(world.context, viewer, 'march');
    expect(categories[0]?.mine).toMatchObject([{ rank: 1, state: 'awarded', work: { id: first } }]);
    const seen = await world.visitor().api.competitions.getResults({ slug: 'march' });
    expect(seen).toMatchObject({ can: { dispute: { allowed: false } }, categories: [{ mine: [] }] });
    expect(seen.seed).toMatch(/^[0-9a-f]{64}$/);
  });

  // a winner’s row went there with the image (dd07c79248)
  test('stay in the hall of winners, also when a work is taken away (C3)', async () => {
    const { db } = world.context;
    const hall = () => world.visitor().api.competitions.listWinners({ limit: 3 });
    const first = orderIn(await category());
    const { items, next_cursor } = await hall();
    expect(items.map(({ place, work }) => [place, work.id])).toEqual(
      first.slice(0, 3).map((id, place) => [place + 1, id]),
    );
    expect(items[0]).toMatchObject({ provisional: false, work: { removed: false, model: { creator: {} } } });
    const rest = await world.visitor().api.competitions.listWinners({ limit: 3, cursor: next_cursor ?? '' });
    expect(rest.items.map(({ place }) => place)).toEqual([4, 5]);
    await db
      .updateTable('competitions.entry')
      .set({ removed_at: clock.now() })
      .where('id', '=', first[0] ?? '')
      .execute();
    expect((await hall()).items[0]).toMatchObject({
      place: 1,
      work: { id: first[0], removed: true, media: null, title: 'Removed', digest: items[0]?.work.digest },
    });
    await expect(db.deleteFrom('competitions.place').execute()).rejects.toThrow();
  });

  test('lie on votes that nobody can change unseen', async () => {
    const { db } = world.context;
    const sound = await verifyVotes(db);
    expect(sound.violations).toEqual([]);
    expect(sound.notes[0]).toMatch(/^votes: [1-9]\d* ballots/);
    const tables = ['ballot', 'ballot_place', 'ballot_root', 'tally', 'entry'];
    const owner = new pg.Client(present(world.context.config.database_url, 'the address of the database'));
    await owner.connect();
    /** What whoever owns the database can do and nobody else. */
    const tamper = async (statement: string) => {
      const triggers = (how: string) =>
        tables.map((name) => `alter table competitions.${name} ${how} trigger user;`).join('');
      await owner.query(`begin; ${triggers('disable')} ${statement}; ${triggers('enable')} commit`);
    };
    /** What is found of a change that is taken back afterwards. */
    const foundAfter = async (change: string, back: string) => {
      await tamper(change);
      const { violations } = await verifyVotes(db);
      await tamper(back);
      return [...new Set(violations.map(({ invariant }) => invariant))].sort();
    };
    const turned = (which: string) => `update competitions.ballot set choice =
      case choice when 'left' then 'right' else 'left' end
      where choice in ('left', 'right') and assignment_id = (
        select assignment_id from competitions.ballot_place where no = 3 and category_id = '${which}')`;
    const one = turned(round.category_id);
    expect(await foundAfter(one, one)).toEqual([
      'each root that was published is the root over its ballots',
      'what each ballot is in the tree of its category is made of the ballot',
    ]);
    const digits = (column: string, from: string, to: string) =>
      `${column} = translate(${column}, '${from}', '${to}')`;
    const [here, there] = [['01', '10'] as const, ['10', '01'] as const];
    const bound = [
      'each root, bundle and draw that the audit log names is there',
      'roots, bundles and what pairs were drawn from are as the audit log has them',
    ];
    const rooted = ([from, to]: readonly [string, string]) =>
      `update competitions.ballot_root set ${digits('root', from, to)}`;
    expect(await foundAfter(rooted(here), rooted(there))).toEqual([
      'each root that was published is the root over its ballots',
      ...bound,
    ]);
    const bundled = ([from, to]: readonly [string, string]) =>
      `update competitions.tally set ${digits('bundle_digest', from, to)} where bundle_digest is not null`;
    expect(await foundAfter(bundled(here), bundled(there))).toEqual(bound);
    const shown = ([from, to]: readonly [string, string]) =>
      `update competitions.entry set ${digits('show_digest', from, to)} where id = '${ids()[0]}'`;
    expect(await foundAfter(shown(here), shown(there))).toEqual(bound);
    expect((await verifyVotes(db)).violations).toEqual([]);
    await owner.end();
  });

  test('are columns and constraints, not counts and texts (C1, C8, C10)', async () => {
    const { db } = world.context;
    const { rows } = await sql<{ table_name: string }>`
      select table_name from information_schema.columns
      where table_schema = 'competitions' and data_type in ('json', 'jsonb')`.execute(db);
    const results_of = [
      'entry',
      'entry_person',
      'award',
      'place',
      'place_person',
      'tally',
      'dispute',
      'judge',
    ];
    expect(rows.filter(({ table_name }) => results_of.includes(table_name))).toEqual([]);
    // a place more than there are is refused by the row itself, whoever counted what
    const [entry] = round.entries;
    await expect(
      db
        .updateTable('competitions.entry_person')
        .set({ slot: 4 })
        .where('entry_id', '=', entry?.id ?? '')
        .execute(),
    ).rejects.toThrow(/check constraint/);
    const [winner] = await competitions.peopleOfPlaces(db, round.category_id, 7);
    await expect(
      db
        .insertInto('competitions.place_person')
        .values({
          ...{ category_id: round.category_id, version: 7, place_slot: 2 },
          ...{ person_id: winner?.person_id ?? '', display_name: 'Again' },
        })
        .execute(),
    ).rejects.toThrow(/unique/);
  });
});

describe('a month with few entries, and models', () => {
  const april = (days: number) => new Date(Date.UTC(2027, 4, 1 + days));
  let few: MadeRound;
  let models: string;
  let empty: string;
  const order = () => few.entries.map(({ id }) => id);
  const kinds = {
    image: new Map<Person, string>(),
    models: new Map<Person, string>(),
    video: new Map<Person, string>(),
  };

  async function invited(kind: keyof typeof kinds, judge: Person): Promise<string> {
    const { id } = await edda.api.competitions.createJudge({ slug: 'may', kind, handle: judge.handle });
    await judge.api.competitions.createJudgeAnswer({ id, accepted: true, no_conflict: true });
    kinds[kind].set(judge, id);
    return id;
  }
  async function ranks(kind: 'image' | 'models', judge: Person): Promise<void> {
    const id = kinds[kind].get(judge) ?? '';
    const { finalists } = await judge.api.competitions.getPanel({ id });
    const ranking = finalists.map(({ entry_id }) => entry_id).toSorted();
    await judge.api.competitions.updateRanking({ id, version: 0, order: ranking, notes: {} });
    const salt = sha256Hex(notesText({}, SALT));
    const digest = panelCommitment({ judge: id, ranking, salt });
    await judge.api.competitions.createRankingCommitment({ id, digest, salt: SALT });
  }
  const waitsFor = async () => {
    const { categories } = await mio.api.competitions.getIntegrity({ slug: 'may' });
    return categories.find(({ kind }) => kind === 'image')?.counting?.waits_for;
  };

  beforeAll(async () => {
    clock.set(april(21));
    few = await roundIn(world, {
      ...{ slug: 'may', entries: 3, state: 'final_round', opens_at: april(0), locks_at: april(10) },
      ...{ qualifying_at: april(12), final_at: april(20), tally_at: april(25) },
    });
    const { database } = world.context;
    await database.inTransaction(async (tx) => {
      [models, empty] = [newId<CategoryId>(clock.now()), newId<CategoryId>(clock.now())];
      await tx
        .updateTable('competitions.round')
        .set({ rules_text: RULES, rules_digest: sha256Hex(RULES), funded_nanos: 9n })
        .where('id', '=', few.id)
        .execute();
      await ledger.post(tx, prizeEscrowFunded(few.id, 9n), clock.now());
      await tx
        .insertInto('competitions.category')
        .values(
          [
            { id: models, kind: 'models' },
            { id: empty, kind: 'video' },
          ].map((one) => ({ ...one, round_id: few.id, theme: '', entries_max: 3, rules: '[]' })),
        )
        .execute();
      await tx
        .insertInto('competitions.prize')
        .values(
          [few.category_id, models, empty].flatMap((category_id) =>
            [2n, 1n].map((amount_nanos, place) => ({ category_id, place: place + 1, amount_nanos })),
          ),
        )
        .execute();
      const releases = await tx
        .selectFrom('registry.release')
        .select(['id', 'model_id'])
        .distinctOn('model_id')
        .orderBy('model_id')
        .limit(2)
        .execute();
      for (const [place, release] of releases.entries())
        await tx
          .insertInto('competitions.entry')
          .values({
            ...{ id: newId<EntryId>(clock.now()), round_id: few.id, category_id: models, asset_id: null },
            ...{ person_id: few.entries[place]?.author_id ?? '', release_id: release.id, title: 'A model' },
            ...{ model_id: release.model_id, asset_digest: sha256Hex(`model ${place}`), state: 'eligible' },
            ...{ generated_at: april(1), submitted_at: april(1) },
          })
          .execute();
    });
  });

  test('is decided by experts, and waits for another where too few of them are left', async () => {
    await countUntilDone();
    const [first = vera] = judges;
    const nothing = { id: await invited('video', first), version: 0, order: order(), notes: {} };
    await expectRefusal(first.api.competitions.updateRanking(nothing), 'NOT_THE_FINALISTS');
    for (const judge of judges.slice(0, 5))
      for (const kind of ['image', 'models'] as const) await invited(kind, judge);
    for (const judge of judges.slice(0, 5)) await ranks('models', judge);
    for (const judge of judges.slice(0, 4)) await ranks('image', judge);
    // the digest of somebody is of no ranking, and was opened when nobody looked at that
    const odd = judges[7] ?? vera;
    const odd_id = await invited('image', odd);
    await commitTo(odd, odd_id, { draft: order(), ranking: torn(order()) });
    const fifth = judges[4] ?? vera;
    await fifth.api.competitions.createRecusal({
      id: kinds.image.get(fifth) ?? '',
      reason: 'I know one of them.',
    });
    clock.set(april(25));
    await nowIn(world, few, 'tally');
    const opened = { judge_id: asId<JudgeId>(odd_id), entry_ids: torn(order()), notes: {}, salt: SALT };
    await world.context.database.inTransaction((tx) => competitions.revealRanking(tx, opened, clock.now()));
    await countUntilDone();
    expect(await waitsFor()).toMatch(/Only 4 of at least 5/);
    // the models are counted, and who watches over the round reads that with everybody else
    expect((await competitions.newestTally(world.context.db, asId(models)))?.published_at).not.toBeNull();
    const desk = await mio.api.competitions.getIntegrity({ slug: 'may' });
    const counted = desk.categories.find(({ kind }) => kind === 'models');
    expect(counted).toMatchObject({ version: null, counting: null, anomalies: [], changes: [] });
    expect(counted?.entries.map(({ rank, slot }) => [rank, slot])).toEqual([
      [null, null],
      [null, null],
    ]);
    // and whoever judged them does not step back out of a count that is over
    const stays = { id: kinds.models.get(judges[1] ?? vera) ?? '', reason: 'I would rather not.' };
    const away = judges[1] ?? vera;
    await expectRefusal(away.api.competitions.createRecusal(stays), 'NOT_NOW');
    expect((await away.api.competitions.getPanel({ id: stays.id })).can.recuse.allowed).toBe(false);
    // what models make is seen under no address that their pages have too, and another for each judge
    const sheets = await Promise.all(
      [judges[1] ?? vera, judges[2] ?? vera].map((judge) =>
        judge.api.competitions.getPanel({ id: kinds.models.get(judge) ?? '' }),
      ),
    );
    const samples = sheets.map(({ finalists }) =>
      finalists.flatMap((finalist) => [...finalist.samples, ...(finalist.media ? [finalist.media] : [])]),
    );
    const { rows } = await sql<{ all: string }>`
      select string_agg(s::text, ' ') as all from registry.sample s`.execute(world.context.db);
    const files = rows[0]?.all.match(/[0-9a-f]{64}/g) ?? [];
    expect(samples[0]?.length).toBeGreaterThan(0);
    for (const { url, thumbnail, thumbhash } of samples.flat()) {
      expect(files.filter((digest) => url.includes(digest))).toEqual([]);
      expect([thumbnail, thumbhash]).toEqual([null, null]);
      const file = await fetch(url);
      expect([file.status, file.headers.get('etag')]).toEqual([200, null]);
    }
    const addresses = samples.map((own) => new Set(own.map(({ url }) => url)));
    expect([...(addresses[0] ?? [])].filter((url) => addresses[1]?.has(url))).toEqual([]);
    const emergency = judges[5] ?? vera;
    await invited('image', emergency);
    expect(
      (await emergency.api.competitions.getPanel({ id: kinds.image.get(emergency) ?? '' })).can.rank.allowed,
    ).toBe(true);
    await ranks('image', emergency);
    clock.advance(1_000);
    await countUntilDone();
    const shown = await category('may');
    expect(shown).toMatchObject({ counted_by: 'experts', entries: 3, ballots: 0 });
    expect(shown.announced[0]).toMatch(/Only the experts decided/);
    expect(shown.places.map(({ work, amount_nanos }) => [work.id, amount_nanos])).toEqual([
      [order()[0], '2'],
      [order()[1], '1'],
    ]);
    expect(await category('may', 'models')).toMatchObject({
      places: [{ place: 1 }, { place: 2 }],
      ballots: 0,
    });
    expect(
      recount(
        await (await world.visitor().api.competitions.getBundle({ slug: 'may', kind: 'models' })).text(),
      ).agrees,
    ).toBe(true);
    expect(await results(edda, 'may')).toMatchObject({ round: { state: 'dispute_window' } });
  });

  test('holds up nobody where nothing was entered: there are no places', async () => {
    const shown = await category('may', 'video');
    expect(shown).toMatchObject({ counted_by: 'nobody', entries: 0, places: [], finalists: [] });
    expect(shown.announced[0]).toMatch(/^Nothing was in the final/);
    const bytes = await world.visitor().api.competitions.getBundle({ slug: 'may', kind: 'video' });
    expect(recount(await bytes.text()).agrees).toBe(true);
  });

  test('is counted anew where a conflict of interest is found late, by those who are left', async () => {
    const voided = judges[0] ?? vera;
    const id = kinds.image.get(voided) ?? '';
    const voiding = () => edda.api.competitions.createJudgeVoiding({ id, reason: 'They made one of them.' });
    await expectRefusal(voiding(), 'SECOND_PERSON_NEEDED');
    const seen = {
      kind: 'stealth' as const,
      says: 'A judge made it.',
      score: null,
      entry_id: null,
      voters: [],
    };
    const opened = await mio.api.competitions.createIntegrityCase({
      ...{ slug: 'may', kind: 'image' },
      anomaly: seen,
    });
    // also while it stands still: it is not forgotten when it goes on
    await nowIn(world, few, 'suspended');
    const judge = await voiding();
    await nowIn(world, few, 'dispute_window');
    // whoever counts keeps the counting and then its judges: who voids one waits for the first, and holds none of these
    const { database, db } = world.context;
    const counted = present(await competitions.newestTally(db, few.category_id), 'a counting');
    // one who is void already: it is only tried
    const tried = kinds.image.get(judges[7] ?? vera) ?? '';
    const waits: Promise<unknown>[] = [];
    await database.inTransaction(async (tx) => {
      await competitions.holdTally(tx, counted);
      waits.push(
        expectRefusal(
          edda.api.competitions.createJudgeVoiding({ id: tried, reason: 'Only tried.' }),
          'NOT_NOW',
        ),
      );
      await eventually('somebody waits', () => isAnyoneWaiting(db));
      await sql`select from competitions.judge where id = ${tried} for update nowait`.execute(tx);
    });
    await Promise.all(waits);
    expect(judge).toMatchObject({ state: 'void', reason: 'CONFLICT: They made one of them.' });
    await countUntilDone();
    expect(await waitsFor()).toMatch(/Only 4 of at least 5/);
    // the standings stay until there are others
    expect((await category('may')).version).toBe(1);
    const another = judges[6] ?? vera;
    clock.advance(60_000);
    const rule = { id: opened.cases[0]?.id ?? '', outcome: 'nothing' as const, reason: 'They are void.' };
    await mio.api.competitions.createCaseRuling(rule);
    await expectRefusal(invited('image', another), 'SECOND_PERSON_NEEDED');
    await nora.api.competitions.createIntegrityCase({ slug: 'may', kind: 'image', anomaly: seen });
    await invited('image', another);
    await ranks('image', another);
    await countUntilDone();
    const shown = await category('may');
    expect(shown.version).toBe(2);
    expect(shown.jurors.flatMap(({ reason }) => reason ?? []).toSorted()).toEqual([
      'CONFLICT: They made one of them.',
      'NOT_ALL_RANKED',
      'RECUSED',
    ]);
    expect(shown.announced.at(-1)).toBe('judge-6 was asked to judge when the results were out: not blind.');
  });

  test('is not called off by one person alone once everybody has read who won', async () => {
    const { version } = present(await competitions.roundById(world.context.db, few.id), 'the round');
    const wish = { id: few.id, version, reason: 'I do not like who won.' };
    const [open] = (await mio.api.competitions.getIntegrity({ slug: 'may' })).cases.filter(
      ({ state }) => state === 'open',
    );
    const close = { id: open?.id ?? '', outcome: 'nothing' as const, reason: 'It is mended.' };
    await nora.api.competitions.createCaseRuling(close);
    await expectRefusal(edda.api.competitions.createRoundCancellation(wish), 'SECOND_PERSON_NEEDED');
    expect((await edda.api.competitions.getRoundFile({ id: few.id })).can.cancel.allowed).toBe(false);
    await mio.api.competitions.createIntegrityCase({
      ...{ slug: 'may', kind: 'image' },
      anomaly: { kind: 'stealth', says: 'All of it is bought.', score: null, entry_id: null, voters: [] },
    });
    expect(await edda.api.competitions.createRoundCancellation(wish)).toMatchObject({ state: 'cancelled' });
  });
});
