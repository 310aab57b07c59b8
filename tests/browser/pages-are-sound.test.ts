import fs from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn, bringAxe, tooFaintOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, settled, takeSeat, type Visit, visit } from './browser.ts';
import { comeTo, EVERYBODY, type Furnished, furnish, PAGES, wakeAll, type Who } from './pages.ts';

const PAGES_FOLDER = path.resolve(import.meta.dirname, '../../web/pages');
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 640 };
/** Each route once; the same routes for others and with other words in their address are for the long run. */
const LONG = process.env.FAULTS === 'long';
const routeOf = (address: string) => address.split(/[?#]/)[0];
/** While one waits for its page, another looks at its own. */
const BROWSERS = 2;

/** A browser, and who sits there now: one after the other, for a browser that knows the pages is quicker. */
type Seat = Visit & { seated: Who };

describe.skipIf(browserPath === undefined)('every main page', () => {
  let world: World;
  let browser: Browser;
  let furnished: Furnished;
  const free: Seat[] = [];
  const turn = pLimit(BROWSERS);

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    furnished = await furnish(world);
    for (let one = 0; one < BROWSERS; one += 1) {
      const opened = await visit(browser, world.url);
      await bringAxe(opened.context);
      free.push({ ...opened, seated: 'visitor' });
    }
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const all = EVERYBODY.flatMap((who) => PAGES[who].map((address) => ({ who, address })));
  const isFirst = ({ address }: (typeof all)[number], place: number) =>
    all.findIndex((other) => routeOf(other.address) === routeOf(address)) === place;

  test.concurrent.each(LONG ? all : all.filter(isFirst))(
    'is in order: $address for a $who',
    { timeout: 180_000 },
    async ({ who, address }) => {
      await turn(async () => {
        const seat = free.pop();
        if (!seat) throw new Error('more people than browsers');
        try {
          if (who !== seat.seated) await takeSeat(seat.context, world.url, furnished.people[who]);
          seat.seated = who;
          await isInOrder(seat, furnished.addressed(address));
        } finally {
          free.push(seat);
        }
      });
    },
  );

  test('is looked at', () => {
    const pages = fs.globSync('**/+page.svelte', { cwd: PAGES_FOLDER }).map((file) => path.dirname(file));
    const looked_at = all.map(({ address }) => routeOf(address)?.slice(1) ?? '');
    const isLookedAt = (route: string) => {
      const pattern = new RegExp(`^${route.replace(/\[[^\]]+\]/g, '[^/]+')}$`);
      return looked_at.some((address) => pattern.test(address));
    };
    expect(pages.filter((route) => route !== '.' && !isLookedAt(route))).toEqual([]);
  });

  test('that does not exist says so with a 404', async () => {
    const { page } = free[0] ?? (await visit(browser, world.url));
    expect(await open(page, '/nowhere')).toBe(404);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await open(page, '/models/no-such-model')).toBe(404);
  });
});

async function isInOrder({ page, troubles }: Visit, address: string): Promise<void> {
  troubles.length = 0;
  await Promise.all([
    page.setViewportSize(DESK),
    page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' }),
  ]);
  expect(await comeTo(page, address)).toBe(200);
  expect(await page.title()).not.toBe('');
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  await wakeAll(page);
  const barriers = { light: await barriersOn(page), dark: ['never looked'] };
  const beside = { desk: await sidewaysOverflow(page), phone: -1 };
  await page.emulateMedia({ colorScheme: 'dark' });
  await settled(page);
  barriers.dark = await tooFaintOn(page);
  await page.setViewportSize(PHONE);
  await settled(page);
  beside.phone = await sidewaysOverflow(page);
  expect(barriers).toEqual({ light: [], dark: [] });
  expect(beside).toEqual({ desk: 0, phone: 0 });
  expect(troubles).toEqual([]);
}

/** How many pixels lie beside the screen. */
const sidewaysOverflow = (page: Page) =>
  page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );
