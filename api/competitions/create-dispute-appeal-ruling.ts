import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Dispute } from './results-shapes.ts';

/** Answers an appeal: somebody else than who ruled before. It changes no standings by itself. */
export const createDisputeAppealRuling = endpoint
  .route({
    method: 'POST',
    path: '/competitions/disputes/{id}/appeal/ruling',
    tags: ['Competitions'],
    summary: 'Answer an appeal about a dispute',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'OWN_INTEREST', 'SECOND_PERSON_NEEDED'))
  .input(z.strictObject({ id: Id, upheld: z.boolean(), reason: DeskReason }))
  .output(Dispute);
