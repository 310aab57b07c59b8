import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { hasPage } from '../views/has-page.ts';
import { demandNotBlocked } from './block-person.ts';

/** Follows a creator or stops to; doing it twice is doing it once. */
export async function followCreator(
  context: Context,
  follower_id: AccountId,
  handle: string,
  followed: boolean,
): Promise<AccountId> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    const creator = await identity.accountByHandle(tx, handle);
    if (!creator || !(await hasPage(tx, creator))) refuse('NOT_FOUND');
    if (followed) await demandNotBlocked(tx, follower_id, creator.id);
    if (followed) await marketplace.follow(tx, follower_id, creator.id, at);
    else await marketplace.unfollow(tx, follower_id, creator.id);
    await tell(
      tx,
      followed ? 'creator.followed' : 'creator.unfollowed',
      { follower_id, creator_id: creator.id },
      at,
    );
    return creator.id;
  });
}
