import * as z from 'zod';
import { endpoint } from '../base.ts';
import { StatementSummary } from './statement-shapes.ts';

/** All of one's months, the newest first; the first of them is open. */
export const listStatements = endpoint
  .route({ method: 'GET', path: '/statements', tags: ['Earnings'], summary: 'My monthly statements' })
  .output(z.object({ items: z.array(StatementSummary) }));
