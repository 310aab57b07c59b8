import { readFile } from 'node:fs/promises';
import { recount } from '@stellary/judging';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { established, fundRound, people, roundIn } from '../../tests/competitions.ts';
import { person } from '../../tests/program.ts';
import { PASSWORD, startWorld, type World } from '../../tests/world.ts';
import { signUp } from '../flows/sign-up.ts';
import { fireTimers } from '../flows/review-timers.ts';
import { setTurn } from '../flows/run-round.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS, settableClock } from '../kit/clock.ts';
import { sum } from '../kit/money.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import { chance } from './chance.ts';
import { playRounds } from './contest.ts';
import { walletFile, whoIsPaid } from './payout.ts';
import { FINANCE, fundPrizes, OVER, timeOf } from './rounds.ts';

const to = new Date('2026-11-23T15:00:00Z');
const at = (time: keyof typeof OVER.days) => timeOf(OVER, time, { to });
const JOINED = new Date(at('opens_at').getTime() - 31 * DAY_MS);

const PRIZES = [50n, 25n, 12n, 7n, 5n].map((stelai) => stelai * 1_000_000_000n);

const clock = settableClock(at('qualifying_at'));
let world: World;
beforeAll(async () => {
  world = await startWorld({ clock, roles: 'web', chain: true });
});
afterAll(() => world.end());

test('the round of the demo is voted on, judged, counted and confirmed by the product itself', async () => {
  const { context } = world;
  for (const [email, role] of [
    ['editor@demo.example', 'editor'],
    ['editor-2@demo.example', 'editor'],
    ['moderator@demo.example', 'moderator'],
    [FINANCE, 'finance'],
    ['finance-2@demo.example', 'finance'],
  ] as const) {
    const wish = { email, password: PASSWORD, display_name: email };
    const { account } = await signUp(context, identity.nobody, wish, { user_agent: 'demo' });
    const grant = { account_id: account.id, role, by: account.id };
    await context.database.inTransaction((tx) => identity.grantRole(tx, grant, clock.now()));
  }
  const judges: AccountId[] = [];
  for (let number = 0; number < 7; number += 1)
    judges.push((await person(world, `judge-${number}`, 'judge')).id);
  await context.db.deleteFrom('campaigns.trace').execute();
  const voters = await people(world, 'voter', 12, JOINED);
  for (const id of voters) await established(world, id, JOINED);
  const members = await people(world, 'member', 6, JOINED);
  const { id, category_id } = await roundIn(world, {
    ...{ slug: OVER.slug, entries: 12, authors: members, opens_at: at('opens_at'), locks_at: at('locks_at') },
    ...{ qualifying_at: at('qualifying_at'), final_at: at('final_at'), tally_at: at('tally_at') },
  });
  await fundRound(world, { id }, [category_id], PRIZES);
  const round = present(await competitions.roundById(context.db, id), 'the round');
  await context.database.inTransaction((tx) => setTurn(tx, round, clock.now()));

  // those who win sign in and link a wallet
  await context.db
    .updateTable('identity.account')
    .set({ password_hash: await identity.hashNewPassword(PASSWORD, 'member') })
    .where('id', 'in', members)
    .execute();
  await fundPrizes(context);
  const stage = {
    context,
    clock,
    luck: chance(1),
    password: PASSWORD,
    members,
    voters,
    judges,
    creators: [],
  };
  const steps = playRounds(stage, [OVER], { to }).filter((step) => step.at > clock.now());
  for (const step of steps) {
    if (step.at > clock.now()) clock.set(step.at);
    await fireTimers(context);
    await step.take();
  }

  const anyone = world.visitor().api.competitions;
  const results = await anyone.getResults({ slug: OVER.slug });
  expect(results).toMatchObject({ provisional: false });
  expect(results.confirmations).toHaveLength(2);
  expect(results.disputes).toMatchObject([{ state: 'rejected' }]);
  const [images] = results.categories;
  expect(images).toMatchObject({ counted_by: 'both', voters: 12, alarm: false });
  expect(images?.places).toHaveLength(5);
  // whoever can sign in answers for themselves
  const awards = await competitions.awardsOfRound(context.db, id);
  // whoever won most of those who took it has it in an epoch, for the wallet whose key lies there
  const paid = present(await whoIsPaid(context), 'whom an epoch pays');
  const payable = awards.filter(({ state }) => state === 'payable');
  expect(new Set(payable.map(({ person_id }) => person_id))).toEqual(new Set([paid.person_id]));
  expect(sum(payable.map(({ amount_nanos }) => amount_nanos))).toBe(paid.amount_nanos);
  expect(await readFile(walletFile(context), 'utf8')).toMatch(/^0x[0-9a-f]{64}\n$/);
  const asked = awards.filter(({ state }) => state === 'created').map(({ person_id }) => person_id);
  expect(awards).toHaveLength(5);
  expect(new Set(asked)).toEqual(
    new Set(awards.some((one) => one.person_id === members[0]) ? [members[0]] : []),
  );
  const text = await (await anyone.getBundle({ slug: OVER.slug, kind: 'image' })).text();
  expect(recount(text).findings.filter(({ holds }) => holds === false)).toEqual([]);
}, 120_000);
