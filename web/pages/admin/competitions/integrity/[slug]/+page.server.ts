import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { slug }, url, depends }) {
  depends('app:integrity');
  const { competitions } = locals.api;
  const desk = await orNowhere(competitions.getIntegrity({ slug }), url);
  // what is confirmed is what one sees, by its digests
  const results = await competitions.getResults({ slug }).catch(() => null);
  return {
    desk,
    seen: results?.categories.map(({ kind, bundle_digest }) => ({ kind, bundle_digest })) ?? [],
  };
}
