import { type Block, type Chain, type ChainEvent, ChainFailed } from '../chain/index.ts';
import type { Context } from '../context.ts';
import { present } from '../kit/assert.ts';
import * as rewards from '../modules/rewards/index.ts';
import { bookEvent } from './book-chain-event.ts';
import { haltRewards, MustHalt, troubleIn } from './halt-rewards.ts';
import { assertAgrees, noteAgreement, type Said } from './reconcile-chain.ts';

export type Indexed = {
  did: 'no_chain' | 'halted' | 'nothing' | 'behind' | 'moved' | 'raced' | 'advanced' | 'halted_now';
  /** Up to where the books are. */
  block_number: bigint | null;
  /** How many were booked. */
  events: number;
  /** Final blocks say more than was booked at once. */
  more: boolean;
  code?: string;
};

/**
 * Takes into the books what finalized blocks say, block by whole block: events, cursor and what both sides have to agree
 * upon are one transaction. Newer blocks are only shown. Trouble with a node is thrown and tried again;
 * what cannot be true halts everything.
 */
export async function indexOnce(context: Context, events_at_once = EVENTS_AT_ONCE): Promise<Indexed> {
  const { chain, database } = context;
  if (!chain) return stopped('no_chain', null);
  if (await rewards.haltOf(database.db)) return stopped('halted', await rewards.cursorOf(database.db));
  try {
    return await advance(context, chain, events_at_once);
  } catch (error) {
    const cursor = await rewards.cursorOf(database.db);
    // another block took the place of one, beyond what is final: the next look tells
    if (error instanceof ChainFailed && error.code === 'CHAIN_MOVED') return stopped('moved', cursor);
    const trouble = troubleIn(error);
    if (!trouble) throw error;
    await haltRewards(context, trouble);
    return stopped('halted_now', cursor, trouble.code);
  }
}

const stopped = (did: Indexed['did'], cursor: rewards.ChainCursor | null, code?: string): Indexed => ({
  did,
  block_number: cursor?.block_number ?? null,
  events: 0,
  more: false,
  ...(code && { code }),
});

async function advance(context: Context, chain: Chain, events_at_once: number): Promise<Indexed> {
  const before = await cursorHere(context, chain);
  if (!(await isStillThere(chain, before))) return stopped('behind', before);
  const to = await chain.finalized();
  if (to.number < before.block_number) return stopped('behind', before);
  if (to.number === before.block_number) {
    await showTail(context, chain, to);
    return stopped('nothing', before);
  }

  // Ours forgets what it did not write down when the power goes: what is in the books must not be among it.
  await chain.checkpoint();
  const said = await saidUntil(chain, { from: before.block_number + 1n, to, events_at_once });
  if (!(await book(context, before, said))) return stopped('raced', before);
  const { block, events } = said;
  const more = block.number < to.number;
  if (!more) await showTail(context, chain, block);
  return { did: 'advanced', block_number: block.number, events: events.length, more };
}

const BLOCKS_AT_ONCE = 1_000n;
/** While a claim is booked nobody posts anything else, for some 12 ms. */
const EVENTS_AT_ONCE = 50;

type SaidBy = Said & { events: readonly ChainEvent[] };
type Stretch = { from: bigint; to: Block; events_at_once: number };

/** As much as is good for one go, in whole blocks; all of it where the node keeps no state of the blocks on the way. */
async function saidUntil(chain: Chain, { from, to, events_at_once }: Stretch): Promise<SaidBy> {
  const events: ChainEvent[] = [];
  for (let first = from; first <= to.number; first += BLOCKS_AT_ONCE) {
    const last = first + BLOCKS_AT_ONCE - 1n;
    events.push(...(await chain.eventsBetween(first, last < to.number ? last : to.number)));
    const until = events[events_at_once - 1]?.block_number;
    const some = until === undefined ? null : await saidOnTheWay(chain, until, events);
    if (some) return some;
  }
  return { ...(await saidAt(chain, to, events)), events };
}

async function saidOnTheWay(chain: Chain, until: bigint, all: readonly ChainEvent[]): Promise<SaidBy | null> {
  const events = all.filter((event) => event.block_number <= until);
  try {
    const said = await saidAt(chain, await chain.blockAt(until), events);
    return { ...said, events, is_newest: false };
  } catch (error) {
    if (error instanceof ChainFailed && error.code === 'CHAIN_BLOCK_UNKNOWN') return null;
    throw error;
  }
}

/** The first time it is the block before our contracts. */
async function cursorHere({ database, clock }: Context, chain: Chain): Promise<rewards.ChainCursor> {
  const there = await rewards.cursorOf(database.db);
  if (there) return there;
  const first = await chain.blockAt(chain.deployed_at > 0n ? chain.deployed_at - 1n : 0n);
  return database.inTransaction(async (tx) => {
    await rewards.beginCursor(tx, placeOf(first), clock.now());
    return present(await rewards.cursorOf(tx), 'a cursor that was just begun');
  });
}

/** That a finalized block became another one is no reorganisation: it is another chain, or one that was begun anew. */
async function isStillThere(chain: Chain, cursor: rewards.ChainCursor): Promise<boolean> {
  const { block_number, block_hash } = cursor;
  let found: Block;
  try {
    found = await chain.blockAt(block_number);
  } catch (error) {
    if (!(error instanceof ChainFailed) || error.code !== 'CHAIN_BLOCK_UNKNOWN') throw error;
    if (!chain.is_embedded) return false;
    throw new MustHalt(
      'CHAIN_BEHIND_BOOKS',
      `the books are at block ${block_number}, which the embedded chain does not know: its state is older than they are`,
      { cursor },
    );
  }
  if (found.hash === block_hash) return true;
  throw new MustHalt(
    'CURSOR_BLOCK_GONE',
    `block ${block_number} was final as ${block_hash}, and is ${found.hash} now`,
    { cursor, found },
  );
}

/** Read after the events: a block that was replaced meanwhile shows in its hash. */
async function saidAt(chain: Chain, block: Block, events: readonly ChainEvent[]): Promise<Said> {
  const wallets = new Set(events.flatMap((event) => (event.kind === 'claimed' ? [event.wallet] : [])));
  const state = await chain.stateAt(block.number);
  const claimed = await chain.claimedAt(block.number, [...wallets]);
  if ((await chain.blockAt(block.number)).hash !== block.hash)
    throw new ChainFailed('CHAIN_MOVED', `block ${block.number} became another one while it was read`);
  return { block, state, claimed, is_newest: true };
}

/** Of several that read at once one writes. */
function book(context: Context, before: rewards.ChainCursor, { events, ...said }: SaidBy): Promise<boolean> {
  const { database, clock } = context;
  const at = clock.now();
  return database.inTransaction(async (tx) => {
    const cursor = await rewards.lockCursor(tx);
    if (cursor?.block_hash !== before.block_hash) return false;
    // nobody cuts or voids between what is compared
    const under_way = await rewards.epochUnderWay(tx);
    if (under_way) await rewards.lockEpoch(tx, under_way.id);
    for (const event of events) await bookEvent(tx, context, event, at);
    await rewards.moveCursor(tx, placeOf(said.block), at);
    await assertAgrees(tx, said);
    await noteAgreement(tx, said, at);
    return true;
  });
}

const placeOf = ({ number, hash, at }: Block) => ({ block_number: number, block_hash: hash, block_at: at });

/** What newer blocks say: shown, never posted, made anew each time. */
async function showTail({ database }: Context, chain: Chain, { number, hash }: Block): Promise<void> {
  const events = await eventsAfter(chain, number);
  if (!events) return;
  await database.inTransaction(async (tx) => {
    const cursor = await rewards.lockCursor(tx);
    if (cursor?.block_hash !== hash) return;
    await rewards.replaceProvisional(tx, events.map(shown));
  });
}

/** Null where blocks were replaced while they were read: the next look tells. */
async function eventsAfter(chain: Chain, number: bigint): Promise<ChainEvent[] | null> {
  const latest = await chain.latest();
  if (latest.number <= number) return [];
  return chain.eventsBetween(number + 1n, latest.number).catch((error: unknown) => {
    if (isMoving(error)) return null;
    throw error;
  });
}

/** Beyond what is final, blocks are replaced and go. */
export const isMoving = (error: unknown): boolean =>
  error instanceof ChainFailed && (error.code === 'CHAIN_MOVED' || error.code === 'CHAIN_BLOCK_UNKNOWN');

function shown(event: ChainEvent): rewards.Provisional {
  const { block_number, log_index, block_hash, tx_hash, at, kind } = event;
  return {
    ...{ block_number, log_index, block_hash, tx_hash, at, kind, ...NOTHING },
    ...('wallet' in event && { wallet: event.wallet }),
    ...('amount' in event && { amount_nanos: event.amount / NANO }),
    ...('cumulative' in event && { cumulative_nanos: event.cumulative / NANO }),
    ...('epoch' in event && { epoch: event.epoch }),
    ...('root' in event && { root: event.root }),
  };
}

const NANO = 10n ** 9n;
const NOTHING = { wallet: null, amount_nanos: null, cumulative_nanos: null, epoch: null, root: null };

/** Roots of these were vetoed after a block. */
export const vetoedIn = (events: readonly ChainEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap((event) => (event.kind === 'root_vetoed' ? [event.root] : [])));
