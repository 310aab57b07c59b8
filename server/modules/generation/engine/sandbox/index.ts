export { createSandboxEngine, startSandboxOnce } from './engine.ts';
export { inputSchemaOf } from './input-schema.ts';
export { Manifest, misfits, modalityOf, type NetworkReport } from './manifest.ts';
