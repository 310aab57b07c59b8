import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { BlockedPeople, BlockKind } from './list-blocked-people.ts';

export const unblockPerson = endpoint
  .route({
    method: 'DELETE',
    path: '/me/blocked-people/{handle}/{kind}',
    tags: ['Community'],
    summary: 'Block or mute a person no longer',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ handle: Handle, kind: BlockKind }))
  .output(BlockedPeople);
