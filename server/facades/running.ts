import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Generation } from '#api/generation/shapes.ts';
import { cancelGeneration } from '../flows/cancel-generation.ts';
import { startGeneration } from '../flows/start-generation.ts';
import { asId, type GenerationId, type ReleaseId } from '../ids.ts';
import { hasEnded } from '../modules/generation/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { generationFor } from '../views/generations.ts';
import { watchGeneration } from '../views/watch-generation.ts';
import type { Call } from './facade.ts';

/** What all facades do with generations: start, look at, wait for and cancel them, by the same flows as everybody. */

/** The caller's own key for this act, if they sent one; else the request is an act of its own. */
export function keyOf(headers: IncomingHttpHeaders): string {
  const sent = sentKey(headers);
  if (sent === null) return randomUUID();
  // as long as any, and apart from the keys of the caller's other programs
  return `facade-${createHash('sha256').update(sent).digest('base64url')}`;
}

function sentKey(headers: IncomingHttpHeaders): string | null {
  const sent = headers['idempotency-key'];
  return typeof sent === 'string' && sent !== '' ? sent : null;
}

export async function start(
  { context, caller, me }: Call,
  wish: {
    key: string;
    release_id: string;
    input: Record<string, unknown>;
    via: 'replicate' | 'openai' | 'fal';
  },
): Promise<GenerationId> {
  const { key, release_id, input, via } = wish;
  return startGeneration(context, me, {
    key,
    release_id: asId<ReleaseId>(release_id),
    input,
    spend_first: 'promo',
    api_key_id: caller.api_key_id,
    via,
  });
}

/** A generation of the caller's; anybody else's does not exist. */
export async function look({ context, me }: Call, id: string): Promise<Generation> {
  return generationFor(context, me, readId(id));
}

export const readId = (id: string): GenerationId =>
  z.uuid().safeParse(id).success ? asId<GenerationId>(id) : refuse('NOT_FOUND');

export const isOver = ({ state }: Generation): boolean => hasEnded(state);

/** The generation once it has ended, or as it is when the time is over or whoever waits has left. */
export async function untilEnded(call: Call, id: GenerationId, ms_max: number): Promise<Generation> {
  const { context, me } = call;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms_max);
  try {
    const waiting = AbortSignal.any([call.gone, over.signal]);
    let shown: Generation | null = null;
    for await (const event of watchGeneration(context, me, id, waiting))
      if (event.type === 'state') shown = event.generation;
    return shown && isOver(shown) ? shown : await generationFor(context, me, id);
  } finally {
    clearTimeout(timer);
  }
}

/** Cancels what can still be cancelled; false where it had ended or is being delivered. */
export async function cancel(
  { context, me }: Pick<Call, 'context' | 'me'>,
  id: GenerationId,
): Promise<boolean> {
  try {
    await cancelGeneration(context, me, id);
    return true;
  } catch (trouble) {
    if (trouble instanceof Refusal && trouble.code === 'ALREADY_ENDED') return false;
    throw trouble;
  }
}

/**
 * Nobody is left to take what is made, so it is not made: for clients that have no name for what they started. Who
 * sent a key of their own can ask for it again by that key.
 */
export async function cancelAbandoned(call: Call, ids: readonly GenerationId[]): Promise<void> {
  if (sentKey(call.headers) === null) await cancelAll(call, ids);
}

export async function cancelAll({ context, me }: Call, ids: readonly GenerationId[]): Promise<void> {
  const outcomes = await Promise.allSettled(ids.map((id) => cancel({ context, me }, id)));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      context.log.warn({ err: outcome.reason }, 'could not cancel what nobody waits for');
}

/** What ended without a result, or has not ended, as the refusal of whoever waited for it. */
export function refuseEnded({ state, failure, ended_at }: Generation): never {
  if (ended_at === null) refuse('STILL_RUNNING');
  if (state === 'cancelled') refuse('GENERATION_CANCELLED');
  const why = failure?.message ?? 'It failed.';
  if (failure?.code === 'policy_blocked') refuse('GENERATION_BLOCKED', { why });
  refuse('GENERATION_FAILED', { why });
}

/** A line as progress bars print it, by which clients know how far it is. */
export function progressLine({ step, total, label }: { step: number; total: number; label: string }): string {
  const part = total > 0 ? Math.min(step / total, 1) : 0;
  const bar = '█'.repeat(Math.round(part * 10)).padEnd(10, ' ');
  return `${Math.round(part * 100)}%|${bar}| ${step}/${total} ${label}`.trimEnd();
}

export const secondsOf = ({ started_at, ended_at }: Generation): number | null =>
  started_at && ended_at ? (Date.parse(ended_at) - Date.parse(started_at)) / 1000 : null;
