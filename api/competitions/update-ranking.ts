import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Panel, SheetNotes, SheetOrder } from './results-shapes.ts';

/** Saves the draft of a ranking: all finalists, each once, the best first. `version` is that of the draft seen, 0 before the first. */
export const updateRanking = endpoint
  .route({
    method: 'PUT',
    path: '/judging/panels/{id}/ranking',
    tags: ['Competitions'],
    summary: 'Save the draft of a ranking',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'NOT_THE_FINALISTS',
      'RANKING_COMMITTED',
      'PANEL_CLOSED',
      'COUNTING',
    ),
  )
  .input(z.strictObject({ id: Id, version: z.int().min(0), order: SheetOrder, notes: SheetNotes }))
  .output(Panel);
