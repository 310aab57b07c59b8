import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Digest, SameBytes } from './shapes.ts';

/** Nothing of the file is sent: whoever asks computed the digest. Nothing known is an answer too. */
export const getByDigest = endpoint
  .route({
    method: 'GET',
    path: '/provenance/digests/{digest}',
    tags: ['Provenance'],
    summary: 'What is known of these very bytes',
  })
  .input(z.strictObject({ digest: Digest }))
  .output(z.object({ matches: z.array(SameBytes) }));
