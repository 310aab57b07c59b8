import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintAssets } from '../../server/flows/fingerprint-assets.ts';
import { ended, releaseOf, start } from '../acts.ts';
import { type Script, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, visit } from './browser.ts';

const PATIENCE = { timeout: 60_000 };
const LAKE = path.resolve(import.meta.dirname, '../../models/horizon/samples/golden-lake.webp');
const ROSE = path.resolve(import.meta.dirname, '../../models/vitrail/samples/rose-window.webp');

const paints: Script = async () => {
  const bytes = new Uint8Array(await readFile(LAKE));
  const size = { width: 512, height: 512 };
  return {
    ok: true,
    outputs: [
      {
        ...{ role: 'primary', modality: 'image', mime: 'image/webp', extension: 'webp', bytes, ...size },
        thumbnail: { mime: 'image/webp', bytes, ...size },
      },
    ],
    inference_ms: 1,
    runtime: { name: 'script', version: '1', provider: 'test', arch: process.arch },
  };
};

describe.skipIf(browserPath === undefined)('at a browser', () => {
  let world: World;
  let browser: Browser;
  let member: Awaited<ReturnType<World['member']>>;
  let asset: string;
  let file: Buffer;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine(paints) }), openBrowser()]);
    member = await world.member('vera');
    const { id } = await start(member, { release_id: await releaseOf(member) });
    await ended(member, id);
    const { items } = await member.api.generation.listAssets({});
    asset = items[0]?.id ?? '';
    await fingerprintAssets(world.context);
    const { download_url } = await member.api.generation.getAsset({ id: asset });
    file = Buffer.from(await (await fetch(download_url)).arrayBuffer());
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const finding = (page: Page, name: string) => page.locator(`[data-finding="${name}"]`);
  const conclusion = (page: Page, words: string | RegExp) =>
    page.getByRole('heading', { level: 2, name: words }).waitFor(PATIENCE);
  const drop = async (page: Page, bytes: Buffer, name: string, type: string) => {
    const data = await page.evaluateHandle(
      ([base64, fileName, mime]) => {
        const transfer = new DataTransfer();
        const content = Uint8Array.from(atob(base64 ?? ''), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([content], fileName ?? '', { type: mime ?? '' }));
        return transfer;
      },
      [bytes.toString('base64'), name, type],
    );
    await page.getByRole('group', { name: 'Drop a file here' }).dispatchEvent('drop', { dataTransfer: data });
  };

  test(
    'somebody drops a picture and is told what is proven, and the file leaves only when asked to',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url);
      await open(page, '/verify');
      await page.waitForLoadState('networkidle');
      const sent: string[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
      });

      const isTaken = (event: string) =>
        page.evaluate((name) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.setData('text/plain', 'a proof');
          return !document.body.dispatchEvent(
            new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }),
          );
        }, event);
      expect([await isTaken('dragover'), await isTaken('drop')]).toEqual([false, false]);

      await drop(page, file, 'lake.webp', 'image/webp');
      await conclusion(page, 'Made here, by Drift.');
      const says = (list: string) => page.getByRole('region', { name: list, exact: true }).innerText();
      expect(await says('Proven')).toContain('Not one byte of it was changed since.');
      expect(await says('Not proven')).toContain('Who asked for it, and whose it is.');
      expect(await finding(page, 'bytes').innerText()).toContain('Proven');
      expect(await finding(page, 'credentials').innerText()).toContain('Not read');
      expect(sent).toEqual([]);
      await page.getByRole('button', { name: 'Send it and read them' }).click();
      await page.getByText('Signed with our certificate').waitFor(PATIENCE);
      expect(sent).toEqual(['/api/v1/provenance/lookups']);

      // another format, half the size, no metadata
      const copy = await sharp(file).resize(256).jpeg({ quality: 60 }).toBuffer();
      await drop(page, copy, 'copy.jpg', 'image/jpeg');
      await conclusion(page, 'Not the file that was made here, but it looks like one.');
      expect(await finding(page, 'likeness').innerText()).toContain('Almost sure');
      expect(sent).toEqual(['/api/v1/provenance/lookups', '/api/v1/provenance/fingerprints']);

      const touched = Buffer.from(file);
      touched[touched.length >> 1] = (touched[touched.length >> 1] ?? 0) ^ 1;
      await drop(page, touched, 'touched.webp', 'image/webp');
      await page.getByRole('button', { name: 'Send it and read them' }).click();
      await conclusion(page, 'Changed since it was signed.');
      expect(await finding(page, 'credentials').innerText()).toContain('assertion.dataHash.mismatch');

      await drop(page, await readFile(ROSE), 'rose.webp', 'image/webp');
      await conclusion(page, 'Nothing here knows this file.');
      expect(await says('Proven')).toContain('Nothing.');
      expect(troubles).toEqual([]);
      await context.close();
    },
  );

  test(
    'the owner goes from the asset to its proof and downloads the statement',
    { timeout: 180_000 },
    async () => {
      const { page, context, troubles } = await visit(browser, world.url, member);
      await open(page, `/assets/${asset}`);
      const download = page.waitForEvent('download', PATIENCE);
      await page.getByRole('button', { name: 'Download the statement' }).click();
      const downloaded = await download;
      expect(downloaded.suggestedFilename()).toBe(`statement-${asset}.json`);
      const statement = await readFile(await downloaded.path());

      await page.getByRole('link', { name: 'See what anybody can verify' }).click();
      await page.waitForURL('**/verify?digest=*');
      await conclusion(page, 'Made here, by Drift.');
      await page.getByRole('link', { name: 'It is yours.' }).waitFor(PATIENCE);

      await drop(page, statement, `statement-${asset}.json`, 'application/json');
      await conclusion(page, 'The statement is signed by us.');
      expect(await finding(page, 'statement-input').innerText()).toContain('Holds');
      await drop(page, file, 'lake.webp', 'image/webp');
      await finding(page, 'statement-file').waitFor(PATIENCE);
      expect(await finding(page, 'statement-file').innerText()).toContain('Holds');
      const other = Buffer.concat([file, Buffer.from([0])]);
      await drop(page, other, 'other.webp', 'image/webp');
      await conclusion(page, 'The statement does not hold.');
      expect(troubles).toEqual([]);
      await context.close();
    },
  );
});
