import { ADDRESSES_PER_PART } from '#api/marketplace/list-addresses.ts';
import type { Context } from '../context.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { roundAddresses } from './competitions/of-round.ts';
import { people } from './people.ts';

const NONE = { parts: [], models: [], showcases: [], rounds: [] };

/** What search engines may visit: where the parts of models begin, or one of them; or showcases, or competitions. */
export async function addresses(
  context: Context,
  { of, from }: { of: 'models' | 'showcases' | 'rounds'; from?: string | undefined },
) {
  const { db } = context;
  if (of === 'showcases') return { ...NONE, showcases: await showcases(context) };
  if (of === 'rounds') return { ...NONE, rounds: await roundAddresses(context, ADDRESSES_PER_PART) };
  if (from !== undefined) return { ...NONE, models: await modelsFrom(context, from) };
  const parts = await marketplace.partsOfListings(db, ADDRESSES_PER_PART);
  return { ...NONE, parts: parts.map(({ first_id }) => first_id) };
}

async function modelsFrom({ db }: Context, from: string) {
  const models = await registry.modelsByIds(db, await marketplace.listedFrom(db, from, ADDRESSES_PER_PART));
  const person = await people(
    db,
    models.map(({ creator_id }) => creator_id),
  );
  const listed = models
    .filter(({ visibility }) => visibility === 'listed')
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  return listed.map(({ slug, published_at, creator_id }) => {
    const { handle } = person(creator_id);
    return { slug, published_at: published_at.toISOString(), creator: handle === 'gone' ? null : handle };
  });
}

async function showcases({ db, clock }: Context) {
  const found = await marketplace.showcaseAddresses(db, {
    without: [...(await program.creatorsWithout(db, 'promote'))],
    limit: ADDRESSES_PER_PART,
  });
  const ids = found.map(({ model_id }) => model_id);
  const [models, releases] = await Promise.all([
    registry.modelsByIds(db, ids),
    registry.releasesInUse(db, ids, clock.now()),
  ]);
  const listed = models.filter(({ id, visibility }) => visibility === 'listed' && releases.has(id));
  const slugOf = new Map<string, string>(listed.map(({ id, slug }) => [id, slug]));
  return found.flatMap(({ model_id, changed_at }) => {
    const slug = slugOf.get(model_id);
    return slug === undefined ? [] : [{ slug, changed_at: changed_at.toISOString() }];
  });
}
