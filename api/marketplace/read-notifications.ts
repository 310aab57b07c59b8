import * as z from 'zod';
import { endpoint, Id, Instant } from '../base.ts';

export const readNotifications = endpoint
  .route({
    method: 'POST',
    path: '/me/notifications/reads',
    tags: ['Community'],
    summary: 'Mark as read: one, or all up to an instant',
  })
  .input(z.union([z.strictObject({ id: Id }), z.strictObject({ until: Instant })]))
  .output(z.object({ unread: z.int() }));
