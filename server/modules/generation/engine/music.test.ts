import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { houseModels } from '../../../../models/catalogue.ts';
import { createRandom } from '../../../../models/contract/random.ts';
import { MOOD, type Mood } from '../../../../models/contract/mood.ts';
import { planTrack } from './child/music/pulse/plan.ts';
import { createEngine } from './engine.ts';
import { centroid, heard, inScale, levels, readScore, strength } from './listening.ts';
import { LOUDNESS_LUFS, loudnessOf, type Stereo, TRUE_PEAK_DBTP_MAX, truePeakOf } from './media/loudness.ts';
import type { Engine, MediaOutput } from './types.ts';

vi.setConfig({ testTimeout: 120_000 });

const models = houseModels().filter(({ modality }) => modality === 'music');
let engine: Engine;
beforeAll(() => {
  engine = createEngine({ children: 2, scratch_dir: mkdtempSync(join(tmpdir(), 'music-test-')) });
});
afterAll(() => engine.close());

const pieces = new Map<string, Promise<MediaOutput[]>>();

const SECONDS: Record<string, number> = { chamber: 6, drone: 6, 'neon-pulse': 8, 'still-garden': 7 };

/** A short one, made once for all tests that ask for the same. */
function piece(slug: string, input: Record<string, unknown>, seed = 1): Promise<MediaOutput[]> {
  const key = JSON.stringify([slug, input, seed]);
  const made = pieces.get(key) ?? make(slug, input, seed);
  pieces.set(key, made);
  return made;
}

async function make(slug: string, input: Record<string, unknown>, seed: number): Promise<MediaOutput[]> {
  const { files, input_schema } = models.find((model) => model.slug === slug)!;
  const fields = Object.entries(input_schema.properties as Record<string, { default?: unknown }>);
  const result = await engine.run(
    {
      generation_id: slug,
      release: { binding: { kind: 'house' }, slug, modality: 'music', files },
      input: {
        ...Object.fromEntries(fields.map(([name, field]) => [name, field.default])),
        duration_s: SECONDS[slug],
        ...FIXED[slug],
        ...input,
      },
      seed,
      limits: { wall_ms_max: 100_000, memory_bytes_max: 2e9, output_bytes_max: 50e6 },
    },
    { signal: new AbortController().signal, onEvent: () => {} },
  );
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.outputs;
}

const DARK = { prompt: 'dark slow calm night, sad' };
const BRIGHT = { prompt: 'bright fast happy summer, drums' };
/** What is fixed in both, so that one piece serves many tests */
const FIXED: Record<string, Record<string, unknown>> = {
  chamber: { scale: 'phrygian' },
  drone: { harmony: 'minor' },
  'neon-pulse': { scale: 'dorian' },
  'still-garden': { scale: 'hirajoshi', instrument: 'koto' },
};
const master = async (of: Promise<MediaOutput[]>) => heard((await of)[0]!.bytes);
const score = async (of: Promise<MediaOutput[]>) =>
  readScore((await of).find(({ role }) => role === 'midi')!.bytes);

describe.each(models.map(({ slug }) => slug))('%s', (slug) => {
  test('is as loud as every other piece, clips nowhere and is never silent for long', async () => {
    for (const audio of await Promise.all([DARK, BRIGHT].map((words) => master(piece(slug, words))))) {
      expect(audio.left.length / audio.sampleRate).toBeCloseTo(SECONDS[slug]!, 2);
      expect(Math.abs(loudnessOf(audio) - LOUDNESS_LUFS)).toBeLessThan(1);
      expect(truePeakOf(audio)).toBeLessThanOrEqual(TRUE_PEAK_DBTP_MAX + 0.1);
      expect(Math.max(...audio.left.subarray(-200).map(Math.abs))).toBeLessThan(0.02); // fades out
      const silences = levels(audio).map((level) => level < 10 ** (-60 / 20));
      const longest = silences.reduce(
        (run, silent) => [silent ? run[0]! + 1 : 0, Math.max(run[1]!, run[0]!)],
        [0, 0],
      );
      expect(longest[1]! / 20).toBeLessThan(1.5);
    }
  });

  test('sounds brighter for bright words than for dark ones', async () => {
    const [dark, bright] = [await master(piece(slug, DARK)), await master(piece(slug, BRIGHT))];
    expect(centroid(bright)).toBeGreaterThan(1.15 * centroid(dark));
  });
});

test.each(['neon-pulse', 'still-garden', 'drone'])(
  '%s gives the same bytes for the same seed and others for another',
  async (slug) => {
    const short = { ...BRIGHT, duration_s: 4 };
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => make(slug, short, seed)));
    if (!first || !again || !other) throw new Error('three pieces were asked for');
    expect(again.map(({ role }) => role)).toEqual(first.map(({ role }) => role));
    for (const [i, { bytes, role }] of first.entries()) {
      expect(Buffer.compare(bytes, again[i]!.bytes), role).toBe(0);
      expect(Buffer.compare(bytes, other[i]!.bytes), role).not.toBe(0);
    }
  },
);

describe('the words are heard', () => {
  test.each(['chamber', 'neon-pulse', 'still-garden'])('%s is faster for fast words', async (slug) => {
    const [slow, fast] = [await score(piece(slug, DARK)), await score(piece(slug, BRIGHT))];
    expect(fast.bpm - slow.bpm).toBeGreaterThan(20);
    expect(fast.notes.length).toBeGreaterThan(slow.notes.length);
  });

  test('drums for those who ask for them', async () => {
    for (const slug of ['chamber', 'still-garden']) {
      expect((await score(piece(slug, DARK))).notes.some(({ drum }) => drum)).toBe(false);
      expect((await score(piece(slug, BRIGHT))).notes.some(({ drum }) => drum)).toBe(true);
    }
  });

  test('a beat in the depth of a drone, for those who ask for drums', async () => {
    const beats = async (words: typeof DARK) => {
      const all = levels(await master(piece('drone', words))).slice(50, 120);
      return (
        all.reduce((sum, level, i) => sum + Math.max(0, level - (all[i - 1] ?? level)), 0) / Math.max(...all)
      );
    };
    expect(await beats(BRIGHT)).toBeGreaterThan(1.3 * (await beats(DARK)));
  });
});

describe('the scale that is asked for', () => {
  test.each([
    ['chamber', [0, 1, 3, 5, 7, 8, 10]],
    ['neon-pulse', [0, 2, 3, 5, 7, 9, 10]],
    ['still-garden', [0, 2, 3, 7, 8]],
  ])('%s keeps to it, and uses it', async (slug, steps) => {
    const played = await score(piece(slug, BRIGHT));
    const pitched = played.notes.filter(({ drum }) => !drum);
    expect(pitched.length).toBeGreaterThanOrEqual(10);
    expect(new Set(pitched.map(({ pitch }) => pitch % 12)).size).toBeGreaterThanOrEqual(4);
    expect(inScale(played, steps)).toBe(1);
  });

  test('a drone in minor has the small third, in major the great one', async () => {
    const minor = await master(piece('drone', DARK));
    const major = await master(piece('drone', { ...DARK, harmony: 'major' }));
    const roots = Array.from({ length: 200 }, (_, i) => 50 + i * 0.3);
    const fits = roots.map((root) =>
      [2, 3, 4].reduce((sum, part) => sum + strength(minor, part * root) + strength(major, part * root), 0),
    );
    const root = roots[fits.indexOf(Math.max(...fits))]!;
    const near = (audio: Stereo, hertz: number) =>
      Math.max(...[-0.5, -0.25, 0, 0.25, 0.5].map((off) => strength(audio, hertz + off)));
    expect(near(minor, 2.4 * root)).toBeGreaterThan(2 * near(minor, 2.5 * root));
    expect(near(major, 2.5 * root)).toBeGreaterThan(2 * near(major, 2.4 * root));
  });
});

describe('the form', () => {
  test('a track of any length has a drop, whole bars that fit and sections without gaps', () => {
    for (const tempo of [-1, -0.3, 0.2, 1])
      for (let seconds = 8; seconds <= 90; seconds += 3.7) {
        const mood = Object.fromEntries(MOOD.map((name) => [name, name === 'tempo' ? tempo : 0.1])) as Mood;
        const plan = planTrack({ mood, scale: null, groove: null, seconds, random: createRandom(seconds) });
        expect(plan.bars * 16 * plan.step).toBeLessThan(seconds - 1);
        expect(plan.bars * 16 * plan.step).toBeGreaterThan(seconds - 9);
        expect(plan.chords).toHaveLength(plan.bars);
        expect(plan.sections.some(({ kind }) => kind === 'drop')).toBe(true);
        plan.sections.forEach(({ from, bars }, i) => {
          expect(bars).toBeGreaterThan(0);
          expect(from + bars).toBe(plan.sections[i + 1]?.from ?? plan.bars);
        });
      }
  });

  test('dance music stands on its grid, the garden does not', async () => {
    /** mean distance of the notes from the nearest sixteenth, in sixteenths: a quarter by chance */
    const off = async (slug: string) => {
      const { bpm, notes } = await score(piece(slug, BRIGHT));
      const places = notes.map(({ start }) => (start * bpm) / 15);
      return places.reduce((sum, place) => sum + Math.abs(place - Math.round(place)), 0) / places.length;
    };
    expect(await off('neon-pulse')).toBeLessThan(0.02);
    expect(await off('still-garden')).toBeGreaterThan(0.15);
  });

  test('a drone runs on without a click where its pieces meet', async () => {
    const { left } = await master(piece('drone', DARK));
    const bend = (i: number) => Math.abs(left[i + 1]! - 2 * left[i]! + left[i - 1]!);
    const everywhere = Array.from({ length: 4000 }, (_, k) => bend(48_000 + k * 60)).sort((a, b) => a - b);
    const usual = everywhere[Math.floor(everywhere.length * 0.999)]!;
    for (let seam = 24_000; seam < left.length - 24_000; seam += 24_000)
      expect(Math.max(bend(seam - 1), bend(seam), bend(seam + 1))).toBeLessThan(usual * 1.5);
  });
});
