import type { ModelFileReport } from '#api/registry/model-file-shapes.ts';
import { checkOnnx } from './onnx.ts';
import { checkSafetensors } from './safetensors.ts';
import { sniff } from './sniff.ts';

export { FileRefused } from './refused.ts';

/** What an uploaded file is and holds, found out without loading it; throws `FileRefused` for what is not taken. */
export function checkModelFile(bytes: Uint8Array): ModelFileReport {
  return sniff(bytes) === 'onnx' ? checkOnnx(bytes) : checkSafetensors(bytes);
}
