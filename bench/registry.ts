import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient, type Visitor } from '../tests/client.ts';
import { round } from './quantile.ts';

const BYTES = 2_000_000_000;
const TENSORS = 100;
const PIECE_BYTES = 4_000_000;
const PART_BYTES = 32_000_000;
const MB = 1_000_000;
const AGENT = new Agent({ keepAlive: true, maxSockets: 1 });

/**
 * A safetensors file of 2 GB, generated on the disk, goes into the product over HTTP, piece by piece, and is read
 * through there; beside it what the same disk takes and gives in plain order. The product is a process of its own, so
 * that its memory is its own.
 */
export async function benchRegistry(): Promise<Record<string, number | string>> {
  const load_before = loadavg()[0] ?? 0;
  const folder = await mkdtemp(path.join(tmpdir(), 'stellary-bench-registry-'));
  const product = await startProduct(path.join(folder, 'data')).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  try {
    const file = path.join(folder, 'weights.safetensors');
    const written = await writeWeights(file);
    const read_mb_per_s = await readInOrder(file);
    const idle_mb = await residentMb(product.child.pid, 'VmRSS');
    const admin = await claim(product);
    const upload = await uploadAll(admin, product.url, file, written);
    const check = await untilStored(product, admin, upload.id, written.digest);
    return {
      upload_mb_per_s: round(written.bytes / MB / upload.seconds),
      check_mb_per_s: round(written.bytes / MB / check.seconds),
      peak_mb: round(check.peak_mb),
      serving_peak_mb: round(await residentMb(product.child.pid, 'VmHWM')),
      serving_idle_mb: round(idle_mb),
      disk_mb_per_s: round(written.mb_per_s),
      disk_read_mb_per_s: round(read_mb_per_s),
      file_mb: round(written.bytes / MB),
      tensors: TENSORS,
      load_before: round(load_before),
    };
  } finally {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Written = { bytes: number; digest: string; mb_per_s: number };

/** Random numbers, so that nothing on the way can make them smaller; timed is the writing and the way to the disk. */
async function writeWeights(file: string): Promise<Written> {
  const each = BYTES / TENSORS;
  const entries = Array.from({ length: TENSORS }, (_, n) => [
    `layer.${n}.weight`,
    { dtype: 'F16', shape: [each / 2], data_offsets: [n * each, (n + 1) * each] },
  ]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const piece = Buffer.alloc(PIECE_BYTES);
  randomFillSync(piece);
  const hash = createHash('sha256').update(length).update(header);
  const handle = await open(file, 'wx');
  let ms = await timed(async () => void (await handle.write(Buffer.concat([length, header]))));
  for (let at = 0; at < BYTES; at += PIECE_BYTES) {
    piece.writeUInt32LE(at % 2 ** 32, 0); // no two pieces are the same
    hash.update(piece);
    ms += await timed(async () => void (await handle.write(piece)));
  }
  ms += await timed(() => handle.sync());
  await handle.close();
  const bytes = 8 + header.length + BYTES;
  return { bytes, digest: `sha256:${hash.digest('hex')}`, mb_per_s: bytes / MB / (ms / 1000) };
}

/** As the check will find it: what was just written lies in memory still, as far as there is room. */
async function readInOrder(file: string): Promise<number> {
  const piece = Buffer.alloc(PIECE_BYTES);
  const handle = await open(file, 'r');
  const ms = await timed(async () => {
    while ((await handle.read(piece, 0, PIECE_BYTES)).bytesRead > 0);
  });
  await handle.close();
  return BYTES / MB / (ms / 1000);
}

async function uploadAll(person: Visitor, url: string, file: string, { bytes, digest }: Written) {
  const began = performance.now();
  const { id } = await person.api.registry.createModelUpload({ name: 'weights.safetensors', bytes, digest });
  for (let offset = 0; offset < bytes; offset += PART_BYTES)
    await sendPart(person, new URL(`/api/v1/model-uploads/${id}/parts?offset=${offset}`, url), file, {
      start: offset,
      end: Math.min(bytes, offset + PART_BYTES) - 1,
    });
  return { id, seconds: (performance.now() - began) / 1000 };
}

/** By hand and in large pieces: it is the server that is measured, and both share the processors. */
async function sendPart(
  { cookies }: Visitor,
  url: URL,
  file: string,
  range: { start: number; end: number },
): Promise<void> {
  const sending = request(url, {
    method: 'POST',
    agent: AGENT,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': range.end - range.start + 1,
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      origin: url.origin,
    },
  });
  const [[answer]] = await Promise.all([
    once(sending, 'response'),
    pipeline(createReadStream(file, { ...range, highWaterMark: 1024 * 1024 }), sending),
  ]);
  const text: string = (await answer.setEncoding('utf8').toArray()).join('');
  if (answer.statusCode !== 200) throw new Error(`a part was refused: ${text}`);
}

async function untilStored({ child }: Product, person: Visitor, id: string, digest: string) {
  const began = performance.now();
  let peak_mb = 0;
  for (;;) {
    const { state, file, refusal } = await person.api.registry.getModelUpload({ id });
    const seconds = (performance.now() - began) / 1000;
    if (state === 'stored' && file?.digest === digest) return { seconds, peak_mb };
    peak_mb = Math.max(peak_mb, await peakOfReader(child));
    if (state !== 'checking') throw new Error(`the upload is ${state}: ${refusal?.why}`);
    await sleep(20);
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

type Product = { child: ChildProcess; url: string; claim_token: string; stop(): Promise<void> };

async function startProduct(data_dir: string): Promise<Product> {
  const env = { ...process.env, DATA_DIR: data_dir, PORT: '0', LOG_LEVEL: 'error', ROLES: 'web,worker' };
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../server/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await saysWhereItIs(child);
  return {
    child,
    ...said,
    async stop() {
      const left = once(child, 'exit');
      child.kill('SIGTERM');
      await left;
    },
  };
}

async function saysWhereItIs(child: ChildProcess): Promise<{ url: string; claim_token: string }> {
  let text = '';
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const [link, claim_token] = /https?:\/\/\S+[?#&]token=(\S+)/.exec(text) ?? [];
    if (link && claim_token) return { url: new URL(link).origin, claim_token };
  }
  throw new Error(`the product ended by itself: ${text}`);
}

/** Who came first may do everything. */
async function claim({ url, claim_token }: Product): Promise<Visitor> {
  const admin = openClient(url);
  await admin.api.identity.createAdminClaim({
    ...{ token: claim_token, email: 'bench@example.org', display_name: 'Bench' },
    password: 'correct horse battery',
  });
  return admin;
}

/** Of the process that reads files through, which the one that serves has started. */
async function peakOfReader({ pid }: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  for (const child of children.split(' ').filter(Boolean)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('read-through-child')) return residentMb(Number(child), 'VmHWM').catch(() => 0);
  }
  return 0;
}

/** As the kernel counts it: all threads of a process, and not the database beside it. */
async function residentMb(pid: number | undefined, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / MB;
}
