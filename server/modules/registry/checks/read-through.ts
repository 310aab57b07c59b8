import { fork } from 'node:child_process';
import path from 'node:path';
import type { ModelFileReport } from '#api/registry/model-file-shapes.ts';
import type { RefusedReason } from '#api/registry/refused-reason.ts';
import { FileRefused } from './refused.ts';
import type { TensorDigest } from './tensors.ts';

/** What was found in a file that was read to its last byte. */
export type ReadThrough = { digest: string; report: ModelFileReport; tensors: TensorDigest[] };

export type Progress = { checked: number; format: 'onnx' | 'safetensors'; gate_passed: boolean };

export type Said =
  | ({ kind: 'progress' } & Progress)
  | { kind: 'refused'; reason: RefusedReason; why: string }
  | ({ kind: 'done' } & ReadThrough);

const CHILD = path.join(import.meta.dirname, 'read-through-child.ts');

/**
 * Reads a file through once, in a process of its own: its digest, what the gate says, the digest of each tensor. It
 * holds a few megabytes of it at a time; only ONNX, of `onnx_bytes_max` at most, is read as a whole. Throws
 * `FileRefused` for what is not taken.
 */
export function readThrough(
  file: string,
  options: { onnx_bytes_max: number; onProgress: (progress: Progress) => void; signal?: AbortSignal },
): Promise<ReadThrough> {
  const { onnx_bytes_max, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [file, String(onnx_bytes_max)], {
      // it gets no address and no secret of ours
      env: {},
      execArgv: [],
      serialization: 'advanced',
      ...(signal && { signal, killSignal: 'SIGKILL' }),
    });
    child.on('message', (said: Said) => {
      if (said.kind === 'progress') onProgress(said);
      else if (said.kind === 'refused') reject(new FileRefused(said.reason, said.why));
      else resolve({ digest: said.digest, report: said.report, tensors: said.tensors });
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the process that read a file ended with ${code}`)));
  });
}
