// What the rest of the product knows of running a model. Any engine that keeps to `Engine` will do.
import type { Modality } from '#api/base.ts';
import type { Binding } from '#api/registry/binding.ts';

export type { Modality };

/** The largest seed: any 32 bits, so that every runtime can take it. */
export const SEED_MAX = 2 ** 32 - 1;

/** The files of one release, by absolute path. A file whose bytes do not match its digest is not run. */
export type ReleaseFiles = {
  binding: Binding;
  slug: string;
  modality: Modality;
  files: { role: string; path: string; sha256: string }[];
};

/** A picture that an input names, and where whoever has the link can fetch it. */
export type InputPicture = {
  sha256: string;
  mime: string;
  extension: string;
  url: string;
  /** Null where it is not there any more; throws where that cannot be told now. */
  read(): Promise<Uint8Array | null>;
};
/** By the field of the input that names them. */
export type InputPictures = Record<string, InputPicture>;

export type EngineJob = {
  generation_id: string;
  /** which try it is, from 1: tells a try that is sent again from a new one */
  attempt?: number;
  release: ReleaseFiles;
  /** already validated against the release's input schema, defaults filled in */
  input: Record<string, unknown>;
  pictures?: InputPictures;
  /** uint32; same input and seed give the same bytes on one runtime */
  seed: number;
  limits: { wall_ms_max: number; memory_bytes_max: number; output_bytes_max: number };
};

export type EngineEvent =
  | { type: 'started' }
  | { type: 'progress'; step: number; total: number; label: string }
  | { type: 'preview'; mime: 'image/webp'; bytes: Uint8Array }
  /** a line of what the model says while it works */
  | { type: 'log'; text: string };

export type EngineFailure = {
  ok: false;
  code:
    | 'invalid_input'
    | 'model_error'
    | 'out_of_memory'
    | 'timeout'
    | 'output_rejected'
    | 'engine_crashed'
    /** the file is not one that may be run */
    | 'model_invalid'
    /** whoever should run it is away or full: not the job's fault, and not counted as a try */
    | 'runner_unavailable'
    /** the outside engine will not make this */
    | 'policy_blocked'
    | 'cancelled';
  message: string;
  /** whether the same job may well succeed when tried again */
  retryable: boolean;
};

export type EngineSuccess = {
  ok: true;
  outputs: MediaOutput[];
  /** time in the model, without encoding and transport */
  inference_ms: number;
  /** what the process of the model held at most; left out where it runs elsewhere or the system does not say */
  memory_bytes_peak?: number;
  runtime: Runtime;
};

export type EngineResult = EngineSuccess | EngineFailure;

export type Runtime = { name: string; version: string; provider: string; arch: string };

export type Picture = { mime: 'image/webp'; width: number; height: number; bytes: Uint8Array };

/** What comes along with the master: another form of the same piece, or its notes. */
export type CompanionRole = 'midi' | 'opus' | 'webm' | 'storyboard';

/** Frames of one size on one sheet, row by row, `interval_ms` apart. */
export type Storyboard = {
  columns: number;
  rows: number;
  frames: number;
  interval_ms: number;
  width: number;
  height: number;
};

export type MediaOutput = {
  role: 'primary' | CompanionRole;
  modality: Modality;
  mime: string;
  extension: string;
  bytes: Uint8Array;
  width?: number;
  height?: number;
  duration_ms?: number;
  /** longer side at most 512 pixels */
  thumbnail?: Picture;
  /** of a film: the frame at a third, full size */
  poster?: Picture;
  /** base64 */
  thumbhash?: string;
  /** of music: about 200 peaks, 0..1 */
  waveform?: number[];
  /** of a storyboard: how its frames lie on the sheet */
  storyboard?: Storyboard;
};

export type RunOptions = { signal: AbortSignal; onEvent: (event: EngineEvent) => void };

export type Engine = {
  /** Never throws for trouble in the model, its input or its process: that is a result. */
  run(job: EngineJob, options: RunOptions): Promise<EngineResult>;
  close(): Promise<void>;
};
