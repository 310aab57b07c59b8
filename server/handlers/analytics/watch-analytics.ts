import { withEventMeta } from '@orpc/server';
import { watchAnalytics as watch } from '../../views/analytics/watch.ts';
import { member, os } from '../base.ts';

export const watchAnalytics = os.analytics.watchAnalytics.handler(async function* ({
  input,
  lastEventId,
  context: { context, caller, watching },
}) {
  const asked = { zone: input.zone, after: lastEventId, signal: watching };
  for await (const { meta, event } of watch(context, member(caller), asked)) yield withEventMeta(event, meta);
});
