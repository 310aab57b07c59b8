#!/usr/bin/env node
// stellary-verify <bundle.json> [--file <asset>] [--jwks <keys.json>]
// 0: every check holds, with the keys that were given. 1: one does not. 2: there was nothing to check.
// 3: every check holds, with keys out of the same file. Asks no server and no network.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import {
  bundleFormat,
  BundleUnreadable,
  parseBundle,
  parseKeySet,
  parseStatementBundle,
  STATEMENT_FORMAT,
} from './bundle.ts';
import { type Finding, inWords } from './findings.ts';
import { verifyReceipt } from './receipt.ts';
import { verifyStatement } from './statement.ts';

const USAGE = `usage: stellary-verify <bundle.json> [--file <asset>] [--jwks <keys.json>]
with the bundle of a receipt, or the statement of an asset and the file that it is about
0: every check holds, 1: one fails, 2: nothing to check, 3: every check holds, but without --jwks whose keys signed it was not checked`;

async function main(args: string[]): Promise<number> {
  const { bundle, asset, keys } = readArguments(args);
  const jwks = keys === undefined ? {} : { jwks: parseKeySet(read(keys)) };
  const checks = await check(read(bundle), asset, jwks);
  for (const line of inWords(checks)) console.log(line);

  const failed = checks.filter(({ holds }) => !holds).length;
  if (failed > 0) {
    console.log(`${failed} of ${checks.length} checks FAIL`);
    return 1;
  }
  console.log(`all ${checks.length} checks hold`);
  if (keys !== undefined) return 0;
  console.log('Consistent in itself. Whose keys signed it was not checked: pass --jwks.');
  return 3;
}

async function check(
  text: string,
  asset: string | undefined,
  jwks: { jwks?: ReturnType<typeof parseKeySet> },
): Promise<readonly Finding[]> {
  if (bundleFormat(text) !== STATEMENT_FORMAT) return verifyReceipt({ ...parseBundle(text), ...jwks });
  const file = asset === undefined ? {} : { file: new Uint8Array(readBytes(asset)) };
  const checks = await verifyStatement({ ...parseStatementBundle(text), ...file, ...jwks });
  for (const { statement } of checks) if (statement) console.log(JSON.stringify(statement, null, 2));
  return checks;
}

type Arguments = { bundle: string; asset: string | undefined; keys: string | undefined };

function readArguments(args: string[]): Arguments {
  try {
    const options = { jwks: { type: 'string' }, file: { type: 'string' } } as const;
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    const [bundle] = positionals;
    if (bundle !== undefined && positionals.length === 1)
      return { bundle, asset: values.file, keys: values.jwks };
  } catch {
    // an option that there is not
  }
  throw new BundleUnreadable(USAGE);
}

const read = (file: string): string => readBytes(file).toString('utf8');

function readBytes(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new BundleUnreadable(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BundleUnreadable)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
