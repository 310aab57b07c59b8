import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Account, Role } from './shapes.ts';

export const revokeRole = endpoint
  .route({
    method: 'DELETE',
    path: '/accounts/{id}/roles/{role}',
    tags: ['Administration'],
    summary: 'Take a role away',
  })
  .errors(may('NOT_FOUND', 'LAST_ADMIN'))
  .input(z.strictObject({ id: Id, role: Role }))
  .output(Account);
