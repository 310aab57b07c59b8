import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../server/kit/assert.ts';
import * as rewards from '../../server/modules/rewards/index.ts';
import { buy, ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import { financePerson, idOf } from '../finance.ts';
import { acceptedAward, roundWithEntries } from '../held-chain.ts';
import { cutBy, isProposed, isVetoed, linked, paysOnChain } from '../rewards.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const NANOS = 10n ** 9n;
const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('at a browser', () => {
  let world: World;
  let browser: Browser;
  let fan: Awaited<ReturnType<World['member']>>;
  let lena: Awaited<ReturnType<typeof financePerson>>;
  const generations: string[] = [];

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    fan = await world.member('kira');
    lena = await financePerson(world, 'lena');
    await buy(fan, 'pack-1000');
    for (let n = 0; n < 2; n += 1) {
      const { id } = await start(fan, { release_id: await releaseOf(fan), spend_first: 'paid' });
      await ended(fan, id);
      generations.push(id);
    }
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test(
    'finance pastes an id, sees what it is about, refunds, and the receipt says so',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, lena);
      const [id = ''] = generations;
      await open(page, '/finance');
      const field = page.getByLabel('Look up');
      await field.fill('not an id at all');
      await field.press('Enter');
      await page.getByText('This is neither an id nor a handle').waitFor(PATIENCE);
      expect(await field.inputValue()).toBe('not an id at all');

      // as it stands in the address of the receipt
      await field.fill(`${world.url}/generations/${id}/receipt`);
      await field.press('Enter');
      const card = page.locator('[data-subject="generation"]');
      await card.waitFor(PATIENCE);
      const said = await card.innerText();
      for (const words of ['kira', 'Drift', '1 credit', 'Mira Solberg', 'Its day matures'])
        expect(said).toContain(words);

      await card.getByRole('button', { name: 'Refund' }).click();
      const dialog = page.getByRole('dialog', { name: 'Refund this generation?' });
      expect((await dialog.getByRole('table').innerText()).replace(/\s+/g, ' ')).toContain(
        "kira Paid credits +1 Mira Solberg Pending earnings −0.7 Stellary Stellary's part −0.3",
      );
      await dialog.getByRole('button', { name: 'Refund 1 credit' }).click();
      await dialog.getByText('This is needed.').waitFor(PATIENCE);
      // that the server said no is no trouble: it was asked without a reason
      troubles.length = 0;
      await dialog.getByLabel('Reason').fill('The picture was black');
      await dialog.getByRole('button', { name: 'Refund 1 credit' }).click();

      const result = page.locator('[data-subject="refund"]');
      await result.waitFor(PATIENCE);
      expect(await result.innerText()).toContain('The picture was black');
      expect(await result.getByRole('button', { name: /^Refund/ }).getAttribute('aria-disabled')).toBe(
        'true',
      );
      await result.getByRole('link', { name: 'Receipt' }).click();
      await page.locator('[data-reversal="refund"]').waitFor(PATIENCE);
      expect(await page.locator('[data-reversal="refund"]').innerText()).toContain('Refunded 1 credit');
      await page.getByText('Payer', { exact: true }).waitFor(PATIENCE);

      await open(page, '/finance?view=refunds');
      const list = page.getByRole('table', { name: 'Reversals' });
      expect(await list.innerText()).toMatch(/Drift[\s\S]*kira[\s\S]*The picture was black/);
      expect(troubles).toEqual([]);
      await context.close();
      await expectEverythingHolds(world);
    },
  );

  test(
    'finance opens a case by keyboard alone, after seeing what it would hold',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, lena);
      const [, id = ''] = generations;
      await open(page, `/finance?subject=${id}`);
      await page.locator('[data-subject]').getByRole('button', { name: 'Open a case' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Open a case' });
      await dialog.getByText('1 generation, by Drift; paid by kira.').waitFor(PATIENCE);
      expect((await dialog.getByRole('table').innerText()).replace(/\s+/g, ' ')).toContain(
        'Mira Solberg Held by a case +0.7',
      );
      await dialog.getByLabel('Reason').fill('Looks like one person');
      await dialog.getByRole('button', { name: 'Open the case' }).press('Enter');
      const card = page.locator('[data-subject="case"]');
      await card.waitFor(PATIENCE);
      expect(await card.getByRole('link', { name: 'Drift' }).getAttribute('href')).toContain(id);
      // back to the generation, whose case says why it cannot be refunded now
      await card.getByRole('link', { name: 'Drift' }).click();
      const about = page.locator('[data-subject="generation"]');
      await about.getByText('Cases about it').waitFor(PATIENCE);
      expect(await about.getByRole('button', { name: /^Refund/ }).getAttribute('aria-disabled')).toBe('true');
      expect(troubles).toEqual([]);
      await context.close();
      await expectEverythingHolds(world);
    },
  );

  test(
    'finance puts $STELAI aside, voids an epoch, and offers one again that was vetoed',
    { timeout: 120_000 },
    async () => {
      await paysOnChain(world, 100n * NANOS);
      const round = await roundWithEntries(world, 1);
      const winner = present(round.entries[0], 'an entry').author_id;
      await acceptedAward(world, round, { entry: 0, amount_nanos: 30n * NANOS });
      await linked(world, winner);
      const ruth = await financePerson(world, 'ruth');
      const { page, context, troubles } = await visit(browser, world.url, lena);
      await open(page, '/finance/rewards');
      const main = page.getByRole('main');
      const dialog = page.getByRole('dialog');

      await main.getByRole('button', { name: 'Put aside more' }).click();
      await dialog.getByLabel('$STELAI', { exact: true }).fill('a lot');
      await dialog.getByRole('button', { name: 'Put it aside' }).click();
      await dialog.locator('[aria-invalid="true"]').waitFor(PATIENCE);
      await dialog.getByLabel('$STELAI', { exact: true }).fill('12.5');
      await dialog.getByRole('button', { name: 'Put it aside' }).click();
      await main.getByText('82.5', { exact: true }).waitFor(PATIENCE);

      await main.getByRole('button', { name: 'Propose it' }).click();
      await main.getByRole('button', { name: 'Void it' }).click();
      await dialog.getByRole('button', { name: 'Void it' }).click();
      await dialog.locator('[aria-invalid="true"]').waitFor(PATIENCE);
      await dialog.getByLabel('Reason').fill('A day too early.');
      await dialog.getByRole('button', { name: 'Void it' }).click();
      await main.getByRole('button', { name: 'Propose it' }).waitFor(PATIENCE);

      const epoch = await cutBy(world, [await idOf(lena), await idOf(ruth)]);
      await isProposed(world, epoch);
      await isVetoed(world, epoch);
      await open(page, '/finance/rewards');
      await main.getByText('Vetoed', { exact: true }).first().waitFor(PATIENCE);
      await main.getByRole('button', { name: 'Offer it again' }).click();
      await page.getByText('It is offered to the chain again.').waitFor(PATIENCE);
      expect((await rewards.epochById(world.context.db, epoch.id))?.state).toBe('cut');
      // that the server said no twice is no trouble
      expect(troubles.filter((one) => !one.includes('status of 422'))).toEqual([]);
      await context.close();
    },
  );

  test('a month that never was is told in words, with a way back', { timeout: 180_000 }, async () => {
    const { page, context } = await visit(browser, world.url, fan);
    expect(await open(page, '/statements/2020-01')).toBe(404);
    expect(await page.getByRole('main').innerText()).toContain('Nothing was here yet in January 2020');
    for (const [month, words] of [
      ['2020-13', 'A month is written as year and month'],
      ['last-month', 'A month is written as year and month'],
      ['2999-01', 'January 2999 has not come yet'],
    ] as const) {
      await open(page, `/statements/${month}`);
      expect(await page.getByRole('main').innerText()).toContain(words);
    }
    await page.getByRole('main').getByRole('link', { name: 'All statements' }).click();
    await page.getByRole('heading', { level: 1, name: 'Statements' }).waitFor(PATIENCE);
    await context.close();
  });

  test(
    'a moment is typed as people type one, and a hold is no row of its own',
    { timeout: 180_000 },
    async () => {
      const { page, context } = await visit(browser, world.url, fan);
      await open(page, '/wallet');
      const kinds = await page.getByRole('table', { name: 'Entries of the wallet' }).innerText();
      expect(kinds).toContain('Charge');
      expect(kinds).not.toContain('Hold');
      const moment = page.getByLabel('Moment (UTC)');
      await moment.fill('last tuesday');
      await moment.press('Enter');
      await page.getByText('This is not a date that can be read').waitFor(PATIENCE);
      await moment.fill('21.11.2025 14:30');
      await moment.press('Enter');
      await page.getByText('2025-11-21 14:30:00 UTC').waitFor(PATIENCE);
      await context.close();
    },
  );
});
