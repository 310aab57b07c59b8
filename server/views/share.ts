import type { Context } from '../context.ts';
import { asId, type AssetId, type ModelId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** A model that may be passed on: it stands in lists, something of it is in use, and its creator may be promoted. */
export async function modelToShare({ db, clock }: Context, slug: string) {
  const model = await registry.modelBySlug(db, slug);
  if (!model || model.visibility !== 'listed') refuse('NOT_FOUND');
  const release = (await registry.releasesInUse(db, [asId<ModelId>(model.id)], clock.now())).get(model.id);
  if (!release || (await program.creatorsWithout(db, 'promote')).has(model.creator_id)) refuse('NOT_FOUND');
  return { model, release };
}

/** A creation that may be passed on: everybody finds it, and its asset is not in the bin. */
export async function creationToShare({ db }: Pick<Context, 'db'>, id: AssetId) {
  const creation = await marketplace.creationById(db, id);
  if (!creation?.listed || !marketplace.isShown(creation)) refuse('NOT_FOUND');
  const [asset] = await generation.assetsByIds(db, [id]);
  if (!asset || asset.deleted_at) refuse('NOT_FOUND');
  return { creation, asset };
}
