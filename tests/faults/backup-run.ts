import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { readManifest } from '../../server/kit/backup-manifest.ts';
import { buy } from '../acts.ts';
import { openClient } from '../client.ts';
import { type Crowd, gather, PASSWORD } from './crowd.ts';
import { type Figures, report } from './figures.ts';
import { expectChainBooked, expectEnded, expectVerified, lapseLeases, underWay } from './kill-run.ts';
import { installProduct, type Product } from './product.ts';

/**
 * Takes backups while people generate and buy, restores the last of them elsewhere, and asks there: is everything
 * that was acknowledged before the backup stood, do the books hold, and does the product go on from it?
 */
export async function backupRun(options: {
  people: number;
  backups: number;
  pause_ms: number;
}): Promise<Figures> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'stellary-backups-'));
  const product = await installProduct({ runner_slots: 2, scripted: true });
  try {
    await product.start();
    const crowd = await gather(product.url, options.people);
    const taken: string[] = [];
    for (let number = 1; number <= options.backups; number += 1) {
      await underWay(crowd);
      await sleep(options.pause_ms * Math.random());
      const folder = path.join(parent, `backup-${number}`);
      const { ok, said } = await product.run('server/backup.ts', folder);
      expect(said).toContain('Everything that was acknowledged before');
      expect(ok).toBe(true);
      taken.push(folder);
    }
    await underWay(crowd);
    await crowd.stop();
    // the old one leaves before the restored one comes, as it would
    await product.leave();

    const figures = { acknowledged: 0, during: 0, told: [] as string[] };
    for (const folder of taken.slice(-RESTORED_MAX)) await expectRestores(product, crowd, folder, figures);
    await expectDamageIsFound(product, taken.at(-1) ?? '', path.join(parent, 'never'));
    return report('backup and restore under load', {
      acknowledged: figures.acknowledged,
      faults_landed: figures.during,
      violations: 0,
      more: `backups ${taken.length}; landed = acknowledged while a backup was taken; ${figures.told.join('; ')}`,
    });
  } finally {
    await product.end();
    await rm(parent, { recursive: true, force: true });
  }
}

const RESTORED_MAX = 3;

async function expectRestores(
  product: Product,
  crowd: Crowd,
  folder: string,
  figures: { acknowledged: number; during: number; told: string[] },
): Promise<void> {
  const manifest = await readManifest(folder);
  const [started, stands, ended] = [manifest.started_at, manifest.stands_at, manifest.ended_at].map((at) =>
    Date.parse(at),
  ) as [number, number, number];
  const begun = Date.now();
  const data_dir = path.join(path.dirname(folder), `restored-${path.basename(folder)}`);
  const { ok, said } = await product.run('server/restore.ts', folder, '--data-dir', data_dir);
  expect(said).toContain('everything holds');
  expect(ok).toBe(true);

  const restored = await installProduct({ runner_slots: 2, data_dir, scripted: true });
  try {
    await restored.start();
    const rto_ms = Date.now() - begun;
    await lapseLeases(restored);
    await expectEnded(restored);
    const stood = await expectWhatStood(restored, crowd, stands);
    const times = crowd.people.flatMap((person) => [...person.acknowledged_at.values()]);
    figures.acknowledged = Math.max(figures.acknowledged, stood);
    figures.during += times.filter((at) => at > started && at < ended).length;
    const bytes = manifest.files.reduce((sum, file) => sum + file.size_bytes, 0);
    figures.told.push(
      `${stood} stood, ${(bytes / 1e6).toFixed(0)} MB in ${((ended - started) / 1000).toFixed(1)} s, ` +
        `RPO ${((ended - stands) / 1000).toFixed(1)} s, RTO ${(rto_ms / 1000).toFixed(1)} s`,
    );
    await expectChainBooked(restored);
    await expectVerified(restored);
  } finally {
    await restored.end();
  }
}

/** Everything that was acknowledged before, found by those to whom it was said. Answers how much. */
async function expectWhatStood(restored: Product, crowd: Crowd, stands: number): Promise<number> {
  let stood = 0;
  for (const person of crowd.people) {
    const before = ([, id]: [string, string]) => (person.acknowledged_at.get(id) ?? Infinity) < stands;
    const there = openClient(restored.url);
    await there.api.identity.createSession({ email: person.email, password: PASSWORD });
    for (const [, id] of [...person.generations].filter(before)) {
      const { state } = await there.api.generation.getGeneration({ id });
      expect(['succeeded', 'failed']).toContain(state);
      stood += 1;
    }
    for (const [key, id] of [...person.purchases].filter(before)) {
      // under its old key it is told again, and not sold again
      expect((await buy({ ...there }, 'pack-1000', key)).purchase_id).toBe(id);
      stood += 1;
    }
  }
  return stood;
}

async function expectDamageIsFound(product: Product, folder: string, target: string): Promise<void> {
  const base = path.join(folder, 'cluster/base');
  const database = (await readdir(base)).sort().at(-1) ?? '';
  const files = await readdir(path.join(base, database));
  const file = path.join(base, database, files[Math.floor(Math.random() * files.length)] ?? '');
  const bytes = await readFile(file);
  if (bytes.length === 0) await appendFile(file, 'x');
  else {
    const at = Math.floor(Math.random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
    await writeFile(file, bytes);
  }
  const { ok, said } = await product.run('server/restore.ts', folder, '--data-dir', target);
  expect(ok).toBe(false);
  expect(said).toContain(`DAMAGED: ${file}`);
}
