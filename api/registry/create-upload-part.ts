import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ModelUpload } from './model-upload-shapes.ts';

/**
 * The next bytes of an upload are the body. Once this is answered they are on the disk for good; whoever never heard
 * the answer asks for the upload and goes on where it ends. With the last part the checks begin.
 */
export const createUploadPart = endpoint
  .route({
    method: 'POST',
    path: '/model-uploads/{id}/parts',
    tags: ['Models'],
    summary: 'Append to an upload',
    inputStructure: 'detailed',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'UPLOAD_OFFSET_WRONG',
      'UPLOAD_BUSY',
      'PART_EMPTY',
      'FILE_TOO_LARGE',
      'STORAGE_FULL',
    ),
  )
  .input(
    z.object({
      params: z.object({ id: Id }),
      query: z.strictObject({
        offset: z.coerce.number().int().min(0).meta({ description: 'Where these bytes begin: `received`.' }),
      }),
      body: z.file().meta({ description: '64 MB at most.' }),
    }),
  )
  .output(ModelUpload);
