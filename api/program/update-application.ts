import * as z from 'zod';
import { endpoint, Id, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { Finding } from './applicant-shapes.ts';
import { ApplicationDraft } from './application-shapes.ts';

/** Saves what was written so far, whole. It must build on what was saved last: another tab may have written. */
export const updateApplication = endpoint
  .route({
    method: 'PATCH',
    path: '/applications/{id}',
    tags: ['Program'],
    summary: 'Save the draft of an application',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'DRAFT_CHANGED', 'DRAFT_TOO_LARGE'))
  .input(z.strictObject({ id: Id, draft: ApplicationDraft, draft_version: z.int().min(1) }))
  .output(z.object({ draft_version: z.int(), draft_at: Instant, findings: z.array(Finding) }));
