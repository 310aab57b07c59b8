import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { codeOf } from '../kit/system-error.ts';
import * as generation from '../modules/generation/index.ts';

const BATCH = 75;
const WALL_MS_MAX = 60_000;
/** A file that is not there or cannot be read will not be there the next time either. */
const GONE = new Set(['ENOENT', 'EIO']);
const NOTHING = { pictures: [], sounds: [] };

/**
 * Remembers what new assets look and sound like, so that a copy is found whose metadata were taken out. Nobody waits
 * for it. Answers how many.
 */
export async function fingerprintAssets(context: Context): Promise<number> {
  const assets = await generation.unheardAssets(context.db, BATCH);
  for (const { id, digest } of assets) {
    const prints = await printsOf(context, digest);
    if (prints === 'another time') return 0;
    await context.database.inTransaction((tx) => generation.recordPrints(tx, id, prints));
  }
  return assets.length;
}

async function printsOf(context: Context, digest: string) {
  const bytes = await readFile(context.media.pathOf(digest)).catch((error: unknown) => {
    if (!GONE.has(codeOf(error) ?? '')) throw error;
    context.log.warn({ err: error, digest }, 'an asset has no fingerprint: its file cannot be read');
    return null;
  });
  if (!bytes) return NOTHING;
  const order = { bytes, anchors: null, as: 'original' } as const;
  const done = await context.desk.do('inspect', order, { wall_ms_max: WALL_MS_MAX });
  if (done.ok) return done.value;
  if (done.code === 'cancelled') return 'another time';
  context.log.warn({ digest, code: done.code, message: done.message }, 'an asset has no fingerprint');
  return NOTHING;
}
