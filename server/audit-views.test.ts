// A small world in which money moves in every way there is, and what an auditor is told of it.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, releaseOf } from '../tests/acts.ts';
import type { Visitor } from '../tests/client.ts';
import { comeBack, financePerson, generate, holdPeriodPasses, idOf as whoIs } from '../tests/finance.ts';
import { person } from '../tests/program.ts';
import { DEPLOYMENT } from '../tests/rewards.ts';
import { scriptedEngine } from '../tests/scripted-engine.ts';
import { startWorld, type World } from '../tests/world.ts';
import { fireTimers } from './flows/review-timers.ts';
import * as templates from './flows/postings/index.ts';
import { lapsePromoEarnings, vestWhatIsCovered } from './flows/vest-promo-earnings.ts';
import {
  type AccountId,
  asId,
  type AwardId,
  type EpochId,
  idOf,
  type PayoutId,
  type RecoveryId,
  type RoundId,
} from './ids.ts';
import { present } from './kit/assert.ts';
import { DAY_MS, settableClock } from './kit/clock.ts';
import { type Database, openDatabase } from './kit/database.ts';
import * as ledger from './modules/ledger/index.ts';
import * as rewards from './modules/rewards/index.ts';
import { PROMO_LIFE_DAYS, VESTING_LIFE_DAYS } from './offers.ts';
import { expirePromo } from './flows/expire-promo.ts';
import { AUDITOR_ROLE, urlOfRole } from './privileges.ts';

const HANDLE = 'mira-solberg';
const SHARE = 700_000n;
const clock = settableClock(new Date('2026-06-01T10:00:00Z'));
type Person = Visitor & { email: string };
type Row = Record<string, unknown>;

let world: World;
let auditor: Database;
let creator: Person;
let lena: Person;
let omar: Person;
let kira: Person;
let timo: Person;
let ruth: Person;
let ids: Record<'creator' | 'lena' | 'omar' | 'kira' | 'timo' | 'ruth', AccountId>;
/** What was done, by name. */
const done: Record<string, string> = {};
const payout = idOf<PayoutId>('a payout');
const failing = idOf<PayoutId>('a payout that fails');
const promise = idOf<AwardId>('a promise');
const [epoch, another] = [idOf<EpochId>('an epoch'), idOf<EpochId>('another epoch')];
const wallet = `0x${'0a'.repeat(20)}`;
const round = idOf<RoundId>('a round');
const award = idOf<AwardId>('an award');
const recovery = idOf<RecoveryId>('what an award was too much');

const ask = async (query: string, ...values: unknown[]): Promise<Row[]> =>
  (await auditor.pool.query<Row>(query, values)).rows;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  clock.advance(1_000);
  auditor = openDatabase(
    urlOfRole(present(world.context.config.database_url, 'the address of the database'), AUDITOR_ROLE),
  );
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  lena = await financePerson(world, 'lena');
  omar = await financePerson(world, 'omar');
  kira = await world.member('kira');
  timo = await world.member('timo');
  ruth = await world.member('ruth');
  ids = {
    creator: await whoIs(creator),
    lena: await whoIs(lena),
    omar: await whoIs(omar),
    kira: await whoIs(kira),
    timo: await whoIs(timo),
    ruth: await whoIs(ruth),
  };
  await everythingHappens();
});
afterAll(async () => {
  await auditor.close();
  await world.end();
});

/** Nobody decides in the very millisecond in which something else happened. */
function later({ api }: Person): Person['api'] {
  const finance = new Proxy(api.finance, {
    get(target, name) {
      clock.advance(1_000);
      return Reflect.get(target, name);
    },
  });
  return { ...api, finance };
}

async function everythingHappens(): Promise<void> {
  const release_id = await releaseOf(kira);
  const everybody = [creator, lena, omar, kira, timo, ruth];
  const finance = later(lena).finance;

  // bought, generated, refunded, vested
  done.bought = (await buy(kira, 'pack-3000')).purchase_id;
  done.followed = await generate(kira, release_id, 'paid');
  done.refunded = await generate(kira, release_id, 'paid');
  done.vested = await generate(kira, release_id, 'promo');
  await finance.createRefund({ id: done.refunded, reason: 'Black picture' });
  await vestWhatIsCovered(world.context);

  // one dispute is won, another one is lost with all that was bought
  done.won = (await buy(timo, 'pack-1000')).purchase_id;
  await generate(timo, release_id, 'paid');
  const won = await finance.createDispute({ id: done.won, reference: 'dp_1' });
  await finance.createDisputeResolution({ id: won.id, outcome: 'won', note: 'Proof sent' });
  done.lost = (await buy(ruth, 'pack-3000')).purchase_id;
  done.clawed_back = await generate(ruth, release_id, 'paid');
  const lost = await finance.createDispute({ id: done.lost, reference: 'dp_2' });
  done.lost_case = lost.id;
  await finance.createDisputeResolution({
    id: lost.id,
    outcome: 'lost',
    note: 'Stolen card',
    fee_usd_cents: 1_500,
  });

  // a case takes what was earned, from promo credits too
  done.forfeited = await generate(timo, release_id, 'paid');
  done.lapsed_by_case = await generate(ruth, release_id, 'promo');
  const opened = await finance.createCase({
    headers: { 'idempotency-key': randomUUID() },
    body: { generation_ids: [done.forfeited, done.lapsed_by_case], reason: 'One person, two accounts' },
  });
  done.case = opened.id;
  await later(omar).finance.createCaseResolution({ id: opened.id, outcome: 'forfeited', note: 'Confirmed' });
  const cleared = await finance.createCase({
    headers: { 'idempotency-key': randomUUID() },
    body: { generation_ids: [done.followed], reason: 'Looks odd' },
  });
  done.cleared = cleared.id;
  await finance.createCaseResolution({ id: cleared.id, outcome: 'cleared', note: 'Honest' });

  // two persons agree
  const proposed = await finance.createAdjustment({
    headers: { 'idempotency-key': randomUUID() },
    body: {
      handle: HANDLE,
      direction: 'give',
      amount_micros: '5000000',
      reason: 'goodwill',
      memo: 'The counter stood still',
    },
  });
  done.adjustment = proposed.id;
  await later(omar).finance.createAdjustmentApproval({ id: proposed.id });

  // time passes: days mature, gifts are not used, what they earned is not covered
  done.lapsed = await generate(ruth, release_id, 'promo');
  await holdPeriodPasses(world, clock, everybody);
  clock.advance(PROMO_LIFE_DAYS * DAY_MS);
  await expirePromo(world.context);
  clock.advance(VESTING_LIFE_DAYS * DAY_MS);
  await lapsePromoEarnings(world.context);

  await aCampaignIsCalledOff();
  await aClaimIsUpheld();

  // what no act does yet: as the templates say
  const at = clock.now();
  const sum = { amount: 1_000_000n, fee: 100n };
  await world.context.database.inTransaction(async (tx) => {
    for (const postings of [
      templates.payoutReserved(payout, ids.creator, sum),
      templates.payoutPaid(payout, sum, 'test'),
      templates.payoutReturned(payout, ids.creator, sum, 'test'),
      templates.payoutReserved(failing, ids.creator, sum),
      templates.payoutFailed(failing, ids.creator, sum),
      templates.poolPromised(promise, 20n),
      templates.prizeEscrowFunded(round, 10n),
      templates.prizeAwarded(award, 'escrow', round, ids.creator, 7n),
      templates.awardTakenBack(award, round, ids.creator, 7n, 'pool'),
      templates.prizeEscrowReturned(round, 3n),
      templates.awardOwedBack(recovery, ids.creator, 2n),
    ])
      await ledger.post(tx, postings, at);
  });
  await anEpochIsVoided(at);
  await comeBack(lena);
}

/** Of what the chain says and what epochs commit the rows are there, too. */
async function anEpochIsVoided(at: Date): Promise<void> {
  const { database } = world.context;
  const commitment = { person_id: ids.creator, wallet, awarded_nanos: 5n, set_off_nanos: 0n };
  const whole = { ...commitment, amount_nanos: 5n, cumulative_nanos: 5n };
  const event = {
    ...{ block_hash: `0x${'0b'.repeat(32)}`, at, counterparty: null, epoch: null, root: null, says: {} },
    ...{ wallet: null, promised_nanos: null, cumulative_nanos: null, amount_nanos: 9n },
  };
  const said = [
    { ...event, kind: 'deposited', promised_nanos: 0n },
    { ...event, kind: 'claimed', wallet, cumulative_nanos: 5n, amount_nanos: 5n },
    { ...event, kind: 'surplus_recovered', amount_nanos: 1n },
  ].map((one, log_index) => ({ ...one, block_number: 1n, log_index, tx_hash: txOf(log_index) }));
  const log = (log_index: number) => ({ block_hash: event.block_hash, log_index });
  await database.inTransaction(async (tx) => {
    await rewards.writeDeployment(tx, DEPLOYMENT, at);
    for (const one of said) await rewards.insertEvent(tx, one);
    const [drafted_by, voiding_by] = [asId<AccountId>(ids.creator), asId<AccountId>(ids.creator)];
    for (const id of [epoch, another]) {
      await tx
        .insertInto('rewards.epoch')
        .values({
          ...{ id, number: 1n, state: 'voided', drafted_by, drafted_at: at, voided_at: at },
          ...{ voiding_by, voiding_at: at, void_reason: 'Too early.' },
        })
        .execute();
      await rewards.insertCommitments(tx, id, [whole], []);
    }
    const claim = { wallet, amount_nanos: 5n, cumulative_nanos: 5n };
    for (const postings of [
      templates.poolFunded(log(0), DEPLOYMENT, { amount: 9n, promised: 0n }),
      templates.awardsCommitted(epoch, whole),
      templates.commitmentVoided(epoch, whole),
      templates.awardsCommitted(another, whole),
      templates.claimPaid(DEPLOYMENT, claim),
      templates.surplusTaken(log(2), DEPLOYMENT, 1n),
    ])
      await ledger.post(tx, postings, at);
  });
}
const txOf = (log_index: number) => `0x${String(log_index).padStart(64, '0')}`;

/** Its budget is reserved when it is scheduled, and goes back. */
async function aCampaignIsCalledOff(): Promise<void> {
  const [edda, emil] = [await person(world, 'edda', 'editor'), await person(world, 'emil', 'editor')];
  const { campaigns } = edda.api;
  const begun = await campaigns.createCampaign({ title: 'Winter tides' });
  const plan = {
    ...{ ...begun.plan, tagline: 'The sea.', story: 'The sea in winter.', models: ['vitrail'] },
    ...{ budget_micros: '20000000', credits_micros: '5000000' },
  };
  const { id, version } = await campaigns.updateCampaign({ id: begun.id, version: begun.version, plan });
  const submitted = await campaigns.createCampaignSubmission({ id, version });
  const reason = 'It says what it is.';
  const approved = { id, version: submitted.version, approved: true, reason };
  clock.advance(1_000);
  const scheduled = await emil.api.campaigns.createCampaignRuling(approved);
  clock.advance(1_000);
  await campaigns.createCampaignEnd({ id, version: scheduled.version, reason });
  clock.advance(1_000);
  await fireTimers(world.context);
  done.campaign = id;
}

/** Timo claims the model, and has what one generation earned while the claim stood. */
async function aClaimIsUpheld(): Promise<void> {
  for (const back of [timo, kira, creator]) await comeBack(back);
  const [mo, max] = [await person(world, 'mo', 'moderator'), await person(world, 'max', 'moderator')];
  const filed = await timo.api.claims.createRightsClaim({
    slug: 'drift',
    leg: 'model',
    grounds: 'The weights are those of my own model, which I published a year before.',
    evidence: 'The page of my model, archived.',
    work: 'My own waves',
    statement_version: '2026-11',
  });
  const reason = 'The evidence is enough.';
  const seen = async ({ api }: Visitor) => ({
    ...{ id: filed.id, version: (await api.claims.getRightsClaim({ id: filed.id })).version, reason },
  });
  await mo.api.claims.createClaimAdmission({ ...(await seen(mo)), admitted: true });
  done.claimed = await generate(kira, await releaseOf(kira), 'paid');
  const { reason: answer, ...claim } = await seen(creator);
  await creator.api.claims.createClaimAnswer({ ...claim, answer });
  await mo.api.claims.createClaimRuling({ ...(await seen(mo)), outcome: 'uphold', remedy: 'withdraw' });
  await max.api.claims.createClaimSignature({ ...(await seen(max)), signed: true });
  const { case_id } = await world.context.db
    .selectFrom('earnings.claim')
    .select('case_id')
    .executeTakeFirstOrThrow();
  done.claim_case = present(case_id, 'the case of the claim');
}

/** Every kind that a template gives its postings. */
async function kindsOfTemplates(): Promise<string[]> {
  const folder = path.join(import.meta.dirname, 'flows/postings');
  const files = ['credits', 'generations', 'earnings', 'disputes', 'payouts', 'prizes', 'rewards'];
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, `${file}.ts`), 'utf8')));
  return [
    ...new Set(
      texts.flatMap((text) => [...text.matchAll(/kind: '([a-z-]+)'/g)].map(([, kind]) => kind ?? '')),
    ),
  ].sort();
}

describe('why it was posted', () => {
  test('is said of every entry, once, and money has moved in every way there is', async () => {
    const kinds = await ask('select distinct kind from audit.ledger_entries order by kind');
    expect(kinds.map(({ kind }) => kind)).toEqual(await kindsOfTemplates());
    const [counts] = await ask(`
      select (select count(distinct ref) from audit.ledger_entries) as refs, (select count(*) from audit.causes) as causes,
             (select count(*) from audit.ledger_entries e join audit.causes c using (ref, kind, at)) as explained,
             (select count(*) from audit.ledger_entries) as entries`);
    expect(counts?.causes).toBe(counts?.refs);
    expect(counts?.explained).toBe(counts?.entries);
  });

  test('leaves nobody without a subject but the dollars of all charges together', async () => {
    const without = await ask('select distinct kind from audit.causes where subject is null');
    expect(without).toEqual([{ kind: 'revenue' }]);
  });

  type Told = {
    generation?: string | null;
    purchase?: string | null;
    person?: string;
    subject: string;
    reason?: string;
  };
  const CASES: [kind: string, told: () => Told][] = [
    ['charge', () => ({ generation: done.followed, person: ids.kira, subject: of('followed') })],
    [
      'refund',
      () => ({
        generation: done.refunded,
        person: ids.kira,
        subject: of('refunded'),
        reason: 'Black picture',
      }),
    ],
    ['vesting', () => ({ generation: done.vested, person: ids.kira, subject: of('vested') })],
    ['lapse', () => ({ generation: done.lapsed, person: ids.ruth, subject: of('lapsed') })],
    [
      'lapse',
      () => ({ generation: done.lapsed_by_case, person: ids.ruth, subject: of('case'), reason: 'Confirmed' }),
    ],
    [
      'forfeit',
      () => ({ generation: done.forfeited, person: ids.timo, subject: of('case'), reason: 'Confirmed' }),
    ],
    [
      'clawback',
      () => ({
        generation: done.clawed_back,
        purchase: done.lost,
        person: ids.ruth,
        subject: of('lost'),
        reason: 'Stolen card',
      }),
    ],
    ['maturity', () => ({ person: ids.creator, subject: '2026-06-01', reason: 'Earned on 2026-06-01' })],
    ['purchase', () => ({ purchase: done.bought, person: ids.kira, subject: of('bought') })],
    [
      'freeze',
      () => ({ purchase: done.won, person: ids.timo, subject: of('won'), reason: 'Payment disputed' }),
    ],
    ['unfreeze', () => ({ purchase: done.won, person: ids.timo, subject: of('won'), reason: 'Proof sent' })],
    [
      'chargeback',
      () => ({ purchase: done.lost, person: ids.ruth, subject: of('lost'), reason: 'Stolen card' }),
    ],
    ['hold-for-case', () => ({ purchase: done.lost, person: ids.ruth, subject: of('lost') })],
    ['hold-for-case', () => ({ person: ids.creator, subject: of('cleared'), reason: 'Looks odd' })],
    ['hold-for-case', () => ({ generation: done.claimed, person: ids.kira, subject: of('claim_case') })],
    [
      'claim-upheld',
      () => ({
        generation: done.claimed,
        person: ids.kira,
        subject: of('claim_case'),
        reason: 'The evidence is enough.',
      }),
    ],
    ['release-of-case', () => ({ person: ids.creator, subject: of('cleared'), reason: 'Honest' })],
    ['grant', () => ({ purchase: done.bought, person: ids.kira, subject: of('bought') })],
    ['grant', () => ({ person: ids.kira, subject: 'budget:welcome' })],
    [
      'expiry',
      () => ({ purchase: done.lost, person: ids.ruth, subject: of('lost'), reason: 'Payment taken back' }),
    ],
    ['expiry', () => ({ purchase: done.bought, person: ids.kira, subject: of('bought') })],
    ['expiry', () => ({ person: ids.timo, subject: 'budget:welcome' })],
    ['fund', () => ({ subject: 'budget:welcome' })],
    ['campaign-budget', () => ({ subject: of('campaign'), reason: 'Winter tides' })],
    ['campaign-rest', () => ({ subject: of('campaign'), reason: 'Winter tides' })],
    [
      'adjustment',
      () => ({ person: ids.creator, subject: of('adjustment'), reason: 'The counter stood still' }),
    ],
    ['payout-reserve', () => ({ person: ids.creator, subject: payout })],
    ['payout', () => ({ person: ids.creator, subject: payout })],
    ['payout-return', () => ({ person: ids.creator, subject: payout })],
    ['payout-failure', () => ({ person: ids.creator, subject: failing })],
    ['escrow', () => ({ subject: round })],
    ['award', () => ({ person: ids.creator, subject: award })],
    ['award-return', () => ({ person: ids.creator, subject: award })],
    ['award-owed-back', () => ({ person: ids.creator, subject: recovery })],
    ['escrow-return', () => ({ subject: round })],
    ['pool-promise', () => ({ subject: promise })],
    ['pool-deposit', () => ({ subject: txOf(0) })],
    ['pool-surplus', () => ({ subject: txOf(2) })],
    ['claim', () => ({ subject: txOf(1) })],
    ['commitment', () => ({ person: ids.creator, subject: epoch })],
    ['commitment-void', () => ({ person: ids.creator, subject: epoch, reason: 'Too early.' })],
  ];
  const of = (name: string) => present(done[name], name);

  test.each(CASES)('%s', async (kind, told) => {
    const {
      generation = null,
      purchase = null,
      person = null,
      subject,
      reason,
    } = told() as Told & { person?: string | null };
    const rows = await ask('select * from audit.causes where kind = $1 and subject = $2', kind, subject);
    const expected = { generation, purchase, person, ...(reason && { reason }) };
    expect(rows).toContainEqual(expect.objectContaining(expected));
  });

  test('is found by the id that follows from the generation, as the product makes it', async () => {
    const [row] = await ask(
      `select audit.id_of('refund', $1) as id, audit.id_of('ä', '', 'b') as odd`,
      done.refunded,
    );
    expect(row).toEqual({ id: idOf('refund', of('refunded')), odd: idOf('ä', '', 'b') });
    const [cause] = await ask(
      `select kind, generation from audit.causes where ref = audit.id_of('refund', $1)`,
      done.refunded,
    );
    expect(cause).toEqual({ kind: 'refund', generation: done.refunded });
  });

  test('who decided it stands in the log at the same time, and nobody where it happened by rule', async () => {
    const decided = await ask(`
      select c.kind, array_agg(distinct l.act order by l.act) as acts from audit.causes c
      join audit.log l on l.subject = c.subject and l.at = c.at group by c.kind order by c.kind`);
    expect(Object.fromEntries(decided.map(({ kind, acts }) => [kind, acts]))).toEqual({
      adjustment: ['adjustment.approve'],
      'campaign-budget': ['campaign.approve'],
      'campaign-rest': ['campaign.settle'],
      chargeback: ['dispute.resolve'],
      clawback: ['dispute.resolve'],
      expiry: ['dispute.resolve'],
      forfeit: ['case.resolve'],
      freeze: ['dispute.open'],
      fund: ['budget.fund'],
      'hold-for-case': ['case.open', 'dispute.open'],
      lapse: ['case.resolve'],
      refund: ['generation.refund'],
      'release-of-case': ['case.resolve', 'dispute.resolve'],
      unfreeze: ['dispute.resolve'],
    });
  });
});

test('a generation says what was refunded of it', async () => {
  const rows = await ask('select id, charged, refunded from audit.generations where id = any($1)', [
    done.followed,
    done.refunded,
  ]);
  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual({ id: done.followed, charged: 1_000_000n, refunded: 0n });
  expect(rows).toContainEqual({ id: done.refunded, charged: 1_000_000n, refunded: 1_000_000n });
});

describe('the cookbook', () => {
  /** The queries of docs/auditing.md by their headings, as they stand there. */
  async function cook(heading: string, nth = 0): Promise<Row[]> {
    const text = await readFile(path.join(import.meta.dirname, '../docs/auditing.md'), 'utf8');
    const section = present(
      text.split('\n### ').find((part) => part.startsWith(heading)),
      heading,
    );
    const query = present([...section.matchAll(/```sql\n([^`]*)```/g)][nth]?.[1], 'a query');
    const named: Record<string, string | undefined> = {
      creator: ids.creator,
      generation: done.followed,
      month: '2026-06-01',
      person: ids.lena,
    };
    return ask(query.replaceAll(/:'(\w+)'/g, (_, name: string) => `'${present(named[name], name)}'`));
  }

  test('follows one cent of a creator from the charge to what is available', async () => {
    const rows = await cook('One creator’s cent'.replace('’', "'"));
    const own = rows.filter(({ account }) => String(account).startsWith(`creator:${ids.creator}`));
    expect(own[0]).toMatchObject({
      kind: 'charge',
      account: `creator:${ids.creator}:pending:2026-06-01`,
      amount: SHARE,
    });
    expect(own.at(-1)).toMatchObject({ kind: 'maturity' });
    expect(own.map(({ account }) => account)).toContain(`creator:${ids.creator}:available`);

    const day = await cook("One creator's cent", 1);
    expect(day).toContainEqual(
      expect.objectContaining({ kind: 'charge', generation: done.followed, amount: SHARE }),
    );
    expect(day).toContainEqual(
      expect.objectContaining({ kind: 'refund', generation: done.refunded, amount: -SHARE }),
    );
    expect(day.at(-1)).toMatchObject({ kind: 'maturity', lies_there: '0' });
  });

  test('lists the refunds of a month', async () => {
    expect(await cook('All refunds of a month')).toEqual([
      {
        at: expect.any(Date),
        payer: ids.kira,
        generation: done.refunded,
        charged: 1_000_000n,
        refunded: '1000000',
        reason: 'Black picture',
        decided_by: ids.lena,
      },
    ]);
  });

  test('lists what one person of the staff did, and what it moved', async () => {
    const rows = await cook('All acts of one person');
    expect(rows.map(({ act }) => act)).toEqual([
      'generation.refund',
      'dispute.open',
      'dispute.resolve',
      'dispute.open',
      'dispute.resolve',
      'case.open',
      'case.open',
      'case.resolve',
      'adjustment.propose',
    ]);
    expect(rows[0]).toMatchObject({ subject: done.refunded, moved: '1000000' });
    expect(rows.at(-1)).toMatchObject({ subject: done.adjustment, moved: null });
  });

  test('holds deferred revenue against balances', async () => {
    const [row] = await cook('Deferred revenue against balances');
    expect(row).toMatchObject({ difference: '0' });
    expect(BigInt(String(row?.paid_credits))).toBeGreaterThan(0n);
  });

  test('lists what two persons approved', async () => {
    const rows = await cook('Everything that two persons approved');
    expect(rows).toMatchObject([
      { act: 'case.resolve', subject: done.case, asked_by: ids.lena, agreed_by: ids.omar },
      { act: 'adjustment.approve', subject: done.adjustment, agreed_by: ids.omar, moved: '5000000' },
    ]);
  });
});
