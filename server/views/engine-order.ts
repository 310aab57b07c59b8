import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { present } from '../kit/assert.ts';
import { onePer } from '../kit/batcher.ts';
import { codeOf } from '../kit/system-error.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';

/** How long one run may take, by the wall clock. */
const WALL_MS_MAX = { image: 60_000, video: 180_000, music: 120_000 };
const MEMORY_BYTES_MAX = 3_000_000_000;
/** Of all that one job makes. */
export const JOB_BYTES_MAX = 100_000_000;
const RELEASES_KEPT = 200;

export type Ordered = Pick<generation.Generation, 'release_id' | 'input' | 'seed'> & {
  id: string;
  attempts?: number;
};

/** What an engine is to do for a job; where the files lie is for whoever runs it to say. */
export async function engineOrderOf(context: Context, job: Ordered) {
  const release = await releaseOfJob(context, job.release_id);
  const { binding, slug, modality } = release;
  return {
    generation_id: job.id,
    attempt: job.attempts,
    release: {
      binding,
      slug,
      modality,
      files: release.files.map(({ role, sha256 }) => ({ role, sha256 })),
    },
    input: job.input,
    seed: job.seed,
    limits: {
      wall_ms_max: (binding.kind === 'pull' ? binding.wall_ms_max : null) ?? WALL_MS_MAX[modality],
      memory_bytes_max: MEMORY_BYTES_MAX,
      output_bytes_max: JOB_BYTES_MAX,
    },
  };
}

/** The same with the files where they lie here. */
export async function localOrderOf(
  context: Context,
  job: Ordered,
): Promise<Parameters<generation.Engine['run']>[0]> {
  const order = await engineOrderOf(context, job);
  const files = order.release.files.map((file) => ({
    ...file,
    path: context.model_files.pathOf(file.sha256),
  }));
  return { ...order, release: { ...order.release, files }, pictures: await picturesOf(context, job) };
}

async function picturesOf(context: Context, job: Ordered): Promise<generation.InputPictures> {
  const pictures = await picturesOfJob(context, job);
  return Object.fromEntries(
    pictures.map(({ field, sha256, ...said }) => [
      field,
      { sha256, ...said, read: () => readIfThere(context.media.pathOf(sha256)) },
    ]),
  );
}

/** The pictures that its input names, each with a link to it. */
export async function picturesOfJob(
  context: Context,
  { id, release_id }: Pick<Ordered, 'id' | 'release_id'>,
) {
  const release = await releaseOfJob(context, release_id);
  if (generation.assetFields(release.input_schema).length === 0) return [];
  const pictures = await generation.inputPictures(context.db, id);
  const at = context.clock.now();
  return pictures.map(({ field, digest, extension, mime }) => ({
    ...{ field, sha256: digest, extension, mime },
    url: context.media_links.link({ digest, extension }, at),
  }));
}

/** Where a file that the job needs lies: one of its release, or a picture that its input names. */
export async function placeOfFile(context: Context, job: Ordered, sha256: string): Promise<string | null> {
  const { files } = await releaseOfJob(context, job.release_id);
  if (files.some((file) => file.sha256 === sha256)) return context.model_files.pathOf(sha256);
  const pictures = await picturesOfJob(context, job);
  return pictures.some((picture) => picture.sha256 === sha256) ? context.media.pathOf(sha256) : null;
}

const readIfThere = (place: string): Promise<Uint8Array | null> =>
  readFile(place).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });

const releasesOf = onePer((_: Context) => new Map<string, registry.Release>());

/** What a job runs. What is read of it here never changes, so each is read once. */
export async function releaseOfJob(
  context: Context,
  id: generation.Generation['release_id'],
): Promise<registry.Release> {
  const kept = releasesOf(context);
  const known = kept.get(id);
  if (known) return known;
  const release = present(await registry.releaseById(context.db, id), 'the release of a job');
  if (kept.size >= RELEASES_KEPT) kept.clear();
  kept.set(id, release);
  return release;
}
