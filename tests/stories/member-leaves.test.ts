import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEAVING_DAYS, NAME_OF_WHO_LEFT } from '#api/identity/leaving-words.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { takeDownAccounts } from '../../server/flows/take-down-account.ts';
import { type AccountId, newId, type TallyId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as identity from '../../server/modules/identity/index.ts';
import { verifyMedia, verifyMoney } from '../../server/views/invariants.ts';
import { PERSONAL } from '../../server/views/own-data.ts';
import { buy, ended, releaseOf, SMALL, start, walletOf } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';
import { enteredModel, type MadeRound, roundIn } from '../competitions.ts';
import { eventually } from '../eventually.ts';
import { comeBack, financePerson, giveRole, idOf } from '../finance.ts';
import { publishedAs, publishedWaves } from '../own-models.ts';
import { expectRefusal, refusalOf } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

/** Zeb has done a little of everything; what is searched for afterwards is in nobody else's words. */
const NAME = 'Zebulontra Quixworth';
const EMAIL = 'zebulontra@leaves.example.org';
const TRACES = [
  'zebulontra',
  'quixworth',
  'leaves.example.org',
  'quixbrowser',
  '203.0.113.77',
  'violet otter',
];

type Person = Visitor & { email: string; id: AccountId };

let world: World;
let zeb: Person;
let fan: Person;
let admin: Person;
let stranger: Visitor;
let now = new Date();
const later = (ms: number) => (now = new Date(now.getTime() + ms));
const left = (who: Person, change: Record<string, unknown> = {}) =>
  who.api.identity.createLeaving({
    ...{ password: PASSWORD, confirmation: 'zebulontra-quixworth', gives_up: true, ...change },
  });

beforeAll(async () => {
  world = await startWorld({
    ...{ engine: scriptedEngine(asPrompted), clock: { now: () => now }, env: { TRUST_PROXY: 'true' } },
  });
  stranger = world.visitor();
  const headers = { 'x-forwarded-for': '203.0.113.77', 'user-agent': 'Quixbrowser/7' };
  const visitor = openClient(world.url, { headers });
  await visitor.api.identity.createSignUp({ email: EMAIL, password: PASSWORD, display_name: NAME });
  zeb = { ...visitor, email: EMAIL, id: await idOf(visitor) };
  fan = await member('fan');
  await giveRole(world, zeb, 'creator');
  await giveRole(world, fan, 'creator');
  admin = await member('ada');
  await giveRole(world, admin, 'admin');
  await comeBack(admin);
});
afterAll(() => world.end());

async function member(name: string): Promise<Person> {
  const person = await world.member(name);
  return { ...person, id: await idOf(person) };
}
async function made(who: Visitor, slug: string, prompt = 'golden silk') {
  const release_id = await releaseOf(who, slug);
  const { id } = await start(who, { release_id, input: { ...SMALL, prompt } });
  const generation = await ended(who, id);
  return { id, asset_id: generation.assets[0]?.id ?? '' };
}

/** Some rows of it by hand: what becomes of them does not ask how they came about. */
async function won(round: MadeRound): Promise<void> {
  await world.context.database.inTransaction(async (tx) => {
    const { release_id, model_id } = await tx
      .selectFrom('registry.release as r')
      .innerJoin('registry.model as m', 'm.id', 'r.model_id')
      .select(['r.id as release_id', 'm.id as model_id'])
      .where('m.creator_id', '=', zeb.id)
      .executeTakeFirstOrThrow();
    const entries = [
      {
        category_id: round.category_id,
        entry_id: present(round.entries[0], 'an entry').id,
        person_id: zeb.id,
      },
      {
        ...(await enteredModel(world, round, fan.id, { release_id, model_id }, now)),
        person_id: fan.id,
      },
    ];
    for (const { category_id, entry_id, person_id } of entries) {
      await tx
        .insertInto('competitions.tally')
        .values({
          ...{ id: newId<TallyId>(now), category_id, version: 1, reason: 'close', says: '', asked_at: now },
          ...{ published_at: now, bundle_digest: '0'.repeat(64), bundle_file: '0'.repeat(64) },
        })
        .execute();
      await competitions.insertPlace(
        tx,
        {
          ...{ category_id, version: 1, place_slot: 1, place: 1, shared: false, entry_id, title: 'Won' },
          ...{
            asset_digest: '0'.repeat(64),
            model_title: 'M',
            creator_name: person_id === zeb.id ? 'House' : NAME,
            amount_nanos: 0n,
            at: now,
          },
        },
        [{ person_id, display_name: person_id === zeb.id ? NAME : 'fan' }],
      );
    }
    await tx.updateTable('competitions.round').set({ state: 'final' }).where('id', '=', round.id).execute();
  });
}

/** Every column of every table that can hold words, searched; `but`: what is meant to. */
async function columnsWith(words: readonly string[]): Promise<string[]> {
  const { db } = world.context;
  const { rows: columns } = await sql<{ name: string; column: string }>`
    select c.table_schema || '.' || c.table_name as name, c.column_name as column
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
      and (c.data_type in ('text', 'jsonb', 'json', 'tsvector', 'ARRAY', 'character varying', 'inet'))
    order by 1, 2`.execute(db);
  expect(columns.length).toBeGreaterThan(300);
  const found = await Promise.all(
    columns.map(async ({ name, column }) => {
      const value = sql`lower(row.${sql.ref(column)}::text)`;
      const { rows } = await sql<{ word: string }>`
        select distinct sought.trace as word from ${sql.table(name)} row, unnest(${[...words]}::text[]) sought (trace)
        where position(sought.trace in ${value}) > 0`.execute(db);
      return rows.map(({ word }) => `${name}.${column}: ${word}`);
    }),
  );
  return found.flat();
}

const asked = {
  assets: [] as string[],
  receipt: '',
  file: '',
  round: '',
  board: '',
  comment: '',
};

test('what is shown before is of this account, and the file has all of it and no secret', async () => {
  await publishedAs(world, zeb, 'quiet-sea');
  await zeb.api.identity.updateMe({ bio: 'The violet otter.' });
  await buy(zeb, 'pack-1000');
  await buy(fan, 'pack-1000');
  const own = await made(zeb, 'drift', 'a violet otter');
  const hidden = await made(zeb, 'drift', 'a violet otter alone');
  await zeb.api.marketplace.showCreation({ id: own.asset_id, title: 'Violet otter', show_prompt: true });
  const fans = await made(fan, 'quiet-sea');
  await fan.api.marketplace.showCreation({ id: fans.asset_id, title: 'Silk' });
  await zeb.api.marketplace.likeCreation({ id: fans.asset_id });
  await fan.api.marketplace.likeCreation({ id: own.asset_id });
  await fan.api.marketplace.followCreator({ handle: 'zebulontra-quixworth' });
  const below = { creation: fans.asset_id };
  const { id: said } = await zeb.api.marketplace.createComment({
    ...below,
    text: 'A violet otter, says Quixworth',
  });
  await fan.api.marketplace.createComment({ ...below, reply_to: said, text: 'It is silk.' });
  await zeb.api.marketplace.likeModel({ slug: 'drift' });
  await zeb.api.marketplace.rateModel({ slug: 'drift', stars: 4, text: 'Quixworth likes it' });
  const board = await zeb.api.generation.createBoard({ name: 'Of Quixworth' });
  await zeb.api.generation.createBoardAssets({ id: board.id, asset_ids: [own.asset_id] });
  await zeb.api.generation.updateBoard({ id: board.id, visibility: 'public', description: 'Violet otter' });
  const key = await zeb.api.identity.createApiKey({ name: 'Zebulontra key', password: PASSWORD });
  await zeb.api.referrals.createLink({
    destination: { kind: 'model', name: 'drift' },
    label: 'Quixworth list',
  });
  const day = new Date(now.getTime() + 30 * DAY_MS).toISOString().slice(0, 10);
  const at = { starts: `${day}T19:00`, ends: `${day}T20:00`, zone: 'UTC' };
  await zeb.api.events.createEvent({ kind: 'live', title: 'Quixworth paints', words: 'Violet otter', ...at });
  const month = (days: number) => new Date(now.getTime() + days * DAY_MS);
  const times = {
    ...{ opens_at: month(-60), locks_at: month(-40), qualifying_at: month(-38), final_at: month(-33) },
    tally_at: month(-31),
  };
  const round = await roundIn(world, { slug: 'past', entries: 2, authors: [zeb.id, fan.id], ...times });
  await world.context.db
    .updateTable('competitions.entry_person')
    .set({ display_name: NAME })
    .where('person_id', '=', zeb.id)
    .execute();
  await won(round);
  await eventually('what was earned is there', async () => {
    const { money } = await zeb.api.identity.getLeaving();
    return money.earned_micros !== '0';
  });

  const page = await zeb.api.identity.getLeaving();
  expect(page).toMatchObject({
    ...{
      waiting: null,
      days: LEAVING_DAYS,
      confirmation: 'zebulontra-quixworth',
      gives_up: true,
      blocks: [],
    },
    has: { creations: 1, comments: 1, ratings: 1, boards: 1, api_keys: 1, follows: 1, entries_kept: 1 },
    models: [{ slug: 'quiet-sea', in_use: true, sharers: 0, children: 0, generations: 1 }],
  });
  expect(page.money.paid_micros).toBe((await walletOf(zeb)).paid.available_micros);
  expect(BigInt(page.money.earned_micros)).toBeGreaterThan(0n);

  const answer = await zeb.fetch('/api/v1/me/data');
  expect(answer.headers.get('content-disposition')).toMatch(/zebulontra-quixworth-.*\.json/);
  const text = await answer.text();
  const { tables }: { tables: Record<string, unknown[]> } = JSON.parse(text);
  for (const table of [
    'identity.account',
    'marketplace.comment',
    'generation.generation',
    'earnings.line',
    'ledger.entries',
  ])
    expect(tables[table]?.length, table).toBeGreaterThan(0);
  expect(text).not.toMatch(/password_hash|token_hash|secret_hash/);
  expect(text).not.toContain(fan.email);
  expect(text).not.toContain(key.secret);
  await expectRefusal(stranger.api.identity.getLeaving(), 'NOT_SIGNED_IN');
  await expectRefusal(
    openClient(world.url, { api_key: key.secret }).api.identity.getLeaving(),
    'NOT_ALLOWED',
  );

  Object.assign(asked, { assets: [own.asset_id, hidden.asset_id, fans.asset_id], receipt: fans.id });
  Object.assign(asked, { round: round.slug, board: board.id, comment: said });
  asked.file = (await zeb.api.generation.getAsset({ id: hidden.asset_id })).url;
  // the search finds what there is to find
  expect((await columnsWith(TRACES)).length).toBeGreaterThan(15);
});

test('what stands in the way is said by name, with what to do about it', async () => {
  const last = await refusalOf(left(admin, { confirmation: 'ada' }));
  expect(last).toMatchObject({ code: 'LEAVING_BLOCKED', blocks: [{ code: 'last_admin', subject: 'admin' }] });
  await publishedWaves(world, fan, 'shared-sea', {
    split: [
      { person_id: fan.id, role: 'creator', part_ppm: 500_000 },
      { person_id: admin.id, role: 'collaborator', part_ppm: 300_000 },
      { person_id: zeb.id, role: 'collaborator', part_ppm: 200_000 },
    ],
  });
  expect((await zeb.api.identity.getLeaving()).has.shares).toBe(1);
  expect((await fan.api.identity.getLeaving()).blocks).toMatchObject([
    { code: 'model_with_others', subject: 'The shared-sea', slug: 'shared-sea' },
  ]);
  const poor = await member('poor');
  const finance = await financePerson(world, 'lena');
  const { purchase_id } = await buy(poor, 'pack-1000');
  const { id: case_id } = await finance.api.finance.createDispute({ id: purchase_id, reference: 'dp_1' });
  expect((await poor.api.identity.getLeaving()).blocks).toMatchObject([{ code: 'money_case' }]);
  await finance.api.finance.createDisputeResolution({ id: case_id, outcome: 'won', note: 'It was hers.' });
  expect((await poor.api.identity.getLeaving()).blocks).toEqual([]);
  // refused, nothing has happened
  expect((await fan.api.identity.getMe()).leaving).toBeNull();
});

test('asking needs the password, the handle and a word about money; staying undoes it', async () => {
  await expectRefusal(left(zeb, { password: 'not the password' }), 'WRONG_CREDENTIALS');
  await expectRefusal(left(zeb, { confirmation: 'yes' }), 'INVALID_INPUT');
  await expectRefusal(left(zeb, { gives_up: false }), 'LEAVING_GIVES_UP');
  await expectRefusal(zeb.api.identity.deleteLeaving({}), 'NOT_LEAVING');
  const other = openClient(world.url);
  await other.api.identity.createSession({ email: EMAIL, password: PASSWORD });
  const both = await Promise.allSettled([left(zeb), left(zeb)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expectRefusal(left(zeb), 'LEAVING_ALREADY');
  expect((await other.api.identity.getMe()).account).toBeNull();
  const { leaving } = await zeb.api.identity.getMe();
  expect(leaving?.due_at).toBe(new Date(now.getTime() + LEAVING_DAYS * DAY_MS).toISOString());
  expect((await zeb.api.identity.listApiKeys()).items).toEqual([]);
  expect((await stranger.api.marketplace.getCreator({ handle: 'zebulontra-quixworth' })).display_name).toBe(
    NAME,
  );
  await zeb.api.identity.deleteLeaving({});
  expect((await zeb.api.identity.getMe()).leaving).toBeNull();
  later(LEAVING_DAYS * DAY_MS);
  await fireTimers(world.context);
  await comeBack(zeb);
  await comeBack(admin);
  await comeBack(fan);
  const { items } = await stranger.api.identity.listMail({ limit: 20 });
  expect(items.filter(({ to }) => to === EMAIL).map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['You are leaving StellaryAI', 'You stay']),
  );
});

test('at the end no row has a word of them; what others have stays whole', async () => {
  const receipt = await fan.api.earnings.getReceipt({ id: asked.receipt });
  const before = await broken();
  await left(zeb);
  later(LEAVING_DAYS * DAY_MS);
  await comeBack(zeb);
  const late = await start(zeb, { release_id: await releaseOf(zeb) });
  await fireTimers(world.context);
  // whoever signs in at this very moment does not
  await expectRefusal(comeBack(zeb), 'WRONG_CREDENTIALS');
  expect((await zeb.api.identity.getMe()).account).toBeNull();
  later(61_000);
  await comeBack(fan);
  await comeBack(admin);
  // whoever takes it down dies in the middle: nothing is lost, and the next one goes on
  const { media } = world.context;
  const { remove } = media;
  let died = 0;
  media.remove = () => Promise.reject(new Error(`killed ${(died += 1)}`));
  await eventually('somebody died at it', async () => {
    await takeDownAccounts(world.context);
    return died > 0;
  });
  expect(await identity.leavingUnderWay(world.context.db, now)).toHaveLength(1);
  media.remove = remove;
  await eventually('the account is taken down, once what ran has ended', async () => {
    await Promise.all([takeDownAccounts(world.context), takeDownAccounts(world.context)]);
    return (await identity.leavingUnderWay(world.context.db, now)).length === 0;
  });
  expect(late.id).toBeTruthy();
  await eventually('what is found was made anew', async () => (await columnsWith(['quixworth'])).length <= 1);
  // the last letter itself, for as long as letters are kept
  expect(await columnsWith(TRACES)).toEqual([
    'identity.mail.recipient: leaves.example.org',
    'identity.mail.recipient: zebulontra',
  ]);
  expect(await broken()).toEqual(before);
  // the receipt is what it was, word by word; beside it stands who that is now
  const { digest, canonical } = await fan.api.earnings.getReceipt({ id: asked.receipt });
  expect({ digest, canonical }).toEqual({ digest: receipt.digest, canonical: receipt.canonical });
  expect((await fetch(asked.file)).status).toBe(404);

  const [own = '', , fans = ''] = asked.assets;
  await expectRefusal(stranger.api.marketplace.getCreator({ handle: 'zebulontra-quixworth' }), 'NOT_FOUND');
  await expectRefusal(stranger.api.marketplace.getCreation({ id: own }), 'NOT_FOUND');
  const silk = await stranger.api.marketplace.getCreation({ id: fans });
  expect(silk).toMatchObject({ likes: 0, comments: 1 });
  const { items } = await stranger.api.marketplace.listComments({ creation: fans });
  expect(items[0]).toMatchObject({ text: null, replies: [{ text: 'It is silk.' }] });
  const model = await stranger.api.registry.getModel({ slug: 'quiet-sea' });
  expect(model).toMatchObject({ creator: { display_name: NAME_OF_WHO_LEFT }, release_id: null });
  const places = await world.context.db
    .selectFrom('competitions.place')
    .select(['creator_name', 'title'])
    .execute();
  expect(places).toContainEqual({ creator_name: NAME_OF_WHO_LEFT, title: 'Won' });
  await expect(
    world.context.db.updateTable('competitions.place').set({ title: 'Another' }).execute(),
  ).rejects.toThrow();
  // nobody can ask them any more whether they would have less
  const split = await fan.api.program.createSplitProposal({
    ...{ slug: 'shared-sea', team: [{ handle: 'ada', part_ppm: 300_000 }], note: '' },
    effective_from: new Date(now.getTime() + DAY_MS).toISOString(),
  });
  expect(split.state).toBe('accepted');
});

/** What the checks of money and media find: of rounds that were written down by hand they find something. */
async function broken(): Promise<string[]> {
  const { violations } = await verifyMoney(world.context.db, 'full', now);
  const media = await verifyMedia(world.context);
  return [...violations, ...media.violations].map((one) => JSON.stringify(one)).toSorted();
}

test('whatever is asked about them answers, and nothing breaks', async () => {
  const document: { paths: Record<string, Record<string, { responses: object }>> } = JSON.parse(
    await (await stranger.fetch('/api/openapi.json')).text(),
  );
  const nobody = await world.context.db
    .selectFrom('identity.account')
    .select('handle')
    .where('id', '=', zeb.id)
    .executeTakeFirstOrThrow();
  const names = {
    id: [asked.assets[0] ?? '', asked.receipt, asked.board],
    slug: ['quiet-sea', asked.round],
    handle: ['zebulontra-quixworth', nobody.handle],
  };
  let answered = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    // the round was written down by hand: it has no files to show results from; reports of money name numbers
    if (/results|bundle|analytics|finance|books|receipt-/.test(path)) continue;
    if (!methods.get || JSON.stringify(methods.get.responses).includes('event-stream')) continue;
    const parameter = /\{(\w+)\}/.exec(path)?.[1];
    const values = parameter ? (names[parameter as keyof typeof names] ?? ['zebulontra']) : [''];
    for (const value of values)
      for (const who of value ? [fan] : [admin]) {
        const answer = await who.fetch(`/api/v1${path.replace(/\{\w+\}/g, value)}`);
        await answer.body?.cancel();
        expect(answer.status, `${path} ${value}`).toBeLessThan(500);
        answered += 1;
      }
  }
  expect(answered).toBeGreaterThan(120);
});

test('the address is free for a new account, without a second welcome; the handle is not', async () => {
  const again = world.visitor();
  const form = { email: EMAIL, password: PASSWORD, display_name: 'Zebulontra Quixworth' };
  await expectRefusal(
    again.api.identity.createSignUp({ ...form, handle: 'zebulontra-quixworth' }),
    'HANDLE_TAKEN',
  );
  const account = await again.api.identity.createSignUp(form);
  expect(account.id).not.toBe(zeb.id);
  expect(account.handle).not.toBe('zebulontra-quixworth');
  expect((await walletOf(again)).available_micros).toBe('0');
  expect((await again.api.wallet.listWalletEntries({})).items).toEqual([]);
});

test('whoever is banned while they wait leaves all the same, and does not come back', async () => {
  const bo = await member('bodo');
  await bo.api.identity.createLeaving({ password: PASSWORD, confirmation: 'bodo' });
  await world.context.database.inTransaction((tx) => identity.banAccount(tx, bo.id, now));
  later(LEAVING_DAYS * DAY_MS);
  await fireTimers(world.context);
  later(61_000);
  await eventually('they are gone', async () => {
    await takeDownAccounts(world.context);
    return (await columnsWith([bo.email])).every((found) => found.startsWith('identity.mail'));
  });
  const form = { email: bo.email, password: PASSWORD, display_name: 'Bodo again' };
  await expectRefusal(stranger.api.identity.createSignUp(form), 'EMAIL_TAKEN');
});

test('each column that refers to an account is one of which a module says what becomes of it', async () => {
  const { rows } = await sql<{ name: string }>`
    select distinct n.nspname || '.' || c.relname || '.' || a.attname as name
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey)
    where k.contype = 'f' and k.confrelid = 'identity.account'::regclass and k.conparentid = 0
    order by 1`.execute(world.context.db);
  const said = new Set(
    PERSONAL.flatMap(({ table, of, besides = [] }) =>
      [...of, ...besides].map((column) => `${table}.${column}`),
    ),
  );
  expect(rows.map(({ name }) => name).filter((name) => !said.has(name))).toEqual([]);
});
