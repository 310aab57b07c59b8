import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Session } from './shapes.ts';

export const listSessions = endpoint
  .route({ method: 'GET', path: '/sessions', tags: ['Identity'], summary: 'Where this account is signed in' })
  .output(z.object({ items: z.array(Session) }));
