import type * as z from 'zod';
import type { PersonRef } from '#api/base.ts';
import type { CreatorPage } from '#api/marketplace/get-creator.ts';
import { atLeast } from '#api/marketplace/people-words.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { winsOf } from './competitions/wins.ts';
import { hasPage } from './has-page.ts';
import { modelList } from './models.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

/** Somebody with everything they published and show. */
export async function creatorPage(
  context: Context,
  viewer_id: AccountId | null,
  handle: string,
): Promise<z.infer<typeof CreatorPage>> {
  const { db } = context;
  const creator = await demandPage(db, handle, viewer_id);
  const listed = await registry.findModels(db, { creator_id: creator.id, visibility: 'listed' });
  const [following, models, creations, boards, users, blocked, won] = await Promise.all([
    marketplace.followersOf(db, creator.id, viewer_id),
    modelList(context, { creator_id: creator.id }, 'popular'),
    marketplace.countShown(db, creator.id),
    generation.countShownBoards(db, creator.id),
    marketplace.usersOfModels(
      db,
      listed.map(({ id }) => asId<ModelId>(id)),
    ),
    viewer_id !== null && marketplace.isBlocked(db, viewer_id, creator.id),
    winsOf(db, 'person', creator.id),
  ]);
  const mine = creator.id === viewer_id;
  return {
    handle: creator.handle,
    display_name: creator.display_name,
    bio: creator.bio,
    since: creator.created_at.toISOString(),
    ...following,
    generations: models.reduce((total, model) => total + model.generations, 0),
    people: atLeast(users),
    ...{ creations, boards, models, won },
    can: {
      follow: mine
        ? no('This is you.')
        : viewer_id === null
          ? no('Sign in to follow.')
          : blocked
            ? no('One of you has blocked the other.')
            : YES,
    },
  };
}

/** Who follows somebody, as far as they stand in public themselves. */
export async function followerList(
  context: Context,
  viewer_id: AccountId | null,
  handle: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: PersonRef[]; next_cursor: string | null }> {
  const { db } = context;
  const creator = await demandPage(db, handle, viewer_id);
  const list = `followers ${creator.id} ${viewer_id ?? ''}`;
  const rows = await marketplace.followersPage(db, creator.id, {
    without: await marketplace.unseenBy(db, viewer_id),
    after: rowOf(placeOf(context, list, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ at, person_id }) => [
    at.toISOString(),
    person_id,
  ]);
  const person = await people(
    db,
    shown.map(({ person_id }) => person_id),
  );
  return { items: shown.map(({ person_id }) => person(person_id)), next_cursor };
}

/** One’s own is always there to look at, also while nobody else has anything to see on it. */
async function demandPage(db: Db, handle: string, viewer_id: AccountId | null): Promise<identity.Account> {
  const account = await identity.accountByHandle(db, handle);
  if (!account) refuse('NOT_FOUND');
  return account.id === viewer_id || (await hasPage(db, account)) ? account : refuse('NOT_FOUND');
}
