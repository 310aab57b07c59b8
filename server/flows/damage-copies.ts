import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import * as competitions from '../modules/competitions/index.ts';

/** So many of a category are enough: a voter sees two of them. */
const COPIES = 12;
const WALL_MS_MAX = 120_000;

/**
 * Makes one copy of what is voted on that is plainly damaged, for the pairs that show who looks. Answers how many it
 * made. What cannot be damaged here is left alone: the pair is one like the others then.
 */
export async function damageNext(
  { database, db, media, desk, clock, log }: Context,
  { category_id, kind, phase }: competitions.Contest,
  tried: Set<string>,
): Promise<number> {
  if (phase !== 'qualifying') return 0;
  const next = await competitions.withoutCopy(db, category_id, COPIES, [...tried]);
  if (!next) return 0;
  const { entry_id, digest } = next;
  // whatever becomes of it is the turn of the next one
  tried.add(entry_id);
  const bytes = await readFile(media.pathOf(digest)).catch(() => null);
  const made = bytes && (await desk.do('damage', { modality: kind, bytes }, { wall_ms_max: WALL_MS_MAX }));
  if (!made?.ok) {
    const why = made ? made.message : 'its file is not there';
    log.warn({ entry_id, why }, 'an entry could not be damaged for control pairs');
    return 1;
  }
  const copy = { digest: await media.put(made.value.bytes), extension: made.value.extension };
  await database.inTransaction((tx) => competitions.putCopy(tx, entry_id, copy, clock.now()));
  return 1;
}
