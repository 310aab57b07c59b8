import type { Modality } from '#api/base.ts';

/**
 * What every submitted revision is asked for. Sheets name the suite by its version for ever: a word changed here is a
 * new version.
 */
export type BenchSuite = {
  version: string;
  prompts: Record<Modality, readonly BenchPrompt[]>;
  seeds: readonly number[];
  /** Models that take no words show what they can by more seeds. */
  seeds_without_prompt: readonly number[];
  cell_wall_ms_max: number;
  /** Of computing, all cells together; cells that come after it are not run and say so. */
  sheet_wall_ms_max: number;
  /** A usual cell that takes longer, half of the time, is worth a finding. */
  slow_ms: Record<Modality, number>;
};

export type BenchPrompt = { key: string; text: string; shows: string };

export const EMPTY_PROMPT: BenchPrompt = {
  key: 'empty',
  text: '',
  shows: 'what comes when nothing is asked',
};
/** Why the cells of a model fail that only machines of its owner run. */
export const OWN_MACHINES = 'own_machines';
export const NO_PROMPT: BenchPrompt = { key: 'none', text: '', shows: 'what it makes of a seed' };

export const BENCH_SUITE: BenchSuite = {
  version: 'stellary-bench/1',
  prompts: {
    image: [
      { key: 'object', text: 'a red teapot on a wooden table', shows: 'one thing, in its place' },
      { key: 'colour', text: 'deep teal and gold, nothing else', shows: 'two colours, and no others' },
      {
        key: 'composition',
        text: 'a small lighthouse in the lower left, an empty sky above',
        shows: 'where things stand',
      },
      { key: 'light', text: 'a forest path in low winter light', shows: 'light and depth' },
      { key: 'style', text: 'a quiet harbour as a woodcut in two inks', shows: 'a manner' },
      {
        key: 'textless',
        text: 'silk folding over itself, no words, no letters',
        shows: 'matter without signs',
      },
    ],
    video: [
      { key: 'object', text: 'a paper boat drifting across a pond', shows: 'one thing that moves' },
      { key: 'colour', text: 'ink of deep teal and gold spreading in water', shows: 'two colours' },
      { key: 'tempo', text: 'waves breaking on rocks, fast and wild', shows: 'quick movement' },
      {
        key: 'composition',
        text: 'clouds passing slowly over a wide plain',
        shows: 'slow movement, a still frame',
      },
      { key: 'style', text: 'a dancer, drawn in charcoal', shows: 'a manner' },
      {
        key: 'textless',
        text: 'silk folding over itself, no words, no letters',
        shows: 'matter without signs',
      },
    ],
    music: [
      { key: 'object', text: 'a solo piano', shows: 'one instrument' },
      { key: 'colour', text: 'warm strings, melancholy, minor key', shows: 'a mood' },
      { key: 'tempo', text: 'fast drums at 160 beats per minute', shows: 'quick time' },
      { key: 'composition', text: 'a slow theme that builds up and falls silent', shows: 'a form' },
      { key: 'style', text: 'a baroque dance for harpsichord', shows: 'a manner' },
      {
        key: 'textless',
        text: 'a wide drone without melody and without voices',
        shows: 'sound without words',
      },
    ],
  },
  seeds: [7, 20_260],
  seeds_without_prompt: [7, 20_260, 3, 11, 42, 1_001],
  cell_wall_ms_max: 120_000,
  sheet_wall_ms_max: 20 * 60_000,
  slow_ms: { image: 30_000, video: 90_000, music: 60_000 },
};

export type PlannedCell = {
  ordinal: number;
  prompt_key: string;
  setting: 'usual' | 'repeat' | 'smallest';
  seed: number;
  input: Record<string, unknown>;
};

type Json = Record<string, unknown>;
type Release = { modality: Modality; input_schema: Json };

/**
 * The cells of a release: every prompt with every seed at its defaults, the first of them twice, and the first prompt
 * once more at the smallest size. The first seed of all prompts comes first, so that a slow model shows something of
 * each. `usual` is an input with all defaults filled in.
 */
export function planCells({ modality, input_schema }: Release, usual: Json): PlannedCell[] {
  const fields = fieldsOf(input_schema);
  const prompt_field = promptField(fields);
  const seed_field = fields.find(([name, field]) => name === 'seed' || controlOf(field) === 'seed')?.[0];
  const prompts = prompt_field ? [...BENCH_SUITE.prompts[modality], EMPTY_PROMPT] : [NO_PROMPT];
  const seeds = prompt_field ? BENCH_SUITE.seeds : BENCH_SUITE.seeds_without_prompt;
  const smallest = smallestOf(fields, usual);
  const cell = ({ key, text }: BenchPrompt, seed: number, setting: PlannedCell['setting']) => ({
    prompt_key: key,
    setting,
    seed,
    input: {
      ...usual,
      ...(prompt_field && { [prompt_field[0]]: worded(text, prompt_field[1]) }),
      ...(seed_field && { [seed_field]: seed }),
      ...(setting === 'smallest' && smallest),
    },
  });
  const grid = seeds.flatMap((seed) => prompts.map((prompt) => cell(prompt, seed, 'usual')));
  const [first, ...others] = grid;
  const [prompt = NO_PROMPT] = prompts;
  const again = first ? [first, { ...first, setting: 'repeat' as const }] : [];
  const small = smallest ? BENCH_SUITE.seeds.map((seed) => cell(prompt, seed, 'smallest')) : [];
  return [...again, ...others, ...small].map((planned, ordinal) => ({ ...planned, ordinal }));
}

type Field = readonly [name: string, field: Json];

const recordOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
const fieldsOf = (input_schema: Json): Field[] =>
  Object.entries(recordOf(input_schema['properties'])).map(([name, field]) => [name, recordOf(field)]);
const controlOf = (field: Json): unknown => recordOf(field['x-ui'])['control'];

/** The field that takes the words: the one that says so, or else the one that is called so. */
function promptField(fields: readonly Field[]): Field | undefined {
  const words = fields.filter(
    ([, { type, format, enum: choice }]) => type === 'string' && !format && !choice,
  );
  return (
    words.find(([, field]) => controlOf(field) === 'prompt') ??
    words.find(([name]) => name === 'prompt') ??
    words.find(([name]) => /^(text|caption|description)$|_prompt$/.test(name) && !/negative/.test(name))
  );
}

/** As much of a text as the field takes; where it wants at least so much, an empty text is that many spaces. */
const worded = (text: string, { minLength, maxLength }: Json): string =>
  text.slice(0, Number(maxLength ?? text.length)).padEnd(Number(minLength ?? 0), ' ');

const SIZES = /^(width|height|duration_s|frames|seconds)$/;

/** The sizes at their least; null where they are that already, or where there are none. */
function smallestOf(fields: readonly Field[], usual: Json): Json | null {
  const sizes = fields.flatMap(([name, { minimum, multipleOf }]) => {
    if (!SIZES.test(name) || typeof minimum !== 'number') return [];
    const step = typeof multipleOf === 'number' ? multipleOf : null;
    return [[name, step ? Math.ceil(minimum / step) * step : minimum] as const];
  });
  const differs = sizes.some(([name, least]) => usual[name] !== least);
  return differs ? Object.fromEntries(sizes) : null;
}
