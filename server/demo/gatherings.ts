import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { announceEvent, askForReminder } from '../flows/announce-event.ts';
import { buyPack } from '../flows/buy-pack.ts';
import { followLink } from '../flows/follow-link.ts';
import { makeLink } from '../flows/make-link.ts';
import { counterOffer, proposeCollaboration, writeToCollaborator } from '../flows/propose-collaboration.ts';
import { signUp } from '../flows/sign-up.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as identity from '../modules/identity/index.ts';

/** Who comes by a link, announces something and would work with somebody: some of each, to look at. */
export async function gatherPeople(
  context: Context,
  members: readonly AccountId[],
  password: string,
): Promise<void> {
  const creator = async (handle: string) =>
    present(await identity.accountByHandle(context.db, handle), `the house creator ${handle}`).id;
  const mira = await creator('mira-solberg');
  const tonfall = await creator('tonfall');
  const petri = await creator('petri-aalto');
  await bringSomebody(context, mira, password);
  await announce(context, [mira, tonfall, petri], members);
  const id = await proposeCollaboration(context, tonfall, {
    ...{ handle: 'mira-solberg', model: null, title: 'Songs of water' },
    offer: {
      words: 'I compose to the tides that you paint; a model for both, trained on your series.',
      partner_ppm: 350_000,
      owner: 'me',
    },
  });
  await writeToCollaborator(context, mira, id, 'I would love to. May I have the sleeve notes?');
  await counterOffer(context, mira, {
    ...{ id, version: 1 },
    offer: { words: 'The same, with a share for the pictures.', partner_ppm: 400_000, owner: 'them' },
  });
}

async function bringSomebody(context: Context, owner_id: AccountId, password: string): Promise<void> {
  const destination = { kind: 'model' as const, name: 'drift' };
  const code = await makeLink(context, owner_id, { destination, label: 'Under my videos' });
  const to_page = { kind: 'creator' as const, name: 'mira-solberg' };
  await makeLink(context, owner_id, { destination: to_page, label: 'On my website' });
  const whence = { device: randomBytes(32), network: null };
  await followLink(context, { code, member: null, whence: () => whence });
  const wanted = { email: 'iris@demo.example', display_name: 'Iris Falk', password };
  const { account } = await signUp(context, identity.nobody, wanted, { user_agent: 'demo', whence });
  await buyPack(context, account.id, { key: 'demo-referral', pack: 'pack-3000', payment: 'test' });
}

async function announce(
  context: Context,
  [mira, tonfall, petri]: readonly [AccountId, AccountId, AccountId],
  members: readonly AccountId[],
): Promise<void> {
  const day = (days: number) =>
    new Date(context.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
  const live = await announceEvent(context, mira, {
    ...{ kind: 'live', title: 'Painting the sea together', model: 'drift', place_url: null },
    words: 'One hour, one photograph of water each. I show how I choose a seed, and you show what you made.',
    ...{ starts: `${day(6)}T19:00`, ends: `${day(6)}T20:00`, zone: 'Europe/Oslo' },
  });
  await announceEvent(context, tonfall, {
    ...{ kind: 'launch', title: 'Chamber, second movement', model: null, place_url: null },
    words: 'A new release with longer phrases. I play what it learned from.',
    ...{ starts: `${day(13)}T18:30`, ends: `${day(13)}T19:30`, zone: 'Europe/Vienna' },
  });
  await announceEvent(context, petri, {
    ...{ kind: 'challenge', title: 'A week of first snow', model: null, place_url: null },
    words: 'Show one picture a day, made with any model. On Sunday we look at all of them.',
    ...{ starts: `${day(9)}T08:00`, ends: `${day(16)}T20:00`, zone: 'Europe/Helsinki' },
  });
  for (const person_id of members.slice(0, 4)) await askForReminder(context, person_id, live, true);
}
