import { fieldsOf, isChanged, namesOf, sentence, type FormField, type Values } from './input-schema.ts';

type Setting = { label: string; value: string };
const SAID_ELSEWHERE = ['prompt', 'seed'];
const UNIT = /_(s|ms|px|hz|bpm)$/;

/** What an input chose, without prompt and seed: by the titles of its form, without what was left as it comes. */
export function settingsInWords(
  input: Record<string, unknown>,
  schema: Record<string, unknown> | null,
): Setting[] {
  const values: Values = {};
  for (const [name, value] of Object.entries(input)) {
    if (SAID_ELSEWHERE.includes(name)) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[name] = value;
  }
  const fields = fieldsOf(schema ?? {}).filter(
    (field) => namesOf(field).every((name) => name in values) && isChanged(field, values),
  );
  const known = schema === null ? [] : fieldsOf(schema).flatMap(namesOf);
  const others = Object.entries(values).filter(([name]) => !known.includes(name));
  return [
    ...fields.map((field) => ({ label: field.label, value: valueOf(field, values) })),
    ...others.map(([name, value]) => ({ label: plain(name), value: withUnit(name, String(value)) })),
  ];
}

function valueOf(field: FormField, values: Values): string {
  const [value] = namesOf(field).map((name) => values[name] ?? null);
  if (field.kind === 'size') return `${value} × ${values[field.heightName]}`;
  // its id says nothing to anybody
  if (field.kind === 'picture') return 'One of yours';
  if (field.kind === 'switch') return value === true ? 'On' : 'Off';
  if (field.kind === 'choice') return field.options.find(({ raw }) => raw === value)?.label ?? String(value);
  return field.kind === 'number' && field.unit ? `${value} ${field.unit}` : String(value);
}

const plain = (name: string) => sentence(name.replace(UNIT, ''));
const withUnit = (name: string, value: string) => {
  const unit = UNIT.exec(name)?.[1];
  return unit ? `${value} ${unit}` : value;
};
