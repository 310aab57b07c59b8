// Runs the tests that are written in Solidity, in a process of its own, and says how each went.
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Effort } from '../compile.ts';
import type { SolidityResult } from '../solidity-tests.ts';
import { folder, isMutant, out } from './setting.ts';

export const SHORT: Effort = { fuzz_runs: 128, invariant_runs: 48, invariant_depth: 64 };
export const LONG: Effort = { fuzz_runs: 5_000, invariant_runs: 1_000, invariant_depth: 128 };

const PROGRAM = path.resolve(import.meta.dirname, '../solidity-tests.ts');

export async function runSolidityTests(effort: Effort): Promise<SolidityResult[]> {
  const child = spawn(process.execPath, [
    PROGRAM,
    folder,
    out,
    JSON.stringify({ ...effort, unoptimized: isMutant }),
  ]);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const text = Buffer.concat(output).toString();
  if (code !== 0) throw new Error(`the Solidity tests ended with ${code}:\n${text.slice(-4_000)}`);
  return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as SolidityResult[];
}
