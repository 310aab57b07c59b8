#!/usr/bin/env node
// stellary-recount <bundle.json>
// 0: counted again, everything is what the bundle says. 1: something is not. 2: there was nothing to count.
// Asks no server and no network.
import fs from 'node:fs';
import { inWords, recount } from './recount.ts';

const USAGE = `usage: stellary-recount <bundle.json>
0: counted again, all is the same, 1: something differs, 2: nothing to count`;

function main(args: string[]): number {
  const [file] = args;
  if (file === undefined || args.length !== 1 || file.startsWith('-')) return say(USAGE);
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    return say(error instanceof Error ? error.message : String(error));
  }
  const { agrees, findings, outcome, bundle } = recount(bytes);
  for (const line of inWords(findings)) console.log(line);
  if (!outcome || !bundle) return say('this is no bundle that can be counted');

  console.log(`\n${bundle.competition} ${bundle.category}, version ${bundle.version}: ${outcome.mode}`);
  for (const { place, entry, shared, amount } of outcome.places)
    console.log(`${place}${shared > 1 ? ` shared by ${shared}` : ''}  ${entry}  ${amount}`);
  if (outcome.statistical_tie) console.log('fifth and sixth are a statistical tie');
  console.log(agrees ? 'counted again: all of it agrees' : 'counted again: it DIFFERS');
  return agrees ? 0 : 1;
}

function say(line: string): number {
  console.error(line);
  return 2;
}

process.exitCode = main(process.argv.slice(2));
