import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Password } from './shapes.ts';

/** Changes the password, ends every other session and revokes every API key. */
export const updatePassword = endpoint
  .route({
    method: 'PUT',
    path: '/me/password',
    tags: ['Identity'],
    summary: 'Change my password',
    description: 'Ends every other session and revokes every API key.',
  })
  .errors(may('WRONG_CREDENTIALS', 'PASSWORD_TOO_COMMON'))
  .input(z.strictObject({ current_password: z.string().max(200), password: Password }))
  .output(z.object({ sessions_ended: z.int() }));
