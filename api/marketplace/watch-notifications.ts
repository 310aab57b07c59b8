import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { endpoint } from '../base.ts';
import { ABOUT_STREAMS } from '../streams.ts';

/** Server-sent events for as long as one listens: how many are unread, at once and whenever that changes. */
export const watchNotifications = endpoint
  .route({
    method: 'GET',
    path: '/me/notifications/events',
    tags: ['Community'],
    summary: 'Watch what I am told',
    description: ABOUT_STREAMS,
  })
  .input(z.strictObject({}))
  .output(eventIterator(z.object({ unread: z.int() })));
