import { redirect } from '@sveltejs/kit';
import type { Generation } from '#web/api-types.ts';
import { orRefuse } from '#web/load.ts';
import { createHref } from '#ui/generator/create-href.ts';

export async function load({ locals, url }) {
  const models = await orRefuse(locals.api.registry.listModels({ limit: 100 }), url);
  const generationId = url.searchParams.get('generation');
  const generation = generationId
    ? await orRefuse(locals.api.generation.getGeneration({ id: generationId }), url)
    : null;
  const slug = url.searchParams.get('model') ?? generation?.model.slug;
  const first = models.items.find((model) => model.release_id !== null);
  if (!slug && first) redirect(307, createHref(first.slug));
  if (!slug) return { models: [], model: null, generation: null, input: null };
  const model = await orRefuse(locals.api.registry.getModel({ slug }), url);
  return {
    models: models.items.filter((other) => other.release_id !== null),
    model,
    generation,
    input: inputFrom(url, generation),
  };
}

/** Settings that came with the address, or those of the generation that is shown. */
function inputFrom(url: URL, generation: Generation | null): Record<string, unknown> | null {
  try {
    const input: unknown = JSON.parse(url.searchParams.get('input') ?? 'null');
    if (typeof input === 'object' && input !== null) return plainSettings(input);
  } catch {
    // A mangled link: the form opens with its defaults.
  }
  return generation?.input ?? null;
}

/** Only what a form can hold: an address may carry anything. */
function plainSettings(input: object): Record<string, unknown> {
  const plain = Object.entries(input).filter(
    ([name, value]) => name !== '__proto__' && ['string', 'number', 'boolean'].includes(typeof value),
  );
  return Object.fromEntries(plain);
}
