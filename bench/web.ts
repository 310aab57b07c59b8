import { loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';
import lighthouse, { type Result } from 'lighthouse';
import { type Browser, chromium } from 'playwright-core';
import { barriersOn, bringAxe, tooFaintOn } from '../tests/browser/axe.ts';
import { open, settled, takeSeat, visit } from '../tests/browser/browser.ts';
import { comeTo, EVERYBODY, type Furnished, furnish, PAGES } from '../tests/browser/pages.ts';
import { freePort } from '../tests/free-port.ts';
import { scriptedEngine } from '../tests/scripted-engine.ts';
import { startWorldOn, type World } from '../tests/world.ts';
import { build } from '../tools/tasks/build.ts';
import { BROWSER_FLAGS, findBrowser } from '../tools/browser.ts';
import { startThrowAwayPostgres } from '../tools/throw-away-postgres.ts';
import { quantile, round } from './quantile.ts';

const MEASURED = { home: '/', model: '/models/drift', generator: '/create?model=drift' } as const;
const CATEGORIES = {
  performance: 'lighthouse_performance',
  accessibility: 'lighthouse_accessibility',
  'best-practices': 'lighthouse_best_practices',
  seo: 'lighthouse_seo',
} as const;
type Category = keyof typeof CATEGORIES;
const RUNS = Number(process.env.BENCH_RUNS ?? 5);
/** What a page fetches by itself has come a while after it rests. */
const QUIET_MS = 1_500;

/**
 * The built pages, served by the product in this process over plain http on loopback, in the Chromium of this machine.
 *
 * `js_kb_gz_*`: every script that the page fetches until it rests, each packed alone by gzip at its best, for a visitor;
 * `js_kb_gz_*_member` the same for somebody signed in, who has a bell and a wallet.
 *
 * `lighthouse_*`: the lowest of the three pages, each the median of several runs, with the defaults of Lighthouse (a
 * phone, simulated slow line and processor). Without TLS and HTTP/2: Lighthouse counts addresses on loopback as secure,
 * so `is-on-https`, `redirects-http` and `csp-xss` judge as elsewhere, while every simulated request costs what it
 * costs over HTTP/1.1, which can only lower the performance. Its processor is this machine's: a busy one lowers it too,
 * which is why the load stands beside.
 *
 * `axe_violations`: every rule of axe on every page of the list, in light; in the dark those about colours.
 */
export async function benchWeb(): Promise<Record<string, number | string>> {
  await build();
  const load_before = loadavg()[0] ?? 0;
  const postgres = await startThrowAwayPostgres();
  const world = await startWorldOn(
    { url: postgres.url, drop: () => postgres.stop() },
    { engine: scriptedEngine() },
  );
  const furnished = await furnish(world);
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS, `--remote-debugging-port=${port}`],
  });
  try {
    const scripts = await measureScripts(browser, world, furnished);
    const scores = await measureScores(world.url, port);
    const barriers = await countBarriers(browser, world, furnished);
    return {
      ...scripts,
      ...scores,
      ...barriers,
      load_before: round(load_before),
      load_after: round(loadavg()[0] ?? 0),
    };
  } finally {
    await browser.close();
    await world.end();
  }
}

async function measureScripts(
  browser: Browser,
  world: World,
  { people }: Furnished,
): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [page, address] of entriesOf(MEASURED)) {
    figures[`js_kb_gz_${page}`] = await scriptsOf(browser, world.url, address);
    figures[`js_kb_gz_${page}_member`] = await scriptsOf(browser, world.url, address, people.member);
  }
  return figures;
}

async function scriptsOf(
  browser: Browser,
  url: string,
  address: string,
  who?: Furnished['people']['member'],
): Promise<number> {
  const { page, context } = await visit(browser, url, who);
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    const isScript = /javascript/.test(response.headers()['content-type'] ?? '');
    if (isScript) sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).byteLength));
  });
  await open(page, address);
  await page.waitForTimeout(QUIET_MS);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await context.close();
  return round(bytes / 1000);
}

async function measureScores(url: string, port: number): Promise<Record<string, number>> {
  const lowest: Record<string, number> = {};
  for (const [page, address] of entriesOf(MEASURED)) {
    const results: Result[] = [];
    for (let run = 0; run < RUNS; run += 1) results.push(await looked(`${url}${address}`, port));
    for (const [category, key] of entriesOf(CATEGORIES)) {
      const score = quantile(
        results.map((result) => Math.round((result.categories[category]?.score ?? 0) * 100)),
        0.5,
      );
      lowest[key] = Math.min(lowest[key] ?? 100, score);
      process.stderr.write(`  ${page} ${category}: ${score}\n`);
    }
    for (const [category] of entriesOf(CATEGORIES))
      for (const complaint of complaintsOf(results[0], category))
        process.stderr.write(`    ${page} ${category}: ${complaint}\n`);
  }
  return lowest;
}

/** It sometimes misses the beginning of a page, and says itself that it should be run again. */
const TRIES = 3;

async function looked(address: string, port: number): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const ran = await lighthouse(address, { port, logLevel: 'error', output: 'json' });
    if (ran && !ran.lhr.runtimeError) return ran.lhr;
    const why = ran?.lhr.runtimeError?.message ?? 'no answer';
    if (tries === TRIES) throw new Error(`${address}: ${why}`);
    process.stderr.write(`  ${address}: ${why}\n`);
  }
}

/** What takes points, worst first. */
function complaintsOf(result: Result | undefined, category: Category): string[] {
  const weighed = result?.categories[category]?.auditRefs.filter(({ weight }) => weight > 0) ?? [];
  return weighed.flatMap(({ id }) => {
    const audit = result?.audits[id];
    return audit && audit.score !== null && audit.score < 0.9
      ? [`${id} ${audit.displayValue ?? ''}`.trim()]
      : [];
  });
}

async function countBarriers(
  browser: Browser,
  world: World,
  { people, addressed }: Furnished,
): Promise<Record<string, number>> {
  let violations = 0;
  let looked_at = 0;
  for (const who of EVERYBODY) {
    const { page, context } = await visit(browser, world.url);
    await bringAxe(context);
    await takeSeat(context, world.url, people[who]);
    for (const address of PAGES[who])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        if (colorScheme === 'light') await comeTo(page, addressed(address));
        await settled(page);
        const found = colorScheme === 'dark' ? await tooFaintOn(page) : await barriersOn(page);
        for (const barrier of found)
          process.stderr.write(`    ${who} ${address} ${colorScheme}: ${barrier}\n`);
        violations += found.length;
        looked_at += 1;
      }
    await context.close();
  }
  return { axe_violations: violations, axe_looked_at: looked_at };
}

const entriesOf = <T extends Record<string, unknown>>(map: T) =>
  Object.entries(map) as { [K in keyof T & string]: [K, T[K]] }[keyof T & string][];
