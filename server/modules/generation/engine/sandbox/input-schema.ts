import { SEED_MAX } from '../types.ts';
import type { Manifest, Source } from './manifest.ts';

/** A field of the input: its schema, and the hints that our forms read. */
type Field = { name: string; schema: object; ui: object };

/** The input schema that a manifest implies. */
export function inputSchemaOf(manifest: Manifest): Record<string, unknown> {
  const sources = manifest.networks.flatMap(({ inputs }) => Object.values(inputs));
  const hasPrompt = sources.some(({ role }) => role === 'text-hash-1024');
  const fields = [
    ...(hasPrompt ? [PROMPT] : []),
    ...sources.flatMap(choiceOf),
    ...sidesOf(manifest),
    ...durationOf(manifest),
    ...loopOf(manifest),
    ...sources.flatMap(parameterOf),
    SEED,
  ];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: inOrder(fields),
    required: hasPrompt ? ['prompt'] : [],
    additionalProperties: false,
  };
}

/** Several networks may be given the same field. */
function inOrder(fields: readonly Field[]): Record<string, object> {
  const properties: Record<string, object> = {};
  let order = 0;
  for (const { name, schema, ui } of fields)
    if (!Object.hasOwn(properties, name)) properties[name] = { ...schema, 'x-ui': { ...ui, order: order++ } };
  return properties;
}

const PROMPT: Field = {
  name: 'prompt',
  schema: {
    type: 'string',
    title: 'Prompt',
    description: 'The first 24 words count.',
    minLength: 1,
    maxLength: 300,
  },
  ui: { control: 'prompt', rows: 3 },
};

function choiceOf(source: Source): Field[] {
  if (source.role !== 'class') return [];
  const { name, vocabulary } = source;
  const schema = { type: 'string', title: titleOf(source), enum: vocabulary, default: vocabulary[0] };
  return [{ name, schema, ui: { control: 'select' } }];
}

function sidesOf({ size }: Manifest): Field[] {
  if (!size) return [];
  const { width, height, multiple_of: multipleOf } = size;
  const ui = { control: 'size', presets: [[width.default, height.default]] };
  return [
    {
      name: 'width',
      schema: { type: 'integer', title: 'Width', ...width, multipleOf },
      ui: { ...ui, with: 'height' },
    },
    {
      name: 'height',
      schema: { type: 'integer', title: 'Height', ...height, multipleOf },
      ui: { ...ui, with: 'width' },
    },
  ];
}

function durationOf({ duration_s }: Manifest): Field[] {
  if (!duration_s) return [];
  const schema = { type: 'integer', title: 'Duration', ...wholeSeconds(duration_s) };
  return [{ name: 'duration_s', schema, ui: { control: 'slider', unit: 's', step: 1 } }];
}

/** What is paid by the second is asked for in whole seconds. */
function wholeSeconds({
  minimum,
  maximum,
  default: usual,
}: {
  minimum: number;
  maximum: number;
  default: number;
}) {
  const low = Math.max(1, Math.ceil(minimum));
  return {
    minimum: low,
    maximum: Math.max(low, Math.floor(maximum)),
    default: Math.max(low, Math.round(usual)),
  };
}

function loopOf({ loop }: Manifest): Field[] {
  if (loop.kind !== 'flow') return [];
  const { steps, guidance } = loop;
  const stepsField = {
    name: 'steps',
    schema: { type: 'integer', title: 'Steps', ...steps },
    ui: { control: 'slider', step: 1 },
  };
  const guidanceField = {
    name: 'guidance',
    schema: { type: 'number', title: 'Guidance', ...guidance },
    ui: { control: 'slider', step: 0.1 },
  };
  return guidance ? [stepsField, guidanceField] : [stepsField];
}

function parameterOf(source: Source): Field[] {
  if (source.role !== 'param') return [];
  const { name, minimum, maximum, default: usual, whole } = source;
  const type = whole ? 'integer' : 'number';
  const schema = { type, title: titleOf(source), default: usual, minimum, maximum };
  return [{ name, schema, ui: { control: 'slider', step: whole ? 1 : (maximum - minimum) / 20 } }];
}

const SEED: Field = {
  name: 'seed',
  schema: {
    type: 'integer',
    title: 'Seed',
    description: 'The same seed and input give the same result. Leave it out for a new one.',
    minimum: 0,
    maximum: SEED_MAX,
  },
  ui: { control: 'seed', dice: true },
};

const titleOf = ({ name, title }: { name: string; title?: string | undefined }) =>
  title ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
