import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** What was made by it stays until its time is over. */
export const deleteSchedule = endpoint
  .route({
    method: 'DELETE',
    path: '/analytics/schedules/{id}',
    tags: ['Analytics'],
    summary: 'Switch a schedule off',
    successStatus: 204,
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.void());
