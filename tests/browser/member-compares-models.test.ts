import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectEverythingHolds } from '../acts.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

/** Real models on a machine that has other things to do as well. */
const PATIENCE = { timeout: 180_000 };

describe.skipIf(browserPath === undefined)('side by side', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ env: { RUNNER_SLOTS: '2' } }), openBrowser()]);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const result = (page: Page) => page.getByRole('region', { name: 'Result' });
  async function signedIn(name: string) {
    const member = await world.member(name);
    const opened = await visit(browser, world.url, member);
    return { ...opened, member };
  }

  test(
    'a member picks two models, runs them on one seed, looks closer at both, and goes on with one',
    { timeout: 240_000 },
    async () => {
      const { page, context, troubles, member } = await signedIn('ines');
      await open(page, '/create?model=drift');
      await page.getByLabel('Prompt').fill('golden silk');
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: 'Compare with other models' }).click();
      await page.getByLabel('Find a model').fill('stained glass');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Compare 2 models' }).click();
      await page.waitForURL(/model=drift&with=vitrail/);
      expect(await page.getByLabel('Prompt').inputValue()).toBe('golden silk');
      await page.getByRole('button', { name: /^Generate on 2 models\s*2/ }).click(PATIENCE);
      await result(page).getByText('2 results').waitFor(PATIENCE);

      const { items } = await member.api.generation.listGenerations({});
      expect(new Set(items.map(({ seed }) => seed)).size).toBe(1);
      expect(items.map(({ model }) => model.slug)).toEqual(['vitrail', 'drift']);
      expect(new Set(items.map(({ batch_id }) => batch_id)).size).toBe(1);

      // what one is enlarged by, the other is enlarged by
      await page.getByRole('button', { name: 'Larger' }).click();
      const scales = () =>
        result(page)
          .getByRole('img', { name: /golden silk/ })
          .evaluateAll((images) =>
            images.map((image) => getComputedStyle(image.parentElement ?? image).transform),
          );
      expect(new Set(await scales())).toEqual(new Set(['matrix(1.5, 0, 0, 1.5, 0, 0)']));

      // the address holds the comparison
      await open(page, new URL(page.url()).pathname + new URL(page.url()).search);
      await result(page).getByText('2 results').waitFor(PATIENCE);
      await page.keyboard.press('2');
      expect(
        await result(page)
          .getByRole('button', { name: /Vitrail/, pressed: true })
          .count(),
      ).toBe(1);
      await page.getByRole('button', { name: 'Continue with Vitrail' }).click();
      await page.waitForURL(/model=vitrail/);
      await page.getByRole('button', { name: /^Generate\s*1/ }).waitFor(PATIENCE);
      expect(await page.getByLabel('Seed').first().inputValue()).toBe(String(items[0]?.seed));
      expect(troubles).toEqual([]);
      await context.close();
    },
  );

  test('videos run together, and one of them is heard', { timeout: 240_000 }, async () => {
    const { page, context, troubles } = await signedIn('vito');
    const input = { prompt: 'slow silk', width: 256, height: 256, duration_s: 2 };
    await open(
      page,
      `/create?model=drift-motion&with=mandala-turn&input=${encodeURIComponent(JSON.stringify(input))}`,
    );
    await page.getByRole('button', { name: /^Generate on 2 models/ }).click(PATIENCE);
    await result(page).getByText('2 results').waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Play all' }).click();
    await page.waitForFunction(
      () => {
        const videos = [...document.querySelectorAll('video')];
        return videos.length === 2 && videos.every((video) => video.currentTime > 0.3);
      },
      null,
      PATIENCE,
    );
    const apart = await page.evaluate(() => {
      const [one, other] = document.querySelectorAll('video');
      return Math.abs((one?.currentTime ?? 0) - (other?.currentTime ?? 9));
    });
    expect(apart).toBeLessThan(0.3);
    const muted = () =>
      page.evaluate(() => [...document.querySelectorAll('video')].map((video) => video.muted));
    expect(await muted()).toEqual([false, true]);
    await page.keyboard.press('2');
    await expect.poll(muted, PATIENCE).toEqual([true, false]);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test('a piece of music is made and can be played', { timeout: 240_000 }, async () => {
    const { page, context, troubles } = await signedIn('musa');
    const input = { prompt: 'hopeful piano at dawn', duration_s: 8 };
    await open(page, `/create?model=chamber&input=${encodeURIComponent(JSON.stringify(input))}`);
    await page.getByRole('button', { name: /^Generate\s*\d/ }).click(PATIENCE);
    await result(page).getByText('Charged').waitFor(PATIENCE);
    await result(page).getByRole('button', { name: 'Play', exact: true }).first().click();
    await page.waitForFunction(
      () => (document.querySelector('audio')?.currentTime ?? 0) > 0.2,
      null,
      PATIENCE,
    );
    expect(troubles).toEqual([]);
    await context.close();
    await expectEverythingHolds(world);
  });
});
