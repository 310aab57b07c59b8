import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Config, readConfig } from './config.ts';
import { present } from './kit/assert.ts';
import { type Database, inOnePicture, openDatabase } from './kit/database.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { openFileStore } from './kit/files.ts';
import { keysOf, readJwks, verifierOf } from './kit/signing.ts';
import { STATEMENT_TYPE } from './modules/earnings/index.ts';
import { verifyChains } from './views/chains.ts';
import { verifyMedia, verifyMoney, type Verification } from './views/invariants.ts';
import { verifyPublished } from './views/published.ts';
import { verifyReceiptLog } from './views/receipt-log.ts';

/** `npm run verify`: checks what must hold on the data that lies there, whether the product runs or not. It changes nothing. */
const USAGE = `npm run verify -- [ledger] [audit] [receipts] [published] [media] [options]
  ledger           every sum of ledger and shop; --fast looks at the journal of the last day, --full (or nothing) at all of it
  audit            the chains of hashes of ledger and audit log, and every signed head of them
  receipts         the log of receipts: every root, every signature, every day
  published        what was signed of what is owed each day, and of each month: every root, every signature
  media            every stored file
  --json           for machines
  --jwks <file>    check signatures with this key set instead of our own keys
  --copies <path>  heads that somebody kept, one a line: they must be among ours
`;

type Options = { fast: boolean; jwks?: string | undefined; copies?: string | undefined };
type Report = Verification & { notes?: string[] };
type Part = (database: Database, config: Config, options: Options) => Promise<Report>;

const PARTS: Record<string, Part> = {
  ledger: ({ db }, _config, { fast }) => verifyMoney(db, fast ? 'fast' : 'full'),
  async audit({ db }, config, { jwks, copies = null }) {
    const verify = verifierOf(await keysToTrust(config, jwks));
    return verifyChains({ db, heads: config.heads_dir, copies, verify });
  },
  receipts: async ({ db }, config, { jwks }) => verifyReceiptLog(db, await keysToTrust(config, jwks)),
  async published({ db }, config, { jwks }) {
    const keys = await keysToTrust(config, jwks);
    const verify = verifierOf(keys);
    return inOnePicture(db, (tx) => verifyPublished(tx, keys, (jws) => verify(jws, STATEMENT_TYPE)));
  },
  media: async ({ db }, config) =>
    verifyMedia({ db, media: await openFileStore(path.join(config.data_dir, 'media')) }),
};

const keysToTrust = async (config: Config, jwks: string | undefined) =>
  jwks === undefined ? keysOf(config.keys_dir) : readJwks(await readFile(jwks, 'utf8'));

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
  const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
  const report = await verify(names);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : inWords(report));
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}

async function verify(names: readonly string[]): Promise<Required<Report>> {
  const config = readConfig();
  const data_dir = path.join(config.data_dir, 'postgres');
  const running = config.database_url ?? findEmbeddedPostgres(data_dir);
  const own = running
    ? null
    : await startEmbeddedPostgres({ data_dir, run_as: config.postgres_user ?? undefined });
  const database = openDatabase(running ?? own?.url ?? '', { connections_max: 2 });
  try {
    const all: Required<Report> = { checked: [], violations: [], notes: [] };
    for (const name of names) {
      const part = present(PARTS[name], `the part ${name}`);
      const { checked, violations, notes = [] } = await part(database, config, options);
      all.checked.push(...checked.filter((invariant) => !all.checked.includes(invariant)));
      // ledger and audit both look at the chains
      all.violations.push(
        ...violations.filter((found) => !all.violations.some((seen) => isDeepStrictEqual(seen, found))),
      );
      all.notes.push(...notes);
    }
    return all;
  } finally {
    await database.close();
    await own?.stop();
  }
}

function inWords({ checked, violations, notes }: Required<Report>): string {
  const lines = checked.map((invariant) => {
    const broken = violations.filter((violation) => violation.invariant === invariant);
    const subjects = broken.map(({ subject }) => subject).join(', ');
    return `${broken.length === 0 ? 'holds ' : 'BROKEN'}  ${invariant}${subjects && `: ${subjects}`}`;
  });
  const end = violations.length === 0 ? 'Everything holds.' : `${violations.length} violations.`;
  return [...lines, ...notes.map((note) => `        ${note}`), '', end, ''].join('\n');
}
