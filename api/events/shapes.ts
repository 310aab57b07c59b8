import * as z from 'zod';
import { Can, Id, Instant, ONE_LINE, PersonRef, Slug } from '../base.ts';

export const EventKind = z.enum(['launch', 'live', 'challenge']);
export type EventKind = z.infer<typeof EventKind>;

/** What the clocks of a zone show. */
const Wall = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, 'is not a day and a time')
  .meta({ description: 'Day and time as the clocks of the zone show them: 2026-12-01T19:00.' });

export const EventWish = z.strictObject({
  kind: EventKind,
  title: z.string().trim().min(1).max(100).regex(ONE_LINE),
  words: z.string().trim().max(4000).default(''),
  model: Slug.nullable().default(null).meta({ description: 'The model that it is about, one of your own.' }),
  place_url: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullable()
    .default(null)
    .meta({ description: 'Where it takes place, if that is elsewhere: https only.' }),
  starts: Wall,
  ends: Wall,
  zone: z.string().max(60).meta({ description: 'The zone that both are meant in: Europe/Berlin.' }),
});
export type EventWish = z.infer<typeof EventWish>;

export const WithdrawalReason = z.string().trim().min(10, 'Say why, in a sentence.').max(1_000);

export const Event = z.object({
  id: Id,
  kind: EventKind,
  title: z.string(),
  words: z.string(),
  host: PersonRef,
  model: z.object({ slug: Slug, title: z.string() }).nullable(),
  place_url: z.string().nullable(),
  starts_at: Instant,
  ends_at: Instant,
  zone: z.string(),
  starts: Wall,
  ends: Wall,
  state: z.enum(['announced', 'cancelled']),
  when: z.enum(['to_come', 'now', 'over']),
  version: z.int(),
  changed_at: Instant,
  reminded: z.int().meta({ description: 'How many asked to be reminded.' }),
  remind_me: z.boolean(),
  hidden: z.boolean().meta({ description: 'By a moderator: its host alone sees it.' }),
  withdrawn_because: z
    .string()
    .nullable()
    .meta({ description: 'Why an editor withdrew it. Its host is told, and nobody else.' }),
  can: z.object({ change: Can, cancel: Can, remind: Can, withdraw: Can, report: Can }),
});
export type Event = z.infer<typeof Event>;
