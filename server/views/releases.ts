import type { Context } from '../context.ts';
import { type AccountId, asId, type ReleaseId } from '../ids.ts';
import * as registry from '../modules/registry/index.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

/** Releases of others than the house, for whoever publishes and withdraws them. */
export async function releaseList(
  context: Context,
  admin: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const owner = `releases ${admin}`;
  const last = rowOf(placeOf(context, owner, cursor));
  const after = last && { published_at: last.at, id: asId<ReleaseId>(last.id) };
  const found = await registry.releasesOfOthers(context.db, { after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, owner, found, limit, ({ published_at, id }) => [
    published_at.toISOString(),
    id,
  ]);
  const person = await people(
    context.db,
    shown.map(({ creator_id }) => creator_id),
  );
  const items = shown.map((release) => ({
    id: release.id,
    slug: release.slug,
    title: release.title,
    modality: release.modality,
    creator: person(release.creator_id),
    version: release.version,
    runner: release.binding.kind,
    published_at: release.published_at.toISOString(),
    withdrawn_at: release.withdrawn_at?.toISOString() ?? null,
    withdrawal_reason: release.withdrawal_reason,
    withdrawn_as: release.withdrawn_as,
  }));
  return { items, next_cursor };
}
