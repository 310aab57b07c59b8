import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { DeskFile } from './review-shapes.ts';

export const createScreening = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/screening',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Take an application to screen it',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'CONFLICT_OF_INTEREST'))
  .input(ApplicationAct)
  .output(DeskFile);
