import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { TermsText } from './agreement-shapes.ts';

/** One version of the terms with its text. */
export const getTerms = endpoint
  .route({ method: 'GET', path: '/program/terms/{version}', tags: ['Program'], summary: 'Read the terms' })
  .errors(may('NOT_FOUND'))
  .input(z.object({ version: z.string().max(40) }))
  .output(TermsText);
