import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import { orderExport } from '../../server/flows/order-export.ts';
import { makeNextExport } from '../../server/flows/make-exports.ts';
import { asId, type AccountId } from '../../server/ids.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import { startEmbeddedPostgres } from '../../server/kit/embedded-postgres.ts';
import * as analytics from '../../server/modules/analytics/index.ts';
import { round } from '../quantile.ts';

const ROWS = 1_000_000;
const DAYS = 20;
const FORMATS = ['csv', 'parquet'] as const;
type Format = (typeof FORMATS)[number];
const Made = z.object({
  rows: z.int(),
  bytes: z.int(),
  ms: z.number(),
  cpu_us: z.number(),
  rss_bytes: z.int(),
});

/**
 * A million raw generations of one creator as a file: ordered, made in parts that are each seen through to the disk, and
 * ended, by a process of its own that does nothing else, over a database with everything about safety on.
 * `export_rss_bytes` is the most that this process ever held, whichever the format; `export_cpu_us_per_row` its processor
 * time, which a busy machine changes less than the rows in a second.
 */
export async function benchExports(): Promise<Record<string, number>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stellary-bench-exports-'));
  const postgres = await startEmbeddedPostgres({ data_dir: path.join(folder, 'postgres') });
  const env = { DATA_DIR: folder, DATABASE_URL: postgres.url, LOG_LEVEL: 'error', PORT: '0' };
  try {
    await fill(env);
    const made = new Map<Format, z.infer<typeof Made>>();
    for (const format of FORMATS) made.set(format, await inItsOwnProcess(env, format));
    const perSecond = (format: Format) => {
      const { rows, ms } = made.get(format) ?? { rows: 0, ms: 1 };
      return round((rows * 1_000) / ms);
    };
    const cpuOf = (format: Format) => round((made.get(format)?.cpu_us ?? 0) / ROWS);
    return {
      export_rows: ROWS,
      export_rows_per_s: perSecond('csv'),
      export_parquet_rows_per_s: perSecond('parquet'),
      export_cpu_us_per_row: cpuOf('csv'),
      export_parquet_cpu_us_per_row: cpuOf('parquet'),
      export_bytes: made.get('csv')?.bytes ?? 0,
      export_parquet_bytes: made.get('parquet')?.bytes ?? 0,
      export_rss_bytes: Math.max(...[...made.values()].map(({ rss_bytes }) => rss_bytes)),
    };
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Env = Record<string, string>;
const open = async (env: Env) => boot({ ...readConfig(env), roles: [] });

/** Facts as counting would have written them, evenly over some days that are over, under a fold that is closed. */
async function fill(env: Env): Promise<void> {
  const { context, stop } = await open(env);
  const { pool } = context.database;
  try {
    const to = Math.floor(context.clock.now().getTime() / DAY_MS) * DAY_MS;
    const from = new Date(to - DAYS * DAY_MS);
    for (const at of [from, new Date(to)]) await pool.query('select analytics.make_month($1)', [at]);
    await pool.query(
      `insert into analytics.fact (generation_id, ended_at, fold, began_at, model_id, release_id, creator_id, payer_id, price_micros,
         promo_micros, paid_micros, queue_ms, total_ms, related, follower, run_ms, outcome, source, earner_ids, earner_roles,
         earned_paid_micros, earned_promo_micros, via, modality, settings)
       select gen_random_uuid(), $1::timestamptz + (n * $2::float8) * interval '1 ms', s.fold, $1, r.model_id, r.id, m.creator_id,
         m.creator_id, 1000000, 250000, 750000, 40, 2000 + n % 977, false, false, 1500 + n % 977, 'succeeded', 'direct',
         array[m.creator_id], array['creator'], array[525000], array[175000], 'page', 'image', '{}'
       from generate_series(0, $3::int - 1) n, analytics.state s,
         (select r.id, r.model_id from registry.release r join registry.model m on m.id = r.model_id where m.slug = 'drift' limit 1) r
       join registry.model m on m.id = r.model_id`,
      [from, (DAYS * DAY_MS) / ROWS, ROWS],
    );
    // roll-ups of them are none of what is measured
    await pool.query('update analytics.state set fold = fold + 1, folded = fold');
    await pool.query('vacuum analyze analytics.fact');
  } finally {
    await stop();
  }
}

async function inItsOwnProcess(env: Env, format: Format): Promise<z.infer<typeof Made>> {
  const child = spawn(process.execPath, [import.meta.filename, format], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => said.push(bytes));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the process that makes ${format} ended with ${code}`);
  return Made.parse(JSON.parse(Buffer.concat(said).toString()));
}

async function make(env: Env, format: Format): Promise<z.infer<typeof Made>> {
  const { context, stop } = await open(env);
  const staying = new AbortController().signal;
  try {
    const { rows } = await context.database.pool.query<{ id: string }>(
      `select creator_id as id from registry.model where slug = 'drift'`,
    );
    const person_id = asId<AccountId>(rows[0]?.id ?? '');
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const { id } = await orderExport(context, person_id, { ...WISH, format });
    for (;;) {
      await makeNextExport(context, staying);
      const row = await analytics.exportOf(context.db, asId(id), person_id);
      if (row?.failed_at) throw new Error(row.reason ?? 'it was not made');
      if (!row?.ready_at) continue;
      const ms = performance.now() - began;
      const { user, system } = process.cpuUsage(cpu);
      const rss_bytes = process.resourceUsage().maxRSS * 1024;
      return { rows: Number(row.rows), bytes: Number(row.bytes), ms, cpu_us: user + system, rss_bytes };
    }
  } finally {
    await stop();
  }
}
const WISH = { dataset: 'generations', range: '30d', zone: 'UTC' } as const;

if (import.meta.main) {
  const format = FORMATS.find((one) => one === process.argv[2]);
  if (!format) throw new Error('csv or parquet');
  const { DATA_DIR = '', DATABASE_URL = '' } = process.env;
  const made = await make({ DATA_DIR, DATABASE_URL, LOG_LEVEL: 'error', PORT: '0' }, format);
  process.stdout.write(JSON.stringify(made));
}
