import type { ChainRoot, Reconciliation, Treasury } from '#api/rewards/treasury-shapes.ts';
import {
  awarded,
  awardsOwedBack,
  committed,
  prizeEscrow,
  prizePool,
  prizeReserve,
  treasuryPromised,
} from '../../chart-of-accounts.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type RoundId } from '../../ids.ts';
import { onePer } from '../../kit/batcher.ts';
import { type Db, inOnePicture } from '../../kit/database.ts';
import { sum } from '../../kit/money.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { chainOf, publicEpoch, shownAddress, shownHalt } from './shown.ts';

/** How long what anybody may ask for is shown before it is read again. */
const KEPT_S = 2;
type Shelf = { treasury: Promise<Treasury> | null; read_at: number };
const shelves = onePer<Context, Shelf>(() => ({ treasury: null, read_at: 0 }));

/** Read once for all who ask within a moment. Nothing of it asks a node: it is what was last held against the books. */
export function treasuryForMany(context: Context): Promise<Treasury> {
  const shelf = shelves(context);
  if (!shelf.treasury || performance.now() - shelf.read_at > KEPT_S * 1_000) {
    const reading = treasuryNow(context);
    reading.catch(() => (shelf.treasury = null));
    [shelf.treasury, shelf.read_at] = [reading, performance.now()];
  }
  return shelf.treasury;
}

const ANYBODY = asId<AccountId>('%');
/** Where $STELAI can lie. */
const FAMILIES = [
  { name: 'held', like: 'chain:%:%' },
  { name: 'promised', like: treasuryPromised.key },
  { name: 'reserve', like: prizeReserve.key },
  { name: 'pool', like: prizePool.key },
  { name: 'escrowed', like: prizeEscrow(asId<RoundId>('%')).key },
  { name: 'awarded', like: awarded(ANYBODY).key },
  { name: 'owed_back', like: awardsOwedBack(ANYBODY).key },
  { name: 'committed', like: committed('%').key },
] as const;

function treasuryNow(context: Context): Promise<Treasury> {
  return inOnePicture(context.db, async (db) => {
    const lying = await ledger.lyingByFamily(db, FAMILIES, 'rest', null);
    const inFamily = (family: (typeof FAMILIES)[number]['name']) =>
      sum(lying.filter(({ name }) => name === family).map(({ amount }) => amount));
    const deployment = await rewards.deploymentOf(db);
    const under_way = await rewards.epochUnderWay(db);
    const live = await rewards.liveEpoch(db);
    const cursor = await rewards.cursorOf(db);
    return {
      as_of: context.clock.now().toISOString(),
      chain: deployment && {
        ...chainOf(deployment),
        timelock: shownAddress(deployment.timelock),
        deployed_at_block: String(deployment.deployed_at),
      },
      // what we own is a debit
      held_nanos: String(-inFamily('held')),
      promised_nanos: String(-inFamily('promised') - inFamily('reserve')),
      ...{ pool_nanos: String(inFamily('pool')), escrowed_nanos: String(inFamily('escrowed')) },
      ...{ awarded_nanos: String(inFamily('awarded')), committed_nanos: String(inFamily('committed')) },
      owed_back_nanos: String(-inFamily('owed_back')),
      claimed_nanos: String(await rewards.paidInAll(db)),
      escrows: await escrows(db),
      live: live ? publicEpoch(live) : null,
      under_way: under_way && rewards.isCut(under_way) ? publicEpoch(under_way) : null,
      cursor: cursor && {
        block_number: String(cursor.block_number),
        block_hash: cursor.block_hash,
        block_at: cursor.block_at.toISOString(),
      },
      reconciliation: shownReconciliation(await rewards.lastReconciliation(db)),
      halt: shownHalt(await rewards.haltOf(db)),
    };
  });
}

/** What lies aside for each round, those with nothing left out. */
async function escrows(db: Db): Promise<Treasury['escrows']> {
  const rounds = await competitions.roundsWithEscrow(db);
  const keyOf = ({ id }: competitions.Round) => prizeEscrow(id).key;
  const lying = await ledger.lyingIn(db, { keys: rounds.map(keyOf) }, null);
  const held = new Map(lying.map(({ name, amount }) => [name, amount]));
  return rounds.flatMap((round) => {
    const { slug, title, month, state } = round;
    const held_nanos = held.get(keyOf(round));
    return held_nanos === undefined ? [] : [{ slug, title, month, state, held_nanos: String(held_nanos) }];
  });
}

function shownReconciliation(last: rewards.LastReconciliation | null): Reconciliation | null {
  if (!last) return null;
  const { state, at, block_number, agrees } = last;
  return {
    ...{ at: at.toISOString(), block_number: String(block_number), agrees, is_paused: state.is_paused },
    ...{ books_nanos: String(last.books_nanos), chain_nanos: String(last.chain_nanos) },
    claimed_books_nanos: String(last.claimed_books_nanos),
    claimed_chain_nanos: String(last.claimed_chain_nanos),
    ...{ live: shownRoot(state.live, false), pending: shownRoot(state.pending, true) },
  };
}

/** Of a live root the contract keeps no time. */
const shownRoot = (
  root: rewards.LastReconciliation['state']['live'],
  is_pending: boolean,
): ChainRoot | null =>
  root && {
    ...{ epoch: root.epoch, root: root.root, manifest: root.manifest, total_nanos: root.total_nanos },
    eta: is_pending ? root.eta : null,
  };
