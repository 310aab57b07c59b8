import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { createEngine, type Engine, type MediaOutput } from '../server/modules/generation/engine/index.ts';
import { MODELS_ROOT, readManifest, type Manifest, type Sample } from './catalogue.ts';
import { recipes } from './recipes/index.ts';
import type { Recipe } from './recipes/recipe.ts';
import { retrainWords } from './recipes/words/store.ts';

/**
 * `npm run models:build [-- name ...] [--retrain] [--samples-only]`: draws the networks, writes digests
 * and manifests, then lets the product's own engine make the samples. The name `words` trains the
 * reading of prompts anew, which every model is built on.
 */
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const retrain = process.argv.includes('--retrain');
const samplesOnly = process.argv.includes('--samples-only');

if (names.includes('words')) retrainWords();
const chosen = recipes.filter(({ slug }) => names.length === 0 || names.includes(slug));
const engine = createEngine({ children: 1, scratch_dir: join(tmpdir(), 'stellary-models-build') });
for (const recipe of chosen) {
  if (!samplesOnly) await buildModel(recipe);
  await makeSamples(recipe, engine);
}
await engine.close();

async function buildModel(recipe: Recipe): Promise<void> {
  const directory = join(MODELS_ROOT, recipe.slug);
  mkdirSync(directory, { recursive: true });
  const built = await recipe.build({ retrain });
  for (const { file, bytes } of built) writeFileSync(join(directory, file), bytes);
  const { build: _build, samples: _samples, ...described } = recipe;
  const manifest: Manifest = {
    ...described,
    engine: 'onnx/1',
    files: built.map(({ role, file, bytes }) => ({ role, file, sha256: digest(bytes), bytes: bytes.length })),
  };
  writeFileSync(join(directory, 'manifest.json'), await json(manifest));
  console.log(
    `${recipe.slug}: ${manifest.files.map(({ file, bytes }) => `${file} ${bytes} bytes`).join(', ')}`,
  );
}

async function makeSamples(recipe: Recipe, engine: Engine): Promise<void> {
  const directory = join(MODELS_ROOT, recipe.slug, 'samples');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { files } = readManifest(join(MODELS_ROOT, recipe.slug));
  const samples: Sample[] = [];
  for (const { name, seed, input } of recipe.samples) {
    const { slug, modality } = recipe;
    const result = await engine.run(
      {
        generation_id: name,
        release: { binding: { kind: 'house' }, slug, modality, files },
        input,
        seed,
        limits: { wall_ms_max: 300_000, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
      },
      { signal: new AbortController().signal, onEvent: () => {} },
    );
    if (!result.ok) throw new Error(`${slug}/${name}: ${result.code}: ${result.message}`);
    samples.push(keepSample(directory, name, { seed, input }, result.outputs));
    console.log(`${slug}/${name}: ${samples.at(-1)!.bytes} bytes, ${result.inference_ms} ms in the model`);
  }
  writeFileSync(join(directory, 'samples.json'), await json(samples));
}

function keepSample(
  directory: string,
  name: string,
  made: Pick<Sample, 'seed' | 'input'>,
  outputs: MediaOutput[],
): Sample {
  const output = outputs[0]!;
  const { mime, extension, bytes } = outputs.find(({ role }) => role === 'opus') ?? output; // a fifth of the master
  const file = `${name}.${extension}`;
  writeFileSync(join(directory, file), bytes);
  const { width, height, duration_ms, thumbhash, waveform } = output;
  const still = output.modality === 'image' ? undefined : (output.poster ?? output.thumbnail);
  const picture = still && `${name}.still.webp`;
  if (still) writeFileSync(join(directory, picture!), still.bytes);
  return {
    file,
    mime,
    bytes: bytes.length,
    ...made,
    width,
    height,
    duration_ms,
    thumbhash,
    picture,
    waveform,
  };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Formatted as the repository is, so that a rebuild that changes nothing shows no difference. */
async function json(value: unknown): Promise<string> {
  return format(JSON.stringify(value), {
    ...(await resolveConfig(MODELS_ROOT)),
    plugins: [],
    parser: 'json',
  });
}
