import {
  committed,
  onChain,
  prizeReserve,
  type RewardPlace,
  treasuryPromised,
} from '../../chart-of-accounts.ts';
import type { Db } from '../../kit/database.ts';
import * as ledger from '../../modules/ledger/index.ts';

/** What lies in our contract, as the books say; what is there beyond whole nanos is the cursor's. */
export async function chainBalance(db: Db, place: RewardPlace): Promise<bigint> {
  const account = onChain(place);
  return -(await ledger.accrued(db, [account]))(account);
}

/** What is committed to wallets and not paid yet. */
export async function committedAt(db: Db, wallets: readonly string[]): Promise<(wallet: string) => bigint> {
  if (wallets.length === 0) return () => 0n;
  const lies = await ledger.balances(db, wallets.map(committed));
  return (wallet) => lies(committed(wallet)).posted;
}

/** What was put aside for prizes and lies on no chain yet. */
export async function promisedOffChain(db: Db): Promise<bigint> {
  const lies = await ledger.accrued(db, [treasuryPromised, prizeReserve]);
  return -(lies(treasuryPromised) + lies(prizeReserve));
}
