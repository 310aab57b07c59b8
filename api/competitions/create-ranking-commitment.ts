import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Panel, RankingDigest, Salt } from './results-shapes.ts';

/**
 * Commits the saved draft: its digest is public at once, and nothing of it changes any more. With the salt left here it
 * is revealed by itself when the final is over; without it, the judge reveals it.
 */
export const createRankingCommitment = endpoint
  .route({
    method: 'POST',
    path: '/judging/panels/{id}/commitment',
    tags: ['Competitions'],
    summary: 'Commit a ranking',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'COUNTING',
      'NOT_THE_FINALISTS',
      'NOT_RANKED',
      'RANKING_COMMITTED',
      'PANEL_CLOSED',
      'NOT_WHAT_WAS_COMMITTED',
    ),
  )
  .input(z.strictObject({ id: Id, digest: RankingDigest, salt: Salt.optional() }))
  .output(Panel);
