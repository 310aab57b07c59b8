import * as z from 'zod';
import { endpoint } from '../base.ts';
import { NotificationSwitches } from './get-notification-switches.ts';
import { SwitchableKind } from './notification-shapes.ts';

export const updateNotificationSwitch = endpoint
  .route({
    method: 'PUT',
    path: '/me/notifications/switches/{kind}',
    tags: ['Community'],
    summary: 'Be told of a kind, or not',
  })
  .input(z.strictObject({ kind: SwitchableKind, on: z.boolean() }))
  .output(NotificationSwitches);
