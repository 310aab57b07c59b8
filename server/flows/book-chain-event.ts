import { toBaseUnits, toNanos } from '@stellary/epochs';
import { committed } from '../chart-of-accounts.ts';
import type { ChainEvent } from '../chain/index.ts';
import type { Context } from '../context.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { promisedOffChain } from '../views/rewards/chain-books.ts';
import { claimPaid, poolFunded, surplusTaken } from './postings/index.ts';
import { tellOfClaimable, tellOfPaid } from './reward-letters.ts';
import { inPool } from './settle-round.ts';

const CHAIN = { id: 'system', as: 'chain' } as const;
const SYSTEM = { id: 'system', as: 'system' } as const;

/** What a final block says cannot be, by the books. Whoever books rolls back and stops. */
export class BooksDiffer extends Error {
  readonly code: 'ROOT_FOREIGN' | 'ROOT_OF_VOIDED' | 'ROOT_CORRECTED' | 'CLAIM_DIFFERS' | 'SURPLUS_SHORT';
  constructor(code: BooksDiffer['code'], says: string) {
    super(says);
    this.name = 'BooksDiffer';
    this.code = code;
  }
}

type Of<Kind extends ChainEvent['kind']> = ChainEvent & { kind: Kind };
type Place = rewards.KnownDeployment;

/**
 * Brings one event of a final block into the books: what came and went is posted, and epochs and awards take the steps
 * that follow. In the order of the chain, each once; the transaction moves the cursor past it.
 */
export async function bookEvent(
  tx: Tx,
  context: Pick<Context, 'wake' | 'config' | 'origins'>,
  event: ChainEvent,
  at: Date,
): Promise<void> {
  const place = present(await rewards.deploymentOf(tx), 'where what we pay lies');
  if (event.kind === 'deposited') await bookDeposit(tx, place, event, at);
  else if (event.kind === 'claimed') await bookClaim(tx, place, event, at);
  else if (event.kind === 'surplus_recovered') await bookSurplus(tx, place, event, at);
  else {
    if (event.kind === 'root_proposed') await seePending(tx, event, at);
    if (event.kind === 'root_vetoed') await seeVeto(tx, event, at);
    if (event.kind === 'root_activated') await seeActive(tx, context, event, at);
    if (event.kind === 'root_corrected')
      throw new BooksDiffer(
        'ROOT_CORRECTED',
        `The admin corrected the live root to ${event.root}: what wallets are owed from here on is not what the books say.`,
      );
    await rewards.insertEvent(tx, written(event));
  }
  context.wake.send('news');
}

/** Whatever the event says, with nothing posted for it. */
function written(event: ChainEvent): rewards.BookedEvent {
  const { block_number, block_hash, log_index, tx_hash, at, kind, ...said } = event;
  const says = Object.fromEntries(
    Object.entries(said).map(([name, value]) => [
      name,
      value instanceof Date ? value.toISOString() : String(value),
    ]),
  );
  return {
    ...{ block_number, block_hash, log_index, tx_hash, at, kind, says },
    ...{ wallet: null, counterparty: null, amount_nanos: null, promised_nanos: null, cumulative_nanos: null },
    epoch: 'epoch' in said ? said.epoch : null,
    root: 'root' in said ? said.root : null,
  };
}

// money ------------------------------------------------------------------------------------------------------

async function bookDeposit(tx: Tx, place: Place, event: Of<'deposited'>, at: Date): Promise<void> {
  const amount = await inWholeNanos(tx, event.amount);
  await ledger.lock(tx);
  const outstanding = await promisedOffChain(tx);
  const promised = outstanding < amount ? outstanding : amount;
  const row = { counterparty: event.from, amount_nanos: amount, promised_nanos: promised };
  await rewards.insertEvent(tx, { ...written(event), ...row });
  if (amount > 0n) await ledger.post(tx, poolFunded(event, place, { amount, promised }), at);
}

async function bookSurplus(tx: Tx, place: Place, event: Of<'surplus_recovered'>, at: Date): Promise<void> {
  const amount = -(await inWholeNanos(tx, -event.amount));
  const available = await inPool(tx);
  if (available < amount)
    throw new BooksDiffer(
      'SURPLUS_SHORT',
      `The admin took ${event.amount} base units out of the distributor; of these ${amount - available} nano-STELAI are promised to rounds and winners.`,
    );
  await rewards.insertEvent(tx, { ...written(event), counterparty: event.to, amount_nanos: amount });
  if (amount > 0n) await ledger.post(tx, surplusTaken(event, place, amount), at);
}

async function inWholeNanos(tx: Tx, base_units: bigint): Promise<bigint> {
  const { dust: before } = present(await rewards.cursorOf(tx), 'the cursor of whoever books');
  const { nanos, dust } = rewards.wholeNanos(before, base_units);
  if (dust !== before) await rewards.moveDust(tx, dust);
  return nanos;
}

/** A claim is of a leaf of ours, pays what was not paid yet, and no more than is committed to the wallet. */
async function bookClaim(tx: Tx, place: Place, event: Of<'claimed'>, at: Date): Promise<void> {
  const { wallet, epoch: number, to } = event;
  const differs = (what: string): never => {
    const claim = `${event.amount} base units to ${wallet}, ${event.cumulative} in all, by epoch ${number}`;
    throw new BooksDiffer('CLAIM_DIFFERS', `The distributor paid ${claim}; ${what}.`);
  };
  const epoch = await rewards.epochByNumber(tx, number);
  if (!epoch?.active_at) return differs('no epoch of ours with that number was ever live');
  const leaf = (await rewards.leavesAmong(tx, epoch.id, [wallet])).get(wallet);
  if (leaf === undefined || toBaseUnits(leaf) !== event.cumulative)
    return differs(`its leaf there is ${leaf === undefined ? 'none' : toBaseUnits(leaf)}`);
  const before = (await rewards.paidTo(tx, [wallet]))(wallet);
  if (event.amount <= 0n || toBaseUnits(before) + event.amount !== event.cumulative)
    return differs(`it was paid ${toBaseUnits(before)} before`);
  await ledger.lock(tx);
  const account = committed(wallet);
  const [amount_nanos, cumulative_nanos] = [toNanos(event.amount), toNanos(event.cumulative)];
  if ((await ledger.balances(tx, [account]))(account).available < amount_nanos)
    return differs('less than that is committed to it');
  const paid = { wallet, amount_nanos, cumulative_nanos };
  await rewards.insertEvent(tx, { ...written(event), ...paid, counterparty: to });
  await ledger.post(tx, claimPaid(place, paid), at);
  await payAwards(tx, wallet, cumulative_nanos, at);
  await tellOfPaid(tx, place, { wallet, epoch }, at);
}

/** What a wallet was paid covers its awards, epoch by epoch. */
async function payAwards(tx: Tx, wallet: string, paid_nanos: bigint, at: Date): Promise<void> {
  const covered = await rewards.awardsCoveredBy(tx, { wallet, paid_nanos });
  for (const { id, state } of await competitions.awardsByIds(tx, covered))
    if (state === 'payable') await competitions.moveAward(tx, 'pay', { id, by: SYSTEM, at });
}

// roots ------------------------------------------------------------------------------------------------------

type Said = { epoch: bigint; root: string; manifest?: string; total?: bigint };

/** Our epochs that this root is of, voided ones too: the same number, and where it is said the same manifest and sum. */
async function oursBehind(
  tx: Tx,
  { epoch: number, root, manifest, total }: Said,
): Promise<rewards.CutEpoch[]> {
  return (await rewards.epochsByRoot(tx, root))
    .filter(rewards.isCut)
    .filter(
      (epoch) =>
        epoch.number === number &&
        (manifest === undefined || epoch.manifest_digest === manifest) &&
        (total === undefined || toBaseUnits(epoch.total_nanos) === total),
    );
}

/** Whatever is not ours, or is not to be there, is only written down: nobody can claim by it while it waits. */
async function seePending(tx: Tx, event: Of<'root_proposed'>, at: Date): Promise<void> {
  const epoch = (await oursBehind(tx, event)).find(({ state }) => state === 'cut');
  if (!epoch) return;
  const set = { proposed_at: event.at, eta: event.eta };
  await rewards.moveEpoch(tx, 'see_pending', { id: epoch.id, by: CHAIN, at, set });
}

async function seeVeto(tx: Tx, event: Of<'root_vetoed'>, at: Date): Promise<void> {
  const ours = await oursBehind(tx, event);
  const epoch = ours.find(({ state }) => state === 'cut' || state === 'proposed');
  // the chain has nothing of it any more: it may be voided at once, or offered again
  const set = { vetoed_at: event.at, offered_at: null, eta: null };
  if (epoch) await rewards.moveEpoch(tx, 'see_veto', { id: epoch.id, by: CHAIN, at, set });
}

async function seeActive(
  tx: Tx,
  context: Pick<Context, 'config' | 'origins'>,
  event: Of<'root_activated' | 'root_corrected'>,
  at: Date,
): Promise<void> {
  const ours = await oursBehind(tx, event);
  const epoch = ours.find(({ state }) => MAY_BECOME_ACTIVE.has(state));
  if (!epoch) {
    const which = `The root ${event.root} of epoch ${event.epoch} is live on the chain`;
    if (ours.some(({ state }) => state === 'voided'))
      throw new BooksDiffer('ROOT_OF_VOIDED', `${which}, and was voided in the books.`);
    throw new BooksDiffer('ROOT_FOREIGN', `${which}, and is not what we cut.`);
  }
  const before = await rewards.liveEpoch(tx);
  if (before)
    await rewards.moveEpoch(tx, 'supersede', {
      id: before.id,
      by: CHAIN,
      at,
      set: { superseded_at: event.at },
    });
  await rewards.moveEpoch(tx, 'see_active', { id: epoch.id, by: CHAIN, at, set: { active_at: event.at } });
  await payWhatWasSetOff(tx, epoch, at);
  await tellOfClaimable(tx, context, epoch, at);
}
const MAY_BECOME_ACTIVE = new Set<string>(['cut', 'proposed', 'vetoed', 'voiding']);

/** Awards that were taken off what somebody owed back leave nothing to claim. */
async function payWhatWasSetOff(tx: Tx, { id }: rewards.CutEpoch, at: Date): Promise<void> {
  const nothing = (await rewards.commitmentsOf(tx, id)).filter(({ amount_nanos }) => amount_nanos === 0n);
  const paid = await rewards.paidTo(
    tx,
    nothing.map(({ wallet }) => wallet),
  );
  for (const { wallet, cumulative_nanos } of nothing)
    if (cumulative_nanos <= paid(wallet)) await payAwards(tx, wallet, paid(wallet), at);
}
