// The steps of a task: each says what it is, shows its output, and how long it took.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlreadyRunning, takeInstanceLock } from '../../server/kit/instance-lock.ts';
import { inRoot, root, runtimeFolder } from './paths.ts';

export class StepFailed extends Error {}

export function say(line: string) {
  process.stderr.write(`[${process.env.npm_lifecycle_event ?? 'task'}] ${line}\n`);
}

export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const took = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  try {
    const result = await work();
    say(`${name}: ${took()}`);
    return result;
  } catch (error) {
    say(`${name}: FAILED after ${took()}`);
    throw error;
  }
}

export type ToolOptions = { cwd?: string; env?: Record<string, string>; quiet?: boolean };

/**
 * Runs a file of a package under this same Node. `quiet` keeps its output until it fails, so that tools which run
 * side by side do not talk at once.
 */
export async function runTool(file: string, args: string[], options: ToolOptions = {}): Promise<void> {
  const child = spawn(process.execPath, [inRoot('node_modules', file), ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));

  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  process.off('SIGINT', passOn).off('SIGTERM', passOn);

  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  throw new StepFailed(`${file} ended with ${signal ?? `exit code ${code}`}`);
}

/** Does the work unless it is done; of two commands started at once, the second waits and then finds it done. */
export async function once(name: string, isDone: () => boolean, work: () => Promise<void>): Promise<void> {
  if (isDone()) return;
  fs.mkdirSync(runtimeFolder, { recursive: true });
  const lock = await waitForLock(`${name}.lock`);
  try {
    if (!isDone()) await work();
  } finally {
    lock.release();
  }
}

async function waitForLock(name: string) {
  for (;;) {
    try {
      return takeInstanceLock(runtimeFolder, name);
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
      await sleep(200);
    }
  }
}
