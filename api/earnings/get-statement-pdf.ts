import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Month, Place } from './statement-shapes.ts';

/**
 * The statement to be printed and filed, with every movement. More than some thousand take several parts, each with what
 * the accounts held before it and what they hold after it; the files in CSV and JSON have all of them in one piece.
 */
export const getStatementPdf = endpoint
  .route({
    method: 'GET',
    path: '/statements/{month}/pdf',
    tags: ['Earnings'],
    summary: 'A statement on paper',
  })
  .errors(may('NOT_FOUND', 'NOT_YET', 'BEFORE_THE_BOOKS', 'DOWNLOADS_FULL'))
  .input(z.strictObject({ month: Month, part: Place }))
  .output(z.file());
