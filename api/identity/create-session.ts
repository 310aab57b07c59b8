import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Account } from './shapes.ts';

/** Signs in. The session travels in an HttpOnly cookie. */
export const createSession = endpoint
  .route({ method: 'POST', path: '/sessions', successStatus: 201, tags: ['Identity'], summary: 'Sign in' })
  .errors(may('WRONG_CREDENTIALS'))
  .input(z.strictObject({ email: z.string().max(254), password: z.string().max(200) }))
  .output(Account);
