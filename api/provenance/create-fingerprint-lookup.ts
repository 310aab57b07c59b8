import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Alike, Fingerprints } from './shapes.ts';

/** The file stays where it is: its fingerprint says what it looks or sounds like and cannot be turned back into it. */
export const createFingerprintLookup = endpoint
  .route({
    method: 'POST',
    path: '/provenance/fingerprints',
    tags: ['Provenance'],
    summary: 'What looks or sounds like this',
  })
  .input(Fingerprints)
  .output(z.object({ alike: z.array(Alike) }));
