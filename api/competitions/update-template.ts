import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundTemplate, SeenVersion, TemplatePlan } from './shapes.ts';

/** Writes it anew, for the rounds that are made from then on. */
export const updateTemplate = endpoint
  .route({
    method: 'PUT',
    path: '/organising/templates/{id}',
    tags: ['Competitions'],
    summary: 'Write a template anew',
  })
  .errors(may('NOT_FOUND', 'STATE_CHANGED', 'ROUND_REFUSED'))
  .input(z.strictObject({ id: Id, version: SeenVersion, plan: TemplatePlan }))
  .output(RoundTemplate);
