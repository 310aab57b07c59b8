import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { RoundTemplate } from './shapes.ts';

/** What rounds are made from, month by month. */
export const listTemplates = endpoint
  .route({
    method: 'GET',
    path: '/organising/templates',
    tags: ['Competitions'],
    summary: 'List templates of rounds',
  })
  .errors(may())
  .input(z.object({}))
  .output(z.object({ items: z.array(RoundTemplate) }));
