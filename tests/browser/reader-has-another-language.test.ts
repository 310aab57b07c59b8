import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusals } from '../../api/errors.ts';
import * as english from '../../api/letters.ts';
import { askForReset } from '../../server/flows/ask-for-reset.ts';
import * as identity from '../../server/modules/identity/index.ts';
import { buildIn } from '../../tools/tasks/build.ts';
import { messages } from '../../web/texts/catalogue.ts';
import { inPseudo } from '../../web/texts/pseudo.ts';
import { tokensOf } from '../../web/texts/sentence.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, settled, takeSeat, type Visit, visit } from './browser.ts';
import { comeTo, type Furnished, furnish, MONTH, type Who } from './pages.ts';

/** English with accents on every letter, and longer by two fifths: what is left plain was not found by `npm run texts`. */
const LANGUAGE = 'en-XA';
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const MAIN: [Who, string][] = [
  ['visitor', '/'],
  ['visitor', '/explore'],
  ['visitor', '/models/drift'],
  ['visitor', '/program'],
  ['visitor', '/books'],
  ['visitor', '/competitions/slow-water'],
  ['visitor', '/sign-up'],
  ['member', '/create?model=drift'],
  ['member', '/wallet'],
  ['member', `/statements/${MONTH}`],
  ['member', '/settings'],
  ['member', '/notifications'],
  ['member', '/competitions/mine'],
  ['member', '/competitions/early-frost/enter/image?asset=:asset'],
  ['member', '/competitions/slow-water/vote/image'],
  ['creator', '/creator'],
  ['creator', '/earnings'],
  ['creator', '/earnings?range=30d&by=funding'],
  ['creator', '/creator/usage?part=people&models=drift'],
  ['creator', '/creator/usage?part=sources&range=90d'],
  ['creator', '/creator/usage?part=speed&range=today'],
  ['creator', '/program/promotion'],
  ['finance', '/finance?subject=:generation'],
  ['admin', '/promotion/campaigns/:campaign'],
];

/** Pages of those above whose figures are held against the English ones. */
const FIGURES: [Who, string][] = [
  ['visitor', '/program'],
  ['member', '/wallet'],
  ['creator', '/earnings'],
  ['creator', '/creator/usage?part=speed&range=today'],
];

/** What no translator touches: dates of a language that nobody speaks are English dates, and units are everybody's. */
const PLAIN = [
  /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b/g,
  /\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b/g,
  /\b(AM|PM|UTC|sec|min|hr|ago|in|now|minutes?|seconds?)\b/g,
  /\b(kB|MB|GB|ms|px)\b/g,
  /\bEnglish(?: \(Pseudo-Accents\))?/g,
];

describe.skipIf(browserPath === undefined)('whoever reads another language', () => {
  let world: World;
  let browser: Browser;
  let furnished: Furnished;
  let opened: Visit;
  /** What the pages were told by the server: names, prompts, and what people wrote. */
  let told: string[] = [];
  const figuresOf = new Map<string, string[]>();

  beforeAll(async () => {
    // which languages there are is seen when the product starts
    await buildIn(LANGUAGE);
    [world, browser] = await Promise.all([
      startWorld({ engine: scriptedEngine(), env: { LANGUAGES: LANGUAGE } }),
      openBrowser(),
    ]);
    furnished = await furnish(world);
    opened = await visit(browser, world.url);
    opened.page.on('response', (response) => {
      if (!/json/.test(response.headers()['content-type'] ?? '')) return;
      void response.text().then(
        (text) => told.push(text),
        () => {}, // the page went on before it was read
      );
    });
  }, 300_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test('is served English unless they ask for it, and can choose', { timeout: 120_000 }, async () => {
    const { page, context } = opened;
    await open(page, '/');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByLabel('Language').selectOption(LANGUAGE);
    await page.waitForFunction((language) => document.documentElement.lang === language, LANGUAGE);
    await context.clearCookies();
    await context.setExtraHTTPHeaders({ 'accept-language': `nn, ${LANGUAGE};q=0.9, en;q=0.8` });
    await open(page, '/');
    expect(await page.locator('html').getAttribute('lang')).toBe(LANGUAGE);
  });

  test.each(MAIN)('reads every word in it: a %s on %s', { timeout: 120_000 }, async (who, address) => {
    const { page, context, troubles } = opened;
    await context.setExtraHTTPHeaders({ 'accept-language': LANGUAGE });
    await takeSeat(context, world.url, furnished.people[who]);
    [told, troubles.length] = [[], 0];
    await page.setViewportSize(DESK);
    expect(await comeTo(page, furnished.addressed(address))).toBe(200);
    const beside = { desk: await sidewaysOverflow(page), phone: -1, mirrored: -1 };
    const left = await leftInEnglish(page, told);
    figuresOf.set(address, figuresIn(await page.getByRole('main').innerText()));
    await page.setViewportSize(PHONE);
    await settled(page);
    beside.phone = await sidewaysOverflow(page);
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await settled(page);
    beside.mirrored = await sidewaysOverflow(page);
    expect(left).toEqual([]);
    expect(beside).toEqual({ desk: 0, phone: 0, mirrored: 0 });
    expect(troubles).toEqual([]);
  });

  // a word that the code reads, and that was taken for one of ours, would show here
  test.each(FIGURES)('sees the same figures: a %s on %s', { timeout: 120_000 }, async (who, address) => {
    const { page, context } = opened;
    await takeSeat(context, world.url, furnished.people[who]);
    await page.setViewportSize(DESK);
    await context.setExtraHTTPHeaders({ 'accept-language': 'en' });
    await comeTo(page, furnished.addressed(address));
    const figures = figuresIn(await page.getByRole('main').innerText());
    expect(figuresOf.get(address)).toEqual(figures);
    expect(figures.length).toBeGreaterThan(5);
  });

  test('is written to in it, once they chose it', { timeout: 120_000 }, async () => {
    const reader = await world.member('rhea');
    const { email } = await reader.api.identity.updateMe({ language: LANGUAGE });
    await askForReset(world.context, email);
    const [mail] = await identity.listMail(world.context.db, { after: null, limit: 1 });
    const { subject } = english.resetLetter('');
    expect(mail).toMatchObject({ to: email, subject: inPseudo(LANGUAGE, subject, false) });
    expect(mail?.text).toContain('/password-reset?token=');
  });

  test('is refused in it', { timeout: 120_000 }, async () => {
    const { page, context } = opened;
    await context.setExtraHTTPHeaders({ 'accept-language': LANGUAGE });
    await takeSeat(context, world.url, furnished.people.visitor);
    await page.setViewportSize(DESK);
    await open(page, '/sign-in');
    await page.locator('main input[type=email]').fill('nobody@example.org');
    await page.locator('main input[type=password]').fill('not the password');
    await page.locator('main form button[type=submit]').click();
    const said = inPseudo(LANGUAGE, refusals.WRONG_CREDENTIALS.message, false);
    await page.getByRole('main').getByText(said).waitFor();
  });
});

/** Words of ours in plain English: nothing that people wrote has them, nor the list above. */
async function leftInEnglish(page: Page, told: string[]): Promise<string[]> {
  const seen = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest('code, pre, kbd, script, style, noscript, textarea, [translate=no]'))
        texts.push(node.textContent ?? '');
    for (const name of ['title', 'alt', 'placeholder', 'aria-label'])
      for (const element of document.body.querySelectorAll(`[${name}]`))
        texts.push(element.getAttribute(name) ?? '');
    const carried = [...document.querySelectorAll('script:not([src])')].map(({ textContent }) => textContent);
    return { texts, carried };
  });
  const known = wordsOf([...seen.carried, ...told].join(' '));
  const isKnown = (phrase: string) => !OURS.has(phrase) && known.includes(wordsOf(phrase));
  return [...new Set(seen.texts.flatMap(phrasesOf).filter((phrase) => !isKnown(phrase)))];
}

/** " golden silk in soft morning light ": so that one is found within the other. */
const wordsOf = (text: string) =>
  ` ${text
    .replace(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/\\[nt]/g, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
    .toLowerCase()} `;

/** What stands in letters without accents, from one sign to the next. */
const phrasesOf = (text: string): string[] =>
  PLAIN.reduce((rest, plain) => rest.replace(plain, '·'), text)
    .split(/\S*\P{ASCII}+\S*|[^a-z\s'&-]+/iu)
    .map((phrase) => phrase.trim())
    .filter((phrase) => /[a-z]{2}/i.test(phrase));

/**
 * What the server says is said in the language of the page, though answers bring it along in English too: three of its
 * words in a row are no name that somebody gave.
 */
const OURS = new Set(
  messages()
    .filter(({ files }) => files.some((file) => file.startsWith('../')))
    .flatMap(({ text }) => tokensOf(text))
    .flatMap((token) => (token.is === 'words' ? phrasesOf(token.words) : []))
    .filter((phrase) => phrase.split(' ').length >= 3),
);

/** Every number but times, which go on. */
const figuresIn = (text: string): string[] =>
  text
    .replace(/\d+ (sec|min)\. ago|\d+:\d\d(:\d\d)?/g, '')
    .match(/\d[\d,.]*/g)
    ?.sort() ?? [];

const sidewaysOverflow = (page: Page) =>
  page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );
