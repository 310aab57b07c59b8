import type * as z from 'zod';
import type { Modality } from '#api/base.ts';
import type { explored, FoundCreation, Spelling } from '#api/marketplace/explore-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { worksOfRound } from './competitions/of-round.ts';
import { presentCreations } from './creations.ts';
import { placeOf, pageOf } from './paging.ts';
import { LATELY_MS, matchOf, wishedFor, notToBeFound } from './explore.ts';

type Order = 'fitting' | 'trending' | 'newest';
type Asked = Omit<{ [Name in keyof typeof explored]?: z.infer<(typeof explored)[Name]> }, 'order'> & {
  modality?: Modality | undefined;
  round?: string | undefined;
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
  const typed = asked.search?.trim() ? `“${asked.search.trim()}”` : null;
  const items = found.flatMap(({ id, tier }): FoundCreation[] => {
    const creation = cards.get(id);
    if (!creation) return [];
    const rank = order === 'newest' ? shownOn(creation.published_at) : likedLately(likes.get(id) ?? 0);
    return [{ creation, why: { match: typed && matchOf(tier, typed, SAID), rank } }];
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
      among: asked.round === undefined ? null : await worksOfRound(context, asked.round),
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

const SAID = { named: 'Its title, a tag or its maker has', said: 'Its prompt or its model has' };
const shownOn = (published_at: string) => `The newest first: shown ${published_at.slice(0, 10)}.`;
const likedLately = (people: number) =>
  people === 0
    ? 'Nobody whose like ranks liked it in the last 7 days; among such creations the newest stand first.'
    : `${people === 1 ? '1 person who generates' : `${people.toLocaleString('en')} people who generate`} with bought credits liked it in the last 7 days.`;
