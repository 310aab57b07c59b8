import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import { sha256 } from '../kit/files.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
import { refuse } from '../refuse.ts';
import type { CardPlan } from '../views/cards.ts';

/** Another drawing of the same words is another card. */
const DRAWING = 2;
const WALL_MS_MAX = 20_000;
/** The desk has other work; whoever comes later is told to ask again. */
const DRAWN_AT_ONCE_MAX = 4;

/**
 * The card of what a plan says, as JPEG. It is kept by all that stands on it, so what changes is another card, and
 * of many who ask at once one draws it.
 */
export async function drawCard(context: Context, plan: CardPlan, width: 1200 | 600): Promise<Uint8Array> {
  const key = cardKey(plan, width);
  const kept = await context.cards.get(key);
  if (kept) return kept;
  const drawing = underWay(context).get(key) ?? begin(context, key, plan, width);
  return drawing;
}

export const cardKey = (plan: CardPlan, width: number): string =>
  sha256(Buffer.from(JSON.stringify([DRAWING, width, plan])));

const underWay = onePer<Context, Map<string, Promise<Uint8Array>>>(() => new Map());
const seats = onePer<Context, Seats>(() => createSeats({ each: DRAWN_AT_ONCE_MAX }));

function begin(context: Context, key: string, plan: CardPlan, width: number): Promise<Uint8Array> {
  const leave = seats(context).take({ name: 'cards' }) ?? refuse('CARDS_FULL', { retry_after_s: 2 });
  const drawing = draw(context, key, plan, width).finally(() => {
    leave();
    underWay(context).delete(key);
  });
  underWay(context).set(key, drawing);
  return drawing;
}

async function draw(context: Context, key: string, plan: CardPlan, width: number): Promise<Uint8Array> {
  const { cards, desk, log, media } = context;
  const pictures = await Promise.all(plan.pictures.map((digest) => readFile(media.pathOf(digest))));
  const done = await desk.do('card', { ...plan, pictures, width }, { wall_ms_max: WALL_MS_MAX });
  if (!done.ok) {
    log.warn({ code: done.code, message: done.message, kind: plan.kind }, 'a card could not be drawn');
    if (done.code === 'cancelled') refuse('UNAVAILABLE');
    refuse('CARD_FAILED');
  }
  await cards.put(key, done.value).catch((error: unknown) => {
    log.warn({ err: error }, 'a card could not be kept');
  });
  return done.value;
}
