import type * as z from 'zod';
import type { ModelName } from '#api/slots/shapes.ts';
import type { Db } from '../kit/database.ts';
import * as registry from '../modules/registry/index.ts';
import { people } from './people.ts';

type Named = z.infer<typeof ModelName> & { creator_id: string };

/** Models as lists of featured places name them. */
export async function modelNames(db: Db, ids: readonly string[]): Promise<Map<string, Named>> {
  const models = await registry.modelsByIds(db, [...new Set(ids)]);
  const person = await people(
    db,
    models.map(({ creator_id }) => creator_id),
  );
  return new Map(
    models.map(({ id, slug, title, modality, creator_id }) => [
      id,
      { slug, title, modality: registry.Modality.parse(modality), creator: person(creator_id), creator_id },
    ]),
  );
}

export const nameOf = ({ slug, title, modality, creator }: Named): z.infer<typeof ModelName> => ({
  slug,
  title,
  modality,
  creator,
});
