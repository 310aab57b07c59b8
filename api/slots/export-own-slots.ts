import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Month } from './shapes.ts';

export const exportOwnSlots = endpoint
  .route({ method: 'GET', path: '/slots/own/export', tags: ['Promotion'], summary: 'The same as CSV' })
  .input(z.strictObject({ month: Month }))
  .output(z.file());
