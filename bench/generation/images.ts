import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { houseModels } from '../../models/catalogue.ts';
import { createEngine } from '../../server/modules/generation/index.ts';
import { quantile, round } from '../quantile.ts';

const ROUNDS = 7;
const SIDE = 512;
const LIMITS = { wall_ms_max: 60_000, memory_bytes_max: 3_000_000_000, output_bytes_max: 100_000_000 };

/** Milliseconds of one 512x512 picture of each house model in a warm process, with its encoding; medians, model by model in turn. */
export async function images(): Promise<Record<string, number>> {
  const scratch_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-images-'));
  const engine = createEngine({ children: 1, scratch_dir });
  const models = houseModels().filter(({ modality }) => modality === 'image');
  const taken = new Map<string, number[]>(models.map(({ slug }) => [slug, []]));
  try {
    // the first round opens the networks and is not counted
    for (let turn = 0; turn <= ROUNDS; turn += 1)
      for (const { slug, files, input_schema } of models) {
        const began = performance.now();
        const result = await engine.run(
          {
            generation_id: `${slug}-${turn}`,
            release: { binding: { kind: 'house' }, slug, modality: 'image', files },
            input: { ...defaultsOf(input_schema), prompt: 'golden silk in soft morning light', ...SIZE },
            seed: turn,
            limits: LIMITS,
          },
          { signal: new AbortController().signal, onEvent: () => {} },
        );
        if (!result.ok) throw new Error(`${slug}: ${result.message}`);
        if (turn > 0) taken.get(slug)?.push(performance.now() - began);
      }
  } finally {
    await engine.close();
    await rm(scratch_dir, { recursive: true, force: true });
  }
  const medians = [...taken].map(([slug, times]) => [slug, round(quantile(times, 0.5))] as const);
  return {
    image_512_ms_p50: round(
      quantile(
        medians.map(([, ms]) => ms),
        0.5,
      ),
    ),
    ...Object.fromEntries(medians.map(([slug, ms]) => [`image_512_ms_p50_${slug.replaceAll('-', '_')}`, ms])),
  };
}

/** A model has either both sides or one. */
const SIZE = { width: SIDE, height: SIDE, size: SIDE };

function defaultsOf(schema: Record<string, unknown>): Record<string, unknown> {
  const properties: Record<string, { default?: unknown }> = { ...Object(schema.properties) };
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default]],
    ),
  );
}
