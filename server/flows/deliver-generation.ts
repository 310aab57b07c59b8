import { ASSET_STATEMENT_TYPE } from '@stellary/proofs';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId, newId } from '../ids.ts';
import { type Batcher, createBatcher, onePer, type Outcome } from '../kit/batcher.ts';
import { sha256 } from '../kit/files.ts';
import { tellAll } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import { GENERATOR } from '../product.ts';
import { releaseOfJob } from '../views/engine-order.ts';

type Leased = generation.Generation & { fence: string };

/**
 * Stores what a runner made and records it, once: each master with a manifest in it where its format has a place for
 * one, each asset with a signed statement. Files are durable before the row that names them is.
 * Answers false when the lease was lost or the payer cancelled meanwhile: then nothing counts.
 */
export async function deliverGeneration(
  context: Context,
  job: Leased,
  result: generation.EngineSuccess,
): Promise<boolean> {
  const at = context.clock.now();
  const primary = result.outputs.filter(({ role }) => role === 'primary');
  const companions = await storeCompanions(context, result.outputs);
  const parents = await parentsOf(context, job);
  const made = await Promise.all(
    primary.map((output, ordinal) =>
      storeAsset(context, job, output, { ordinal, at, companions, parents, runtime: result.runtime }),
    ),
  );
  const assets = made.map(({ asset }) => asset);
  const statements = made.map(({ statement }) => statement);
  const runtime = { ...result.runtime, inference_ms: Math.round(result.inference_ms) };
  const { id, fence, payer_id } = job;
  const delivered = await deliveriesOf(context).add({ id, fence, payer_id, assets, statements, runtime });
  if (delivered) context.wake.send('settle');
  return delivered;
}

type Delivery = generation.Delivery & { payer_id: AccountId; statements: generation.NewStatement[] };
const BATCH_MAX = 100;

/** What is delivered while a transaction is under way shares the next one. */
const deliveriesOf = onePer<Context, Batcher<Delivery, boolean>>((context) =>
  createBatcher({ size_max: BATCH_MAX, flush: (deliveries) => deliverAll(context, deliveries) }),
);

async function deliverAll(context: Context, deliveries: readonly Delivery[]): Promise<Outcome<boolean>[]> {
  const at = context.clock.now();
  const delivered = await context.database.inTransaction(async (tx) => {
    const recorded = await generation.deliver(tx, deliveries, at);
    const news = deliveries.filter(({ id }) => recorded.has(id));
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
    return recorded;
  });
  return deliveries.map(({ id }) => ({ value: delivered.has(id) }));
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

const storeCompanions = (context: Context, outputs: readonly generation.MediaOutput[]) =>
  Promise.all(
    outputs.flatMap(({ role, bytes, extension, mime, storyboard }) =>
      role === 'primary'
        ? []
        : context.media.put(bytes).then((digest): Companion => ({
            role,
            digest,
            extension,
            mime,
            bytes: bytes.byteLength,
            storyboard,
          })),
    ),
  );

async function storeAsset(
  context: Context,
  job: Leased,
  output: generation.MediaOutput,
  { ordinal, at, companions, parents, runtime }: Circumstances,
): Promise<{ asset: generation.NewAsset; statement: generation.NewStatement }> {
  const facts = factsOf(context, job, {
    asset_id: newId<AssetId>(at),
    at,
    parents,
    runtime,
    modality: output.modality,
  });
  // a light picture is its own thumbnail, and stays it
  const isMaster = (derived: Derived) =>
    derived !== undefined && Buffer.compare(derived.bytes, output.bytes) === 0;
  const store = async (derived: Derived) =>
    derived && !isMaster(derived)
      ? { digest: await context.media.put(derived.bytes), width: derived.width, height: derived.height }
      : null;
  const [master, small, poster] = await Promise.all([
    storeMaster(context, output, facts),
    store(output.thumbnail),
    store(output.poster),
  ]);
  const thumbnail =
    small ??
    (output.thumbnail
      ? { digest: master.digest, width: output.thumbnail.width, height: output.thumbnail.height }
      : null);
  const files: generation.MadeFile[] = [
    { role: 'master', digest: master.digest, mime: output.mime, bytes: master.bytes },
    ...(master.content
      ? [{ role: 'content', digest: master.content, mime: output.mime, bytes: output.bytes.byteLength }]
      : []),
    ...madePicture('thumbnail', small, output.thumbnail),
    ...madePicture('poster', poster, output.poster),
    ...companions.map(({ role, digest, mime, bytes }) => ({ role, digest, mime, bytes })),
  ];
  const text = generation.statementOf(facts, files, master.manifest_digest);
  return {
    asset: {
      id: asId<AssetId>(facts.asset_id),
      generation_id: job.id,
      owner_id: job.payer_id,
      ordinal,
      modality: output.modality,
      digest: master.digest,
      extension: output.extension,
      mime: output.mime,
      bytes: BigInt(master.bytes),
      width: output.width ?? null,
      height: output.height ?? null,
      duration_ms: output.duration_ms === undefined ? null : Math.round(output.duration_ms),
      thumbnail,
      poster,
      thumbhash: output.thumbhash ?? null,
      waveform: output.waveform ?? null,
      companions,
      prompt: generation.promptOf(job.input),
      created_at: at,
    },
    statement: {
      asset_id: asId<AssetId>(facts.asset_id),
      jws: await context.signer.sign(text, ASSET_STATEMENT_TYPE),
      issued_at: at,
      unsigned_because: master.unsigned_because,
      files: files.map(({ role, digest }) => ({ role, digest })),
    },
  };
}

const madePicture = (
  role: string,
  stored: { digest: string } | null,
  derived: Derived,
): generation.MadeFile[] =>
  stored && derived
    ? [{ role, digest: stored.digest, mime: derived.mime, bytes: derived.bytes.byteLength }]
    : [];

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
  output: generation.MediaOutput,
  facts: generation.Facts,
): Promise<Master> {
  const plain = async (unsigned_because: string | null): Promise<Master> => ({
    digest: await context.media.put(output.bytes),
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
    digest: await context.media.put(signed.bytes),
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

/** What it was made from: the payer's own assets that stand in fields of the input which take one. */
async function parentsOf(
  context: Context,
  { release_id, payer_id, input }: Leased,
): Promise<generation.Parent[]> {
  const release = await releaseOfJob(context, release_id);
  const ids = generation.assetFields(release.input_schema).flatMap((field) => {
    const value = input[field];
    return typeof value === 'string' ? [asId<AssetId>(value)] : [];
  });
  const assets = await Promise.all(ids.map((id) => generation.assetById(context.db, id)));
  return assets.flatMap((asset) =>
    asset?.owner_id === payer_id ? [{ digest: `sha256:${asset.digest}`, origin: 'platform' as const }] : [],
  );
}
