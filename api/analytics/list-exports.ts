import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Export } from './export-shapes.ts';

export const listExports = endpoint
  .route({
    method: 'GET',
    path: '/analytics/exports',
    tags: ['Analytics'],
    summary: 'Files that were ordered, the newest first',
  })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(Export) }));
