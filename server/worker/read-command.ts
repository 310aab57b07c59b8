import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import { readEndpointsIn } from '../config.ts';
import type { Endpoint } from '../modules/generation/index.ts';
import { LocalModel } from './local-engines.ts';
import type { PullWorkerOptions } from './pull-worker.ts';

const OPTIONS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  pool: { type: 'string', multiple: true },
  slots: { type: 'string', default: '1' },
  cog: { type: 'string' },
  endpoints: { type: 'string' },
  models: { type: 'string' },
  feature: { type: 'string', multiple: true, default: [] as string[] },
  'vram-gib': { type: 'string' },
  'data-dir': { type: 'string', default: 'data/worker' },
  'drain-s': { type: 'string', default: '600' },
  'log-level': { type: 'string', default: 'info' },
} as const;

const Said = z.object({
  url: z.url({ protocol: /^https?$/ }),
  'token-file': z.string(),
  pool: z.array(z.string()).optional(),
  slots: z.coerce.number().int().min(1).max(256),
  cog: z.url({ protocol: /^https?$/ }).optional(),
  endpoints: z.string().optional(),
  models: z.string().optional(),
  feature: z.array(z.string()),
  'vram-gib': z.coerce.number().min(0).optional(),
  'data-dir': z.string(),
  'drain-s': z.coerce.number().min(0).max(86_400),
  'log-level': z.string(),
});

export const USAGE = `npm run worker -- --url https://... --token-file <file> [--pool embedded] [--slots 1]
  [--cog http://... | --endpoints <file> --models <file>] [--vram-gib 24] [--feature fp8]
  [--data-dir data/worker] [--drain-s 600]`;

/** What the command line of a worker asks for; throws where it asks for what nothing would come of. */
export async function readCommand(
  args: readonly string[],
): Promise<PullWorkerOptions & { drain_ms: number }> {
  const said = Said.parse(parseArgs({ options: OPTIONS, args: [...args] }).values);
  const local = await enginesOf(said);
  const named = [...new Set(local.models.map(({ pool }) => pool))];
  const pools = said.pool ?? (named.length > 0 ? named : [EMBEDDED_POOL]);
  for (const pool of pools)
    if (pool !== EMBEDDED_POOL && !named.includes(pool))
      throw new Error(`nothing is said of what makes the jobs of ${pool}: use --cog or --models`);
  return {
    ...local,
    url: new URL(said.url).origin,
    token: (await readFile(said['token-file'], 'utf8')).trim(),
    pools,
    slots: said.slots,
    features: said.feature,
    vram_gib: said['vram-gib'] ?? null,
    data_dir: path.resolve(said['data-dir']),
    log_level: said['log-level'],
    drain_ms: said['drain-s'] * 1_000,
  };
}

type Local = { endpoints: Endpoint[]; models: LocalModel[] };

/** One Cog container for all its pools in a word; anything else in two lists. */
async function enginesOf({ cog, endpoints, models, pool = [], slots }: z.infer<typeof Said>): Promise<Local> {
  if (cog !== undefined) {
    if (endpoints !== undefined || models !== undefined)
      throw new Error('--cog stands for --endpoints and --models: use one or the other');
    const at = { name: 'cog', kind: 'cog', url: cog.replace(/\/+$/, ''), slots } as const;
    const binding = { kind: 'cog', endpoint: at.name, rename: {} } as const;
    const pulled = pool.filter((one) => one !== EMBEDDED_POOL);
    if (pulled.length === 0)
      throw new Error('nothing is said of which jobs --cog makes: use --pool pull:<name>');
    return {
      endpoints: [{ ...at, token: null, wall_ms_max: null, output_hosts: [] }],
      models: pulled.map((one) => LocalModel.parse({ pool: one, binding })),
    };
  }
  if (endpoints === undefined && models === undefined) return { endpoints: [], models: [] };
  if (endpoints === undefined || models === undefined)
    throw new Error('--endpoints and --models belong together');
  const listed = readEndpointsIn(endpoints);
  const lines = z.array(LocalModel).parse(JSON.parse(await readFile(models, 'utf8')));
  for (const { binding } of lines) {
    const at = 'endpoint' in binding ? binding.endpoint : null;
    if (!listed.some(({ name, kind }) => name === at && kind === binding.kind))
      throw new Error(`${models}: ${endpoints} lists no such ${binding.kind}`);
  }
  return { endpoints: listed, models: lines };
}
