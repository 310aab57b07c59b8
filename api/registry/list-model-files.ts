import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { ModelFile } from './model-file-shapes.ts';

export const listModelFiles = endpoint
  .route({ method: 'GET', path: '/model-files', tags: ['Models'], summary: 'Files that you uploaded' })
  .input(z.strictObject(paged(30)))
  .output(page(ModelFile));
