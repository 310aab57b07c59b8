export { createSandboxEngine, type SandboxOptions, startSandboxOnce } from './engine.ts';
export { inputSchemaOf, Manifest, misfits, modalityOf, type NetworkReport } from './manifest.ts';
