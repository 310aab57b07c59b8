import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { OwnRuling, Words } from './report-shapes.ts';

/** Once for each decision that hides something. Another moderator answers it. */
export const createObjection = endpoint
  .route({
    method: 'POST',
    path: '/me/rulings/{id}/objection',
    tags: ['Community'],
    summary: 'Object to a decision about what is mine',
  })
  .errors(may('NOT_FOUND', 'OBJECTED_ALREADY', 'NOT_HIDDEN'))
  .input(z.strictObject({ id: Id, text: Words }))
  .output(OwnRuling);
