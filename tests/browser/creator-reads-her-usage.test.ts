import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountId, asId, type GenerationId, type ModelId, newId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import * as analytics from '../../server/modules/analytics/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { publishedWaves } from '../own-models.ts';
import { person, type Person } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('in her browser, a creator reads how her model is used', () => {
  let world: World;
  let browser: Browser;
  let kai: Person;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      // of what is made up here the proof of a day complains, as it must
      startWorld({ engine: scriptedEngine(), env: { LOG_LEVEL: 'silent' } }),
      openBrowser(),
    ]);
    kai = await person(world, 'kai', 'creator');
    const release_id = await publishedWaves(world, kai, 'tide');
    const { db, database, clock } = world.context;
    const { model_id } = present(await registry.releaseById(db, release_id), 'the release');
    const used = (hours_ago: number, change: Partial<analytics.Fact>): analytics.Fact => {
      const at = new Date(clock.now().getTime() - hours_ago * 3_600_000);
      return {
        ...{
          generation_id: newId<GenerationId>(at),
          began_at: at,
          ended_at: at,
          payer_id: newId<AccountId>(at),
        },
        ...{ model_id: asId<ModelId>(model_id), release_id, creator_id: kai.id },
        ...{ outcome: 'succeeded', reason: null, related: false, price_micros: 1_000_000n, promo_micros: 0n },
        ...{ paid_micros: 1_000_000n, queue_ms: 100, run_ms: 4_000, total_ms: 4_200, via: 'page' },
        ...{ source: 'direct', slot_id: null, follower: false, region: 'europe', settings: [] },
        ...{ modality: 'image', earned: [], ...change },
      };
    };
    const week_ago = 8 * 24;
    const people = (n: number, region: string) => Array.from({ length: n }, () => used(week_ago, { region }));
    const failed = { outcome: 'failed', reason: 'out_of_memory', paid_micros: 0n } as const;
    await database.inTransaction((tx) =>
      analytics.addFacts(tx, [
        ...[...people(9, 'europe'), ...people(6, 'asia'), ...people(2, 'africa')],
        ...Array.from({ length: 6 }, (_, n) => used(1 + n, failed)),
      ]),
    );
    await analytics.foldFacts(database, clock.now());
    while (await analytics.breakDownWeek(database, clock.now()));
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('from a warning she comes to what it is about', { timeout: 120_000 }, async () => {
    const { page, context, troubles } = await visit(browser, world.url, kai);
    await open(page, '/creator');
    const alerts = page.getByRole('region', { name: 'Alerts' });
    await alerts.getByText('The tide fails often').waitFor(PATIENCE);
    expect(await alerts.innerText()).toContain('6 of 6 failed within a day');
    expect(await alerts.innerText()).toContain('The tide is used and earns you nothing');
    expect(await alerts.getByRole('link').allInnerTexts()).toEqual([
      'See its agreement and split',
      'See why they fail',
    ]);
    await alerts.getByRole('link', { name: 'See why they fail' }).click();
    await page.waitForURL(/part=speed&models=tide/);
    await page.getByText('It needed too much memory').first().waitFor(PATIENCE);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test('small groups are merged, and the page says why', { timeout: 120_000 }, async () => {
    const { page, context, troubles } = await visit(browser, world.url, kai);
    await open(page, '/creator/usage?part=people&range=90d&models=tide');
    const world_parts = page.locator('section', { hasText: 'Parts of the world' }).last();
    await world_parts.getByText('Europe').first().waitFor(PATIENCE);
    const said = await world_parts.innerText();
    expect(said).toContain('Others, told together');
    expect(said).toContain('Groups of fewer than five people stand under');
    expect(said).not.toMatch(/Asia|Africa/);
    const strip = page.getByRole('list', { name: 'People of the range' });
    expect(await strip.innerText()).toMatch(/People\s+17/);
    await world_parts.getByRole('link', { name: 'Why' }).click();
    await page.getByText('Why is something merged?').waitFor(PATIENCE);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test('she says what a machine costs her, and sees what is left', { timeout: 120_000 }, async () => {
    const { page, context, troubles } = await visit(browser, world.url, kai);
    await open(page, '/creator/usage?models=tide&range=90d');
    const cost = page.getByLabel('An hour of its machine costs me, in US dollars');
    await cost.waitFor(PATIENCE);
    expect(await page.getByRole('button', { name: 'Keep' }).getAttribute('aria-disabled')).toBe('true');
    await cost.fill('3.60');
    await cost.press('Enter');
    await page.getByText('Kept. Only you see it.').waitFor(PATIENCE);
    await page.getByText('Left to you').waitFor(PATIENCE);
    // 17 and 6 that failed, of four seconds each, at a tenth of a credit a second
    const card = page.locator('section', { hasText: 'What it costs to make' }).last();
    expect(await card.innerText()).toMatch(/What it cost you\s+9\.2 credits/);
    expect(await barriersOn(page)).toEqual([]);
    await page.reload();
    expect(await cost.inputValue()).toBe('3.6');
    expect(troubles).toEqual([]);
    await context.close();
  });
});
