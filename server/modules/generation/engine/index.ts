export { createEngine, type EngineOptions } from './engine.ts';
export type {
  Engine,
  EngineEvent,
  EngineFailure,
  EngineJob,
  EngineResult,
  MediaOutput,
  Modality,
  Picture,
  ReleaseFiles,
  RunOptions,
  Runtime,
} from './types.ts';
