import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asId, type ApplicationId } from '../../server/ids.ts';
import { ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import { wavePainter } from '../model-files/onnx.ts';
import { everybodyReviews, type Person, person } from '../program.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, signUpByForm, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('from an application to the first earnings', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  /** Those who judge it: the first of the reviewers writes in a browser, the others by the interface. */
  let desk: Page;
  let chairs: [Page, Page];
  let reviewers: Person[];
  let address: string;
  const troubles: string[][] = [];

  beforeAll(async () => {
    world = await startWorld();
    browser = await openBrowser();
    page = await seat();
    desk = await seat(await person(world, 'Cora', 'coordinator'));
    chairs = [
      await seat(await person(world, 'Hanne', 'chair')),
      await seat(await person(world, 'Idris', 'chair')),
    ];
    reviewers = [];
    for (const name of ['Una', 'Vito', 'Wren', 'Xavi', 'Yara'])
      reviewers.push(await person(world, name, 'reviewer'));
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  async function seat(who?: Person): Promise<Page> {
    const sitting = await visit(browser, world.url, who);
    troubles.push(sitting.troubles);
    return sitting.page;
  }
  const id = () => asId<ApplicationId>(address.split('/').at(-1) ?? '');
  const fileOn = (at: Page) => open(at, `/program/desk/${id()}`);
  const press = (at: Page, name: string) =>
    at.getByRole('main').getByRole('button', { name, exact: true }).click();
  const confirm = async (at: Page, name: string) => {
    await at.getByRole('dialog').getByRole('button', { name, exact: true }).click();
    await at.getByRole('dialog').waitFor({ state: 'hidden' });
  };

  const go = (step: string) =>
    page.getByRole('navigation', { name: 'Sections' }).locator(`a[href="?step=${step}"]`).click();
  const state = (at: Page, name: string) =>
    at.getByRole('main').getByText(name, { exact: true }).first().waitFor();

  test('she writes it over several sections, and a reload loses nothing', async () => {
    await signUpByForm(page, 'Noor');
    await open(page, '/program/applications');
    await page.getByRole('button', { name: 'Begin an application' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
    address = new URL(page.url()).pathname;
    await go('model');
    await page.getByLabel('Title').fill('Tidal');
    await page.getByLabel('What it makes').selectOption('image');
    await page.getByLabel('Summary').fill('Waves in the colours of words.');
    await page.getByLabel('What it does').fill('Paints **waves**.');
    await page.getByLabel('Features').fill('Any size\nColours by words');
    await page.getByLabel('Potential applications').fill('Backgrounds');
    await page.getByLabel('What sets it apart').fill('It is the smallest painter of waves.');
    await page.keyboard.press('Control+s');
    await page.getByText(/^Saved/).waitFor();
    await open(page, `${address}?step=model`);
    expect(await page.getByLabel('Title').inputValue()).toBe('Tidal');
    expect(await page.getByLabel('Address').inputValue()).toBe('tidal');
  });

  test('she brings the file, sees each check pass, and makes a sample on the spot', async () => {
    await go('files');
    await page.getByLabel('How it is run').selectOption('onnx');
    await page.locator('input[type="file"]').setInputFiles({
      name: 'waves.onnx',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(wavePainter()),
    });
    await page.getByRole('button', { name: 'Draft it from the newest file' }).click();
    await page.getByLabel('Version').fill('1.0.0');
    await go('lineage');
    await page.getByLabel('From nothing else').check();
    await page.getByLabel('Licence of your model').selectOption({ index: 1 });
    await go('price');
    await page.getByLabel('Price class').selectOption('image-standard');
    await go('rights');
    await page.getByLabel('I affirm this statement, word for word.').check();
    await go('samples');
    await page.getByLabel('Prompt').fill('teal waves');
    await page.getByRole('button', { name: 'Make a sample' }).click();
    await page.getByRole('button', { name: 'Take it out' }).waitFor();
  });

  test('she submits it, and from then on it is a revision', async () => {
    await go('review');
    await page.getByRole('button', { name: 'Submit the application' }).click();
    await state(page, 'Submitted');
  });

  test('a coordinator asks for a change, and she submits again', async () => {
    await open(desk, '/program/desk');
    await desk.getByRole('link', { name: 'Tidal' }).click();
    await press(desk, 'Take it for screening');
    await press(desk, 'Ask for changes');
    await desk.getByLabel('What has to change').fill('Say what the waves are for.');
    await confirm(desk, 'Ask for it');
    await state(desk, 'Changes asked');
    await open(page, `${address}?step=model`);
    await page.getByText('Say what the waves are for.').first().waitFor();
    await page.getByLabel('Potential applications').fill('Backgrounds\nCovers of records');
    await go('review');
    await page.getByRole('button', { name: 'Submit the application' }).click();
    await state(page, 'Submitted');
  });

  test('three reviewers score it, blind to her name, and a chair refuses it', async () => {
    await fileOn(desk);
    await press(desk, 'Take it for screening');
    await press(desk, 'Give it to reviewers');
    for (const name of ['Una', 'Vito', 'Wren']) await desk.getByRole('checkbox', { name }).check();
    await confirm(desk, 'Begin the review');
    await state(desk, 'In review');
    const una = await seat(reviewers[0]);
    await open(una, '/review');
    await una.getByRole('link', { name: 'Tidal' }).click();
    await una.getByRole('heading', { name: 'Tidal', level: 1 }).waitFor();
    expect(await una.getByRole('main').innerText()).not.toContain('Noor');
    for (const criterion of ['creativity', 'utility', 'impact', 'quality', 'safety', 'confidence'])
      await una.locator(`input[name="${criterion}"][value="3"]`).check({ force: true });
    await una.getByLabel('reject', { exact: true }).check();
    await una.getByLabel('To the applicant').fill('Waves alone are little.');
    await press(una, 'Submit the review');
    await una.getByRole('heading', { name: 'Your review' }).waitFor();
    await everybodyReviews(world, reviewers, id(), 'reject', { creativity: 3 });
    await fileOn(chairs[0]);
    await press(chairs[0], 'Decide');
    await chairs[0].getByLabel('Not accepted').check();
    await chairs[0].getByLabel('Reasons').fill('It does one thing.');
    await confirm(chairs[0], 'Decide');
    await state(chairs[0], 'Not accepted');
  });

  test('she reads why and appeals, and people who have not seen it take it', async () => {
    await open(page, address);
    await page.getByText('It does one thing.').first().waitFor();
    await page.getByText('Waves alone are little.').first().waitFor();
    await page.getByLabel('What was overlooked').fill('It is the smallest painter of waves there is.');
    await press(page, 'Appeal');
    await state(page, 'Being looked at');
    await fileOn(chairs[1]);
    await press(chairs[1], 'Answer the appeal');
    await chairs[1].getByLabel('Reasons').fill('Its size was overlooked.');
    await confirm(chairs[1], 'Review it again');
    await state(chairs[1], 'In review');
    await fileOn(chairs[1]);
    await everybodyReviews(world, reviewers, id(), 'accept');
    await fileOn(chairs[1]);
    await press(chairs[1], 'Decide');
    await chairs[1].getByLabel('Accepted', { exact: true }).check();
    await chairs[1].getByLabel('Reasons').fill('Small and beautiful.');
    await confirm(chairs[1], 'Decide');
    await state(chairs[1], 'Accepted');
  });

  test('she signs, somebody generates with it, and her first earnings are there', async () => {
    await open(page, address);
    await page.getByLabel('I have read these terms and agree to them, for me and for this model.').check();
    await press(page, 'Sign and publish');
    await page.getByRole('link', { name: 'To the model' }).click();
    await page.getByRole('heading', { name: 'Tidal', level: 1 }).waitFor();
    const fan = await world.member('kira');
    const generation = await start(fan, {
      release_id: await releaseOf(fan, 'tidal'),
      input: { prompt: 'teal waves' },
    });
    expect(await ended(fan, generation.id)).toMatchObject({ state: 'succeeded' });
    await open(page, '/earnings');
    const lines = page.getByRole('table', { name: 'Settled generations with my models' });
    await lines.getByText('Tidal').first().waitFor();
    await expectEverythingHolds(world);
  });

  test('no page complained', () => expect(troubles.flat()).toEqual([]));
});
