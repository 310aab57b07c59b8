import type { EditRefusal } from '#web/api-types.ts';
import type { Refusal } from '#web/refusal.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isRefusal = (value: unknown): value is EditRefusal =>
  isRecord(value) &&
  typeof value['message'] === 'string' &&
  typeof value['slug'] === 'string' &&
  'field' in value;

/** Which rows of a set were refused, and why. */
export function refusalsIn(refusal: Refusal | null): EditRefusal[] {
  const rows = refusal?.code === 'EDIT_REFUSED' ? refusal.data['refusals'] : [];
  return Array.isArray(rows) ? rows.filter(isRefusal) : [];
}
