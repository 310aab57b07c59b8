import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { BROWSER_FLAGS, findBrowser } from '../../tools/browser.ts';
import { readConfig } from '../config.ts';
import { buildContext } from '../context.ts';
import { startWeb } from './web.ts';

const built = existsSync(path.resolve(import.meta.dirname, '../../web/build/handler.js'));
const browser = findBrowser();

test.skipIf(!built || !browser)(
  'in a browser, over plain http on the loopback: the cookie is kept, scripts cannot see it, pages carry their policy',
  { timeout: 60_000 },
  async () => {
    const fresh = await freshDatabase();
    const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-browser-'));
    const config = readConfig({ PORT: '0', DATA_DIR: data_dir, LOG_LEVEL: 'silent', CHAIN: 'none' });
    const engine = { run: () => Promise.reject(new Error('no engine here')), close: async () => {} };
    const context = await buildContext(config, fresh.url, { engine });
    const web = await startWeb(context);
    const chrome = await chromium.launch({
      ...(browser && { executablePath: browser }),
      args: BROWSER_FLAGS,
    });
    const page = await chrome.newPage();
    try {
      const answer = await page.goto(`${web.url}/sign-in`);
      const headers = (await answer?.allHeaders()) ?? {};
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/script-src [^;]*'nonce-/);
      expect(policy).toContain(web.media_url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      });

      const signedUp = await page.evaluate(async () => {
        const body = JSON.stringify({
          email: 'ada@example.com',
          password: 'seven lamps on a pier',
          display_name: 'Ada',
        });
        const said = await fetch('/api/v1/sign-ups', {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        });
        const me: unknown = await (await fetch('/api/v1/me')).json();
        return { status: said.status, me, seen: document.cookie };
      });
      expect(signedUp).toMatchObject({
        status: 201,
        seen: '',
        me: { account: { email: 'ada@example.com' } },
      });
      expect(await page.context().cookies()).toMatchObject([
        // tells browsers apart, for links that brought somebody
        { name: '__Host-device', secure: true, httpOnly: true, sameSite: 'Lax' },
        { name: '__Host-stellary', secure: true, httpOnly: true, sameSite: 'Lax' },
      ]);
    } finally {
      await chrome.close();
      await web.close();
      await context.close();
      await fresh.drop();
      await rm(data_dir, { recursive: true, force: true });
    }
  },
);
