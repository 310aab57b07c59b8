import { expect } from 'vitest';
import { matureEarnings } from '../server/flows/mature-earnings.ts';
import { type AccountId, asId } from '../server/ids.ts';
import { DAY_MS, type settableClock } from '../server/kit/clock.ts';
import * as identity from '../server/modules/identity/index.ts';
import { HOLD_DAYS } from '../server/offers.ts';
import { ended, start } from './acts.ts';
import type { Visitor } from './client.ts';
import { PASSWORD, type World } from './world.ts';

/** Somebody of finance, signed in. */
export async function financePerson(world: World, name: string) {
  const person = await world.member(name);
  await giveRole(world, person, 'finance');
  await comeBack(person);
  return person;
}

export async function giveRole({ context }: World, person: Visitor, role: identity.Role): Promise<void> {
  const account_id = await idOf(person);
  await context.database.inTransaction((tx) =>
    identity.grantRole(tx, { account_id, role, by: 'a test' }, context.clock.now()),
  );
}

/** Sessions end while days pass, and with a new role. */
export const comeBack = (person: Visitor & { email: string }) =>
  person.api.identity.createSession({ email: person.email, password: PASSWORD });

export async function idOf(person: Visitor): Promise<AccountId> {
  const { account } = await person.api.identity.getMe();
  return asId<AccountId>(account?.id ?? '');
}

/** Everything earned until now becomes available, and who was away is back. */
export async function holdPeriodPasses(
  world: World,
  clock: ReturnType<typeof settableClock>,
  back: readonly (Visitor & { email: string })[],
): Promise<void> {
  clock.advance((HOLD_DAYS + 1) * DAY_MS);
  for (let days = 0; await matureEarnings(world.context); days += 1)
    expect(days, 'days mature one after the other, each once').toBeLessThan(400);
  for (const person of back) await comeBack(person);
}

/** One small picture, made and charged. */
export async function generate(
  person: Visitor,
  release_id: string,
  spend_first: 'promo' | 'paid',
): Promise<string> {
  const { id } = await start(person, { release_id, spend_first });
  expect(await ended(person, id)).toMatchObject({ state: 'succeeded' });
  return id;
}

const NOTHING = {
  vesting_micros: '0',
  pending_micros: '0',
  available_micros: '0',
  held_micros: '0',
  reserved_micros: '0',
  receivable_micros: '0',
};

/** Where a creator's earnings lie; what is not named is nothing. */
export async function expectBalances(
  creator: Visitor,
  balances: Partial<Record<'vesting' | 'pending' | 'available' | 'held' | 'reserved' | 'receivable', bigint>>,
): Promise<void> {
  const named = Object.entries(balances).map(([state, amount]) => [`${state}_micros`, amount.toString()]);
  const earnings = await creator.api.earnings.getEarnings({});
  expect(earnings.balances).toEqual({ ...NOTHING, ...Object.fromEntries(named) });
}
