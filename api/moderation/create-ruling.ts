import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Decision, Matter, ReportedKind, Words } from './report-shapes.ts';

export const createRuling = endpoint
  .route({
    method: 'POST',
    path: '/moderation/rulings',
    tags: ['Moderation'],
    summary: 'Decide about a report',
  })
  .errors(may('NOT_FOUND', 'OWN_INTEREST', 'SECOND_PERSON_NEEDED', 'NOTHING_TO_DECIDE', 'RULING_REFUSED'))
  .input(
    z.strictObject({
      kind: ReportedKind,
      subject_id: Id,
      decision: Decision,
      reason: Words.meta({ description: 'The maker is told it, where something is hidden or restored.' }),
    }),
  )
  .output(Matter);
