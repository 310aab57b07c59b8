import * as z from 'zod';
import { Can, endpoint, Instant, PersonRef, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { SplitProposal } from './agreement-shapes.ts';

/** How the creator's share of a model is divided, and what was proposed. For those who share in it. */
export const getSplit = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/split',
    tags: ['Program'],
    summary: 'Get the split of a model',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.object({ slug: Slug }))
  .output(
    z.object({
      title: z.string(),
      version: z.int(),
      parts: z.array(
        z.object({ person: PersonRef, role: z.enum(['creator', 'collaborator']), part_ppm: z.int() }),
      ),
      proposals: z.array(SplitProposal),
      earliest: Instant.meta({ description: 'The earliest date from which another split could hold.' }),
      can: z.object({ propose: Can }),
    }),
  );
