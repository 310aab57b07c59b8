export { engineOutOf } from './engines.ts';
export type { Endpoint, EndpointKind, Health } from './remote/endpoint.ts';
export { finishingAt } from './remote/finishing.ts';
export { createOutside, type Outside } from './remote/outside.ts';
export { createEngine, type EngineOptions } from './engine.ts';
export {
  createSandboxEngine,
  inputSchemaOf,
  Manifest,
  misfits,
  modalityOf,
  type NetworkReport,
  startSandboxOnce,
} from './sandbox/index.ts';
export { SEED_MAX } from './types.ts';
export type {
  Engine,
  EngineEvent,
  EngineFailure,
  EngineJob,
  EngineResult,
  EngineSuccess,
  MediaOutput,
  Modality,
  Picture,
  ReleaseFiles,
  RunOptions,
  Runtime,
} from './types.ts';
