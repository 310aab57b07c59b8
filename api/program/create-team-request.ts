import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { SplitProposal } from './agreement-shapes.ts';

/** Asks the team of an accepted application once more, after somebody declined or did not answer in time. */
export const createTeamRequest = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/team-requests',
    tags: ['Program'],
    summary: 'Ask a team for consent again',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'SPLIT_WAITS', 'TEAM_REFUSED', 'INVITATIONS_FULL'))
  .input(z.strictObject({ id: Id }))
  .output(SplitProposal);
