import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Account, DisplayName, Email, Password } from './shapes.ts';

/** Opens the first admin account with the one-time link that the server printed. */
export const createAdminClaim = endpoint
  .route({
    method: 'POST',
    path: '/admin-claims',
    successStatus: 201,
    tags: ['Identity'],
    summary: 'Claim the admin account',
  })
  .errors(may('LINK_EXPIRED', 'EMAIL_TAKEN', 'PASSWORD_TOO_COMMON'))
  .input(
    z.strictObject({
      token: z.string().max(200),
      email: Email,
      password: Password,
      display_name: DisplayName,
    }),
  )
  .output(Account);
