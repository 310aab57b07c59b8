import type { Context } from '../context.ts';
import * as rewards from '../modules/rewards/index.ts';
import { indexOnce } from './index-chain.ts';
import { publishOnce } from './publish-epoch.ts';
import { settleOnce } from './settle-rewards.ts';

/**
 * What the chain says comes into the books, then one step is taken towards what they want of it. While neither side
 * moves, one block is asked for and nothing else: our own chain rests for minutes.
 */
export function tendingOf(context: Context): () => Promise<void> {
  let at_rest: string | null = null;
  return async () => {
    const position = await positionOf(context);
    if (position === null || position === at_rest) return;
    at_rest = null;
    let indexed = await indexOnce(context);
    while (indexed.more) indexed = await indexOnce(context);
    const published = await publishOnce(context);
    const settled = await settleOnce(context);
    const rests = indexed.did === 'nothing' && published.did === 'wait' && settled === 0;
    if (rests || published.did === 'halted') at_rest = position;
  };
}

/** Where both sides stand; null where there is no chain. */
async function positionOf({ chain, db }: Context): Promise<string | null> {
  if (!chain) return null;
  const { hash } = await chain.latest();
  const under_way = await rewards.epochUnderWay(db);
  const halt = await rewards.haltOf(db);
  return [hash, under_way?.id, under_way?.version, halt?.id].join(' ');
}
