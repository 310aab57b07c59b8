import * as z from 'zod';
import { Can, endpoint, Instant, PersonRef, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Transfer } from './transfer-shapes.ts';

/** Who has had a model and who may have it next. For those who share in it, and for its former owners. */
export const getOwnership = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/ownership',
    tags: ['Program'],
    summary: 'Get the owners of a model',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.object({ slug: Slug }))
  .output(
    z.object({
      owners: z
        .array(z.object({ person: PersonRef, since: Instant, until: Instant.nullable() }))
        .meta({ description: 'The present one first.' }),
      transfer: Transfer.nullable().meta({ description: 'The offer that waits; for its two sides.' }),
      can: z.object({ offer: Can }),
    }),
  );
