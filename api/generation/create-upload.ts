import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Upload } from './upload-shapes.ts';

/** The file itself is the body. It is made anew before it is kept: what else was in it, such as a place, is left out. */
export const createUpload = endpoint
  .route({
    method: 'POST',
    path: '/uploads',
    tags: ['Generation'],
    summary: 'Upload a picture to generate from',
    inputStructure: 'detailed',
  })
  .errors(may('PICTURE_REFUSED', 'UPLOADS_FULL', 'FILE_TOO_LARGE', 'STORAGE_FULL'))
  .input(
    z.object({
      body: z.file().meta({
        description: 'PNG, JPEG, WebP or AVIF, of 20 MB, 8192 pixels a side and 40 megapixels at most.',
      }),
    }),
  )
  .output(Upload);
