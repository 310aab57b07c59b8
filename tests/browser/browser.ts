import fs from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { BROWSER_FLAGS, findBrowser } from '../../tools/browser.ts';
import type { Visitor } from '../client.ts';
import { PASSWORD } from '../world.ts';

/** Undefined where the machine has none: then `npm test` says so, and these stories do not run. */
export const browserPath = findBrowser();

const BUILT = path.resolve(import.meta.dirname, '../../web/build/handler.js');

let running: Promise<Browser> | undefined;

/** One for all stories of this process, who come and go as visitors. It ends with the process. */
export async function openBrowser(): Promise<Browser> {
  if (!fs.existsSync(BUILT)) throw new Error('the pages are not built: node tools/tasks.ts build');
  const before = await running?.catch(() => undefined);
  if (before?.isConnected()) return before;
  running = chromium.launch({ ...(browserPath ? { executablePath: browserPath } : {}), args: BROWSER_FLAGS });
  return running;
}

/** At the end of a story: whoever is still there goes. */
export async function sendHome(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

export type Visit = {
  page: Page;
  context: BrowserContext;
  /** What a browser complains of: errors, refusals of the content security policy, answers that broke. */
  troubles: string[];
};

/** Somebody at a browser of their own: no history, and no cookies but those they bring along. */
export async function visit(browser: Browser, url: string, who?: Pick<Visitor, 'cookies'>): Promise<Visit> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(60_000);
  if (who) await takeSeat(context, url, who);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`${message.type()} on ${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`exception on ${page.url()}: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) troubles.push(`${response.status()} from ${response.url()}`);
  });
  return { page, context, troubles };
}

/** They are signed in here as they are elsewhere, and whoever sat here before is not. */
export async function takeSeat(
  context: BrowserContext,
  url: string,
  { cookies }: Pick<Visitor, 'cookies'>,
): Promise<void> {
  await context.clearCookies();
  // the prefix of their name is for addresses that are secure, and the browser counts this machine among them
  const secure = url.replace(/^http:/, 'https:');
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: secure })));
}

/** What several people do at one browser, one after the other: it is quicker where it knows the pages. */
export const seatAt = ({ page, context }: Visit, url: string) => ({
  async opens(who: Pick<Visitor, 'cookies'>, address: string) {
    await takeSeat(context, url, who);
    await open(page, address);
  },
  press: (name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).click(),
  stands: (state: string) => page.getByText(state, { exact: true }).first().waitFor(),
});

let people = 0;

export async function signUpByForm(page: Page, name: string): Promise<string> {
  const email = `${name.toLowerCase()}-browser-${(people += 1)}@example.org`;
  await open(page, '/sign-up');
  await page.getByLabel('Display name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('link', { name: /^Wallet:/ }).waitFor();
  return email;
}

export async function signInByForm(page: Page, email: string): Promise<void> {
  await open(page, '/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: /^Wallet:/ }).waitFor();
}

/** Goes there and waits until the page lives: before that, what is typed may be lost. */
export async function open(page: Page, address: string): Promise<number> {
  const response = await page.goto(address, { waitUntil: 'load' });
  await page.waitForFunction(() => document.fonts.status === 'loaded');
  // once SvelteKit has taken the page over, it also minds where the page is scrolled to
  await page.waitForFunction(() => history.scrollRestoration === 'manual');
  await settled(page);
  return response?.status() ?? 0;
}

/** Effects have run, and what moves or fades has come to its end. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = () =>
      document.getAnimations().filter(({ effect, playState }) => {
        const { endTime } = effect?.getComputedTiming() ?? {};
        // what lies in a closed part of the page stands still until it is opened
        const isSeen = !(effect instanceof KeyframeEffect) || effect.target?.checkVisibility() !== false;
        return isSeen && playState === 'running' && typeof endTime === 'number' && Number.isFinite(endTime);
      });
    // a colour that is inherited passes down the page one frame after the other, and begins anew at each step
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await new Promise((pass) => requestAnimationFrame(pass));
      const running = passing();
      if (running.length > 0) quiet = -1;
      await Promise.allSettled(running.map(({ finished }) => finished));
    }
  });
}
