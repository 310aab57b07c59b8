import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { dayOf } from '../kit/clock.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';

/** Sets from a coming day on how many places are kept for new models. What is booked keeps its place until then. */
export async function setQuota(context: Context, by_id: AccountId, quota: marketplace.Quota): Promise<void> {
  const at = context.clock.now();
  if (quota.from_day <= dayOf(at)) refuse('SLOT_IN_THE_PAST');
  await context.database.inTransaction(async (tx) => {
    await marketplace.lockPlaces(tx);
    const kept = marketplace.keptForNew(quota.share_ppm);
    const from = new Date(`${quota.from_day}T00:00:00Z`);
    const inTheWay = (await marketplace.bookingsBetween(tx, from, FAR)).filter((booking) =>
      kept.has(marketplace.placeKey(booking)),
    );
    const last = inTheWay.reduce((latest, { until_at }) => (until_at > latest ? until_at : latest), from);
    if (inTheWay.length > 0)
      refuse('QUOTA_CONFLICTS', { bookings: inTheWay.length, until: last.toISOString() });
    await marketplace.setQuota(tx, { ...quota, set_by: by_id, set_at: at });
    const { from_day: subject, share_ppm, new_days } = quota;
    await audit(tx, { at, actor: by_id, act: 'slot.quota', subject, detail: { share_ppm, new_days } });
  });
}

const FAR = new Date('9999-01-01T00:00:00Z');
