import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, settled, type Visit, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a member who joins in', () => {
  let world: World;
  let browser: Browser;
  let mona: Visitor;
  let fan: Visit;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine(asPrompted) }), openBrowser()]);
    const [maker, finn] = await Promise.all([world.member('mona'), world.member('finn')]);
    mona = maker;
    await shown('Heron at dawn');
    fan = await visit(browser, world.url, finn);
  }, 120_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  async function shown(title: string): Promise<string> {
    const { id } = await start(mona, { release_id: await releaseOf(mona), input: SMALL });
    const asset = (await ended(mona, id)).assets[0]?.id ?? '';
    await mona.api.marketplace.showCreation({ id: asset, title, show_prompt: true });
    return asset;
  }

  test('finds a model, sees what it pays, opens what was made with it, remixes, keeps, follows and is told', async () => {
    const { page } = fan;
    await open(page, '/explore?search=drift');
    await page
      .getByRole('link', { name: /^Drift/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'Drift' }).waitFor();
    await page.getByRole('button', { name: 'Like' }).click();
    await page.getByRole('button', { name: 'Like 1', pressed: true }).waitFor();
    await page.getByText('Commercial use is allowed').waitFor();
    await page.getByText('Of 1 credit with the default settings').waitFor();
    await expectSound(page);

    await page.getByRole('link', { name: 'Heron at dawn' }).click();
    await page.getByRole('heading', { level: 1, name: 'Heron at dawn' }).waitFor();
    await page.getByRole('textbox', { name: 'Comment' }).fill('How still it stands');
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await page.getByText('How still it stands').waitFor();
    await keepOnBoard(page);
    const creation = new URL(page.url()).pathname;

    await page.getByRole('link', { name: 'Remix' }).click();
    await page.waitForURL(/\/create\?model=drift/);
    expect(await page.getByLabel('Prompt').inputValue()).toBe(SMALL.prompt);
    await page.getByRole('button', { name: /^Generate\s*1/ }).click();
    await page.getByRole('region', { name: 'Result' }).getByText('Charged').waitFor();

    await open(page, creation);
    await page.getByRole('main').getByRole('link', { name: 'mona' }).click();
    await page.getByRole('button', { name: 'Follow mona' }).click();
    await page.getByRole('button', { name: 'Follow mona', pressed: true }).waitFor();
    await shown('Heron at noon');
    await page.getByRole('link', { name: 'Notifications: 1 unread' }).click();
    await page.getByRole('link', { name: 'mona shows something new' }).click();
    await page.getByRole('heading', { level: 1, name: 'Following' }).waitFor();
    await page.getByRole('link', { name: 'Heron at noon' }).waitFor();
    expect(fan.troubles).toEqual([]);
  });

  /** What others show lies on one’s own board, which is shown to everybody in its turn. */
  async function keepOnBoard(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Boards' });
    await dialog.getByLabel('New board').fill('Birds');
    await dialog.getByRole('button', { name: 'Make' }).click();
    await dialog.getByRole('checkbox', { name: /Birds/, checked: true }).waitFor();
    await page.keyboard.press('Escape');
    const back = new URL(page.url()).pathname;
    await open(page, '/library/boards');
    await page.getByRole('link', { name: /Birds/ }).click();
    await page.getByRole('button', { name: 'Edit or show' }).click();
    await page.getByLabel('Who sees it').selectOption('public');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everybody sees it').waitFor();
    await page.getByRole('link', { name: 'As others see it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Birds' }).waitFor();
    await page.getByRole('link', { name: 'Heron at dawn' }).waitFor();
    await expectSound(page);
    await open(page, back);
  }
});

/** No barrier for anybody, and nothing beside a narrow screen. */
async function expectSound(page: Page): Promise<void> {
  await settled(page);
  expect(await barriersOn(page)).toEqual([]);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 760 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  if (before) await page.setViewportSize(before);
}
