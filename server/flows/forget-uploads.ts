import type { Context } from '../context.ts';
import * as generation from '../modules/generation/index.ts';

/** A start that found the upload just before it was deleted has been queued by then, and is asked. */
const GRACE_MS = 60 * 60_000;
const BATCH = 500;

/** Deletes uploads that nobody used for long, and takes away deleted ones that nothing needs any more. Answers how many. */
export async function forgetUploads(context: Context): Promise<number> {
  const { clock, database, db, media } = context;
  const at = clock.now();
  const ago = (ms: number) => new Date(at.getTime() - ms);
  await database.inTransaction((tx) => generation.hideUnused(tx, ago(generation.UNUSED_MS_MAX), at));
  const forgotten = await generation.uploadsToForget(db, ago(GRACE_MS), BATCH);
  // the row goes last: until then the next time finds the files that are left
  for (const digest of forgotten.flatMap(({ digests }) => digests)) await media.remove(digest);
  await database.inTransaction((tx) =>
    generation.forgetUploads(
      tx,
      forgotten.map(({ id }) => id),
    ),
  );
  return forgotten.length;
}
