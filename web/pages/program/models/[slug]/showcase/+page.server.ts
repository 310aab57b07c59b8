import type { Showcase } from '#web/api-types.ts';
import { orNowhere, orRefuse } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';

export async function load({ locals, params: { slug }, url }) {
  const choices = await orNowhere(locals.api.showcase.listPieces({ slug }), url);
  const showcase = await orRefuse(
    locals.api.showcase.getShowcase({ slug }).catch((thrown: unknown): Showcase | null => {
      if (refusalOf(thrown).code === 'NOT_FOUND') return null;
      throw thrown;
    }),
    url,
  );
  const model = await orRefuse(locals.api.registry.getModel({ slug }), url);
  return { slug, title: model.title, can: model.can.edit, choices, showcase };
}
