import { orRefuse } from '#web/load.ts';
import { queryOf, wishOf } from '#ui/explore/wish.ts';

/** Shorter beginnings fit too many names to be of any help. */
const NAME_LETTERS_MIN = 2;

export async function load({ locals: { api }, url }) {
  const wish = wishOf(url.searchParams);
  const asked = queryOf(wish);
  const isName = asked.show === 'models' && wish.search.trim().length >= NAME_LETTERS_MIN;
  const [found, filters, creators] = await Promise.all([
    asked.show === 'models'
      ? orRefuse(api.marketplace.exploreModels(asked.query), url).then((page) => ({
          show: 'models' as const,
          ...page,
        }))
      : orRefuse(api.marketplace.exploreSamples(asked.query), url).then((page) => ({
          show: 'samples' as const,
          ...page,
        })),
    orRefuse(api.marketplace.listFilters({}), url),
    isName ? orRefuse(api.marketplace.exploreCreators({ search: wish.search }), url) : { items: [] },
  ]);
  return { wish, found, filters, creators: creators.items };
}
