import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { safetensors } from '../model-files/hostile.ts';
import { type Person, person } from '../program.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, signInByForm, visit } from './browser.ts';

describe.skipIf(browserPath === undefined)('a model goes from one creator to another', () => {
  let world: World;
  let browser: Browser;
  let cleo: Person;
  let owner: Page;
  let receiver: Page;
  const troubles: string[][] = [];

  beforeAll(async () => {
    world = await startWorld({ roles: 'web,relay' });
    browser = await openBrowser();
    const ada = await person(world, 'Ada', 'admin', 'creator');
    cleo = await person(world, 'Cleo');
    await publishPortraits(ada);
    [owner, receiver] = [await seat(ada), await seat(cleo)];
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  async function seat(who: Person): Promise<Page> {
    const sitting = await visit(browser, world.url);
    troubles.push(sitting.troubles);
    await signInByForm(sitting.page, who.email);
    return sitting.page;
  }
  const press = (page: Page, name: string) =>
    page.getByRole('main').getByRole('button', { name, exact: true }).click();

  test('the owner offers it, takes it back, and offers it again', async () => {
    await open(owner, '/program/models/portraits');
    const offer = async () => {
      await owner.getByLabel('Their handle').fill(cleo.handle);
      await owner.getByLabel('A word to them').last().fill('It is in good hands with you.');
      await press(owner, 'Offer it');
    };
    await offer();
    await press(owner, 'Take it back');
    await offer();
    await owner.getByText('Offered to somebody else').waitFor();
  });

  test('the other sees all of it, agrees to the terms, and it is theirs', async () => {
    await open(receiver, '/program/invitations');
    const card = receiver.getByRole('article');
    await card.getByText('It is in good hands with you.').waitFor();
    await card.getByText('Its releases').waitFor();
    await card.getByRole('checkbox').check();
    await press(receiver, 'Take it over');
    await receiver.getByText('accepted', { exact: true }).waitFor();
    await open(receiver, '/program/models/portraits');
    await receiver.getByText('Its owners').waitFor();
    await receiver.getByRole('button', { name: 'Offer it' }).waitFor();
    await open(owner, '/models/portraits');
    await owner.getByRole('main').getByRole('link', { name: 'Cleo' }).first().waitFor();
    expect(troubles.flat()).toEqual([]);
  });
});

/** Runs on a fleet, so that nothing of it has to run here. */
async function publishPortraits(admin: Person): Promise<void> {
  const header = { a: { dtype: 'F16', shape: [1_000], data_offsets: [0, 2_000] } };
  const body = new File([Buffer.from(safetensors(JSON.stringify(header), new Uint8Array(2_000)))], 'w');
  const query = { name: 'weights.safetensors' };
  const { digest } = await admin.api.registry.createModelFile({ query, body });
  const side = { type: 'integer', minimum: 64, maximum: 96, default: 64 };
  await admin.api.registry.createModel({
    ...{ slug: 'portraits', title: 'Portraits', modality: 'image', creator: admin.handle },
    ...{ summary: 'Faces in soft light.', card: '# Portraits' },
    release: {
      ...{ version: '1.0.0', binding: { kind: 'pull', pool: 'gpus' }, files: [{ role: 'lora', digest }] },
      input_schema: {
        ...{ type: 'object', additionalProperties: false, required: ['prompt'] },
        properties: { prompt: { type: 'string', maxLength: 400 }, width: side, height: side },
      },
      ...{ price_class: 'image-standard', licence: 'CC-BY-4.0' },
    },
  });
}
