import * as z from 'zod';
import { Can, Id, Instant, ONE_LINE, PersonRef, Slug } from '../base.ts';

/** What is offered. The creator of a model that is there owns it; for one to come it is said who will apply. */
export const OfferWish = z.strictObject({
  words: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .meta({ description: 'What you would do together, and who does what.' }),
  partner_ppm: z.int().min(100).max(999_900).multipleOf(100).meta({
    description: "What the other than the model's owner has of the creator's share, in millionths.",
  }),
  owner: z
    .enum(['me', 'them'])
    .default('me')
    .meta({ description: 'Who will apply with a model to come. Not asked of a model that is there.' }),
});
export type OfferWish = z.infer<typeof OfferWish>;

export const CollaborationTitle = z.string().trim().min(1).max(80).regex(ONE_LINE);

export const Collaboration = z.object({
  id: Id,
  title: z.string(),
  model: z
    .object({ slug: Slug, title: z.string() })
    .nullable()
    .meta({ description: 'null: a model to come.' }),
  from: PersonRef,
  to: PersonRef,
  mine: z.enum(['proposed', 'received']).meta({ description: 'Which side of it you are on.' }),
  state: z.enum(['open', 'agreed', 'declined', 'withdrawn', 'expired']),
  version: z.int(),
  waits_for_me: z.boolean(),
  begun_at: Instant,
  expires_at: Instant,
  ended_at: Instant.nullable(),
  owner: PersonRef.meta({ description: 'Whose the model is or will be, as the last offer says.' }),
  partner_ppm: z.int(),
  can: z.object({ agree: Can, counter: Can, decline: Can, withdraw: Can, write: Can, apply: Can }),
});
export type Collaboration = z.infer<typeof Collaboration>;

export const CollaborationPage = Collaboration.extend({
  offers: z.array(
    z.object({
      id: Id,
      number: z.int(),
      by: PersonRef,
      words: z.string().nullable().meta({ description: 'null: a moderator hid them.' }),
      hidden: z.boolean(),
      owner: PersonRef,
      partner_ppm: z.int(),
      made_at: Instant,
      can: z.object({ report: Can }),
    }),
  ),
  messages: z.array(
    z.object({
      id: Id,
      by: PersonRef,
      text: z.string().nullable().meta({ description: 'null: a moderator hid it.' }),
      hidden: z.boolean(),
      at: Instant,
      can: z.object({ report: Can }),
    }),
  ),
  became: z
    .union([
      z.object({ kind: z.literal('split'), slug: Slug }),
      z.object({ kind: z.literal('application'), id: Id }),
    ])
    .nullable()
    .meta({ description: 'What the agreement became, for whoever may open it.' }),
});
export type CollaborationPage = z.infer<typeof CollaborationPage>;
