import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { WORDS_CHARS_MAX } from './report-words.ts';
import { Reported, ReportReason } from './report-shapes.ts';

export const createReport = endpoint
  .route({
    method: 'POST',
    path: '/reports',
    tags: ['Community'],
    summary: 'Report what is not as it should be',
  })
  .errors(may('NOT_FOUND', 'ONESELF', 'REPORTED_ALREADY'))
  .input(
    z.strictObject({
      what: Reported,
      reason: ReportReason,
      text: z.string().trim().max(WORDS_CHARS_MAX).default(''),
    }),
  )
  .output(z.object({ reported: z.literal(true) }));
