import * as z from 'zod';
import { endpoint } from '../base.ts';
import { ModelUpload } from './model-upload-shapes.ts';

/** There are few at a time, so all of them come at once. */
export const listModelUploads = endpoint
  .route({
    method: 'GET',
    path: '/model-uploads',
    tags: ['Models'],
    summary: 'Your uploads that are not finished',
  })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(ModelUpload) }));
