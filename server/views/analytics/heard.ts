import * as z from 'zod';
import { type Cursor, isAfter, type News } from '../../kit/outbox.ts';

/** What of the news is about a generation of somebody's model. */
export const TOPICS = [
  'generation.settled',
  'generation.failed',
  'generation.cancelled',
  'generation.expired',
  'generation.refunded',
  'generation.corrected',
];

const Settled = z.object({
  generation_id: z.uuid(),
  model_id: z.uuid(),
  charged_micros: z.string(),
  lines: z.array(z.object({ person_id: z.uuid(), amount_micros: z.string() })),
});
const About = z.object({ generation_id: z.uuid() });

export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'expired';
/** One piece of news, read once for everybody who watches. */
export type Heard = {
  cursor: Cursor;
  at: Date;
  generation_id: string;
  /** null: money of one that had ended was corrected. */
  outcome: Outcome | null;
  settled: { model_id: string; price_micros: string; parts: ReadonlyMap<string, bigint> } | null;
};

const OUTCOMES: Record<string, Outcome> = {
  'generation.settled': 'succeeded',
  'generation.failed': 'failed',
  'generation.cancelled': 'cancelled',
  'generation.expired': 'expired',
};

export function heardOf({ xid, id, topic, payload, at }: News): Heard {
  const outcome = OUTCOMES[topic] ?? null;
  const cursor = { xid, id };
  if (outcome !== 'succeeded')
    return { cursor, at, outcome, settled: null, generation_id: About.parse(payload).generation_id };
  const { generation_id, model_id, charged_micros, lines } = Settled.parse(payload);
  const parts = new Map<string, bigint>();
  for (const { person_id, amount_micros } of lines)
    parts.set(person_id, (parts.get(person_id) ?? 0n) + BigInt(amount_micros));
  return { cursor, at, generation_id, outcome, settled: { model_id, price_micros: charged_micros, parts } };
}

/** The id of an event: a place in the news. */
export const idOfPlace = ({ xid, id }: Cursor): string => `${xid}-${id}`;
export function placeOfId(text: string | undefined): Cursor | null {
  const [, xid, id] = /^(\d{1,19})-(\d{1,19})$/.exec(text ?? '') ?? [];
  return xid === undefined || id === undefined ? null : { xid, id: BigInt(id) };
}

/** The last pieces of news, kept for who comes back. */
export type Kept = {
  /** Answers those that are kept no longer. */
  add(heard: Heard): readonly Heard[];
  /** What came after a place; null where that is too long ago to be sure that it is all. */
  since(place: Cursor): Heard[] | null;
  end(): Cursor;
};

export function keep(first: readonly Heard[], begins: Cursor, places: number): Kept {
  const kept = [...first];
  /** Everything after this is kept. */
  let floor = first.length < places ? { xid: '0', id: 0n } : (first[0]?.cursor ?? begins);
  let last = first.at(-1)?.cursor ?? begins;
  if (isAfter(begins, last)) last = begins;
  return {
    add(heard) {
      kept.push(heard);
      last = heard.cursor;
      const gone = kept.length > places * 2 ? kept.splice(0, places) : [];
      floor = gone.at(-1)?.cursor ?? floor;
      return gone;
    },
    since(place) {
      if (isAfter(floor, place) || isAfter(place, last)) return null;
      return kept.filter(({ cursor }) => isAfter(cursor, place));
    },
    end: () => last,
  };
}
