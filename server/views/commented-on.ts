import { type AccountId, asId, type AssetId, type ModelId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** What somebody names to comment on: a creation by its id, or a model by its slug. */
export type Named = { creation?: string | undefined; model?: string | undefined };

/** How long a comment can be changed: long enough for a slip, too short to say other than what was answered. */
export const EDIT_MS = 15 * 60_000;
/** What is named, with whose it is; what is not shown does not exist. */
export async function commentedOn(
  db: Db,
  { creation, model }: Named,
): Promise<{ about: marketplace.Commented; owner_id: AccountId }> {
  if (creation !== undefined) {
    const found = await marketplace.creationById(db, asId<AssetId>(creation));
    if (!found || !marketplace.isShown(found)) refuse('NOT_FOUND');
    return { about: { asset_id: found.asset_id, model_id: null }, owner_id: found.maker_id };
  }
  const found = (await registry.modelBySlug(db, model ?? '')) ?? refuse('NOT_FOUND');
  return {
    about: { asset_id: null, model_id: asId<ModelId>(found.id) },
    owner_id: asId<AccountId>(found.creator_id),
  };
}
