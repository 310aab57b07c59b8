import * as marketplace from '../../modules/marketplace/index.ts';
import { notificationSwitches } from '../../views/notifications.ts';
import { member, os } from '../base.ts';

export const updateNotificationSwitch = os.marketplace.updateNotificationSwitch.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    await context.database.inTransaction((tx) =>
      marketplace.switchNotifications(tx, me, input.kind, input.on),
    );
    return notificationSwitches(context, me);
  },
);
