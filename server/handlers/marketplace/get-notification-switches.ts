import { notificationSwitches } from '../../views/notifications.ts';
import { member, os } from '../base.ts';

export const getNotificationSwitches = os.marketplace.getNotificationSwitches.handler(
  ({ context: { context, caller } }) => notificationSwitches(context, member(caller)),
);
