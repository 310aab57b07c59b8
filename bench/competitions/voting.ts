import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import type { Context } from '../../server/context.ts';
import { cookieName } from '../../server/handlers/session-cookie.ts';
import { tendVoting } from '../../server/flows/tend-voting.ts';
import { type AccountId, newId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { insertAll } from '../../server/kit/insert-all.ts';
import * as identity from '../../server/modules/identity/index.ts';
import { people, roundIn } from '../../tests/competitions.ts';
import { quantile, round } from '../quantile.ts';

const ENTRIES = 5_000;
const VOTERS = 400;
const WAVES = 16;
/** at once */
const ASKING = 8;
const COMING_PER_S = 300;
const CHOOSING = 32;
const LOOKS_MS = 2_000;
const LIFE_MS = 10 * 60_000;
const AGAIN = 8;

const opens_at = new Date('2027-03-01T00:00:00Z');
const day = (of: number) => new Date(Date.UTC(2027, 2, of));
const times = { opens_at, locks_at: day(22), qualifying_at: day(24), final_at: day(29), tally_at: day(32) };

/**
 * Members vote in a category of 5,000 entries: over HTTP, each with a session of their own, on a PostgreSQL that writes
 * through to the disk, everything and the voters themselves on this machine.
 *
 * `assign_ms_p99`: a new pair that is asked for, while voters come at 300 a second, which is as many as must be served
 * (whoever asks again as soon as they are answered measures how many there are of them: `assign_flood_ms_*`, eight at
 * once), in a process that has given each voter one before; `enrol_ms_p50`: the first of each, with which it is looked
 * up whether they may vote; `plain_ms_*`: for comparison, an answer that only reads, asked for in between by as many
 * as come for a pair. `ballots_per_s`: ballots that were accepted, 32 at once; each of them brings the voter the next
 * pair, which is assigned within it. `ballot_cpu_ms`: what one costs this process, the voters included, and
 * `ballot_database_cpu_ms` the connections to PostgreSQL; a busy machine changes these less than the clock.
 */
export async function benchVoting(): Promise<Record<string, number | string>> {
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-votes-'));
  const load_before = loadavg()[0] ?? 0;
  const clock = settableClock(new Date('2027-03-24T09:00:00Z'));
  const config = readConfig({ DATA_DIR: data_dir, PORT: '0', LOG_LEVEL: 'error', ROLES: 'web' });
  const { context, stop } = await boot(config, { clock });
  try {
    await roundIn({ context }, { slug: 'bench', entries: ENTRIES, with_files: false, ...times });
    await damagedCopies(context);
    await tendVoting(context);
    const voters = await signedIn(context);
    const tokens = new Map<string, string>();
    const askForPair = async (voter: string) => {
      const { token } = await post(context, voter, '/competitions/bench/image/assignments', {});
      tokens.set(voter, token ?? '');
    };
    const enrolled = await inTurn(voters, ASKING, askForPair);
    const asked: number[] = [];
    const flooded: number[] = [];
    const plain: number[] = [];
    clock.advance(LIFE_MS);
    await asTheyCome(voters, COMING_PER_S, askForPair);
    for (let again = 0; again < AGAIN; again += 1) {
      // what nobody answered is gone, and the next of the schedule is due
      clock.advance(LIFE_MS);
      asked.push(...(await asTheyCome(voters, COMING_PER_S, askForPair)));
      plain.push(...(await asTheyCome(voters, COMING_PER_S, (voter) => look(context, voter))));
      clock.advance(LIFE_MS);
      flooded.push(...(await inTurn(voters, ASKING, askForPair)));
    }
    let ballots = 0;
    let took_ms = 0;
    const { user, system } = process.cpuUsage();
    const database_before = await databaseCpu(context);
    for (let wave = 0; wave < WAVES; wave += 1) {
      clock.advance(LOOKS_MS);
      const began = performance.now();
      await inTurn(voters, CHOOSING, async (voter) => {
        const { next } = await post(context, voter, '/competitions/ballots', {
          token: tokens.get(voter),
          choice: wave % 2 ? 'left' : 'right',
        });
        tokens.set(voter, next?.token ?? '');
        ballots += 1;
      });
      took_ms += performance.now() - began;
    }
    const cpu = process.cpuUsage({ user, system });
    return {
      enrol_ms_p50: round(quantile(enrolled, 0.5)),
      assign_ms_p50: round(quantile(asked, 0.5)),
      assign_ms_p99: round(quantile(asked, 0.99)),
      assign_flood_ms_p50: round(quantile(flooded, 0.5)),
      assign_flood_ms_p99: round(quantile(flooded, 0.99)),
      plain_ms_p50: round(quantile(plain, 0.5)),
      plain_ms_p99: round(quantile(plain, 0.99)),
      ballots_per_s: Math.round((ballots / took_ms) * 1_000),
      ballot_cpu_ms: round((cpu.user + cpu.system) / 1_000 / ballots, 2),
      ballot_database_cpu_ms: round(((await databaseCpu(context)) - database_before) / ballots, 2),
      voting_load_before: round(load_before),
      voting_load_after: round(loadavg()[0] ?? 0),
    };
  } finally {
    await stop();
    await rm(data_dir, { recursive: true, force: true });
  }
}

/** What the connections of the pool have computed so far; 0 where the database is elsewhere. */
async function databaseCpu({ database }: Context): Promise<number> {
  const { rows } = await database.pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'client backend'`,
  );
  const ticks = await Promise.all(
    rows.map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [user = 0, system = 0] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number);
      return user + system;
    }),
  );
  return ticks.reduce((sum, one) => sum + one, 0) * TICK_MS;
}
const TICK_MS = 10;

/** Control pairs are given with the others; nobody looks at these files. */
async function damagedCopies({ db, clock }: Context): Promise<void> {
  const entries = await db.selectFrom('competitions.entry').select('id').limit(12).execute();
  await db
    .insertInto('competitions.damaged_copy')
    .values(
      entries.map(({ id }) => ({
        entry_id: id,
        digest: 'f'.repeat(64),
        extension: 'webp',
        made_at: clock.now(),
      })),
    )
    .execute();
}

/** Established members who have bought, each with a session; answers their cookies. */
async function signedIn(context: Context): Promise<string[]> {
  const { database, clock } = context;
  const joined_at = new Date('2026-06-01T00:00:00Z');
  const ids = await people({ context }, 'bench-voter', VOTERS, joined_at);
  await database.inTransaction((tx) =>
    insertAll(
      tx,
      'earnings.purchase',
      ids.map((buyer_id) => ({
        ...{ id: newId(joined_at), buyer_id, pack: 'pack-1000', paid_micros: 1n, promo_micros: 0n },
        ...{ provider: 'test', bought_at: joined_at },
      })),
    ),
  );
  const session = async (account_id: AccountId) => {
    const start = { proof: { account_id, password_hash: 'none' }, user_agent: 'bench' };
    const { token } = await database.inTransaction((tx) => identity.startSession(tx, start, clock.now()));
    return `${cookieName(context)}=${token}`;
  };
  return Promise.all(ids.map(session));
}

/** Each of them once, so many at a time; answers how long each took. */
async function inTurn(voters: readonly string[], lanes: number, act: (voter: string) => Promise<void>) {
  const waiting = [...voters];
  const took: number[] = [];
  const lane = async () => {
    for (let voter = waiting.pop(); voter; voter = waiting.pop()) {
      const began = performance.now();
      await act(voter);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return took;
}

/** Each of them once, by the clock, whether or not those before them were answered; answers how long each took. */
async function asTheyCome(voters: readonly string[], per_s: number, act: (voter: string) => Promise<void>) {
  const began = performance.now();
  const coming = voters.map(async (voter, n) => {
    const due = began + (n / per_s) * 1_000;
    await sleep(due - performance.now());
    await act(voter);
    return performance.now() - due;
  });
  return Promise.all(coming);
}

const look = async (context: Context, cookie: string): Promise<void> => {
  await ask(context, 'GET', '/competitions/bench/ballot-roots', cookie);
};

const post = (context: Context, cookie: string, where: string, body: unknown): Promise<Answer> =>
  ask(context, 'POST', where, cookie, body);

type Answer = { token?: string; next?: { token: string } | null };
const agent = new Agent({ keepAlive: true, maxSockets: CHOOSING });

function ask(
  context: Context,
  method: 'GET' | 'POST',
  where: string,
  cookie: string,
  body?: unknown,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const origin = context.origins.public;
  const headers = { cookie, origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const asking = request(`${origin}/api/v1${where}`, { method, agent, headers }, (answer) => {
    const pieces: Buffer[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    answer.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      if (answer.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`${where}: ${answer.statusCode} ${text}`));
    });
  });
  asking.on('error', reject);
  asking.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
