import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Panel } from './results-shapes.ts';

/**
 * A judge accepts or declines. Who accepts declares that nothing stands against it; what the product knows of is held
 * against them, and refuses them, whatever they declare.
 */
export const createJudgeAnswer = endpoint
  .route({
    method: 'POST',
    path: '/judging/panels/{id}/answer',
    tags: ['Competitions'],
    summary: 'Accept or decline to judge',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'JUDGE_CONFLICT', 'DECLARATION_MISSING'))
  .input(
    z.strictObject({
      id: Id,
      accepted: z.boolean(),
      no_conflict: z.boolean().default(false).meta({
        description:
          'I made none of the entries, share in none, am near to nobody who did, and gain nothing.',
      }),
      declaration: z.string().trim().max(1_000).default('').meta({
        description:
          'What others should know although it is no conflict; or why you decline. Shown to organisers.',
      }),
    }),
  )
  .output(Panel);
