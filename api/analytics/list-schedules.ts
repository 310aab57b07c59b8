import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Schedule } from './export-shapes.ts';

export const listSchedules = endpoint
  .route({
    method: 'GET',
    path: '/analytics/schedules',
    tags: ['Analytics'],
    summary: 'Files that are made every week or month',
  })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(Schedule) }));
