import { randomInt } from 'node:crypto';

const SUBJECTS = ['a harbour', 'silk', 'a lantern', 'two hills', 'a heron', 'frost', 'an orchard', 'glass'];
const MANNERS = ['at dusk', 'in gold and teal', 'in the rain', 'quiet and pale', 'bright', 'in winter light'];
/** Of the way from the smallest to the largest: a canary is computed here as well. Now and then all of it. */
const SIZE_SHARE_MAX = 0.5;
const FULL_SIZE_ONE_IN = 5;

type Json = Record<string, unknown>;
const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const propertiesOf = (input_schema: Json) =>
  Object.entries(asObject(input_schema['properties'])).map(
    ([name, field]) => [name, asObject(field)] as const,
  );
const oneOf = <T>(all: readonly T[]): T | undefined => all[randomInt(Math.max(1, all.length))];

/** The words by which a release shows how it is asked. */
export const promptsIn = (input_schema: Json): string[] =>
  propertiesOf(input_schema).flatMap(([name, field]) => {
    const placeholder = asObject(field['x-ui'])['placeholder'];
    return name === 'prompt' && typeof placeholder === 'string' ? [placeholder] : [];
  });

/** What somebody may have asked for: words out of `prompts` and some of our own, and now and then an option chosen. */
export function canaryInput(input_schema: Json, prompts: readonly string[]): Json {
  const chosen = propertiesOf(input_schema).flatMap(([name, field]) => {
    if (name === 'prompt') return [[name, wordsOf(prompts).slice(0, Number(field['maxLength'] ?? 300))]];
    const value = name === 'seed' || randomInt(2) === 0 ? undefined : valueOf(field);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(chosen) as Json;
}

function wordsOf(prompts: readonly string[]): string {
  const parts = prompts.flatMap((prompt) => prompt.split(/,\s*/));
  const pieces = [oneOf(parts), oneOf([...SUBJECTS, ...parts]), oneOf(MANNERS), oneOf(parts)];
  const words = pieces.slice(randomInt(2), 2 + randomInt(3)).filter((piece) => piece !== undefined);
  return words.join(randomInt(2) === 0 ? ', ' : ' ') || 'a harbour';
}

function valueOf(field: Json): unknown {
  if (Array.isArray(field['enum'])) return oneOf(field['enum'] as unknown[]);
  const [least, most] = [field['minimum'], field['maximum']];
  switch (field['type']) {
    case 'boolean':
      return randomInt(2) === 0;
    case 'integer': {
      if (typeof least !== 'number' || typeof most !== 'number') return undefined;
      const step = Number(field['multipleOf'] ?? 1);
      const share = randomInt(FULL_SIZE_ONE_IN) === 0 ? 1 : SIZE_SHARE_MAX;
      const steps = Math.floor(((most - least) * share) / step);
      return Math.ceil(least / step) * step + randomInt(steps + 1) * step;
    }
    case 'number':
      if (typeof least !== 'number' || typeof most !== 'number') return undefined;
      return Math.round((least + (most - least) * (randomInt(21) / 20)) * 100) / 100;
    default:
      return undefined;
  }
}
