import * as z from 'zod';
import { endpoint, Micros, PersonRef } from '../base.ts';
import { may } from '../errors.ts';
import { DeclaredParent, TeamPart } from './application-shapes.ts';

/** Who would get what of a generation's price, by the function that divides every charge. */
export const createTermsPreview = endpoint
  .route({
    method: 'POST',
    path: '/program/terms-previews',
    tags: ['Program'],
    summary: 'What a generation would pay whom',
  })
  .errors(may('NOT_PRICED', 'TEAM_REFUSED', 'LINEAGE_REFUSED'))
  .input(
    z.strictObject({
      team: z.array(TeamPart).max(12).default([]),
      parents: z.array(DeclaredParent).max(8).default([]),
      price_micros: z
        .string()
        .regex(/^\d{1,15}$/)
        .default('10000000')
        .meta({ description: 'Ten credits, if left out.' }),
    }),
  )
  .output(
    z.object({
      price_micros: Micros,
      share_ppm: z.int(),
      terms_version: z.string(),
      parts: z.array(
        z.object({
          role: z.enum(['creator', 'collaborator', 'parent', 'platform']),
          person: PersonRef.nullable(),
          part_ppm: z.int(),
          amount_micros: Micros,
        }),
      ),
    }),
  );
