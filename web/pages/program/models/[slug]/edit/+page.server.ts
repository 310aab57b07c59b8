import { error } from '@sveltejs/kit';
import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { slug }, url }) {
  const { items, can } = await orNowhere(locals.api.registry.listOwnModels({ slug }), url);
  const [model] = items;
  if (!model) error(404, { message: 'There is nothing here, or it is not yours.', code: 'NOT_FOUND' });
  const { items: edits } = await orNowhere(locals.api.registry.listEditSets({ slug, limit: 10 }), url);
  return { model, edits, can };
}
