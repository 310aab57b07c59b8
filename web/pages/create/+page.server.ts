import { redirect } from '@sveltejs/kit';
import type { ApiClient, Generation, ModelPage } from '#web/api-types.ts';
import { oneOf, orRefuse } from '#web/load.ts';
import { COMPARED_MAX } from '#ui/generator/compare.ts';
import { createHref } from '#ui/generator/create-href.ts';
import { type FeedFilter, olderFirst } from '#ui/generator/feed.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';
import { sectionOf } from '#ui/markdown/section.ts';
import { modalities } from '#ui/words.ts';
import { firstFor, meantFor } from './meant-for.ts';

export async function load({ locals: { api }, url }) {
  const [{ account }, list, focus, meant] = await Promise.all([
    orRefuse(api.identity.getMe(), url),
    orRefuse(api.registry.listModels({ limit: 100 }), url),
    orRefuse(focusOf(api, url), url),
    meantFor(api, url),
  ]);
  const models = list.items.filter((model) => model.release_id !== null);
  const first = firstFor(meant, models, url.searchParams.get('make'));
  const slugs = slugsOf(url, focus);
  if (slugs.length === 0 && first) redirect(307, createHref(first.slug, undefined, meant?.slug));
  const filter = filterOf(url);
  const [picked, history, boards] = await Promise.all([
    Promise.all(slugs.map((slug) => orRefuse(api.registry.getModel({ slug }), url))),
    account ? orRefuse(api.generation.listGenerations({ ...filter, limit: 30 }), url) : null,
    account ? api.generation.listBoards({}) : null,
  ]);
  const compared = ofOneKind(picked);
  return {
    models: meant ? models.filter(({ slug }) => meant.models.includes(slug)) : models,
    meant,
    account,
    picked: compared,
    guides: compared.map(guideOf).filter(({ blocks }) => blocks.length > 0),
    focus,
    input: inputFrom(url, focus),
    board: url.searchParams.get('for'),
    count: [2, 4, 8].find((count) => String(count) === url.searchParams.get('count')) ?? 1,
    history,
    boards: boards?.items ?? [],
    filter,
  };
}

/** What the address shows: one generation and then those of its batch, or a whole batch. */
async function focusOf(api: ApiClient, url: URL): Promise<Generation[]> {
  const id = url.searchParams.get('generation');
  const one = id ? await api.generation.getGeneration({ id }) : null;
  const batch = one ? one.batch_id : url.searchParams.get('batch');
  if (!batch) return one ? [one] : [];
  const { items } = await api.generation.listGenerations({ batch, limit: 100 });
  return one ? [one, ...items.filter(({ id: other }) => other !== one.id)] : items;
}

/** The models of the address, or those that made what it shows. */
function slugsOf(url: URL, focus: readonly Generation[]): string[] {
  const asked = url.searchParams.get('model');
  const slugs = asked
    ? [asked, ...(url.searchParams.get('with') ?? '').split(',')]
    : madeBy(url, focus).map(({ model }) => model.slug);
  return [...new Set(slugs.filter(Boolean))].slice(0, COMPARED_MAX);
}

const madeBy = (url: URL, focus: readonly Generation[]) =>
  url.searchParams.has('generation') ? focus.slice(0, 1) : focus.toSorted(olderFirst);

/** Which words steer it, as its card says. */
const guideOf = ({ title, description }: ModelPage) => ({
  title,
  blocks: sectionOf(parseMarkdown(description), 'What steers it'),
});

/** Only models of one kind can be compared. */
const ofOneKind = (models: ModelPage[]): ModelPage[] =>
  models.filter(({ modality }) => modality === models[0]?.modality);

const filterOf = ({ searchParams }: URL): FeedFilter => ({
  modality: oneOf(modalities, searchParams.get('kind')),
  stage: oneOf(['open', 'succeeded', 'stopped'], searchParams.get('stage')),
  model: searchParams.get('of') || undefined,
  board: /^[0-9a-f-]{36}$/.exec(searchParams.get('board') ?? '')?.[0],
});

/** Settings that came with the address, or those of the generation that is shown, for another seed. */
function inputFrom(url: URL, focus: readonly Generation[]): Record<string, unknown> | null {
  try {
    const input: unknown = JSON.parse(url.searchParams.get('input') ?? 'null');
    if (typeof input === 'object' && input !== null) return plainSettings(input);
  } catch {
    // A mangled link: the form opens with its defaults.
  }
  const [shown] = focus;
  if (!shown) return null;
  const { seed: _seed, ...others } = shown.input;
  return others;
}

/** Only what a form can hold: an address may carry anything. */
function plainSettings(input: object): Record<string, unknown> {
  const plain = Object.entries(input).filter(
    ([name, value]) => name !== '__proto__' && ['string', 'number', 'boolean'].includes(typeof value),
  );
  return Object.fromEntries(plain);
}
