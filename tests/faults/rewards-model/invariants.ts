// What must hold after every single step, asked of database and node themselves and not of the flows.
import { sql } from 'kysely';
import { expect } from 'vitest';
import { committed, onChain } from '../../../server/chart-of-accounts.ts';
import { present } from '../../../server/kit/assert.ts';
import * as ledger from '../../../server/modules/ledger/index.ts';
import * as rewards from '../../../server/modules/rewards/index.ts';
import type { World } from '../../world.ts';
import type { Ground } from './ground.ts';
import { awardedTo, type Town } from './town.ts';

const BASE = 10n ** 9n;

type Played = { world: World; ground: Ground; town: Town };
/** Where the books were when they were last held against the chain. */
export type Looked = { block: bigint };

export async function assertInvariants(played: Played, looked: Looked): Promise<void> {
  await assertSumZero(played);
  await assertLeaves(played);
  await assertAwards(played);
  await assertWalletsCounted(played);
  await assertNobodyHasMore(played);
  const cursor = await rewards.cursorOf(played.world.context.db);
  if (!cursor || cursor.block_number === looked.block) return;
  await assertReserves(played, cursor);
  looked.block = cursor.block_number;
}

async function assertSumZero({ world }: Played): Promise<void> {
  const { rows } = await sql<{ sum: bigint; below: bigint }>`
    select (select coalesce(sum(e.amount), 0)::int8 from ledger.entries e
            join ledger.accounts a on a.id = e.account_id where a.asset = 'STELAI') as sum,
           (select count(*) from ledger.balances b join ledger.accounts a on a.id = b.account_id
            where a.asset = 'STELAI' and b.posted < 0) as below`.execute(world.context.db);
  expect(rows, 'the books of $STELAI sum to zero, and nothing guarded is below it').toEqual([
    { sum: 0n, below: 0n },
  ]);
}

/** No leaf shrinks and none goes, from one epoch to the next that counts; and each is what was paid and what is left. */
async function assertLeaves({ world }: Played): Promise<void> {
  const { db } = world.context;
  const { rows: shrunk } = await sql`
    select l.wallet, e.number from rewards.leaf l join rewards.epoch e on e.id = l.epoch_id
    join rewards.epoch n on n.number > e.number and n.state not in ('drafted', 'voided')
    left join rewards.leaf m on m.epoch_id = n.id and m.wallet = l.wallet
    where e.state in ('active', 'superseded') and coalesce(m.cumulative_nanos, 0) < l.cumulative_nanos`.execute(
    db,
  );
  expect(shrunk, 'leaves that shrank').toEqual([]);
  const under_way = await rewards.epochUnderWay(db);
  const newest = under_way && rewards.isCut(under_way) ? under_way : await rewards.liveEpoch(db);
  if (!newest) return;
  const leaves = await rewards.leavesOf(db, newest.id);
  const wallets = [...leaves.keys()];
  const paid = await rewards.paidTo(db, wallets);
  const lies = await ledger.balances(db, wallets.map(committed));
  for (const wallet of wallets)
    expect(lies(committed(wallet)).posted, `what is committed to ${wallet}`).toBe(
      (leaves.get(wallet) ?? 0n) - paid(wallet),
    );
}

/** Each award is in one epoch that counts at most, and paid only by what its wallet really got. */
async function assertAwards({ world }: Played): Promise<void> {
  const { rows: twice } = await sql`
    select c.award_id from rewards.commitment_award c join rewards.epoch e on e.id = c.epoch_id
    where e.state <> 'voided' group by c.award_id having count(*) > 1`.execute(world.context.db);
  expect(twice, 'awards that two epochs have').toEqual([]);
  const { rows: wrong } = await sql`
    select a.id, a.state from competitions.award a
    left join (rewards.commitment_award ca join rewards.epoch e on e.id = ca.epoch_id and e.state <> 'voided'
               join rewards.commitment c on c.epoch_id = ca.epoch_id and c.person_id = ca.person_id)
      on ca.award_id = a.id
    where (a.state in ('payable', 'paid')) <> (ca.award_id is not null)
       or a.state = 'paid' and c.cumulative_nanos > coalesce(
            (select max(x.cumulative_nanos) from rewards.chain_event x where x.wallet = c.wallet and x.kind = 'claimed'), 0)
       or a.state = 'payable' and e.active_at is not null and c.cumulative_nanos <= coalesce(
            (select max(x.cumulative_nanos) from rewards.chain_event x where x.wallet = c.wallet and x.kind = 'claimed'), 0)`.execute(
    world.context.db,
  );
  expect(wrong, 'awards that say something else than their commitments').toEqual([]);
}

/** Nothing was cut for a wallet that did not count then. */
async function assertWalletsCounted({ world }: Played): Promise<void> {
  const { rows } = await sql`
    select c.wallet from rewards.commitment c join rewards.epoch e on e.id = c.epoch_id
    where not exists (select from rewards.wallet_link l where l.address = c.wallet and l.person_id = c.person_id
      and l.counts_from <= e.approved_at and (l.ended_at is null or l.ended_at >= e.approved_at))`.execute(
    world.context.db,
  );
  expect(rows, 'wallets that something was cut for before they counted').toEqual([]);
}

/** By the newest block, whether or not it stays: all wallets of one together never have more than its owner was awarded. */
async function assertNobodyHasMore({ world, ground, town }: Played): Promise<void> {
  const awarded = await awardedTo(world);
  const wallets = town.members.flatMap((member) =>
    member.wallets.map(({ address }) => address.toLowerCase()),
  );
  const { number } = await ground.chain.latest();
  const claimed = await ground.chain.claimedAt(number, wallets);
  for (const { id, name, wallets: own } of town.members) {
    const has = own.reduce((sum, { address }) => sum + (claimed.get(address.toLowerCase()) ?? 0n), 0n);
    expect(has <= (awarded.get(id) ?? 0n) * BASE, `${name} was paid ${has}, awarded ${awarded.get(id)}`).toBe(
      true,
    );
  }
}

/** What lies on the chain at the block of the books is what the books say, whatever was told on the way. */
async function assertReserves({ world, ground }: Played, cursor: rewards.ChainCursor): Promise<void> {
  const { db } = world.context;
  const place = present(await rewards.deploymentOf(db), 'where we pay');
  const block = await ground.chain.blockAt(cursor.block_number);
  expect(cursor.block_hash, 'the block of the books').toBe(block.hash);
  const state = await ground.chain.stateAt(cursor.block_number);
  const account = onChain(place);
  const books = -(await ledger.accrued(db, [account]))(account) * BASE + cursor.dust;
  const paid = (await rewards.paidInAll(db)) * BASE;
  expect({ balance: books, claimed: paid }, `books at block ${cursor.block_number}`).toEqual({
    balance: state.balance,
    claimed: state.total_claimed,
  });
  const live = await rewards.liveEpoch(db);
  expect(live?.root ?? null, 'the live root').toBe(state.live?.root ?? null);
}
