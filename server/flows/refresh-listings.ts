import { type AccountId, asId, type ModelId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { Refusal } from '../refuse.ts';
import { defaultPrice } from '../views/models.ts';
import { people } from '../views/people.ts';

const SAMPLES_MAX = 12;

/** Writes anew how these models are found. One that is unlisted, or has no release in use, stands in no list. */
export async function refreshListings(tx: Tx, model_ids: readonly ModelId[], at: Date): Promise<void> {
  const owners_before = await marketplace.creatorsListed(tx, model_ids);
  const models = (await registry.modelsByIds(tx, model_ids)).filter(
    ({ visibility }) => visibility === 'listed',
  );
  const releases = await registry.releasesInUse(
    tx,
    models.map(({ id }) => asId<ModelId>(id)),
    at,
  );
  const samples = await registry.samplesOf(
    tx,
    [...releases.values()].map(({ id }) => id),
    SAMPLES_MAX,
  );
  const owners = models.map(({ creator_id }) => asId<AccountId>(creator_id));
  const person = await people(tx, owners);
  const priceOf = await prices(tx, at);
  const listings = models.flatMap((model): marketplace.Listing[] => {
    const release = releases.get(model.id);
    if (!release) return [];
    return [
      {
        model_id: release.model_id,
        creator_id: release.creator_id,
        published_at: model.published_at,
        from_micros: priceOf(release),
        terms: marketplace.termsOf({
          ...model,
          creator: person(model.creator_id),
          licence: registry.licenceOfLine(release.licence)?.id ?? 'own',
          prompts: samples
            .filter(({ release_id }) => release_id === release.id)
            .map(({ input }) => generation.promptOf(input)),
        }),
      },
    ];
  });
  await marketplace.putListings(tx, model_ids, listings);
  await refreshCreators(tx, [...owners_before, ...owners]);
}

/** What a generation costs as the settings come; where nothing is priced yet, nothing. */
async function prices(tx: Tx, at: Date): Promise<(release: registry.Release) => bigint> {
  const card = await generation.rateCardInForce(tx, at).catch((trouble: unknown) => {
    if (trouble instanceof Refusal && trouble.code === 'NOT_PRICED') return null;
    throw trouble;
  });
  return (release) => (card ? defaultPrice(card, release) : 0n);
}

async function refreshCreators(tx: Tx, ids: readonly AccountId[]): Promise<void> {
  const creators = await identity.accountsByIds(tx, [...new Set(ids)]);
  await marketplace.putCreators(
    tx,
    [...creators].map(([creator_id, { handle, display_name }]) => ({ creator_id, handle, display_name })),
  );
}

/** Whoever has another name is found by it, and so is everything that they made. */
export async function refreshListingsOf(tx: Tx, creator_id: AccountId, at: Date): Promise<void> {
  await refreshListings(tx, await marketplace.listedModelsOf(tx, creator_id), at);
}
