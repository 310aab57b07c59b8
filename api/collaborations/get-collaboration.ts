import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage } from './shapes.ts';

/** A proposal with its offers and messages, for its two sides. */
export const getCollaboration = endpoint
  .route({
    method: 'GET',
    path: '/collaborations/{id}',
    tags: ['Collaborations'],
    summary: 'Get a collaboration',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(CollaborationPage);
