import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { AnyAddress } from './claim-shapes.ts';

/** A file of JSON that is good for itself: chain, distributor, root, leaf, proof and the call that claims by it. */
export const getProof = endpoint
  .route({
    method: 'GET',
    path: '/rewards/proofs/{wallet}',
    tags: ['Rewards'],
    summary: 'Download the proof of a wallet',
  })
  .errors(may('EPOCH_NOT_PUBLISHED', 'CHAIN_ABSENT', 'CHAIN_AWAY'))
  .input(z.strictObject({ wallet: AnyAddress }))
  .output(z.file());
