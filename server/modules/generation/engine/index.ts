export { engineOutOf } from './engines.ts';
export type { Endpoint, Health } from './remote/endpoint.ts';
export { finishingAt } from './remote/finishing.ts';
export { createOutside, type Outside } from './remote/outside.ts';
export { createEngine } from './engine.ts';
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
  InputPictures,
  EngineResult,
  EngineSuccess,
  MediaOutput,
  Modality,
  Picture,
  RunOptions,
  Runtime,
} from './types.ts';
