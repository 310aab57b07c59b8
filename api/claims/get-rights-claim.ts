import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RightsClaim } from './shapes.ts';

/** A claim with its way so far, for its parties and for moderators. */
export const getRightsClaim = endpoint
  .route({ method: 'GET', path: '/claims/{id}', tags: ['Claims'], summary: 'Get a claim' })
  .errors(may('NOT_FOUND'))
  .input(z.object({ id: Id }))
  .output(RightsClaim);
