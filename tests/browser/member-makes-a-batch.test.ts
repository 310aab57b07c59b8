import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectEverythingHolds, releaseOf, SMALL } from '../acts.ts';
import { asPrompted, fails, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('at the generator', () => {
  let world: World;
  let browser: Browser;
  const engine = scriptedEngine(asPrompted);
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine }), openBrowser()]);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const result = (page: Page) => page.getByRole('region', { name: 'Result' });
  const history = (page: Page) => page.getByRole('region', { name: 'History' });
  const howMany = (page: Page, count: number) =>
    page.getByRole('group', { name: 'How many' }).getByText(String(count), { exact: true }).click();

  test(
    'a member makes four at once for a board, looks at one, varies it, and takes one back out of the bin',
    { timeout: 180_000 },
    async () => {
      const bo = await world.member('bo');
      const { page, context, troubles } = await visit(browser, world.url, bo);
      await open(page, '/create?model=drift');
      await page.getByLabel('Prompt').fill('golden silk');
      await howMany(page, 4);
      await page.getByRole('button', { name: 'New board' }).click();
      await page.getByLabel('Name').fill('Covers');
      await page.getByRole('button', { name: 'Make', exact: true }).click();
      await page.getByRole('button', { name: /^Generate 4 images\s*4$/ }).click(PATIENCE);
      await result(page).getByText('4 results').waitFor(PATIENCE);
      await page.getByRole('link', { name: 'Wallet: 96 credits' }).waitFor(PATIENCE);

      // one card in the history, and one board that holds all four
      await history(page).getByRole('article').waitFor(PATIENCE);
      expect(await history(page).getByRole('article').count()).toBe(1);
      const [board] = (await bo.api.generation.listBoards({})).items;
      expect(board).toMatchObject({ name: 'Covers', assets: 4 });

      // the batch is in the address: nothing is lost on a reload
      await open(page, new URL(page.url()).pathname + new URL(page.url()).search);
      await result(page)
        .getByRole('link', { name: /^2: golden silk/ })
        .click(PATIENCE);
      await result(page).getByText('2 of 4').waitFor(PATIENCE);
      await page.keyboard.press('Escape');
      await result(page).getByText('4 results').waitFor(PATIENCE);

      // by keys: the next one, variations of it, and a press more runs them
      await result(page)
        .getByRole('link', { name: /^1: golden silk/ })
        .click();
      await page.keyboard.press('j');
      await result(page).getByText('2 of 4').waitFor(PATIENCE);
      await page.keyboard.press('v');
      await page.locator('[data-run]:focus').waitFor(PATIENCE);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Wallet: 92 credits' }).waitFor(PATIENCE);
      await result(page).getByText('4 results').waitFor(PATIENCE);
      expect(await history(page).getByRole('article').count()).toBe(2);

      await result(page)
        .getByRole('link', { name: /^3: golden silk/ })
        .click();
      await result(page).getByText('3 of 4').waitFor(PATIENCE);
      await page.keyboard.press('Delete');
      await result(page).getByText('It lies in the bin').waitFor(PATIENCE);
      await page.getByRole('button', { name: 'Undo' }).click();
      await result(page).getByText('Charged').waitFor(PATIENCE);

      await open(page, `/library/boards/${board?.id}`);
      await page.getByText('8 assets').waitFor(PATIENCE);
      expect(troubles).toEqual([]);
      await context.close();
    },
  );

  test('what failed says why, costs nothing, and runs again at a press', { timeout: 180_000 }, async () => {
    const fay = await world.member('fay');
    const { page, context, troubles } = await visit(browser, world.url, fay);
    await open(page, '/create?model=drift');
    await page.getByLabel('Prompt').fill('golden silk');
    engine.next(fails('model_error', { retryable: false }));
    await page.getByRole('button', { name: /^Generate\s*1$/ }).click(PATIENCE);
    await result(page).getByText('Nothing was charged').waitFor(PATIENCE);
    await result(page)
      .getByRole('button', { name: /^Run again/ })
      .click();
    await result(page).getByText('Charged').waitFor(PATIENCE);
    await page.getByRole('link', { name: 'Wallet: 99 credits' }).waitFor(PATIENCE);
    await page.getByLabel('State').selectOption('stopped');
    await expect.poll(() => history(page).getByRole('article').count(), PATIENCE).toBe(1);
    // what was written before comes back into an empty prompt
    await page.getByLabel('Prompt').fill('');
    await page.getByLabel('Prompt').press('ArrowUp');
    expect(await page.getByLabel('Prompt').inputValue()).toBe('golden silk');
    expect(troubles).toEqual([]);
    await context.close();
  });

  test(
    'what the queue has no room for is named, and the rest can be started later',
    { timeout: 180_000 },
    async () => {
      const zoe = await world.member('zoe');
      const release_id = await releaseOf(zoe);
      const input = { ...SMALL, prompt: 'silk forever' };
      for (const count of [8, 8, 8, 8, 8, 7]) {
        const batch_id = randomUUID();
        const generations = Array.from({ length: count }, () => ({ release_id, input }));
        await zoe.api.generation.createBatch({
          headers: { 'idempotency-key': batch_id },
          body: { batch_id, generations },
        });
      }
      const { page, context } = await visit(browser, world.url, zoe);
      await open(page, '/create?model=drift');
      await page.getByLabel('Prompt').fill('golden silk');
      await howMany(page, 4);
      await page.getByRole('button', { name: /^Generate 4 images/ }).click(PATIENCE);
      await page.getByText('1 generation not started.').waitFor(PATIENCE);
      await page.getByRole('button', { name: /^Try again in \d+ s/ }).waitFor(PATIENCE);
      const { items } = await zoe.api.generation.listGenerations({ stage: 'open', limit: 100 });
      await Promise.all(items.map(({ id }) => zoe.api.generation.createCancellation({ id }).catch(() => {})));
      // the wait is over by the clock of her page: that there is room is for the server to say
      await page.evaluate(() => {
        const now = Date.now;
        Date.now = () => now() + 60_000;
      });
      await page.getByRole('button', { name: 'Start the other 1' }).click(PATIENCE);
      await result(page)
        .getByText(/of 4 done|4 results|1 result/)
        .first()
        .waitFor(PATIENCE);
      await context.close();
    },
  );

  test('a prompt that may not be made is refused where it stands', { timeout: 180_000 }, async () => {
    const pia = await world.member('pia');
    const { page, context, troubles } = await visit(browser, world.url, pia);
    await open(page, '/create?model=drift');
    const prompt = page.getByLabel('Prompt');
    await prompt.fill('p0rn of two people');
    await page.getByRole('button', { name: /^Generate\s*1$/ }).click(PATIENCE);
    await page.getByText(/Pornography is not made here.*Nothing was charged/).waitFor(PATIENCE);
    expect(await prompt.getAttribute('aria-invalid')).toBe('true');
    await prompt.fill('golden silk');
    await expect.poll(() => prompt.getAttribute('aria-invalid'), PATIENCE).toBe(null);
    await page.getByRole('link', { name: 'Wallet: 100 credits' }).waitFor(PATIENCE);
    // the browser itself writes down every answer of 400 and more
    expect(troubles.filter((trouble) => !trouble.includes('422'))).toEqual([]);
    await context.close();
  });

  test('everything holds', () => expectEverythingHolds(world));
});
