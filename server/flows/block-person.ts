import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';

/** Blocks or mutes somebody, or no longer. Whoever is blocked no longer follows, and is no longer followed. */
export async function blockPerson(
  context: Context,
  person_id: AccountId,
  { handle, kind }: { handle: string; kind: marketplace.BlockKind },
  blocked: boolean,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const other = (await identity.accountByHandle(tx, handle)) ?? refuse('NOT_FOUND');
    if (other.id === person_id) refuse('ONESELF');
    await marketplace.blockPerson(tx, { person_id, other_id: other.id, kind, at }, blocked);
    if (blocked && kind === 'block') {
      for (const [follower_id, creator_id] of [
        [person_id, other.id],
        [other.id, person_id],
      ] as const) {
        await marketplace.unfollow(tx, follower_id, creator_id);
        await tell(tx, 'creator.unfollowed', { follower_id, creator_id }, at);
      }
    }
    await tell(tx, 'person.blocked', { person_id, other_id: other.id }, at);
  });
  context.wake.send('news');
}

/** Refuses what one would do to another where either blocked the other. */
export async function demandNotBlocked(db: Db, person_id: AccountId, other_id: AccountId): Promise<void> {
  if (person_id !== other_id && (await marketplace.isBlocked(db, person_id, other_id))) refuse('BLOCKED');
}
