import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { DecisionInput, DeskFile } from './review-shapes.ts';

export const createDecision = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/decision',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Decide about an application',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'CONFLICT_OF_INTEREST',
      'CHAIR_REVIEWED',
      'QUORUM_MISSING',
      'FILES_CHANGED',
      'SECOND_SIGNER_NEEDED',
    ),
  )
  .input(
    ApplicationAct.extend({
      decision: DecisionInput,
      propose: z
        .boolean()
        .default(false)
        .meta({ description: 'That another chair signs it too, if it contradicts the panel.' }),
    }),
  )
  .output(DeskFile);
