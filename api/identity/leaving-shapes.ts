import * as z from 'zod';
import { Instant, Micros, Slug } from '../base.ts';
import { BLOCKS } from './leaving-words.ts';

/** What stands in the way. `subject`: a role, or the title of a model, whose address is `slug`. */
export const LeavingBlock = z.object({
  code: z.enum(BLOCKS),
  subject: z.string().nullable(),
  slug: Slug.nullable(),
});

/** What would happen to an account if its owner left, in figures of this account. */
export const Leaving = z.object({
  waiting: z
    .object({ asked_at: Instant, due_at: Instant })
    .nullable()
    .meta({ description: 'Since they asked to leave.' }),
  days: z.int().meta({ description: 'So long one can still stay after asking.' }),
  confirmation: z.string().meta({ description: 'What has to be typed: the handle of the account.' }),
  money: z.object({
    paid_micros: Micros.meta({ description: 'Bought credits that are left.' }),
    promo_micros: Micros,
    held_micros: Micros,
    earned_micros: Micros.meta({ description: 'Earnings that were not paid out, in whichever state.' }),
    owed_micros: Micros.meta({ description: 'What the person owes, after refunds of what was paid out.' }),
  }),
  gives_up: z
    .boolean()
    .meta({ description: 'Bought credits or earnings would be given up: asking says so.' }),
  models: z.array(
    z.object({
      slug: Slug,
      title: z.string(),
      in_use: z.boolean(),
      generations: z.int(),
      sharers: z.int().meta({ description: 'Others who share in what it earns.' }),
      children: z.int().meta({ description: 'Releases of others that are made from it.' }),
    }),
  ),
  has: z.object({
    assets: z.int(),
    boards: z.int(),
    uploads: z.int(),
    creations: z.int(),
    comments: z.int(),
    ratings: z.int(),
    follows: z.int().meta({ description: 'People who follow them.' }),
    applications: z.int(),
    agreements: z.int(),
    shares: z.int().meta({ description: 'Models of others in which they share.' }),
    api_keys: z.int(),
    entries_open: z.int(),
    entries_kept: z.int(),
    awards_open: z.int(),
    wallets: z.int().meta({ description: 'Wallets that were ever linked.' }),
  }),
  blocks: z.array(LeavingBlock),
});
export type Leaving = z.infer<typeof Leaving>;
