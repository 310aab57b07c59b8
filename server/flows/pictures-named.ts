import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';

/** The pictures that an input names, each the payer's own and still there; refuses any other by its field. */
export async function picturesNamed(
  { db }: Pick<Context, 'db'>,
  payer_id: AccountId,
  release: { input_schema: Record<string, unknown> },
  input: Record<string, unknown>,
): Promise<generation.InputPicture[]> {
  const named = generation.assetFields(release.input_schema).flatMap((field) => {
    const id = input[field];
    return typeof id === 'string' ? [{ field, id: id.toLowerCase() }] : [];
  });
  if (named.length === 0) return [];
  const sources = await generation.sourcesOf(
    db,
    payer_id,
    named.map(({ id }) => id),
  );
  return named.map(({ field, id }) => {
    const refused = (why: string) => refuse('INPUT_PICTURE_REFUSED', { field, why });
    const found = sources.find(({ source_id }) => source_id === id);
    if (!found) return refused('It was deleted, or was never yours.');
    const { is_picture, ...source } = found;
    return is_picture ? { field, ...source } : refused('It is not a picture.');
  });
}
