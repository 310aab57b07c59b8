import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quantile } from './quantile.ts';

const STARTS = 5;

/** Seconds from `npm start` to the first page, on data that is there already; median of several. */
export async function coldStart(): Promise<number> {
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-cold-'));
  try {
    await startOnce(data_dir); // makes the data; not counted
    const seconds: number[] = [];
    for (let start = 0; start < STARTS; start += 1) seconds.push(await startOnce(data_dir));
    return quantile(seconds, 0.5);
  } finally {
    await rm(data_dir, { recursive: true, force: true });
  }
}

async function startOnce(data_dir: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: path.resolve(import.meta.dirname, '..'),
    env: { ...process.env, DATA_DIR: data_dir, PORT: String(port), LOG_LEVEL: 'error' },
    stdio: 'ignore',
    detached: true,
  });
  const left = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await answers(`http://127.0.0.1:${port}/`))) {
    if (child.exitCode !== null) throw new Error('npm start ended by itself');
    await new Promise((rest) => setTimeout(rest, 10));
  }
  const seconds = (performance.now() - began) / 1000;
  if (child.pid) process.kill(-child.pid, 'SIGTERM');
  await left;
  while (await answers(`http://127.0.0.1:${port}/`)) await new Promise((rest) => setTimeout(rest, 50));
  return seconds;
}

const answers = (url: string) =>
  fetch(url).then(
    async (response) => (await response.text()).length > 0 && response.ok,
    () => false,
  );

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    // two neighbouring ports are needed: pages and media
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object'
          ? resolve(Math.min(address.port, 65_000))
          : reject(new Error('no port')),
      );
    });
  });
