/** What the explore page shows, as it stands in the address. */
import { modalities } from '../words.ts';
import type { Modality } from '#web/api-types.ts';

export const SHOWN = ['models', 'images', 'videos', 'music', 'boards'] as const;
export type Shown = (typeof SHOWN)[number];
export const modalityShown: Record<Exclude<Shown, 'models' | 'boards'>, Modality> = {
  images: 'image',
  videos: 'video',
  music: 'music',
};

export const ORDERS = ['fitting', 'trending', 'newest', 'used', 'price'] as const;
export type Order = (typeof ORDERS)[number];
const READY = ['warm', 'cold'] as const;
/** What a generation may cost, in credits; and how new a model may be, in days. */
export const PRICES = ['1', '2', '5', '10'] as const;
export const NEW_DAYS = ['7', '30', '90'] as const;

export type ExploreWish = {
  show: Shown;
  search: string;
  modality: Modality | undefined;
  tag: string | undefined;
  licence: string | undefined;
  price: string | undefined;
  ready: (typeof READY)[number] | undefined;
  days: string | undefined;
  round: string | undefined;
  /** only what won; models do not */
  won: boolean;
  order: Order | undefined;
};

const one = <const Value extends string>(values: readonly Value[], text: string | null) =>
  values.find((value) => value === text);
const text = (value: string | null, length_max: number) => value?.trim().slice(0, length_max) || undefined;

/** What can be the address of a round. */
const ADDRESS = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;

/** Anything that the address says and nothing can mean counts as left out. */
export function wishOf(parameters: URLSearchParams): ExploreWish {
  const search = parameters.get('search')?.slice(0, 100) ?? '';
  const order = one(ORDERS, parameters.get('order'));
  return {
    show: one(SHOWN, parameters.get('show')) ?? 'models',
    search,
    modality: one(modalities, parameters.get('modality')),
    tag: text(parameters.get('tag'), 30),
    licence: text(parameters.get('licence'), 60),
    price: one(PRICES, parameters.get('price')),
    ready: one(READY, parameters.get('ready')),
    days: one(NEW_DAYS, parameters.get('days')),
    round: ADDRESS.exec(parameters.get('round') ?? '')?.[0],
    won: parameters.get('won') === 'true',
    order: order === 'fitting' && !search.trim() ? undefined : order,
  };
}

export const CARDS_A_PAGE = 60;
const MODELS_A_PAGE = 20;
/** By use and by price only models are ordered. */
const MADE_ORDERS = ['fitting', 'trending', 'newest'] as const;

/** The same as the contract asks for it: of what was made first what people show, then what models were published with. */
export function queryOf(wish: ExploreWish) {
  const { show, search, modality, tag, licence, price, ready, days, round, won, order } = wish;
  if (show === 'boards')
    return { show, query: { ...(search.trim() && { search: search.trim() }), limit: CARDS_A_PAGE } };
  const narrowed = {
    ...(search.trim() && { search }),
    ...(tag && { tag }),
    ...(licence && { licence }),
    ...(price && { price_max_micros: `${price}000000` }),
    ...(ready && { ready }),
    ...(days && { new_days: Number(days) }),
  };
  if (show === 'models')
    return {
      show,
      query: {
        ...{ ...narrowed, ...(round && { round }), ...(order && { order }), ...(modality && { modality }) },
        limit: CARDS_A_PAGE,
      },
    };
  const by = one(MADE_ORDERS, order ?? null);
  const made = { ...narrowed, ...(by && { order: by }), modality: modalityShown[show] };
  return {
    show: 'made' as const,
    creations: { ...made, ...(round && { round }), ...(won && { won: 'true' }), limit: CARDS_A_PAGE },
    // what models were published with is in no round
    samples: round || won ? null : { ...made, limit: MODELS_A_PAGE },
  };
}
export type MadeQuery = Pick<Extract<ReturnType<typeof queryOf>, { show: 'made' }>, 'creations' | 'samples'>;

const OF_NO_ROUND: ReadonlySet<Shown> = new Set(['models', 'boards']);

/** What narrows the list now, in words, with the parameter that does. */
export function narrowings(
  wish: ExploreWish,
  licenceTitle: (id: string) => string,
  roundTitle: (slug: string) => string,
) {
  const all: [string, string | undefined][] = [
    ['tag', wish.tag && `#${wish.tag}`],
    ['licence', wish.licence && licenceTitle(wish.licence)],
    ['price', wish.price && `up to ${wish.price} ${wish.price === '1' ? 'credit' : 'credits'}`],
    ['ready', wish.ready === 'warm' ? 'warm now' : wish.ready && 'cold'],
    ['days', wish.days && `new within ${wish.days} days`],
    ['round', wish.round && roundTitle(wish.round)],
    ['won', wish.won && !OF_NO_ROUND.has(wish.show) ? 'winners' : undefined],
  ];
  return all.flatMap(([name, label]) => (label ? [{ name, label }] : []));
}
