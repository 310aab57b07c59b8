import type { ApiClient, Embed, Showcase } from '#web/api-types.ts';
import { orNowhere, orRefuse } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';

export async function load({ locals, params: { slug }, url }) {
  const { registry, showcase } = locals.api;
  const model = await orNowhere(registry.getModel({ slug }), url);
  const [embed, shown, links] = await Promise.all([
    orRefuse(orNothing<Embed>(showcase.getEmbed({ of: 'models', name: slug })), url),
    orRefuse(orNothing<Showcase>(showcase.getShowcase({ slug })), url),
    linksTo(locals.api, `/models/${slug}`),
  ]);
  return { model, embed, showcase: shown, links };
}

/** Links of the reader's own that lead there. Whoever has none, or is not signed in, shares without. */
async function linksTo(api: ApiClient, path: string) {
  const { items } = await api.referrals.listLinks({}).catch((thrown: unknown) => {
    if (['NOT_SIGNED_IN', 'NOT_ALLOWED'].includes(refusalOf(thrown).code)) return { items: [] };
    throw thrown;
  });
  return items
    .filter(({ ended_at, leads_to }) => ended_at === null && leads_to?.path === path)
    .map(({ code, label, url }) => ({ code, label, url }));
}

/** What is not to be passed on now has no frame, and a showcase need not be there. */
const orNothing = <Answer>(call: Promise<Answer>): Promise<Answer | null> =>
  call.catch((thrown: unknown) => {
    if (refusalOf(thrown).code === 'NOT_FOUND') return null;
    throw thrown;
  });
