import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { FileName } from './file-name.ts';
import { Digest } from './model-file-shapes.ts';
import { ModelUpload } from './model-upload-shapes.ts';

/** Announces a large file; its parts follow, and can go on after whatever interrupted them. */
export const createModelUpload = endpoint
  .route({
    method: 'POST',
    path: '/model-uploads',
    tags: ['Models'],
    summary: 'Begin to upload a large file of a model',
  })
  .errors(may('FILE_TOO_LARGE', 'MODEL_FILES_FULL', 'UPLOADS_FULL', 'STORAGE_FULL'))
  .input(
    z.strictObject({
      name: FileName,
      bytes: z.int().min(1).meta({ description: '10 GB at most unless the operator set another limit.' }),
      digest: Digest.optional().meta({ description: 'If given, what came in must have it.' }),
    }),
  )
  .output(ModelUpload);
