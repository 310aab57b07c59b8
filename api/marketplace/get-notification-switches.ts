import * as z from 'zod';
import { endpoint } from '../base.ts';
import { SwitchableKind } from './notification-shapes.ts';

export const NotificationSwitches = z.object({
  kinds: z.array(z.object({ kind: SwitchableKind, on: z.boolean() })),
});

export const getNotificationSwitches = endpoint
  .route({
    method: 'GET',
    path: '/me/notifications/switches',
    tags: ['Community'],
    summary: 'What I am told of',
  })
  .input(z.strictObject({}))
  .output(NotificationSwitches);
