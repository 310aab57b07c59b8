import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Upload } from './upload-shapes.ts';

export const getUpload = endpoint
  .route({ method: 'GET', path: '/uploads/{id}', tags: ['Generation'], summary: 'One upload of mine' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Upload);
