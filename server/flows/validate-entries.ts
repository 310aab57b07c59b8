import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import type { EntryId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { codeOf } from '../kit/system-error.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import { present } from '../kit/assert.ts';

const SYSTEM = { id: 'system', as: 'system' } as const;
const BATCH = 20;
const WALL_MS_MAX = 120_000;
/** A busy machine may be the reason why a file could not be prepared; so often it is not. */
const ATTEMPTS_MAX = 3;

/**
 * Looks at what was entered: prepares the file that voters see, holds it against what came before it, and says whether
 * it may be voted on. One that cannot be prepared holds up nobody: it is not eligible, and says so. Answers how many went on.
 */
export async function validateEntries(context: Context): Promise<number> {
  let done = 0;
  for (const id of await competitions.entriesToValidate(context.db, BATCH))
    done += Number(await validate(context, id));
  if (done > 0) context.wake.send('news');
  return done;
}

async function validate(context: Context, id: EntryId): Promise<boolean> {
  const { database, db, clock } = context;
  const entry = await competitions.entryById(db, id);
  if (!entry) return false;
  if (entry.state === 'submitted')
    await database.inTransaction(async (tx) => {
      const now = await competitions.lockEntry(tx, id);
      if (now?.state === 'submitted')
        await competitions.moveEntry(tx, 'validate', { id, by: SYSTEM, at: clock.now() });
    });
  if (entry.asset_id !== null && entry.show_digest === null && !(await prepare(context, entry))) return false;
  return database.inTransaction((tx) => decide(tx, id, clock.now()));
}

/** The same size, loudness and bit rate for all of a category; false: it is not there yet, or will not be. */
async function prepare(context: Context, entry: competitions.Entry): Promise<boolean> {
  const { database, media, desk, db, log } = context;
  const asset = present(
    (await generation.assetsByIds(db, entry.asset_id ? [entry.asset_id] : []))[0],
    'the asset of an entry',
  );
  // of a film the format that we can decode, where there is one
  const { digest: source } = asset.companions.find(({ role }) => role === 'webm') ?? asset;
  const bytes = await readFile(media.pathOf(source)).catch((error: unknown) => {
    log.warn({ entry_id: entry.id, code: codeOf(error) }, 'the file of an entry cannot be read');
    return null;
  });
  const made =
    bytes && (await desk.do('even', { bytes, modality: asset.modality }, { wall_ms_max: WALL_MS_MAX }));
  if (made && !made.ok && made.code === 'cancelled') return false;
  if (!made?.ok) {
    if (made)
      log.warn({ entry_id: entry.id, code: made.code, message: made.message }, 'an entry is not shown');
    await database.inTransaction((tx) => giveUp(tx, context, entry.id));
    return false;
  }
  const { mime, extension, duration_ms } = made.value;
  const digest = await media.put(made.value.bytes);
  await database.inTransaction((tx) =>
    competitions.noteShown(tx, entry.id, {
      ...{ show_digest: digest, show_extension: extension, show_mime: mime },
      ...{ show_bytes: BigInt(made.value.bytes.byteLength), show_duration_ms: duration_ms },
    }),
  );
  return true;
}

async function giveUp(tx: Tx, { clock }: Context, id: EntryId): Promise<void> {
  if ((await competitions.noteAttempt(tx, id)) < ATTEMPTS_MAX) return;
  const entry = await competitions.lockEntry(tx, id);
  if (entry?.state === 'validating') await refuseEntry(tx, id, 'UNREADABLE', clock.now());
}

async function refuseEntry(tx: Tx, id: EntryId, reason: competitions.ReasonCode, at: Date): Promise<void> {
  await competitions.moveEntry(tx, 'refuse', { id, by: SYSTEM, at, set: { reason } });
  await competitions.freePlaces(tx, id);
}

/** Whether it went on: what nobody has listened to yet, or not everybody agreed to, waits. */
async function decide(tx: Tx, id: EntryId, at: Date): Promise<boolean> {
  const entry = await competitions.lockEntry(tx, id);
  if (entry?.state !== 'validating') return false;
  if (entry.asset_id !== null) {
    if (!(await generation.isHeard(tx, entry.asset_id))) return false;
    const alike = await earlierLike(tx, entry);
    if (alike) {
      await refuseEntry(tx, id, alike === 'looks' ? 'LOOKS_ALIKE' : 'SOUNDS_ALIKE', at);
      return true;
    }
  }
  const people = await competitions.peopleOf(tx, [id]);
  if (people.some(({ accepted_at }) => accepted_at === null)) return false;
  await competitions.moveEntry(tx, 'admit', { id, by: SYSTEM, at });
  return true;
}

/** Of two that are alike the one that was entered first stays, in whichever order they are looked at. */
async function earlierLike(tx: Tx, entry: competitions.Entry): Promise<'looks' | 'sounds' | null> {
  const { asset_id, category_id, submitted_at, id } = entry;
  if (asset_id === null) return null;
  const before = (await competitions.entriesOf(tx, category_id, competitions.STANDS)).filter(
    (other) =>
      other.id !== id &&
      (other.submitted_at < submitted_at ||
        (other.submitted_at.getTime() === submitted_at.getTime() && other.id < id)),
  );
  const assets = before.flatMap((other) => other.asset_id ?? []);
  return (await generation.alikeAmong(tx, asset_id, assets))[0]?.how ?? null;
}
