import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { DeskFile } from './review-shapes.ts';

/** After changes the same reviewers go on, with the new revision; from the waiting list it is another panel. */
export const createPanel = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/panel',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Give an application to reviewers',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'CONFLICT_OF_INTEREST',
      'REVIEWERS_MISSING',
      'REVIEWER_UNKNOWN',
      'ASKED_ALREADY',
    ),
  )
  .input(
    ApplicationAct.extend({
      reviewers: z
        .array(Handle)
        .max(9)
        .default([])
        .meta({ description: 'Left out: of those who are free, those with the least to do.' }),
    }),
  )
  .output(DeskFile);
