import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../server/kit/assert.ts';
import { ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { fallingLine, type FallingLine } from '../falling-line.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('a creator at a browser', () => {
  let line: FallingLine;
  let world: World;
  let browser: Browser;
  let creator: Visitor;
  let member: Visitor;
  beforeAll(async () => {
    line = await fallingLine();
    [world, browser] = await Promise.all([
      startWorld({ engine: scriptedEngine(), env: line.env }),
      openBrowser(),
    ]);
    creator = await world.creator('mira-solberg');
    member = await world.member('nora');
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
    await line.close();
  });

  /** The smallest picture: a credit, of which 0.7 are hers. */
  async function somebodyGenerates(): Promise<void> {
    const { id } = await start(member, { release_id: await releaseOf(member) });
    expect(await ended(member, id)).toMatchObject({ state: 'succeeded' });
  }

  test(
    'sees a number rise on her open page while somebody else generates, also after her line broke',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, creator);
      const taken_up: (string | undefined)[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/analytics/events')) taken_up.push(request.headers()['last-event-id']);
      });
      await open(page, '/creator');
      const today = page.getByRole('region', { name: 'Today' });
      const lines = page.getByRole('list', { name: 'Earned while you watch' }).getByRole('link');
      await page.getByText('Live', { exact: true }).waitFor(PATIENCE);
      await today.getByText('from 0 generations').waitFor(PATIENCE);
      await page.evaluate(() => document.documentElement.setAttribute('data-not-reloaded', ''));

      await somebodyGenerates();
      await today.getByText('from 1 generation').waitFor(PATIENCE);
      await today.getByText('0.7', { exact: true }).first().waitFor(PATIENCE);
      expect(await lines.count()).toBe(1);
      const rise = page.locator('.animate-earned');
      const lasts = () => rise.evaluate((figure) => parseFloat(getComputedStyle(figure).animationDuration));
      expect(await lasts()).toBeGreaterThan(0.1);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      expect(await lasts()).toBeLessThan(0.001);

      // a page that nobody looks at lets go of its line
      await look(page, false);
      await page.getByText('Connecting', { exact: true }).waitFor(PATIENCE);
      await somebodyGenerates();
      await somebodyGenerates();
      expect(await today.innerText()).toContain('from 1 generation');
      await look(page, true);
      await today.getByText('from 3 generations').waitFor(PATIENCE);
      await today.getByText('2.1', { exact: true }).first().waitFor(PATIENCE);
      await page.waitForFunction(
        () => document.querySelectorAll('[aria-label="Earned while you watch"] a').length === 3,
      );
      expect(taken_up).toEqual([undefined, expect.stringMatching(/./)]);
      expect(troubles).toEqual([]);

      // the line breaks off, and for a while there is none
      line.fall();
      await page.getByText('Connecting', { exact: true }).waitFor(PATIENCE);
      line.mend();
      await somebodyGenerates();
      await today.getByText('from 4 generations').waitFor(PATIENCE);
      await today.getByText('2.8', { exact: true }).first().waitFor(PATIENCE);
      await page.getByText('Live', { exact: true }).waitFor(PATIENCE);
      expect(await lines.count()).toBe(4);
      expect(taken_up.slice(1)).not.toContain(undefined);
      expect(taken_up.length).toBeGreaterThan(2);
      expect(await page.locator('html[data-not-reloaded]').count()).toBe(1);
      // a browser complains of lines that fall, and of nothing else
      expect(troubles.filter((trouble) => !trouble.includes('net::ERR_'))).toEqual([]);
      await context.close();
      await expectEverythingHolds(world);
    },
  );

  test(
    'reads a chart by keyboard, finds the same in its table and its file, and passes the view on',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, creator);
      await open(page, '/earnings?prior=false');
      await page.locator('[data-reconciliation]').getByText('difference 0').waitFor(PATIENCE);
      const chart = page.getByRole('slider', { name: 'Earnings over time' });
      await page.locator('.uplot').first().waitFor(PATIENCE);

      // by keys alone, from the button before it: the first arrow leads on from where one stands
      await page.getByRole('button', { name: 'Earnings over time: save' }).focus();
      await page.keyboard.press('Tab');
      const stands = await chart.getAttribute('aria-valuetext');
      await page.keyboard.press('ArrowLeft');
      expect(await chart.getAttribute('aria-valuetext')).not.toBe(stands);
      await page.keyboard.press('End');
      expect(await chart.getAttribute('aria-valuetext')).toBe(stands);
      const said: string[] = [];
      for (let days = 0; days < 30; days += 1) {
        said.push((await chart.getAttribute('aria-valuetext')) ?? '');
        await page.keyboard.press('ArrowLeft');
      }
      said.reverse();
      expect(said.at(-1)).toContain('Net earnings 2.8 credits');
      expect(said.at(-2)).toContain('Net earnings 0 credits');

      await page.getByRole('link', { name: 'Earnings over time: show as table' }).click();
      const rows = await tableOf(page);
      expect(rows.map(([day, net]) => `${day}. Net earnings ${net} credits`)).toEqual(
        // what happened is said too, and stands in a column of its own
        said.map((sentence) => /^.*? credits/.exec(sentence)?.[0]),
      );

      const [download] = await Promise.all([page.waitForEvent('download'), saveAs(page, 'Figures as CSV')]);
      expect(download.suggestedFilename()).toBe('earnings.csv');
      const file = parse(await readFile(await download.path(), 'utf8'), { record_delimiter: '\r\n' });
      expect(file[0]?.slice(0, 2)).toEqual(['Day', 'Net earnings (credits)']);
      expect(file.slice(1).map(([, net]) => net)).toEqual(rows.map(([, net]) => net));

      // somebody whom she sends the address sees what she sees
      const other = await visit(browser, world.url, creator);
      await open(other.page, new URL(page.url()).pathname + new URL(page.url()).search);
      expect(await tableOf(other.page)).toEqual(rows);

      // from a day to its generations and to a receipt
      await page.getByRole('table', { name: 'Earnings over time' }).getByRole('link').last().click();
      await page.waitForURL(/from=/);
      await page.getByRole('link', { name: 'Receipt' }).first().click();
      await page.getByText('The parts sum to the charge exactly').waitFor(PATIENCE);
      expect([...troubles, ...other.troubles]).toEqual([]);
      await Promise.all([context.close(), other.context.close()]);
    },
  );

  test(
    'chooses a part of a chart by keyboard or mouse, looks closer at it, and keeps a picture',
    {
      timeout: 180_000,
    },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, creator);
      await open(page, '/earnings');
      const drawing = page.locator('.uplot .u-over').first();
      await drawing.waitFor(PATIENCE);
      const [download] = await Promise.all([page.waitForEvent('download'), saveAs(page, 'Picture as PNG')]);
      const picture = await sharp(await readFile(await download.path())).stats();
      expect([download.suggestedFilename(), picture.channels.some(({ stdev }) => stdev > 1)]).toEqual([
        'earnings.png',
        true,
      ]);

      const box = present(await drawing.boundingBox(), 'the chart');
      await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.9, box.y + 40, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/from=/);
      await open(page, '/earnings');
      await drawing.waitFor(PATIENCE);
      await page.getByRole('slider', { name: 'Earnings over time' }).focus();
      for (const key of ['End', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter'])
        await page.keyboard.press(key);
      await page.waitForURL(/from=/);
      const { searchParams } = new URL(page.url());
      expect(
        Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? ''),
      ).toBeGreaterThan(2 * 86_400_000);
      expect(troubles).toEqual([]);
      await context.close();
    },
  );
});

/** The page is looked at, or lies behind another one. */
const look = (page: Page, seen: boolean) =>
  page.evaluate((isSeen) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: !isSeen });
    document.dispatchEvent(new Event('visibilitychange'));
  }, seen);

async function tableOf(page: Page): Promise<string[][]> {
  const table = page.getByRole('table', { name: 'Earnings over time' });
  await table.waitFor(PATIENCE);
  return table
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())));
}

async function saveAs(page: Page, what: string): Promise<void> {
  await page.getByRole('button', { name: 'Earnings over time: save' }).click();
  await page.getByRole('menuitem', { name: what }).click();
}
