import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import { startPullWorker } from './pull-worker.ts';

/** What `npm run worker` runs: fetches jobs from a product elsewhere until a signal, and then gives back what it has. */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    'token-file': { type: 'string' },
    pool: { type: 'string', multiple: true, default: [EMBEDDED_POOL] },
    slots: { type: 'string', default: '1' },
    feature: { type: 'string', multiple: true, default: [] },
    'vram-gib': { type: 'string' },
    'data-dir': { type: 'string', default: 'data/worker' },
    'log-level': { type: 'string', default: 'info' },
  },
});

const said = z
  .object({
    url: z.url({ protocol: /^https?$/ }),
    'token-file': z.string(),
    pool: z.array(z.string()),
    slots: z.coerce.number().int().min(1).max(256),
    feature: z.array(z.string()),
    'vram-gib': z.coerce.number().min(0).optional(),
    'data-dir': z.string(),
    'log-level': z.string(),
  })
  .safeParse(values);
if (!said.success) {
  process.stderr.write(
    `npm run worker -- --url https://... --token-file <file> [--pool embedded] [--slots 1] [--vram-gib 24] [--feature fp8] [--data-dir data/worker]\n${z.prettifyError(said.error)}\n`,
  );
  process.exit(2);
}

const token = (await readFile(said.data['token-file'], 'utf8')).trim();
const worker = await startPullWorker({
  url: new URL(said.data.url).origin,
  token,
  pools: said.data.pool,
  slots: said.data.slots,
  features: said.data.feature,
  vram_gib: said.data['vram-gib'] ?? null,
  data_dir: path.resolve(said.data['data-dir']),
  log_level: said.data['log-level'],
});
process.stderr.write(`[worker] fetches jobs of ${said.data.pool.join(', ')} from ${said.data.url}\n`);

let leaving = false;
function leave(): void {
  if (leaving) process.exit(130); // asked twice: the second time at once
  leaving = true;
  process.stderr.write('[worker] leaving\n');
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
process.on('SIGINT', leave).on('SIGTERM', leave).on('SIGHUP', leave);
