/** What the fields of signed things may be; `isHash` and `isAmount` stand beside what they are about. */
export type Rule = (value: unknown) => boolean;

export const isText: Rule = (value) => typeof value === 'string' && value !== '';
export const isCount: Rule = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
export const isInstant: Rule = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
