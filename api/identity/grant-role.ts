import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Account, Role } from './shapes.ts';

export const grantRole = endpoint
  .route({
    method: 'PUT',
    path: '/accounts/{id}/roles/{role}',
    tags: ['Administration'],
    summary: 'Give a role',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id, role: Role }))
  .output(Account);
