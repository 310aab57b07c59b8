import { readFile } from 'node:fs/promises';
import type { MediaFormat } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import { GENERATOR } from '../product.ts';
import { refuse } from '../refuse.ts';

/** Of one owner, at once. */
const MAKING_MAX = 4;
const WALL_MS_MAX = 45_000;
/** Who has not finished after this long is not there any more. */
const GIVEN_UP_MS = 60_000;
/** How long a request waits for the file before it is told to ask again. */
const WAIT_MS = 2_000;
const ROOM_MIN_BYTES = 256n * 1024n * 1024n;

type Wanted = { asset_id: AssetId; format: MediaFormat; side_max: number | null };

/**
 * Makes an asset's rendition if nobody has, and waits for it a moment, whoever makes it. It goes on being made
 * when the waiting is over. Of many who ask at once one makes it.
 */
export async function makeRendition(context: Context, owner_id: AccountId, wanted: Wanted): Promise<void> {
  const { database, db, clock } = context;
  const asset = await generation.paidAsset(db, owner_id, wanted.asset_id);
  if (!asset) refuse('NOT_FOUND');
  const asked = generation.renditionKey(asset, wanted.format, wanted.side_max);
  if (!asked) refuse('FORMAT_NOT_OFFERED');
  if ('there' in asked) return;
  const { key } = asked;
  const at = clock.now();
  const claim = { owner_id, at, stale_before: new Date(at.getTime() - GIVEN_UP_MS), making_max: MAKING_MAX };
  const found = await generation.renditionByKey(db, key);
  if (found?.state === 'ready') return;
  if ((await context.media.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  const done = doneWith(context, key);
  try {
    const claimed = await database.inTransaction((tx) => generation.claimRendition(tx, key, claim));
    if (claimed === 'full') refuse('RENDITIONS_FULL', { retry_after_s: 2, limit: MAKING_MAX });
    if ('mine' in claimed) void make(context, asset, key, claimed.mine);
    else if (claimed.found.state === 'ready') return;
    else if (claimed.found.state === 'failed') refuse('RENDITION_FAILED');
    await done.within(WAIT_MS);
  } finally {
    done.forget();
  }
}

async function make(
  context: Context,
  asset: generation.Asset,
  key: generation.RenditionKey,
  attempt: number,
): Promise<void> {
  const { database, wake, log } = context;
  try {
    const outcome = await render(context, asset, key);
    if (outcome) await database.inTransaction((tx) => generation.endRendition(tx, key, attempt, outcome));
  } catch (error) {
    log.error({ err: error, asset_id: key.asset_id, format: key.format }, 'a rendition could not be stored');
  }
  wake.send(topicOf(key));
}

/** Null: this process is closing. Somebody else will make it when they are asked. */
async function render(
  context: Context,
  asset: generation.Asset,
  { format, side_max }: generation.RenditionKey,
): Promise<generation.RenditionOutcome | null> {
  const { desk, media, clock } = context;
  const master = await readFile(media.pathOf(asset.digest));
  const made = await desk.do(
    'render',
    { master, format, side_max: side_max || null },
    { wall_ms_max: WALL_MS_MAX },
  );
  if (made.ok) {
    const { extension, mime } = made.value;
    const bytes = await withManifest(context, asset, made.value);
    const digest = await media.put(bytes);
    return { state: 'ready', digest, extension, mime, bytes: BigInt(bytes.byteLength), made_at: clock.now() };
  }
  const { code, message, retryable } = made;
  if (code === 'cancelled') return null;
  // a busy machine may have been the reason
  return { state: 'failed', failure: { code, message, retryable: retryable || code === 'timeout' } };
}

/** Says the same as the manifest of the original. Where none can be made, the file is as good without. */
async function withManifest(
  { db, manifests, clock, log }: Context,
  { id, generation_id }: generation.Asset,
  { bytes, mime }: { bytes: Uint8Array; mime: string },
): Promise<Uint8Array> {
  const statement = await generation.statementOfAsset(db, asId(id));
  const job = await generation.generationById(db, asId(generation_id));
  if (!statement || !job || !generation.canCarryManifest(mime)) return bytes;
  const facts = generation.factsSaid(statement, job.terms.model.title);
  try {
    const manifest = generation.manifestOf(facts, GENERATOR, clock.now());
    return (await manifests.sign({ bytes, mime, manifest })).bytes;
  } catch (error) {
    log.error({ err: error, asset_id: id }, 'a rendition has no manifest');
    return bytes;
  }
}

const topicOf = ({ asset_id, format, side_max }: generation.RenditionKey) =>
  `rendition:${asset_id}:${format}:${side_max}`;

/** Listens from now on, so that nothing is missed between asking and waiting. */
function doneWith({ wake }: Context, key: generation.RenditionKey) {
  const heard = Promise.withResolvers<void>();
  const forget = wake.on(topicOf(key), heard.resolve);
  return {
    forget,
    async within(ms: number) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, ms);
      await Promise.race([heard.promise, late.promise]);
      clearTimeout(timer);
    },
  };
}
