import * as z from 'zod';
import { endpoint, Modality, page, paged } from '../base.ts';
import { ApplicationState } from './application-shapes.ts';
import { DeskRow } from './review-shapes.ts';

export const listDesk = endpoint
  .route({
    method: 'GET',
    path: '/desk/applications',
    tags: ['Review'],
    summary: 'Applications that wait for the desk, whose clock runs out first',
  })
  .input(
    z.strictObject({
      state: ApplicationState.optional(),
      modality: Modality.optional(),
      overdue: z.stringbool().default(false),
      ...paged(50),
    }),
  )
  .output(page(DeskRow));
