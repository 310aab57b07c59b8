import { oneOf, orRefuse } from '#web/load.ts';
import { modalities } from '#ui/words.ts';

export async function load({ locals, url }) {
  const filter = {
    modality: oneOf(modalities, url.searchParams.get('modality')),
    model: url.searchParams.get('model') || undefined,
    search: url.searchParams.get('search')?.trim().slice(0, 100) || undefined,
    board: undefined,
    deleted: url.searchParams.get('deleted') === 'true',
    order: oneOf(['newest', 'oldest'], url.searchParams.get('order')) ?? 'newest',
  };
  const query = { ...filter, deleted: filter.deleted ? ('true' as const) : ('false' as const), limit: 40 };
  return { filter, query, assets: await orRefuse(locals.api.generation.listAssets(query), url) };
}
