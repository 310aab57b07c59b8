import type * as z from 'zod';
import type { ApiKey as Shape } from '#api/identity/shapes.ts';
import type { ApiKey } from '../modules/identity/index.ts';

/** A key as its owner sees it: never its secret. */
export const shownKey = ({
  id,
  name,
  prefix,
  scopes,
  created_at,
  expires_at,
  last_used_at,
}: ApiKey): z.infer<typeof Shape> => ({
  id,
  name,
  prefix,
  scopes,
  created_at: created_at.toISOString(),
  expires_at: expires_at.toISOString(),
  last_used_at: last_used_at?.toISOString() ?? null,
});
