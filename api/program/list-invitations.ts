import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Invitation } from './agreement-shapes.ts';

/** The splits that you were asked to consent to, newest first. */
export const listInvitations = endpoint
  .route({
    method: 'GET',
    path: '/program/invitations',
    tags: ['Program'],
    summary: 'List what you were asked to share in',
  })
  .input(z.object({}))
  .output(z.object({ items: z.array(Invitation) }));
