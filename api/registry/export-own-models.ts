import * as z from 'zod';
import { endpoint } from '../base.ts';

/** CSV with one row a model and one column a field that can be edited; cells are safe against formulas. */
export const exportOwnModels = endpoint
  .route({ method: 'GET', path: '/own-models/export', tags: ['Models'], summary: 'My models as CSV' })
  .input(z.strictObject({}))
  .output(z.file());
