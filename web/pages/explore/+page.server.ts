import { oneOf, orRefuse } from '#web/load.ts';
import { modalities } from '#ui/words.ts';

export async function load({ locals, url }) {
  const filter = {
    modality: oneOf(modalities, url.searchParams.get('modality')),
    search: url.searchParams.get('search')?.trim().slice(0, 100) || undefined,
    order: oneOf(['popular', 'newest'], url.searchParams.get('order')) ?? 'popular',
  };
  return { filter, models: await orRefuse(locals.api.registry.listModels({ ...filter, limit: 24 }), url) };
}
