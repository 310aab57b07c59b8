import type { GenerationState } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { presentAssets, presentGenerations } from './generations.ts';
import { pageOf, placeOf } from './paging.ts';

type Asked = {
  /** Its slug. */
  model?: string;
  modality?: registry.Modality;
  board?: string;
  limit: number;
  cursor?: string;
};
type Stage = 'open' | 'succeeded' | 'stopped';

const STAGES: Record<Stage, readonly GenerationState[]> = {
  open: generation.OPEN,
  succeeded: ['succeeded'],
  stopped: ['failed', 'cancelled', 'expired'],
};
const NOTHING = { items: [], next_cursor: null };

/** What one person started, newest first. */
export async function generationList(
  context: Context,
  payer_id: AccountId,
  {
    model,
    modality,
    board,
    batch,
    state,
    stage,
    limit,
    cursor,
  }: Asked & {
    batch?: string;
    state?: GenerationState;
    stage?: Stage;
  },
) {
  const release_ids = await releasesOf(context, model);
  if (release_ids?.length === 0) return NOTHING;
  const owner = `generations ${payer_id}`;
  const before = placeOf(context, owner, cursor)?.[0] ?? null;
  const inStage = stage && STAGES[stage];
  const states = state && inStage ? inStage.filter((one) => one === state) : state ? [state] : inStage;
  const filter = { states, modality, release_ids, board_id: board, batch_id: batch };
  const rows = await generation.generationsOfPayer(context.db, payer_id, {
    ...filter,
    before,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, ({ id }) => [id]);
  return { items: await presentGenerations(context, shown), next_cursor };
}

/** What one person has, or what lies in their bin. */
export async function assetList(
  context: Context,
  owner_id: AccountId,
  {
    model,
    modality,
    board,
    search,
    deleted,
    order,
    limit,
    cursor,
  }: Asked & {
    search?: string;
    deleted: boolean;
    order: 'newest' | 'oldest';
  },
) {
  const release_ids = await releasesOf(context, model);
  if (release_ids?.length === 0) return NOTHING;
  const owner = `assets ${owner_id}`;
  const after = placeOf(context, owner, cursor)?.[0] ?? null;
  const filter = { modality, release_ids, board_id: board, search, deleted, order };
  const rows = await generation.assetsOfOwner(context.db, owner_id, { ...filter, after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, ({ id }) => [id]);
  return { items: await presentAssets(context, shown), next_cursor };
}

/** None where nobody knows such a model; undefined where none was named. */
async function releasesOf({ db }: Context, slug: string | undefined): Promise<string[] | undefined> {
  if (slug === undefined) return undefined;
  const model = await registry.modelBySlug(db, slug);
  const releases = model ? await registry.releasesOfModel(db, asId<ModelId>(model.id)) : [];
  return releases.map(({ id }) => id);
}
