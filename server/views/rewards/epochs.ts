import type { PublicEpoch } from '#api/rewards/shapes.ts';
import type { Context } from '../../context.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { pageOf, placeOf } from '../paging.ts';
import { publicEpoch } from './shown.ts';

const LIST = 'epochs';

/** For anybody: what was only drafted is nobody else's business, so a page may be shorter than it was asked to be. */
export async function epochList(
  context: Context,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: PublicEpoch[]; next_cursor: string | null }> {
  const [number, id] = placeOf(context, LIST, cursor) ?? [];
  const rows = await rewards.listEpochs(context.db, {
    before: number && id ? { number: BigInt(number), id } : null,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, LIST, rows, limit, (last) => [String(last.number), last.id]);
  return { items: shown.filter(rewards.isCut).map(publicEpoch), next_cursor };
}
