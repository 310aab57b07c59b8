import { existsSync } from 'node:fs';
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * What a child may do: read its own code and the libraries it computes with, nothing else on disk;
 * no writing, no programs of its own, no environment. Model files come over IPC. Node has no switch
 * for the network: the child's code imports none of it.
 */
export type Confinement = {
  /** the child's program, from the root of the repository */
  program: string;
  /** what it may read: folders and files from the root of the repository, libraries by name */
  reads: { ours: readonly string[]; libraries: readonly string[] };
  /** native code, which the permissions do not bind */
  addons: boolean;
  /** threads */
  workers: boolean;
  /** more switches of Node for it */
  switches?: readonly string[];
  /** what `prlimit` holds it to besides */
  limits?: readonly string[];
  /** a network namespace of its own with nothing in it, where the system has such */
  offline?: boolean;
};

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** For the house's own models. */
export const HOUSE: Confinement = {
  program: 'server/modules/generation/engine/child/main.ts',
  reads: {
    ours: ['package.json', 'models/contract', 'server/modules/generation/engine'],
    libraries: [
      ...['onnxruntime-node', 'onnxruntime-common', 'sharp', '@img', 'detect-libc', 'semver', 'thumbhash'],
      ...['h264-mp4-encoder', 'mediabunny', '@mediabunny', '@libav.js'],
    ],
  },
  addons: true, // onnxruntime and sharp are native
  workers: true, // the FLAC encoder computes in one
};

/** A backstop for a child whose parent died while it was computing; see also `Usage.cpu_ms`. */
export const CPU_SECONDS_MAX = 3600;
const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));

export function childCommand(confinement: Confinement): { program: string; args: string[] } {
  const { reads, addons, workers, switches = [], limits = [], offline = false } = confinement;
  const readable = [...reads.ours, ...reads.libraries.map((name) => `node_modules/${name}`)];
  const node = [
    '--permission',
    ...(addons ? ['--allow-addons'] : []),
    ...(workers ? ['--allow-worker'] : []),
    ...readable.map((path) => `--allow-fs-read=${ROOT}${path}`),
    '--no-warnings',
    ...switches,
    ROOT + confinement.program,
  ];
  const [program = '', ...args] = [
    ...(offline && UNSHARE && hasNamespaces() ? [UNSHARE, ...NO_NETWORK] : []),
    ...(PRLIMIT ? [PRLIMIT, `--cpu=${CPU_SECONDS_MAX}`, '--core=0', ...limits] : []),
    ...[process.execPath, ...node],
  ];
  return { program, args };
}

const UNSHARE = ['/usr/bin/unshare', '/bin/unshare'].find((path) => existsSync(path));
/** As nobody of consequence, in a network with nothing in it and apart from other processes' shared memory. */
const NO_NETWORK = ['--map-root-user', '--net', '--ipc', '--uts'];
let namespaces: boolean | null = null;

/** Whether a process may be put into namespaces of its own here; containers and some systems forbid it. */
function hasNamespaces(): boolean {
  if (!UNSHARE) return false;
  return (namespaces ??= spawnSync(UNSHARE, [...NO_NETWORK, 'true'], { timeout: 5_000 }).status === 0);
}

/** What of a confinement is in force on this system, for the log. */
export function inForce({ offline = false }: Confinement): string {
  return [
    "Node's permissions",
    PRLIMIT ? 'limits of memory, processor and files' : 'no limits but of WebAssembly (there is no prlimit)',
    ...(offline
      ? [hasNamespaces() ? 'no network' : 'the network only by what its code imports (no namespaces)']
      : []),
  ].join(', ');
}

/** Caps the data a running child may hold (RLIMIT_DATA: V8 reserves far more address space than it uses). */
export async function limitMemory(pid: number, bytes: number): Promise<void> {
  if (PRLIMIT) await promisify(execFile)(PRLIMIT, ['--pid', String(pid), `--data=${bytes}:`]);
}
