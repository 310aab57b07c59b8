import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';

/**
 * A ZIP of its pieces as they were made, with the licence in words, the signed statement of each and its card.
 * It is written while it is sent, so its length is not known before.
 */
export const getArchive = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/showcase/archive',
    tags: ['Showcase'],
    summary: 'A showcase to take along',
    outputStructure: 'detailed',
  })
  .errors(may('NOT_FOUND', 'ARCHIVES_FULL'))
  .input(z.strictObject({ slug: Slug }))
  .output(
    z.object({
      headers: z.object({ 'content-type': z.literal('application/zip'), 'content-disposition': z.string() }),
      body: z.instanceof(ReadableStream<Uint8Array>).meta({ description: 'The bytes of the ZIP.' }),
    }),
  );
