import { isJson, list, text, type Json } from './document.ts';

export type Property = {
  name: string;
  type: string;
  required: boolean;
  description: string;
  inner: Json | null;
};

/** A schema's type in a few words: `string (uuid)`, `array of object`, `"image" | "video"`. */
export function typeOf(schema: Json): string {
  if ('const' in schema) return JSON.stringify(schema['const']);
  const values = list(schema['enum']);
  if (values.length > 0) return values.map((value) => JSON.stringify(value)).join(' | ');
  const variants = list(schema['anyOf']).concat(list(schema['oneOf']));
  if (variants.length > 0)
    return [...new Set(variants.map((variant) => (isJson(variant) ? typeOf(variant) : 'any')))].join(' | ');
  if (schema['type'] === 'array')
    return `array of ${isJson(schema['items']) ? typeOf(schema['items']) : 'any'}`;
  const type = Array.isArray(schema['type']) ? schema['type'].join(' | ') : text(schema['type']) || 'any';
  const format = text(schema['format']);
  return format ? `${type} (${format})` : type;
}

/** The object whose properties are worth unfolding, looked for through arrays and nullable variants. */
export function objectIn(schema: Json): Json | null {
  if (isJson(schema['properties'])) return schema;
  if (isJson(schema['items'])) return objectIn(schema['items']);
  const variants = list(schema['anyOf']).concat(list(schema['oneOf'])).filter(isJson);
  const objects = variants.map(objectIn).filter((found) => found !== null);
  return objects.length === 1 ? (objects[0] ?? null) : null;
}

export function propertiesOf(schema: Json): Property[] {
  const required = list(schema['required']);
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).map(([name, property]) => {
    const one = isJson(property) ? property : {};
    return {
      name,
      type: typeOf(one),
      required: required.includes(name),
      description: text(one['description']),
      inner: objectIn(one),
    };
  });
}

/** A body to start from: required fields only, defaults where there are any. */
export function exampleOf(schema: Json): unknown {
  if ('default' in schema) return schema['default'];
  if ('const' in schema) return schema['const'];
  const [first] = list(schema['enum']).concat(list(schema['anyOf']), list(schema['oneOf']));
  if (isJson(first)) return exampleOf(first);
  if (first !== undefined) return first;
  if (isJson(schema['properties'])) {
    const required = list(schema['required']);
    const entries = Object.entries(schema['properties']).filter(([name]) => required.includes(name));
    return Object.fromEntries(
      entries.map(([name, property]) => [name, isJson(property) ? exampleOf(property) : null]),
    );
  }
  if (schema['type'] === 'array') return isJson(schema['items']) ? [exampleOf(schema['items'])] : [];
  if (schema['type'] === 'integer' || schema['type'] === 'number') return schema['minimum'] ?? 1;
  if (schema['type'] === 'boolean') return false;
  if (schema['type'] === 'object') return {};
  return (
    {
      uuid: '01a20238-c98f-7279-bca7-c120e17664f3',
      email: 'you@example.org',
      'date-time': '2026-11-22T08:00:00.000Z',
    }[text(schema['format'])] ?? '…'
  );
}
