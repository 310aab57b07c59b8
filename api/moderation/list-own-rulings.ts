import * as z from 'zod';
import { endpoint } from '../base.ts';
import { OwnRuling } from './report-shapes.ts';

export const listOwnRulings = endpoint
  .route({
    method: 'GET',
    path: '/me/rulings',
    tags: ['Community'],
    summary: 'What moderators decided about what is mine',
  })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(OwnRuling) }));
