import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandboxOnce } from '../../server/modules/generation/index.ts';
import { quantile, round } from '../quantile.ts';

const STARTS = 15;

/** Milliseconds until a sandbox for somebody else's model can take it, from nothing; median. */
export async function sandboxStart(): Promise<Record<string, number>> {
  const scratch_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-sandbox-'));
  try {
    const times: number[] = [];
    for (let start = 0; start < STARTS; start += 1) times.push(await startSandboxOnce(scratch_dir));
    return { sandbox_start_ms_p50: round(quantile(times, 0.5)) };
  } finally {
    await rm(scratch_dir, { recursive: true, force: true });
  }
}
