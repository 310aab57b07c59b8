import { thumbHashToRGBA } from 'thumbhash';
import type { Context } from '../context.ts';
import * as generation from '../modules/generation/index.ts';
import { localOrderOf, type Ordered } from '../views/engine-order.ts';

/** What a worker says it made: its bytes as they came, and what was made of them here. */
export type Outcome = {
  raw: readonly Uint8Array[];
  /** What came with it: its score, the same in another format. */
  beside: readonly {
    role: 'midi' | 'webm' | 'storyboard';
    bytes: Uint8Array;
    storyboard?: generation.MediaOutput['storyboard'];
  }[];
  made: readonly generation.MediaOutput[];
};

/** Mean differences, of 255 and of 1, up to which two pictures or two pieces of music are the same to a listener. */
const PICTURE_MAX = 16;
const SOUND_MAX = 0.15;
const WALL_MS_MAX = 180_000;

/**
 * Runs a job once more here, and says whether a worker came to the same: to the byte, else by how it looks or sounds.
 * `unknown`: it could not be run here.
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
  if (!ours.outputs.some(isMaster)) return 'unknown';
  return isSame(ours.outputs, outcome) ? 'same' : 'other';
}

const isMaster = ({ role }: generation.MediaOutput) => role === 'primary';

/**
 * As many works, and each at its place the same: to the byte, and then nothing may lie beside them that we would not
 * make too; else by how it looks or sounds. The same runtime comes to other bytes on another processor, so what it
 * says of that tells nothing.
 */
export function isSame(ours: readonly generation.MediaOutput[], { raw, beside, made }: Outcome): boolean {
  const [masters, wanted] = [made.filter(isMaster), ours.filter(isMaster)];
  if (masters.length !== wanted.length) return false;
  if (wanted.every((one, place) => isBytesOf(one, raw[place])))
    return beside.every(({ role, bytes }) => ours.some((one) => one.role === role && isBytesOf(one, bytes)));
  return wanted.every((one, place) => {
    const master = masters[place];
    return master !== undefined && resembles(one, master);
  });
}

const isBytesOf = (output: generation.MediaOutput, sent: Uint8Array | undefined) =>
  sent !== undefined && Buffer.compare(output.bytes, sent) === 0;

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
