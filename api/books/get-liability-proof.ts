import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { LiabilityProof } from './shapes.ts';

/** Only one's own, one for each tree in which something was owed. The others in it are sums of strangers. */
export const getLiabilityProof = endpoint
  .route({
    method: 'GET',
    path: '/books/liabilities/{day}/proof',
    tags: ['Books'],
    summary: 'Proof that what I am owed was counted',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ day: z.iso.date() }))
  .output(z.object({ items: z.array(LiabilityProof) }));
