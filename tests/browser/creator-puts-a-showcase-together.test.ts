import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a creator who shows off', () => {
  let world: World;
  let browser: Browser;
  let asset: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine(asPrompted) }), openBrowser()]);
    const fan = await world.member('fay');
    const { id } = await start(fan, { release_id: await releaseOf(fan), input: SMALL });
    asset = (await ended(fan, id)).assets[0]?.id ?? '';
    await fan.api.marketplace.showCreation({ id: asset, title: 'Silk at dawn' });
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('picks pieces by keyboard, publishes them, and others take them along and frame them', async () => {
    const mira = await visit(browser, world.url, await world.creator('mira-solberg'));
    const { page } = mira;
    await open(page, '/program/models/drift/share');
    const card = page.getByRole('img', { name: 'Drift, a model by Mira Solberg' });
    await card.scrollIntoViewIfNeeded();
    await page.waitForFunction(() =>
      [...document.images].some(({ naturalWidth, src }) => src.includes('/cards/') && naturalWidth === 1200),
    );
    await page.frameLocator('iframe').getByRole('link', { name: 'Generate with it' }).waitFor();
    await page.getByRole('link', { name: 'Put one together' }).click();

    await page.getByRole('button', { name: /^Silk at dawn/ }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('region', { name: 'Samples of its release' })
      .getByRole('button')
      .first()
      .press('Enter');
    await page.getByRole('button', { name: 'Move Silk at dawn down' }).press('Enter');
    await page.getByLabel('Words below Silk at dawn').fill('By Fay, at the first try.');
    await page.getByLabel('Title').fill('Slow water');
    await page.getByLabel('Published').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The showcase is published.').waitFor();
    expect(mira.troubles).toEqual([]);

    const other = await visit(browser, world.url);
    await open(other.page, '/models/drift/showcase');
    await other.page.getByRole('heading', { name: 'Slow water' }).waitFor();
    await other.page.getByText('By Fay, at the first try.').waitFor();
    expect(await other.page.getByRole('figure').count()).toBe(2);
    await other.page.setViewportSize({ width: 320, height: 760 });
    expect(await other.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    const saving = other.page.waitForEvent('download');
    await other.page.getByRole('link', { name: /^Download all/ }).click();
    expect((await saving).suggestedFilename()).toBe('drift-showcase.zip');
    expect(other.troubles).toEqual([]);
  });

  test('is framed on another site, and no other page of ours is', async () => {
    const { page, context } = await visit(browser, world.url);
    const frames = [`/embed/assets/${asset}`, '/embed/models/drift', '/models/drift'].map(
      (address) => `<iframe src="${world.url}${address}" width="640" height="400"></iframe>`,
    );
    const elsewhere = createServer((_, res) =>
      res.setHeader('content-type', 'text/html').end(frames.join('')),
    );
    await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready));
    const { port } = elsewhere.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const frame = (place: number) => page.frameLocator('iframe').nth(place);
    await frame(0).getByRole('link', { name: 'Silk at dawn' }).first().waitFor();
    await frame(1).getByRole('link', { name: 'Generate with it' }).waitFor();
    const shown = page.frames().map((one) => one.url());
    expect(shown).toContain(`${world.url}/embed/models/drift`);
    expect(shown).not.toContain(`${world.url}/models/drift`);
    expect(await context.cookies(world.url)).toEqual([]);
    for (const address of [`/embed/assets/${asset}`, '/embed/models/drift', '/embed/models/chamber']) {
      await page.goto(world.url + address);
      expect(await barriersOn(page), address).toEqual([]);
    }
    elsewhere.close();
    elsewhere.closeAllConnections();
  });
});
