import * as z from 'zod';
import { Can, Instant, Micros, ONE_LINE } from '../base.ts';

export const LinkCode = z
  .string()
  .regex(/^[a-z2-9]{10}$/)
  .meta({ description: 'What stands behind /r/ in the address of a link.' });

export const LinkLabel = z
  .string()
  .trim()
  .max(80)
  .regex(ONE_LINE)
  .meta({ description: 'For you alone, such as where you put the link.' });

export const LinkDestination = z
  .strictObject({
    kind: z.enum(['model', 'creator', 'asset', 'campaign']),
    name: z.string().trim().min(1).max(80).regex(ONE_LINE),
  })
  .meta({ description: 'By slug of a model or campaign, handle of a creator, id of something shown.' });
export type LinkDestination = z.infer<typeof LinkDestination>;

/** A link that brings people, with what came of it. */
export const ReferralLink = z.object({
  code: LinkCode,
  url: z.string(),
  label: z.string(),
  made_at: Instant,
  ended_at: Instant.nullable(),
  version: z.int(),
  leads_to: z
    .object({ kind: z.enum(['model', 'creator', 'asset', 'campaign']), title: z.string(), path: z.string() })
    .nullable()
    .meta({ description: 'null: what it led to is gone, and it leads to what is there to explore.' }),
  clicks: z.int().meta({ description: 'Different browsers, each once a day.' }),
  sign_ups: z.int(),
  not_counted: z
    .int()
    .meta({ description: 'Accounts that belong together with yours, or are not the first.' }),
  purchases: z.int(),
  pending_micros: Micros,
  settled_micros: Micros,
  reversed_micros: Micros,
  can: z.object({ change: Can, end: Can }),
});
export type ReferralLink = z.infer<typeof ReferralLink>;

/** Somebody who came by a link. Who it is stays theirs. */
export const Referral = z.object({
  came_at: Instant,
  code: LinkCode,
  label: z.string(),
  counts: z.boolean(),
  reward: z
    .object({
      state: z.enum(['pending', 'settled', 'refused', 'reversed']),
      amount_micros: Micros,
      due_at: Instant,
      ended_at: Instant.nullable(),
    })
    .nullable()
    .meta({ description: 'null: nothing was bought yet.' }),
  why: z.string().nullable().meta({ description: 'Why it does not count, or brought nothing.' }),
});
export type Referral = z.infer<typeof Referral>;

/** What is promised, as it stands today. */
export const ReferralRules = z.object({
  part_ppm: z.int(),
  window_days: z.int(),
  settles_days: z.int(),
  links_max: z.int(),
});
