import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod';
import { type Figures, report } from './figures.ts';

const Found = z.object({
  acknowledged: z.number(),
  landed: z.number(),
  /** How often PostgreSQL died of it. */
  died: z.number(),
  lost: z.number(),
  verified: z.object({ ok: z.boolean(), said: z.string() }),
  troubles: z.record(z.string(), z.number()),
});
const HONEST = ['STORAGE_FULL', 'UNAVAILABLE', 'OUTCOME_UNKNOWN', 'UNREACHABLE', 'RATE_LIMITED'];

/** Null where a process may mount a disk that only it sees. */
export function whyNoDisk(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  const tried = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'disk', '/mnt']);
  return tried.status === 0 ? null : 'a process may not mount a disk of its own here (it needs root)';
}

export async function diskRun(options: { rounds: number }): Promise<Figures> {
  const file = path.join(import.meta.dirname, 'disk-full.ts');
  const child = spawn('unshare', ['--mount', process.execPath, file, String(options.rounds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => (err += String(text)));
  await new Promise((closed) => child.once('close', closed));
  const last = out.trim().split('\n').at(-1) ?? '';
  expect(last, `${out}\n${err}`).toMatch(/^\{/);
  const { acknowledged, landed, died, lost, verified, troubles } = Found.parse(JSON.parse(last));
  expect(Object.keys(troubles).filter((name) => !HONEST.includes(name))).toEqual([]);
  expect(troubles.STORAGE_FULL, 'refusals for want of room').toBeGreaterThan(0);
  expect(verified.said).toContain('Everything holds.');
  return report('disk full', {
    acknowledged,
    faults_landed: landed,
    violations: lost + Number(!verified.ok),
    more: `PostgreSQL died ${died}; troubles seen: ${Object.entries(troubles)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ')}`,
  });
}
