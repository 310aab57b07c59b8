import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, releaseOf, start } from '../acts.ts';
import { expectBalances } from '../finance.ts';
import { publishedAs } from '../own-models.ts';
import { type Person, person } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, seatAt, sendHome, type Visit, visit } from './browser.ts';

/** Of a generation of one credit. */
const SHARE = 700_000n;

describe.skipIf(browserPath === undefined)('somebody claims rights in a model', () => {
  let world: World;
  let browser: Browser;
  let owner: Person;
  let payer: Person;
  let claimant: Person;
  let moderator: Person;
  let sitting: Visit;
  let seat: ReturnType<typeof seatAt>;
  let page: Page;
  /** Of the claim. */
  let address: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      startWorld({ engine: scriptedEngine(), roles: 'web,relay' }),
      openBrowser(),
    ]);
    owner = await person(world, 'Kai', 'creator');
    payer = await person(world, 'Paula');
    claimant = await person(world, 'Clara');
    moderator = await person(world, 'Mo', 'moderator');
    await Promise.all([publishedAs(world, owner, 'tide'), buy(payer, 'pack-1000')]);
    sitting = await visit(browser, world.url, claimant);
    seat = seatAt(sitting, world.url);
    page = sitting.page;
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  async function generate() {
    await start(payer, { release_id: await releaseOf(payer, 'tide'), spend_first: 'paid' });
    await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
    expect(await settleDelivered(world.context)).toBe(1);
  }

  test('from the page of the model, once the statement is affirmed', async () => {
    await open(page, '/models/tide');
    await page.getByRole('link', { name: 'Claim rights' }).click();
    await page.getByLabel('Your work that it rests on').fill('Clara’s waves, 2024');
    await page
      .getByLabel('Why it is yours')
      .fill('The weights are those of my own model, which I published a year before it.');
    await page.getByLabel('What shows it').fill('The page of my model, archived in 2025.');
    await page.getByLabel('Links').fill('https://example.com/my-model');
    const file = page.getByRole('button', { name: 'File the claim' });
    expect(await file.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('checkbox', { name: /^I affirm this statement/ }).check();
    await file.click();
    await page.getByRole('heading', { name: 'Claim on The tide' }).waitFor();
    await seat.stands('filed');
    address = new URL(page.url()).pathname;
    await generate();
    await expectBalances(owner, { pending: SHARE });
  });

  test('a moderator admits it, and what the model earns from then on is set aside', async () => {
    await seat.opens(moderator, '/moderation/claims');
    await page.getByRole('link', { name: 'The tide' }).click();
    await page.getByLabel('Reason').fill('The evidence is enough to look into it.');
    await seat.press('Admit it');
    await seat.stands('admitted');
    await generate();
    await expectBalances(owner, { pending: SHARE, held: SHARE });
  });

  test('the owner sees what is set aside, and answers; the claimant reads the answer alone', async () => {
    await seat.opens(owner, '/claims?side=respondent');
    await page.getByRole('link', { name: 'The tide' }).click();
    await page.getByText('0.7 credits').waitFor();
    await page.getByLabel('Your answer').fill('I made it from nothing, in 2024.');
    await seat.press('Answer');
    await page.getByRole('heading', { name: 'The answer of Kai' }).waitFor();
    await seat.opens(claimant, address);
    await page.getByText('I made it from nothing, in 2024.').waitFor();
    expect(await page.getByText('0.7 credits').count()).toBe(0);
  });

  test('rejected, everything goes back, and the other side reads why', async () => {
    await seat.opens(moderator, address);
    await page.getByLabel('Reason').fill('The archived page is of another model altogether.');
    await seat.press('Reject it');
    await seat.stands('rejected');
    await expectBalances(owner, { pending: 2n * SHARE });
    await seat.opens(claimant, '/claims');
    await page.getByRole('link', { name: 'The tide' }).click();
    await page.getByText('The archived page is of another model altogether.').waitFor();
    expect(sitting.troubles).toEqual([]);
  });
});
