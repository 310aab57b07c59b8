import { ADDRESSES_PER_PART } from '#api/marketplace/list-addresses.ts';
import type { Context } from '../context.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { people } from './people.ts';

/** What search engines may visit: where its parts begin, or one of them. */
export async function addresses({ db }: Context, from: string | undefined) {
  if (from === undefined)
    return {
      parts: (await marketplace.partsOfListings(db, ADDRESSES_PER_PART)).map(({ first_id }) => first_id),
      models: [],
    };
  const models = await registry.modelsByIds(db, await marketplace.listedFrom(db, from, ADDRESSES_PER_PART));
  const person = await people(
    db,
    models.map(({ creator_id }) => creator_id),
  );
  const listed = models
    .filter(({ visibility }) => visibility === 'listed')
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  return {
    parts: [],
    models: listed.map(({ slug, published_at, creator_id }) => {
      const { handle } = person(creator_id);
      return { slug, published_at: published_at.toISOString(), creator: handle === 'gone' ? null : handle };
    }),
  };
}
