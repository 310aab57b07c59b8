import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inWords } from '@stellary/proofs';
import { readConfig } from './config.ts';
import { openDatabase } from './kit/database.ts';
import { reachPostgres } from './kit/embedded-postgres.ts';
import { findingsOf, type Verification } from './kit/findings.ts';
import { keysOf, readJwks } from './kit/signing.ts';
import { PARTS, verifyInstallation } from './views/verification.ts';

/** `npm run verify`: checks what must hold on the data that lies there, whether the product runs or not. It changes nothing. */
const USAGE = `npm run verify -- [ledger] [audit] [receipts] [published] [analytics] [votes] [provenance] [media] [options]
  ledger           every sum of ledger and shop; --fast looks at the journal of the last day, --full (or nothing) at all of it
  audit            the chains of hashes of ledger and audit log, and every signed head of them
  receipts         the log of receipts: every root, every signature, every day
  published        what was signed of what is owed each day, and of each month: every root, every signature
  analytics        every figure: roll-ups against facts, facts against the books; --fast looks at two days
  votes            every ballot and every root that was published, against what the audit log bound at the time
  provenance       what was signed of each asset when it was made: every signature, every digest
  media            every stored file: of assets, of samples, of models
  epoch <manifest> one published epoch of rewards, alone and first: npm run verify -- epoch --help
  --json           for machines
  --jwks <file>    check signatures with this key set instead of our own keys
  --copies <path>  heads that somebody kept, one a line: they must be among ours
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    jwks: { type: 'string' },
    copies: { type: 'string' },
  },
});
const isUnclear = options.fast && options.full;
const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined || isUnclear) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const report = await verify(positionals.length > 0 ? positionals : Object.keys(PARTS));
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : told(report));
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}

async function verify(names: readonly string[]): Promise<Verification> {
  const config = readConfig();
  const data_dir = path.join(config.data_dir, 'postgres');
  const { url, leave } = await reachPostgres(
    { data_dir, run_as: config.postgres_user ?? undefined },
    config.database_url,
  );
  const database = openDatabase(url, { connections_max: 2 });
  try {
    const { jwks, copies, fast } = options;
    const installation = {
      db: database.db,
      media_dir: path.join(config.data_dir, 'media'),
      model_files_dir: path.join(config.data_dir, 'model-files'),
      heads_dir: config.heads_dir,
      jwks: jwks === undefined ? keysOf(config.keys_dir) : readJwks(await readFile(jwks, 'utf8')),
      copies,
      fast,
    };
    return await verifyInstallation(installation, names);
  } finally {
    await database.close();
    await leave();
  }
}

function told(report: Verification): string {
  const { violations, notes } = report;
  const end = violations.length === 0 ? 'Everything holds.' : `${violations.length} violations.`;
  return [...inWords(findingsOf(report)), ...notes.map((note) => `       ${note}`), '', end, ''].join('\n');
}
