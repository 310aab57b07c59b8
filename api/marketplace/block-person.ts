import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { BlockedPeople, BlockKind } from './list-blocked-people.ts';

/** A blocked person cannot comment on, like, rate, mention or follow one; a muted one is only not seen. */
export const blockPerson = endpoint
  .route({
    method: 'PUT',
    path: '/me/blocked-people/{handle}/{kind}',
    tags: ['Community'],
    summary: 'Block or mute a person',
  })
  .errors(may('NOT_FOUND', 'ONESELF'))
  .input(z.strictObject({ handle: Handle, kind: BlockKind }))
  .output(BlockedPeople);
