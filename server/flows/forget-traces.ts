import type { Context } from '../context.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import { REFERRAL } from '../offers.ts';

/** A browser that nobody signed in with for so long is not known any more; its cookie has ended by then. */
const DEVICE_DAYS = 180;

/** Deletes digests of browsers and networks that say nothing any more about who came by whom. */
export async function forgetTraces(context: Context): Promise<void> {
  const at = context.clock.now().getTime();
  await context.database.inTransaction((tx) =>
    campaigns.forgetTraces(tx, {
      touches: new Date(at - (REFERRAL.window_days + 1) * DAY_MS),
      devices: new Date(at - DEVICE_DAYS * DAY_MS),
    }),
  );
}
