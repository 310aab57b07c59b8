import { watchEarnings as watch } from '../../views/watch-earnings.ts';
import { member, os } from '../base.ts';

export const watchEarnings = os.earnings.watchEarnings.handler(async function* ({
  context: { context, caller },
  signal,
}) {
  yield* watch(context, member(caller), signal);
});
