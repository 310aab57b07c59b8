import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { PublicEpoch } from './shapes.ts';

/** Those whose leaves are frozen, the newest first; voided ones too, which never counted. */
export const listEpochs = endpoint
  .route({ method: 'GET', path: '/epochs', tags: ['Rewards'], summary: 'Published epochs of $STELAI' })
  .errors(may())
  .input(z.strictObject(paged(20)))
  .output(page(PublicEpoch));
