import { sql } from 'kysely';
import {
  type AccountId,
  asId,
  type GenerationId,
  type ModelId,
  newId,
  type ReleaseId,
} from '../../server/ids.ts';
import type { Db } from '../../server/kit/database.ts';
import type { Fact } from '../../server/modules/analytics/index.ts';

/** Who there is to generate, in the order of `fill.ts`. */
export type People = {
  models: { id: ModelId; release_id: ReleaseId; creator_id: AccountId }[];
  payers: AccountId[];
  /** The models that each payer comes back to, as places in the list of models: eight of the first one, and so on. */
  favourites: number[];
};

export async function peopleOf(db: Db): Promise<People> {
  const models = await sql<{ id: string; release_id: string; creator_id: string }>`
    select id, release_id, creator_id from filling.model order by n`.execute(db);
  const payers = await sql<{ id: string }>`select id from filling.payer order by n`.execute(db);
  const favourites = await sql<{ model: number }>`
    select model from filling.favourite order by payer, place`.execute(db);
  return {
    favourites: favourites.rows.map(({ model }) => model),
    models: models.rows.map((row) => ({
      id: asId<ModelId>(row.id),
      release_id: asId<ReleaseId>(row.release_id),
      creator_id: asId<AccountId>(row.creator_id),
    })),
    payers: payers.rows.map(({ id }) => asId<AccountId>(id)),
  };
}

const below = (all: number) => Math.floor(Math.random() * all);
const FAVOURITES = 8;

/** Somebody and the model that they generate with: mostly one of the eight that they come back to. */
export function drawUse({ models, payers, favourites }: People) {
  const n = below(payers.length);
  const any = Math.floor(models.length * Math.random() ** 3);
  const favourite = favourites[n * FAVOURITES + Math.floor(FAVOURITES * Math.random() ** 2)];
  const [payer_id, model] = [payers[n], models[Math.random() < 0.05 ? any : (favourite ?? any)]];
  if (!payer_id || !model) throw new Error('nobody is there');
  return { payer_id, model };
}

/** A generation that ended just now, of the kinds that there are, and in the shares of `fill.ts`. */
export function drawFact(people: People, ended_at: Date): Fact {
  const { payer_id, model } = drawUse(people);
  const fate = Math.random();
  const succeeded = fate < 0.88;
  const related = Math.random() < 0.03;
  const promo = [0n, 0n, 0n, 250_000n, 1_000_000n][below(5)] ?? 0n;
  const queue_ms = Math.floor(20 * Math.exp(Math.random() * 6));
  const run_ms = Math.floor(400 * Math.exp(Math.random() * 4));
  const follower = Math.random() < 0.15;
  return {
    generation_id: newId<GenerationId>(ended_at),
    ended_at,
    began_at: new Date(ended_at.getTime() - queue_ms - run_ms),
    model_id: model.id,
    release_id: model.release_id,
    creator_id: model.creator_id,
    payer_id,
    outcome: succeeded ? 'succeeded' : fate < 0.96 ? 'failed' : fate < 0.99 ? 'cancelled' : 'expired',
    reason: succeeded || (fate >= 0.96 && fate < 0.99) ? null : fate < 0.94 ? 'model_error' : 'runner_lost',
    related,
    price_micros: 1_000_000n,
    promo_micros: succeeded ? promo : 0n,
    paid_micros: succeeded ? 1_000_000n - promo : 0n,
    queue_ms,
    run_ms: succeeded ? run_ms : null,
    total_ms: queue_ms + run_ms + 40,
    via: 'page',
    source: follower ? 'follow' : fate < 0.2 ? 'slot' : 'direct',
    slot_id: null,
    follower,
    region: ['europe', 'america', 'asia', null][below(4)] ?? null,
    settings: ['width=512', `steps=${10 * (1 + below(4))}`],
    modality: 'image',
    earned:
      succeeded && !related
        ? [
            {
              ...{ person_id: model.creator_id, role: 'creator' },
              paid_micros: 700_000n - (promo * 7n) / 10n,
              promo_micros: (promo * 7n) / 10n,
            },
          ]
        : [],
  };
}
