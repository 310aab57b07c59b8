import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waveManifest, wavePainter } from '../model-files/onnx.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, settled, visit } from './browser.ts';

const next = async (page: Page, section: string) => {
  await page.getByRole('link', { name: `Next: ${section}` }).click();
  await page.getByRole('heading', { name: section, level: 2 }).waitFor();
};
const saved = (page: Page) => page.getByText(/^Saved /).waitFor();
/** What is being written is on its way, and then it is there. */
const written = async (page: Page) => {
  await page.getByText(/^(Saving|Not saved yet)$/).waitFor();
  await saved(page);
};

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

  test('a creator applies: written over a reload and a lost line, led to what is missing, submitted', async () => {
    const { page, context, troubles } = await visit(browser, world.url, await world.member('ada'));
    await open(page, '/program/applications');
    await page.getByRole('button', { name: 'Begin an application' }).click();
    await page.getByRole('heading', { name: 'You and your team' }).waitFor();
    await next(page, 'The model');
    await page.getByLabel('Title').fill('Golden Waves');
    expect(await page.getByLabel('Address').inputValue()).toBe('golden-waves');
    await page.getByLabel('What it makes').selectOption('image');
    await page.getByLabel('What it does').fill('Paints waves.');
    await page.getByLabel('Features').fill('Quick\nCalm');
    await page.getByLabel('Potential applications').fill('Covers');
    await page.getByLabel('What sets it apart').fill('It knows the sea.');
    await saved(page);
    await page.reload();
    await settled(page);
    expect(await page.getByLabel('Features').inputValue()).toBe('Quick\nCalm');

    await context.setOffline(true);
    await page.getByLabel('Summary').fill('Waves in the colours of words.');
    await page.getByText('Not saved: you are offline').waitFor();
    await context.setOffline(false);
    await saved(page);

    await next(page, 'Files and how it runs');
    await page.getByLabel('How it is run').selectOption('onnx');
    const file = { name: 'waves.onnx', mimeType: 'application/octet-stream' };
    await page.locator('input[type=file]').setInputFiles({ ...file, buffer: Buffer.from(wavePainter()) });
    await page.getByText('8,242 parameters').waitFor();
    await page.getByLabel('Manifest').fill(JSON.stringify(waveManifest));
    await page.getByLabel('File of painter').waitFor();
    await next(page, 'Lineage and licence');
    await page.getByText('From nothing else').click();
    await page.getByLabel('Licence of your model').selectOption('CC-BY-4.0');
    await next(page, 'Samples');
    await next(page, 'Price and terms');
    await page.getByText('A generation for 10 credits pays').waitFor();
    await page.getByLabel('Price class').selectOption('image-standard');
    await written(page);

    await page.getByRole('link', { name: 'Review and submit' }).first().click();
    await page.getByRole('link', { name: /^Statement of rights/ }).click();
    const affirmed = page.getByRole('checkbox', { name: /^I affirm/ });
    await affirmed.waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'checkbox');
    await page.keyboard.press('Space');
    await next(page, 'Review and submit');
    await page.getByRole('button', { name: /^Submit the application$/ }).click();
    await page.getByText('It waits for a coordinator').waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'Submitted by you' }).count()).toBe(1);
    expect(troubles.filter((trouble) => !trouble.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  });

  test('of two tabs the later one says so, and either may be kept', async () => {
    const { page, context } = await visit(browser, world.url, await world.member('ben'));
    await open(page, '/program/applications');
    await page.getByRole('button', { name: 'Begin an application' }).click();
    await page.getByRole('heading', { name: 'You and your team' }).waitFor();
    const address = `${page.url().split('?')[0]}?step=model`;
    const other = await context.newPage();
    await open(page, address);
    await open(other, address);
    // each is in front while somebody writes in it: what lies behind is drawn once a second
    await page.bringToFront();
    await page.getByLabel('Title').fill('From the first tab');
    await written(page);
    await other.bringToFront();
    await other.getByLabel('Title').fill('From the second tab');
    await other.getByText('saved in another tab').waitFor();
    await other.getByRole('button', { name: 'Save mine over it' }).click();
    await other.getByText('saved in another tab').waitFor({ state: 'detached' });
    await page.bringToFront();
    await page.getByLabel('Title').fill('Again from the first');
    await page.getByRole('button', { name: 'Show what is there' }).click();
    await page.getByRole('heading', { name: 'From the second tab' }).waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('From the second tab');
  });
});
