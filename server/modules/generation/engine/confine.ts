import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * What a child may do: read its own code and the libraries it computes with, nothing else on disk;
 * no writing, no programs of its own, no environment. Model files come over IPC. Node has no switch
 * for the network: the child's code imports none of it.
 */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CHILD_PROGRAM = fileURLToPath(new URL('./child/main.ts', import.meta.url));
const READABLE = [
  'package.json',
  'models/contract',
  'server/modules/generation/engine',
  ...['onnxruntime-node', 'onnxruntime-common', 'sharp', '@img', 'detect-libc', 'semver', 'thumbhash'].map(
    inLibraries,
  ),
  ...['h264-mp4-encoder', 'mediabunny', '@mediabunny'].map(inLibraries),
];
/** A backstop for a child whose parent died while it was computing; see also `Usage.cpu_ms`. */
export const CPU_SECONDS_MAX = 3600;
const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));

function inLibraries(name: string): string {
  return `node_modules/${name}`;
}

export function childCommand(): { program: string; args: string[] } {
  const node = [
    '--permission',
    '--allow-addons', // onnxruntime and sharp are native
    '--allow-worker', // the FLAC encoder computes in one
    ...READABLE.map((path) => `--allow-fs-read=${ROOT}${path}`),
    '--no-warnings',
    CHILD_PROGRAM,
  ];
  if (!PRLIMIT) return { program: process.execPath, args: node };
  return { program: PRLIMIT, args: [`--cpu=${CPU_SECONDS_MAX}`, '--core=0', process.execPath, ...node] };
}

/** Caps the data a running child may hold (RLIMIT_DATA: V8 reserves far more address space than it uses). */
export async function limitMemory(pid: number, bytes: number): Promise<void> {
  if (PRLIMIT) await promisify(execFile)(PRLIMIT, ['--pid', String(pid), `--data=${bytes}:`]);
}
