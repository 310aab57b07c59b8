import { modalities } from '#ui/words.ts';
import { oneOf, orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const modality = oneOf(modalities, url.searchParams.get('show'));
  return { modality, first: await orRefuse(locals.api.marketplace.listFeed({ modality }), url) };
}
