import type { Context } from '../context.ts';
import { tell } from '../kit/outbox.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const AT_ONCE = 500;

/**
 * Tells the audience of what runs, each once and nobody who is held out; who switched that off is not told, and counts
 * as whoever was. Answers how many it looked at.
 */
export function tellCampaigns(context: Context): Promise<number> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    if (!(await campaigns.lockTelling(tx))) return 0;
    const people = await campaigns.toBeTold(tx, AT_ONCE);
    const heard = new Set<string>(
      await marketplace.tellPeople(
        tx,
        people.map(({ campaign_id, person_id, by }) => ({
          ...{ person_id, kind: 'campaign', about: campaign_id, actor_id: by },
        })),
        at,
      ),
    );
    await campaigns.noteTold(
      tx,
      people.map(({ campaign_id, person_id }) => ({ campaign_id, person_id, heard: heard.has(person_id) })),
      at,
    );
    if (heard.size > 0) await tell(tx, 'notifications.changed', { people: [...heard] }, at);
    return people.length;
  });
}
