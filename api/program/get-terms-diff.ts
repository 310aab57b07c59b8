import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { TermsChange, TermsVersion } from './agreement-shapes.ts';

/** What changed between two versions of the terms, paragraph by paragraph and word by word. */
export const getTermsDiff = endpoint
  .route({
    method: 'GET',
    path: '/program/terms/{version}/diff',
    tags: ['Program'],
    summary: 'Compare two versions of the terms',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.object({
      version: z.string().max(40),
      against: z.string().max(40).optional().meta({ description: 'Left out: the version that it replaces.' }),
    }),
  )
  .output(z.object({ from: TermsVersion, to: TermsVersion, changes: z.array(TermsChange) }));
