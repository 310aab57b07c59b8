import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEngine, type Engine, type MediaOutput } from '../server/modules/generation/engine/index.ts';
import { houseModels, type HouseModel } from './catalogue.ts';
import { recipes } from './recipes/index.ts';

/** Generations take seconds, and many on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const models = houseModels();
let engine: Engine;

beforeAll(() => {
  engine = createEngine({ children: 1, scratch_dir: mkdtempSync(join(tmpdir(), 'models-test-')) });
});
afterAll(() => engine.close());

function model(slug: string): HouseModel {
  const found = models.find((candidate) => candidate.slug === slug);
  if (!found) throw new Error(`no model ${slug}`);
  return found;
}

function defaults({ input_schema }: HouseModel): Record<string, unknown> {
  const properties = input_schema.properties as Record<string, { default?: unknown }>;
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

async function generate(slug: string, input: Record<string, unknown>, seed = 1): Promise<MediaOutput[]> {
  const { modality, files } = model(slug);
  const result = await engine.run(
    {
      generation_id: 'test',
      release: { engine: 'onnx/1', slug, modality, files },
      input: { ...defaults(model(slug)), ...input },
      seed,
      limits: { wall_ms_max: 60_000, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
    },
    { signal: new AbortController().signal, onEvent: () => {} },
  );
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.outputs;
}

/** mean red, green and blue of the middle of the picture, 0..255 */
async function meanColour(bytes: Uint8Array): Promise<[number, number, number]> {
  const { width, height } = await sharp(bytes).metadata();
  const middle = {
    left: Math.floor(width / 4),
    top: Math.floor(height / 4),
    width: Math.floor(width / 2),
    height: Math.floor(height / 2),
  };
  const { channels } = await sharp(await sharp(bytes).removeAlpha().extract(middle).png().toBuffer()).stats();
  return channels.slice(0, 3).map(({ mean }) => mean) as [number, number, number];
}

function tempoOf(midi: Uint8Array): number {
  const at = Buffer.from(midi).indexOf(Buffer.from([0xff, 0x51, 3]));
  return 60e6 / Buffer.from(midi).readUIntBE(at + 3, 3);
}

describe.each(models)('$slug', (house) => {
  test('its files are what the manifest says', () => {
    for (const { path, sha256, bytes } of house.files) {
      const content = readFileSync(path);
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  test('its input schema is valid, describes every field and takes its own defaults', () => {
    const ajv = new Ajv2020({ strict: true, keywords: ['x-ui'] });
    const validate = ajv.compile(house.input_schema);
    expect(validate({ ...defaults(house), prompt: 'anything' })).toBe(true);
    expect(validate({ ...defaults(house), prompt: 'anything', surprise: 1 })).toBe(false);
    for (const field of Object.values(
      house.input_schema.properties as Record<string, Record<string, unknown>>,
    ))
      expect(field).toMatchObject({
        title: expect.any(String),
        description: expect.any(String),
        'x-ui': { control: expect.any(String) },
      });
  });

  test('what it is metered by is in its input', () => {
    const fields = Object.keys(house.input_schema.properties as object);
    const { metering } = house;
    expect(fields).toEqual(
      expect.arrayContaining(
        metering.kind === 'pixels' ? [metering.width, metering.height] : [metering.field],
      ),
    );
  });

  test('it has a card and samples that validate against its schema', () => {
    const validate = new Ajv2020({ strict: true, keywords: ['x-ui'] }).compile(house.input_schema);
    expect(house.card).toContain(`# ${house.title}`);
    expect(house.samples.length).toBeGreaterThanOrEqual(3);
    for (const sample of house.samples) {
      expect(validate(sample.input)).toBe(true);
      expect(statSync(sample.file).size).toBe(sample.bytes);
      expect(sample.bytes).toBeLessThan(
        house.modality === 'image' ? 60_000 : house.modality === 'video' ? 400_000 : 900_000,
      );
      if (sample.picture) expect(existsSync(sample.picture)).toBe(true);
    }
  });
});

test('the whole catalogue is small', () => {
  const bytes = models.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeLessThan(12e6);
});

test('a recipe draws the very networks that are kept', async () => {
  for (const recipe of recipes) {
    const built = await recipe.build({ retrain: false });
    const digests = built.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
    expect(digests, recipe.slug).toEqual(model(recipe.slug).files.map(({ sha256 }) => sha256));
  }
});

describe('the prompt steers', () => {
  test.each([
    ['drift', { width: 256, height: 256 }],
    ['horizon', { width: 256, height: 256 }],
    ['spritelet', { size: 384 }],
  ])('%s is redder for red and bluer for blue', async (slug, size) => {
    const thing = slug === 'spritelet' ? 'heart' : 'mountains';
    for (const seed of [1, 2, 3]) {
      const [red] = await generate(slug, { ...size, prompt: `red ${thing}` }, seed);
      const [blue] = await generate(slug, { ...size, prompt: `blue ${thing}` }, seed);
      const [redMean, blueMean] = [await meanColour(red!.bytes), await meanColour(blue!.bytes)];
      expect(redMean[0] - redMean[2]).toBeGreaterThan(20);
      expect(blueMean[2] - blueMean[0]).toBeGreaterThan(20);
    }
  });

  test('a film keeps its colour in the poster', async () => {
    const small = { width: 256, height: 256, duration_s: 2 };
    const [red] = await generate('drift-motion', { ...small, prompt: 'red silk' });
    const mean = await meanColour(red!.poster!.bytes);
    expect(mean[0] - mean[2]).toBeGreaterThan(20);
  });

  test('tempo words change the tempo', async () => {
    for (const seed of [1, 2, 3]) {
      const [, slow] = await generate('chamber', { prompt: 'slow calm lullaby', duration_s: 10 }, seed);
      const [, fast] = await generate('chamber', { prompt: 'fast energetic dance', duration_s: 10 }, seed);
      expect(tempoOf(fast!.bytes) - tempoOf(slow!.bytes)).toBeGreaterThan(30);
    }
  });

  test('a prompt without a known word still makes a picture', async () => {
    const [picture] = await generate('drift', { prompt: 'xqzr ひかり', width: 256, height: 256 });
    expect(picture!.bytes.length).toBeGreaterThan(500);
  });
});

test.each(['drift', 'spritelet', 'chamber'])('%s gives the same bytes for the same seed', async (slug) => {
  const input = {
    prompt: 'green forest',
    ...(slug === 'chamber' && { duration_s: 8 }),
    ...(slug === 'drift' && { width: 256, height: 256 }),
  };
  const [first] = await generate(slug, input, 9);
  const [again] = await generate(slug, input, 9);
  const [other] = await generate(slug, input, 10);
  expect(Buffer.compare(first!.bytes, again!.bytes)).toBe(0);
  expect(Buffer.compare(first!.bytes, other!.bytes)).not.toBe(0);
});
