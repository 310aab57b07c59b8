import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { closeWhatIsOver } from '../../server/roles/worker.ts';
import { buy, ended, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('in her browser, a creator checks that she is counted', () => {
  // not far from now: the browser has the real time, and cookies end by it
  const clock = settableClock(new Date(Date.now() - 36 * 3_600_000));
  let world: World;
  let browser: Browser;
  let mira: Visitor;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine(), clock }), openBrowser()]);
    const fan = await world.member('kira');
    await buy(fan, 'pack-1000');
    const { id } = await start(fan, { release_id: await releaseOf(fan), spend_first: 'paid' });
    await ended(fan, id);
    clock.set(new Date());
    while ((await closeWhatIsOver(world.context)) > 0);
    mira = await world.creator('mira-solberg');
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('and the checking itself is fetched only then', { timeout: 180_000 }, async () => {
    const { page, troubles } = await visit(browser, world.url, mira);
    await open(page, '/earnings');
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Your amount is counted in the signed total').waitFor();
    const card = page.locator('section', { hasText: 'Check that you are counted' }).last();
    expect(await card.innerText()).toMatch(/you were owed\s+0\.7\s+credits\s+of\s+0\.7/);
    expect(await card.innerText()).not.toContain('Not so');
    expect(asked).toContain('/api/v1/books/liabilities');
    expect(asked.some((path) => path.startsWith('/_app/') && path.endsWith('.js'))).toBe(true);
    expect(troubles).toEqual([]);
  });
});
