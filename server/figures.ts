import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { deriveFacts } from './flows/derive-facts.ts';
import { openDatabase } from './kit/database.ts';
import { reachPostgres } from './kit/embedded-postgres.ts';
import { foldFacts, rebuild } from './modules/analytics/index.ts';

/** `npm run figures`: counts again, whether the product runs or not. What the books say is never changed. */
const USAGE = `npm run figures -- derive | rebuild
  derive    counts every generation that ended and every correction that is not counted yet, out of the books
  rebuild   makes all roll-ups anew out of what was counted
Both may be ended at any time and go on where they were when they are called again.
`;

const SAY_EVERY_MS = 1_000;
const told = { next: 0 };

const { positionals } = parseArgs({ allowPositionals: true, options: {} });
const [what] = positionals;
if (positionals.length !== 1 || (what !== 'derive' && what !== 'rebuild')) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  process.stdout.write(`${await countAgain(what)}\n`);
}

async function countAgain(act: 'derive' | 'rebuild'): Promise<string> {
  const config = readConfig();
  const data_dir = path.join(config.data_dir, 'postgres');
  const { url, leave } = await reachPostgres(
    { data_dir, run_as: config.postgres_user ?? undefined },
    config.database_url,
  );
  const database = openDatabase(url, { connections_max: 6 });
  try {
    if (act === 'derive') {
      const missing = await deriveFacts(database, (looked_at, so_far) =>
        say(`${looked_at} looked at, ${so_far} were missing`),
      );
      await foldFacts(database, new Date());
      return `${missing} were missing and are counted.`;
    }
    const { facts, seconds } = await rebuild(database, (done, all) =>
      say(`${Math.floor((100 * done) / Math.max(1, all))} %`),
    );
    return `Made of ${facts} in ${Math.round(seconds)} seconds.`;
  } finally {
    await database.close();
    await leave();
  }
}

function say(line: string): void {
  if (performance.now() < told.next) return;
  told.next = performance.now() + SAY_EVERY_MS;
  process.stderr.write(`${line}\n`);
}
