import type { ModelFile } from '../protocol.ts';
import type { EngineFailure } from '../types.ts';
import type { Manifest } from './manifest.ts';

/** What a sandbox's child is sent. It gets the bytes of its files once and belongs to them from then on. */
export type SandboxOrder = {
  type: 'run';
  run: number;
  files: ModelFile[];
  manifest: Manifest;
  input: Record<string, unknown>;
  seed: number;
  /** of pixels or samples, before they are encoded */
  raw_bytes_max: number;
};

/** What networks made, as plain numbers: it is encoded by another process. */
export type Raw =
  | { kind: 'picture'; width: number; height: number; pixels: Uint8Array }
  | { kind: 'film'; width: number; height: number; fps: number; frames: Uint8Array[] }
  | { kind: 'audio'; sample_rate: number; left: Float32Array; right: Float32Array };

export type SandboxResult =
  | {
      ok: true;
      raw: Raw;
      inference_ms: number;
      /** as the system counts it, besides what the child says */
      memory_bytes_peak?: number;
    }
  | EngineFailure;

export type SandboxEvent =
  { type: 'started' } | { type: 'progress'; step: number; total: number; label: string };
