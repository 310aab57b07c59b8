import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoundPlan } from '#api/competitions/shapes.ts';
import { prizeEscrow } from '../../server/chart-of-accounts.ts';
import { fingerprintAssets } from '../../server/flows/fingerprint-assets.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { validateEntries } from '../../server/flows/validate-entries.ts';
import { asId, type EntryId, type LinkId, newId, type RoundId, type TouchId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, expectEverythingHolds, releaseOf, SMALL, start } from '../acts.ts';
import { fundPool } from '../competitions.ts';
import { publishedAs } from '../own-models.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { type Script, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-20T12:00:00Z'));
const at = (instant: string) => new Date(instant);
const STELAI = 1_000_000_000n;
const FORBIDDEN = 'a nude child';
const PRIZES = [500n, 300n, 200n, 100n, 50n].map((amount) => amount * STELAI);

/** Of two seeds two pictures that nobody would take for one another; of one seed the same file. */
const patterns: Script = async (job, { onEvent }) => {
  onEvent({ type: 'started' });
  let state = job.seed + 1;
  const noise = Buffer.from(
    Array.from(
      { length: 8 * 8 * 3 },
      () => ((state = (state * 1_103_515_245 + 12_345) % 2 ** 31) >> 16) & 255,
    ),
  );
  const bytes = await sharp(noise, { raw: { width: 8, height: 8, channels: 3 } })
    .resize(256, 256, { kernel: 'cubic' })
    .webp({ lossless: true })
    .toBuffer();
  const picture = { mime: 'image/webp', bytes, width: 256, height: 256 } as const;
  return {
    ok: true,
    outputs: [{ ...picture, role: 'primary', modality: 'image', extension: 'webp', thumbnail: picture }],
    inference_ms: 1,
    runtime: { name: 'script', version: '1', provider: 'test', arch: process.arch },
  };
};

let world: World;
let drift: string;
let edda: Person;
let emil: Person;
let mia: Person;
let ben: Person;
let ola: Person;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(patterns), clock, roles: 'web,relay' });
  edda = await person(world, 'edda', 'editor');
  emil = await person(world, 'emil', 'admin');
  mia = await person(world, 'mia');
  ben = await person(world, 'ben');
  ola = await person(world, 'ola');
  drift = await releaseOf(mia);
  for (const one of [mia, ben, ola]) await buy(one, 'pack-1000');
  await fundPool(world, 20_000n * STELAI);
});
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

const plan = (change: Partial<RoundPlan> = {}): RoundPlan => ({
  slug: 'december-light',
  title: 'December light',
  theme: 'Light in the dark',
  story: 'Show us light.',
  instants: {
    opens_at: '2026-12-01T00:00:00.000Z',
    locks_at: '2026-12-22T00:00:00.000Z',
    qualifying_at: '2026-12-24T00:00:00.000Z',
    final_at: '2026-12-29T00:00:00.000Z',
    tally_at: '2027-01-01T00:00:00.000Z',
    provisional_at: '2027-01-02T00:00:00.000Z',
    disputes_until: '2027-01-05T00:00:00.000Z',
  },
  categories: [
    {
      kind: 'image',
      theme: 'Light',
      entries_max: 2,
      rules: [
        { kind: 'made_in_window' },
        { kind: 'no_uploads' },
        { kind: 'own_pictures_only' },
        { kind: 'releases_listed', models: ['drift'] },
      ],
      prizes: PRIZES.map(String),
    },
    { kind: 'models', theme: '', entries_max: 1, rules: [], prizes: [String(STELAI)] },
  ],
  ...change,
});

const rounds = () => edda.api.competitions;
const file = (id: string) => rounds().getRoundFile({ id });
async function drafted(change: Partial<RoundPlan> = {}, month = '2026-12') {
  const { id, version } = await rounds().createRound({ title: 'A round', month });
  return rounds().updateRound({ id, version, plan: plan(change) });
}
type Seen = { id: string; version: number };
const of = ({ id, version }: Seen) => ({ id, version });
async function approved(change: Partial<RoundPlan> = {}, month?: string) {
  const proposed = await rounds().createRoundProposal(of(await drafted(change, month)));
  return emil.api.competitions.createRoundApproval({
    ...of(proposed),
    approved: true,
    reason: 'It is complete.',
  });
}
async function moveTo(instant: Date) {
  clock.set(instant);
  await fireTimers(world.context);
}
async function escrowOf(id: string): Promise<bigint> {
  const escrow = prizeEscrow(asId<RoundId>(id));
  return (await ledger.balances(world.context.db, [escrow]))(escrow).available;
}

/** A picture of somebody's; its seed is what it looks like. */
async function painted(who: Person, seed: number): Promise<string> {
  const { id } = await start(who, { release_id: drift, input: { ...SMALL, seed } });
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  await settleDelivered(world.context);
  const made = await who.api.generation.getGeneration({ id });
  return present(made.assets[0], 'what was made').id;
}
const heard = async () => {
  while ((await fingerprintAssets(world.context)) > 0);
  await validateEntries(world.context);
};
const enter = (
  who: Person,
  subject_id: string,
  change: { slug?: string; title?: string; with?: { handle: string; share_ppm: number }[] } = {},
) =>
  who.api.competitions.createEntry({
    slug: 'december-light',
    kind: 'image',
    subject_id,
    title: 'A light',
    ...change,
  });

describe('a round is written by one and approved by another', () => {
  let id: string;

  test('what is missing or cannot be is said at once, and nobody approves their own', async () => {
    const begun = await rounds().createRound({ title: 'Empty', month: '2026-12' });
    await expectRefusal(rounds().createRoundProposal(of(begun)), 'ROUND_REFUSED');
    const { instants, categories } = plan();
    const refused = (change: Partial<RoundPlan>) =>
      expectRefusal(
        rounds().updateRound({ ...of(begun), plan: plan({ slug: 'x', ...change }) }),
        'ROUND_REFUSED',
      );
    await refused({ slug: 'winners' });
    await refused({ instants: { ...instants, qualifying_at: instants.locks_at } });
    await refused({ instants: { ...instants, opens_at: '2026-11-30T23:59:59.999Z' } });
    const [image] = categories;
    const other = present(image, 'a category');
    await refused({ categories: [other, other] });
    await refused({ categories: [{ ...other, prizes: ['1', '2'] }] });
    await refused({ categories: [{ ...other, prizes: ['0'] }] });
    await refused({ categories: [{ ...other, rules: [{ kind: 'releases_listed', models: ['nobody-s'] }] }] });
    await refused({ categories: [{ ...other, rules: [{ kind: 'length', min_ms: 0, max_ms: 1_000 }] }] });
    await expectRefusal(mia.api.competitions.createRound({ title: 'Mine', month: '2026-12' }), 'NOT_ALLOWED');

    const draft = await drafted();
    await expectRefusal(
      rounds().createRound({ title: 'Another', month: '2026-12', template_id: draft.id }),
      'NOT_FOUND',
    );
    await expectRefusal(
      emil.api.competitions.createRoundApproval({ ...of(draft), approved: true, reason: 'It is complete.' }),
      'NOT_NOW',
    );
    const proposed = await rounds().createRoundProposal(of(draft));
    expect(proposed.can).toMatchObject({ approve: { allowed: false, why: 'A second person decides.' } });
    await expectRefusal(
      rounds().createRoundApproval({ ...of(proposed), approved: true, reason: 'It is complete.' }),
      'SECOND_PERSON_NEEDED',
    );
    await expectRefusal(rounds().updateRound({ ...of(begun), plan: plan() }), 'ROUND_ADDRESS_TAKEN');
    const again = await drafted({ slug: 'sent-back' });
    const handed = await rounds().createRoundProposal(of(again));
    const back = { ...of(handed), approved: false, reason: 'The theme is not clear.' };
    const sent = await emil.api.competitions.createRoundApproval(back);
    expect(sent).toMatchObject({ state: 'draft', proposed_by: null });
    await expectRefusal(emil.api.competitions.createRoundApproval({ ...back, ...of(sent) }), 'NOT_NOW');
    // whoever writes it anew takes the proposal back
    const written = await rounds().updateRound({ ...of(proposed), plan: plan({ theme: 'Light' }) });
    expect(written.proposed_by).toBeNull();
    id = (await rounds().createRoundProposal(of(written))).id;
    // what is not there is not promised
    const dear = { kind: 'models' as const, theme: '', entries_max: 1, rules: [] };
    const prizes = [String(20_001n * STELAI)];
    const short = await expectRefusal(
      approved({ slug: 'too-dear', categories: [{ ...dear, prizes }] }),
      'POOL_SHORT',
    );
    expect(short).toMatchObject({ short_nanos: String(STELAI) });
    await expectRefusal(mia.api.competitions.getRound({ slug: 'december-light' }), 'NOT_FOUND');
  });

  test('eight who approve at once fund it once; its rules are frozen, hashed, and its seed committed to', async () => {
    const { version } = await file(id);
    // whoever proposed it and left the office since is no first of two
    const { db } = world.context;
    const office = db
      .deleteFrom('identity.role')
      .where('account_id', '=', edda.id)
      .where('role', '=', 'editor');
    const held = await office.returningAll().executeTakeFirstOrThrow();
    await expectRefusal(
      emil.api.competitions.createRoundApproval({ id, version, approved: true, reason: 'It is complete.' }),
      'PROPOSER_LEFT',
    );
    await db.insertInto('identity.role').values(held).execute();
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        emil.api.competitions.createRoundApproval({ id, version, approved: true, reason: 'It is complete.' }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await escrowOf(id)).toBe(1_151n * STELAI);
    const page = await world.visitor().api.competitions.getRound({ slug: 'december-light' });
    expect(page).toMatchObject({
      state: 'scheduled',
      seed: null,
      funded_nanos: String(1_151n * STELAI),
      prizes_nanos: String(1_151n * STELAI),
      next: { at: '2026-12-01T00:00:00.000Z' },
      can: { enter: { allowed: false } },
    });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(page.rules_digest).toBe(sha256(page.rules_text ?? ''));
    // what a prize is does not depend on any day, and who may not have one is said before
    expect(JSON.parse(page.rules_text ?? '{}')).toMatchObject({
      prizes: { asset: 'STELAI', unit: 'nano', fixed: true },
      says: expect.arrayContaining([
        expect.stringMatching(/fixed in \$STELAI/),
        expect.stringMatching(/ten days to answer.*not of age.*lives where/),
      ]),
    });
    expect(page.seed_commitment).toMatch(/^[0-9a-f]{64}$/);
    expect(page.models.map(({ slug }) => slug)).toEqual(['drift']);
    const frozen = await file(id);
    await expectRefusal(rounds().updateRound({ ...of(frozen), plan: plan() }), 'NOT_NOW');
  });

  test('it opens by itself, once, whoever looks at the clock', async () => {
    const early = await painted(mia, 1);
    await expectRefusal(enter(mia, early), 'NOT_ELIGIBLE');
    clock.set(at('2026-11-30T23:59:59.999Z'));
    await fireTimers(world.context);
    expect((await file(id)).state).toBe('scheduled');
    clock.set(at('2026-12-01T00:00:00.000Z'));
    await Promise.all([fireTimers(world.context), fireTimers(world.context), fireTimers(world.context)]);
    const { state, steps } = await file(id);
    expect(state).toBe('open');
    expect(steps.filter(({ act }) => act === 'open')).toHaveLength(1);
  });
});

describe('while it is open', () => {
  let first: string;
  let entry: string;

  test('one enters what one made oneself, and reads why the rest of it cannot be', async () => {
    first = await painted(mia, 2);
    const { items, places_left } = await mia.api.competitions.listEnterable({
      slug: 'december-light',
      kind: 'image',
    });
    expect(places_left).toBe(2);
    expect(items).toMatchObject([
      { asset_id: first, eligible: true, reasons: [] },
      { eligible: false, reasons: [{ code: 'MADE_TOO_EARLY' }] },
    ]);
    // of others it is as if there were none
    await expectRefusal(enter(ben, first), 'NOT_FOUND');
    await expectRefusal(enter(edda, first), 'NOT_FOUND');
    const { db } = world.context;
    const of_first = db.selectFrom('generation.asset').select('generation_id').where('id', '=', first);
    const { input } = await db
      .selectFrom('generation.generation')
      .select('input')
      .where('id', 'in', of_first)
      .executeTakeFirstOrThrow();
    const rewrite = (text: string) =>
      db.updateTable('generation.generation').set({ input: text }).where('id', 'in', of_first).execute();
    // it was allowed when it was made
    await rewrite(JSON.stringify({ ...SMALL, prompt: FORBIDDEN }));
    await expectRefusal(enter(mia, first), 'PROMPT_REFUSED');
    await rewrite(JSON.stringify(input));
    await expectRefusal(enter(mia, first, { title: FORBIDDEN }), 'WORDS_REFUSED');
    const entered = await enter(mia, first);
    entry = entered.id;
    expect(entered).toMatchObject({ state: 'submitted', shown: null, can: { withdraw: { allowed: true } } });
    await expectRefusal(enter(mia, first), 'ALREADY_ENTERED');
    await expectRefusal(ben.api.competitions.getEntry({ id: entry }), 'NOT_FOUND');
    await expectRefusal(ben.api.competitions.deleteEntry({ id: entry }), 'NOT_FOUND');
    await heard();
    const shown = await mia.api.competitions.getEntry({ id: entry });
    expect(shown).toMatchObject({ state: 'eligible', shown: { mime: 'image/webp' } });
  });

  test('who withdraws and comes back is who they were: no other lot is drawn', async () => {
    expect((await mia.api.competitions.deleteEntry({ id: entry })).state).toBe('withdrawn');
    await expectRefusal(mia.api.competitions.deleteEntry({ id: entry }), 'NOT_NOW');
    expect((await enter(mia, first)).id).toBe(entry);
    await heard();
    expect((await mia.api.competitions.getEntry({ id: entry })).state).toBe('eligible');
  });

  test('of two that look alike the first one stays, and one file stands once, whoever has it', async () => {
    const { db } = world.context;
    const unheard = await painted(ben, 2);
    const { id } = await enter(ben, unheard);
    const copy = await painted(ben, 2);
    await heard();
    expect(await ben.api.competitions.getEntry({ id })).toMatchObject({
      state: 'ineligible',
      reason: { code: 'LOOKS_ALIKE' },
    });
    expect(await expectRefusal(enter(ben, copy), 'LOOKS_ALIKE')).toMatchObject({ how: 'looks', own: false });
    const same = await painted(ben, 2);
    const { digest } = await db
      .selectFrom('generation.asset')
      .select('digest')
      .where('id', '=', first)
      .executeTakeFirstOrThrow();
    await db.updateTable('generation.asset').set({ digest }).where('id', '=', same).execute();
    await expectRefusal(enter(ben, same), 'ALREADY_ENTERED');
  });

  test('the last place is taken once, by however many requests at once', async () => {
    const more = [await painted(mia, 0x2040c0), await painted(mia, 0xc04020), await painted(mia, 0x20c040)];
    const all = await Promise.allSettled(more.map((asset) => enter(mia, asset)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const again = await Promise.allSettled([enter(mia, more[0] ?? ''), enter(mia, more[1] ?? '')]);
    expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(0);
    const { places_left, items } = await mia.api.competitions.listEnterable({
      slug: 'december-light',
      kind: 'image',
    });
    expect(places_left).toBe(0);
    expect(items[0]?.reasons.length).toBeGreaterThan(0);
  });

  test('whoever made it together is asked, takes a place of their own, and can say that they did not', async () => {
    const joint = await painted(ben, 0x4488ff);
    await expectRefusal(
      enter(ben, joint, { with: [{ handle: ben.handle, share_ppm: 1 }] }),
      'SHARES_REFUSED',
    );
    await expectRefusal(
      enter(ben, joint, { with: [{ handle: edda.handle, share_ppm: 1 }] }),
      'SHARES_REFUSED',
    );
    const shares = { with: [{ handle: ola.handle, share_ppm: 400_000 }] };
    const { id } = await enter(ben, joint, shares);
    await heard();
    expect(await ola.api.competitions.getEntry({ id })).toMatchObject({
      state: 'validating',
      people: [
        { handle: ben.handle, share_ppm: 600_000, answer: 'accepted' },
        { handle: ola.handle, share_ppm: 400_000, answer: 'open' },
      ],
      can: { answer: { allowed: true }, withdraw: { allowed: false } },
    });
    await expectRefusal(mia.api.competitions.createEntryAnswer({ id, accepted: true }), 'NOT_FOUND');
    expect((await ola.api.competitions.createEntryAnswer({ id, accepted: false })).state).toBe('ineligible');
    await expectRefusal(ola.api.competitions.createEntryAnswer({ id, accepted: true }), 'NOT_NOW');
    expect((await enter(ben, joint, shares)).id).toBe(id);
    await ola.api.competitions.createEntryAnswer({ id, accepted: true });
    await heard();
    expect((await ola.api.competitions.getEntry({ id })).state).toBe('eligible');
    const { places_left } = await ola.api.competitions.listEnterable({
      slug: 'december-light',
      kind: 'image',
    });
    expect(places_left).toBe(1);
  });

  test('staff locks it later before it has locked, and everybody reads why', async () => {
    const { id } = (await rounds().listRoundDesk({})).items.find(({ slug }) => slug === 'december-light') ?? {
      id: '',
    };
    const seen = await file(id);
    const wish = { ...of(seen), hours: 24, reason: 'The media store was slow for a day.' };
    const extended = await rounds().createRoundExtension(wish);
    expect(extended.plan.instants).toMatchObject({
      opens_at: '2026-12-01T00:00:00.000Z',
      locks_at: '2026-12-23T00:00:00.000Z',
      disputes_until: '2027-01-06T00:00:00.000Z',
    });
    await expectRefusal(rounds().createRoundExtension(wish), 'STATE_CHANGED');
    const { notices } = await mia.api.competitions.getRound({ slug: 'december-light' });
    expect(notices).toMatchObject([{ kind: 'extension', shift_ms: DAY_MS, reason: wish.reason }]);
    await moveTo(at('2026-12-22T12:00:00.000Z'));
    expect((await file(id)).state).toBe('open');
    // what is made and entered in the last millisecond counts, and at the lock itself nothing does, timer or not
    clock.set(at('2026-12-22T23:59:59.999Z'));
    const last = await painted(ola, 0x901020);
    expect((await enter(ola, last)).state).toBe('submitted');
    clock.set(at('2026-12-23T00:00:00.000Z'));
    await expectRefusal(enter(ola, await painted(ola, 0x102090)), 'NOT_ELIGIBLE');
    await expectRefusal(mia.api.competitions.deleteEntry({ id: entry }), 'ROUND_NOT_OPEN');
    await expectRefusal(
      rounds().createRoundExtension({ ...wish, version: extended.version }),
      'ROUND_NOT_OPEN',
    );
    await fireTimers(world.context);
    expect((await file(id)).state).toBe('locked');
  });

  test('voting waits until all that was entered was looked at, for everybody equally', async () => {
    const { id } = (await rounds().listRoundDesk({})).items.find(({ slug }) => slug === 'december-light') ?? {
      id: '',
    };
    await moveTo(at('2026-12-25T00:00:00.000Z'));
    const waiting = await file(id);
    expect(waiting.state).toBe('locked');
    expect(waiting.plan.instants.qualifying_at).toBe('2026-12-25T01:00:00.000Z');
    expect(waiting.notices.at(-1)).toMatchObject({ kind: 'wait', shift_ms: 3_600_000 });
    await heard();
    await moveTo(at('2026-12-25T01:00:00.000Z'));
    expect((await file(id)).state).toBe('qualifying');
  });

  test('suspended, it stands still, and goes on where it stood with all later times moved', async () => {
    const { id } = (await rounds().listRoundDesk({})).items.find(({ slug }) => slug === 'december-light') ?? {
      id: '',
    };
    const reason = 'A fault in the voting was found.';
    const still = await rounds().createRoundSuspension({ ...of(await file(id)), reason });
    await moveTo(at('2027-02-01T00:00:00.000Z'));
    expect((await file(id)).state).toBe('suspended');
    await expectRefusal(rounds().createRoundExtension({ ...of(still), hours: 1, reason }), 'NOT_NOW');
    const back = await rounds().deleteRoundSuspension({ ...of(still), reason: 'It was mended.' });
    expect(back).toMatchObject({ state: 'qualifying', can: { resume: { allowed: false } } });
    expect(Date.parse(back.plan.instants.final_at) - Date.parse(still.plan.instants.final_at)).toBe(
      at('2027-02-01T00:00:00.000Z').getTime() - at('2026-12-25T01:00:00.000Z').getTime(),
    );
    expect(back.plan.instants.qualifying_at).toBe(still.plan.instants.qualifying_at);
    await moveTo(new Date(back.plan.instants.final_at));
    expect((await file(id)).state).toBe('final_round');
  });

  test('called off, what was put aside goes back, and nothing of it happens any more', async () => {
    const { id } = (await rounds().listRoundDesk({})).items.find(({ slug }) => slug === 'december-light') ?? {
      id: '',
    };
    const reason = 'It cannot be finished fairly any more.';
    const over = await rounds().createRoundCancellation({ ...of(await file(id)), reason });
    expect(over).toMatchObject({
      state: 'cancelled',
      escrow: { left_nanos: '0', returned_nanos: String(1_151n * STELAI) },
    });
    await expectRefusal(rounds().createRoundCancellation({ ...of(over), reason }), 'NOT_NOW');
    await moveTo(at('2027-05-01T00:00:00.000Z'));
    expect((await file(id)).state).toBe('cancelled');
  });
});

describe('in a second round', () => {
  const JUNE = {
    opens_at: '2027-06-01T00:00:00.000Z',
    locks_at: '2027-06-22T00:00:00.000Z',
    qualifying_at: '2027-06-24T00:00:00.000Z',
    final_at: '2027-06-29T00:00:00.000Z',
    tally_at: '2027-07-02T00:00:00.000Z',
    provisional_at: '2027-07-03T00:00:00.000Z',
    disputes_until: '2027-07-06T00:00:00.000Z',
  };
  const slug = 'june';
  let round_id: string;
  let kai: Person;

  test('a creator enters the newest release of a model of their own, once, and nobody else does', async () => {
    clock.set(at('2027-05-02T00:00:00.000Z'));
    kai = await person(world, 'kai', 'creator');
    await publishedAs(world, kai, 'tide');
    ({ id: round_id } = await approved({ slug, instants: JUNE }, '2027-06'));
    await moveTo(at(JUNE.opens_at));
    const { items } = await kai.api.competitions.listEnterable({ slug, kind: 'models' });
    expect(items).toMatchObject([{ asset_id: null, model: { slug: 'tide' }, eligible: true }]);
    const subject_id = present(items[0], 'a model').release_id;
    const wish = { slug, kind: 'models' as const, subject_id, title: 'The tide' };
    await expectRefusal(mia.api.competitions.createEntry(wish), 'NOT_FOUND');
    const { id } = await kai.api.competitions.createEntry(wish);
    await expectRefusal(kai.api.competitions.createEntry(wish), 'ALREADY_ENTERED');
    await validateEntries(world.context);
    expect(await kai.api.competitions.getEntry({ id })).toMatchObject({ state: 'eligible', shown: null });
    // as a bundle names it: what is no bare digest could never be counted
    const entered = await competitions.entryById(world.context.db, asId<EntryId>(id));
    expect(entered?.asset_digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('who runs or judges it, or is close to a judge, enters nothing and is named by nobody', async () => {
    const judge = await person(world, 'jo', 'judge');
    const { db, clock: now } = world.context;
    const { id: category_id } = await db
      .selectFrom('competitions.category')
      .select('id')
      .where('round_id', '=', round_id)
      .where('kind', '=', 'image')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('competitions.judge')
      .values({
        ...{ id: newId(now.now()), round_id, category_id, person_id: judge.id, display_name: 'Jo' },
        ...{ state: 'invited', emergency: false, invited_by: edda.id, invited_at: now.now() },
      })
      .execute();
    const link = { id: newId<LinkId>(now.now()), owner_id: judge.id, made_at: now.now() };
    await db
      .insertInto('campaigns.link')
      .values({ ...link, code: 'abcdefgh23', label: '' })
      .execute();
    const brought = { account_id: ola.id, owner_id: judge.id, link_id: link.id, version: 1, at: now.now() };
    await db
      .insertInto('campaigns.attribution')
      .values({ ...brought, touch_id: newId<TouchId>(now.now()), evidence: '{}' })
      .execute();
    // ben signs in where the judge does; everybody else at a machine of their own
    await db.deleteFrom('campaigns.trace').execute();
    const device = { kind: 'device', hash: Buffer.alloc(32, 7), first_at: now.now(), last_at: now.now() };
    await db
      .insertInto('campaigns.trace')
      .values([judge, ben].map(({ id: account_id }) => ({ ...device, account_id })))
      .execute();
    for (const [who, code] of [
      [emil, 'STAFF'],
      [judge, 'JUDGE'],
      [ola, 'RELATED_TO_JUDGE'],
      [ben, 'RELATED_TO_JUDGE'],
    ] as const) {
      await buy(who, 'pack-1000');
      const { reasons } = await expectRefusal(enter(who, await painted(who, 77), { slug }), 'NOT_ELIGIBLE');
      expect(reasons).toMatchObject([{ code }]);
    }
    const own = await painted(mia, 78);
    const named = { slug, with: [{ handle: judge.handle, share_ppm: 100_000 }] };
    await expectRefusal(enter(mia, own, named), 'SHARES_REFUSED');
    // nobody knocks a judge out by entering what was made with a model of theirs
    const { creator_id } = await db
      .selectFrom('registry.model')
      .select('creator_id')
      .where('slug', '=', 'drift')
      .executeTakeFirstOrThrow();
    const maker = db.updateTable('competitions.judge').where('category_id', '=', category_id);
    await maker.set({ person_id: creator_id }).execute();
    expect(await expectRefusal(enter(mia, own, { slug }), 'NOT_ELIGIBLE')).toMatchObject({
      reasons: [{ code: 'MODEL_OF_JUDGE' }],
    });
    const { items } = await mia.api.competitions.listEnterable({ slug, kind: 'image', asset_id: own });
    expect(items).toMatchObject([{ eligible: false, reasons: [{ code: 'MODEL_OF_JUDGE' }] }]);
    await maker.set({ person_id: judge.id }).execute();
  });

  test('suspended it takes nothing; what the author throws away or whose model goes stays what it was', async () => {
    const own = await painted(mia, 79);
    const { id } = await enter(mia, own, { slug });
    await heard();
    const reason = 'A fault was found.';
    await rounds().createRoundSuspension({ ...of(await file(round_id)), reason });
    await expectRefusal(enter(mia, await painted(mia, 80), { slug }), 'ROUND_NOT_OPEN');
    await expectRefusal(mia.api.competitions.deleteEntry({ id }), 'ROUND_NOT_OPEN');
    await rounds().deleteRoundSuspension({ ...of(await file(round_id)), reason });
    await mia.api.generation.deleteAsset({ id: own });
    expect(await mia.api.competitions.getEntry({ id })).toMatchObject({ state: 'eligible', asset_id: own });
    await moveTo(at('2027-06-22T00:00:00.000Z'));
    await moveTo(at('2027-06-24T00:00:00.000Z'));
    expect((await file(round_id)).entries).toMatchObject([
      { kind: 'image', states: [{ state: 'eligible', entries: 1 }] },
      { kind: 'models', states: [{ state: 'eligible', entries: 1 }] },
    ]);
  });

  test('what cannot be prepared for voters is out after three tries, and holds up nobody', async () => {
    clock.set(at('2027-07-01T00:00:00.000Z'));
    const july = Object.fromEntries(
      Object.entries(JUNE).map(([name, time]) => [
        name,
        time.replace('2027-07', '2027-09').replace('2027-06', '2027-08'),
      ]),
    ) as typeof JUNE;
    const { id: august } = await approved({ slug: 'august', instants: july }, '2027-08');
    await moveTo(at(july.opens_at));
    const broken = await painted(mia, 81);
    const { digest } = await world.context.db
      .selectFrom('generation.asset')
      .select('digest')
      .where('id', '=', broken)
      .executeTakeFirstOrThrow();
    await heard();
    const whole = world.context.media.pathOf(digest);
    await rename(whole, `${whole}.away`);
    const { id } = await enter(mia, broken, { slug: 'august' });
    for (let tries = 0; tries < 3; tries += 1) await validateEntries(world.context);
    await rename(`${whole}.away`, whole);
    expect(await mia.api.competitions.getEntry({ id })).toMatchObject({ reason: { code: 'UNREADABLE' } });
    await moveTo(at(july.locks_at));
    await moveTo(at(july.qualifying_at));
    expect((await file(august)).state).toBe('qualifying');
  });

  test('a release that is withdrawn meanwhile takes nothing new, and what was made with it stays; also by whose it is', async () => {
    const { db } = world.context;
    const october = Object.fromEntries(
      Object.entries(JUNE).map(([name, time]) => [
        name,
        time.replace('2027-07', '2027-11').replace('2027-06', '2027-10'),
      ]),
    ) as typeof JUNE;
    clock.set(at('2027-09-01T00:00:00.000Z'));
    const { id: october_id } = await approved({ slug: 'october', instants: october }, '2027-10');
    await moveTo(at(october.opens_at));
    const [own, late] = [await painted(mia, 91), await painted(mia, 92)];
    await heard();
    const { creator_id } = await db
      .selectFrom('registry.model')
      .select('creator_id')
      .where('slug', '=', 'drift')
      .executeTakeFirstOrThrow();
    const belongsTo = (id: string) =>
      db.updateTable('registry.model').set({ creator_id: id }).where('slug', '=', 'drift').execute();
    // with a model of one's own, like anybody
    await belongsTo(mia.id);
    const { id } = await enter(mia, own, { slug: 'october' });
    await heard();
    const reason = 'A better one is to come.';
    await mia.api.registry.createWithdrawal({ id: drift, reason });
    await belongsTo(creator_id);
    expect(await expectRefusal(enter(mia, late, { slug: 'october' }), 'NOT_ELIGIBLE')).toMatchObject({
      reasons: [{ code: 'RELEASE_WITHDRAWN' }],
    });
    await moveTo(at(october.locks_at));
    await moveTo(at(october.qualifying_at));
    expect((await file(october_id)).state).toBe('qualifying');
    expect(await mia.api.competitions.getEntry({ id })).toMatchObject({ state: 'eligible' });
  });
});

describe('a template', () => {
  test('makes next month’s draft by itself, once, some days ahead', async () => {
    const { categories } = plan();
    clock.set(at('2028-01-01T00:00:00.000Z'));
    const template = await rounds().createTemplate({
      plan: {
        ...{ title: 'Month of light', theme: 'Light', story: 'Show us light.', categories },
        ...{ open_days: 21, validation_hours: 48, qualifying_hours: 120, final_hours: 72, dispute_hours: 72 },
        ...{ repeats: true, lead_days: 10 },
      },
    });
    expect(template.next).toEqual({ month: '2028-02', drafted_at: '2028-01-22T00:00:00.000Z' });
    await moveTo(at('2028-01-21T23:59:59.999Z'));
    const made = async () => (await rounds().listTemplates({})).items[0]?.rounds ?? [];
    expect(await made()).toEqual([]);
    clock.set(at('2028-01-22T00:00:00.000Z'));
    await Promise.all([fireTimers(world.context), fireTimers(world.context)]);
    const [february, ...more] = await made();
    expect(more).toEqual([]);
    const draft = await file(february?.id ?? '');
    expect(draft).toMatchObject({
      state: 'draft',
      month: '2028-02',
      plan: { slug: 'month-of-light-2028-02' },
    });
    // a leap year: 29 days
    expect(draft.plan.instants.tally_at).toBe('2028-03-03T00:00:00.000Z');
    const { id, version } = template;
    await expectRefusal(
      rounds().createRound({ title: 'Twice', month: '2028-02', template_id: id }),
      'ROUND_EXISTS',
    );
    await rounds().updateTemplate({ id, version, plan: { ...template.plan, repeats: false } });
    await expectRefusal(rounds().updateTemplate({ id, version, plan: template.plan }), 'STATE_CHANGED');
    await moveTo(at('2028-04-01T00:00:00.000Z'));
    expect(await made()).toHaveLength(1);
  });

  test('rules are tried on what was made the month before', async () => {
    clock.set(at('2027-01-10T00:00:00.000Z'));
    const { instants, categories } = plan();
    const rules = present(categories[0], 'a category').rules;
    const tried = await rounds().createRulesPreview({
      kind: 'image',
      rules,
      instants: { ...instants, opens_at: '2027-01-01T00:00:00.000Z', locks_at: '2027-01-22T00:00:00.000Z' },
    });
    expect(tried).toMatchObject({ from: '2026-12-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' });
    expect(tried.looked_at).toBeGreaterThan(tried.eligible);
    expect(tried.reasons.map(({ code }) => code)).toEqual(['RELEASE_WITHDRAWN', 'MADE_TOO_LATE']);
  });
});

test('a second round of the contest is called off as a draft without a posting', async () => {
  const draft = await drafted({ slug: 'never' });
  const reason = 'It was only to try it.';
  expect((await rounds().createRoundCancellation({ ...of(draft), reason })).state).toBe('cancelled');
  expect(await escrowOf(draft.id)).toBe(0n);
});
