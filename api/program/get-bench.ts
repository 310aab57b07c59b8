import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Bench } from './bench-shapes.ts';

export const getBench = endpoint
  .route({
    method: 'GET',
    path: '/applications/{id}/bench',
    tags: ['Program'],
    summary: 'What the bench made of a revision',
    description:
      'For the applicant, its reviewers, coordinators and chairs. The newest revision, if none is named.',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id, revision: z.coerce.number().int().min(1).optional() }))
  .output(Bench);
