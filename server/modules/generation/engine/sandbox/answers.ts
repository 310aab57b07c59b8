import type { EngineFailure } from '../types.ts';
import type { Raw, SandboxEvent } from './protocol.ts';

/** Whoever broke out of a sandbox within its process may send anything: what comes is believed as far as it is checked. */

/** What a child tells on its way, made anew; null where it is nothing that a child tells. */
export function believable(event: SandboxEvent): SandboxEvent | null {
  if (event.type === 'started') return { type: 'started' };
  const { type, step, total, label } = event;
  if (type !== 'progress' || !isWhole(step, 0, 1e6) || !isWhole(total, 1, 1e6) || !LABELS.has(label))
    return null;
  return { type, step, total, label };
}

const LABELS: ReadonlySet<string> = new Set(['Computing', 'Drawing frames', 'Denoising']);

const CODES: ReadonlySet<string> = new Set([
  'invalid_input',
  'model_error',
  'out_of_memory',
  'output_rejected',
  'cancelled',
]);

/** A failure that a child may have: none that would be tried again for nothing. */
export function failureFrom({ code, message }: EngineFailure): EngineFailure {
  const said = typeof message === 'string' ? message.slice(0, 300).toWellFormed() : '';
  return { ok: false, code: CODES.has(code) ? code : 'model_error', message: said, retryable: false };
}

const SIDE_MAX = 2_048;
const FRAMES_MAX = 5_400;
const SAMPLES_MAX = 180 * 48_000;

/** Says what is wrong with what a sandbox gave back. */
export function checkRaw(raw: Raw): string | null {
  if (typeof raw !== 'object' || raw === null) return 'the sandbox sent nothing';
  switch (raw.kind) {
    case 'picture':
      return isSize(raw) && isPlane(raw.pixels, raw) ? null : 'the sandbox sent a picture of another size';
    case 'film': {
      const { frames, fps } = raw;
      if (
        !isSize(raw) ||
        !isWhole(fps, 1, 60) ||
        !Array.isArray(frames) ||
        !isWhole(frames.length, 1, FRAMES_MAX)
      )
        return 'the sandbox sent no film';
      return frames.every((frame) => isPlane(frame, raw)) ? null : 'the sandbox sent a frame of another size';
    }
    case 'audio': {
      const { left, right, sample_rate } = raw;
      if (
        !isWhole(sample_rate, 8_000, 48_000) ||
        !isSound(left) ||
        !isSound(right) ||
        left.length !== right.length
      )
        return 'the sandbox sent no sound';
      return left.every(Number.isFinite) && right.every(Number.isFinite)
        ? null
        : 'the sandbox sent no numbers';
    }
    default:
      return 'the sandbox sent something else';
  }
}

const isWhole = (value: unknown, low: number, high: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
const isSize = ({ width, height }: { width: number; height: number }) =>
  isWhole(width, 16, SIDE_MAX) && isWhole(height, 16, SIDE_MAX);
const isPlane = (pixels: unknown, { width, height }: { width: number; height: number }) =>
  pixels instanceof Uint8Array && pixels.length === width * height * 3;
const isSound = (samples: unknown): samples is Float32Array =>
  samples instanceof Float32Array && isWhole(samples.length, 1, SAMPLES_MAX);
