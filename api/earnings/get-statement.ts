import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Month, Place, Statement } from './statement-shapes.ts';

export const getStatement = endpoint
  .route({ method: 'GET', path: '/statements/{month}', tags: ['Earnings'], summary: 'What moved in a month' })
  .errors(may('NOT_FOUND', 'NOT_YET', 'BEFORE_THE_BOOKS'))
  .input(z.strictObject({ month: Month, page: Place }))
  .output(Statement);
