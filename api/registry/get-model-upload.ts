import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ModelUpload } from './model-upload-shapes.ts';

export const getModelUpload = endpoint
  .route({
    method: 'GET',
    path: '/model-uploads/{id}',
    tags: ['Models'],
    summary: 'How far an upload and its checks are',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(ModelUpload);
