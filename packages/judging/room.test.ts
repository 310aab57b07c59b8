import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const AT = path.join(import.meta.dirname, 'index.ts');

/** In a thread that may keep so much: a hundred thousand ballots as objects, or their rows as texts, have no room there. */
const HEAP_MB = 24;
const BALLOTS = 100_000;

/** Written, read, hashed and counted again, without pairs: what is drawn for them keeps nothing. */
const ACT = `
const { workerData, parentPort } = require('node:worker_threads');
import(workerData.at).then(({ bundling, counting, countOf, dailyRoot, finish, hashBallots, recount, roomForBallots }) => {
  const named = (kind, size) => Array.from({ length: size }, (_, place) => ({ id: kind + String(place).padStart(5, '0') }));
  const entries = named('e', 60).map((one) => ({ ...one, asset: '0'.repeat(64), persons: [one.id], out: null }));
  const voters = named('v', 2_500).map((one) => ({ ...one, class: 'established', cluster: null, barred: null }));
  const ballots = roomForBallots(workerData.ballots);
  for (let at = 0; at < ballots.length; at += 1) {
    ballots.voter[at] = at % voters.length;
    ballots.k[at] = Math.floor(at / voters.length);
    ballots.slot[at] = at;
    ballots.left[at] = (at * 7) % 60;
    ballots.right[at] = (at * 7 + 1 + (at % 59)) % 60;
    ballots.choice[at] = at % 3 === 0 ? 1 : 0;
    ballots.hour[at] = 500_000;
  }
  const published = {
    ...{ competition: 'large', category: 'image', seed: '5e'.repeat(32), entries, voters, ballots, support: null },
    ...{ panel: [], prizes: ['1'], finalists: null, version: 1, previous: null, reason: null },
    rules: { judging: { judge: 'stellar-judge/1', ties: 'lots', samples: 0 } },
    roots: [dailyRoot('2026-11-23', hashBallots(entries, voters, ballots))],
  };
  const pieces = [];
  for (const piece of bundling(published, finish(counting(countOf(published))))) if (piece) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  const { findings } = recount(bytes);
  parentPort.postMessage(findings.map(({ name, holds }) => name + ' ' + holds));
});`;

test(
  'a hundred thousand ballots pass through a heap of two dozen megabytes',
  { timeout: 120_000 },
  async () => {
    const worker = new Worker(ACT, {
      ...{ eval: true, workerData: { at: AT, ballots: BALLOTS } },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const [findings] = (await once(worker, 'message')) as [string[]];
    expect(findings).toEqual([
      ...['json', 'fields', 'canonical', 'digest', 'rules', 'seed', 'roots'].map((name) => `${name} true`),
      'pairs false',
      ...['strengths', 'weights', 'panel', 'finalists', 'places', 'tests'].map((name) => `${name} true`),
    ]);
    await worker.terminate();
  },
);
