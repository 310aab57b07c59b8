import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Upload } from './upload-shapes.ts';

/** All of them at once: an account has a hundred at most. */
export const listUploads = endpoint
  .route({ method: 'GET', path: '/uploads', tags: ['Generation'], summary: 'My uploads, newest first' })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(Upload) }));
