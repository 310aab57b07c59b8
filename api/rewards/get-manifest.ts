import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

/** The leaves of an epoch, byte by byte as their digest stands on the chain: anybody builds root and proofs from it. */
export const getManifest = endpoint
  .route({
    method: 'GET',
    path: '/epochs/{number}/manifest',
    tags: ['Rewards'],
    summary: 'Download the leaves of an epoch',
  })
  .errors(may('EPOCH_NOT_PUBLISHED'))
  .input(
    z.strictObject({
      number: z.coerce
        .bigint()
        .min(1n)
        .max(10n ** 18n),
    }),
  )
  .output(z.file());
