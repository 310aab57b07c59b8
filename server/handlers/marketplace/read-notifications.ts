import { readNotifications as read } from '../../flows/read-notifications.ts';
import { asId, type NotificationId } from '../../ids.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import { member, os } from '../base.ts';

export const readNotifications = os.marketplace.readNotifications.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    await read(
      context,
      me,
      'id' in input ? { id: asId<NotificationId>(input.id) } : { until: new Date(input.until) },
    );
    return { unread: await marketplace.countUnread(context.db, me) };
  },
);
