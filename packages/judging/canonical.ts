/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The canonical text of a JSON value (RFC 8785). Throws a TypeError for what JSON cannot say. */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new TypeError('this text has half a character');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('this is no JSON number');
    return JSON.stringify(value); // ECMAScript's own form of a number is the one that RFC 8785 asks for
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError('this is no JSON value');
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  // by UTF-16 code units, as RFC 8785 has it and as `<` compares
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${canonical(name)}:${canonical(field)}`).join(',')}}`;
}
