import { orRefuse } from '#web/load.ts';
import { madePage } from '#ui/explore/made.ts';
import { queryOf, type Shown, wishOf } from '#ui/explore/wish.ts';

/** Shorter beginnings fit too many names to be of any help. */
const NAME_LETTERS_MIN = 2;

const SURFACE_OF = {
  models: 'explore_models',
  images: 'explore_images',
  videos: 'explore_videos',
  music: 'explore_music',
} as const;

/** What is featured stands above a list that nobody narrowed. */
async function featuredOn(api: App.Locals['api'], url: URL, show: Shown) {
  if (show === 'boards' || [...url.searchParams.keys()].some((name) => name !== 'show')) return [];
  const { items } = await api.slots.listFeatured({ surface: SURFACE_OF[show] }).catch(() => ({ items: [] }));
  return items;
}

export async function load({ locals: { api }, url }) {
  const wish = wishOf(url.searchParams);
  const asked = queryOf(wish);
  const isName = asked.show === 'models' && wish.search.trim().length >= NAME_LETTERS_MIN;
  const [found, filters, creators, featured] = await Promise.all([
    orRefuse(foundBy(api, asked), url),
    orRefuse(api.marketplace.listFilters({}), url),
    isName ? orRefuse(api.marketplace.exploreCreators({ search: wish.search }), url) : { items: [] },
    featuredOn(api, url, wish.show),
  ]);
  return { wish, found, filters, creators: creators.items, featured };
}

/** What was asked for, with what it is. */
async function foundBy(api: App.Locals['api'], asked: ReturnType<typeof queryOf>) {
  if (asked.show === 'models')
    return { show: asked.show, ...(await api.marketplace.exploreModels(asked.query)) };
  if (asked.show === 'made') return { show: asked.show, ...(await madePage(api, asked, null)) };
  return { show: asked.show, spelling: [], ...(await api.generation.listShownBoards(asked.query)) };
}
