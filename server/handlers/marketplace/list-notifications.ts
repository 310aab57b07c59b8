import { notificationList } from '../../views/notifications.ts';
import { member, os } from '../base.ts';

export const listNotifications = os.marketplace.listNotifications.handler(
  ({ input, context: { context, caller } }) => notificationList(context, member(caller), input),
);
