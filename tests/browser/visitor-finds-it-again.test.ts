import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, releaseOf, start } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, settled, type Visit, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a visitor who explores what was made', () => {
  let world: World;
  let browser: Browser;
  let visitor: Visit;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    const mona = await world.member('mona');
    const { id } = await start(mona, { release_id: await releaseOf(mona) });
    const asset = (await ended(mona, id)).assets[0]?.id ?? '';
    await mona.api.marketplace.showCreation({ id: asset, title: 'Silk at dawn' });
    await eventually('it is found', async () => {
      const { items } = await world.visitor().api.marketplace.exploreCreations({});
      return items.length === 1;
    });
    visitor = await visit(browser, world.url);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await world.end();
  });

  const top = (page: Page) => page.evaluate(() => window.scrollY);

  test('finds what people show, then samples, by keys, and the place again after back and reload', async () => {
    const { page } = visitor;
    await open(page, '/explore?show=images');
    const cards = page.getByRole('list', { name: 'Creations and samples' }).locator('> li');
    const first = page.getByRole('link', { name: 'Silk at dawn' }).first();
    await first.waitFor();
    expect(await cards.count()).toBeGreaterThan(8);
    await first.focus();
    await page.keyboard.press('ArrowRight');
    expect(
      await cards
        .nth(1)
        .locator('a')
        .first()
        .evaluate((link) => link === document.activeElement),
    ).toBe(true);

    await page.getByText('Why this?').first().click();
    await page.getByText('among such creations the newest stand first').waitFor();

    await page.evaluate(() => window.scrollTo({ top: 900, behavior: 'instant' }));
    const [before, shown] = [await top(page), await cards.count()];
    expect(before).toBeGreaterThan(300);
    await cards
      .nth(shown - 1)
      .locator('a')
      .first()
      .evaluate((link: HTMLElement) => link.click());
    await page.waitForURL('**/models/**');
    await settled(page);
    await page.goBack();
    // the browser scrolls before the page has changed: it counts when the cards are there as well
    const isAsBefore = async () =>
      (await cards.count()) === shown && Math.abs((await top(page)) - before) < 2;
    await eventually('it stands where it stood', isAsBefore);
    await page.reload();
    await eventually('also after a reload', isAsBefore);

    await open(page, '/explore?show=images&search=silk');
    await first.waitFor();
    await open(page, '/explore?show=boards');
    await page.getByText('Boards that people show will stand here.').waitFor();
    expect(visitor.troubles).toEqual([]);
  });

  test('chooses models on the way, by keys, and puts them side by side', async () => {
    const { page } = visitor;
    await open(page, '/explore?search=drift');
    const tray = page.getByRole('region', { name: 'Models to compare' });
    await page.getByRole('button', { name: 'Compare Drift', exact: true }).press('Enter');
    const go = tray.getByRole('button', { name: 'Compare (Choose one more.)' });
    expect(await go.getAttribute('aria-disabled')).toBe('true');
    const moving = page.getByRole('button', { name: 'Compare Drift Motion' });
    expect(await moving.getAttribute('aria-disabled')).toBe('true');
    // what was chosen stays so on the way to another search
    await page.getByRole('searchbox', { name: 'Search models' }).last().fill('vitrail');
    await page.waitForURL(/search=vitrail/);
    await page.getByRole('button', { name: 'Compare Vitrail', exact: true }).press('Enter');
    await tray.getByRole('link', { name: 'Compare 2 models' }).click();
    await page.waitForURL((url) => url.search === '?model=drift&with=vitrail');
    expect(visitor.troubles).toEqual([]);
  });
});
