import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Panel } from './results-shapes.ts';

/** A judge who accepted finds a conflict of interest, or cannot go on. Their ranking does not count. */
export const createRecusal = endpoint
  .route({
    method: 'POST',
    path: '/judging/panels/{id}/recusal',
    tags: ['Competitions'],
    summary: 'Step back as a judge',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'COUNTING'))
  .input(z.strictObject({ id: Id, reason: DeskReason }))
  .output(Panel);
