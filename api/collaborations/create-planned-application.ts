import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** Begins the application that was planned, with its title and team. */
export const createPlannedApplication = endpoint
  .route({
    method: 'POST',
    path: '/collaborations/{id}/application',
    successStatus: 201,
    tags: ['Collaborations'],
    summary: 'Apply with the model of a plan',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STANDING_REFUSED', 'APPLICATIONS_FULL', 'BEGUN_TODAY', 'COOLING_DOWN'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ id: Id }));
