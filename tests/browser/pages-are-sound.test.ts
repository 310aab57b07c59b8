import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, settled, takeSeat, type Visit, visit } from './browser.ts';
import { comeTo, EVERYBODY, type Furnished, furnish, PAGES, wakeAll, type Who } from './pages.ts';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(browserPath === undefined)('every main page', () => {
  let world: World;
  let browser: Browser;
  let furnished: Furnished;
  let opened: Visit;
  /** Who sits there now: one after the other, for a browser that knows the pages is quicker. */
  let seated: Who = 'visitor';

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    furnished = await furnish(world);
    opened = await visit(browser, world.url);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const all = EVERYBODY.flatMap((who) => PAGES[who].map((address) => ({ who, address })));

  test.each(all)('is in order: $address for a $who', { timeout: 180_000 }, async ({ who, address }) => {
    const { page, context, troubles } = opened;
    if (who !== seated) await takeSeat(context, world.url, furnished.people[who]);
    seated = who;
    troubles.length = 0;
    await Promise.all([
      page.setViewportSize(DESK),
      page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' }),
    ]);
    expect(await comeTo(page, furnished.addressed(address))).toBe(200);
    expect(await page.title()).not.toBe('');
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await wakeAll(page);
    const barriers = { light: await barriersOn(page, {}), dark: ['never looked'] };
    const beside = { desk: await sidewaysOverflow(page), phone: -1 };
    // in the dark only the colours are others
    await page.emulateMedia({ colorScheme: 'dark' });
    await settled(page);
    barriers.dark = await barriersOn(page, { runOnly: ['color-contrast'] });
    await page.setViewportSize(PHONE);
    await settled(page);
    beside.phone = await sidewaysOverflow(page);
    expect(barriers).toEqual({ light: [], dark: [] });
    expect(beside).toEqual({ desk: 0, phone: 0 });
    expect(troubles).toEqual([]);
  });

  test('that does not exist says so with a 404', async () => {
    const { page } = opened;
    expect(await open(page, '/nowhere')).toBe(404);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await open(page, '/models/no-such-model')).toBe(404);
  });
});

/** How many pixels lie beside the screen. */
const sidewaysOverflow = (page: Page) =>
  page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );
