import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Offer } from './agreement-shapes.ts';

/** The agreement that was offered for an application; null before it was accepted. */
export const getOffer = endpoint
  .route({
    method: 'GET',
    path: '/applications/{id}/offer',
    tags: ['Program'],
    summary: 'Get the agreement offered',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ id: Id }))
  .output(z.object({ offer: Offer.nullable() }));
