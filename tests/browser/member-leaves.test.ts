import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, settled, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a member who leaves', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test(
    'reads what would happen, takes the data along, asks, and stays with one press',
    { timeout: 120_000 },
    async () => {
      const lea = await world.member('lea');
      const { page, troubles } = await visit(browser, world.url, lea);
      await open(page, '/settings');
      await page.getByRole('link', { name: 'Take your data along, or leave' }).click();
      await page.getByRole('heading', { level: 1, name: 'Leave StellaryAI' }).waitFor();

      const file = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download what we hold of you' }).click();
      const download = await file;
      expect(download.suggestedFilename()).toMatch(/^lea-\d{4}-\d{2}-\d{2}\.json$/);
      expect(await readFile(await download.path(), 'utf8')).toContain(lea.email);

      await page.getByLabel('Type your handle').fill('somebody-else');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Leave in 14 days' }).click();
      await page.getByText('Type your handle: lea').waitFor();
      // the browser tells of the refusal, too
      expect(troubles.splice(0)).toHaveLength(1);
      await page.getByLabel('Type your handle').fill('lea');
      await page.getByRole('button', { name: 'Leave in 14 days' }).click();
      await page.getByRole('heading', { name: /^You asked to leave on/ }).waitFor();

      await open(page, '/explore');
      const banner = page.getByText(/^Your account is deleted on/);
      await banner.waitFor();
      await settled(page);
      expect(await barriersOn(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stay' }).click();
      await banner.waitFor({ state: 'detached' });
      expect((await lea.api.identity.getLeaving()).waiting).toBeNull();
      expect(troubles).toEqual([]);
    },
  );
});
