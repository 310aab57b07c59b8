import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

export const createEmailVerification = endpoint
  .route({
    method: 'POST',
    path: '/email-verifications',
    tags: ['Identity'],
    summary: 'Confirm an e-mail address',
  })
  .errors(may('LINK_EXPIRED'))
  .input(z.strictObject({ token: z.string().max(200) }))
  .output(z.object({ email: z.string() }));
