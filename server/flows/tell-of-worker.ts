import type { Progress } from '#api/generation/shapes.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import type { WorkerId } from '../ids.ts';
import { onePer } from '../kit/batcher.ts';
import * as generation from '../modules/generation/index.ts';

/** What a worker says of a job while it runs; kept nowhere. */
export type OnTheWay = {
  progress: z.infer<typeof Progress> | null;
  /** base64 */
  preview: string | null;
  log: string | null;
};

/** More often nobody could look at it; each preview costs the desk a moment that results wait for. */
const EVERY_MS = { progress: 150, log: 250, preview: 1_000 };
const GLANCE_MS_MAX = 5_000;
const KEPT_MAX = 10_000;

/** Of this process: when each job last had something shown of it, and whether the desk draws a preview just now. */
const tellingOf = onePer<Context, { shown_at: Map<string, number>; drawing: boolean }>(() => ({
  shown_at: new Map(),
  drawing: false,
}));

/** Shows the payer what a worker tells of their job, no more of it and no more often than our own runner would. */
export function passOn(
  context: Context,
  worker_id: WorkerId,
  { id, fence }: generation.Leased,
  { progress, preview, log }: OnTheWay,
): void {
  const channel = `generation:${id}`;
  const telling = tellingOf(context);
  const isTime = (what: keyof typeof EVERY_MS) => isDue(telling.shown_at, what, fence);
  if (progress && isTime('progress')) context.live.signal(channel, { type: 'progress', ...progress });
  const text = log === null ? '' : plain(log);
  if (text && isTime('log')) context.live.signal(channel, { type: 'log', text });
  if (preview === null || telling.drawing || !isTime('preview')) return;
  telling.drawing = true;
  show(context, worker_id, channel, preview)
    .catch((error: unknown) => context.log.warn({ err: error }, 'a preview could not be shown'))
    .finally(() => (telling.drawing = false));
}

/** A stranger's picture is made anew before anybody sees it, and of a machine that is not trusted nobody sees any. */
async function show(context: Context, worker_id: WorkerId, channel: string, preview: string): Promise<void> {
  const worker = await generation.workerById(context.db, worker_id);
  if (worker?.trust !== 'trusted') return;
  const artifact = { bytes: new Uint8Array(Buffer.from(preview, 'base64')), mime: '' };
  const seen = await context.desk.do('glance', artifact, { wall_ms_max: GLANCE_MS_MAX });
  if (seen.ok) context.live.signal(channel, { type: 'preview', mime: 'image/webp', bytes: seen.value });
}

function isDue(shown_at: Map<string, number>, what: keyof typeof EVERY_MS, fence: string): boolean {
  const key = `${what} ${fence}`;
  const now = performance.now();
  if (now - (shown_at.get(key) ?? -Infinity) < EVERY_MS[what]) return false;
  shown_at.delete(key);
  shown_at.set(key, now);
  const [oldest] = shown_at.keys();
  if (shown_at.size > KEPT_MAX && oldest !== undefined) shown_at.delete(oldest);
  return true;
}

/** One line, and nothing in it that a page could mistake for more. */
export const plain = (text: string) =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ').trim();
