import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { Account, DisplayName, Email, Language, Password } from './shapes.ts';

/** Opens an account, signs it in and grants the welcome credits. */
export const createSignUp = endpoint
  .route({ method: 'POST', path: '/sign-ups', successStatus: 201, tags: ['Identity'], summary: 'Sign up' })
  .errors(may('EMAIL_TAKEN', 'HANDLE_TAKEN', 'PASSWORD_TOO_COMMON'))
  .input(
    z.strictObject({
      email: Email,
      password: Password,
      display_name: DisplayName,
      language: Language.optional(),
      handle: Handle.optional().meta({ description: 'Left out: made from the display name.' }),
    }),
  )
  .output(Account);
