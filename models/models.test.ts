import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEngine, type Engine, type MediaOutput } from '../server/modules/generation/engine/index.ts';
import { houseModels, type HouseModel } from './catalogue.ts';
import {
  alike,
  difference,
  grey,
  lighterThan,
  mean,
  meanColour,
  middleTone,
  patches,
  turnedAlike,
} from './looking.ts';
import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from './contract/prompt.ts';
import { createRandom, normals } from './contract/random.ts';
import { NOISE } from './contract/tensors.ts';
import { Canvas } from './recipes/canvas.ts';
import { drawSpecimen, SIDE } from './recipes/sprites/corpus.ts';
import { THINGS } from './recipes/words/attributes.ts';
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
      release: { binding: { kind: 'house' }, slug, modality, files },
      input: { ...defaults(model(slug)), ...input },
      seed,
      limits: { wall_ms_max: 60_000, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
    },
    { signal: new AbortController().signal, onEvent: () => {} },
  );
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.outputs;
}

const SMALL = { width: 256, height: 256 };

/** The networks are the kept ones to the last bit, so more seeds say something only after they were made anew. */
const SEEDS = [1, 2, 3];
/** `npm run test:faults`: some ten minutes of pictures and films. */
const atLength = process.env.FAULTS === 'long';

/** One small frame of a film that a painter draws, straight from its network. */
async function frameOf(slug: string, input: { prompt: string }, time: number): Promise<Uint8Array> {
  const house = model(slug);
  const session = await sessionOf(house);
  const { tokens, mask } = promptFeatures(input.prompt);
  const floats = (values: Iterable<number>, shape: number[]) =>
    new ort.Tensor('float32', Float32Array.from(values), shape);
  const integers = (...values: bigint[]) =>
    new ort.Tensor('int64', BigInt64Array.from(values), [values.length]);
  const sliders = Object.entries({ ...defaults(house), ...input })
    .filter(([name]) => session.inputNames.includes(`param_${name}`))
    .map(([name, value]) => [`param_${name}`, floats([Number(value)], [1])]);
  const { image } = await session.run({
    tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
    token_mask: floats(mask, [PROMPT_WORDS_MAX]),
    noise: floats(normals(createRandom(1), NOISE), [1, NOISE]),
    size: integers(128n, 128n),
    rows: integers(0n, 128n),
    time: floats([time], [1]),
    ...Object.fromEntries(sliders),
  });
  return image!.data as Uint8Array;
}

const sessions = new Map<string, Promise<ort.InferenceSession>>();

function sessionOf({ slug, files }: HouseModel): Promise<ort.InferenceSession> {
  const painter = files.find(({ role }) => role === 'painter')!;
  const session =
    sessions.get(slug) ??
    ort.InferenceSession.create(painter.path, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  sessions.set(slug, session);
  return session;
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
      expect(sample.bytes).toBeLessThan(house.modality === 'image' ? 120_000 : 900_000);
      if (sample.picture) expect(existsSync(sample.picture)).toBe(true);
    }
  });
});

test('the whole catalogue is small', () => {
  const files = new Map(models.flatMap((house) => house.files.map(({ sha256, bytes }) => [sha256, bytes])));
  expect([...files.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(12e6);
});

test('a recipe draws the very networks that are kept', async () => {
  for (const recipe of recipes) {
    const built = await recipe.build({ retrain: false });
    const digests = built.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
    expect(digests, recipe.slug).toEqual(model(recipe.slug).files.map(({ sha256 }) => sha256));
  }
});

describe.runIf(atLength)('the prompt steers', () => {
  test.each([
    ['drift', { width: 256, height: 256 }],
    ['horizon', { width: 256, height: 256 }],
    ['spritelet', { size: 384 }],
    ['mandala', { width: 256, height: 256 }],
    ['reaction', { width: 256, height: 256, cells: 128, age: 80 }],
    ['vitrail', { width: 256, height: 256 }],
  ])('%s is redder for red and bluer for blue', async (slug, size) => {
    const thing = slug === 'spritelet' ? 'heart' : slug === 'reaction' ? 'coral' : 'mountains';
    for (const seed of SEEDS) {
      const [red] = await generate(slug, { ...size, prompt: `red ${thing}` }, seed);
      const [blue] = await generate(slug, { ...size, prompt: `blue ${thing}` }, seed);
      const [redMean, blueMean] = [await meanColour(red!.bytes), await meanColour(blue!.bytes)];
      expect(redMean[0] - redMean[2]).toBeGreaterThan(20);
      expect(blueMean[2] - blueMean[0]).toBeGreaterThan(20);
    }
  });

  test.each([
    ['drift-motion', 'silk', {}],
    ['horizon-timelapse', 'mountains', {}],
    ['mandala-turn', 'flower', {}],
    ['morphogenesis', 'maze', { cells: 128, age: 160 }],
    ['sprite-morph', 'heart', { size: 384, steps: 8 }],
  ])('%s keeps its colour in the poster', async (slug, thing, size) => {
    const short = { ...SMALL, duration_s: 0.5, ...size };
    const [red] = await generate(slug, { ...short, prompt: `red ${thing}` });
    const [blue] = await generate(slug, { ...short, prompt: `blue ${thing}` });
    const [redMean, blueMean] = [await meanColour(red!.poster!.bytes), await meanColour(blue!.poster!.bytes)];
    expect(redMean[0] - redMean[2]).toBeGreaterThan(20);
    expect(blueMean[2] - blueMean[0]).toBeGreaterThan(20);
  });

  test('a colour named outright outweighs the scene it stands in, and the second colour is heard too', async () => {
    for (const prompt of ['red ocean', 'ocean, red', 'a red night sky']) {
      const [picture] = await generate('horizon', { ...SMALL, prompt });
      const [red, , blue] = await meanColour(picture!.bytes);
      expect(red - blue, prompt).toBeGreaterThan(15);
    }
    const [alone] = await generate('vitrail', { ...SMALL, prompt: 'teal mosaic' });
    const [both] = await generate('vitrail', { ...SMALL, prompt: 'teal and orange ocean' });
    const rednessOf = async (bytes: Uint8Array) => (await meanColour(bytes))[0];
    expect(await rednessOf(both!.bytes)).toBeGreaterThan((await rednessOf(alone!.bytes)) + 10);
  });

  test.each([
    ['mandala', {}],
    ['reaction', { cells: 128, age: 80 }],
    ['vitrail', {}],
  ])('%s is lighter for bright than for dark', async (slug, size) => {
    for (const seed of SEEDS) {
      const [dark] = await generate(slug, { ...SMALL, ...size, prompt: 'dark blue' }, seed);
      const [bright] = await generate(slug, { ...SMALL, ...size, prompt: 'bright blue' }, seed);
      expect(mean(await grey(bright!.bytes)) - mean(await grey(dark!.bytes))).toBeGreaterThan(25);
    }
  });

  test.each([
    ['five petals', 0, 5],
    ['icy snowflake', 0, 6],
    ['seven', 0, 7],
    ['eightfold lotus', 0, 8],
    ['five petals', 9, 9],
  ])('a mandala of "silver %s" and slider %i repeats %i times', async (words, slider, folds) => {
    const [picture] = await generate('mandala', {
      ...SMALL,
      prompt: `silver ${words}`,
      petals: slider,
      depth: -1, // light from one side is not symmetrical
    });
    const seen = await grey(picture!.bytes);
    expect(turnedAlike(seen, folds)).toBeGreaterThan(0.8);
    for (const other of [folds - 1, folds + 1]) expect(turnedAlike(seen, other)).toBeLessThan(0.7);
  });

  test('organisms live as the words say', async () => {
    const grown = async (words: string, seed: number, age = 120) => {
      const prompt = `yellow ${words} on dark blue`;
      const [picture] = await generate('reaction', { ...SMALL, cells: 128, age, prompt }, seed);
      const seen = await grey(picture!.bytes);
      const edge = middleTone(seen);
      return { bodies: patches(seen, edge), cover: lighterThan(seen, edge) };
    };
    for (const seed of SEEDS) {
      const [spots, maze] = [await grown('spots', seed), await grown('maze', seed)];
      expect(spots.bodies).toBeGreaterThan(2 * maze.bodies);
      expect(maze.cover).toBeGreaterThan(spots.cover + 0.15);
      expect((await grown('many coral', seed)).cover).toBeGreaterThan(
        2 * (await grown('one coral', seed)).cover,
      );
      expect((await grown('coral', seed, 250)).cover).toBeGreaterThan(
        1.4 * (await grown('coral', seed, 30)).cover,
      );
    }
  });

  test('windows are round for a rose, and have as many panes as asked for', async () => {
    const seen = async (words: string, panes = 0) => {
      const [picture] = await generate('vitrail', { ...SMALL, prompt: `yellow ${words}`, panes }, 2);
      return grey(picture!.bytes);
    };
    expect(turnedAlike(await seen('rose window'), 6)).toBeGreaterThan(0.8);
    expect(turnedAlike(await seen('hills'), 6)).toBeLessThan(0.5);
    expect(patches(await seen('hills', 1), 75)).toBeGreaterThan(3 * patches(await seen('hills', -1), 75));
    expect(lighterThan(await seen('sunset hills'), 235)).toBeGreaterThan(0.03); // the sun's disc
  });

  test('the hour of the words stands in the poster of a day', async () => {
    const lightAt = async (hour: string) => {
      const input = { ...SMALL, duration_s: 0.5, prompt: `violet mountains, ${hour}` };
      const [film] = await generate('horizon-timelapse', input);
      return mean(await grey(film!.poster!.bytes));
    };
    const [night, dusk, noon] = [await lightAt('night'), await lightAt('sunset'), await lightAt('noon sun')];
    expect(dusk).toBeGreaterThan(night + 25);
    expect(noon).toBeGreaterThan(dusk + 5);
  });

  test('a morph shows what it is asked for, one after the other', async () => {
    const input = { size: 384, steps: 8, duration_s: 0.5, rest: 0.9 };
    // the poster is taken at a third: of three stations the second
    const [first] = await generate('sprite-morph', {
      ...input,
      prompt: 'green ghost, red heart, green ghost',
    });
    const [second] = await generate('sprite-morph', { ...input, prompt: 'red heart, blue fish, red heart' });
    const redness = async (film: MediaOutput) => {
      const [red, , blue] = await meanColour(film.poster!.bytes);
      return red - blue;
    };
    expect(await redness(first!)).toBeGreaterThan(20);
    expect(await redness(second!)).toBeLessThan(-20);
  });

  test('the outline of a sprite is that of the thing that is asked for', async () => {
    const random = createRandom(3);
    const red = { hue: 0.37, vivid: 0.9, light: 0 };
    const drawn = THINGS.map((_, thing) => {
      const mean = new Float32Array(SIDE * SIDE);
      for (let k = 0; k < 4; k++)
        bodyOf(drawSpecimen({ thing, coat: red, ground: 1 }, random), 0.25).forEach(
          (value, i) => (mean[i]! += value),
        );
      return mean;
    });
    let known = 0;
    for (const [thing, name] of THINGS.entries()) {
      const [sprite] = await generate('spritelet', { prompt: `bright red ${name}`, size: 384, steps: 16 }, 5);
      const pixels = await sharp(sprite!.bytes)
        .resize(SIDE, SIDE, { kernel: 'nearest' })
        .removeAlpha()
        .raw()
        .toBuffer();
      const likeness = drawn.map((mean) => alike(bodyOf(pixels, 32), mean));
      if (likeness.indexOf(Math.max(...likeness)) === thing) known++;
    }
    expect(known).toBeGreaterThanOrEqual(14); // of 18 by their outlines alone; by chance it would be one
  });

  test('a prompt without a known word still makes a picture', async () => {
    const [picture] = await generate('drift', { prompt: 'xqzr ひかり', width: 256, height: 256 });
    expect(picture!.bytes.length).toBeGreaterThan(500);
  });
});

/** 1 where a sprite stands, 0 where its ground is: what differs from the left border of its row */
function bodyOf(pixels: ArrayLike<number>, least: number): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const border = Math.floor(i / SIDE) * SIDE * 3;
    return [0, 1, 2].some((c) => Math.abs(pixels[i * 3 + c]! - pixels[border + c]!) > least) ? 1 : 0;
  });
}

describe.runIf(atLength)('films', () => {
  test.each(['drift-motion', 'mandala-turn', 'horizon-timelapse'])(
    '%s closes without a cut and moves without a jump',
    async (slug) => {
      const input = { prompt: 'red mountains, storm' };
      const [start, next, last, end] = [
        await frameOf(slug, input, 0),
        await frameOf(slug, input, 1 / 72),
        await frameOf(slug, input, 71 / 72),
        await frameOf(slug, input, 1),
      ];
      expect(difference(start, end)).toBeLessThan(0.5);
      expect(difference(start, next)).toBeGreaterThan(0.2);
      expect(difference(start, next)).toBeLessThan(25);
      expect(difference(last, end)).toBeLessThan(25);
    },
  );

  test.each(['drift-motion', 'mandala-turn'])('%s is faster for fast and for the slider', async (slug) => {
    const motion = async (input: { prompt: string; duration_s: number; pace: number }) =>
      difference(await frameOf(slug, input, 0.2), await frameOf(slug, input, 0.2 + 1 / 144));
    const slow = await motion({ prompt: 'slow calm blue', duration_s: 5, pace: 0 });
    expect(await motion({ prompt: 'fast wild blue', duration_s: 5, pace: 0 })).toBeGreaterThan(1.3 * slow);
    expect(await motion({ prompt: 'slow calm blue', duration_s: 5, pace: 1 })).toBeGreaterThan(1.2 * slow);
  });

  test('growth goes on from frame to frame', async () => {
    const input = { ...SMALL, cells: 128, duration_s: 0.5, prompt: 'yellow coral on dark blue' };
    const cover = async (age: number) => {
      const [film] = await generate('morphogenesis', { ...input, age });
      const seen = await grey(film!.poster!.bytes);
      return lighterThan(seen, middleTone(seen));
    };
    expect(await cover(400)).toBeGreaterThan(1.3 * (await cover(60)));
  });
});

describe('what is no picture', () => {
  const painted = async (name: string, paint: (canvas: Canvas) => Uint8Array) => {
    const path = join(mkdtempSync(join(tmpdir(), 'models-test-')), 'painter.onnx');
    const bytes = paint(new Canvas(name, 1));
    writeFileSync(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return engine.run(
      {
        generation_id: name,
        release: {
          binding: { kind: 'house' },
          slug: name,
          modality: 'image',
          files: [{ role: 'painter', path, sha256 }],
        },
        input: { prompt: 'anything', width: 128, height: 128 },
        seed: 1,
        limits: { wall_ms_max: 60_000, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
      },
      { signal: new AbortController().signal, onEvent: () => {} },
    );
  };

  test('values that are no numbers are refused, were they in one corner only', async () => {
    const result = await painted('torn', (canvas) => {
      const torn = canvas.x.plus(0.9).sqrt().times(0).plus(0.5); // no root at the left border
      return canvas.finish(canvas.graph.concat([torn, canvas.x.times(0.1), canvas.y.times(0.1)], 0));
    });
    expect(result).toMatchObject({ ok: false, code: 'output_rejected', retryable: false });
  });

  test('a picture of one colour is refused', async () => {
    const result = await painted('plain', (canvas) => {
      const flat = canvas.x.times(0);
      return canvas.finish(canvas.graph.concat([flat.plus(0.5), flat, flat], 0));
    });
    expect(result).toMatchObject({ ok: false, code: 'output_rejected', retryable: false });
  });
});

test.each(['drift', 'reaction', 'vitrail', 'spritelet', 'chamber'])(
  '%s gives the same bytes for the same seed',
  async (slug) => {
    const input = {
      prompt: 'green forest',
      ...(slug === 'chamber' && { duration_s: 8 }),
      ...(['drift', 'reaction', 'vitrail'].includes(slug) && SMALL),
      ...(slug === 'reaction' && { cells: 128, age: 40 }),
    };
    const [first] = await generate(slug, input, 9);
    const [again] = await generate(slug, input, 9);
    const [other] = await generate(slug, input, 10);
    expect(Buffer.compare(first!.bytes, again!.bytes)).toBe(0);
    expect(Buffer.compare(first!.bytes, other!.bytes)).not.toBe(0);
  },
);
