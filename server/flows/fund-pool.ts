import { toBaseUnits } from '@stellary/epochs';
import { type Chain, ChainFailed } from '../chain/index.ts';
import type { Context } from '../context.ts';
import { type AccountId, newId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { claimKey, releaseKeys } from '../kit/idempotency.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { promisedOffChain } from '../views/rewards/chain-books.ts';
import { chainAtHand, orAway } from './chain-at-hand.ts';
import { poolPromised } from './postings/index.ts';

/** A thousand million $STELAI. */
const SUPPLY_NANOS = 10n ** 18n;

type Deposit = { key: string; amount_nanos: bigint };

/**
 * Puts something aside for prizes. On the embedded chain its treasury pays it in, and the books have it when that is
 * final; without a chain it is the operator's word. Elsewhere whoever has $STELAI sends it to the distributor.
 */
export async function fundPool(
  context: Context,
  by_id: AccountId,
  { key, amount_nanos }: Deposit,
): Promise<void> {
  const at = context.clock.now();
  const { kind } = context.config.chain;
  if (kind === 'elsewhere') refuse('CHAIN_PAYS_IN');
  const chain = kind === 'embedded' ? chainAtHand(context) : null;
  const isNew = await context.database.inTransaction(async (tx) => {
    const body = { amount_nanos: String(amount_nanos) };
    const claim = await claimKey(tx, { actor_id: by_id, key, endpoint: 'createPoolDeposit', body, at });
    if ('conflict' in claim) refuse('IDEMPOTENCY_CONFLICT');
    if (!claim.first) return false;
    const id = newId(at);
    if (!chain) {
      await ledger.lock(tx);
      if ((await promisedOffChain(tx)) + amount_nanos > SUPPLY_NANOS) refuseBeyond('than there will ever be');
      await rewards.insertPromise(tx, { id, amount_nanos, by_id }, at);
      await ledger.post(tx, poolPromised(id, amount_nanos), at);
    }
    await claim.record(id);
    await audit(tx, { at, actor: by_id, act: 'pool.fund', subject: id, detail: { ...body, chain: kind } });
    return true;
  });
  if (chain && isNew)
    await send(chain, amount_nanos).catch(async (error: unknown) => {
      // whoever asks again with the same key means that it be done
      await context.database.inTransaction((tx) => releaseKeys(tx, [{ actor_id: by_id, key }]));
      throw error;
    });
  context.wake.send('news');
  context.wake.send('chain');
}

async function send(chain: Chain, amount_nanos: bigint): Promise<void> {
  try {
    await orAway(chain.deposit(toBaseUnits(amount_nanos)));
  } catch (error) {
    if (!(error instanceof ChainFailed) || error.code !== 'CHAIN_REFUSED') throw error;
    refuseBeyond('than the treasury of the embedded chain has');
  }
}

const refuseBeyond = (what: string): never =>
  refuse('INVALID_INPUT', { issues: [{ path: 'amount_nanos', message: `is more ${what}` }] });
