import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { PICTURE_FORMAT } from '#api/generation/input-pictures.ts';

const BYTES_MAX = 60_000;
const DEPTH_MAX = 12;
const FIELDS_MAX = 40;
const TEXT_MAX = 10_000;
const ITEMS_MAX = 64;
const PICTURES_MAX = 4;
const NAME = /^[a-z][a-z0-9_]{0,40}$/;
/** What a field may say. No references, and no patterns: a pattern can take for ever on a text that fits it badly. */
const KEYWORDS = new Set(
  `type title description default enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength
  maxLength items minItems maxItems uniqueItems examples x-ui`.split(/\s+/),
);
/** What a field that takes a picture may say: it holds the id of an asset or an upload of whoever asks. */
const PICTURE_KEYWORDS = new Set(['type', 'format', 'title', 'description', 'x-ui']);
/** An id, whatever it is of: that it is a picture of theirs is asked when it is used. */
const FORMATS = { [PICTURE_FORMAT]: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i };
const TYPES = new Set(['string', 'integer', 'number', 'boolean', 'array']);
const OUTER = new Set([
  '$schema',
  'type',
  'title',
  'description',
  'properties',
  'required',
  'additionalProperties',
]);

type SchemaIssue = { path: string; message: string };
type Json = Record<string, unknown>;

/**
 * Says what is wrong with the input schema of a release that somebody else made: forms, prices and the check of every
 * input are made out of it, so it is of the plain kind, bounded, and complete without anybody's help.
 */
export function inputSchemaIssues(schema: Json): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const tell = (path: string, message: string) => void issues.push({ path, message });
  if (JSON.stringify(schema).length > BYTES_MAX)
    return [{ path: '', message: `is longer than ${BYTES_MAX} bytes` }];
  if (depthOf(schema) > DEPTH_MAX) return [{ path: '', message: 'is nested too deeply' }];
  for (const key of Object.keys(schema))
    if (!OUTER.has(key)) tell(key, 'is not a keyword that is taken here');
  if (schema['type'] !== 'object') tell('type', 'must be object');
  if (schema['additionalProperties'] !== false) tell('additionalProperties', 'must be false');
  const properties = asObject(schema['properties']);
  if (!properties) return [...issues, { path: 'properties', message: 'are missing' }];
  if (Object.keys(properties).length > FIELDS_MAX) tell('properties', `are more than ${FIELDS_MAX}`);
  for (const [name, property] of Object.entries(properties)) {
    const path = `properties.${name}`;
    if (!NAME.test(name)) tell(path, 'is not a name: a-z, 0-9 and underscore');
    const field = asObject(property);
    if (field?.['format'] !== undefined) pictureIssues(field, path, tell);
    else if (field) fieldIssues(field, path, tell);
    else tell(path, 'is not an object');
  }
  const pictures = assetFields(schema);
  if (pictures.length > PICTURES_MAX) tell('properties', `take more than ${PICTURES_MAX} pictures`);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  for (const name of required) {
    const field =
      typeof name === 'string' && Object.hasOwn(properties, name) ? asObject(properties[name]) : null;
    if (!field) tell('required', `${String(name).slice(0, 60)} is no field`);
    else if (name !== 'prompt' && !pictures.includes(String(name)) && !('default' in field))
      tell('required', `${String(name)} has no default`);
  }
  return issues.length > 0 ? issues.slice(0, 20) : compileIssues(schema);
}

const FieldSchema = z
  .looseObject({
    properties: z.record(z.string(), z.looseObject({ format: z.unknown().optional() })).optional(),
  })
  .catch({});

/** The fields of an input that take a picture, an asset or an upload. */
export const assetFields = (input_schema: Record<string, unknown>): string[] =>
  Object.entries(FieldSchema.parse(input_schema).properties ?? {}).flatMap(([name, { format }]) =>
    format === PICTURE_FORMAT ? [name] : [],
  );

function pictureIssues(field: Json, path: string, tell: (path: string, message: string) => void): void {
  if (field['format'] !== PICTURE_FORMAT) tell(`${path}.format`, `must be ${PICTURE_FORMAT}, or not there`);
  if (field['type'] !== 'string') tell(`${path}.type`, 'must be string');
  for (const key of Object.keys(field))
    if (!PICTURE_KEYWORDS.has(key)) tell(`${path}.${key}`, 'is not a keyword that is taken with a picture');
  if ('x-ui' in field && !asObject(field['x-ui'])) tell(`${path}.x-ui`, 'must be an object');
}

function fieldIssues(field: Json, path: string, tell: (path: string, message: string) => void): void {
  const type = field['type'];
  for (const key of Object.keys(field))
    if (!KEYWORDS.has(key)) tell(`${path}.${key}`, 'is not a keyword that is taken here');
  if (typeof type !== 'string' || !TYPES.has(type)) tell(`${path}.type`, 'must be one type');
  const chosen = Array.isArray(field['enum']) || 'const' in field;
  if (type === 'string' && !chosen && !(Number(field['maxLength']) <= TEXT_MAX))
    tell(`${path}.maxLength`, `must be there, at most ${TEXT_MAX}`);
  if ((type === 'integer' || type === 'number') && !chosen)
    for (const bound of ['minimum', 'maximum'])
      if (!Number.isFinite(field[bound])) tell(`${path}.${bound}`, 'must be there');
  if (type === 'array') {
    if (!(Number(field['maxItems']) <= ITEMS_MAX))
      tell(`${path}.maxItems`, `must be there, at most ${ITEMS_MAX}`);
    const items = asObject(field['items']);
    if (items && items['type'] !== 'array') fieldIssues(items, `${path}.items`, tell);
    else tell(`${path}.items`, 'must be there, and no list of lists');
  }
  if ('x-ui' in field && !asObject(field['x-ui'])) tell(`${path}.x-ui`, 'must be an object');
}

/** That it is a schema at all, and that its own defaults fit it. */
function compileIssues(schema: Json): SchemaIssue[] {
  try {
    const { validate, fits } = tried(schema);
    if (fits) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => ({
      path: `properties${instancePath.replaceAll('/', '.')}`,
      message: `its default ${message ?? 'does not fit'}`,
    }));
  } catch (error) {
    return [{ path: '', message: error instanceof Error ? error.message.slice(0, 200) : 'is no schema' }];
  }
}

/** What reads the inputs of all releases by their schemas, and fills in their defaults. */
export const openAjv = () =>
  new Ajv2020({
    ...{ allErrors: true, useDefaults: true, strict: false },
    ...{ keywords: ['x-ui'], formats: FORMATS },
  });

function tried(schema: Json) {
  const validate = openAjv().compile(schema);
  const input = exampleInput(schema);
  return { validate, input, fits: validate(input) };
}

/**
 * The whole input that a release is first tried with, and priced by where nothing was chosen yet: the example with all
 * defaults. Fields hold no fields of their own, so nothing has to be compiled for it.
 */
export function trialInput(schema: Json): Json {
  const fields = Object.entries(asObject(schema['properties']) ?? {});
  const defaults = fields.flatMap(([name, field]) => {
    const chosen = asObject(field)?.['default'];
    return chosen === undefined ? [] : [[name, chosen]];
  });
  return { ...Object.fromEntries(defaults), ...exampleInput(schema) };
}

/**
 * The least that one can ask a release for; its defaults say the rest. Neither what a prompt says nor which picture
 * is named changes the price.
 */
export function exampleInput(schema: Json): Json {
  const properties = asObject(schema['properties']) ?? {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const pictures = assetFields(schema).filter((name) => required.includes(name));
  return {
    ...('prompt' in properties && { prompt: 'a quiet blue sea under a golden sky' }),
    ...Object.fromEntries(pictures.map((name) => [name, NO_PICTURE])),
  };
}
const NO_PICTURE = '00000000-0000-0000-0000-000000000000';

const asObject = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
