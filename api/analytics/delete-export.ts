import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** One that is still being made is given up. */
export const deleteExport = endpoint
  .route({
    method: 'DELETE',
    path: '/analytics/exports/{id}',
    tags: ['Analytics'],
    summary: 'Delete a file, or stop making it',
    successStatus: 204,
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.void());
