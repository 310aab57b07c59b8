import type { Context } from '../context.ts';
import type { AccountId, NotificationId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';

/** Marks as read, and says so to the other tabs. */
export async function readNotifications(
  context: Context,
  person_id: AccountId,
  which: { id: NotificationId } | { until: Date },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    await marketplace.readNotifications(tx, person_id, which, at);
    await tell(tx, 'notifications.changed', { people: [person_id] }, at);
  });
  context.wake.send('news');
}
