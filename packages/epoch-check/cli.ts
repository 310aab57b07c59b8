#!/usr/bin/env node
// stellary-check-epoch <manifest> [--previous <manifest>] [--root <0x…>] [--rpc <url> --distributor <0x…>] [--json]
// 0: everything holds. 1: something does not: veto. 2: it could not be checked. 3: what was looked at holds.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { checkEpoch, NodeSilent, type Report } from './index.ts';

const USAGE = `usage: stellary-check-epoch <manifest> [options]
  --previous <manifest>    the epoch before: nobody is left out, nothing shrank
  --root <0x…>             the root that must come out
  --distributor <0x…>      the contract that it must be for
  --rpc <url>              a node that is asked what --distributor has, live and pending, and whether it is funded
  --json                   for machines
  --help                   this text
0: everything holds, 1: something FAILS, 2: it could not be checked,
3: what was looked at holds, and what was not looked at is named`;

/** There is nothing to check, and the message says why. */
class CannotCheck extends Error {}

const OPTIONS = {
  previous: { type: 'string' },
  root: { type: 'string' },
  distributor: { type: 'string' },
  rpc: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { manifest, json, help, previous, ...against } = readArguments(args);
  if (help) return say(USAGE);
  const report = await checkEpoch(read(manifest), {
    ...(previous !== undefined && { previous: read(previous) }),
    ...Object.fromEntries(Object.entries(against).filter(([, value]) => value !== undefined)),
  });
  const code = codeOf(report);
  if (!json) return say(inWords(report), code);
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  return say(JSON.stringify({ holds: code !== 1, ...report }, plain), code);
}

const codeOf = ({ findings, not_checked }: Report): number =>
  findings.some(({ holds }) => !holds) ? 1 : not_checked.length > 0 ? 3 : 0;

function inWords({ findings, not_checked, said }: Report): string {
  const failed = findings.filter(({ holds }) => !holds).length;
  return [
    ...(said ? [`epoch ${said.epoch} of ${said.distributor} on chain ${said.chain_id}`] : []),
    ...findings.map(({ name, holds, detail }) => `${holds ? 'holds' : 'FAILS'}  ${name}: ${detail}`),
    ...(said ? [`       manifest: ${said.digest}`] : []),
    failed > 0 ? `${failed} of ${findings.length} checks FAIL` : `all ${findings.length} checks hold`,
    ...not_checked.map((what) => `not checked: ${what}`),
  ].join('\n');
}

function readArguments(args: string[]) {
  try {
    const { positionals, values } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [manifest = ''] = positionals;
    const is_asked = values.rpc === undefined || values.distributor !== undefined;
    if (values.help || (positionals.length === 1 && is_asked)) return { manifest, ...values };
  } catch {
    // an option that there is not
  }
  throw new CannotCheck(USAGE);
}

function read(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new CannotCheck(error instanceof Error ? error.message : String(error));
  }
}

function say(text: string, code = 0): number {
  console.log(text);
  return code;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CannotCheck || error instanceof NodeSilent)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
