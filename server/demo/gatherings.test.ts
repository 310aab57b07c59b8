import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOfPerson } from '../../tests/accepted.ts';
import { PASSWORD, startWorld, type World } from '../../tests/world.ts';
import { scriptedEngine } from '../../tests/scripted-engine.ts';
import { gatherPeople } from './gatherings.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), roles: 'web,relay' });
});
afterAll(() => world.end());

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
