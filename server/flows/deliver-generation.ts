import { ASSET_STATEMENT_TYPE } from '@stellary/proofs';
import type { Context } from '../context.ts';
import { type AccountId, type AssetId, type GenerationId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { type Batcher, createBatcher, onePer, type Outcome } from '../kit/batcher.ts';
import { sha256 } from '../kit/files.ts';
import { tellAll } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import { GENERATOR } from '../product.ts';
import { releaseOfJob } from '../views/engine-order.ts';

type Leased = generation.Generation & { fence: string };

/**
 * Stores what a runner made and records it, once: each master with a manifest in it where its format has a place for
 * one, each asset with a signed statement. Files are durable before the row that names them is: they are written while
 * the row is, and waited for before its commit.
 * Answers false when the lease was lost or the payer cancelled meanwhile: then nothing counts.
 */
export async function deliverGeneration(
  context: Context,
  job: Leased,
  result: generation.EngineSuccess,
): Promise<boolean> {
  const at = context.clock.now();
  const primary = result.outputs.filter(({ role }) => role === 'primary');
  const shelf = createShelf(context);
  const companions = storeCompanions(shelf, result.outputs);
  const parents = await parentsOf(context, job);
  const made = await Promise.all(
    primary.map((output, ordinal) =>
      storeAsset(context, shelf, job, output, {
        ...{ ordinal, at, companions, parents },
        runtime: result.runtime,
      }),
    ),
  );
  const assets = made.map(({ asset }) => asset);
  const statements = made.map(({ statement }) => statement);
  const runtime = { ...result.runtime, inference_ms: Math.round(result.inference_ms) };
  const { id, fence, payer_id } = job;
  const delivered = await lineOf(context, id).add({
    ...{ id, fence, payer_id, assets, statements, runtime },
    stored: shelf.stored,
  });
  if (delivered) context.wake.send('settle');
  return delivered;
}

/** Takes files at once, by their digest; once `stored` they are durable. */
type Shelf = { put(bytes: Uint8Array): string; stored(): Promise<unknown> };

function createShelf({ media }: Context): Shelf {
  const begun: Promise<void>[] = [];
  return {
    put(bytes) {
      const { digest, stored } = media.begin(bytes);
      begun.push(stored);
      return digest;
    },
    stored: () => Promise.all(begun),
  };
}

type Delivery = generation.Delivery & {
  payer_id: AccountId;
  statements: generation.NewStatement[];
  stored: Shelf['stored'];
};
const BATCH_MAX = 100;

/** While one transaction is written down the next is made ready. */
const LINES = 2;

/** What is delivered while the transactions of all lines are under way shares the next one. */
const linesOf = onePer<Context, Batcher<Delivery, boolean>[]>((context) =>
  Array.from({ length: LINES }, () =>
    createBatcher({ size_max: BATCH_MAX, flush: (deliveries) => deliverAll(context, deliveries) }),
  ),
);
const lineOf = (context: Context, id: GenerationId) =>
  present(linesOf(context)[Number.parseInt(id.slice(-2), 16) % LINES], 'a line for each generation');

async function deliverAll(context: Context, deliveries: readonly Delivery[]): Promise<Outcome<boolean>[]> {
  const at = context.clock.now();
  const { recorded, taken } = await context.database.inTransaction(async (tx) => {
    const recorded = await generation.deliver(tx, deliveries, at);
    const taken = new Set(recorded.map(({ id }) => id));
    const news = deliveries.filter(({ id }) => taken.has(id));
    await generation.recordStatements(
      tx,
      news.flatMap(({ statements }) => statements),
    );
    await tellAll(
      tx,
      'generation.delivered',
      news.map(({ id, payer_id }) => ({ generation_id: id, payer_id })),
      at,
    );
    await Promise.all(deliveries.map(({ stored }) => stored()));
    return { recorded, taken };
  });
  // nobody waits for it: what is lost of it makes an estimate a little worse
  void generation
    .measure(context.db, recorded)
    .catch((error: unknown) => context.log.debug({ err: error }, 'how long runs took was not kept'));
  return deliveries.map(({ id }) => ({ value: taken.has(id) }));
}

type Companion = generation.NewAsset['companions'][number];
type Derived = generation.MediaOutput['thumbnail'];
type Circumstances = {
  ordinal: number;
  at: Date;
  companions: Companion[];
  parents: generation.Parent[];
  runtime: generation.Runtime;
};

const storeCompanions = (shelf: Shelf, outputs: readonly generation.MediaOutput[]): Companion[] =>
  outputs.flatMap(({ role, bytes, extension, mime, storyboard }) =>
    role === 'primary'
      ? []
      : [{ role, digest: shelf.put(bytes), extension, mime, bytes: bytes.byteLength, storyboard }],
  );

async function storeAsset(
  context: Context,
  shelf: Shelf,
  job: Leased,
  output: generation.MediaOutput,
  { ordinal, at, companions, parents, runtime }: Circumstances,
): Promise<{ asset: generation.NewAsset; statement: generation.NewStatement }> {
  const { modality, extension, mime } = output;
  const asset_id = newId<AssetId>(at);
  const facts = factsOf(context, job, { asset_id, at, parents, runtime, modality });
  const thumbnail = shelvePicture(shelf, output, output.thumbnail);
  const poster = shelvePicture(shelf, output, output.poster);
  const master = await storeMaster(context, shelf, output, facts);
  const files = filesOf(output, master, { thumbnail, poster, companions });
  const text = generation.statementOf(facts, files, master.manifest_digest);
  return {
    asset: {
      ...{ id: asset_id, generation_id: job.id, owner_id: job.payer_id, ordinal },
      ...{ modality, digest: master.digest, extension, mime, bytes: BigInt(master.bytes) },
      width: output.width ?? null,
      height: output.height ?? null,
      duration_ms: output.duration_ms === undefined ? null : Math.round(output.duration_ms),
      thumbnail: sizedPicture(thumbnail, master),
      poster: sizedPicture(poster, master),
      thumbhash: output.thumbhash ?? null,
      waveform: output.waveform ?? null,
      companions,
      prompt: generation.promptOf(job.input),
      created_at: at,
    },
    statement: {
      asset_id,
      jws: await context.signer.sign(text, ASSET_STATEMENT_TYPE),
      issued_at: at,
      unsigned_because: master.unsigned_because,
      files: files.map(({ role, digest }) => ({ role, digest })),
    },
  };
}

/** A picture derived from a work; its digest is null where it is the work itself: a light one is its own thumbnail. */
type Still = { picture: NonNullable<Derived>; digest: string | null } | null;

function shelvePicture(shelf: Shelf, { bytes }: generation.MediaOutput, picture: Derived): Still {
  if (!picture) return null;
  const isMaster = Buffer.compare(picture.bytes, bytes) === 0;
  return { picture, digest: isMaster ? null : shelf.put(picture.bytes) };
}

/** With the manifest in it the work has another name; it stays its own thumbnail. */
const sizedPicture = (still: Still, master: Master) =>
  still && {
    digest: still.digest ?? master.digest,
    width: still.picture.width,
    height: still.picture.height,
  };

/** Every file that the statement names. */
function filesOf(
  output: generation.MediaOutput,
  master: Master,
  made: { thumbnail: Still; poster: Still; companions: readonly Companion[] },
): generation.MadeFile[] {
  const { mime } = output;
  const still = (role: string, { picture, digest }: Partial<NonNullable<Still>>): generation.MadeFile[] =>
    picture && digest ? [{ role, digest, mime: picture.mime, bytes: picture.bytes.byteLength }] : [];
  return [
    { role: 'master', digest: master.digest, mime, bytes: master.bytes },
    ...(master.content
      ? [{ role: 'content', digest: master.content, mime, bytes: output.bytes.byteLength }]
      : []),
    ...still('thumbnail', made.thumbnail ?? {}),
    ...still('poster', made.poster ?? {}),
    ...made.companions.map(({ role, digest, mime, bytes }) => ({ role, digest, mime, bytes })),
  ];
}

type Master = {
  digest: string;
  bytes: number;
  /** what it was before a manifest was put into it; null where none was */
  content: string | null;
  manifest_digest: string | null;
  unsigned_because: string | null;
};

/**
 * The manifest comes last: whatever changes a byte after it breaks it. Where none can be made the work is delivered
 * all the same, for it is paid for and its statement is signed; why stands beside the statement and in the log.
 */
async function storeMaster(
  context: Context,
  shelf: Shelf,
  output: generation.MediaOutput,
  facts: generation.Facts,
): Promise<Master> {
  const plain = (unsigned_because: string | null): Master => ({
    digest: shelf.put(output.bytes),
    bytes: output.bytes.byteLength,
    content: null,
    manifest_digest: null,
    unsigned_because,
  });
  if (!generation.canCarryManifest(output.mime)) return plain(null);
  const manifest = generation.manifestOf(facts, GENERATOR);
  let signed: Awaited<ReturnType<generation.ManifestSigner['sign']>>;
  try {
    signed = await context.manifests.sign({ bytes: output.bytes, mime: output.mime, manifest });
  } catch (error) {
    context.log.error({ err: error, asset_id: facts.asset_id }, 'an asset has no manifest');
    return plain(String(error).slice(0, 300));
  }
  return {
    digest: shelf.put(signed.bytes),
    bytes: signed.bytes.byteLength,
    content: sha256(output.bytes),
    manifest_digest: signed.manifest_digest,
    unsigned_because: null,
  };
}

function factsOf(
  context: Context,
  { id, input, seed, terms }: Leased,
  made: Pick<Circumstances, 'at' | 'parents' | 'runtime'> & { asset_id: AssetId; modality: string },
): generation.Facts {
  const { name, version, provider, arch } = made.runtime;
  return {
    asset_id: made.asset_id,
    generation_id: id,
    modality: made.modality,
    release: {
      id: terms.release.id,
      model: terms.model.slug,
      title: terms.model.title,
      version: terms.release.version,
      digest: terms.release.digest,
    },
    input: generation.inputCommitment(generation.inputSalt(context.statement_key, id), id, input),
    seed,
    runtime: { name, version, provider, arch },
    parents: made.parents,
    made_at: made.at.toISOString(),
  };
}

/** What it was made from: the pictures that its input named when it was started. */
async function parentsOf(context: Context, { id, release_id }: Leased): Promise<generation.Parent[]> {
  const release = await releaseOfJob(context, release_id);
  if (generation.assetFields(release.input_schema).length === 0) return [];
  const pictures = await generation.inputPictures(context.db, id);
  return pictures.map(({ digest, origin }) => ({ digest: `sha256:${digest}`, origin }));
}
