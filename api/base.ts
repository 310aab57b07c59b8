import { oc } from '@orpc/contract';
import * as z from 'zod';
import { may } from './errors.ts';

/** What any endpoint may answer besides its own refusals. */
export const endpoint = oc.errors(
  may(
    'NOT_SIGNED_IN',
    'NOT_ALLOWED',
    'SCOPE_MISSING',
    'RATE_LIMITED',
    'INVALID_INPUT',
    'UNAVAILABLE',
    'OUTCOME_UNKNOWN',
    'INTERNAL',
  ),
);

/** A whole number of micro-units as a string of digits: "1250000" is 1.25 credits. */
export const Micros = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ description: 'Whole micro-units as a decimal string; 1000000 is one credit.' });

export const Id = z
  .uuid('is not an id: an id has 36 characters, such as 0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8d')
  .meta({ description: 'UUID (version 7).' });
export const Instant = z.iso.datetime().meta({ description: 'UTC instant, ISO 8601.' });
/** Text without line breaks and control characters, which may stand in the subject of a letter. */
export const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;

export const Handle = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$/)
  .meta({ description: '3 to 30 of a-z, 0-9 and hyphen.' });
export const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/);
export const Modality = z.enum(['image', 'video', 'music']);
export type Modality = z.infer<typeof Modality>;

/** Whether the caller may do a thing, and if not, why. The web shows it; it never derives it. */
export const Can = z.object({ allowed: z.boolean(), why: z.string().nullable() });

export const PersonRef = z.object({ handle: z.string(), display_name: z.string() });
export type PersonRef = z.infer<typeof PersonRef>;

/** Query of a list: bounded, and continued by an opaque cursor that is bound to the caller. */
export const paged = (limit_default: number) => ({
  limit: z.coerce.number().int().min(1).max(100).default(limit_default),
  cursor: z.string().max(500).optional(),
});
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** POSTs that start generations may say where the clocks of the browser are. */
export const TimeZoneHeaders = z.object({
  'x-time-zone': z.string().max(64).optional().meta({
    description: 'Time zone of IANA, such as "Europe/Berlin". Of it we keep the continent, and nothing else.',
  }),
});

/** POSTs that move money or start work take the caller's own key; the same key means the same act. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(8)
    .max(200)
    .meta({ description: 'Your own key for this act. Sending it again repeats the answer, never the act.' }),
});
