import * as z from 'zod';
import { endpoint } from '../base.ts';

export const getUnread = endpoint
  .route({
    method: 'GET',
    path: '/me/notices/unread',
    tags: ['Community'],
    summary: 'How much I have not read',
  })
  .input(z.strictObject({}))
  .output(z.object({ unread: z.int() }));
