import { type Chain, ChainFailed } from '../chain/index.ts';
import type { Context } from '../context.ts';
import { refuse } from '../refuse.ts';

const AGAIN_S = 10;

/** The chain for whoever has to answer somebody now: refused where there is none, or where it has not answered yet. */
export function chainAtHand({ chain, config }: Pick<Context, 'chain' | 'config'>): Chain {
  if (chain) return chain;
  return config.chain.kind === 'none'
    ? refuse('CHAIN_ABSENT')
    : refuse('CHAIN_AWAY', { retry_after_s: AGAIN_S });
}

/** What is asked of the chain; that no node answers is said by name. */
export async function orAway<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (trouble) {
    if (trouble instanceof ChainFailed && trouble.code === 'CHAIN_AWAY')
      refuse('CHAIN_AWAY', { retry_after_s: AGAIN_S });
    throw trouble;
  }
}
