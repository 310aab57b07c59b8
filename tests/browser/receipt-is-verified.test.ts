import { readFile } from 'node:fs/promises';
import { exampleBundle } from '@stellary/proofs/example';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, releaseOf, start } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };

describe.skipIf(browserPath === undefined)('at a browser', () => {
  let world: World;
  let browser: Browser;
  let member: Awaited<ReturnType<World['member']>>;
  let generation: string;
  let proof: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    member = await world.member('vera');
    ({ id: generation } = await start(member, { release_id: await releaseOf(member) }));
    await ended(member, generation);
    await eventually('its receipt is in a block', () =>
      member.api.earnings.getReceiptProof({ generation_id: generation }).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const file = (text: string, name = 'proof.json') => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  });
  const choose = async (page: Page, button: string, chosen: ReturnType<typeof file>) => {
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: button }).click();
    await (await asked).setFiles(chosen);
  };
  const verdict = (page: Page, words: string | RegExp) =>
    page.getByRole('heading', { level: 2, name: words }).waitFor(PATIENCE);
  const check = (page: Page, name: string) => page.locator(`[data-check="${name}"]`).innerText();

  test(
    'a payer verifies a receipt from its page, and downloads the proof',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, member);
      await open(page, `/generations/${generation}/receipt`);

      const download = page.waitForEvent('download', PATIENCE);
      await page.getByRole('button', { name: 'Download proof' }).click();
      const downloaded = await download;
      expect(downloaded.suggestedFilename()).toBe(`proof-${generation}.json`);
      proof = await readFile(await downloaded.path(), 'utf8');
      expect(JSON.parse(proof)).toMatchObject({ format: 'stellary-receipt-proof/1' });

      await page.getByRole('link', { name: 'Verify this receipt' }).click();
      await page.waitForURL(`**/verify?generation=${generation}`);
      await verdict(page, 'All 7 checks hold.');
      expect(await check(page, 'in_block')).toMatch(/Holds[\s\S]*receipt 1 of 1 in block 1/);

      // who paid, by the two values that the receipt shows to its payer
      const { payer_salt } = await member.api.earnings.getReceipt({ id: generation });
      const { account } = await member.api.identity.getMe({});
      await page.getByLabel('Account id of the payer').fill(account?.id ?? '');
      await page.getByLabel('Salt').fill(`${payer_salt}x`);
      await page.getByRole('button', { name: 'Check the payer' }).click();
      await verdict(page, /^1 of 8 checks fails/);
      await page.getByLabel('Salt').fill(payer_salt ?? '');
      await page.getByRole('button', { name: 'Check the payer' }).click();
      await verdict(page, 'All 8 checks hold.');
      expect(troubles).toEqual([]);
      await context.close();
    },
  );

  test('anybody checks a file, and nothing in it leaves the browser', { timeout: 180_000 }, async () => {
    const { page, context, troubles } = await visit(browser, world.url);
    await open(page, '/verify');
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await choose(page, 'Choose a file', file(proof));
    await verdict(page, 'All 7 checks hold.');

    const richer = proof.replace('\\"amount_micros\\":\\"700000\\"', '\\"amount_micros\\":\\"900000\\"');
    expect(richer).not.toBe(proof);
    await choose(page, 'Choose a file', file(richer, 'richer.json'));
    await verdict(page, '3 of 7 checks fail. Do not rely on this receipt.');
    for (const name of ['digest', 'split', 'sums']) expect(await check(page, name)).toMatch(/^Fails/);
    for (const name of ['canonical', 'block_signed', 'in_block'])
      expect(await check(page, name)).toMatch(/^Holds/);

    await page.getByText('Paste the text of a proof instead').click();
    await page.getByLabel('Text of the proof').fill(proof);
    await page.getByRole('button', { name: 'Check it' }).click();
    await verdict(page, 'All 7 checks hold.');

    const stranger = {
      kty: 'OKP',
      crv: 'Ed25519',
      kid: 'theirs',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    };
    await choose(page, 'Choose a key set', file(JSON.stringify({ keys: [stranger] }), 'theirs.json'));
    await verdict(page, /^2 of 7 checks fail/);
    expect(await check(page, 'block_signed')).toContain('no key of the set is called');
    const ours = await (await member.fetch('/.well-known/jwks.json')).text();
    await choose(page, 'Choose a key set', file(ours, 'ours.json'));
    await verdict(page, 'All 7 checks hold.');

    await choose(page, 'Choose a file', file('{"a":1}', 'letter.json'));
    await page.getByText('letter.json is no proof of a receipt').waitFor(PATIENCE);
    expect(asked).toEqual([]);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test(
    'a proof that somebody signed with keys of their own is not believed',
    { timeout: 180_000 },
    async () => {
      const { page, context } = await visit(browser, world.url);
      await open(page, '/verify');
      const forged = JSON.stringify(await exampleBundle());
      await choose(page, 'Choose a file', file(forged, 'forged.json'));
      await verdict(page, /^4 of 10 checks fail/);
      expect(await check(page, 'block_signed')).toMatch(/^Fails/);
      await page.getByRole('button', { name: 'Use the keys in the file' }).click();
      await verdict(page, 'Consistent in itself. Whose keys signed it was not checked.');
      await page.getByRole('button', { name: 'Use our keys' }).click();
      await verdict(page, /^4 of 10 checks fail/);
      await context.close();
    },
  );

  test('without our published keys nothing is claimed of who signed', { timeout: 180_000 }, async () => {
    const { page, context } = await visit(browser, world.url);
    await page.route('**/.well-known/jwks.json', (route) => route.abort());
    await open(page, '/verify');
    await choose(page, 'Choose a file', file(proof));
    await verdict(page, 'Consistent in itself. Whose keys signed it was not checked.');
    await page.getByText('Our published keys could not be had.').waitFor(PATIENCE);
    await context.close();
  });

  test(
    'a stranger is not given the proof of others, and is told what to do',
    { timeout: 180_000 },
    async () => {
      const { page, context } = await visit(browser, world.url);
      await open(page, `/verify?generation=${generation}`);
      await page.getByText('NOT_SIGNED_IN').waitFor(PATIENCE);
      const way = page.getByRole('main').getByRole('link', { name: 'Sign in' });
      expect(await way.getAttribute('href')).toBe(
        `/sign-in?next=${encodeURIComponent(`/verify?generation=${generation}`)}`,
      );
      await context.close();
    },
  );

  test('the code that checks is loaded on no other page', { timeout: 180_000 }, async () => {
    const { page, context } = await visit(browser, world.url);
    const scripts = async (address: string) => {
      const seen: Promise<string>[] = [];
      const listen = (response: { url(): string; text(): Promise<string> }) => {
        if (response.url().endsWith('.js')) seen.push(response.text().catch(() => ''));
      };
      page.on('response', listen);
      await open(page, address);
      await page.waitForLoadState('networkidle');
      page.off('response', listen);
      return (await Promise.all(seen)).some((text) => text.includes('stellary-receipt-proof/1'));
    };
    expect(await scripts('/explore')).toBe(false);
    expect(await scripts('/verify')).toBe(true);
    await context.close();
  });

  test('a browser without Ed25519 says so, and claims nothing', { timeout: 180_000 }, async () => {
    const { page, context } = await visit(browser, world.url);
    await page.addInitScript(() => {
      const { subtle } = crypto;
      const importKey = subtle.importKey.bind(subtle);
      subtle.importKey = ((...asked: Parameters<typeof importKey>) =>
        JSON.stringify(asked[2]).includes('Ed25519')
          ? Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'))
          : importKey(...asked)) as typeof subtle.importKey;
    });
    await open(page, '/verify');
    await page.getByText('This browser cannot check Ed25519 signatures').first().waitFor(PATIENCE);
    await choose(page, 'Choose a file', file(proof));
    await verdict(page, '5 of 7 checks hold; 2 could not be made here.');
    expect(await check(page, 'block_signed')).toMatch(/^Not checked/);
    await context.close();
  });
});
