/** What the rest of the product knows of running a model. Any engine that keeps to `Engine` will do. */
export type Modality = 'image' | 'video' | 'music';

/** The files of one release, by absolute path. A file whose bytes do not match its digest is not run. */
export type ReleaseFiles = {
  engine: 'onnx/1';
  slug: string;
  modality: Modality;
  files: { role: string; path: string; sha256: string }[];
};

export type EngineJob = {
  generation_id: string;
  release: ReleaseFiles;
  /** already validated against the release's input schema, defaults filled in */
  input: Record<string, unknown>;
  /** uint32; same input and seed give the same bytes on one runtime */
  seed: number;
  limits: { wall_ms_max: number; memory_bytes_max: number; output_bytes_max: number };
};

export type EngineEvent =
  | { type: 'started' }
  | { type: 'progress'; step: number; total: number; label: string }
  | { type: 'preview'; mime: 'image/webp'; bytes: Uint8Array };

export type EngineFailure = {
  ok: false;
  code:
    | 'invalid_input'
    | 'model_error'
    | 'out_of_memory'
    | 'timeout'
    | 'output_rejected'
    | 'engine_crashed'
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
  runtime: Runtime;
};

export type EngineResult = EngineSuccess | EngineFailure;

export type Runtime = { name: string; version: string; provider: string; arch: string };

export type Picture = { mime: 'image/webp'; width: number; height: number; bytes: Uint8Array };

export type MediaOutput = {
  role: 'primary' | 'midi';
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
};

export type RunOptions = { signal: AbortSignal; onEvent: (event: EngineEvent) => void };

export type Engine = {
  /** Never throws for trouble in the model, its input or its process: that is a result. */
  run(job: EngineJob, options: RunOptions): Promise<EngineResult>;
  close(): Promise<void>;
};
