import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { DeskFile } from './review-shapes.ts';

export const createSignature = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/signature',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Sign a decision that contradicts the panel, or hand it back',
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
    ),
  )
  .input(
    ApplicationAct.extend({
      sign: z.boolean(),
      why: z.string().trim().max(4_000).default(''),
    }),
  )
  .output(DeskFile);
