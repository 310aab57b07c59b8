import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { CoolDown, DeskFile } from './review-shapes.ts';

export const createDeskRejection = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/desk-rejection',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Refuse an application before review',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'CONFLICT_OF_INTEREST'))
  .input(
    ApplicationAct.extend({
      reasons: z.string().trim().min(1, 'must not be empty').max(8_000),
      cool_down_days: CoolDown,
    }),
  )
  .output(DeskFile);
