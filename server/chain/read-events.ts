// What happened on the chain, as a node tells it. That it tells all is for the books to find out, against the state
// at the same block; here is refused what cannot be true by itself.
import { type Hex, type Log, parseEventLogs } from 'viem';
import { rewardDistributor, stelaiToken } from '../../contracts/index.ts';
import { ChainFailed, named } from './failed.ts';
import type { Nodes } from './nodes.ts';
import { dateOf } from './read-state.ts';
import type { Address, Block, ChainEvent, Deployment } from './types.ts';

/** Nodes of others refuse wider questions. */
const BLOCKS_AT_ONCE = 1_000n;
const BLOCKS_READ_AT_ONCE = 10;

const TRANSFER = stelaiToken.abi.find((one) => one.type === 'event' && one.name === 'Transfer');

export async function readEvents(
  nodes: Nodes,
  deployment: Deployment,
  from: bigint,
  to: bigint,
): Promise<ChainEvent[]> {
  const events: ChainEvent[] = [];
  for (let first = from; first <= to; first += BLOCKS_AT_ONCE) {
    const last = first + BLOCKS_AT_ONCE - 1n;
    events.push(...(await readPart(nodes, deployment, first, last < to ? last : to)));
  }
  return events;
}

async function readPart(
  nodes: Nodes,
  deployment: Deployment,
  from: bigint,
  to: bigint,
): Promise<ChainEvent[]> {
  const { token, distributor } = deployment;
  const before = await readBlock(nodes, to);
  const [told, paidIn] = await named(
    `reading what happened in the blocks ${from} to ${to}`,
    Promise.all([
      nodes.getLogs({ address: distributor, fromBlock: from, toBlock: to }),
      nodes.getLogs({
        address: token,
        event: TRANSFER,
        args: { to: distributor },
        fromBlock: from,
        toBlock: to,
      }),
    ]),
  );
  for (const [address, logs] of [
    [distributor, told],
    [token, paidIn],
  ] as const)
    for (const log of logs) assertAsked(log, address, from, to);
  const logs = [...told, ...paidIn].sort(inOrder);
  const blocks = await blocksOf(nodes, logs, before);
  // One that took another's place meanwhile would leave logs of both.
  if ((await readBlock(nodes, to)).hash !== before.hash)
    throw new ChainFailed('CHAIN_MOVED', `block ${to} became another one while it was read`);
  assertInPlace(logs, blocks);
  return logs.flatMap((log) => {
    const { at } = blocks.get(log.blockNumber)!;
    const said = log.address.toLowerCase() === token ? depositIn(log, distributor) : saidIn(log);
    if (!said) return [];
    const seen = {
      block_number: log.blockNumber,
      block_hash: log.blockHash,
      log_index: log.logIndex,
      tx_hash: log.transactionHash,
      at,
    };
    return [{ ...seen, ...said }];
  });
}

type Mined = Log<bigint, number, false>;

const inOrder = (a: Mined, b: Mined) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex;

export async function readBlock(nodes: Nodes, number: bigint): Promise<Block> {
  const block = await named(`reading block ${number}`, nodes.getBlock({ blockNumber: number }));
  if (block.number !== number) lies(`asked for block ${number} it tells of ${block.number}`);
  return { number, hash: block.hash, at: dateOf(block.timestamp) };
}

async function blocksOf(nodes: Nodes, logs: readonly Mined[], last: Block): Promise<Map<bigint, Block>> {
  const blocks = new Map([[last.number, last]]);
  const missing = [...new Set(logs.map((log) => log.blockNumber))].filter((number) => !blocks.has(number));
  for (let start = 0; start < missing.length; start += BLOCKS_READ_AT_ONCE) {
    const some = missing.slice(start, start + BLOCKS_READ_AT_ONCE);
    for (const block of await Promise.all(some.map((number) => readBlock(nodes, number))))
      blocks.set(block.number, block);
  }
  return blocks;
}

// --- What can be known of a log by itself ------------------------------------------------------------------------

function assertAsked(
  log: Log<bigint | null, number | null, boolean>,
  address: Address,
  from: bigint,
  to: bigint,
) {
  if (log.address.toLowerCase() !== address) lies(`a log of ${log.address}, asked for those of ${address}`);
  if (log.blockNumber === null || log.logIndex === null || log.removed === true)
    lies('a log that is in no block');
  if (log.blockNumber < from || log.blockNumber > to)
    lies(`a log of block ${log.blockNumber}, asked for ${from} to ${to}`);
}

function assertInPlace(logs: readonly Mined[], blocks: ReadonlyMap<bigint, Block>) {
  for (const [index, log] of logs.entries()) {
    if (log.blockHash !== blocks.get(log.blockNumber)?.hash)
      lies(`a log of block ${log.blockHash}, which is not number ${log.blockNumber}`);
    const next = logs[index + 1];
    if (next?.blockNumber === log.blockNumber && next.logIndex === log.logIndex)
      lies(`two logs in one place, ${log.logIndex} of block ${log.blockNumber}`);
  }
}

function lies(sentence: string): never {
  throw new ChainFailed('CHAIN_LIES', `a node tells of ${sentence}`);
}

// --- What a log says -----------------------------------------------------------------------------------------------

type Said = Kinds<ChainEvent>;
/** Without its place, kind by kind. */
type Kinds<E> = E extends unknown
  ? Omit<E, 'block_number' | 'block_hash' | 'log_index' | 'tx_hash' | 'at'>
  : never;

function depositIn(log: Mined, distributor: Address): Said {
  const [event] = parseEventLogs({ abi: stelaiToken.abi, logs: [log], strict: true });
  if (event?.eventName !== 'Transfer' || low(event.args.to) !== distributor)
    lies('a payment that did not go to the distributor');
  return { kind: 'deposited', from: low(event.args.from), amount: event.args.value };
}

/** Undefined for what changes neither money nor roots nor roles. */
function saidIn(log: Mined): Said | undefined {
  const [event] = parseEventLogs({ abi: rewardDistributor.abi, logs: [log], strict: true });
  switch (event?.eventName) {
    case undefined:
      return lies('a log that no event of the distributor leaves');
    case 'RootProposed': {
      const { epoch, root, manifest, total, eta } = event.args;
      return { kind: 'root_proposed', epoch, root, manifest, total, eta: dateOf(eta) };
    }
    case 'RootVetoed':
      return { kind: 'root_vetoed', epoch: event.args.epoch, root: event.args.root, by: low(event.args.by) };
    case 'RootActivated':
      return { kind: 'root_activated', ...event.args };
    case 'RootCorrected':
      return { kind: 'root_corrected', ...event.args };
    case 'Claimed': {
      const { account, to, amount, cumulative, epoch } = event.args;
      return { kind: 'claimed', wallet: low(account), to: low(to), amount, cumulative, epoch };
    }
    case 'Reserved':
      return { kind: 'reserved', total: event.args.total, until: dateOf(event.args.until) };
    case 'SurplusRecovered':
      return { kind: 'surplus_recovered', to: low(event.args.to), amount: event.args.amount };
    case 'Paused':
      return { kind: 'paused', by: low(event.args.account) };
    case 'Unpaused':
      return { kind: 'unpaused', by: low(event.args.account) };
    case 'RoleGranted':
    case 'RoleRevoked': {
      const { role, account, sender } = event.args;
      const kind = event.eventName === 'RoleGranted' ? 'role_granted' : 'role_revoked';
      return { kind, role, account: low(account), by: low(sender) };
    }
    default:
      return undefined;
  }
}

const low = (address: string) => address.toLowerCase() as Hex;
