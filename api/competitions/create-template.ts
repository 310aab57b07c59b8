import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { RoundTemplate, TemplatePlan } from './shapes.ts';

/** Writes what rounds are made from. */
export const createTemplate = endpoint
  .route({
    method: 'POST',
    path: '/organising/templates',
    tags: ['Competitions'],
    summary: 'Write a template',
  })
  .errors(may('ROUND_REFUSED'))
  .input(z.strictObject({ plan: TemplatePlan }))
  .output(RoundTemplate);
