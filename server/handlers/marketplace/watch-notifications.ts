import { watchNotifications as watch } from '../../views/notifications.ts';
import { member, os } from '../base.ts';

export const watchNotifications = os.marketplace.watchNotifications.handler(async function* ({
  context: { context, caller, watching },
}) {
  yield* watch(context, member(caller), watching);
});
