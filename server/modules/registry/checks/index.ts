import type { ModelFileReport } from '#api/registry/model-file-shapes.ts';
import { checkOnnx } from './onnx.ts';
import { checkSafetensors } from './safetensors.ts';
import { sniff } from './sniff.ts';

export { readThrough, type ReadThrough } from './read-through.ts';
export { FileRefused } from './refused.ts';
export { sniff, START_BYTES } from './sniff.ts';
export { type TensorDigest, tensorDigests } from './tensors.ts';

/** What an uploaded file is and holds, found out without loading it; throws `FileRefused` for what is not taken. */
export function checkModelFile(bytes: Uint8Array): ModelFileReport {
  return sniff(bytes) === 'onnx' ? checkOnnx(bytes) : checkSafetensors(bytes);
}
