import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Engine, EngineResult } from '../server/modules/generation/index.ts';

type Job = Parameters<Engine['run']>[0];
type RunOptions = Parameters<Engine['run']>[1];
type FailureCode = Extract<EngineResult, { ok: false }>['code'];

/** What one run does. */
export type Script = (job: Job, options: RunOptions) => Promise<EngineResult>;

export type ScriptedEngine = Engine & {
  /** Every run so far, in order. */
  calls: { job: Job; aborted: () => boolean; answered: () => boolean }[];
  /** What the next runs do, one script each; after the last of them, the usual again. */
  next(...scripts: Script[]): void;
};

/** An engine that does what the test says: the runner before it cannot tell. */
export function scriptedEngine(usual: Script = succeeds): ScriptedEngine {
  const calls: ScriptedEngine['calls'] = [];
  const scripts: Script[] = [];
  return {
    calls,
    next: (...more) => void scripts.push(...more),
    async run(job, options) {
      let answered = false;
      calls.push({ job, aborted: () => options.signal.aborted, answered: () => answered });
      try {
        return await (scripts.shift() ?? usual)(job, options);
      } finally {
        answered = true;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** A real picture with sides of so many pixels, its colour chosen by the seed. */
export const paints =
  (width: number, height = width): Script =>
  async (job, { onEvent }) => {
    onEvent({ type: 'started' });
    onEvent({ type: 'progress', step: 1, total: 2, label: 'Painting' });
    const bytes = await picture(job.seed, width, height);
    onEvent({ type: 'progress', step: 2, total: 2, label: 'Painting' });
    const size = { width, height };
    return {
      ok: true,
      outputs: [
        {
          role: 'primary',
          modality: 'image',
          mime: 'image/webp',
          extension: 'webp',
          bytes,
          ...size,
          thumbnail: { mime: 'image/webp', bytes, ...size },
        },
      ],
      inference_ms: 1,
      runtime: { name: 'script', version: '1', provider: 'test', arch: process.arch },
    };
  };

/** The same, tiny. */
export const succeeds = paints(8);

/** As large as the job asks: what a machine of others sends is compared with that. */
export const asAsked: Script = (job, options) => {
  const { size = 256, width = size, height = size } = job.input;
  return paints(Number(width), Number(height))(job, options);
};

export const fails =
  (code: FailureCode, { retryable }: { retryable: boolean }): Script =>
  async (_job, { onEvent }) => {
    onEvent({ type: 'started' });
    return { ok: false, code, message: `scripted: ${code}`, retryable };
  };

/** Runs until it is cancelled, and then stops as it should. */
export const hangs: Script = async (_job, { signal, onEvent }) => {
  onEvent({ type: 'started' });
  if (!signal.aborted) await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
  return { ok: false, code: 'cancelled', message: 'cancelled', retryable: false };
};

/** Hangs when the prompt says `forever`, and otherwise succeeds: for stories in which many jobs lie in one queue. */
export const asPrompted: Script = (job, options) =>
  (String(job.input.prompt).includes('forever') ? hangs : succeeds)(job, options);

/** Succeeds once the gate opens, deaf to being cancelled meanwhile: its result comes late. */
export const succeedsOnce =
  (opened: Promise<void>): Script =>
  async (job, options) => {
    options.onEvent({ type: 'started' });
    await opened;
    return succeeds(job, options);
  };

export const succeedsAfter = (ms: number): Script => later(ms, succeeds);

/** The same script, so much later. */
export const later =
  (ms: number, script: Script): Script =>
  async (job, options) => {
    options.onEvent({ type: 'started' });
    await sleep(ms);
    return script(job, options);
  };

/** What an engine must never do. */
export const throws: Script = async () => {
  throw new Error('scripted: the engine threw');
};

/** Its colour is the seed's at the top left and another at the bottom right: one that is all of one colour is none. */
function picture(seed: number, width: number, height: number): Promise<Buffer> {
  const colour = [seed & 255, (seed >> 8) & 255, (seed >> 16) & 255];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) {
    const way = Math.floor(at / 3) / (width * height - 1);
    const from = colour[at % 3] ?? 0;
    pixels[at] = Math.round(from + way * (255 - 2 * from));
  }
  const raw = { width, height, channels: 3 } as const;
  return sharp(pixels, { raw }).webp({ lossless: true, effort: 0 }).toBuffer();
}
