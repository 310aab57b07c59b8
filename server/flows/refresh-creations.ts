import { asId, type AccountId, type AssetId, type ModelId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { people } from '../views/people.ts';

/** Writes anew how these are found. What was taken back, hidden, or is shown by its link alone stands in no list. */
export async function refreshCreations(tx: Tx, asset_ids: readonly AssetId[]): Promise<void> {
  const creations = (await marketplace.creationsByIds(tx, asset_ids)).filter(
    (each) => each.listed && marketplace.isShown(each),
  );
  const models = new Map(
    (await registry.modelsByIds(tx, [...new Set(creations.map(({ model_id }) => model_id))])).map((model) => [
      asId<ModelId>(model.id),
      model,
    ]),
  );
  const licences = await registry.licencesOf(tx, [...new Set(creations.map(({ release_id }) => release_id))]);
  const person = await people(
    tx,
    creations.map(({ maker_id }) => maker_id),
  );
  const listings = creations.flatMap((creation): marketplace.CreationListing[] => {
    const { asset_id, maker_id, model_id, published_at } = creation;
    const model = models.get(model_id);
    if (!model) return [];
    const licence = registry.licenceOfLine(licences.get(creation.release_id) ?? '')?.id ?? 'own';
    const terms = marketplace.termsOfCreation({ ...creation, maker: person(maker_id), model, licence });
    return [{ asset_id, maker_id, model_id, published_at, terms }];
  });
  await marketplace.putCreationListings(tx, asset_ids, listings);
}

/** Whoever has another name is found by it, and what models are called and tagged with finds what they made. */
export async function refreshCreationsOf(
  tx: Tx,
  of: { makers: readonly AccountId[]; models: readonly ModelId[] },
): Promise<void> {
  await refreshCreations(tx, await marketplace.creationsListedOf(tx, of));
}
