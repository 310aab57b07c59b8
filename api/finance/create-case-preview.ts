import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { CasePreview } from './shapes.ts';

/** What a case about these generations would hold of whom. It opens nothing; why it would be refused is in the answer. */
export const createCasePreview = endpoint
  .route({
    method: 'POST',
    path: '/cases/preview',
    tags: ['Finance'],
    summary: 'What a case would hold',
  })
  .input(z.strictObject({ generation_ids: z.array(Id).min(1).max(500) }))
  .output(CasePreview);
