import { setTimeout as sleep } from 'node:timers/promises';
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

/** Two nodes that hang keep a question for 40 s and more. Whoever asked us is told sooner, and may ask again. */
const PATIENCE_MS = 8_000;

/** What is asked of the chain; that no node answers is said by name. What was sent may go out all the same. */
export async function orAway<T>(asked: Promise<T>, patience_ms = PATIENCE_MS): Promise<T> {
  const tooLate = sleep(patience_ms, undefined, { ref: false }).then(() =>
    refuse('CHAIN_AWAY', { retry_after_s: AGAIN_S }),
  );
  try {
    return await Promise.race([asked, tooLate]);
  } catch (trouble) {
    if (trouble instanceof ChainFailed && trouble.code === 'CHAIN_AWAY')
      refuse('CHAIN_AWAY', { retry_after_s: AGAIN_S });
    throw trouble;
  }
}
