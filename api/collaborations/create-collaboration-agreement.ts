import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage } from './shapes.ts';

/** Agrees. Of a model that is there a split is proposed, to which everybody consents as ever. */
export const createCollaborationAgreement = endpoint
  .route({
    method: 'POST',
    path: '/collaborations/{id}/agreement',
    successStatus: 201,
    tags: ['Collaborations'],
    summary: 'Agree to an offer',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'BLOCKED',
      'COLLABORATION_EXPIRED',
      'COLLABORATOR_REFUSED',
      'STANDING_REFUSED',
      'TEAM_REFUSED',
      'SPLIT_REFUSED',
      'SPLIT_WAITS',
      'CLAIM_OPEN',
      'INVITATIONS_FULL',
      'NOT_PRICED',
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      version: z.int().meta({ description: 'The one that you saw: nothing else is agreed to.' }),
    }),
  )
  .output(CollaborationPage);
