import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rotateSlots } from '../../server/flows/rotate-slots.ts';
import { BROWSER, type Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { person } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, settled, takeSeat, type Visit, visit } from './browser.ts';

const REASON = 'Fog like nobody else paints it.';

describe.skipIf(browserPath === undefined)('an editor who fills the places of next month', () => {
  let world: World;
  let browser: Browser;
  let edda: Visitor;
  let editor: Visit;
  let creator: Visit;
  let guest: Page;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    await eventually('models are listed', async () => {
      const { items } = await world.visitor().api.marketplace.exploreModels({ limit: 100 });
      return items.length > 10;
    });
    await rotateSlots(world.context);
    edda = await person(world, 'edda', 'editor');
    editor = await visit(browser, world.url, edda);
    creator = await visit(browser, world.url);
    await takeSeat(creator.context, world.url, await world.creator('mira-solberg'));
    const context = await browser.newContext({ baseURL: world.url, userAgent: BROWSER });
    context.setDefaultTimeout(60_000);
    guest = await context.newPage();
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('books, is told by what a place is taken, and visitors see what stands there and why', async () => {
    const { page } = editor;
    await open(page, '/promotion');
    await page.getByRole('link', { name: 'The next month' }).click();
    await page.waitForURL('**/promotion?month=*');
    await settled(page);
    // by the keyboard alone: an open stretch is a button
    await page.getByRole('button', { name: /^Book Home, featured row, place 1, from/ }).press('Enter');
    await choose(page, 'Drift');
    await page.getByLabel('Reason').fill(REASON);
    await page.getByRole('button', { name: 'Book it' }).click();
    await page.getByText('Booked.').waitFor();
    await page.getByRole('button', { name: /^Drift, editorial/ }).waitFor();
    expect(await barriersOn(page, {})).toEqual([]);

    await page.getByRole('button', { name: 'Fill a place' }).click();
    await choose(page, 'Vitrail');
    await page.getByLabel('Reason').fill('Glass.');
    await page.getByRole('button', { name: 'Book it' }).click();
    await page.getByText(`“${REASON}” (editorial)`).waitFor();
    await page.keyboard.press('Escape');

    // dragged by three days, and longer by two
    const drift = page.getByRole('button', { name: /^Drift, editorial/ });
    const [before] = await bookings();
    const day_px = ((await drift.boundingBox())?.width ?? 0) / 7;
    await drag(page, drift, 'middle', 3 * day_px);
    await page.getByText(/^Drift: .* to /).waitFor();
    await drag(page, drift, 'end', 2 * day_px);
    await eventually('it is longer', async () => {
      const [after] = await bookings();
      return after?.from === moved(before?.from, 3) && after?.until === moved(before?.until, 5);
    });
    // into somebody's days it does not go
    const from = moved(before?.until, 7);
    const beside = { surface: 'home_rail' as const, position: 1, kind: 'editorial' as const };
    const vitrail = { model: 'vitrail', reason: 'Glass.', from, until: moved(from, 2) };
    await edda.api.slots.createBooking({ ...beside, ...vitrail });
    await page.reload();
    await settled(page);
    await drag(page, drift, 'end', 4 * day_px, page.getByText(/: Vitrail stands there/));
    await page.getByText('Something else is booked for this place').waitFor();
    expect((await bookings())[0]?.until).toBe(moved(before?.until, 5));

    // and one for now, which visitors see
    await open(page, '/promotion');
    await page.getByRole('button', { name: /^Book Home, top, place 1, from/ }).press('Enter');
    await choose(page, 'Drift');
    await page.getByLabel('Reason').fill(REASON);
    await page.getByRole('button', { name: 'Book it' }).click();
    await page.getByRole('button', { name: /^Drift, editorial/ }).waitFor();
    expect(editor.troubles.filter((trouble) => !trouble.includes('409'))).toEqual([]);

    await eventually('it stands on the home page', async () => {
      await open(guest, '/');
      return (await guest.getByText('Editors’ choice').count()) > 0;
    });
    const why = guest.locator('summary', { hasText: /Why this\?\s*Drift\s*$/ }).first();
    await why.click();
    await guest.getByText(`Our editors chose it: ${REASON}`).first().waitFor();
    await eventually('it was seen', async () => (await funnel()).impressions > 0);
    await guest.getByRole('link', { name: 'Drift', exact: true }).first().click();
    await guest.waitForURL('**/models/drift');
    await eventually('it was opened', async () => (await funnel()).visits > 0);
  }, 120_000);

  test('and its creator sees what came of it', async () => {
    const { page, troubles } = creator;
    await open(page, '/program/promotion');
    await page.getByRole('heading', { name: 'Promotion' }).waitFor();
    const row = page.getByRole('row', { name: /Home, top, place 1/ });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      expect.stringMatching(/\d{4}/),
      expect.stringContaining(REASON),
      '1',
      '1',
      '0',
      expect.stringContaining('0'),
    ]);
    await page.getByText('Booked for you').waitFor();
    expect(await barriersOn(page, {})).toEqual([]);
    expect(troubles).toEqual([]);
  }, 60_000);

  const moved = (instant = '', days: number) =>
    new Date(Date.parse(instant) + days * 86_400_000).toISOString();
  async function bookings() {
    const month = new URL(editor.page.url()).searchParams.get('month') ?? '';
    const { bookings: all } = await edda.api.slots.getCalendar({ month });
    return all.filter(({ model }) => model.slug === 'drift');
  }
  async function drag(page: Page, bar: Locator, grip: 'middle' | 'end', by_px: number, seen?: Locator) {
    const { x = 0, y = 0, width = 0, height = 0 } = (await bar.boundingBox()) ?? {};
    const from = grip === 'end' ? x + width - 3 : x + width / 2;
    await page.mouse.move(from, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(from + by_px, y + height / 2, { steps: 4 });
    await seen?.waitFor();
    await page.mouse.up();
  }
  async function choose(page: Page, title: string) {
    await page.getByLabel('Model', { exact: true }).fill(title);
    await page.getByRole('radio', { name: new RegExp(`^${title} (image|video|music)`) }).check();
  }
  async function funnel() {
    const api = (await world.creator('mira-solberg')).api;
    return (await api.slots.listOwnSlots({ month: new Date().toISOString().slice(0, 7) })).total;
  }
});
