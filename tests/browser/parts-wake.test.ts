import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rotateSlots } from '../../server/flows/rotate-slots.ts';
import { asId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { releaseOf } from '../acts.ts';
import { BROWSER } from '../client.ts';
import { eventually } from '../eventually.ts';
import { idOf } from '../finance.ts';
import { publishedWaves } from '../own-models.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';
import { wakeAll } from './pages.ts';

describe.skipIf(browserPath === undefined)('parts of a page whose script comes later', () => {
  let world: World;
  let browser: Browser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    const mira = await world.creator('mira-solberg');
    const release_id = asId<ReleaseId>(await releaseOf(mira));
    const parents = [{ release_id, royalty_ppm: 100_000 }];
    await publishedWaves(world, { id: await idOf(mira) }, 'ebb', { parents });
    await eventually('models are listed', async () => {
      const { items } = await world.visitor().api.marketplace.exploreModels({ limit: 100 });
      return items.length > 10;
    });
    await rotateSlots(world.context);
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('wake where they are seen or touched, and what the server drew stays', async () => {
    const { page, troubles } = await visit(browser, world.url);
    await page.setViewportSize({ width: 1280, height: 400 });
    await open(page, '/models/ebb');
    const drawn = await marked(page);
    expect(drawn).toBeGreaterThan(3);
    await page.mouse.move(9, 9);
    await eventually('what waits for a touch is awake', async () => (await asleep(page, 'Samples')) === 0);
    expect(await asleep(page, 'lineage')).toBe(1);

    await page.locator('#lineage').scrollIntoViewIfNeeded();
    await eventually('what is seen is awake', async () => (await asleep(page, 'lineage')) === 0);
    expect(await asleep(page, 'comments')).toBe(1);

    await wakeAll(page);
    expect(await page.locator('[data-marked]').count()).toBe(drawn);
    expect(troubles).toEqual([]);
  }, 60_000);

  test('share the line with nothing that is seen first: scripts are asked for when the page can be painted', async () => {
    const { page, troubles } = await visit(browser, world.url);
    for (const address of ['/', '/models/drift', '/create?model=drift']) {
      await open(page, address);
      const { styled, asked } = await page.evaluate(() => {
        const fetched = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
        const of = (ending: string) => fetched.filter(({ name }) => new URL(name).pathname.endsWith(ending));
        return {
          styled: Math.max(...of('.css').map(({ responseEnd }) => responseEnd)),
          asked: of('.js').map(({ startTime }) => startTime),
        };
      });
      expect(asked.length).toBeGreaterThan(5);
      expect(Math.min(...asked)).toBeGreaterThan(styled);
    }
    expect(troubles).toEqual([]);
  });

  test('come when there is a connection again, and a button that was pressed meanwhile is pressed then', async () => {
    // to whose browser the script is new
    const { page, context } = await visit(browser, world.url, await world.member('nils'));
    await open(page, '/models/drift');
    const like = page.getByRole('button', { name: 'Like' });
    await context.setOffline(true);
    // without a pointer, which would have been the first touch
    await like.evaluate((button: HTMLElement) => (button.click(), button.click()));
    expect(await like.getAttribute('aria-pressed')).toBe('false');
    await context.setOffline(false);
    await eventually('it is liked, once', async () => (await like.getAttribute('aria-pressed')) === 'true');
    await page.reload();
    expect(await like.getAttribute('aria-pressed')).toBe('true');
  }, 60_000);

  test('a featured link counts although nothing else was touched before', async () => {
    const [item] = (await world.visitor().api.slots.listFeatured({ surface: 'home_rail' })).items;
    const { slug, creator } = present(item, 'a featured model').model;
    const api = (await world.creator(creator.handle)).api;
    const visits = async () =>
      (await api.slots.listOwnSlots({ month: new Date().toISOString().slice(0, 7) })).total.visits;
    const before = await visits();
    const context = await browser.newContext({ baseURL: world.url, userAgent: BROWSER });
    const page = await context.newPage();
    await open(page, '/');
    await page.locator(`[data-featured][data-model=${slug}] h3 a`).first().evaluate(press);
    await page.waitForURL(`**/models/${slug}`);
    await eventually('the visit is counted', async () => (await visits()) === before + 1);
  }, 60_000);

  const press = (link: HTMLElement | SVGElement) => (link as HTMLElement).click();

  /** How many elements the server drew in parts that still sleep, each with a mark that only they have. */
  const marked = (page: Page) =>
    page.evaluate(() => {
      const drawn = document.querySelectorAll('main [data-asleep] > *');
      for (const one of drawn) one.setAttribute('data-marked', '');
      return drawn.length;
    });

  const asleep = (page: Page, part: string) =>
    page.locator(`[data-asleep] :is([aria-label="${part}"], [aria-labelledby="${part}"])`).count();
});
