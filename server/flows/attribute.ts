import type { AccountId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import { REFERRAL } from '../offers.ts';

/** What is older says nothing of who brought somebody, or of one household. */
export const windowStart = (at: Date) => new Date(at.getTime() - REFERRAL.window_days * DAY_MS);

/**
 * Writes down by whose link somebody came who opens an account: the last that counts, within the window. It counts for
 * nobody's own household, and not for a browser that had an account before. Where none counts the last is written
 * down with the reason. That is for life.
 */
export async function attribute(
  tx: Tx,
  account_id: AccountId,
  whence: campaigns.Whence,
  at: Date,
): Promise<void> {
  const earlier = await campaigns.accountsOfDevice(tx, whence.device, account_id);
  const touches = await campaigns.touchesOf(tx, whence.device, windowStart(at));
  const judged = await Promise.all(
    touches.map(async (touch) => ({ touch, excluded: await whyNot(tx, touch, whence, earlier, at) })),
  );
  const chosen = judged.find(({ excluded }) => excluded === null) ?? judged[0];
  if (chosen) {
    const { touch, excluded } = chosen;
    const evidence = {
      first_at: touch.first_at.toISOString(),
      last_at: touch.last_at.toISOString(),
      touches: touches.length,
      passed_over: judged.indexOf(chosen),
      network_known: whence.network !== null,
      accounts_of_browser: earlier.length,
    };
    const { id: touch_id, link_id, version, owner_id } = touch;
    await campaigns.insertAttribution(tx, {
      ...{ account_id, link_id, version, owner_id, touch_id, excluded, evidence, at },
    });
  }
  await campaigns.noteTrace(tx, account_id, whence, at);
}

async function whyNot(
  db: Db,
  { owner_id, network_hash }: campaigns.Touch,
  whence: campaigns.Whence,
  earlier: readonly AccountId[],
  at: Date,
): Promise<campaigns.Excluded | null> {
  if (earlier.includes(owner_id)) return 'same_device';
  if (earlier.length > 0) return 'second_account';
  for (const network of [whence.network, network_hash])
    if (network && (await campaigns.wasOnNetwork(db, owner_id, network, windowStart(at))))
      return 'same_network';
  return null;
}
