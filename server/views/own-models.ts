import type * as z from 'zod';
import type { OwnModel } from '#api/registry/list-own-models.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { whyNotEdit } from './may-edit.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { whyNotRun } from './terms-in-force.ts';

type OwnRow = Awaited<ReturnType<typeof registry.ownModels>>[number];
type Asked = { modality?: registry.Modality | undefined; visibility?: OwnRow['visibility'] | undefined } & {
  search?: string | undefined;
  slug?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** What a creator has published, as they work on it. */
export async function ownModelList(
  context: Context,
  creator_id: AccountId,
  { limit, cursor, ...filter }: Asked,
) {
  const { db } = context;
  const owner = `own models ${creator_id} ${JSON.stringify(filter)}`;
  const after = rowOf(placeOf(context, owner, cursor));
  const [found, total, edit] = await Promise.all([
    registry.ownModels(db, creator_id, filter, { after, limit: limit + 1 }),
    registry.countModelsOf(db, creator_id),
    whyNotEdit(context, creator_id),
  ]);
  const { shown, next_cursor } = pageOf(context, owner, found, limit, ({ published_at, id }) => [
    published_at.toISOString(),
    id,
  ]);
  return { items: await present(context, shown), next_cursor, total, can: { edit } };
}

/** More than one set of edits takes: a table of all of them could not be sent back whole. */
const TABLE_ROWS_MAX = 10_000;

export async function ownModelTable({ db }: Context, creator_id: AccountId): Promise<string> {
  return registry.tableOf(
    await registry.ownModels(db, creator_id, {}, { after: null, limit: TABLE_ROWS_MAX }),
  );
}

async function present(
  { db, clock }: Context,
  models: readonly OwnRow[],
): Promise<z.infer<typeof OwnModel>[]> {
  const at = clock.now();
  const ids = models.map(({ id }) => id);
  const [releases, uses, edits, paused] = await Promise.all([
    registry.releasesInUse(db, ids, at),
    marketplace.usesOf(db, ids),
    registry.lastEdits(db, ids),
    whyPaused(db, ids, at),
  ]);
  return models.map(({ id, published_at, creator_id: _, ...model }) => {
    const release = releases.get(id);
    const edit = edits.get(id);
    return {
      ...model,
      ...stateOf(release, paused.get(id) ?? null),
      release: release
        ? { version: release.version, published_at: release.published_at.toISOString() }
        : null,
      generations: uses.get(id) ?? 0,
      published_at: published_at.toISOString(),
      last_edit: edit ? { ...edit, at: edit.at.toISOString() } : null,
    };
  });
}

function stateOf(release: registry.Release | undefined, paused: string | null) {
  if (!release) return { state: 'withdrawn' as const, why: 'It has no release in use.' };
  if (paused) return { state: 'resting' as const, why: paused };
  if (release.ends_at)
    return {
      state: 'ending' as const,
      why: `Its release ends on ${release.ends_at.toISOString().slice(0, 10)}.`,
    };
  return { state: 'in_use' as const, why: null };
}

async function whyPaused(
  db: Context['db'],
  ids: readonly ModelId[],
  at: Date,
): Promise<Map<string, string | null>> {
  const agreements = await Promise.all(ids.map((id) => program.agreementInForce(db, asId<ModelId>(id), at)));
  return new Map(
    ids.map((id, index) => {
      const agreement = agreements[index];
      return [id, agreement ? whyNotRun(agreement, at) : 'Its terms are not in force yet.'];
    }),
  );
}
