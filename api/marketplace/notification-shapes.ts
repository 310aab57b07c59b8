import * as z from 'zod';
import { Id, Instant, Micros, PersonRef } from '../base.ts';
import { EntryState, Nanos } from '../competitions/shapes.ts';

export const NotificationKind = z.enum([
  'like',
  'comment',
  'reply',
  'mention',
  'follow',
  'rating',
  'shown',
  'model',
  'release',
  'ruling',
  'campaign',
  'campaign_offer',
  'event_soon',
  'event_changed',
  'collaboration',
  'featured',
  'place_lost',
  'event_withdrawn',
  'reward',
  'entry',
  'entry_named',
  'finalist',
  'won',
  'model_won',
  'judge_invited',
  'panel_ends',
  'voting',
  'statement',
  'claimable',
  'claim_paid',
]);
export type NotificationKind = z.infer<typeof NotificationKind>;
/**
 * What moderators and editors decided about one's own is told in any case, and so is a place that has to be filled
 * again, and a prize that lapses where nobody answers.
 */
export const SwitchableKind = NotificationKind.exclude(['ruling', 'place_lost', 'event_withdrawn', 'won']);

/** What `title` and `text` are made of, where no person wrote them. */
export const NotificationSaid = z.discriminatedUnion('code', [
  z.object({ code: z.literal('credits'), amount_micros: Micros }),
  z.object({ code: z.literal('event_cancelled'), title: z.string(), text: z.string().nullable() }),
  z.object({ code: z.literal('entry'), title: z.string(), state: EntryState, reason: z.string().nullable() }),
  z.object({
    code: z.literal('model_won'),
    ...{ title: z.string().nullable(), place: z.int(), round: z.string() },
  }),
  z.object({
    code: z.literal('award'),
    ...{ place: z.int(), round: z.string().nullable(), entry: z.string().nullable() },
    answer_by: Instant.nullable().meta({ description: 'Null: nobody is asked any more.' }),
  }),
  z.object({ code: z.literal('stelai'), amount_nanos: Nanos }),
  z.object({ code: z.literal('judge'), round: z.string().nullable(), emergency: z.boolean() }),
]);
export type NotificationSaid = z.infer<typeof NotificationSaid>;

export const Notification = z.object({
  id: Id,
  kind: NotificationKind,
  people: z.array(PersonRef).meta({ description: 'The last of those who did it.' }),
  people_count: z.int(),
  title: z
    .string()
    .nullable()
    .meta({ description: 'Of what it is about; null where that is gone, or it is about nothing.' }),
  text: z.string().nullable().meta({ description: 'What was said, or decided.' }),
  said: NotificationSaid.nullable(),
  path: z.string().nullable().meta({ description: 'Where it leads to on these pages.' }),
  at: Instant,
  read_at: Instant.nullable(),
});
export type Notification = z.infer<typeof Notification>;
