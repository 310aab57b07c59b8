import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Account, Role } from './shapes.ts';

export const listAccounts = endpoint
  .route({ method: 'GET', path: '/accounts', tags: ['Administration'], summary: 'Accounts and their roles' })
  .input(z.strictObject({ search: z.string().max(100).optional(), role: Role.optional(), ...paged(30) }))
  .output(page(Account));
