import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationForApplicant } from './applicant-shapes.ts';

export const getApplication = endpoint
  .route({
    method: 'GET',
    path: '/applications/{id}',
    tags: ['Program'],
    summary: 'One of my applications, with what is still missing',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(ApplicationForApplicant);
