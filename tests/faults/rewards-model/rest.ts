// After everything: all faults end, whoever has something to decide decides it, and all that is owed is paid.
import { sql } from 'kysely';
import { expect } from 'vitest';
import { awarded, awardsOwedBack } from '../../../server/chart-of-accounts.ts';
import { liftHalt } from '../../../server/flows/halt-rewards.ts';
import { indexOnce } from '../../../server/flows/index-chain.ts';
import { askToSign, linkWallet } from '../../../server/flows/link-wallet.ts';
import { publishOnce } from '../../../server/flows/publish-epoch.ts';
import { reconcileOnce } from '../../../server/flows/reconcile-chain.ts';
import { relayClaim } from '../../../server/flows/relay-claim.ts';
import { fireTimers } from '../../../server/flows/review-timers.ts';
import { askToVoid, retryEpoch } from '../../../server/flows/void-epoch.ts';
import { approveEpoch } from '../../../server/flows/approve-epoch.ts';
import { draftEpoch } from '../../../server/flows/draft-epoch.ts';
import { present } from '../../../server/kit/assert.ts';
import * as ledger from '../../../server/modules/ledger/index.ts';
import * as rewards from '../../../server/modules/rewards/index.ts';
import { Refusal } from '../../../server/refuse.ts';
import { verifyMoney } from '../../../server/views/invariants.ts';
import { nextCut } from '../../../server/views/rewards/next-cut.ts';
import { PASSWORD } from '../../world.ts';
import { BLOCKS_TO_FINAL, calls, DELAY_S, TOKEN } from './ground.ts';
import { type Play, processOf } from './moves.ts';
import { dueTo, holdRound, takeAwards } from './town.ts';

const ROUNDS_MAX = 15;
const BASE = 10n ** 9n;
/** After so long it is looked again whether the pool can pay what it could not. */
const LATER_S = 3_700;

export async function comeToRest(play: Play, step: () => Promise<void>): Promise<void> {
  const { ground, world } = play;
  await ground.holdBack(false);
  await ground.mine(1);
  await ground.send(ground.strangers[0], calls.deposit(ground.chain, 3_000_000n * TOKEN));
  let left = '';
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const act of [letGoOn, settle, win, settle, cut, settle, settle, claim, settle]) {
      await act(play);
      await ground.rest();
    }
    await step();
    left = await whatIsLeft(play);
    if (left === '') break;
  }
  const halts = await rewards.lastHalts(world.context.db, 3);
  expect(left, `what is left in the end; the last halts: ${halts.map(({ says }) => says).join('; ')}`).toBe(
    '',
  );
}

/** Nothing foreign waits any more, and nothing stands still. */
async function letGoOn({ world, ground, town, clock, ...play }: Play): Promise<void> {
  const { db } = world.context;
  const { number } = await ground.chain.latest();
  const { pending } = await ground.chain.stateAt(number);
  const known = pending ? await rewards.epochsByRoot(db, pending.root) : [];
  if (pending && !known.some(({ state }) => state !== 'voided'))
    await ground.send(ground.guardian, calls.veto(ground.chain));
  await ground.rest();
  await ground.mine(BLOCKS_TO_FINAL);
  const halt = await rewards.haltOf(db);
  const context = processOf({ world, ground, town, clock, ...play });
  if (halt) await liftHalt(context, town.admin, { id: halt.id, reason: 'Looked into it.' });
}

async function readAll(play: Play): Promise<void> {
  while ((await indexOnce(processOf(play))).more);
}

async function settle(play: Play): Promise<void> {
  const { ground } = play;
  await readAll(play);
  await publishOnce(processOf(play));
  await ground.rest();
  await ground.mine(Math.max(BLOCKS_TO_FINAL, Number(DELAY_S)));
  await readAll(play);
  await publishOnce(processOf(play));
  await ground.rest();
  await ground.mine(BLOCKS_TO_FINAL);
  await readAll(play);
}

/** Whoever owes something wins enough to be even; everybody takes what they won, and has a wallet. */
async function win(play: Play): Promise<void> {
  const { world, town, chance, ground, clock } = play;
  const { db } = world.context;
  const context = processOf(play);
  await takeAwards(world, chance, 1);
  const debts = await debtsOf(play);
  const [debtor] = debts;
  if (debtor) {
    const members = [debtor.member, ...town.members.filter((member) => member !== debtor.member)];
    await holdRound(world, { ...town, members }, { ...chance, uniform: () => 0.5 }, debtor.amount + 1n);
    await takeAwards(world, chance, 1);
  }
  for (const { id: person_id, wallets } of town.members) {
    if (await rewards.walletOf(db, { chain_id: ground.chain.id, person_id })) continue;
    const wallet = present(wallets[0], 'a wallet');
    const asked = await askToSign(context, person_id, { address: wallet.address, password: PASSWORD });
    const signature = await wallet.signMessage({ message: asked.message });
    await linkWallet(context, person_id, { challenge_id: asked.id, signature });
  }
  const { at } = await ground.chain.latest();
  await ground.ask('evm_setNextBlockTimestamp', Math.round(at.getTime() / 1_000) + LATER_S);
  await ground.mine(1);
  clock.set((await ground.chain.latest()).at);
  await fireTimers(context);
}

async function debtsOf({ world, town }: Play) {
  const accounts = town.members.map(({ id }) => awardsOwedBack(id));
  const lies = await ledger.accrued(world.context.db, accounts);
  return town.members
    .map((member) => ({ member, amount: -lies(awardsOwedBack(member.id)) }))
    .filter(({ amount }) => amount > 0n);
}

async function cut(play: Play): Promise<void> {
  const { world, town, clock } = play;
  const { db } = world.context;
  const context = processOf(play);
  const [first, second] = town.finance;
  const there = await rewards.epochUnderWay(db);
  if (there?.state === 'vetoed') return retryEpoch(context, first, { id: there.id, version: there.version });
  if (there && there.state !== 'drafted') return;
  try {
    const id = there?.id ?? (await draftEpoch(context, first));
    const { version, drafted_by } = present(await rewards.epochById(db, id), 'a draft');
    const place = present(await rewards.deploymentOf(db), 'where we pay');
    const { digest } = await nextCut(db, place, clock.now());
    await approveEpoch(context, drafted_by === first ? second : first, { id, version, digest });
  } catch (error) {
    if (!(error instanceof Refusal) || !['EPOCH_EMPTY', 'CHAIN_HALTED'].includes(error.code)) throw error;
    // somebody drafted it for what was taken off debts since
    if (error.code === 'EPOCH_EMPTY' && there)
      await askToVoid(context, first, { id: there.id, version: there.version, reason: 'It is empty.' });
  }
}

async function claim(play: Play): Promise<void> {
  const { world, town, ground } = play;
  const context = processOf(play);
  for (const { id } of town.members)
    for (const wallet of await rewards.walletsCommittedTo(world.context.db, id)) {
      await relayClaim(context, id, { wallet }).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
      await ground.rest();
    }
}

/** In words; nothing where all is paid. */
async function whatIsLeft(play: Play): Promise<string> {
  const { world, town, ground } = play;
  const { db } = world.context;
  const { rows: awards } = await sql<{ state: string; n: bigint }>`
    select state, count(*) as n from competitions.award
    where state in ('created', 'accepted', 'payable') group by state`.execute(db);
  const { rows: committed } = await sql<{ key: string; posted: bigint }>`
    select a.key, b.posted from ledger.balances b join ledger.accounts a on a.id = b.account_id
    where a.key like 'wallet:%:committed' and b.posted <> 0`.execute(db);
  const owed = await ledger.accrued(
    db,
    town.members.map(({ id }) => awarded(id)),
  );
  const under_way = await rewards.epochUnderWay(db);
  const halt = await rewards.haltOf(db);
  const debts = await debtsOf(play);
  const { number } = await ground.chain.latest();
  const { pending } = await ground.chain.stateAt(number);
  const timers = await sql<{ n: bigint }>`
    select count(*) as n from kit.timer
    where kind = 'round.mint' and fired_at is null and dropped_at is null`.execute(db);
  return [
    ...awards.map(({ state, n }) => `${n} awards ${state}`),
    ...committed.map(({ key, posted }) => `${key} ${posted}`),
    ...town.members
      .filter(({ id }) => owed(awarded(id)) !== 0n)
      .map(({ name }) => `${name} is owed something`),
    ...debts.map(({ member, amount }) => `${member.name} owes ${amount}`),
    ...(under_way ? [`an epoch is ${under_way.state}`] : []),
    ...(halt ? [`halted: ${halt.code}`] : []),
    ...(pending ? ['a root is pending'] : []),
    ...timers.rows.filter(({ n }) => n > 0n).map(({ n }) => `${n} rounds wait for the pool`),
  ].join(', ');
}

/** Everybody was paid exactly what the standings say, and all checks of the books are content. */
export async function assertAllPaid({ world, town, ground, clock, ...play }: Play): Promise<void> {
  const { db } = world.context;
  expect(await reconcileOnce(processOf({ world, town, ground, clock, ...play }))).toBe('agrees');
  const due = dueTo(town);
  const { number } = await ground.chain.latest();
  for (const { id, name, wallets } of town.members) {
    const addresses = wallets.map(({ address }) => address.toLowerCase());
    const claimed = await ground.chain.claimedAt(number, addresses);
    const has = [...claimed.values()].reduce((sum, amount) => sum + amount, 0n);
    expect(has, `what ${name} was paid is what the standings say`).toBe((due.get(id) ?? 0n) * BASE);
  }
  const { rows: unpaid } = await sql`
    select id, state from competitions.award where state in ('created', 'accepted', 'payable')`.execute(db);
  expect(unpaid).toEqual([]);
  const { violations } = await verifyMoney(db, 'full', clock.now());
  // months, works and votes are written down by hand, and so is what they cost: only what prizes say is asked
  expect(violations.filter(({ invariant }) => ABOUT_PRIZES.test(invariant))).toEqual([]);
}
const ABOUT_PRIZES = /award|escrow|prize|journal|epoch|leaf|wallet|claim|commit|deposit|STELAI/i;
