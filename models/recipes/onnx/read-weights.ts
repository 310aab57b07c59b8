import { fromHalf } from './half.ts';

/** Fields of ONNX on the way to a tensor: model.graph, graph.initializer, tensor.data_type, tensor.raw_data. */
const GRAPH = 7;
const INITIALIZER = 5;
const DATA_TYPE = 2;
const RAW_DATA = 9;
const HALF = 10;

/** The weights of one of our own files, in the order in which they were added: what `Graph.weights` wrote. */
export function readWeights(file: Uint8Array): Float32Array[] {
  const graph = bytesOf(file, GRAPH)[0];
  if (!graph) throw new Error('not an ONNX file');
  return bytesOf(graph, INITIALIZER)
    .filter((tensor) => numberOf(tensor, DATA_TYPE) === HALF)
    .map((tensor) => fromHalf(new Uint16Array(new Uint8Array(bytesOf(tensor, RAW_DATA)[0]!).buffer)));
}

function bytesOf(message: Uint8Array, field: number): Uint8Array[] {
  return fieldsOf(message).flatMap((entry) => (entry.field === field && entry.bytes ? [entry.bytes] : []));
}

function numberOf(message: Uint8Array, field: number): number | undefined {
  return fieldsOf(message).find((entry) => entry.field === field)?.number;
}

function fieldsOf(message: Uint8Array): { field: number; bytes?: Uint8Array; number?: number }[] {
  const fields: { field: number; bytes?: Uint8Array; number?: number }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const [field, wireType] = [Math.floor(key / 8), key % 8];
    if (wireType === 0) fields.push({ field, number: varint() });
    else if (wireType === 2) {
      const length = varint();
      fields.push({ field, bytes: message.subarray(at, (at += length)) });
    } else at += wireType === 5 ? 4 : 8;
  }
  return fields;
}
