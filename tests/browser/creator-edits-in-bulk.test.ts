import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../world.ts';
import { person } from '../program.ts';
import { publishedAs } from '../own-models.ts';
import { browserPath, open, openBrowser, signInByForm, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('at a browser', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ roles: 'web,relay' }), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await world.end();
  });

  test('a creator edits two models together, one alone, all by a table, and takes it back', async () => {
    const maker = await person(world, 'Ada', 'creator');
    for (const slug of ['sea', 'sky', 'sand']) await publishedAs(world, maker, slug);
    const { page, troubles } = await visit(browser, world.url);
    await signInByForm(page, maker.email);
    await open(page, '/program/models');
    const together = page.getByRole('button', { name: /^Edit together/ });
    expect(await together.getAttribute('aria-disabled')).toBe('true');

    await page.getByLabel('Choose The sea').check();
    await page.getByLabel('Choose The sky').check();
    await page.getByRole('button', { name: 'Edit 2 models' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Add tags').fill('Blue Hour, ?');
    await dialog.getByRole('button', { name: 'Show what would change' }).click();
    await dialog.getByText('“?” is not a tag').first().waitFor();
    await dialog.getByRole('button', { name: 'Back' }).click();
    await dialog.getByLabel('Add tags').fill('Blue Hour');
    await dialog.getByLabel('Visibility').selectOption('unlisted');
    await dialog.getByRole('button', { name: 'Show what would change' }).click();
    await dialog.getByText('2 models would change, in 4 places. Nothing is written yet.').waitFor();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('2 models changed.').waitFor();
    await page
      .getByRole('row', { name: /The sea/ })
      .getByText('blue-hour')
      .waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('It is as it was before.').waitFor();
    await page
      .getByRole('row', { name: /The sea/ })
      .getByText('blue-hour')
      .waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Edit The sand' }).click();
    await page.getByLabel('Title').fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Must not be empty.').waitFor();
    await page.getByLabel('Title').fill('Dunes');
    await page.getByLabel('Tags').fill('desert, #Warm');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The sand was changed.').waitFor();
    await page.getByRole('row', { name: /Dunes/ }).getByText('warm', { exact: true }).waitFor();

    const table = await (await maker.fetch('/api/v1/own-models/export')).text();
    await page.getByRole('button', { name: 'Import CSV' }).click();
    const changed = Buffer.from(table.replace('Paints the sky.', '"Clouds, mostly."'));
    await dialog
      .getByLabel('CSV file')
      .setInputFiles({ name: 'models.csv', mimeType: 'text/csv', buffer: changed });
    await dialog.getByRole('button', { name: 'Show what would change' }).click();
    await dialog.getByText('Clouds, mostly.').waitFor();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('1 model changed.').waitFor();

    await page.getByRole('link', { name: 'History of edits' }).click();
    // where one comes from has a link of that name too
    await page.waitForURL('**/program/edits');
    await page.getByRole('link', { name: /^Dunes/ }).click();
    await page.getByRole('button', { name: 'Undo it' }).click();
    await dialog.getByRole('button', { name: 'Undo it' }).click();
    await page.getByRole('heading', { name: 'Undo of an edit of 1 model' }).waitFor();
    expect(await world.visitor().api.registry.getModel({ slug: 'sand' })).toMatchObject({
      ...{ title: 'The sand', tags: [] },
    });
    // the empty title was refused
    expect(troubles.filter((trouble) => !trouble.includes('409 (Conflict)'))).toEqual([]);
  });
});
