import type { JsonObject } from '#db';
import { refuse } from '../../refuse.ts';

/** So much a reviewer may have in writing. */
const DRAFT_BYTES_MAX = 40_000;

export function asDraft(draft: Record<string, unknown>): JsonObject {
  const text = JSON.stringify(draft);
  if (Buffer.byteLength(text) > DRAFT_BYTES_MAX) refuse('DRAFT_TOO_LARGE', { bytes_max: DRAFT_BYTES_MAX });
  return JSON.parse(text);
}
