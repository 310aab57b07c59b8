import { expect, test } from 'vitest';
import { startWorld } from '../../tests/world.ts';
import { signUp } from '../flows/sign-up.ts';
import { DAY_MS, settableClock } from '../kit/clock.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { ROAD_DAYS, ROADS } from './applications.ts';
import { openDesk } from './desk.ts';
import { MEMBERS, STAFF } from './people.ts';

test('at the end of the month an application stands in every state that there is', async () => {
  const to = new Date('2026-11-23T12:00:00Z');
  const from = new Date(to.getTime() - ROAD_DAYS * DAY_MS);
  const clock = settableClock(from);
  const world = await startWorld({ roles: 'web', clock });
  const { context } = world;
  try {
    for (const { email, display_name, role } of [
      ...STAFF,
      ...MEMBERS.map((member) => ({ ...member, role: 'member' as const })),
    ]) {
      if (await identity.accountByEmail(context.db, email)) continue;
      const person = { email, display_name, password: 'correct horse battery' };
      const { account } = await signUp(context, identity.nobody, person, { user_agent: 'demo' });
      const given = { account_id: account.id, role, by: account.id };
      if (role !== 'member')
        await context.database.inTransaction((tx) => identity.grantRole(tx, given, from));
    }
    await openDesk(context, clock, { from, to }).until(to);
    const rows = await context.db.selectFrom('program.application').select(['title', 'state']).execute();
    const stood = Object.fromEntries(rows.map(({ title, state }) => [title, state]));
    expect(stood).toEqual(Object.fromEntries(ROADS.map(({ about, ends }) => [about.title, ends])));
    const states = Object.keys(program.applicationMachine.states);
    expect(new Set(Object.values(stood))).toEqual(new Set(states));
  } finally {
    await world.end();
  }
}, 60_000);
