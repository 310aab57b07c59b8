import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ModelUpload } from './model-upload-shapes.ts';

/** Asks for another check of an upload of which none came to its end (`unread`). */
export const createUploadCheck = endpoint
  .route({
    method: 'POST',
    path: '/model-uploads/{id}/checks',
    successStatus: 201,
    tags: ['Models'],
    summary: 'Check an upload again',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id }))
  .output(ModelUpload);
