import type * as z from 'zod';
import type { CreatorPage } from '#api/marketplace/get-creator.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { hasPage } from './has-page.ts';
import { modelList } from './models.ts';

/** A creator with everything they published. */
export async function creatorPage(
  context: Context,
  viewer_id: AccountId | null,
  handle: string,
): Promise<z.infer<typeof CreatorPage>> {
  const creator = await identity.accountByHandle(context.db, handle);
  if (!creator || !(await hasPage(context.db, creator))) refuse('NOT_FOUND');
  const [following, models] = await Promise.all([
    marketplace.followersOf(context.db, creator.id, viewer_id),
    modelList(context, { creator_id: creator.id }, 'popular'),
  ]);
  return {
    handle: creator.handle,
    display_name: creator.display_name,
    bio: creator.bio,
    since: creator.created_at.toISOString(),
    ...following,
    generations: models.reduce((total, model) => total + model.generations, 0),
    models,
  };
}
