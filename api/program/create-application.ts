import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationForApplicant } from './applicant-shapes.ts';

/** Begins an application. One that follows a refused one begins with what was said there. */
export const createApplication = endpoint
  .route({ method: 'POST', path: '/applications', tags: ['Program'], summary: 'Begin an application' })
  .errors(may('STANDING_REFUSED', 'NOT_FOUND', 'APPLICATIONS_FULL', 'BEGUN_TODAY', 'COOLING_DOWN'))
  .input(
    z.strictObject({
      follows_id: Id.optional().meta({ description: 'An application of yours that has ended.' }),
    }),
  )
  .output(ApplicationForApplicant);
