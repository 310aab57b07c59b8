import type * as z from 'zod';
import type { Modality } from '#api/base.ts';
import type { explored, FoundCreation, Spelling } from '#api/marketplace/explore-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { worksOfRound } from './competitions/of-round.ts';
import { presentCreations } from './creations.ts';
import { placeOf, pageOf } from './paging.ts';
import { inWords, LATELY_MS, notToBeFound, wishedFor } from './explore.ts';

type Order = 'fitting' | 'trending' | 'newest';
type Asked = Omit<{ [Name in keyof typeof explored]?: z.infer<(typeof explored)[Name]> }, 'order'> & {
  modality?: Modality | undefined;
  round?: string | undefined;
  won: boolean;
  order?: Order | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** What people show and what was asked for fits, each with why it stands where it stands. */
export async function exploredCreations(context: Context, viewer_id: AccountId | null, asked: Asked) {
  const { db, clock } = context;
  const now = clock.now();
  const { found, next_cursor, spelling, order } = await search(context, viewer_id, asked);
  const ids = found.map(({ id }) => id);
  const [creations, likes] = await Promise.all([
    marketplace.creationsByIds(db, ids),
    order === 'newest'
      ? new Map<string, number>()
      : marketplace.likedSince(db, ids, new Date(now.getTime() - LATELY_MS)),
  ]);
  // what was just taken back or hidden may still stand in the list
  const shown = creations.filter((each) => each.listed && marketplace.isShown(each));
  const cards = new Map((await presentCreations(context, viewer_id, shown)).map((card) => [card.id, card]));
  const typed = asked.search?.trim();
  const items = found.flatMap(({ id, tier }): FoundCreation[] => {
    const creation = cards.get(id);
    if (!creation) return [];
    const why = inWords({
      found: typed ? { by: FOUND_BY[tier], typed } : null,
      ranked:
        order === 'newest'
          ? { by: 'shown', day: creation.published_at.slice(0, 10) }
          : { by: 'likes', people: likes.get(id) ?? 0 },
    });
    return [{ creation, why }];
  });
  return { items, next_cursor, spelling: spelling satisfies z.infer<typeof Spelling>[] };
}

async function search(context: Context, viewer_id: AccountId | null, asked: Asked) {
  const { db } = context;
  const { limit, cursor, order: _, ...filter } = asked;
  const order = asked.order ?? (asked.search?.trim() ? 'fitting' : 'trending');
  const list = `explore creations ${JSON.stringify([filter, order, viewer_id])}`;
  const [tier, value, id] = placeOf(context, list, cursor) ?? [];
  const { found, spelling } = await marketplace.searchCreations(
    db,
    {
      ...wishedFor(context, asked),
      ...{ order, without: await notToBeFound(db, viewer_id) },
      among: await worksOfRound(context, asked.round, asked.won),
    },
    { after: tier && value && id ? { tier: Number(tier), value, id } : null, limit: limit + 1 },
  );
  const { shown, next_cursor } = pageOf(context, list, found, limit, ({ place }) => [
    String(place.tier),
    place.value,
    place.id,
  ]);
  return { found: shown, next_cursor, spelling, order };
}

const FOUND_BY: Record<marketplace.Tier, 'name_of_creation' | 'text_of_creation' | 'near'> = {
  named: 'name_of_creation',
  said: 'text_of_creation',
  near: 'near',
  // without words nothing is said of how it was found
  all: 'near',
};
