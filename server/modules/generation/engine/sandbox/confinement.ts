import { compiled, type Compiled, isKept } from '../compiled.ts';
import { type Confinement, ROOT } from '../confine.ts';

const MEMORY_BYTES_MAX = 2_500_000_000;
/** WebAssembly counts its memory in pages of 64 KiB; where there is no prlimit, this is the limit. */
const WASM_PAGES_MAX = 32_768;
/** Of all runs of one child together; the wall clock is nearly always sooner. */
const CPU_SECONDS = 1_200;

const PROGRAM = 'server/modules/generation/engine/sandbox/child/main.ts';
const SOURCES = [
  'models/contract',
  'server/modules/generation/engine/sandbox',
  'server/modules/generation/engine/failures.ts',
  'server/modules/generation/engine/refusal.ts',
];

let made: Compiled | null | undefined;

/** For networks that anybody may have written: no native code, no threads of its own, nothing to read but itself. */
export function sandboxConfinement(): Confinement {
  if (made === undefined || (made && !isKept(ROOT, made))) made = compiled(ROOT, PROGRAM);
  return confinement(made);
}

const confinement = (program: Compiled | null): Confinement => ({
  program: program?.program ?? PROGRAM,
  reads: {
    ours: ['package.json', ...(program ? [program.folder] : SOURCES)],
    libraries: [
      'onnxruntime-common',
      'onnxruntime-web/package.json',
      'onnxruntime-web/dist/ort.node.min.mjs',
      'onnxruntime-web/dist/ort-wasm-simd-threaded.mjs',
      'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
    ],
  },
  addons: false,
  workers: false,
  switches: [
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--max-old-space-size=768',
    `--wasm-max-mem-pages=${WASM_PAGES_MAX}`,
  ],
  limits: [`--data=${MEMORY_BYTES_MAX}`, `--cpu=${CPU_SECONDS}`, '--fsize=0', '--nofile=128'],
  offline: true,
});
