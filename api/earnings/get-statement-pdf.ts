import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Month } from './statement-shapes.ts';

/** What the page of the statement shows, to be printed and filed. The files in CSV and JSON have every line. */
export const getStatementPdf = endpoint
  .route({
    method: 'GET',
    path: '/statements/{month}/pdf',
    tags: ['Earnings'],
    summary: 'A statement on paper',
  })
  .errors(may('NOT_FOUND', 'NOT_YET', 'BEFORE_THE_BOOKS', 'DOWNLOADS_FULL'))
  .input(z.strictObject({ month: Month }))
  .output(z.file());
