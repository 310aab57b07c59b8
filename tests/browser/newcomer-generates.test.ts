import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectEverythingHolds, releaseOf, start } from '../acts.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, signInByForm, signUpByForm, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('at a browser', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test(
    'a newcomer signs up, generates a picture, and its creator sees the money arrive',
    { timeout: 180_000 },
    async () => {
      await world.creator('mira-solberg');
      const [newcomer, creator] = [await visit(browser, world.url), await visit(browser, world.url)];
      await signInByForm(creator.page, 'mira-solberg@house.invalid');
      await open(creator.page, '/earnings');
      const totals = creator.page.getByRole('region', { name: 'Totals' });
      await totals.getByText('0 generations').first().waitFor(PATIENCE);
      await creator.page.getByText('Live', { exact: true }).waitFor(PATIENCE);
      await creator.page.evaluate(() => document.documentElement.setAttribute('data-not-reloaded', ''));

      const { page } = newcomer;
      await signUpByForm(page, 'Nora');
      const wallet = page.getByRole('link', { name: /^Wallet:/ });
      expect(await wallet.getAttribute('aria-label')).toBe('Wallet: 100 credits');

      await open(page, '/create?model=drift');
      await page.getByLabel('Prompt').fill('golden silk in soft morning light');
      const press = page.getByRole('button', { name: /^Generate/ });
      await page.getByText('Mira Solberg').first().waitFor(PATIENCE);
      await page.getByRole('button', { name: /^Generate\s*1/ }).waitFor(PATIENCE);

      // somebody is before them at the one runner, so that there is something to wait for
      const other = await world.member('olga');
      const film = { prompt: 'slow silk', width: 256, height: 256, duration_s: 2 };
      await start(other, { release_id: await releaseOf(other, 'drift-motion'), input: film });
      await press.click();
      const result = page.getByRole('region', { name: 'Result' });
      await result.getByRole('progressbar').waitFor(PATIENCE);
      await result.getByRole('img').first().waitFor({ timeout: 180_000 });
      await result.getByText('Charged').waitFor(PATIENCE);
      await page.getByRole('link', { name: 'Wallet: 99 credits' }).waitFor(PATIENCE);
      const shown = await result
        .getByRole('img')
        .first()
        .evaluate(async (image: HTMLImageElement) => {
          await image.decode();
          return { width: image.naturalWidth, origin: new URL(image.currentSrc || image.src).origin };
        });
      expect(shown).toEqual({ width: 512, origin: world.context.origins.media });

      await result.getByRole('link', { name: 'Receipt' }).click();
      await page.getByText('The parts sum to the charge exactly').waitFor(PATIENCE);
      await page.getByText('Checked in your browser').waitFor(PATIENCE);
      expect(await page.getByRole('table', { name: 'Parts of the price' }).innerText()).toContain('700000');

      // both generations are hers: 0.7 of one credit and of the film's eight
      await totals.getByText('from 2 generations').first().waitFor(PATIENCE);
      expect(await totals.innerText()).toContain('6.3');
      await creator.page
        .getByRole('table', { name: 'Settled generations with my models' })
        .getByText('Drift', { exact: true })
        .waitFor(PATIENCE);
      expect(await creator.page.locator('html[data-not-reloaded]').count()).toBe(1);

      expect([...newcomer.troubles, ...creator.troubles]).toEqual([]);
      await Promise.all([newcomer.context.close(), creator.context.close()]);
      await expectEverythingHolds(world);
    },
  );

  test('a member cancels what runs, and nothing was charged', { timeout: 180_000 }, async () => {
    const { page, context, troubles } = await visit(browser, world.url);
    await signUpByForm(page, 'Cara');
    const input = { prompt: 'slow aurora silk', width: 512, height: 512, duration_s: 6 };
    await open(page, `/create?model=drift-motion&input=${encodeURIComponent(JSON.stringify(input))}`);
    await page.getByRole('button', { name: /^Generate\s*24/ }).click(PATIENCE);
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByRole('progressbar').waitFor(PATIENCE);
    await result.getByRole('button', { name: 'Cancel' }).click();
    await result.getByText('Nothing was charged').waitFor(PATIENCE);
    await page.getByRole('link', { name: 'Wallet: 100 credits' }).waitFor(PATIENCE);
    expect(troubles).toEqual([]);
    await context.close();
    await expectEverythingHolds(world);
  });

  test('what somebody typed before signing up is still there afterwards', { timeout: 180_000 }, async () => {
    const { page, context } = await visit(browser, world.url);
    await open(page, '/create?model=drift');
    await page.getByLabel('Prompt').fill('a lighthouse in silk');
    await page.getByRole('main').getByRole('link', { name: 'Sign up to generate' }).click();
    await page.getByLabel('Display name').fill('Lena');
    await page.getByLabel('E-mail').fill(`lena-${Date.now()}@example.org`);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('main').getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('button', { name: /^Generate/ }).waitFor(PATIENCE);
    expect(await page.getByLabel('Prompt').inputValue()).toBe('a lighthouse in silk');
    await context.close();
  });
});
