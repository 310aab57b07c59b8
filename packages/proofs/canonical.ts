import canonicalize from 'canonicalize';

/** The canonical text of a JSON value (RFC 8785). Throws a TypeError for what JSON cannot say. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this is no JSON value');
  return text;
}

/** The value of a canonical text; undefined if the text is no JSON, or not in the one canonical form. */
export function parseCanonical(text: string): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return canonical(value) === text ? { value } : undefined;
  } catch {
    return undefined;
  }
}
