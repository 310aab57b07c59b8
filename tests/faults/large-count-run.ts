import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect } from 'vitest';
import { present } from '../../server/kit/assert.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import { nowIn } from '../competitions.ts';
import { everybodyJudges, everybodyVotes, LARGE_TIMES, largeRound } from '../large-round.ts';
import { freshDatabase } from '../setup/database.ts';
import { startWorldOn } from '../world.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** Old objects of a worker, and of whoever counts again at home: columns lie beside it. */
const HEAP_MB = { worker: 512, home: 256 };
export const PEAK_MB_MAX = 1_500;

/**
 * A whole month of so many voters is frozen, counted, looked over, bundled and published by a process that has little
 * room, and counted again by the command line in less.
 */
export async function largeCountRun({ entries, voters }: { entries: number; voters: number }): Promise<void> {
  const fresh = await freshDatabase();
  const clock = settableClock(LARGE_TIMES.qualifying_at);
  const world = await startWorldOn(fresh, { roles: 'web', clock });
  try {
    const { data_dir } = world.context.config;
    const round = await largeRound(world, { entries, voters });
    const counted = async (at: Date) => {
      clock.set(at);
      const told = [at.toISOString(), fresh.url, data_dir];
      const said = await alone(HEAP_MB.worker, ['tests/faults/counts-alone.ts', ...told]);
      process.stdout.write(`[large count] ${said.out}`);
      expect(said.code, said.err).toBe(0);
      expect(JSON.parse(said.out)).toMatchObject({ peak_mb: expect.toSatisfy((mb) => mb < PEAK_MB_MAX) });
    };
    const cast = await everybodyVotes(world, clock, round, 'qualifying');
    await nowIn(world, round, 'final_round');
    await counted(LARGE_TIMES.final_at);
    await everybodyJudges(world, round);
    const cast_final = await everybodyVotes(world, clock, round, 'final');
    await nowIn(world, round, 'tally');
    await counted(LARGE_TIMES.tally_at);

    const tally = present(await competitions.newestTally(world.context.db, round.category_id), 'a counting');
    const bundle = world.context.media.pathOf(present(tally.bundle_file, 'the bundle'));
    const again = await alone(HEAP_MB.home, ['packages/judging/cli.ts', bundle]);
    process.stdout.write(`[large count] ${again.out}`);
    expect(again.out).toContain(`${cast + cast_final} ballots of ${voters} voters`);
    expect(again.out).toContain(`digest: ${tally.bundle_digest}`);
    expect(again.code, again.err).toBe(0);
  } finally {
    await world.end();
  }
}

/** A process of its own, with so much room for what it makes. */
async function alone(heap_mb: number, args: string[]) {
  const child = spawn(process.execPath, [`--max-old-space-size=${heap_mb}`, ...args], {
    ...{ cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '' } },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { out, err, code };
}
