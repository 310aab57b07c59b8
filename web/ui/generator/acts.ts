/** What one can do with something that was generated. */
import { goto } from '$app/navigation';
import { api } from '#web/api-client.ts';
import type { Generation } from '#web/api-types.ts';
import { refusalOf } from '#web/refusal.ts';
import { toast } from '../toasts.svelte.ts';
import { createHref } from './create-href.ts';
import type { Deed } from './deeds.ts';
import type { Workbench } from './workbench.svelte.ts';
import { startHeaders } from './start-headers.ts';

const problem = (error: unknown) => toast(refusalOf(error).message, { tone: 'problem' });

export const settingsOf = (generation: Pick<Generation, 'input' | 'seed'>) => ({
  ...generation.input,
  seed: generation.seed,
});
const unseeded = ({ input }: Generation) => {
  const { seed: _seed, ...others } = input;
  return others;
};

const VARIATIONS = 4;
const isHere = ({ models }: Workbench, { model }: Generation) =>
  models.some(({ slug }) => slug === model.slug);

/** Into the form, if it is that of the model which made it, and else to the form of that model. */
async function fill(bench: Workbench, generation: Generation, input: Record<string, unknown>) {
  if (isHere(bench, generation)) bench.use(input);
  else await goto(createHref(generation.model.slug, input));
}
async function vary(bench: Workbench, generation: Generation) {
  const count = Math.max(bench.count, VARIATIONS);
  if (isHere(bench, generation)) {
    bench.use(unseeded(generation));
    bench.getReady(count);
  } else await goto(`${createHref(generation.model.slug, unseeded(generation))}&count=${count}`);
}
const focusOn = (selector: string) =>
  requestAnimationFrame(() => {
    const found = document.querySelector<HTMLElement>(selector);
    found?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    found?.focus({ preventScroll: true });
  });

/** The settings of the first, with its seed, into the form. */
export async function take(bench: Workbench, [first]: readonly Generation[]) {
  if (first) await fill(bench, first, settingsOf(first));
}

type Act = (bench: Workbench, of: readonly Generation[]) => void;
export const deeds: Record<Exclude<Deed, 'compare' | 'board'>, Act> = {
  /** Exactly the same once more: the same settings and seed give the same result. */
  use: (bench, of) => void take(bench, of).then(() => focusOn('[data-run]')),
  /** The same settings with other words, or other settings with the same words. */
  remix: (bench, [first]) =>
    first && void fill(bench, first, unseeded(first)).then(() => focusOn('[data-prompt]')),
  /** The same settings on other seeds; the price stands on the button that now has the focus. */
  vary: (bench, [first]) => first && void vary(bench, first).then(() => focusOn('[data-run]')),
  seed: (bench, [first]) => {
    if (first && bench.seedMax !== null) bench.values['seed'] = first.seed;
  },
  download: (_, of) => void download(of),
  bin: (_, of) => void bin(of),
};

/** Once more what did not come about; at another price than then it is left to be looked at in the form. */
export async function again(bench: Workbench, generation: Generation): Promise<Generation[]> {
  const { release_id, price_micros } = generation;
  const input = settingsOf(generation);
  try {
    const quote = await api.generation.createQuote({ release_id, input });
    if (quote.price_micros !== price_micros) {
      await fill(bench, generation, input);
      toast('The price has changed: look at it, then press Generate.');
      return [];
    }
    const batch_id = crypto.randomUUID();
    const answer = await api.generation.createBatch({
      headers: startHeaders(batch_id),
      body: { batch_id, generations: [{ release_id, input, quote: quote.quote }] },
    });
    return answer.generations;
  } catch (error) {
    problem(error);
    return [];
  }
}

export async function cancel(generations: readonly Generation[]): Promise<Generation[]> {
  const open = generations.filter(({ can }) => can.cancel.allowed);
  const answers = await Promise.allSettled(open.map(({ id }) => cancelOne(id)));
  for (const answer of answers) if (answer.status === 'rejected') problem(answer.reason);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

/** It may have ended before it could be cancelled: then this is how. */
async function cancelOne(id: string): Promise<Generation> {
  try {
    return await api.generation.createCancellation({ id });
  } catch (error) {
    if (refusalOf(error).code !== 'ALREADY_ENDED') throw error;
    return api.generation.getGeneration({ id });
  }
}

/** To the bin, and back for as long as the word of it is there. The stream tells every tab. */
async function bin(generations: readonly Generation[]) {
  const ids = generations.flatMap(({ assets }) => assets.map(({ id }) => id));
  try {
    await Promise.all(ids.map((id) => api.generation.deleteAsset({ id })));
    const restore = () =>
      Promise.all(ids.map((id) => api.generation.createRestoration({ id }))).catch(problem);
    toast(ids.length === 1 ? 'Moved to the bin.' : `Moved ${ids.length} to the bin.`, {
      action: { label: 'Undo', act: () => void restore() },
    });
  } catch (error) {
    problem(error);
  }
}

const BETWEEN_DOWNLOADS_MS = 350;
/** One after the other: a browser drops downloads that come all at once. */
async function download(generations: readonly Generation[]) {
  const links = generations.flatMap(({ assets }) => assets.map(({ download_url }) => download_url));
  for (const [place, link] of links.entries()) {
    if (place > 0) await new Promise((rest) => setTimeout(rest, BETWEEN_DOWNLOADS_MS));
    const anchor = document.createElement('a');
    anchor.href = link;
    anchor.download = '';
    anchor.click();
  }
}
