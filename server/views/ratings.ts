import type * as z from 'zod';
import type { Ratings } from '#api/marketplace/list-ratings.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';
import { whyNotRate } from './why-not-rate.ts';

const WHY = {
  NOT_USED: 'Generate something with it first.',
  RELATED_RATING: 'You share in what it earns.',
} as const;

/** What those who used a model think of it, with how many gave which stars. */
export async function ratingList(
  context: Context,
  viewer_id: AccountId | null,
  { slug, limit, cursor }: { slug: string; limit: number; cursor?: string | undefined },
): Promise<z.infer<typeof Ratings>> {
  const { db, clock } = context;
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const list = `ratings ${model_id}`;
  const without = await marketplace.unseenBy(db, viewer_id);
  const after = rowOf(placeOf(context, list, cursor));
  const [rows, distribution, mine] = await Promise.all([
    marketplace.ratingsPage(db, model_id, { without, after, limit: limit + 1 }),
    marketplace.starsOf(db, model_id),
    viewer_id ? marketplace.ratingOf(db, model_id, viewer_id) : undefined,
  ]);
  const page = pageOf(context, list, rows, limit, (last) => [last.at.toISOString(), last.author_id]);
  const person = await people(
    db,
    page.shown.map(({ author_id }) => author_id),
  );
  const count = distribution.reduce((sum, given) => sum + given, 0);
  const stars = distribution.reduce((sum, given, place) => sum + given * (place + 1), 0);
  const creator_id = asId<AccountId>(model.creator_id);
  const why = viewer_id && (await whyNotRate(db, viewer_id, { model_id, creator_id }, clock.now()));
  return {
    items: page.shown.map((rating) => ({
      id: rating.id,
      author: person(rating.author_id),
      stars: rating.stars,
      text: rating.text,
      at: rating.at.toISOString(),
      changed_at: rating.changed_at?.toISOString() ?? null,
      can: {
        report:
          viewer_id === null
            ? no('Sign in first.')
            : rating.author_id === viewer_id
              ? no('This is yours.')
              : YES,
      },
    })),
    next_cursor: page.next_cursor,
    count,
    average: count === 0 ? null : stars / count,
    distribution,
    mine: mine ? { stars: mine.stars, text: mine.text, hidden: mine.hidden_at !== null } : null,
    can: { rate: viewer_id === null ? no('Sign in first.') : why ? no(WHY[why]) : YES },
  };
}
