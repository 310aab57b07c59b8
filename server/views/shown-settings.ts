import { PICTURE_FORMAT } from '#api/generation/input-pictures.ts';

/**
 * What strangers may know of what something was made with. Pictures that it began with are their owner's and are never
 * told; words are told where the prompt is shown; numbers and choices from a list say nothing of anybody.
 */
export function shownSettings(
  input_schema: Record<string, unknown>,
  input: Record<string, unknown>,
  with_words: boolean,
): Record<string, unknown> {
  const properties = recordOf(input_schema['properties']);
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => {
      const schema = recordOf(properties[name]);
      if (schema['format'] === PICTURE_FORMAT || !Object.hasOwn(properties, name)) return false;
      if (typeof value === 'number' || typeof value === 'boolean') return true;
      if (typeof value !== 'string') return false;
      return with_words || 'enum' in schema || 'const' in schema;
    }),
  );
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
