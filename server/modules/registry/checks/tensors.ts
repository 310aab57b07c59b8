import { hash } from 'node:crypto';
import { type Budget, varints, walk } from './wire.ts';
import { GRAPH, MODEL, TENSOR, TYPES } from './onnx.ts';
import { headBytes, layOutSafetensors } from './safetensors.ts';
import { sniff } from './sniff.ts';

/** One tensor of a file: the digest is of its bytes alone, so that it is the same in another file or format. */
export type TensorDigest = {
  name: string;
  type: string;
  shape: number[];
  bytes: number;
  /** sha256, hex */
  digest: string;
};

/** The tensors of a file that the gate has taken. */
export const tensorDigests = (file: Uint8Array): TensorDigest[] =>
  sniff(file) === 'onnx' ? ofOnnx(file) : ofSafetensors(file);

function ofSafetensors(file: Uint8Array): TensorDigest[] {
  const { tensors } = layOutSafetensors(file.subarray(0, headBytes(file, file.length)), file.length);
  return tensors.map(({ name, type, shape, from, to }) => ({
    ...{ name, type, shape, bytes: to - from },
    digest: hash('sha256', file.subarray(from, to), 'hex'),
  }));
}

/** What the outermost graph stores as plain bytes, which is what exporters write; numbers in lists are left out. */
function ofOnnx(file: Uint8Array): TensorDigest[] {
  const budget: Budget = { fields: Number.MAX_SAFE_INTEGER }; // the gate has counted them
  const found: TensorDigest[] = [];
  walk(file, MODEL, 'the model', budget, ({ number, bytes: graph }) => {
    if (number !== 7) return;
    walk(graph, GRAPH, 'a graph', budget, (field) => {
      const tensor = field.number === 5 ? storedTensor(field.bytes, budget) : null;
      if (tensor) found.push(tensor);
    });
  });
  return found;
}

function storedTensor(tensor: Uint8Array, budget: Budget): TensorDigest | null {
  const read = { name: '', type: '', shape: [] as number[] };
  const data: { bytes: Uint8Array | null } = { bytes: null };
  walk(tensor, TENSOR, 'a tensor', budget, (field) => {
    if (field.number === 1) read.shape.push(...varints(field, 8).map(Number));
    else if (field.number === 2) read.type = TYPES.get(Number(field.varint))?.[0] ?? '';
    else if (field.number === 4 || field.number === 9 || field.number === 10) data.bytes = field.bytes;
    else if (field.number === 8) read.name = Buffer.from(field.bytes).toString();
  });
  const { bytes } = data;
  return bytes && { ...read, bytes: bytes.length, digest: hash('sha256', bytes, 'hex') };
}
