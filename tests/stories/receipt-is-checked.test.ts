import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseBundle, parseKeySet, verifyChain, verifyReceipt } from '@stellary/proofs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeReceipts } from '../../server/flows/close-receipts.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { verifyReceiptLog } from '../../server/views/receipt-log.ts';
import { expectEverythingHolds, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectProblem, expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-22T23:58:00Z'));
let world: World;
let payer: Visitor;
let creator: Visitor;
let folder: string;
let id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  payer = await world.member('paula');
  creator = await world.creator('mira-solberg');
  folder = await mkdtemp(path.join(tmpdir(), 'stellary-proofs-'));
});
afterAll(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await expectEverythingHolds(world);
  const { violations } = await verifyReceiptLog(world.context.db, world.context.signer.jwks());
  expect(violations).toEqual([]);
});

async function generate(): Promise<string> {
  const generation = await start(payer, { release_id: await releaseOf(payer) });
  await expectRefusal(payer.api.earnings.getReceiptProof({ generation_id: generation.id }), 'NOT_SETTLED');
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  expect(await settleDelivered(world.context)).toBe(1);
  return generation.id;
}

const proofOf = (person: Visitor, generation_id: string, with_payer: 'true' | 'false' = 'false') =>
  person.api.earnings.getReceiptProof({ generation_id, with_payer });

/** What a person sees who types it, without our server. */
async function check(bundle: unknown, ...words: string[]): Promise<{ code: number; out: string }> {
  const file = path.join(folder, 'proof.json');
  await writeFile(file, JSON.stringify(bundle));
  const cli = path.resolve(import.meta.dirname, '../../packages/proofs/cli.ts');
  return new Promise((said) =>
    execFile(process.execPath, [cli, file, ...words], (error, out) =>
      said({ code: error ? Number(error.code ?? -1) : 0, out }),
    ),
  );
}

test('a receipt that is seconds old has no proof yet, and says when to ask again', async () => {
  id = await generate();
  const refused = await expectRefusal(proofOf(payer, id), 'RECEIPT_NOT_CLOSED_YET');
  expect(refused).toMatchObject({ retry_after_s: 3 });
  const answer = await payer.fetch(`/api/v1/receipts/${id}/proof`);
  expect(answer.headers.get('retry-after')).toBe('3');
  expect(await closeReceipts(world.context)).toMatchObject({ receipts: 1 });
});

test('whoever paid, and whoever was paid, downloads a proof that holds without us', async () => {
  const proof = await proofOf(payer, id);
  expect(await proofOf(creator, id)).toEqual(proof);
  expect(proof.digest).toBe((await payer.api.earnings.getReceipt({ id })).digest);
  const { code, out } = await check(proof);
  expect(out).toContain('all 7 checks hold');
  expect(out).toContain('Whose keys signed it was not checked');
  expect(code).toBe(3);

  const jwks = path.join(folder, 'keys.json');
  await writeFile(jwks, await (await payer.fetch('/.well-known/jwks.json')).text());
  expect(await check({ ...proof, jwks: { keys: [] } }, '--jwks', jwks)).toMatchObject({ code: 0 });

  const stranger = await world.member('stella');
  await expectRefusal(proofOf(stranger, id), 'NOT_FOUND');
  await expectRefusal(proofOf(world.visitor(), id), 'NOT_SIGNED_IN');
});

test('who paid is shown by nobody but the payer', async () => {
  const named = parseBundle(JSON.stringify(await proofOf(payer, id, 'true')));
  expect((await verifyReceipt(named)).find(({ name }) => name === 'payer')).toMatchObject({ holds: true });
  expect((await proofOf(payer, id)).payer).toBeUndefined();
  expect((await proofOf(creator, id, 'true')).payer).toBeUndefined();
});

test('a proof that somebody changed fails where they changed it', async () => {
  const proof = await proofOf(payer, id);
  const richer = proof.receipt.replace('"amount_micros":"700000"', '"amount_micros":"900000"');
  const tampered = await check({ ...proof, receipt: richer });
  expect(tampered.code).toBe(1);
  expect(tampered.out).toMatch(/FAILS {2}digest/);
  expect(tampered.out).toMatch(/FAILS {2}split/);
  expect(tampered.out).toMatch(/FAILS {2}sums/);
  expect(tampered.out).toMatch(/holds {2}block_signed/);

  const elsewhere = await check({ ...proof, digest: `sha256:${'0'.repeat(64)}` });
  expect(elsewhere.out).toMatch(/FAILS {2}in_block/);
  const unsigned = await check({ ...proof, block: proof.block.replace(/.{8}$/, 'AAAAAAAA') });
  expect(unsigned.out).toMatch(/FAILS {2}block_signed/);
});

test('once its day is over, a proof also leads to the day', async () => {
  clock.set(new Date('2026-11-23T00:00:05Z'));
  expect(await closeReceipts(world.context)).toEqual({ days: 1, receipts: 0, more: false });
  const { code, out } = await check(await proofOf(creator, id));
  expect(out).toContain('all 9 checks hold');
  expect(code).toBe(3);
});

test('anybody keeps the chain of roots, from any page, and follows it', async () => {
  for (let i = 0; i < 3; i += 1) {
    await generate();
    clock.advance(3_000);
    await closeReceipts(world.context);
  }
  const visitor = world.visitor();
  const jwks = parseKeySet(await (await visitor.fetch('/.well-known/jwks.json')).text());
  const kept = await visitor.api.earnings.listReceiptRoots({ limit: 2 });
  const rest = await visitor.api.earnings.listReceiptRoots({
    limit: 2,
    cursor: kept.next_cursor ?? '',
  });
  expect(rest.next_cursor).toBeNull();
  const all = [...kept.items, ...rest.items];
  expect(all.map(({ header }) => header.number)).toEqual([1, 2, 3, 4]);
  const verdict = await verifyChain(
    all.map(({ jws }) => jws),
    'receipts-block',
    jwks,
  );
  expect(verdict).toMatchObject({ holds: true, last: { hash: all[3]?.hash } });
  expect((await visitor.api.earnings.listReceiptRoots({ after: 3 })).items).toEqual([all[3]]);
  expect(await visitor.api.earnings.getReceiptRoot({ number: 2 })).toEqual(all[1]);
  await expectRefusal(visitor.api.earnings.getReceiptRoot({ number: 99 }), 'NOT_FOUND');

  const days = await visitor.api.earnings.listReceiptDays({});
  expect(days.items.map(({ header }) => [header.day, header.blocks])).toEqual([['2026-11-22', 1]]);
  expect((await visitor.api.earnings.listReceiptDays({ after: '2026-11-22' })).items).toEqual([]);
  await expectProblem(visitor.fetch('/api/v1/receipt-days?cursor=made-up'), 'INVALID_INPUT');

  for (const open of ['receipt-roots', 'receipt-roots/1', 'receipt-days'])
    expect((await visitor.fetch(`/api/v1/${open}`)).headers.get('access-control-allow-origin')).toBe('*');
  const own = await payer.fetch(`/api/v1/receipts/${id}/proof`);
  expect(own.headers.get('access-control-allow-origin')).toBeNull();
});
