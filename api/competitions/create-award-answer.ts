import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Award, SeenVersion } from './shapes.ts';

/** The winner takes the award, or leaves it to whoever comes next. */
export const createAwardAnswer = endpoint
  .route({
    method: 'POST',
    path: '/me/awards/{id}/answer',
    tags: ['Competitions'],
    summary: 'Accept or decline an award',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED'))
  .input(z.strictObject({ id: Id, version: SeenVersion, accepted: z.boolean() }))
  .output(Award);
