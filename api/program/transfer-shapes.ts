import * as z from 'zod';
import { Can, Id, Instant, Micros, Modality, PersonRef, Slug } from '../base.ts';
import { PreviewPart, SharePart, TermsText } from './agreement-shapes.ts';

/** A published model that its owner would hand over to somebody. */
export const Transfer = z.object({
  id: Id,
  slug: Slug,
  title: z.string(),
  from: PersonRef,
  to: PersonRef,
  mine: z.enum(['offered', 'received']).meta({ description: 'Which side of it you are on.' }),
  note: z.string(),
  state: z.enum(['offered', 'accepted', 'declined', 'expired', 'withdrawn']),
  offered_at: Instant,
  expires_at: Instant,
  answered_at: Instant.nullable(),
  can: z.object({ accept: Can, decline: Can, withdraw: Can }),
});
export type Transfer = z.infer<typeof Transfer>;

const Royalty = z.object({
  slug: Slug,
  title: z.string(),
  version: z.string(),
  person: PersonRef,
  royalty_ppm: z.int().meta({ description: 'Of the share of the model that pays it, in millionths.' }),
});

/** All that is taken over with a model. */
export const TransferFile = z.object({
  summary: z.string(),
  modality: Modality,
  generations: z.int(),
  published_at: Instant,
  releases: z.array(
    z.object({
      id: Id,
      version: z.string(),
      licence: z.string(),
      runner: z.string(),
      published_at: Instant,
      withdrawn_at: Instant.nullable(),
      ends_at: Instant.nullable().meta({ description: 'The announced end, if there is one.' }),
      in_use: z.boolean(),
    }),
  ),
  people: z.array(SharePart).meta({ description: 'Who would have which part, beside what they have now.' }),
  pays: z.array(Royalty).meta({ description: 'What the release in use owes to its parents.' }),
  is_paid: z.array(Royalty).meta({ description: 'What releases made from this model owe to its owner.' }),
  conditions: z.array(z.string()).meta({ description: 'On which it was accepted into the program.' }),
  agreement: z.object({
    share_ppm: z.int(),
    terms_version: z.string(),
    pinned_until: Instant.nullable(),
    runs_out_at: Instant.nullable(),
  }),
  terms: TermsText.meta({ description: 'The terms in force, which are accepted with the model.' }),
  pinned_days: z.int(),
  preview: z.object({ price_micros: Micros, parts: z.array(PreviewPart) }),
  digest: z.string().meta({ description: 'Of all that is accepted; send it with the acceptance.' }),
});
export type TransferFile = z.infer<typeof TransferFile>;
