import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import { gate } from '../eventually.ts';
import { asPrompted, scriptedEngine, succeedsOnce } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('two tabs', () => {
  let world: World;
  let browser: Browser;
  const engine = scriptedEngine(asPrompted);
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine }), openBrowser()]);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const cards = (page: Page) => page.getByRole('region', { name: 'History' }).getByRole('article');
  const stage = (page: Page) => page.getByRole('region', { name: 'Result' });
  const isLive = (page: Page) => page.getByText('Live', { exact: true }).waitFor(PATIENCE);

  test(
    'show the same, while it runs, when it ends, and when it is thrown away',
    { timeout: 180_000 },
    async () => {
      const tina = await world.member('tina');
      const { page: one, context, troubles } = await visit(browser, world.url, tina);
      const two = await context.newPage();
      await open(one, '/create?model=drift');
      await open(two, '/create?model=vitrail');
      await Promise.all([isLive(one), isLive(two)]);

      // a tab behind another is drawn once a second, and every press would wait for two pictures of it
      await one.bringToFront();
      const paint = gate();
      engine.next(succeedsOnce(paint.opened));
      await one.getByLabel('Prompt').fill('golden silk');
      await one.getByRole('button', { name: /^Generate\s*1/ }).click(PATIENCE);
      await cards(two).getByRole('progressbar').waitFor(PATIENCE);
      expect(await cards(one).count()).toBe(1);

      // a tab that is opened, or opened again, while it runs shows it too
      await expect.poll(() => one.url(), PATIENCE).toMatch(/(generation|batch)=/);
      await open(one, one.url());
      await Promise.all([cards(one).getByRole('progressbar').waitFor(PATIENCE), isLive(one)]);
      await stage(one).getByRole('progressbar').waitFor(PATIENCE);
      paint.open();
      for (const page of [one, two]) {
        await cards(page).locator('img').first().waitFor(PATIENCE);
        await page.getByRole('link', { name: 'Wallet: 99 credits' }).waitFor(PATIENCE);
      }

      // the wallet was read anew, and what the reloaded page began with does not cover the result
      await one.waitForTimeout(500);
      expect(await stage(one).getByRole('progressbar').count()).toBe(0);
      await stage(one).getByRole('link', { name: 'Receipt' }).waitFor(PATIENCE);

      // what comes from elsewhere, a program for one, stands there as well
      const { id } = await start(tina, { release_id: await releaseOf(tina) });
      for (const page of [one, two]) await expect.poll(() => cards(page).count(), PATIENCE).toBe(2);
      await ended(tina, id);

      await cards(one).first().getByRole('button').first().click();
      await one.getByRole('button', { name: 'Move to the bin' }).click();
      for (const page of [one, two]) await expect.poll(() => cards(page).count(), PATIENCE).toBe(1);
      await one.getByRole('button', { name: 'Undo' }).click();
      for (const page of [one, two]) await expect.poll(() => cards(page).count(), PATIENCE).toBe(2);

      // a board that is made in one can be chosen in the other
      await one.getByRole('button', { name: 'New board' }).click();
      await one.getByLabel('Name').fill('Shared');
      await one.getByRole('button', { name: 'Make', exact: true }).click();
      await two
        .getByLabel('Board')
        .locator('option', { hasText: 'Shared' })
        .first()
        .waitFor({ state: 'attached' });
      expect(troubles).toEqual([]);
      await context.close();
      await expectEverythingHolds(world);
    },
  );
});
