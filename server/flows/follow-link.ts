import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import { refuse } from '../refuse.ts';
import { leadsTo, NOWHERE } from '../views/links.ts';

/**
 * Somebody follows a link: notes that this browser came by it, and answers where it leads. A link that ended, and
 * whoever is signed in already, are led there and nothing is noted.
 */
export async function followLink(
  context: Context,
  {
    code,
    member,
    whence,
  }: { code: string; member: AccountId | null; whence: (() => campaigns.Whence) | null },
): Promise<{ path: string; counted: boolean }> {
  const at = context.clock.now();
  const link = (await campaigns.linkByCode(context.db, code)) ?? refuse('NOT_FOUND');
  const path = (await leadsTo(context.db, [link.destination]))(link.destination)?.path ?? NOWHERE;
  if (!whence || member || link.ended_at) return { path, counted: false };
  const touch = { link_id: link.id, version: link.version, whence: whence(), at };
  await context.database.inTransaction((tx) => campaigns.touchLink(tx, touch));
  return { path, counted: true };
}
