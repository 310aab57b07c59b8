import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, releaseOf, start } from '../acts.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, type Visit, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a member with a picture, a film and a piece', () => {
  let world: World;
  let browser: Browser;
  let seen: Visit;
  let page: Page;
  const ids = { picture: '', film: '', piece: '' };

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld(), openBrowser()]);
    const member = await world.member('dora');
    const make = async (slug: string, input: Record<string, unknown>) => {
      const { id } = await start(member, { release_id: await releaseOf(member, slug), input });
      const { assets, failure } = await ended(member, id);
      if (!assets[0]) throw new Error(`${slug}: ${failure?.message}`);
      return assets[0].id;
    };
    ids.picture = await make('drift', { prompt: 'golden silk', width: 512, height: 384 });
    ids.film = await make('drift-motion', { prompt: 'blue smoke', width: 256, height: 256, duration_s: 2 });
    ids.piece = await make('chamber', { prompt: 'hopeful piano', duration_s: 8 });
    seen = await visit(browser, world.url, member);
    page = seen.page;
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const save = async (name: RegExp) => {
    await page.getByRole('button', { name: 'Other formats' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name }).click(),
    ]);
    return download.suggestedFilename();
  };

  test('saves the picture in another format, which the page offers first from then on', async () => {
    await open(page, `/assets/${ids.picture}`);
    await page.getByRole('link', { name: 'Download WebP' }).waitFor();
    expect(await save(/^AVIF/)).toMatch(/^drift-.*\.avif$/);
    expect(await save(/^WebP/)).toMatch(/\.webp$/);
    expect(await save(/^AVIF/)).toMatch(/\.avif$/);
    await page.reload();
    await page.getByRole('link', { name: 'Download AVIF' }).waitFor();
    await expectSound(page);
  });

  test('looks at the picture closely, by keys and by wheel', async () => {
    await open(page, `/assets/${ids.picture}`);
    const picture = page.getByRole('button', { name: /the picture$/ }).first();
    const scale = () =>
      page.evaluate(
        () => new DOMMatrix(getComputedStyle(document.querySelector('main img[draggable]')!).transform).a,
      );
    await picture.focus();
    await page.keyboard.press('+');
    await expect.poll(scale).toBeCloseTo(1.5, 2);
    await page.keyboard.press('-');
    await expect.poll(scale).toBe(1);
    await picture.hover();
    await page.mouse.wheel(0, -200);
    expect(await scale()).toBe(1); // the page scrolls as ever
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(scale).toBeGreaterThan(1.5);
    await page.keyboard.press('0');
    await expect.poll(scale).toBe(1);
  });

  test('finds a place in the film and goes from frame to frame', async () => {
    await open(page, `/assets/${ids.film}`);
    const at = () => page.evaluate(() => document.querySelector('video')!.currentTime);
    await expect.poll(() => page.evaluate(() => document.querySelector('video')!.duration)).toBe(2);
    expect(
      await page.locator('video source').evaluateAll((all) => all.map((one) => one.getAttribute('type'))),
    ).toEqual(['video/mp4', 'video/webm']);
    const line = (await page.getByRole('slider', { name: 'Position' }).boundingBox())!;
    await page.mouse.move(line.x + line.width * 0.7, line.y + line.height / 2);
    const shown = () =>
      page.evaluate(() => {
        const frame = [...document.querySelectorAll('div')].find(({ style }) => style.backgroundImage);
        return [frame?.style.backgroundPosition, frame?.parentElement?.textContent?.trim()];
      });
    await expect.poll(shown).toEqual(['-320px -480px', '0:01']); // the eighteenth of 25
    await page.getByRole('group', { name: 'blue smoke' }).focus();
    for (const key of ['.', '.', ',']) await page.keyboard.press(key);
    await expect.poll(at).toBeCloseTo(1.5 / 24, 3);
    await page.keyboard.press('ArrowRight');
    await expect.poll(at).toBeCloseTo(1 + 1.5 / 24, 3);
    await expectSound(page);
  });

  test('plays the film where only the open format is known', async () => {
    await open(page, `/assets/${ids.film}`);
    const played = await page.evaluate(async () => {
      const source = document.querySelector<HTMLSourceElement>('video source[type^="video/webm"]')!;
      const film = document.createElement('video');
      film.muted = true;
      film.src = source.src;
      await film.play();
      return [film.videoWidth, film.videoHeight, film.duration];
    });
    expect(played).toEqual([256, 256, 2]);
  });

  test('moves in the piece by keys, and saves its notes and its samples', async () => {
    await open(page, `/assets/${ids.piece}`);
    const audio = (what: 'currentTime' | 'currentSrc') =>
      page.evaluate((name) => document.querySelector('audio')![name], what);
    await expect.poll(() => audio('currentSrc')).toContain('.ogg?');
    await page.getByRole('group', { name: 'hopeful piano' }).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    await expect.poll(() => audio('currentTime')).toBeCloseTo(1, 2);
    expect(await save(/^MIDI/)).toMatch(/\.mid$/);
    expect(await save(/^WAV/)).toMatch(/\.wav$/);
    await expectSound(page);
  });

  test('saves from the library', async () => {
    await page.setViewportSize({ width: 375, height: 760 });
    await open(page, '/library');
    await page.getByRole('link', { name: 'golden silk' }).hover();
    await page.getByRole('button', { name: 'Download' }).last().click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^WebP/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.webp$/);
    await expectSound(page);
  });

  test('nothing went wrong meanwhile', () => expect(seen.troubles).toEqual([]));
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
