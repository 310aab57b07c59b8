import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { LiabilityRoot } from './shapes.ts';

export const listLiabilityRoots = endpoint
  .route({
    method: 'GET',
    path: '/books/liabilities',
    tags: ['Books'],
    summary: 'Signed daily roots over what is owed',
  })
  .input(z.strictObject(paged(50)))
  .output(page(LiabilityRoot));
