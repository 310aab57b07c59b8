import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inCredits } from '../../web/ui/credits.ts';
import { buy, expectEverythingHolds, releaseOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { generate } from '../finance.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };
const MADE = 3;

describe.skipIf(browserPath === undefined)('a creator at a browser', () => {
  let world: World;
  let browser: Browser;
  let creator: Visitor;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    creator = await world.creator('mira-solberg');
    const fan = await world.member('nora');
    await buy(fan, 'pack-1000');
    const release_id = await releaseOf(fan);
    for (let n = 0; n < MADE; n += 1) await generate(fan, release_id, 'paid');
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test(
    'takes her earnings away as a file that sums to what the page says, and has it sent every month',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, creator);
      await open(page, '/earnings?range=7d');
      await page.getByRole('link', { name: 'Export', exact: true }).click();
      await page.waitForURL(/\/creator\/exports\?.*range=7d/);
      await page.getByText('No file yet').waitFor(PATIENCE);
      await page.getByLabel('What', { exact: true }).selectOption('earnings_lines');
      await page.waitForURL(/dataset=earnings_lines/);
      const { total_micros } = await creator.api.earnings.getEarnings({});
      await page.getByText(`${MADE} settled generations, ${inCredits(total_micros)} net`).waitFor(PATIENCE);

      await page.getByRole('button', { name: 'Order the file' }).click();
      const file = page.getByRole('list', { name: 'Files' }).getByRole('article');
      // nobody reloads: the page sees by itself that it is made
      await file.getByText('Ready', { exact: true }).waitFor(PATIENCE);
      await file.getByText(`${MADE} rows`).waitFor(PATIENCE);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        file.getByRole('link', { name: /^Download/ }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^earnings-lines-[\d-]+-to-[\d-]+\.csv$/);
      const rows: Record<string, string>[] = parse(await readFile(await download.path()), { columns: true });
      expect(rows).toHaveLength(MADE);
      const sum = rows.reduce((all, row) => all + BigInt(row['amount_micros'] ?? '0'), 0n);
      expect(sum.toString()).toBe(total_micros);

      // the same by e-mail, and not any more, and again
      await page.getByRole('button', { name: 'Send me the one above' }).click();
      await page.getByRole('button', { name: 'Send it to me' }).click();
      const schedules = page.getByRole('list', { name: 'By e-mail' }).getByRole('listitem');
      await schedules.getByText('Earnings, line by line, every month').waitFor(PATIENCE);
      await schedules.getByRole('button', { name: /^Stop sending/ }).click();
      await page.getByText('When a week or a month is over').waitFor(PATIENCE);
      await page.getByRole('button', { name: 'Undo' }).click();
      await schedules.getByText('Earnings, line by line, every month').waitFor(PATIENCE);

      await file.getByRole('button', { name: /^Delete/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('No file yet').waitFor(PATIENCE);
      expect((await creator.api.analytics.listExports({})).items).toEqual([]);
      expect(troubles).toEqual([]);
      await context.close();
      await expectEverythingHolds(world);
    },
  );
});
