import { watchEarnings as watch } from '../../views/watch-earnings.ts';
import { member, os } from '../base.ts';

export const watchEarnings = os.earnings.watchEarnings.handler(async function* ({
  context: { context, caller, watching },
}) {
  yield* watch(context, member(caller), watching);
});
