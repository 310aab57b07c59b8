import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** Takes back a split that you proposed and that nobody earns by yet. */
export const deleteSplitProposal = endpoint
  .route({
    method: 'DELETE',
    path: '/split-proposals/{id}',
    tags: ['Program'],
    summary: 'Take back a proposed split',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.object({ id: Id }))
  .output(z.object({}));
