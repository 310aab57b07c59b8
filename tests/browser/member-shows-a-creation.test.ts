import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, settled, signInByForm, type Visit, visit } from './browser.ts';

const PROMPT = 'a heron of my own';

describe.skipIf(browserPath === undefined)('a member who shows what they made', () => {
  let world: World;
  let browser: Browser;
  let maker: Visit;
  let fan: Visit;
  let address: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine(asPrompted) }), openBrowser()]);
    const [mona, finn] = await Promise.all([world.member('mona'), world.member('finn')]);
    const { id } = await start(mona, {
      release_id: await releaseOf(mona),
      input: { ...SMALL, prompt: PROMPT },
    });
    address = `/assets/${(await ended(mona, id)).assets[0]?.id}`;
    [maker, fan] = await Promise.all([visit(browser, world.url), visit(browser, world.url)]);
    await Promise.all([signInByForm(maker.page, mona.email), signInByForm(fan.page, finn.email)]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await world.end();
  });

  test('is seen, liked and commented on, is told of it live, and takes it back', async () => {
    const { page } = maker;
    await open(page, address);
    await page.getByRole('button', { name: 'Show it to others' }).click();
    await page.getByLabel('Title').fill('Silk at dawn');
    await page.getByRole('button', { name: 'Show it', exact: true }).click();
    await page.getByText('Everybody sees it as “Silk at dawn”, without its prompt.').waitFor();

    const other = fan.page;
    await open(other, address);
    await other.getByRole('heading', { name: 'Silk at dawn' }).waitFor();
    expect((await other.content()).includes(PROMPT)).toBe(false);
    await other.getByRole('button', { name: 'Like' }).click();
    await other.getByRole('button', { name: 'Like 1', pressed: true }).waitFor();
    await other.getByRole('textbox', { name: 'Comment' }).fill('Lovely, see https://example.org/silk');
    await other.getByRole('button', { name: 'Comment', exact: true }).click();
    const link = other.getByRole('link', { name: 'https://example.org/silk' });
    expect(await link.getAttribute('rel')).toContain('nofollow');
    await expectSound(other);
    await expectNarrow(other);

    // the maker's page has stood open all the while
    await page.getByRole('link', { name: 'Notifications: 2 unread' }).click();
    const told = page.getByRole('link', { name: 'finn commented on Silk at dawn' });
    await told.waitFor();
    await page.mouse.move(2, 600);
    await page.getByRole('progressbar', { name: 'Loading the page' }).waitFor({ state: 'detached' });
    await settled(page);
    await expectSound(page);
    await told.click();
    await page.getByText('Lovely, see').waitFor();
    await page.getByRole('link', { name: 'Notifications: 1 unread' }).waitFor();

    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Nobody sees it but you.').waitFor();
    expect(await open(other, address)).toBe(404);
    expect(fan.troubles.filter((trouble) => !trouble.includes('404'))).toEqual([]);
    expect(maker.troubles).toEqual([]);
  });
});

async function expectSound(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import('axe-core') };
    return checker.run(document, { resultTypes: ['violations'] });
  });
  expect(
    found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  ).toEqual([]);
}

async function expectNarrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 760 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
}
