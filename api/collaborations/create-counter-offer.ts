import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage, OfferWish } from './shapes.ts';

/** Answers an offer with another one, which waits for the other. */
export const createCounterOffer = endpoint
  .route({
    method: 'POST',
    path: '/collaborations/{id}/offers',
    successStatus: 201,
    tags: ['Collaborations'],
    summary: 'Make another offer',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'BLOCKED', 'COLLABORATION_EXPIRED', 'WORDS_REFUSED'))
  .input(z.strictObject({ id: Id, version: z.int(), offer: OfferWish }))
  .output(CollaborationPage);
