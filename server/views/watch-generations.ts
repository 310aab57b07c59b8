import * as z from 'zod';
import type { Generation } from '#api/generation/shapes.ts';
import type { GenerationsEvent } from '#api/generation/watch-generations.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId, type GenerationId } from '../ids.ts';
import { type Address, addressed } from '../kit/addressed.ts';
import { stream } from '../kit/stream.ts';
import * as generation from '../modules/generation/index.ts';
import { presentGenerations } from './generations.ts';
import { Signal } from './watch-generation.ts';

type Event = z.infer<typeof GenerationsEvent>;

const OF_A_GENERATION = [
  'generation.queued',
  'generation.delivered',
  'generation.settled',
  'generation.failed',
  'generation.cancelled',
  'generation.expired',
  'generation.cancel_asked',
];
const OF_AN_ASSET = ['asset.deleted', 'asset.restored'];
/** What waits moves up, and what another process runs goes on, without any news of its own. */
const POLL_MS = 1_000;
/** A preview is a picture: more of them than this say nothing more. */
const PREVIEW_EVERY_MS = 500;
const OPEN_MAX = 100;

const AboutGeneration = z.object({ generation_id: z.string(), payer_id: z.string() });
const AboutAsset = z.object({ asset_id: z.string(), owner_id: z.string() });
const AboutBoards = z.object({ owner_id: z.string() });

type Heard =
  | { what: 'changed'; id: GenerationId }
  | { what: 'signal'; id: GenerationId; signal: z.infer<typeof Signal> }
  | { what: 'asset'; id: AssetId }
  | { what: 'boards' }
  | { what: 'poll' };

/** What of the news is about a payer. */
const ofItsPayer: Address<Heard> = (payload) => {
  const about = AboutGeneration.safeParse(payload).data;
  return about
    ? { to: [about.payer_id], heard: { what: 'changed', id: asId<GenerationId>(about.generation_id) } }
    : null;
};
const ofItsOwner: Address<Heard> = (payload) => {
  const about = AboutAsset.safeParse(payload).data;
  return about ? { to: [about.owner_id], heard: { what: 'asset', id: asId<AssetId>(about.asset_id) } } : null;
};
const onNews = addressed<Heard>({
  ...Object.fromEntries(OF_A_GENERATION.map((topic) => [topic, ofItsPayer])),
  ...Object.fromEntries(OF_AN_ASSET.map((topic) => [topic, ofItsOwner])),
  'boards.changed': (payload) => {
    const about = AboutBoards.safeParse(payload).data;
    return about ? { to: [about.owner_id], heard: { what: 'boards' } } : null;
  },
});

/** Tells one payer everything that happens to any generation of theirs, for as long as they listen. */
export async function* watchGenerations(
  context: Context,
  payer_id: AccountId,
  signal: AbortSignal | undefined,
): AsyncGenerator<Event, void> {
  const heard = stream<Heard>(signal);
  const unhear = onNews(context.live, payer_id, (news) => heard.push(news));
  /** Those that have not ended, as they were last told, with the end of listening to each. */
  const open = new Map<string, { shown: Generation; previewed_at: number; unhear: () => void }>();
  const poll = setInterval(() => open.size > 0 && heard.push({ what: 'poll' }), POLL_MS);

  function note(shown: Generation): Generation {
    const known = open.get(shown.id);
    if (generation.hasEnded(shown.state)) {
      known?.unhear();
      open.delete(shown.id);
    } else if (known) known.shown = shown;
    else {
      const id = asId<GenerationId>(shown.id);
      const unhear = context.live.onSignal(`generation:${id}`, (event) => {
        // an engine says more than is told here
        const signal = Signal.safeParse(event).data;
        if (signal) heard.push({ what: 'signal', id, signal });
      });
      open.set(id, { shown, previewed_at: 0, unhear });
    }
    return shown;
  }
  const reread = async (ids: readonly string[]) =>
    (await shownOf(context, payer_id, ids)).map((shown) => note(shown));

  try {
    const rows = await generation.openOfPayer(context.db, payer_id, OPEN_MAX);
    yield { type: 'open', generations: (await presentGenerations(context, rows)).map(note) };
    for await (const event of heard.items()) {
      if (event.what === 'boards') yield { type: 'boards' };
      else if (event.what === 'changed')
        for (const shown of await reread([event.id])) yield { type: 'generation', generation: shown };
      else if (event.what === 'asset') {
        const asset = await generation.assetById(context.db, event.id);
        for (const shown of await reread(asset ? [asset.generation_id] : []))
          yield { type: 'generation', generation: shown };
      } else if (event.what === 'poll') {
        const before = new Map([...open].map(([id, { shown }]) => [id, shown]));
        for (const shown of await reread([...before.keys()])) yield* differences(before.get(shown.id), shown);
      } else {
        const known = open.get(event.id);
        if (!known) continue;
        const { signal: told, id } = event;
        if (told.type === 'progress')
          yield { type: 'progress', id, progress: { step: told.step, total: told.total, label: told.label } };
        else if (told.type === 'changed')
          for (const shown of await reread([id])) yield { type: 'generation', generation: shown };
        else if (told.type === 'preview' && performance.now() - known.previewed_at >= PREVIEW_EVERY_MS) {
          known.previewed_at = performance.now();
          yield { type: 'preview', id, mime: told.mime, base64: Buffer.from(told.bytes).toString('base64') };
        }
      }
    }
  } finally {
    clearInterval(poll);
    unhear();
    for (const { unhear: stop } of open.values()) stop();
  }
}

async function shownOf(context: Context, payer_id: AccountId, ids: readonly string[]): Promise<Generation[]> {
  const jobs = await generation.generationsByIds(context.db, ids);
  return presentGenerations(
    context,
    jobs.filter((job) => job.payer_id === payer_id),
  );
}

/** What a look found that nobody has told. */
function* differences(before: Generation | undefined, now: Generation): Generator<Event> {
  if (!before || before.state !== now.state || before.attempts !== now.attempts)
    yield { type: 'generation', generation: now };
  else {
    const { id, queue_place, estimate, runner_away, progress } = now;
    if (outlook(now) !== outlook(before)) yield { type: 'queue', id, queue_place, estimate, runner_away };
    if (progress && progress.step > (before.progress?.step ?? -1)) yield { type: 'progress', id, progress };
  }
}

/** What is to be told again when it is another: a second more or less of waiting is not. */
const outlook = ({ queue_place, estimate, runner_away }: Generation) => {
  const seconds = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? null : Math.round(ms / 2000);
  return JSON.stringify([
    queue_place,
    runner_away,
    seconds(estimate?.starts_in_ms),
    seconds(estimate?.ends_in_ms),
  ]);
};
