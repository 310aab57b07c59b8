import { ballotAt, canonical, isIncluded, pairAt, sha256Hex, weigh } from '@stellary/judging';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '#api/index.ts';
import { castBallot } from '../../server/flows/cast-ballot.ts';
import { report } from '../../server/flows/report.ts';
import { assertClosed, closeBallots } from '../../server/flows/close-ballots.ts';
import { tendVoting } from '../../server/flows/tend-voting.ts';
import { present } from '../../server/kit/assert.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as marketplace from '../../server/modules/marketplace/index.ts';
import {
  enteredModel,
  established,
  type MadeRound,
  nowIn,
  people,
  roundIn,
  usedBy,
} from '../competitions.ts';
import { type Person, person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { modelUsersOf } from '../../server/views/competitions/model-users.ts';
import { freshDatabase } from '../setup/database.ts';
import { startWorldOn, type World } from '../world.ts';

const JOINED = new Date('2026-06-01T00:00:00Z');
const times = {
  opens_at: new Date('2027-03-01T00:00:00Z'),
  locks_at: new Date('2027-03-22T00:00:00Z'),
  qualifying_at: new Date('2027-03-24T00:00:00Z'),
  final_at: new Date('2027-03-29T00:00:00Z'),
  tally_at: new Date('2027-04-01T00:00:00Z'),
};
const clock = settableClock(new Date('2027-03-24T09:00:00Z'));
let world: World;
let other: World;
let round: MadeRound;
let vera: Person;
let oskar: Person;
let edda: Person;
let mio: Person;
/** Close to the author of the first entry when they begin to vote, and later to that of another. */
let friend: Person;
const ring: Person[] = [];

const here = { slug: 'march', category: 'image' } as const;
const ask = (who: Person) => who.api.competitions.createAssignment(here);
type Pair = Awaited<ReturnType<typeof ask>>;
type Choice = 'left' | 'right' | 'equal' | 'skip';
const choose = (who: Person, { token }: Pair, choice: Choice = 'left') =>
  who.api.competitions.createBallot({ token, choice });
/** What somebody chooses who looks: never the damaged copy. */
const seeing = (pair: Pair): Choice =>
  round.entries.some(({ digest }) => digest === digestsIn(pair)[0]) ? 'left' : 'right';
/** What lies behind the addresses, which do not say it themselves. */
const digestsIn = ({ left, right }: Pair) =>
  [left, right].map((link) => {
    const { pathname, searchParams } = new URL(link);
    return world.context.media_links.read(pathname, searchParams, clock.now())?.digest;
  });

beforeAll(async () => {
  // two servers on one database: what is begun at one goes on at the other
  const fresh = await freshDatabase();
  world = await startWorldOn(fresh, { engine: scriptedEngine(), clock, roles: 'web' });
  other = await startWorldOn(
    { url: fresh.url, drop: async () => {} },
    { engine: scriptedEngine(), clock, roles: 'web' },
  );
  [vera, oskar, edda, mio] = [
    await person(world, 'vera'),
    await person(world, 'oskar'),
    await person(world, 'edda', 'editor', 'admin'),
    await person(world, 'mio', 'moderator'),
  ];
  for (let number = 0; number < 4; number += 1) ring.push(await person(world, `ring-${number}`));
  for (const { id } of [vera, oskar, edda, mio, ...ring]) await established(world, id, JOINED);
  // each of these signed in from a machine of its own, but for the ring
  await world.context.db.deleteFrom('campaigns.trace').execute();
  await world.context.db
    .insertInto('campaigns.trace')
    .values(
      ring.map(({ id }) => ({
        ...{ kind: 'device', hash: Buffer.alloc(32, 9), account_id: id, first_at: JOINED, last_at: JOINED },
      })),
    )
    .execute();
  round = await roundIn(world, { slug: 'march', entries: 12, ...times });
  // it begins, and copies are damaged one after the other
  for (let done = 1; done > 0; done = await tendVoting(world.context));
});
afterAll(async () => {
  await other.end();
  await world.end();
});

describe('who votes', () => {
  test('is told before they begin whether they may, and why not', async () => {
    const voting = await vera.api.competitions.getVoting(here);
    expect(voting).toMatchObject({
      ...{ phase: 'qualifying', ends_at: times.final_at.toISOString(), can: { vote: { allowed: true } } },
      ...{ class: 'established', cast: 0, skipped: 0, quota: 30, floor: 10 },
    });
    expect(voting.facts.filter(({ holds }) => holds === null).map(({ name }) => name)).toEqual([
      'phone',
      'passkey',
    ]);
    const newcomer = await person(world, 'newcomer');
    const said = (await newcomer.api.competitions.getVoting(here)).can.vote;
    expect(said).toMatchObject({ allowed: false });
    expect(await expectRefusal(ask(newcomer), 'MAY_NOT_VOTE')).toMatchObject({ why: said.why });
    await expectRefusal(ask(edda), 'MAY_NOT_VOTE');
    await expectRefusal(
      vera.api.competitions.createAssignment({ slug: 'march', category: 'music' }),
      'NOT_FOUND',
    );
  });

  test('is nobody who has an entry in it, and whoever is close to one is never shown it', async () => {
    const [first, second] = round.entries;
    const author = await person(world, 'author');
    friend = await person(world, 'friend');
    for (const { id } of [author, friend]) await established(world, id, JOINED);
    const { db } = world.context;
    const stand = (entry_id: string, person_id: string) =>
      db
        .updateTable('competitions.entry_person')
        .set({ person_id })
        .where('entry_id', '=', entry_id)
        .execute();
    await stand(first?.id ?? '', author.id);
    await expectRefusal(ask(author), 'MAY_NOT_VOTE');
    await stand(second?.id ?? '', vera.id);
    await expectRefusal(ask(vera), 'MAY_NOT_VOTE');
    await stand(second?.id ?? '', second?.author_id ?? '');
    await db.deleteFrom('campaigns.trace').where('account_id', 'in', [author.id, friend.id]).execute();
    await db
      .insertInto('campaigns.trace')
      .values(
        [author, friend].map(({ id }) => ({
          ...{ kind: 'device', hash: Buffer.alloc(32, 7), account_id: id, first_at: JOINED, last_at: JOINED },
        })),
      )
      .execute();
    let pair: Pair | null = await ask(friend);
    const shown = new Set<string | undefined>();
    while (pair) {
      for (const digest of digestsIn(pair)) shown.add(digest);
      clock.advance(2_000);
      ({ next: pair } = await choose(friend, pair));
    }
    expect(shown.has(first?.digest)).toBe(false);
    expect(shown.size).toBeGreaterThanOrEqual(11);
  });
});

describe('a pair', () => {
  test('is two files and nothing about them, and the same until it is answered', async () => {
    const pair = await ask(vera);
    expect(Object.keys(pair).sort()).toEqual(
      ['expires_in_ms', 'left', 'left_ms', 'looks_ms', 'right', 'right_ms', 'token'].sort(),
    );
    const text = JSON.stringify(pair) + Buffer.from(pair.token.split('.')[0] ?? '', 'base64url').toString();
    expect(text).not.toMatch(/Secret|webp\?.*n=|2027-/);
    for (const { id, author_id, digest } of round.entries)
      expect([id, author_id, digest].some((one) => text.includes(one))).toBe(false);
    for (const link of [pair.left, pair.right]) {
      const file = await fetch(link);
      expect([file.status, file.headers.get('content-disposition') ?? '']).toEqual([
        200,
        expect.not.stringMatching(/Secret/),
      ]);
      expect([file.headers.get('last-modified'), file.headers.get('etag')]).toEqual([null, null]);
    }
    expect(digestsIn(await ask(vera))).toEqual(digestsIn(pair));
    const [one, two] = await Promise.all([ask(vera), ask(vera)]);
    expect([digestsIn(one), digestsIn(two)]).toEqual([digestsIn(pair), digestsIn(pair)]);
  });

  test('is not chosen in before both were looked at, by the clock of the server', async () => {
    const pair = await ask(vera);
    clock.advance(1_999);
    expect(await expectRefusal(choose(vera, pair), 'TOO_EARLY_TO_CHOOSE')).toMatchObject({ wait_ms: 1 });
    clock.advance(1);
    await expectRefusal(choose(oskar, pair), 'TOKEN_REFUSED');
    await expectRefusal(choose(vera, { ...pair, token: `${pair.token}x` }), 'TOKEN_REFUSED');
    const { cast, quota, next } = await choose(vera, pair);
    expect([cast, quota]).toEqual([1, 30]);
    expect(digestsIn(next ?? pair)).not.toEqual(digestsIn(pair));
  });

  test('is answered once, however many answers come at once', async () => {
    const pair = await ask(vera);
    clock.advance(2_000);
    const answers = await Promise.allSettled(
      (['left', 'right', 'equal', 'left', 'right'] as const).map((choice) => choose(vera, pair, choice)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expectRefusal(choose(vera, pair, 'right'), 'BALLOT_CAST');
    await expect(
      world.context.db.updateTable('competitions.ballot').set({ choice: 'right' }).execute(),
    ).rejects.toThrow(/permission denied/);
    // not the trigger alone stands before what binds the bundle
    const { rows } = await world.context.database.pool.query(
      `select relname from pg_class where relnamespace = 'competitions'::regnamespace
       and relname ~ '^(contender|assignment|ballot(_place|_bough|_root)?)$' and has_table_privilege(oid, 'update, delete')`,
    );
    expect(rows).toEqual([]);
    expect((await vera.api.competitions.getVoting(here)).cast).toBe(2);
  });

  test('is gone after ten minutes and counts as skipped; a skip needs no look', async () => {
    const pair = await ask(oskar);
    await choose(oskar, pair, 'skip');
    const late = await ask(oskar);
    clock.advance(600_000);
    await expectRefusal(choose(oskar, late), 'TOKEN_EXPIRED');
    await ask(oskar);
    expect(await oskar.api.competitions.getVoting(here)).toMatchObject({ cast: 0, skipped: 2 });
  });

  test('that was given before a restart is answered after it, at another server', async () => {
    const begun = await ask(oskar);
    clock.advance(2_000);
    const said = await fetch(`${other.url}/api/v1/competitions/ballots`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', origin: other.url },
        cookie: [...oskar.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: JSON.stringify({ token: begun.token, choice: 'equal' }),
    });
    expect([said.status, await said.json()]).toEqual([200, expect.objectContaining({ cast: 1 })]);
    await expectRefusal(choose(oskar, begun), 'BALLOT_CAST');
    const all = await Promise.all([...ring, oskar].map((one) => ask(one)));
    expect(new Set(all.map(({ token }) => token)).size).toBe(5);
  });
});

test('a voter has thirty of them, two with a damaged copy, and then no more', async () => {
  let pair: Pair | null = await ask(vera);
  let cast = 0;
  while (pair) {
    clock.advance(2_000);
    ({ next: pair, cast } = await choose(vera, pair, cast % 3 === 0 ? 'equal' : 'right'));
  }
  expect(cast).toBe(30);
  expect(await expectRefusal(ask(vera), 'BALLOTS_SPENT')).toMatchObject({ quota: 30 });
  const given = (
    await competitions.givenTo(world.context.db, round.category_id, 'qualifying', [vera.id])
  ).get(vera.id);
  const controls = given?.filter(({ damaged }) => damaged !== null) ?? [];
  expect(controls).toHaveLength(2);
  for (const { left_entry, right_entry } of controls) expect(left_entry).toBe(right_entry);
});

test('what is reported is a case for the moderators, and what they take down is shown no more', async () => {
  const pair = await ask(oskar);
  const [left] = digestsIn(pair);
  const report = { side: 'left', reason: 'copied', text: 'This is a well-known photograph.' } as const;
  await expectRefusal(
    oskar.api.competitions.createBallot({ token: pair.token, choice: 'left', report }),
    'INVALID_INPUT',
  );
  await oskar.api.competitions.createBallot({ token: pair.token, choice: 'report', report });
  const entry = round.entries.find(({ digest }) => digest === left);
  const [matter] = (await mio.api.moderation.listMatters({ state: 'open' })).items;
  expect(matter).toMatchObject({
    kind: 'entry',
    subject_id: entry?.id,
    path: '/competitions/march',
    hidden: false,
  });
  const ruling = { kind: 'entry', subject_id: entry?.id ?? '', reason: 'It is.' } as const;
  await mio.api.moderation.createRuling({ ...ruling, decision: 'hide' });
  const showings = await competitions.showingsOf(world.context.db, round.category_id, 'qualifying');
  expect(showings.filter(({ gone }) => gone).map(({ entry_id }) => entry_id)).toEqual([entry?.id]);
});

test('a creation that is hidden is shown to nobody who votes either, until it is restored', async () => {
  const { db, database } = world.context;
  const own = { slug: 'side', entries: 1, authors: [vera.id], state: 'open', with_files: false };
  const side = await roundIn(world, { ...own, ...times });
  const entry = async () =>
    present(await competitions.entryById(db, present(side.entries[0], 'an entry').id), 'its row');
  const { asset_id, model_id, release_id, title } = await entry();
  const id = present(asset_id, 'what was entered');
  const shown = { title, prompt: null, listed: true, published_at: clock.now() };
  await database.inTransaction((tx) =>
    marketplace.showCreation(tx, {
      ...{ asset_id: id, maker_id: vera.id, model_id, release_id, modality: 'image', ...shown },
    }),
  );
  await oskar.api.moderation.createReport({ what: { kind: 'creation', id }, reason: 'hate' });
  const ruling = { kind: 'creation', subject_id: id, reason: 'It is.' } as const;
  await mio.api.moderation.createRuling({ ...ruling, decision: 'hide' });
  expect((await entry()).removed_at).toEqual(clock.now());
  const [decided] = (await vera.api.moderation.listOwnRulings({})).items;
  await vera.api.moderation.createObjection({ id: decided?.id ?? '', text: 'It is a lamp.' });
  await edda.api.moderation.createRuling({ ...ruling, decision: 'restore', reason: 'It is a lamp.' });
  expect((await entry()).removed_at).toBeNull();
});

test('nobody reads how anything stands: what is answered is the same before and after many ballots', async () => {
  const everything = async () => {
    const answers: string[] = [];
    for (const who of [edda, mio, vera, world.visitor()])
      for (const path of PATHS) {
        const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(`${world.url}${path}`, { headers: { cookie } });
        answers.push(`${path} ${answer.status} ${plain(await answer.text())}`);
      }
    return answers;
  };
  const before = await everything();
  expect(before.filter((one) => / 200 /.test(one)).length).toBeGreaterThan(10);
  for (const who of ring.slice(0, 3)) {
    let pair: Pair | null = await ask(who);
    for (let times = 0; pair && times < 12; times += 1) {
      clock.advance(2_000);
      ({ next: pair } = await choose(who, pair, seeing(pair)));
    }
  }
  expect(await everything()).toEqual(before);
});

/** Everything about a round that the contract lets anybody read, and the pages. What is of the voter alone is left out. */
const PATHS = Object.entries(contract.competitions).flatMap(([name, procedure]) => {
  const { method, path = '' } = procedure['~orpc'].route;
  const own = ['getVoting', 'getInclusionProof'].includes(name);
  return method === 'GET' && !own ? [`/api/v1${path.replaceAll('{slug}', 'march')}`] : [];
});
/** Without what tells the time, or the request. */
const plain = (text: string) =>
  text.replaceAll(/"(now|request_id|instance)":"[^"]*"/g, '').replaceAll(/&?[es]=[\w-]+/g, '');

test('the order of a day is published once, and each voter can show that theirs is in it', async () => {
  expect((await vera.api.competitions.listBallotRoots({ slug: 'march' })).items).toEqual([]);
  clock.set(new Date('2027-03-25T00:05:00Z'));
  const published = await Promise.all(
    [world, other].map(({ context }) => closeBallots(context, round.category_id)),
  );
  expect(published.reduce((sum, one) => sum + one, 0)).toBe(1);
  const [root] = (await world.visitor().api.competitions.listBallotRoots({ slug: 'march' })).items;
  expect(root).toMatchObject({ category: 'image', phase: 'qualifying', day: '2027-03-24' });
  const proofs = await vera.api.competitions.getInclusionProof(here);
  expect(proofs.items.filter(({ choice }) => choice !== 'skip')).toHaveLength(30);
  expect(proofs.items.every(({ leaf, proof }) => leaf === null && proof?.root === root?.root)).toBe(true);
  // once the results are out each can be checked by anybody with the published package
  await nowIn(world, round, 'provisional');
  const { items, voter } = await vera.api.competitions.getInclusionProof(here);
  for (const { leaf, proof } of items) {
    expect(leaf).toContain(voter);
    const bytes = new TextEncoder().encode(leaf ?? '');
    expect(proof && isIncluded(bytes, proof, root?.root ?? '')).toBe(true);
  }
  await nowIn(world, round, 'qualifying');
});

test('with the phase everything is answered, and accounts on one browser share one voice', async () => {
  clock.set(new Date('2027-03-29T00:02:00Z'));
  await expectRefusal(ask(ring[3] ?? vera), 'VOTING_CLOSED');
  // the last day ends with the phase and not before: the round is in it for some moments more
  await closeBallots(world.context, round.category_id);
  await expect(assertClosed(world.context, round.category_id, 'qualifying')).rejects.toThrow('not closed');
  await nowIn(world, round, 'tally');
  // what became of somebody since they voted counts too
  const last = present(round.entries.at(-1), 'an entry');
  const nameIn = (person_id: string) =>
    world.context.db
      .updateTable('competitions.entry_person')
      .set({ person_id })
      .where('entry_id', '=', last.id)
      .execute();
  await nameIn(vera.id);
  const another = present(round.entries[5], 'an entry');
  await world.context.db
    .insertInto('campaigns.trace')
    .values(
      [friend.id, another.author_id].map((account_id) => ({
        ...{ kind: 'device', hash: Buffer.alloc(32, 5), account_id, first_at: JOINED, last_at: JOINED },
      })),
    )
    .execute();
  const clerk = present(ring[2], 'one of the ring');
  await world.context.db
    .insertInto('identity.role')
    .values({ account_id: clerk.id, role: 'moderator', granted_at: clock.now(), granted_by: 'a test' })
    .execute();
  await Promise.all([
    closeBallots(world.context, round.category_id),
    closeBallots(other.context, round.category_id),
  ]);
  await assertClosed(world.context, round.category_id, 'qualifying');
  const { voters, ballots, table, roots } = await castIn('qualifying');
  expect(roots.at(-1)).toMatchObject({ day: '2027-03-28', size: ballots.length });
  expect(roots.map(({ day }) => day)).toEqual(['24', '25', '26', '27', '28'].map((day) => `2027-03-${day}`));
  // what binds a bundle stands in the books
  const shown = round.entries.map(({ id, digest }) => [id, digest]);
  const said = { phase: 'qualifying', contenders: 12, digest: sha256Hex(canonical(shown)) };
  expect(await audited('competitions.contenders')).toEqual([said]);
  expect(await audited('competitions.root')).toEqual(roots.map((root) => ({ phase: 'qualifying', ...root })));
  const slots = ballots.filter(({ slot }) => slot >= 0).map(({ slot }) => slot);
  expect(slots.sort((a, b) => a - b)).toEqual(Array.from(slots, (_, place) => place));
  const { weight, reasons } = weigh(voters, table, 'qualifying');
  const weightOf = (who: Person) => {
    const name = competitions.pseudonymOf(
      world.context.ballot_key,
      { round_id: round.id, kind: 'image' },
      who.id,
    );
    const place = voters.findIndex(({ id }) => id === name);
    return { weight: weight[place], reasons: reasons[place], cluster: voters[place]?.cluster };
  };
  // four accounts, of which three cast enough and one has an office by now: a half each, of one voice
  const shared = ring.slice(0, 3).map(weightOf);
  expect(shared.map((one) => one.weight)).toEqual([0.5, 0.5, 0]);
  expect(shared[2]?.reasons).toBe('STAFF');
  expect(new Set(shared.map(({ cluster }) => cluster)).size).toBe(1);
  expect(shared[0]?.reasons).toContain('CLUSTER');
  expect(weightOf(oskar)).toMatchObject({ weight: 0, cluster: null });
  expect(weightOf(vera)).toMatchObject({ weight: 0, reasons: 'ENTRANT' });
  // they chose about the work of somebody whose browser they turned out to use
  expect(weightOf(friend)).toMatchObject({ weight: 0, reasons: 'RELATED' });
  await nameIn(last.author_id);
  await world.context.db
    .deleteFrom('identity.role')
    .where('account_id', '=', clerk.id)
    .where('role', '=', 'moderator')
    .execute();
});

/** What a count takes of the category, as columns and as ballots with names. */
async function castIn(phase: 'qualifying' | 'final') {
  const { db } = world.context;
  const { entries, category_id } = round;
  const { ballots: table, ...rest } = await competitions.ballotsOf(db, category_id, { entries, phase });
  const ballots = Array.from({ length: table.length }, (_, at) => ballotAt(entries, rest.voters, table, at));
  return { ...rest, table, ballots };
}

/** What was written down about the category of the round, the oldest first. */
const audited = async (act: string) =>
  (
    await world.context.db
      .selectFrom('kit.audit_log')
      .select('detail')
      .where('act', '=', act)
      .where('subject', '=', round.category_id)
      .orderBy('id')
      .execute()
  ).map(({ detail }) => detail);

test('the final has ballots of its own, fifteen each, of the finalists', async () => {
  const showings = await competitions.showingsOf(world.context.db, round.category_id, 'qualifying');
  // one of them was taken down: it is drawn from like the others, and never shown
  const gone = showings.filter((one) => one.gone).map(({ entry_id }) => entry_id);
  const seen = showings.filter((one) => !one.gone).map(({ entry_id }) => entry_id);
  const finalists = [...gone, ...seen.slice(0, 6)].sort();
  expect(finalists).toHaveLength(7);
  await world.context.database.inTransaction((tx) =>
    competitions.insertFinalists(tx, round.category_id, finalists),
  );
  await nowIn(world, round, 'final_round');
  await expectRefusal(ask(vera), 'NO_PAIR');
  await tendVoting(world.context);
  let pair: Pair | null = await ask(vera);
  const shown = new Set<string | undefined>();
  let cast = 0;
  while (pair) {
    for (const digest of digestsIn(pair)) shown.add(digest);
    clock.advance(2_000);
    ({ next: pair, cast } = await choose(vera, pair));
  }
  expect(cast).toBe(15);
  const digests = round.entries
    .filter(({ id }) => finalists.includes(id) && !gone.includes(id))
    .map(({ digest }) => digest);
  expect([...shown].filter((digest) => !digests.includes(digest ?? ''))).toEqual([]);
  clock.set(times.tally_at);
  await nowIn(world, round, 'tally');
  await closeBallots(world.context, round.category_id);
  const { roots, ballots } = await castIn('final');
  expect(roots.at(-1)).toMatchObject({ day: '2027-03-31', size: ballots.length });
  const { seed } = present(await competitions.contestOf(world.context.db, round.category_id), 'the contest');
  const scope = { seed, competition: round.id, category: 'image', phase: 'final' as const };
  const cast_there = ballots.filter(({ phase }) => phase === 'final');
  expect(cast_there.map((one) => [one.left, one.right])).toEqual(
    cast_there.map((one) => pairAt(scope, 7, one, one.draw)?.map((place) => finalists[place])),
  );
  expect(await competitions.phasesOf(world.context.db, round.category_id)).toEqual([
    expect.objectContaining({ phase: 'qualifying', closed_at: expect.any(Date) }),
    expect.objectContaining({ phase: 'final', closed_at: expect.any(Date) }),
  ]);
});

test('many at once each get pairs of their own, and the schedule has no gap', async () => {
  const busy = await roundIn(world, {
    ...{ slug: 'busy', entries: 40, with_files: false, ...times },
    authors: await people(world, 'busy-author', 40, JOINED),
  });
  clock.set(new Date('2027-03-24T12:00:00Z'));
  const removed = present(busy.entries[0], 'an entry').id;
  await world.context.database.inTransaction((tx) => competitions.takeDownEntry(tx, removed, clock.now()));
  await tendVoting(world.context);
  // what was taken down before it began is counted too, and shown to nobody
  const showings = await competitions.showingsOf(world.context.db, busy.category_id, 'qualifying');
  expect([showings.length, showings.find(({ gone }) => gone)?.entry_id]).toEqual([40, removed]);
  const asked = await Promise.all(
    [vera, oskar, ...ring].flatMap((who) =>
      [1, 2, 3].map(() => who.api.competitions.createAssignment({ slug: 'busy', category: 'image' })),
    ),
  );
  expect(new Set(asked.map(({ token }) => token)).size).toBe(6);
  const { rows } = await world.context.database.pool.query(
    'select slot from competitions.assignment where category_id = $1 order by slot',
    [busy.category_id],
  );
  expect(rows.map(({ slot }: { slot: number }) => slot)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a report is no free skip: there are as many in an hour as reports of anything else', async () => {
  const who = present(ring[3], 'somebody');
  let { token } = await who.api.competitions.createAssignment({ slug: 'busy', category: 'image' });
  const complain = () =>
    who.api.competitions.createBallot({
      ...{ token, choice: 'report', report: { side: 'left', reason: 'other', text: 'I do not like it.' } },
    });
  for (let times = 0; times < 20; times += 1) token = present((await complain()).next, 'a pair').token;
  await expectRefusal(complain(), 'RATE_LIMITED');
  // and they are the same wherever they are made: another server has counted none of them by itself
  const complaint = { side: 'left' as const, reason: 'other' as const, text: 'Nor that one.' };
  await expect(
    castBallot(other.context, who.id, { token, choice: 'report', report: complaint }),
  ).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  const of_person = { what: { kind: 'person' as const, handle: oskar.handle } };
  await expect(
    report(other.context, who.id, { ...of_person, reason: 'other', text: 'Nor them.' }),
  ).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  // what was not taken as a report may be skipped, and what nobody answers lapses once, with its own day
  await who.api.competitions.createBallot({ token, choice: 'skip' });
  const phase = 'qualifying' as const;
  const { category_id } = present(
    await competitions.contestAt(world.context.db, 'busy', 'image'),
    'the contest',
  );
  const lapsed = (after: Date) =>
    world.context.database.inTransaction((tx) =>
      competitions.skipLapsed(tx, { category_id, phase, after, before: times.final_at, limit: 100 }),
    );
  expect(await lapsed(new Date('2027-03-25T00:00:00Z'))).toBe(0);
  expect(await lapsed(new Date('2027-03-24T00:00:00Z'))).toBe(6);
  expect(await lapsed(new Date('2027-03-24T00:00:00Z'))).toBe(0);
  // an index has them in the order in which they lapse, so that nobody waits while a whole phase is read
  const plan = await world.context.database.inTransaction(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    await sql`set local enable_sort = off`.execute(tx);
    return sql`explain select id from competitions.assignment where category_id = ${category_id} and phase = ${phase}
      and expires_at > ${times.opens_at} and expires_at <= ${times.final_at} order by expires_at, id`.execute(
      tx,
    );
  });
  expect(JSON.stringify(plan.rows)).toContain('assignment_lapses');
});

test('of models it counts how many different people made something with them, and never how often', async () => {
  const { db } = world.context;
  const entered_at = new Date('2027-03-05T00:00:00Z');
  const later = (hours: number) => new Date(entered_at.getTime() + hours * 3_600_000);
  const [one, two] = await db
    .selectFrom('registry.release')
    .select(['id as release_id', 'model_id'])
    .distinctOn('model_id')
    .orderBy('model_id')
    .limit(2)
    .execute();
  if (!one || !two) throw new Error('the house has models');
  const [author, ...users] = await people(world, 'model-user', 9, JOINED);
  const [stranger] = await people(world, 'stranger', 1, entered_at);
  if (!author || !stranger) throw new Error('they were made');
  const { category_id, entry_id: first } = await enteredModel(world, round, author, one, entered_at);
  const { entry_id: second } = await enteredModel(world, round, author, two, entered_at);
  const use = (payer: number, release_id: string, hours: number, change = {}) =>
    usedBy(world, users[payer] ?? author, release_id, later(hours), change);
  // the first: one person ten times; before it was entered; with promo credits; related; its author; a newcomer; too late
  for (let hours = 1; hours <= 10; hours += 1) await use(0, one.release_id, hours);
  await use(1, one.release_id, -1);
  await use(2, one.release_id, 1, { promo: true });
  await use(3, one.release_id, 1, { related: true });
  await usedBy(world, author, one.release_id, later(1));
  await usedBy(world, stranger, one.release_id, later(1));
  await usedBy(world, users[4] ?? author, one.release_id, times.tally_at);
  const refunded = await use(5, one.release_id, 2);
  await db
    .insertInto('earnings.reversal')
    .values({
      ...{ id: refunded, generation_id: refunded, cause: 'refund', reason: 'It was broken.' },
      ...{ paid_micros: 1n, promo_micros: 0n, at: later(3) },
    })
    .execute();
  // the second: two people, and two more on one browser, who are one
  for (const payer of [4, 5, 6, 7]) await use(payer, two.release_id, 1);
  await db
    .insertInto('campaigns.trace')
    .values(
      [users[6], users[7]].map((account_id) => ({
        ...{ kind: 'device', hash: Buffer.alloc(32, 5), account_id: account_id ?? '' },
        ...{ first_at: JOINED, last_at: JOINED },
      })),
    )
    .execute();
  const counted = await modelUsersOf(db, category_id);
  expect(new Map(counted.map(({ entry_id, ...rest }) => [entry_id, rest]))).toEqual(
    new Map([
      [first, { people: 1, c: 2 }],
      [second, { people: 3, c: 1 }],
    ]),
  );
});
