#!/usr/bin/env node
// stellary-verify <bundle.json> [--jwks <keys.json>]
// 0: every check holds, with the keys that were given. 1: one does not. 2: there was nothing to check.
// 3: every check holds, with keys out of the same file. Asks no server and no network.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { BundleUnreadable, parseBundle, parseKeySet } from './bundle.ts';
import { inWords } from './findings.ts';
import { verifyReceipt } from './receipt.ts';

const USAGE = `usage: stellary-verify <bundle.json> [--jwks <keys.json>]
0: every check holds, 1: one fails, 2: nothing to check, 3: every check holds, but without --jwks whose keys signed it was not checked`;

async function main(args: string[]): Promise<number> {
  const { file, keys } = readArguments(args);
  const bundle = parseBundle(read(file));
  const jwks = keys === undefined ? bundle.jwks : parseKeySet(read(keys));

  const checks = await verifyReceipt({ ...bundle, jwks });
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

function readArguments(args: string[]): { file: string; keys: string | undefined } {
  try {
    const options = { jwks: { type: 'string' } } as const;
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    const [file] = positionals;
    if (file !== undefined && positionals.length === 1) return { file, keys: values.jwks };
  } catch {
    // an option that there is not
  }
  throw new BundleUnreadable(USAGE);
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
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
