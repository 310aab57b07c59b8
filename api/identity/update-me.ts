import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Account, DisplayName, Language } from './shapes.ts';

export const updateMe = endpoint
  .route({ method: 'PATCH', path: '/me', tags: ['Identity'], summary: 'Change my profile' })
  .input(
    z.strictObject({
      display_name: DisplayName.optional(),
      bio: z.string().trim().max(500).optional(),
      language: Language.optional(),
    }),
  )
  .output(Account);
