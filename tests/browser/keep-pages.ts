// `npm run test:pages [-- <part of an address> ...]`: every page in four sizes and both themes, kept for looking at.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startThrowAwayPostgres } from '../../tools/throw-away-postgres.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorldOn } from '../world.ts';
import { openBrowser, settled, visit } from './browser.ts';
import { comeTo, EVERYBODY, furnish, PAGES, type Who } from './pages.ts';

const SIZES = [
  { width: 320, height: 640 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
const THEMES = ['light', 'dark'] as const;
/** Of a very long page the beginning tells enough. */
const HEIGHT_MAX = 5_000;
const IMAGES_MS_MAX = 3_000;
const PAGE_MS_MAX = 180_000;
const KEPT = path.resolve(import.meta.dirname, '../../.runtime/pages');

/** One page that cannot be kept is named at the end, and the others are kept. */
type Kept = { who: Who; address: string; name: string; failure: string | null; troubles: string[] };

const wanted = process.argv.slice(2);
const isWanted = (address: string) =>
  wanted.length === 0 || wanted.some((part) => (part === '/' ? address === '/' : address.includes(part)));

async function keepPages(): Promise<Kept[]> {
  const postgres = await startThrowAwayPostgres();
  const world = await startWorldOn(
    { url: postgres.url, drop: () => postgres.stop() },
    { engine: scriptedEngine() },
  );
  const browser = await openBrowser();
  const kept: Kept[] = [];
  try {
    const { people, addressed } = await furnish(world);
    for (const who of EVERYBODY) {
      let seat = await visit(browser, world.url, people[who]);
      for (const address of PAGES[who].filter(isWanted)) {
        const name = `${who}-${address.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home'}`;
        seat.troubles.length = 0;
        const failure = await Promise.race([
          keep(seat.page, addressed(address), name).then(() => null, String),
          sleep(PAGE_MS_MAX, `it took longer than ${PAGE_MS_MAX / 1000} s`, { ref: false }),
        ]);
        kept.push({ who, address, name, failure, troubles: [...seat.troubles] });
        process.stderr.write(`  ${who} ${address}${failure ? ': it failed' : ''}\n`);
        if (failure === null) continue;
        // where one page hangs the next may hang as well
        await seat.context.close();
        seat = await visit(browser, world.url, people[who]);
      }
      await seat.context.close();
    }
  } finally {
    await browser.close();
    await world.end();
  }
  return kept;
}

async function keep(page: Page, address: string, name: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  await comeTo(page, address);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await settled(page);
      await imagesAreThere(page);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      const clip = { x: 0, y: 0, width: size.width, height: Math.min(HEIGHT_MAX, height) };
      const file = path.join(KEPT, fileOf(name, size.width, theme));
      await page.screenshot({ path: file, fullPage: true, clip, type: 'jpeg', quality: 80 });
    }
  }
}

/** Those that are below the fold come when one scrolls, so they are asked for now. */
async function imagesAreThere(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const image of document.querySelectorAll('img')) image.loading = 'eager';
  });
  const complete = () => [...document.images].every((image) => image.complete);
  await page.waitForFunction(complete, undefined, { timeout: IMAGES_MS_MAX }).catch(() => undefined);
}

const fileOf = (name: string, width: number, theme: string) => `${name}-${width}-${theme}.jpg`;

const complaintsOf = ({ failure, troubles }: Kept) => [...(failure ? [failure] : []), ...troubles];
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** All of them side by side. */
function contactSheet(kept: Kept[]): string {
  const shots = ({ name }: Kept) =>
    SIZES.flatMap(({ width }) =>
      THEMES.map((theme) => {
        const file = fileOf(name, width, theme);
        return `<a href="${file}"><img loading="lazy" src="${file}" alt="${width} wide, ${theme}" width="${Math.round(90 + width / 16)}"><small>${width} ${theme}</small></a>`;
      }),
    ).join('');
  const rows = kept.map(
    (one) =>
      `<section id="${one.name}"><h2>${escaped(one.address)} <small>${one.who}</small></h2>${complaintsOf(one)
        .map((trouble) => `<p class="trouble">${escaped(trouble)}</p>`)
        .join('')}<div>${shots(one)}</div></section>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Every page</title>
<style>body{font:15px system-ui;margin:2rem}div{display:flex;gap:.75rem;overflow-x:auto;align-items:start}a{display:grid;gap:.25rem;flex:none;color:inherit}img{height:20rem;object-fit:cover;object-position:top;border:1px solid #8886}h2{font-size:1rem;margin:2rem 0 .5rem}small{opacity:.7;font-weight:400}.trouble{color:#c33}</style>
<h1>${kept.length} pages</h1>${rows.join('\n')}</html>\n`;
}

await rm(KEPT, { recursive: true, force: true });
await mkdir(KEPT, { recursive: true });
const kept = await keepPages();
await writeFile(path.join(KEPT, 'index.html'), contactSheet(kept));
for (const one of kept)
  for (const complaint of complaintsOf(one))
    process.stderr.write(`${one.who} ${one.address}: ${complaint}\n`);
const failed = kept.filter(({ failure }) => failure !== null).length;
process.stdout.write(`${kept.length - failed} pages, ${failed} not kept: ${path.join(KEPT, 'index.html')}\n`);
process.exit(failed > 0 ? 1 : 0);
