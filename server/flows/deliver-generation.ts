import type { Context } from '../context.ts';
import { type AssetId, newId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';

type Leased = generation.Generation & { fence: string };
type Result = Extract<generation.EngineResult, { ok: true }>;

/**
 * Stores what a runner made and records it, once. Files are durable before the row that names them is.
 * Answers false when the lease was lost or the payer cancelled meanwhile: then nothing counts.
 */
export async function deliverGeneration(context: Context, job: Leased, result: Result): Promise<boolean> {
  const at = context.clock.now();
  const primary = result.outputs.filter(({ role }) => role === 'primary');
  const assets = await Promise.all(
    primary.map((output, ordinal) => storeAsset(context, job, output, ordinal, at, result.outputs)),
  );
  const runtime = { ...result.runtime, inference_ms: Math.round(result.inference_ms) };
  const delivered = await context.database.inTransaction(async (tx) => {
    const recorded = await generation.deliver(tx, job.id, job.fence, { assets, runtime, at });
    if (recorded)
      await tell(tx, 'generation.delivered', { generation_id: job.id, payer_id: job.payer_id }, at);
    return recorded;
  });
  if (delivered) context.wake.send('settle');
  return delivered;
}

async function storeAsset(
  context: Context,
  job: Leased,
  output: generation.MediaOutput,
  ordinal: number,
  at: Date,
  all: readonly generation.MediaOutput[],
): Promise<generation.NewAsset> {
  const picture = async (derived: generation.MediaOutput['thumbnail']) =>
    derived
      ? { digest: await context.media.put(derived.bytes), width: derived.width, height: derived.height }
      : null;
  const companions = all.filter(
    (other): other is generation.MediaOutput & { role: 'midi' } => other.role === 'midi',
  );
  const [digest, thumbnail, poster, stored] = await Promise.all([
    context.media.put(output.bytes),
    picture(output.thumbnail),
    picture(output.poster),
    Promise.all(
      companions.map(async ({ role, bytes, extension, mime }) => {
        return { role, digest: await context.media.put(bytes), extension, mime, bytes: bytes.byteLength };
      }),
    ),
  ]);
  return {
    id: newId<AssetId>(at),
    generation_id: job.id,
    owner_id: job.payer_id,
    ordinal,
    modality: output.modality,
    digest,
    extension: output.extension,
    mime: output.mime,
    bytes: BigInt(output.bytes.byteLength),
    width: output.width ?? null,
    height: output.height ?? null,
    duration_ms: output.duration_ms === undefined ? null : Math.round(output.duration_ms),
    thumbnail,
    poster,
    thumbhash: output.thumbhash ?? null,
    waveform: output.waveform ?? null,
    companions: stored,
    prompt: generation.promptOf(job.input),
    created_at: at,
  };
}
