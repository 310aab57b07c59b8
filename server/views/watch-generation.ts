import * as z from 'zod';
import type { GenerationEvent } from '#api/generation/watch-generation.ts';
import type { Context } from '../context.ts';
import type { AccountId, GenerationId } from '../ids.ts';
import { type Address, addressed } from '../kit/addressed.ts';
import { stream } from '../kit/stream.ts';
import * as generation from '../modules/generation/index.ts';
import { generationFor, shownEstimate } from './generations.ts';

const ENDINGS = [
  'generation.settled',
  'generation.failed',
  'generation.cancelled',
  'generation.expired',
  'generation.cancel_asked',
];
const About = z.object({ generation_id: z.string() });
const ofItsWatchers: Address<'changed'> = (payload) => {
  const about = About.safeParse(payload).data;
  return about ? { to: [about.generation_id], heard: 'changed' } : null;
};
const onEnding = addressed(Object.fromEntries(ENDINGS.map((topic) => [topic, ofItsWatchers])));
/** A waiting generation moves up without any news of its own. */
const PLACE_POLL_MS = 1_000;

/** What whoever runs a generation says of it as it comes. */
export const Signal = z.discriminatedUnion('type', [
  z.object({ type: z.literal('changed') }),
  z.object({ type: z.literal('progress'), step: z.int(), total: z.int(), label: z.string() }),
  z.object({ type: z.literal('preview'), mime: z.string(), bytes: z.instanceof(Uint8Array) }),
  z.object({ type: z.literal('log'), text: z.string() }),
]);

/** Tells what happens to one generation until it has ended: its state first, then as it comes. */
export async function* watchGeneration(
  context: Context,
  payer_id: AccountId,
  id: GenerationId,
  signal: AbortSignal | undefined,
): AsyncGenerator<z.infer<typeof GenerationEvent>, void> {
  const { live } = context;
  const heard = stream<z.infer<typeof Signal> | { type: 'place' }>(signal);
  // listens before it reads: what happens in between is told twice rather than never
  const unhear = [
    onEnding(live, id, () => heard.push({ type: 'changed' })),
    live.onSignal(`generation:${id}`, (event) => heard.push(Signal.parse(event))),
  ];
  const poll = setInterval(() => heard.push({ type: 'place' }), PLACE_POLL_MS);
  try {
    let shown = await generationFor(context, payer_id, id);
    let place = shown.queue_place;
    let away = shown.runner_away;
    yield { type: 'state', generation: shown };
    if (generation.hasEnded(shown.state)) return;
    for await (const event of heard.items()) {
      if (event.type === 'progress') {
        yield { type: 'progress', progress: { step: event.step, total: event.total, label: event.label } };
      } else if (event.type === 'preview') {
        yield { type: 'preview', mime: event.mime, base64: Buffer.from(event.bytes).toString('base64') };
      } else if (event.type === 'log') {
        yield event;
      } else if (event.type === 'changed' || shown.state !== 'queued') {
        const before = shown.state;
        shown = await generationFor(context, payer_id, id);
        if (event.type === 'changed' || shown.state !== before) yield { type: 'state', generation: shown };
        if (generation.hasEnded(shown.state)) return;
      } else {
        const now = (await generation.estimates(context.db, [id], context.clock.now())).get(id);
        if (!now || now.place === null) heard.push({ type: 'changed' });
        else if (now.place !== place || now.runner_away !== away)
          yield {
            type: 'queue',
            queue_place: now.place,
            estimate: shownEstimate(now),
            runner_away: now.runner_away,
          };
        place = now?.place ?? null;
        away = now?.runner_away ?? false;
      }
    }
  } finally {
    clearInterval(poll);
    for (const stop of unhear) stop();
  }
}
