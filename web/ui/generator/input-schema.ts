import { PICTURE_FORMAT } from '../../../api/generation/input-pictures.ts';

/**
 * A release's input schema (JSON Schema with `x-ui` hints) read into the fields of a form.
 * What a hint does not say is guessed from the type, so that every release has a form.
 */
type Base = {
  name: string;
  label: string;
  hint: string | null;
  required: boolean;
  order: number;
  /** Not among what one decides first. */
  advanced: boolean;
};
export type TextField = Base & {
  kind: 'text';
  long: boolean;
  rows: number;
  placeholder: string;
  maxLength: number | undefined;
  initial: string;
};
export type NumberField = Base & {
  kind: 'number';
  min: number;
  max: number;
  step: number;
  unit: string;
  initial: number;
};
/** `raw` is what is sent: an enum may hold numbers, and a list in the browser holds words. */
export type ChoiceField = Base & {
  kind: 'choice';
  options: { value: string; label: string; raw: string | number }[];
  initial: string | number;
};
export type SwitchField = Base & { kind: 'switch'; initial: boolean };
export type SeedField = Base & { kind: 'seed'; max: number };
export type SizeField = Base & {
  kind: 'size';
  heightName: string;
  presets: { width: number; height: number }[];
  min: number;
  max: number;
  step: number;
  initial: { width: number; height: number };
};
/** Holds the id of an asset or an upload; empty: none. */
export type PictureField = Base & { kind: 'picture'; initial: '' };
export type FormField =
  TextField | NumberField | ChoiceField | SwitchField | SeedField | SizeField | PictureField;
export type Values = Record<string, string | number | boolean | null>;

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

export function fieldsOf(schema: Json): FormField[] {
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const partners = new Set<string>();
  const fields: FormField[] = [];
  for (const [name, property] of Object.entries(properties)) {
    if (!isJson(property) || partners.has(name)) continue;
    const ui = isJson(property['x-ui']) ? property['x-ui'] : {};
    const base: Base = {
      name,
      label: text(property['title'], name),
      hint: typeof property['description'] === 'string' ? property['description'] : null,
      required: required.includes(name),
      order: number(ui['order'], 5),
      advanced: isAdvanced(ui, required.includes(name)),
    };
    const partner = text(ui['with'], '');
    if (ui['control'] === 'size' && partner) partners.add(partner);
    fields.push(fieldOf(base, property, ui, properties));
  }
  return fields.sort((a, b) => a.order - b.order);
}

/** A release may say so itself; otherwise what is asked for first, what must be there and how large or long it is are not. */
function isAdvanced(ui: Json, required: boolean): boolean {
  if (typeof ui['advanced'] === 'boolean') return ui['advanced'];
  const isMeasure = ui['control'] === 'size' || ui['unit'] === 's' || ui['unit'] === 'px';
  return !required && !isMeasure && ui['control'] !== 'prompt' && number(ui['order'], 5) > 1;
}

function fieldOf(base: Base, property: Json, ui: Json, properties: Json): FormField {
  const options = property['enum'];
  const type = property['type'];
  if (ui['control'] === 'size' && typeof ui['with'] === 'string')
    return sizeField(base, property, ui, properties);
  if (ui['control'] === 'seed')
    return { ...base, kind: 'seed', max: number(property['maximum'], 2 ** 31 - 1) };
  if (property['format'] === PICTURE_FORMAT)
    return { ...base, kind: 'picture', advanced: ui['advanced'] === true, initial: '' };
  if (Array.isArray(options)) {
    const unit = text(ui['unit'], '');
    const choices = options.flatMap((raw) =>
      typeof raw === 'string' || typeof raw === 'number'
        ? [{ raw, value: String(raw), label: `${sentence(String(raw))} ${unit}`.trim() }]
        : [],
    );
    const first = choices.find((choice) => choice.raw === property['default']) ?? choices[0];
    return { ...base, kind: 'choice', options: choices, initial: first?.raw ?? '' };
  }
  if (type === 'boolean') return { ...base, kind: 'switch', initial: property['default'] === true };
  if (type === 'integer' || type === 'number') return numberField(base, property, ui);
  const prompt = ui['control'] === 'prompt';
  return {
    ...base,
    kind: 'text',
    long: prompt || number(ui['rows'], 1) > 1,
    rows: number(ui['rows'], prompt ? 3 : 1),
    placeholder: text(ui['placeholder'], ''),
    maxLength: typeof property['maxLength'] === 'number' ? property['maxLength'] : undefined,
    initial: text(property['default'], ''),
  };
}

function numberField(base: Base, property: Json, ui: Json): NumberField {
  const min = number(property['minimum'], 0);
  const step = number(ui['step'], number(property['multipleOf'], property['type'] === 'integer' ? 1 : 0.05));
  const max = number(property['maximum'], min + 100 * step);
  return {
    ...base,
    kind: 'number',
    min,
    max,
    step,
    unit: text(ui['unit'], ''),
    initial: number(property['default'], min),
  };
}

function sizeField(base: Base, property: Json, ui: Json, properties: Json): SizeField {
  const heightName = text(ui['with'], 'height');
  const height = properties[heightName];
  const presets = Array.isArray(ui['presets']) ? ui['presets'] : [];
  return {
    ...base,
    kind: 'size',
    label: 'Size',
    hint: null,
    heightName,
    presets: presets.flatMap((pair) =>
      Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'number'
        ? [{ width: pair[0], height: pair[1] }]
        : [],
    ),
    min: number(property['minimum'], 64),
    max: number(property['maximum'], 2048),
    step: number(property['multipleOf'], 1),
    initial: {
      width: number(property['default'], 512),
      height: number(isJson(height) ? height['default'] : 0, 512),
    },
  };
}

export const sentence = (word: string) => (word.charAt(0).toUpperCase() + word.slice(1)).replaceAll('_', ' ');

export function initialValues(fields: readonly FormField[]): Values {
  const values: Values = {};
  for (const field of fields) {
    if (field.kind === 'size') {
      values[field.name] = field.initial.width;
      values[field.heightName] = field.initial.height;
    } else values[field.name] = field.kind === 'seed' ? null : field.initial;
  }
  return values;
}

/** Takes over whatever of an earlier input this form has a place for. */
export function withInput(fields: FormField[], values: Values, input: Json): Values {
  const names = fields.flatMap(namesOf);
  const taken: Values = {};
  for (const name of names) {
    const value = input[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      taken[name] = value;
  }
  return { ...values, ...taken };
}

/** The names under which a field keeps its values. */
export const namesOf = (field: FormField): string[] =>
  field.kind === 'size' ? [field.name, field.heightName] : [field.name];

/** Whether somebody has set a field to something else than what it starts with. */
export function isChanged(field: FormField, values: Values): boolean {
  const initial = initialValues([field]);
  return namesOf(field).some((name) => (values[name] ?? null) !== (initial[name] ?? null));
}

/** What is sent: fields that were left empty are left out, so that the release's own defaults hold. */
export const inputOf = (values: Values): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ''));

/** The first field that is required and still empty. */
export const missing = (fields: FormField[], values: Values): FormField | null =>
  fields.find(
    ({ name, required, kind }) =>
      required && (kind === 'text' || kind === 'picture') && String(values[name] ?? '').trim() === '',
  ) ?? null;
