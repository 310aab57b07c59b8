import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, expectEverythingHolds, releaseOf, SMALL } from '../../../tests/acts.ts';
import { eventually } from '../../../tests/eventually.ts';
import { idOf } from '../../../tests/finance.ts';
import { publishedWaves } from '../../../tests/own-models.ts';
import { fails, scriptedEngine, succeeds } from '../../../tests/scripted-engine.ts';
import { startWorld, type World } from '../../../tests/world.ts';
import { admitClaim } from '../../flows/admit-claim.ts';
import { answerClaim } from '../../flows/answer-claim.ts';
import { approveAdjustment } from '../../flows/approve-adjustment.ts';
import { fileClaim } from '../../flows/file-claim.ts';
import { handOver } from '../../flows/hand-over-model.ts';
import { openDispute, resolveDispute } from '../../flows/dispute-purchase.ts';
import { proposeAdjustment } from '../../flows/propose-adjustment.ts';
import { refundGeneration } from '../../flows/refund-generation.ts';
import { ruleOnClaim, signClaim } from '../../flows/rule-on-claim.ts';
import { startGeneration } from '../../flows/start-generation.ts';
import { vestPromoEarnings } from '../../flows/vest-promo-earnings.ts';
import {
  type AccountId,
  asId,
  type CaseId,
  type ClaimId,
  type GenerationId,
  type ModelId,
  type PurchaseId,
  type ReleaseId,
} from '../../ids.ts';
import { DAY_MS, settableClock } from '../../kit/clock.ts';
import { subscribersNow } from '../../kit/outbox.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { generationById } from '../../modules/generation/index.ts';
import { accountsByIds } from '../../modules/identity/index.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { earningsReport, reconciliationOf } from './earnings-report.ts';
import { usageReport } from './usage-report.ts';

// What pages show is held against what receipts, reversals and generations say when they are read one by one, by clocks
// that are told apart in another way. The history is drawn at random; it has a month's end, a change of owner, days that
// are longer and shorter, and generations that end on another day than they began.

const HOUR_MS = 3_600_000;
const HANDLE = 'mira-solberg';
const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati'];
const clock = settableClock(new Date('2026-10-22T21:40:00Z'));
const script = scriptedEngine();
let world: World;
let owners: AccountId[];

const acts = fc.array(
  fc.record({
    act: fc.constantFrom(
      ...(['paid', 'promo', 'paid', 'promo', 'fail', 'refund', 'adjust', 'across midnight'] as const),
      ...(['vest', 'dispute'] as const),
    ),
    model: fc.constantFrom('drift', 'drift', 'drift-motion', 'tide', 'tide'),
    who: fc.nat(5),
    hours: fc.constantFrom(0, 0, 1, 3, 9, 14, 25),
  }),
  { minLength: 70, maxLength: 70 },
);

beforeAll(async () => {
  world = await startWorld({ engine: script, clock });
  const { context } = world;
  const fans = await Promise.all(
    ['kira', 'juno', 'mo', 'pia', 'rex', 'sol'].map((name) => world.member(name)),
  );
  for (const fan of fans) await buy(fan, 'pack-1000');
  const payers = await Promise.all(fans.map(idOf));
  const timo = await world.member('timo');
  const [lena, ed, ada, clara, timo_id] = await Promise.all(
    [...(['lena', 'ed', 'ada', 'clara'] as const).map((name) => world.member(name)), timo].map(
      async (person) => idOf(await person),
    ),
  );
  if (!lena || !ed || !ada || !clara || !timo_id) throw new Error('nobody came');
  const mira = await idOf(await world.creator(HANDLE));
  owners = [mira, ada, clara];
  const releases = new Map<string, ReleaseId>();
  for (const slug of ['drift', 'drift-motion'])
    releases.set(slug, asId<ReleaseId>(await releaseOf(world.visitor(), slug)));
  // of Ada's, in which Mira has a part twice: she works on it, and it was made of Drift
  const parents = [{ release_id: releases.get('drift') ?? asId<ReleaseId>(''), royalty_ppm: 100_000 }];
  const split = [
    { person_id: ada, role: 'creator', part_ppm: 750_000 },
    { person_id: mira, role: 'collaborator', part_ppm: 250_000 },
  ] as const;
  releases.set('tide', await publishedWaves(world, { id: ada }, 'tide', { split: [...split], parents }));

  async function generated(payer_id: AccountId, model: string, spend_first: 'promo' | 'paid') {
    const release_id = releases.get(model) ?? asId<ReleaseId>('');
    const id = await startGeneration(context, payer_id, {
      key: randomUUID(),
      release_id,
      input: SMALL,
      spend_first,
    });
    await eventually('it ends', async () => (await generationById(context.db, id))?.ended_at, 30_000);
    return id;
  }

  /** One dispute after the other, of a purchase that paid for something; every other one is lost. */
  let open: { case_id: CaseId; lost: boolean } | null = null;
  let disputes = 0;
  async function dispute(model: string) {
    if (open) {
      const { case_id, lost: is_lost } = open;
      open = null;
      const end = { outcome: is_lost ? 'lost' : 'won', note: 'So', fee_micro_usd: 0n } as const;
      return resolveDispute(context, lena ?? mira, { case_id, ...end });
    }
    const { purchase_id } = await buy(timo, 'pack-1000');
    await generated(timo_id ?? mira, model, 'paid');
    const asked = { purchase_id: asId<PurchaseId>(purchase_id), reference: 'dp' };
    open = { case_id: await openDispute(context, lena ?? mira, asked), lost: (disputes += 1) % 2 === 1 };
  }

  const made: GenerationId[] = [];
  const [history = []] = fc.sample(acts, { numRuns: 1, seed: 20_261_123 });
  for (const [place, { act, model, who, hours }] of history.entries()) {
    clock.advance(hours * HOUR_MS);
    const payer_id = payers[who] ?? lena;
    if (place === 20) await claimPartOfMira(clara, lena);
    if (place === 40) await giveDriftTo(ada);
    if (place === 55) await upholdClaim(mira, lena, ed);
    if (act === 'fail') {
      script.next(fails('model_error', { retryable: false }));
      await generated(payer_id, model, 'paid');
    } else if (act === 'across midnight') {
      script.next((job, options) => {
        clock.set(new Date(Math.ceil((clock.now().getTime() + 1) / DAY_MS) * DAY_MS));
        return succeeds(job, options);
      });
      await generated(payer_id, model, 'paid');
    } else if (act === 'refund') {
      const [generation_id] = made.splice(Math.floor(made.length / 2), 1);
      if (generation_id) await refundGeneration(context, lena, { generation_id, reason: 'It was black' });
    } else if (act === 'adjust') {
      const direction = place % 2 === 0 ? 'give' : 'take';
      const change = { handle: HANDLE, direction, amount_micros: BigInt(1_000 + place) } as const;
      const why = { reason: 'goodwill', memo: 'A correction' } as const;
      const id = await proposeAdjustment(context, lena, { key: randomUUID(), ...change, ...why });
      await approveAdjustment(context, ed, id);
    } else if (act === 'vest') await vestPromoEarnings(context, payer_id);
    else if (act === 'dispute') await dispute(model);
    else {
      const id = await generated(payer_id, model, act);
      // what a claim holds is not given back before it is decided
      if (model !== 'tide') made.push(id);
    }
  }
  if (open) await dispute('drift');
  await eventually('everything is counted', async () => {
    const all = await subscribersNow(context.db);
    return all.find(({ name }) => name === analytics.COUNTER)?.behind === 0;
  });
  await analytics.foldFacts(context.database, clock.now());
  while (await analytics.breakDownWeek(context.database, clock.now()));
}, 180_000);
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

async function giveDriftTo(to_id: AccountId): Promise<void> {
  const { context } = world;
  const at = clock.now();
  await context.database.inTransaction(async (tx) => {
    const model = await registry.modelBySlug(tx, 'drift');
    const model_id = asId<ModelId>(model?.id ?? '');
    await registry.modelToHandOver(tx, model_id);
    const terms = await program.termsAt(tx, at);
    const agreement = { terms_version: terms?.version ?? '', share_ppm: 500_000 };
    await handOver(tx, { model_id, to_id, agreement, by: 'a test', because: {} }, at);
  });
}

const CLAIM = {
  slug: 'tide',
  leg: 'person',
  person: HANDLE,
  work: 'My waves',
  statement_version: '2026-11',
  grounds: 'I made what she says that she made, a year before, and published it on my own page.',
  evidence: 'The page, archived.',
} as const;
const WHY = 'The evidence is enough to look into it.';
let claim_id: ClaimId;
const claimNow = async () => {
  const { rows } = await world.context.database.pool.query<{ version: number }>(
    `select version from earnings.claim where id = $1`,
    [claim_id],
  );
  return { id: claim_id, version: rows[0]?.version ?? 0, reason: WHY };
};

async function claimPartOfMira(clara: AccountId, by: AccountId): Promise<void> {
  claim_id = await fileClaim(world.context, clara, { ...CLAIM, links: [] });
  await admitClaim(world.context, by, { ...(await claimNow()), admitted: true });
}

async function upholdClaim(mira: AccountId, by: AccountId, second: AccountId): Promise<void> {
  const { context } = world;
  await answerClaim(context, mira, { ...(await claimNow()), answer: 'I made it.' });
  await ruleOnClaim(context, by, { ...(await claimNow()), outcome: 'uphold', remedy: 'redirect' });
  await signClaim(context, second, { ...(await claimNow()), signed: true });
}

// the other way ----------------------------------------------------------------------------------------------

/** `of`: the receipt that it stands on; null where it corrects one. */
type Happened = { at: Date; amount: bigint; of: string | null };

/** What receipts, reversals and adjustments say of somebody, one by one. */
async function saidOf(person_id: AccountId): Promise<Happened[]> {
  const { rows } = await world.context.database.pool.query<{ at: Date; amount: string; of: string | null }>(
    `select r.settled_at as at, part->>'amount_micros' as amount, r.generation_id::text as of
     from earnings.receipt r, jsonb_array_elements(r.canonical::jsonb->'parts') part where part->>'person_id' = $1
     union all
     select r.at, (-(x.pending_micros + x.vesting_micros))::text, null
     from earnings.reversal_line x join earnings.reversal r on r.id = x.reversal_id where x.person_id = $1::uuid
     union all
     -- what a claim brought, when it did
     select r.at, l.amount_micros::text, null from earnings.reversal r join earnings.claim c on c.case_id = r.case_id
     join earnings.line l on l.generation_id = r.generation_id and l.person_id = c.claimant_id and l.role = 'claimant'
     where c.claimant_id = $1::uuid
     union all
     select p.approved_at, (case direction when 'give' then amount_micros else -amount_micros end)::text, null
     from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id where a.person_id = $1::uuid`,
    [person_id],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}

/** What of somebody's models ended when, and how; whose they were is what was frozen when it began. */
async function endedOf(person_id: AccountId) {
  const { rows } = await world.context.database.pool.query<{
    at: Date;
    state: string;
    payer_id: string;
    price: string;
    related: boolean;
    model_id: string;
  }>(
    `select ended_at as at, state, payer_id, terms->'model'->>'id' as model_id, (terms->>'related')::boolean as related, coalesce(charged_micros, 0)::text as price from generation.generation
     where ended_at is not null and terms->'model'->>'creator_id' = $1`,
    [person_id],
  );
  return rows;
}

/** The step of a wall clock, by another library than ours. */
const walls = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' },
      timeZoneName: 'longOffset',
    }),
  ]),
);
function stepName(at: Date, zone: string, grain: 'hour' | 'day'): string {
  const parts = walls.get(zone)?.formatToParts(at) ?? [];
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const day = `${of('year')}-${of('month')}-${of('day')}`;
  // an hour that comes twice is told apart by its offset
  return grain === 'day' ? day : `${day} ${of('hour')} ${of('timeZoneName')}`;
}

const asked = fc.record({
  owner: fc.constantFrom(0, 1, 2),
  zone: fc.constantFrom(...ZONES),
  grain: fc.constantFrom<'hour' | 'day'>('hour', 'day'),
  from: fc.integer({ min: 0, max: 30 * 24 * 60 }),
  length: fc.integer({ min: 1, max: 30 * 24 * 60 }),
  by: fc.constantFrom('model', 'collaborator'),
});
const BEGINS = Date.UTC(2026, 9, 20);
const within = (at: Date, from: Date, to: Date) => at >= from && at < to;

test('the history has everything in it that changes what somebody earned', async () => {
  const { rows } = await world.context.database.pool.query<{ kind: string }>(
    `select distinct cause as kind from earnings.reversal union select distinct 'vested' from earnings.vested`,
  );
  expect(rows.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['refund', 'chargeback', 'claim', 'vested']),
  );
});

test('every sum is the one that receipts come to, in any zone and range, and the ledger says the same', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ owner, zone, grain, from: begins, length, by }) => {
      const person_id = owners[owner] ?? asId<AccountId>('');
      const from = new Date(BEGINS + begins * 60_000);
      const to = new Date(from.getTime() + length * 60_000);
      fc.pre(from < clock.now());
      const query = { zone, grain, from: from.toISOString(), to: to.toISOString() };
      const report = await earningsReport(world.context, person_id, { ...query, prior: 'false', by });
      const end = new Date(report.span.to);
      const said = (await saidOf(person_id)).filter(({ at }) => within(at, from, end));
      const total = said.reduce((sum, { amount }) => sum + amount, 0n);
      expect(BigInt(report.totals.net_micros)).toBe(total);
      // who has several parts in one has it counted once
      expect(report.totals.generations).toBe(new Set(said.flatMap(({ of }) => of ?? [])).size);
      expect(report.reconciliation).toMatchObject({ sum_micros: total.toString(), difference_micros: '0' });
      expect(report.explained.difference_micros).toBe('0');

      const steps = new Map<string, bigint>();
      for (const { at, amount } of said) {
        const name = stepName(at, zone, grain);
        steps.set(name, (steps.get(name) ?? 0n) + amount);
      }
      for (const { at, net_micros, ledger_micros } of report.series) {
        expect(BigInt(net_micros), at).toBe(steps.get(stepName(new Date(at), zone, grain)) ?? 0n);
        expect(ledger_micros, at).toBe(net_micros);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('releases, sources and roles come to the same', async () => {
  for (const person_id of owners)
    for (const by of ['release', 'source', 'role', 'funding', 'day', 'collaborator']) {
      const asking = { range: 'lifetime', zone: 'UTC', prior: 'false', by } as const;
      const { explained, groups } = await earningsReport(world.context, person_id, asking);
      expect(explained.difference_micros, by).toBe('0');
      expect(groups.length, by).toBeGreaterThan(0);
    }
  const whole = await Promise.all(
    owners.map((id) => reconciliationOf(world.context, id, { range: 'lifetime', zone: 'UTC' })),
  );
  expect(whole.map(({ difference_micros }) => difference_micros)).toEqual(['0', '0', '0']);
  expect(whole.every(({ receipts }) => receipts > 0)).toBe(true);
  expect(whole[2]?.claimed_micros).not.toBe('0');
});

test('who works together reads what each got of the same generations, as their receipts say', async () => {
  const [mira = asId<AccountId>(''), ada = asId<AccountId>('')] = owners;
  const asking = { range: 'lifetime', zone: 'UTC', prior: 'false', by: 'collaborator' } as const;
  const named = await accountsByIds(world.context.db, [mira, ada]);
  const groupsOf = async (id: AccountId) => (await earningsReport(world.context, id, asking)).groups;
  for (const [mine, theirs] of [
    [mira, ada],
    [ada, mira],
  ] as const) {
    const of_theirs = (await groupsOf(mine))
      .flatMap(({ others = [] }) => others)
      .filter(({ person }) => person.handle === named.get(theirs)?.handle)
      .reduce((sum, { net_micros }) => sum + BigInt(net_micros), 0n);
    const { rows } = await world.context.database.pool.query<{ net: string }>(
      `with shared as (
         select generation_id from earnings.line where person_id = $1 and role <> 'claimant'
         intersect select generation_id from earnings.line where person_id = $2 and role <> 'claimant')
       select (select sum((part->>'amount_micros')::int8) from earnings.receipt r join shared using (generation_id),
                 jsonb_array_elements(r.canonical::jsonb->'parts') part where part->>'person_id' = $2::text)
            - coalesce((select sum(x.pending_micros + x.vesting_micros) from earnings.reversal_line x
                 join shared using (generation_id) where x.person_id = $2), 0) as net`,
      [mine, theirs],
    );
    expect(of_theirs.toString()).toBe(rows[0]?.net);
    expect(of_theirs).toBeGreaterThan(0n);
  }
  // what is hers alone is told beside what she shares
  const keys = async (id: AccountId) => (await groupsOf(id)).map(({ key }) => key);
  expect(await keys(mira)).toContain('alone');
});

test('use is counted as generations ended, for whose the model was when they began', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ owner, zone, grain, from: begins, length }) => {
      const person_id = owners[owner] ?? asId<AccountId>('');
      const from = new Date(BEGINS + begins * 60_000);
      const to = new Date(from.getTime() + length * 60_000);
      fc.pre(from < clock.now());
      const query = { zone, grain, from: from.toISOString(), to: to.toISOString(), prior: 'false' as const };
      const report = await usageReport(world.context, person_id, query);
      const end = new Date(report.span.to);
      const all = (await endedOf(person_id)).filter(({ at }) => within(at, from, end));
      const { totals } = report;
      expect(totals).toMatchObject({
        generations: all.length,
        succeeded: all.filter(({ state }) => state === 'succeeded').length,
        failed: all.filter(({ state }) => state === 'failed').length,
        price_micros: all.reduce((sum, { price }) => sum + BigInt(price), 0n).toString(),
      });
      const steps = Map.groupBy(all, (one) => stepName(one.at, zone, grain));
      for (const { at, generations } of report.series)
        expect(generations, at).toBe(steps.get(stepName(new Date(at), zone, grain))?.length ?? 0);
    }),
    { numRuns: 15 },
  );
  const people = await Promise.all(
    owners.map(async (id) => {
      const asking = { range: 'lifetime', zone: 'UTC', prior: 'false' } as const;
      const { totals } = await usageReport(world.context, id, asking);
      return [totals.payers, peopleIn(await endedOf(id))];
    }),
  );
  for (const [shown, counted] of people) expect(shown).toBe(counted);
  expect(people.some(([, counted]) => counted !== null)).toBe(true);
}, 120_000);

/** Different people of the weeks that are over, from the first one in which five used a model to the last. */
function peopleIn(all: Awaited<ReturnType<typeof endedOf>>): number | null {
  const week = (at: Date) => Math.floor((at.getTime() - Date.UTC(2024, 0, 1)) / (7 * DAY_MS));
  const over = all.filter(({ at, related }) => !related && week(at) < week(clock.now()));
  const payers = (some: typeof over) => new Set(some.map(({ payer_id }) => payer_id)).size;
  const enough = [...Map.groupBy(over, ({ at, model_id }) => `${model_id} ${week(at)}`).values()]
    .filter((some) => payers(some) >= 5)
    .flatMap(([one]) => (one ? week(one.at) : []));
  if (enough.length === 0) return null;
  const [first, last] = [Math.min(...enough), Math.max(...enough)];
  return payers(
    over.filter(({ state, at }) => state === 'succeeded' && week(at) >= first && week(at) <= last),
  );
}
