import * as z from 'zod';

/** What was in force when a generation started. Frozen onto it: nothing that changes later reaches it. */
export const Terms = z.object({
  frozen_at: z.iso.datetime(),
  model: z.object({ id: z.uuid(), slug: z.string(), title: z.string(), creator_id: z.uuid() }),
  release: z.object({ id: z.uuid(), version: z.string(), digest: z.string() }),
  agreement: z.object({ id: z.uuid(), terms_version: z.string(), share_ppm: z.int() }),
  split: z.object({
    version: z.int(),
    parts: z.array(
      z.object({
        person_id: z.uuid(),
        role: z.enum(['creator', 'collaborator']),
        part_ppm: z.int(),
      }),
    ),
  }),
  /** What the owners of parent releases get of the creator's share, in the order of lineage. */
  royalties: z
    .array(z.object({ release_id: z.uuid(), person_id: z.uuid(), royalty_ppm: z.int() }))
    .default([]),
  rate_card: z.object({ version: z.int(), price_class: z.string() }),
  related: z.boolean(),
});
export type Terms = z.infer<typeof Terms>;
