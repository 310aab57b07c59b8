import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEmbeddedPostgres } from '../server/kit/embedded-postgres.ts';
import { openClient } from '../tests/client.ts';
import { fillMarketplace, TYPED } from './marketplace-data.ts';
import { quantile, round } from './quantile.ts';

const MODELS = Number(process.env.BENCH_MODELS ?? 1_000_000);
const CARDS = 60;
const ROUNDS = 2;
/** Of the product and the bare framework in turn, so that what else the machine does falls on both. */
const PAIRS = Number(process.env.BENCH_PAIRS ?? 5);
const SECONDS = 5;
const WARM_MS = 2_000;
const AT_ONCE = 8;

/**
 * A million models are searched letter by letter, and a gallery of 60 is drawn; both by the product as it runs, in one
 * process of its own. Beside the gallery stands the bare framework: the same page of the same cards, drawn by the same
 * built pages with nothing behind them.
 */
export async function benchMarketplace(): Promise<Record<string, number | string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stellary-bench-marketplace-'));
  await chmod(folder, 0o755); // as root, PostgreSQL runs under another account and has to pass
  const load_before = loadavg()[0] ?? 0;
  const database = await startEmbeddedPostgres({ data_dir: path.join(folder, 'postgres'), durable: true });
  const first = await startProduct(folder, database.url); // makes the tables
  await first.stop();
  const filled = await fillMarketplace({ url: database.url, folder }, MODELS);
  const product = await startProduct(folder, database.url);
  try {
    const search = await measureSearch(product.url);
    console.error(JSON.stringify(search));
    const { gallery, bare, ratio } = await measureGallery(product.url);
    return {
      ...search,
      gallery_rps: round(gallery.rps),
      gallery_p99_ms: round(gallery.p99_ms),
      bare_rps: round(bare.rps),
      bare_p99_ms: round(bare.p99_ms),
      gallery_vs_bare: round(ratio, 2),
      cards: gallery.cards,
      models: MODELS,
      ...filled,
      load_before: round(load_before),
    };
  } finally {
    await product.stop();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every beginning of every word, as somebody who types would ask; the first round is thrown away. */
async function measureSearch(url: string): Promise<Record<string, number | string>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const asked = TYPED.flatMap((text) => [...text].map((_, end) => text.slice(0, end + 1))).filter((text) =>
    text.trim(),
  );
  const took: { text: string; ms: number }[] = [];
  let answers = 0;
  for (let n = 0; n <= ROUNDS; n += 1)
    for (const text of asked) {
      const began = performance.now();
      const { body } = await get(
        `${url}/api/v1/explore/models?search=${encodeURIComponent(text)}&limit=24`,
        agent,
      );
      const ms = performance.now() - began;
      if (n === 0) continue;
      took.push({ text, ms });
      if (/"items":\[\{/.test(body)) answers += 1;
    }
  agent.destroy();
  const slowest = took.reduce((a, b) => (b.ms > a.ms ? b : a));
  return {
    search_ms_p50: round(
      quantile(
        took.map(({ ms }) => ms),
        0.5,
      ),
    ),
    search_ms_p99: round(
      quantile(
        took.map(({ ms }) => ms),
        0.99,
      ),
    ),
    search_ms_max: round(slowest.ms),
    search_slowest: slowest.text,
    searches: took.length,
    searches_that_found: answers,
  };
}

type Pages = { rps: number; p99_ms: number; cards: number };

async function measurePages(address: string): Promise<Pages> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const warm_until = performance.now() + WARM_MS;
  const until = warm_until + SECONDS * 1_000;
  const took: number[] = [];
  let cards = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < until) {
        const began = performance.now();
        const { body, status } = await get(address, agent);
        if (status !== 200) throw new Error(`${address} answered ${status}`);
        if (began > warm_until) took.push(performance.now() - began);
        cards = body.split('<article').length - 1;
      }
    }),
  );
  agent.destroy();
  if (cards < Math.min(CARDS, MODELS)) throw new Error(`the gallery shows ${cards} cards`);
  return { rps: took.length / SECONDS, p99_ms: quantile(took, 0.99), cards };
}

/** Beside it the built pages alone, which are answered at once with what the product answered before; of both the median. */
async function measureGallery(url: string): Promise<{ gallery: Pages; bare: Pages; ratio: number }> {
  const child = spawn(process.execPath, [import.meta.filename, 'bare', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await firstLine(child);
  const pairs: { gallery: Pages; bare: Pages }[] = [];
  try {
    for (let n = 0; n < PAIRS; n += 1)
      pairs.push({ gallery: await measurePages(`${url}/explore`), bare: await measurePages(address) });
  } finally {
    child.kill();
  }
  const median = (of: (pair: (typeof pairs)[number]) => number) => quantile(pairs.map(of), 0.5);
  const middle = (which: 'gallery' | 'bare'): Pages => ({
    rps: median((pair) => pair[which].rps),
    p99_ms: median((pair) => pair[which].p99_ms),
    cards: CARDS,
  });
  return {
    gallery: { ...middle('gallery'), cards: pairs[0]?.gallery.cards ?? 0 },
    bare: middle('bare'),
    ratio: median(({ gallery, bare }) => gallery.rps / bare.rps),
  };
}

async function serveBare(url: string): Promise<void> {
  const built = path.resolve(import.meta.dirname, '../web/build/handler.js');
  const { handler } = (await import(pathToFileURL(built).href)) as {
    handler: (...args: [...Parameters<RequestListener>, () => void]) => void;
  };
  const { api } = openClient(url);
  const known = new Map<string, Promise<unknown>>();
  const remembered = (domain: string, name: string) => (input: unknown) => {
    const key = `${domain}.${name} ${JSON.stringify(input)}`;
    const ask = Reflect.get(Reflect.get(api, domain), name) as (input: unknown) => Promise<unknown>;
    const answer = known.get(key) ?? ask(input);
    known.set(key, answer);
    return answer;
  };
  const domains = new Proxy(
    {},
    {
      get: (_, domain) => new Proxy({}, { get: (__, name) => remembered(String(domain), String(name)) }),
    },
  );
  const stellary = {
    api: domains,
    languages: ['en'],
    media_origin: url,
    public_origin: url,
    mode: 'development',
    report: console.error,
  };
  const server = createServer((req, res) => handler(Object.assign(req, { stellary }), res, () => res.end()));
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/explore\n`);
  });
}

type Product = { url: string; stop(): Promise<void> };

async function startProduct(folder: string, database_url: string): Promise<Product> {
  const env = { ...process.env, DATA_DIR: path.join(folder, 'data'), DATABASE_URL: database_url };
  const settings = { PORT: '0', MEDIA_PORT: '0', LOG_LEVEL: 'error', ROLES: 'web', TRUST_PROXY: 'true' };
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../server/main.ts')], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await firstLine(child),
    async stop() {
      const left = once(child, 'exit');
      child.kill('SIGTERM');
      await left;
    },
  };
}

/** The address that a process says it can be reached at. */
async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const address = /https?:\/\/[^\s"]+/.exec(text)?.[0];
    if (address) return address.includes('/explore') ? address : new URL(address).origin;
  }
  throw new Error(`it ended by itself: ${text}`);
}

let visitors = 0;
/** Each request is somebody else's: of one address so many would be refused. */
const nextVisitor = () => `100.${(visitors >> 16) & 255}.${(visitors >> 8) & 255}.${visitors++ & 255}`;

async function get(address: string, agent: Agent): Promise<{ body: string; status: number }> {
  const sending = request(address, { agent, headers: { 'x-forwarded-for': nextVisitor() } });
  sending.end();
  const [answer] = await once(sending, 'response');
  const body: string = (await answer.setEncoding('utf8').toArray()).join('');
  return { body, status: answer.statusCode };
}

if (process.argv[2] === 'bare' && process.argv[3]) await serveBare(process.argv[3]);
