import { PICTURE_FORMAT } from '#api/generation/input-pictures.ts';

/** Everything in an input that somebody wrote in their own words: no choice from a list says anything of theirs. */
export function promptsOf(
  input_schema: Record<string, unknown>,
  input: Record<string, unknown>,
): { field: string; text: string }[] {
  const properties = recordOf(input_schema['properties']);
  return Object.entries(input).flatMap(([field, value]) => {
    const schema = recordOf(properties[field]);
    if ('enum' in schema || 'const' in schema || schema['format'] === PICTURE_FORMAT) return [];
    // what is not to be seen names what it keeps away
    if (recordOf(schema['x-ui'])['control'] === 'negative-prompt') return [];
    return textsIn(value, 0).map((text) => ({ field, text }));
  });
}

const DEPTH_MAX = 8;

function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value];
  if (typeof value !== 'object' || value === null || depth === DEPTH_MAX) return [];
  return Object.values(value).flatMap((held) => textsIn(held, depth + 1));
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
