import { afterAll, beforeAll, expect, test } from 'vitest';
import { releaseOf, start } from '../../tests/acts.ts';
import { idOfPerson } from '../../tests/accepted.ts';
import { PASSWORD, startWorld, type World } from '../../tests/world.ts';
import { scriptedEngine } from '../../tests/scripted-engine.ts';
import { fundPool } from '../../tests/competitions.ts';
import { eventually } from '../../tests/eventually.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import { runNext } from '../roles/runner.ts';
import { settleDelivered } from '../roles/worker.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { chance } from './chance.ts';
import { gatherPeople } from './gatherings.ts';
import { bookPlaces, lookAround } from './places.ts';
import { enterRounds, planRounds, repeatRounds } from './rounds.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), roles: 'web,relay' });
});
afterAll(() => world.end());

test('the demo has booked places, and people who see them', async () => {
  const { context } = world;
  const editor = { email: 'editor@demo.example', password: PASSWORD, display_name: 'Salma' };
  await world.visitor().api.identity.createSignUp(editor);
  const member = await idOfPerson(await world.member('nils'));
  await eventually('models are listed', async () => {
    const { items } = await world.visitor().api.marketplace.exploreModels({ limit: 100 });
    return items.length > 10;
  });
  const from = context.clock.now();
  await bookPlaces(context, { from });
  const booked = await marketplace.bookingsBetween(context.db, from, new Date(from.getTime() + 60 * DAY_MS));
  expect(booked).toHaveLength(5);
  await lookAround(context, chance(1), [member]);
  const seen = await context.db.selectFrom('marketplace.slot_day').select('impressions').execute();
  expect(seen.length).toBeGreaterThan(5);
});

test('the demo has events, a proposal and somebody who came by a link', async () => {
  const member = await idOfPerson(await world.member('mona'));
  await gatherPeople(world.context, [member], PASSWORD);
  const mira = await world.creator('mira-solberg');
  const events = (await mira.api.events.listEvents({})).items;
  expect(events.map(({ kind, reminded }) => [kind, reminded])).toEqual([
    ['live', 1],
    ['challenge', 0],
    ['launch', 0],
  ]);
  expect((await mira.api.collaborations.listCollaborations({})).items).toMatchObject([{ state: 'open' }]);
  expect((await mira.api.referrals.listReferrals({})).items).toMatchObject([{ counts: true }]);
});

test('the demo has a round that is paid for before it opens, with entries, and a template for the next ones', async () => {
  const { context } = world;
  const second = { email: 'editor-2@demo.example', password: PASSWORD, display_name: 'Bruno' };
  await world.visitor().api.identity.createSignUp(second);
  for (const email of ['editor@demo.example', second.email]) {
    const { id } = present(await identity.accountByEmail(context.db, email), email);
    const grant = { account_id: id, role: 'editor', by: id } as const;
    await context.database.inTransaction((tx) => identity.grantRole(tx, grant, context.clock.now()));
  }
  await fundPool(world, 100_000n * 1_000_000_000n);
  await planRounds(context, { to: new Date(context.clock.now().getTime() + 10 * DAY_MS) });
  await repeatRounds(context);
  const rounds = async () => (await world.visitor().api.competitions.listRounds({})).items;
  expect(await rounds()).toMatchObject([{ slug: 'light-in-the-dark', state: 'scheduled' }]);
  const made = await context.db.selectFrom('competitions.template').select('repeats').execute();
  expect(made).toEqual([{ repeats: true }]);

  const member = await world.member('nora');
  const { id } = await start(member, { release_id: await releaseOf(member) });
  await runNext(context, 'embedded', 'the runner', new AbortController().signal);
  await settleDelivered(context);
  expect((await member.api.generation.getGeneration({ id })).state).toBe('succeeded');
  // as if it had opened yesterday
  const opens_at = new Date(context.clock.now().getTime() - DAY_MS);
  await context.db.updateTable('competitions.round').set({ opens_at, state: 'open' }).execute();
  await enterRounds(context, [await idOfPerson(member)]);
  const [round] = await rounds();
  expect(round?.categories.map(({ kind, entries }) => [kind, entries])).toEqual([
    ['image', 1],
    ['video', 0],
    ['music', 0],
    ['models', 0],
  ]);
  expect((await member.api.competitions.listMyEntries({})).items).toMatchObject([{ state: 'eligible' }]);
});
