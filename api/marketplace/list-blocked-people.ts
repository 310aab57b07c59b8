import * as z from 'zod';
import { endpoint, Instant, PersonRef } from '../base.ts';

export const BlockKind = z.enum(['block', 'mute']);
export const BlockedPeople = z.object({
  items: z.array(z.object({ person: PersonRef, kind: BlockKind, at: Instant })),
});

export const listBlockedPeople = endpoint
  .route({
    method: 'GET',
    path: '/me/blocked-people',
    tags: ['Community'],
    summary: 'Whom I blocked or muted',
  })
  .input(z.strictObject({}))
  .output(BlockedPeople);
