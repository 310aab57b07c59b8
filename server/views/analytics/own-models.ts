import { MODELS_MAX } from '#api/analytics/limits.ts';
import type { ModelName } from '#api/analytics/shapes.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';

/** What somebody has or had, with its names. */
export type Holdings = { held: program.Held[]; nameOf(model_id: string): ModelName };

/**
 * The models that an answer is about: all that somebody has or had, or those that were chosen of them. What is not
 * theirs answers like what does not exist.
 */
export async function holdingsOf(
  db: Db,
  person_id: AccountId,
  chosen: string | undefined,
): Promise<Holdings> {
  const all = await program.heldModels(db, person_id);
  const nameOf = await modelNamer(
    db,
    all.map(({ model_id }) => model_id),
  );
  if (chosen === undefined) return { held: all, nameOf };
  const slugs = slugsOf(chosen);
  const wanted = all.filter(({ model_id }) => slugs.includes(nameOf(model_id).slug));
  const found = new Set(wanted.map(({ model_id }) => nameOf(model_id).slug));
  if (slugs.some((slug) => !found.has(slug))) refuse('NOT_FOUND');
  return { held: wanted, nameOf };
}

export function slugsOf(chosen: string): string[] {
  const slugs = [...new Set(chosen.split(',').filter((slug) => slug !== ''))];
  if (slugs.length > MODELS_MAX) refuse('MODELS_TOO_MANY', { models_max: MODELS_MAX });
  return slugs;
}

export const modelIdsOf = (held: readonly program.Held[]): ModelId[] => [
  ...new Set(held.map(({ model_id }) => model_id)),
];

export async function modelNamer(db: Db, ids: readonly string[]): Promise<(id: string) => ModelName> {
  const models = await registry.modelsByIds(db, [...new Set(ids)]);
  const names = new Map<string, ModelName>(
    models.map(({ id, slug, title, modality }) => [
      id,
      { slug, title, modality: registry.Modality.parse(modality) },
    ]),
  );
  return (id) => {
    const name = names.get(id);
    if (!name) throw new Error(`no model ${id}`);
    return name;
  };
}
