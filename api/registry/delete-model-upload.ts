import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ModelUpload } from './model-upload-shapes.ts';

/** Gives an upload up; what came in is deleted. */
export const deleteModelUpload = endpoint
  .route({
    method: 'DELETE',
    path: '/model-uploads/{id}',
    tags: ['Models'],
    summary: 'Give an upload up',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id }))
  .output(ModelUpload);
