import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Panel, Salt, SheetNotes, SheetOrder } from './results-shapes.ts';

/** After the final a judge opens what was committed. What does not match the digest is refused. */
export const createRankingReveal = endpoint
  .route({
    method: 'POST',
    path: '/judging/panels/{id}/reveal',
    tags: ['Competitions'],
    summary: 'Reveal a committed ranking',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'NOT_COMMITTED',
      'NOT_THE_FINALISTS',
      'COUNTING',
      'NOT_WHAT_WAS_COMMITTED',
      'TOO_EARLY_TO_REVEAL',
      'PANEL_CLOSED',
    ),
  )
  .input(z.strictObject({ id: Id, order: SheetOrder, notes: SheetNotes, salt: Salt }))
  .output(Panel);
