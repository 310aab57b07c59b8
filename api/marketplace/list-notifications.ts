import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Notification } from './notification-shapes.ts';

/** What is alike and not read yet is one. */
export const listNotifications = endpoint
  .route({
    method: 'GET',
    path: '/me/notifications',
    tags: ['Community'],
    summary: 'What I was told, newest first',
  })
  .input(z.strictObject({ ...paged(30) }))
  .output(page(Notification));
