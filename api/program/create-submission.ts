import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { RELEASE_CHECKS } from '../registry/release-refusals.ts';
import { ApplicationForApplicant } from './applicant-shapes.ts';
import { ApplicationAct } from './application-shapes.ts';

/** Submits the draft as a revision that nobody can change, with the words that were affirmed. */
export const createSubmission = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/submissions',
    tags: ['Program'],
    summary: 'Submit an application',
  })
  .errors(
    may(
      'NOT_FOUND',
      'STANDING_REFUSED',
      'NOT_NOW',
      'STATE_CHANGED',
      'DRAFT_CHANGED',
      'APPLICATION_INCOMPLETE',
      'RIGHTS_OUTDATED',
      'SLUG_TAKEN',
      'LICENCE_CONFLICT',
      'LINEAGE_REFUSED',
      'TEAM_REFUSED',
      'INVITATIONS_FULL',
      'SAME_REVISION',
      ...RELEASE_CHECKS,
    ),
  )
  .input(
    ApplicationAct.extend({
      draft_version: z.int().min(1).meta({ description: 'Of the draft that you saw.' }),
    }),
  )
  .output(ApplicationForApplicant);
