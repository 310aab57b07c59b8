import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Password } from './shapes.ts';

/** Sets a new password with the link from the mail ends every session and revokes every API key. */
export const updatePasswordReset = endpoint
  .route({
    method: 'PUT',
    path: '/password-resets',
    tags: ['Identity'],
    summary: 'Set a new password by link',
    description: 'Ends every session and revokes every API key.',
  })
  .errors(may('LINK_EXPIRED', 'PASSWORD_TOO_COMMON'))
  .input(z.strictObject({ token: z.string().max(200), password: Password }))
  .output(z.object({ reset: z.literal(true) }));
