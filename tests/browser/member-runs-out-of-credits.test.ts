import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('at a browser', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine(asPrompted) }), openBrowser()]);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('a member who runs out is told why, buys a pack, and goes on', { timeout: 180_000 }, async () => {
    const rita = await world.member('rita');
    const { page, context, troubles } = await visit(browser, world.url, rita);

    // elsewhere she has spent nearly everything
    const chamber = await releaseOf(rita, 'chamber');
    const piece = (prompt: string) => start(rita, { release_id: chamber, input: { prompt, duration_s: 90 } });
    await reaches(rita, (await piece('a waltz forever')).id, 'running');
    for (let i = 0; i < 3; i += 1) await piece('a waltz');

    await open(
      page,
      `/create?model=chamber&input=${encodeURIComponent(JSON.stringify({ prompt: 'a waltz', duration_s: 80 }))}`,
    );
    const press = page.getByRole('button', { name: /^Generate/ });
    await page.getByText('You have 10 credits').first().waitFor(PATIENCE);
    expect(await press.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('main').getByRole('link', { name: 'Buy credits' }).click();

    await page.getByRole('button', { name: 'Buy for $10' }).click(PATIENCE);
    const dialog = page.getByRole('dialog', { name: 'Test payment' });
    await dialog.getByRole('button', { name: 'Pay with a test' }).click(PATIENCE);
    await page.getByRole('link', { name: 'Wallet: 1,010 credits' }).waitFor(PATIENCE);
    await page
      .getByRole('table', { name: 'Entries of the wallet' })
      .getByText('Pack of 1,000')
      .waitFor(PATIENCE);

    await open(page, '/create?model=chamber');
    expect(await page.getByLabel('Prompt').inputValue()).toBe('a waltz');
    await page.getByRole('button', { name: /^Generate\s*20/ }).click(PATIENCE);
    await page.getByRole('region', { name: 'Result' }).getByRole('progressbar').waitFor(PATIENCE);
    expect(troubles).toEqual([]);
    await context.close();
    await expectEverythingHolds(world);
  });
});
