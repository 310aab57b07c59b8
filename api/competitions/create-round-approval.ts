import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, RoundReason, SeenVersion } from './shapes.ts';

/** A second person approves: the rules are frozen and hashed, the seed is drawn and committed to, the prizes are put aside in full. */
export const createRoundApproval = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/{id}/approval',
    tags: ['Competitions'],
    summary: 'Approve a round, or send it back',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'SECOND_PERSON_NEEDED',
      'ROUND_REFUSED',
      'OWN_INTEREST',
      'PROPOSER_LEFT',
      'POOL_SHORT',
    ),
  )
  .input(z.strictObject({ id: Id, version: SeenVersion, approved: z.boolean(), reason: RoundReason }))
  .output(RoundFile);
