import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import type { Context } from '../../server/context.ts';
import { publishModel } from '../../server/flows/publish-model.ts';
import { startGeneration } from '../../server/flows/start-generation.ts';
import { type AccountId, newId, type ReleaseId, type SessionId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { digestOfSecret } from '../../server/kit/bearer-secrets.ts';
import { startEmbeddedPostgres } from '../../server/kit/embedded-postgres.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { freePort } from '../../tests/free-port.ts';
import { idleEngine, openPayer, releaseOf } from '../generation/product.ts';
import { quantile, round } from '../quantile.ts';
import type { Asked, Heard, Told } from './live-clients.ts';

const CREATORS = 500;
const LIVE_WINDOWS_EACH = 2;
const PAYERS = 20;
/** Settled in each second, evenly, whatever becomes of them: each is somebody's one generation at the smallest price. */
const PACE_PER_S = Number(process.env.BENCH_LIVE_PACE ?? 10);
const LIVE_S = Number(process.env.BENCH_LIVE_S ?? 60);
const WINDOWS_MAX = Number(process.env.BENCH_LIVE_STREAMS ?? 5_000);
const REST_MS = 3_000;
const PATIENCE_MS = 60_000;

/**
 * The live home of creators, over HTTP on loopback: the product in a process of its own that only answers (role `web`),
 * the clients in another, and in this one the rest of the product with an engine that paints nothing, over one database
 * with everything about safety on.
 *
 * `live_ms_*`: a thousand windows are open, two of each creator, while generations of their models are settled at an even
 * pace. From the time that the settlement bears, which lies before its commit, to the event at the client;
 * `live_readable_ms_p99` is the part of it until the news could be read by anybody, which is the settlement's commit, and
 * `live_push_ms_p99` the part after it, which is the stream's.
 *
 * `streams`: windows are opened, ten for each creator, until so many are open; then generations are settled until one
 * of each creator was. Counted is who is connected and was told. `streams_rss_bytes_each` is by how much the process
 * that answers grew for each, from before the first window to after everybody was told; `streams_live_ms_p99` how late
 * it told them.
 */
export async function benchLive(): Promise<Record<string, number>> {
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-live-'));
  const postgres = await startEmbeddedPostgres({ data_dir: path.join(data_dir, 'postgres') });
  const env = { DATA_DIR: data_dir, DATABASE_URL: postgres.url, LOG_LEVEL: 'error', RUNNER_SLOTS: '4' };
  const config = readConfig({ ...env, PORT: '0', ROLES: 'relay,worker,runner' });
  const { context, stop } = await boot(config, { engine: await idleEngine('film') });
  const ends: (() => Promise<void>)[] = [];
  try {
    const creators = await openCreators(context);
    const payers: AccountId[] = [];
    for (let n = 0; n < PAYERS; n += 1) payers.push(await openPayer(context, n));
    const server = await startServer(env);
    ends.push(() => ended(server.process));
    const clients = startClients();
    ends.push(() => ended(clients.process));
    const begin = (place: number) => generate(context, payers, creators, place);

    const windowsFor = (each: number) => ({
      ...{ type: 'open' as const, url: server.url },
      tokens: creators.flatMap(({ token }) => Array.from({ length: each }, () => token)),
    });
    /** Generates so many at an even pace; answers when all of them were told, or when that takes too long. */
    const tell = async (many: number, windows_each: number): Promise<Told> => {
      await rest(REST_MS);
      await clients.ask({ type: 'forget' });
      await evenly(many, PACE_PER_S, begin);
      for (const deadline = performance.now() + PATIENCE_MS; ; await rest(REST_MS)) {
        const told = await clients.ask({ type: 'report' });
        if (told.heard.length >= many * windows_each || performance.now() > deadline) return told;
      }
    };

    /** When each could be read at all, by the first who reads the news: nobody is told sooner. */
    const readable = new Map<unknown, { at: number; late_ms: number }>();
    context.live.onNews('generation.settled', ({ payload, at }) => {
      const now = Date.now();
      readable.set(payload.generation_id, { at: now, late_ms: now - at.getTime() });
    });

    const rss_before = await rssOf(server.process);
    await clients.ask(windowsFor(LIVE_WINDOWS_EACH));
    const live = await tell(PACE_PER_S * LIVE_S, LIVE_WINDOWS_EACH);

    const readable_ms = [...readable.values()].map(({ late_ms }) => late_ms);
    const each = Math.ceil(WINDOWS_MAX / creators.length);
    const more = windowsFor(each - LIVE_WINDOWS_EACH);
    const opening = performance.now();
    await clients.ask(more);
    const open_s = (performance.now() - opening) / 1_000;
    const many = await tell(creators.length, each);
    const rss_after = await rssOf(server.process);
    return {
      live_ms_p50: round(quantile(latenessOf(live.heard), 0.5)),
      live_ms_p99: round(quantile(latenessOf(live.heard), 0.99)),
      live_readable_ms_p99: round(quantile(readable_ms, 0.99)),
      live_push_ms_p99: round(quantile(after(readable, live.heard), 0.99)),
      live_streams: live.open,
      live_told: live.heard.length,
      live_generations_per_s: PACE_PER_S,
      streams: Math.min(many.open, many.told),
      streams_opened_per_s: round(more.tokens.length / open_s),
      streams_rss_bytes_each: Math.round((rss_after - rss_before) / Math.max(1, many.open)),
      streams_rss_mb: round(rss_after / 1_000_000),
      streams_live_ms_p99: round(quantile(latenessOf(many.heard), 0.99)),
      streams_push_ms_p99: round(quantile(after(readable, many.heard), 0.99)),
    };
  } finally {
    for (const end of ends.reverse()) await end();
    await stop();
    await postgres.stop();
    await rm(data_dir, { recursive: true, force: true });
  }
}

const latenessOf = (heard: readonly Heard[]) => heard.map(({ late_ms }) => late_ms);

/** How long after it could be read each arrived. */
const after = (readable: ReadonlyMap<unknown, { at: number }>, heard: readonly Heard[]) =>
  heard.map(({ generation_id, arrived }) => arrived - (readable.get(generation_id)?.at ?? arrived));

type Creator = { release_id: ReleaseId; token: string };

/** Each with a session and a model of their own, which runs as a house model does. */
async function openCreators(context: Context): Promise<Creator[]> {
  const { db, clock } = context;
  const at = clock.now();
  const of = present(await registry.releaseById(db, await releaseOf(context, 'drift')), 'a house model');
  const model = present(await registry.modelBySlug(db, 'drift'), 'a house model');
  const { rows } = await sql<{ terms_version: string }>`
    select terms_version from program.agreement where model_id = ${model.id} limit 1`.execute(db);
  const { files, input_schema, metering, binding, price_class, licence } = of;
  const creators: Creator[] = [];
  for (let n = 0; n < CREATORS; n += 1) {
    const id = newId<AccountId>(at);
    const token = `bench-${n}`.padEnd(43, '-');
    await sql`insert into identity.account (id, handle, email, display_name, created_at)
      values (${id}, ${`creator-${n}`}, ${`creator-${n}@example.org`}, ${`Creator ${n}`}, ${at})`.execute(db);
    await sql`insert into identity.role (account_id, role, granted_at, granted_by)
      select ${id}, role, ${at}, 'bench' from unnest(array['member', 'creator']) role`.execute(db);
    await sql`insert into identity.session (id, account_id, token_hash, created_at, seen_at, expires_at, user_agent)
      values (${newId<SessionId>(at)}, ${id}, ${digestOfSecret(token)}, ${at}, ${at}, ${new Date(at.getTime() + 86_400_000)}, 'bench')`.execute(
      db,
    );
    const release_id = await publishModel(context, {
      ...{ creator_id: id, slug: `bench-${n}`, title: `Bench ${n}`, modality: 'image' },
      ...{ summary: 'Paints nothing.', description: 'Paints nothing.' },
      agreement: { terms_version: rows[0]?.terms_version ?? '', share_ppm: 700_000 },
      split: [{ person_id: id, role: 'creator', part_ppm: 1_000_000 }],
      content: {
        ...{ version: '1.0.0', binding, files, input_schema, metering, price_class, licence },
        samples: [],
      },
    });
    creators.push({ release_id, token });
  }
  return creators;
}

/** Goes round the creators by a step that meets all of them, so that neighbours in time are none in the tables. */
async function generate(
  context: Context,
  payers: readonly AccountId[],
  creators: readonly Creator[],
  place: number,
): Promise<void> {
  const creator = present(creators[(place * 607) % creators.length], 'a creator');
  await startGeneration(context, present(payers[place % payers.length], 'a payer'), {
    ...{ key: `bench-${place}-${performance.now()}`, release_id: creator.release_id, spend_first: 'paid' },
    input: { prompt: 'nothing is painted', width: 256, height: 256 },
  });
}

/** Begins so many at an even pace, and does not wait for one before the next. */
async function evenly(many: number, per_s: number, begin: (place: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const under_way: Promise<void>[] = [];
  for (let place = 0; place < many; place += 1) {
    await rest(began + (place * 1_000) / per_s - performance.now());
    under_way.push(begin(place));
  }
  await Promise.all(under_way);
}

async function startServer(env: Record<string, string>): Promise<{ process: ChildProcess; url: string }> {
  const port = String(await freePort());
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../server/main.ts')], {
    env: { ...process.env, ...env, ROLES: 'web', PORT: port, MEDIA_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/\S+/.exec(line) ?? [];
    if (url) return { process: child, url };
  }
  throw new Error('the server ended by itself');
}

function startClients() {
  const child = fork(path.resolve(import.meta.dirname, 'live-clients.ts'), { serialization: 'advanced' });
  return {
    process: child,
    async ask(asked: Asked): Promise<Told> {
      child.send(asked);
      const [told]: Told[] = await once(child, 'message');
      return present(told, 'an answer of the clients');
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function rssOf({ pid }: ChildProcess): Promise<number> {
  const [, kb = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) * 1024;
}

const rest = (ms: number) => new Promise((rested) => setTimeout(rested, Math.max(0, ms)));
