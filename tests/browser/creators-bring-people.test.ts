import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { REFERRAL } from '../../server/offers.ts';
import { buy } from '../acts.ts';
import { BROWSER } from '../client.ts';
import { eventually } from '../eventually.ts';
import { publishedAs } from '../own-models.ts';
import { type Person, person } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import {
  browserPath,
  open,
  openBrowser,
  sendHome,
  signUpByForm,
  takeSeat,
  type Visit,
  visit,
} from './browser.ts';

describe.skipIf(browserPath === undefined)(
  'creators bring people, announce and agree, at the browser',
  () => {
    // browsers keep their own time: cookies must not be of another year
    const clock = settableClock(new Date());
    const day = (days: number) => new Date(clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
    let world: World;
    let browser: Browser;
    let ada: Person;
    let ben: Person;
    let sitting: Visit;
    let page: Page;

    beforeAll(async () => {
      [world, browser] = await Promise.all([
        startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' }),
        openBrowser(),
      ]);
      ada = await person(world, 'Ada', 'creator');
      ben = await person(world, 'Ben', 'creator');
      await publishedAs(world, ada, 'tide');
      sitting = await visit(browser, world.url, ada);
      page = sitting.page;
    });
    afterAll(async () => {
      await sendHome(browser);
      await world.end();
    });

    const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
    async function opens(who: Person, at: string) {
      await takeSeat(sitting.context, world.url, who);
      await open(page, at);
    }

    test('a link brings somebody, whose first purchase brings both something', async () => {
      await open(page, '/program/links');
      await page.getByText('No link yet').waitFor();
      await press('New link');
      await page.getByLabel('Its address').fill(`${world.url}/models/tide`);
      await page.getByLabel('Note').fill('In my videos');
      await press('Make the link');
      await page.getByRole('link', { name: 'The tide' }).waitFor();
      const [link] = (await ada.api.referrals.listLinks({})).items;

      const guest = await visit(browser, world.url);
      // a browser without a window says so, and robots are not counted
      await guest.context.setExtraHTTPHeaders({ 'user-agent': BROWSER });
      await guest.page.goto(`/r/${link?.code}`);
      expect(new URL(guest.page.url()).pathname).toBe('/models/tide');
      await signUpByForm(guest.page, 'Gus');
      await open(guest.page, '/wallet');
      await guest.page.getByText('You came by a link of').waitFor();
      const cookies = new Map((await guest.context.cookies()).map(({ name, value }) => [name, value]));
      const gus = world.visitor();
      for (const [name, value] of cookies) gus.cookies.set(name, value);
      const { account } = await gus.api.identity.getMe();
      await buy(gus, 'pack-1000');
      const rewarded = (state: string) =>
        eventually(`the reward is ${state}`, async () => {
          await fireTimers(world.context);
          const [reward] = await world.context.db
            .selectFrom('campaigns.reward')
            .select('state')
            .where('account_id', '=', account?.id ?? '')
            .execute();
          return reward?.state === state;
        });
      await rewarded('pending');
      await open(page, '/program/links');
      await page.getByText('set aside', { exact: true }).waitFor();
      clock.advance(REFERRAL.settles_days * DAY_MS);
      await rewarded('settled');
      await open(page, '/program/links');
      await page.getByText('given', { exact: true }).waitFor();
      expect(sitting.troubles).toEqual([]);
    });

    test('an event is announced in one zone, read in another, and reminds whoever asks', async () => {
      await open(page, '/events');
      await press('Announce an event');
      await page.getByLabel('Title').fill('Painting together');
      await page.getByLabel('Begins').fill(`${day(20)}T19:00`);
      await page.getByLabel('Ends').fill(`${day(20)}T20:30`);
      await page.getByLabel('Time zone').selectOption('Pacific/Auckland');
      await page.getByLabel('What happens').fill('Bring **water**.');
      await press('Announce it');
      await page.getByRole('heading', { name: 'Painting together' }).waitFor();
      await page.getByText('in Pacific/Auckland').waitFor();
      const address = new URL(page.url()).pathname;

      await opens(ben, address);
      await press('Remind me');
      await press('Do not remind me');
      await press('Remind me');
      await page.getByText('1 person will be reminded').waitFor();
      await open(page, '/events?view=month');
      await open(page, '/events?mine=true');
      await page.getByText('reminder set').waitFor();
      await press('Make a secret address');
      await page.getByText('It is shown this once.').waitFor();

      await opens(ada, address);
      await press('Cancel it');
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
      await page.getByText('cancelled', { exact: true }).waitFor();
      await opens(ben, '/notifications');
      await page.getByText('Painting together (cancelled)').waitFor();
      expect(sitting.troubles).toEqual([]);
    });

    test('a proposal is answered by another, and becomes a split', async () => {
      await opens(ada, '/program/collaborations');
      await press('Propose one');
      await page.getByLabel('Whom you ask').fill(ben.handle);
      await page.getByLabel('About').selectOption('mine');
      await page.getByLabel('Which model').fill('tide');
      await page.getByLabel('What you would do together').fill('You tune it for night scenes.');
      await page.getByLabel('Their part').fill('25');
      await press('Propose it');
      await page.getByText('It waits for the answer of Ben').waitFor();
      const address = new URL(page.url()).pathname;

      await opens(ben, address);
      await page.getByLabel('Message').fill('Gladly.');
      await press('Send');
      await page.getByText('Gladly.', { exact: true }).waitFor();
      await press('Make another offer');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('What you would do together').fill('For a little more.');
      await dialog.getByLabel('Your part').fill('30');
      await dialog.getByRole('button', { name: 'Send this offer' }).click();
      await page.getByText('It waits for the answer of Ada').waitFor();

      await opens(ada, address);
      await press('Agree');
      await page.getByText('You agreed. It is a proposed split').waitFor();
      await opens(ben, '/program/invitations');
      await page.getByText('The tide').first().waitFor();
      expect(sitting.troubles).toEqual([]);
    });
  },
);
