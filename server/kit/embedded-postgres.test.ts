import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { eventually } from '../../tests/eventually.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres, urlOfDatabase } from './embedded-postgres.ts';

let parent: string;
let data_dir: string;

beforeAll(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-postgres-'));
  fs.chmodSync(parent, 0o755);
  data_dir = path.join(parent, 'with a space');
});
afterAll(() => {
  fs.rmSync(parent, { recursive: true, force: true });
});

async function ask(url: string, question: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(question);
    return rows[0]?.answer;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the database and then waits for its death. */
async function startElsewhere(): Promise<{ pid: number; kill(signal?: NodeJS.Signals): Promise<void> }> {
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.ts'))});
    const server = await startEmbeddedPostgres({ data_dir: ${JSON.stringify(data_dir)} });
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    pid: Number(line.toString()),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

/** Empty of who is dead, also where nobody has collected them yet. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

describe('one database through its life', () => {
  test('is durable, UTF-8, UTC, and reached through a private socket with a password', async () => {
    const server = await startEmbeddedPostgres({ data_dir });
    try {
      expect(await ask(server.url, 'select version() as answer')).toMatch(/^PostgreSQL 18/);
      for (const [setting, value] of [
        ['fsync', 'on'],
        ['synchronous_commit', 'on'],
        ['full_page_writes', 'on'],
        ['listen_addresses', ''],
        ['timezone', 'UTC'],
        ['server_encoding', 'UTF8'],
        ['data_checksums', 'on'],
      ]) {
        expect(await ask(server.url, `select current_setting('${setting}') as answer`), setting).toBe(value);
      }
      await expect(ask(server.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1 as answer')).rejects.toThrow(
        /password authentication failed/,
      );
      expect(fs.statSync(path.join(data_dir, 'password')).mode & 0o777).toBe(0o600);

      await ask(server.url, 'create table kept as select 42 as answer');
      expect(findEmbeddedPostgres(data_dir)).toBe(server.url);
      await expect(startEmbeddedPostgres({ data_dir })).rejects.toThrow(`process ${process.pid}`);
    } finally {
      await server.stop();
    }
    expect(findEmbeddedPostgres(data_dir)).toBeUndefined();
  });

  test('is adopted when its parent was killed', async () => {
    const orphan = await startElsewhere();
    await orphan.kill();

    const server = await startEmbeddedPostgres({ data_dir });
    try {
      expect(server).toMatchObject({ adopted: true, pid: orphan.pid });
      expect(await ask(server.url, 'select answer from kept')).toBe(42);
    } finally {
      await server.stop();
    }
    expect(fs.existsSync(path.join(data_dir, 'cluster', 'postmaster.pid'))).toBe(false);
  });

  test('ends with its parent where that is only asked to, and has nothing to say to it', async () => {
    const elsewhere = await startElsewhere();
    await elsewhere.kill('SIGTERM');
    await eventually('it has ended', () => !commandOf(elsewhere.pid));
    expect(fs.existsSync(path.join(data_dir, 'cluster', 'postmaster.pid'))).toBe(false);
  });

  test('comes back when the server itself was killed', async () => {
    const orphan = await startElsewhere();
    // its parent first: that one would start it again
    await orphan.kill();
    process.kill(orphan.pid, 'SIGKILL');
    await eventually('it is dead', () => !commandOf(orphan.pid));

    const server = await startEmbeddedPostgres({ data_dir });
    try {
      expect(server.adopted).toBe(false);
      expect(await ask(server.url, 'select answer from kept')).toBe(42);
    } finally {
      await server.stop();
    }
  });

  test('is started again at the same address when it is killed while we run', async () => {
    const server = await startEmbeddedPostgres({ data_dir });
    try {
      const { pid, url } = server;
      process.kill(pid, 'SIGKILL');
      await expect
        .poll(() => ask(url, 'select 42 as answer').catch(() => null), { timeout: 40_000 })
        .toBe(42);
      expect(server.pid).not.toBe(pid);
    } finally {
      await server.stop();
    }
    expect(findEmbeddedPostgres(data_dir)).toBeUndefined();
  }, 60_000);

  test.runIf(fs.existsSync('/proc/self/cmdline'))(
    'starts although a stranger has the number of the server that died',
    async () => {
      const owner = fs.statSync(path.join(data_dir, 'cluster'));
      const stranger = spawn('sleep', ['60'], {
        stdio: 'ignore',
        ...(process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {}),
      });
      const pidFile = path.join(data_dir, 'cluster', 'postmaster.pid');
      fs.writeFileSync(
        pidFile,
        [stranger.pid, path.join(data_dir, 'cluster'), 0, 5432, '/tmp/gone', '', '', 'ready', ''].join('\n'),
      );
      try {
        const server = await startEmbeddedPostgres({ data_dir });
        await server.stop();
      } finally {
        stranger.kill();
      }
    },
  );

  test('says what PostgreSQL said when it cannot start', async () => {
    await expect(startEmbeddedPostgres({ data_dir, settings: { no_such_setting: '1' } })).rejects.toThrow(
      /unrecognized configuration parameter "no_such_setting"/,
    );
  });
});

test.runIf(process.getuid?.() === 0)(
  'works for a root whose folder is closed to everybody else',
  async () => {
    const closed = path.join(parent, 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    const options = { data_dir: path.join(closed, 'postgres') };
    const first = await startEmbeddedPostgres(options);
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();

    const place = fs.realpathSync(path.join(options.data_dir, 'cluster'));
    try {
      const second = await startEmbeddedPostgres(options);
      expect(await ask(second.url, 'select answer from kept')).toBe(42);
      await second.stop();
    } finally {
      fs.rmSync(path.dirname(place), { recursive: true, force: true });
    }
    await expect(startEmbeddedPostgres(options)).rejects.toThrow(/is gone/);
  },
);

test('an address of another database is the same but for its name', () => {
  expect(urlOfDatabase('postgres://app:pw@/postgres?host=/tmp/a&port=5432', 'shop')).toBe(
    'postgres://app:pw@/shop?host=/tmp/a&port=5432',
  );
  expect(urlOfDatabase('postgres://app:pw@db.example:5432/postgres', 'shop')).toBe(
    'postgres://app:pw@db.example:5432/shop',
  );
});
