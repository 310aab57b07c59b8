import * as z from 'zod';
import { endpoint } from '../base.ts';
import { TermsVersion } from './agreement-shapes.ts';

/** Every version of the terms, newest first, those that are announced included. */
export const listTerms = endpoint
  .route({ method: 'GET', path: '/program/terms', tags: ['Program'], summary: 'List the terms' })
  .input(z.object({}))
  .output(z.object({ items: z.array(TermsVersion) }));
