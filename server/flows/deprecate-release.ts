import type { Context } from '../context.ts';
import { type DeprecationId, newId, type ReleaseId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

const NOTICE_MS = 30 * 24 * 3_600_000;
const BATCH = 200;

/** Announces the end of a release: whoever uses it has a month or more to turn to another. */
export async function deprecateRelease(
  { clock, database, wake }: Context,
  caller: Caller,
  { id: release_id, ends_at, reason }: { id: ReleaseId; ends_at: Date; reason: string },
): Promise<void> {
  const announced_at = clock.now();
  const earliest = new Date(announced_at.getTime() + NOTICE_MS);
  await database.inTransaction(async (tx) => {
    const { release, by } = await own(tx, caller, release_id);
    if (release.withdrawn_at) refuse('RELEASE_WITHDRAWN');
    if (release.ends_at) refuse('RELEASE_DEPRECATED', { ends_at: release.ends_at.toISOString() });
    if (ends_at < earliest) refuse('NOTICE_TOO_SHORT', { earliest: earliest.toISOString() });
    const id = newId<DeprecationId>(announced_at);
    await registry.announceEnd(tx, { id, release_id, reason, announced_at, ends_at }, by);
  });
  wake.send('news');
}

/** Takes the announcement back. */
export async function takeBackDeprecation(
  { clock, database, wake }: Context,
  caller: Caller,
  release_id: ReleaseId,
): Promise<void> {
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const { by } = await own(tx, caller, release_id);
    const announced = (await registry.deprecationsOf(tx, [release_id])).get(release_id);
    if (!announced) refuse('NOT_FOUND');
    // the day counts, and not when somebody wrote down that it had come
    if (announced.ends_at <= at) refuse('NOT_NOW', { state: 'ended', act: 'take_back', possible: [] });
    await registry.moveDeprecation(tx, 'take_back', { id: announced.id, by, at });
  });
  wake.send('news');
}

/** Ends what was announced to end by now. Answers how many. */
export async function endReleases({ clock, database, db, wake }: Context): Promise<number> {
  const at = clock.now();
  const due = await registry.deprecationsDue(db, at, BATCH);
  for (const id of due)
    await database.inTransaction((tx) =>
      registry.moveDeprecation(tx, 'end', { id, by: { id: 'system', as: 'timer' }, at }),
    );
  if (due.length > 0) wake.send('news');
  return due.length;
}

/** A release of the caller's own, or of anybody for an admin; kept as it is until the end of the transaction. */
async function own(
  tx: Tx,
  { account }: Caller,
  id: ReleaseId,
): Promise<{ release: registry.Release; by: Actor }> {
  const release = await registry.releaseToChange(tx, id);
  if (!account || !release) return refuse('NOT_FOUND');
  if (release.creator_id === account.id) return { release, by: { id: account.id, as: 'creator' } };
  if (account.roles.includes('admin')) return { release, by: { id: account.id, as: 'admin' } };
  return refuse('NOT_FOUND');
}
