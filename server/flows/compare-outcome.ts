import { thumbHashToRGBA } from 'thumbhash';
import type { Context } from '../context.ts';
import { sha256 } from '../kit/files.ts';
import * as generation from '../modules/generation/index.ts';
import { localOrderOf, type Ordered } from '../views/engine-order.ts';

/** What a worker says it made: its bytes as they came, and what was made of them here. */
export type Outcome = {
  raw: readonly Uint8Array[];
  made: readonly generation.MediaOutput[];
  runtime: generation.Runtime;
};

/** Mean differences, of 255 and of 1, up to which two pictures or two pieces of music are the same to a listener. */
const PICTURE_MAX = 16;
const SOUND_MAX = 0.15;
const WALL_MS_MAX = 180_000;

/**
 * Runs a job once more here, and says whether a worker came to the same: to the byte where it says that it runs what
 * we run, else by how it looks or sounds. `unknown`: it could not be run here.
 */
export async function compareOutcome(
  context: Context,
  job: Ordered,
  outcome: Outcome,
): Promise<'same' | 'other' | 'unknown'> {
  const order = await localOrderOf(context, job);
  const options = { signal: AbortSignal.timeout(WALL_MS_MAX), onEvent: () => {} };
  const ours = await context.engine.run(order, options);
  if (!ours.ok) return 'unknown';
  const wanted = ours.outputs.filter(isMaster);
  if (wanted.length === 0) return 'unknown';
  return isSame({ outputs: wanted, runtime: ours.runtime }, outcome) ? 'same' : 'other';
}

const isMaster = ({ role }: generation.MediaOutput) => role === 'primary';

/** As many works, and each at its place the same. */
export function isSame(
  ours: { outputs: readonly generation.MediaOutput[]; runtime: generation.Runtime },
  { raw, made, runtime }: Outcome,
): boolean {
  const masters = made.filter(isMaster);
  if (masters.length !== ours.outputs.length) return false;
  const to_the_byte = isSameRuntime(ours.runtime, runtime);
  return ours.outputs.every((wanted, place) => {
    const [sent, master] = [raw[place], masters[place]];
    if (to_the_byte) return sent !== undefined && sha256(sent) === sha256(wanted.bytes);
    return master !== undefined && resembles(wanted, master);
  });
}

const isSameRuntime = (a: generation.Runtime, b: generation.Runtime) =>
  a.name === b.name && a.version === b.version && a.provider === b.provider && a.arch === b.arch;

export function resembles(a: generation.MediaOutput, b: generation.MediaOutput): boolean {
  if (a.modality !== b.modality) return false;
  if (a.thumbhash && b.thumbhash) {
    const [one, two] = [a.thumbhash, b.thumbhash].map((hash) => thumbHashToRGBA(Buffer.from(hash, 'base64')));
    if (!one || !two || one.w !== two.w || one.h !== two.h) return false;
    return meanDifference([...one.rgba], [...two.rgba]) <= PICTURE_MAX;
  }
  return (
    a.waveform !== undefined &&
    b.waveform !== undefined &&
    meanDifference(a.waveform, b.waveform) <= SOUND_MAX
  );
}

function meanDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  return a.reduce((sum, value, place) => sum + Math.abs(value - (b[place] ?? 0)), 0) / a.length;
}
