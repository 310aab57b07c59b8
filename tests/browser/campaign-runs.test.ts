import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { walletOf } from '../acts.ts';
import { publishedAs } from '../own-models.ts';
import { type Person, person } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, seatAt, sendHome, type Visit, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a campaign, at the browser', () => {
  // browsers keep their own time: cookies must not be of another year
  const clock = settableClock(new Date());
  const days = (count: number) => new Date(clock.now().getTime() + count * DAY_MS);
  const minute = (at: Date) => at.toISOString().slice(0, 16);
  let world: World;
  let browser: Browser;
  let edda: Person;
  let emil: Person;
  let kai: Person;
  let mona: Person;
  let sitting: Visit;
  let seat: ReturnType<typeof seatAt>;
  let page: Page;
  /** Of its page for editors. */
  let address: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' }),
      openBrowser(),
    ]);
    edda = await person(world, 'Edda', 'editor');
    emil = await person(world, 'Emil', 'editor');
    kai = await person(world, 'Kai', 'creator');
    mona = await person(world, 'Mona');
    await publishedAs(world, kai, 'tide');
    sitting = await visit(browser, world.url, edda);
    seat = seatAt(sitting, world.url);
    page = sitting.page;
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('an editor writes its plan, and submits it', async () => {
    await open(page, '/promotion/campaigns');
    await seat.press('New campaign');
    await page.getByLabel('Name').fill('Winter tides');
    await page.getByRole('button', { name: 'Begin the draft' }).click();
    await page.getByRole('heading', { name: 'Winter tides' }).waitFor();
    address = new URL(page.url()).pathname;
    await page.getByLabel('In one line').fill('Paint the sea for a fortnight.');
    await page
      .getByLabel('Story')
      .fill('## The sea in winter\nTen credits for everybody who never bought any.');
    await page.getByLabel('So many people').fill('5');
    await page.getByLabel('Starts (UTC)').fill(minute(days(2)));
    await page.getByLabel('Ends (UTC)').fill(minute(days(10)));
    await page.getByLabel('Budget, in credits').fill('40');
    await page.getByLabel('For each person, in credits').fill('10');
    await page.getByLabel('Held out', { exact: true }).fill('0');
    await seat.press('Add a condition');
    await page.getByLabel('Condition 1', { exact: true }).selectOption('bought');
    await seat.press('How many are they?');
    await page.getByText('2 people of 2 members now.').waitFor();
    await page.getByLabel('Featured models').fill('tide, drift, horizon');
    await seat.press('Save the draft');
    await page.getByText('The draft is saved.').waitFor();
    await seat.press('Submit it to a second editor');
    await seat.stands('In review');
    await page.getByText('Only a draft can be written on.').waitFor();
    const approve = page.getByRole('button', { name: 'Approve and schedule it' });
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    expect(await barriersOn(page, {})).toEqual([]);
  });

  test('the creator agrees, and a second editor approves it', async () => {
    const [offer] = (await kai.api.campaigns.listCampaignOffers({})).items;
    await kai.api.campaigns.createCampaignOfferAnswer({
      id: offer?.campaign.id ?? '',
      model: 'tide',
      accepted: true,
    });
    await seat.opens(emil, address);
    await page.getByLabel('Reason').fill('It says what it does.');
    await seat.press('Approve and schedule it');
    await seat.stands('Scheduled');
    await page.getByText('agreed', { exact: true }).first().waitFor();
  });

  test('from its start on members see its banner, and take what it gives', async () => {
    clock.advance(2 * DAY_MS + 60_000);
    await fireTimers(world.context);
    await seat.opens(mona, '/');
    await page
      .getByRole('complementary', { name: 'Campaign' })
      .getByRole('link', { name: 'Winter tides' })
      .click();
    await page.getByRole('heading', { level: 1, name: 'Winter tides' }).waitFor();
    await page.getByRole('heading', { name: 'The sea in winter' }).waitFor();
    expect(await barriersOn(page, {})).toEqual([]);
    await seat.press('Take 10 credits');
    await page.getByText('You have 10').waitFor();
    expect((await walletOf(mona)).grants.map(({ reason }) => reason)).toContain('Winter tides');
  });

  test('editors see what it did, and end it', async () => {
    await seat.opens(edda, address);
    await seat.stands('Running');
    await page.getByText('Nobody was held out, so there is nothing to compare with.').waitFor();
    await page.getByLabel('Reason').fill('The sea is frozen.');
    await seat.press('End it now');
    await seat.stands('Ended');
    clock.advance(3 * DAY_MS);
    await fireTimers(world.context);
    await open(page, address);
    await seat.stands('Settled');
    await page.getByText('Gone back').waitFor();
    await seat.opens(mona, '/campaigns/winter-tides');
    await page.getByText('Over', { exact: true }).waitFor();
    expect(sitting.troubles).toEqual([]);
  });
});
