import { oneOf, orRefuse } from '#web/load.ts';
import { modalities } from '#ui/words.ts';

const VISIBILITIES = ['listed', 'unlisted'] as const;

export async function load({ locals, url }) {
  const filter = {
    modality: oneOf(modalities, url.searchParams.get('modality')),
    visibility: oneOf(VISIBILITIES, url.searchParams.get('visibility')),
    search: url.searchParams.get('search')?.slice(0, 100) || undefined,
  };
  const models = await orRefuse(locals.api.registry.listOwnModels({ ...filter, limit: 100 }), url);
  return { filter, models };
}
