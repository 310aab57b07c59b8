import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** At once nothing can be started from it; its file is taken away when nothing that was started needs it any more. */
export const deleteUpload = endpoint
  .route({ method: 'DELETE', path: '/uploads/{id}', tags: ['Generation'], summary: 'Delete an upload' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ id: Id }));
