import * as z from 'zod';
import type { Generation } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import { asId, type AccountId, type ModelId, type ReleaseId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** The release in use of a model by its creator's handle and its slug; the slug alone is unique as well. */
export async function releaseNamed(
  context: Context,
  owner: string | null,
  name: string,
): Promise<registry.Release> {
  const { db, clock } = context;
  const model = (await registry.modelBySlug(db, name)) ?? refuse('MODEL_UNKNOWN');
  const creator_id = asId<AccountId>(model.creator_id);
  if (owner !== null) {
    const creator = (await identity.accountsByIds(db, [creator_id])).get(creator_id);
    if (creator?.handle !== owner && !(await hadBy(db, asId<ModelId>(model.id), owner)))
      refuse('MODEL_UNKNOWN');
  }
  const releases = await registry.releasesInUse(db, [asId(model.id)], clock.now());
  return releases.get(model.id) ?? refuse('MODEL_UNKNOWN');
}

/** Whoever calls a model by the handle of somebody who had it once still finds it. */
async function hadBy(db: Db, model_id: ModelId, handle: string): Promise<boolean> {
  const owners = await program.ownersOf(db, model_id);
  const accounts = await identity.accountsByIds(
    db,
    owners.map(({ person_id }) => person_id),
  );
  return [...accounts.values()].some((account) => account.handle === handle);
}

/**
 * What other APIs name a version: 64 hexadecimal digits. The first half says which release, so that two with the
 * same files are not mixed up; the second is the start of its digest.
 */
export const versionOf = ({ id, digest }: { id: string; digest: string }): string =>
  id.replaceAll('-', '') + digest.replace('sha256:', '').slice(0, 32);

export async function releaseByVersion(context: Context, version: string): Promise<registry.Release> {
  const [, a, b, c, d, e] =
    /^([\da-f]{8})([\da-f]{4})([\da-f]{4})([\da-f]{4})([\da-f]{12})[\da-f]{32}$/.exec(version) ?? [];
  const id = z.uuid().safeParse(`${a}-${b}-${c}-${d}-${e}`);
  if (!id.success) refuse('RELEASE_UNKNOWN');
  const release = await registry.releaseForUse(context.db, asId<ReleaseId>(id.data), context.clock.now());
  return versionOf(release) === version ? release : refuse('RELEASE_UNKNOWN');
}

/** The version that each of these generations was made with. */
export async function versionsOf(
  context: Context,
  generations: readonly Generation[],
): Promise<(generation: Generation) => string> {
  const ids = [...new Set(generations.map(({ release_id }) => release_id))];
  const releases = await Promise.all(ids.map((id) => registry.releaseById(context.db, asId<ReleaseId>(id))));
  const known = new Map<string, string>(
    releases.flatMap((release) => (release ? [[release.id, versionOf(release)]] : [])),
  );
  return ({ release_id }) => known.get(release_id) ?? '';
}
