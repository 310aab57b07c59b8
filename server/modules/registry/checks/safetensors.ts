import type { SafetensorsReport } from '#api/registry/model-file-shapes.ts';
import { nameOf, refuseFile, textOf } from './refused.ts';

/** Our own bound: the format allows headers of 100 MB. */
const HEADER_BYTES_MAX = 8_000_000;
const TENSORS_MAX = 20_000;
const RANK_MAX = 8;
const METADATA_MAX = 200;
const METADATA_BYTES_MAX = 100_000;

const BYTES_OF: ReadonlyMap<string, number> = new Map([
  ...(['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3'] as const).map((type) => [type, 1] as const),
  ...(['U16', 'I16', 'F16', 'BF16'] as const).map((type) => [type, 2] as const),
  ...(['U32', 'I32', 'F32'] as const).map((type) => [type, 4] as const),
  ...(['U64', 'I64', 'F64'] as const).map((type) => [type, 8] as const),
]);

type Entry = { name: string; dtype: string; shape: number[]; from: number; to: number };

/** A tensor, and where its bytes lie in the file. */
export type Placed = { name: string; type: string; shape: number[]; from: number; to: number };

/** Reads a safetensors file to its last byte: every tensor lies where the header says, and nothing else is there. */
export const checkSafetensors = (bytes: Uint8Array): SafetensorsReport =>
  layOutSafetensors(bytes.subarray(0, headBytes(bytes, bytes.length)), bytes.length).report;

/** How long the length of the header and the header are together; `start` are ten bytes or more. */
export function headBytes(start: Uint8Array, file_bytes: number): number {
  if (start.length < 10) refuseFile('malformed', 'The file ends before its header.');
  const announced = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (announced > BigInt(HEADER_BYTES_MAX)) refuseFile('too_large', `The header has ${announced} bytes.`);
  const length = 8 + Number(announced);
  if (length > file_bytes) refuseFile('malformed', 'The file ends within its header.');
  return length;
}

/** The same from the head of the file and its length alone: the header says where every byte belongs. */
export function layOutSafetensors(
  head: Uint8Array,
  file_bytes: number,
): { report: SafetensorsReport; tensors: Placed[] } {
  const header = head.subarray(8);
  if (header[0] !== 0x7b) refuseFile('malformed', 'The header does not begin with {.');
  const { entries, metadata } = readHeader(textOf(header, HEADER_BYTES_MAX, 'The header'));
  const ordered = entries.toSorted((a, b) => a.from - b.from || a.to - b.to);
  refuseHoles(ordered, file_bytes - head.length);
  const types: Record<string, number> = {};
  for (const { dtype } of entries) types[dtype] = (types[dtype] ?? 0) + 1;
  const parameters = entries.reduce((sum, { shape }) => sum + count(shape), 0);
  return {
    report: { format: 'safetensors', tensors: entries.length, parameters, types, metadata },
    tensors: ordered.map(({ name, dtype, shape, from, to }) => ({
      ...{ name, type: dtype, shape },
      ...{ from: head.length + from, to: head.length + to },
    })),
  };
}

/** Data lie one after the other from the first byte to the last, each as long as its type and shape say. */
function refuseHoles(ordered: readonly Entry[], data_bytes: number): void {
  let at = 0;
  for (const { name, dtype, shape, from, to } of ordered) {
    const each = BYTES_OF.get(dtype) ?? refuseFile('type', `${name} is of type ${dtype}.`);
    const needed = count(shape) * each;
    if (!Number.isSafeInteger(needed) || to - from !== needed)
      refuseFile('data_mismatch', `${name} has ${to - from} bytes and needs ${needed}.`);
    if (from !== at) refuseFile('data_mismatch', `${name} does not begin where the tensor before it ends.`);
    at = to;
  }
  if (at !== data_bytes)
    refuseFile('data_mismatch', `${data_bytes} bytes of data, of which ${at} belong to tensors.`);
}

const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** JSON of exactly the shape that the format allows. JSON.parse would let a key come twice. */
function readHeader(text: string): { entries: Entry[]; metadata: Record<string, string> } {
  const read = reader(text);
  const entries: Entry[] = [];
  let metadata: Record<string, string> | null = null;
  const names = new Set<string>();
  read.object((key) => {
    if (names.has(key)) refuseFile('malformed', `The header has ${JSON.stringify(key.slice(0, 100))} twice.`);
    names.add(key);
    if (key === '__metadata__') metadata = readMetadata(read);
    else if (entries.length >= TENSORS_MAX) refuseFile('too_large', `More than ${TENSORS_MAX} tensors.`);
    else entries.push(readEntry(read, nameOf(Buffer.from(key), 'The name of a tensor')));
  });
  read.end();
  if (entries.length === 0) refuseFile('malformed', 'There are no tensors in it.');
  return { entries, metadata: metadata ?? {} };
}

function readEntry(read: Reader, name: string): Entry {
  const found: { dtype?: string; shape?: number[]; data_offsets?: number[] } = {};
  read.object((key) => {
    if (key in found) refuseFile('malformed', `${name} has ${JSON.stringify(key.slice(0, 100))} twice.`);
    if (key === 'dtype') found.dtype = read.text();
    else if (key === 'shape') found.shape = read.numbers(RANK_MAX);
    else if (key === 'data_offsets') found.data_offsets = read.numbers(2);
    else refuseFile('malformed', `${name} has the unknown key ${JSON.stringify(key.slice(0, 100))}.`);
  });
  const { dtype, shape, data_offsets } = found;
  const [from, to] = data_offsets ?? [];
  if (dtype === undefined || shape === undefined || from === undefined || to === undefined)
    return refuseFile('malformed', `${name} lacks its type, shape or place.`);
  return { name, dtype, shape, from, to };
}

function readMetadata(read: Reader): Record<string, string> {
  const found = new Map<string, string>();
  let length = 0;
  read.object((key) => {
    const name = nameOf(Buffer.from(key), 'A key of the metadata');
    const value = read.text();
    length += value.length;
    if (found.has(name)) refuseFile('malformed', `The metadata have ${JSON.stringify(name)} twice.`);
    if (found.size >= METADATA_MAX || length > METADATA_BYTES_MAX)
      refuseFile('too_large', 'There are too many metadata.');
    found.set(name, value.replaceAll('\0', '').toWellFormed());
  });
  return Object.fromEntries(found);
}

type Reader = ReturnType<typeof reader>;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /(?:0|[1-9]\d{0,15})(?![\d.eE+-])/y;

function reader(text: string) {
  let at = 0;
  const token = (pattern: RegExp, what: string): string => {
    pattern.lastIndex = at;
    const [found] =
      pattern.exec(text) ?? refuseFile('malformed', `Character ${at} of the header is not ${what}.`);
    at += found.length;
    return found;
  };
  const space = () => void token(SPACE, 'space');
  const take = (char: string): boolean => {
    space();
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  const must = (char: string) => {
    if (!take(char)) refuseFile('malformed', `Character ${at} of the header is not ${char}.`);
  };
  const string = (): string => {
    space();
    const from = at;
    if (text[at] !== '"') refuseFile('malformed', `Character ${at} of the header is not text.`);
    do at += text[at] === '\\' ? 2 : 1;
    while (at < text.length && text[at] !== '"');
    at += 1;
    try {
      return String(JSON.parse(text.slice(from, at)));
    } catch {
      return refuseFile('malformed', `The text at ${from} of the header is not JSON.`);
    }
  };
  return {
    object(onKey: (key: string) => void): void {
      must('{');
      if (take('}')) return;
      do {
        const key = string();
        must(':');
        onKey(key);
      } while (take(','));
      must('}');
    },
    text: string,
    numbers(max: number): number[] {
      const found: number[] = [];
      must('[');
      if (take(']')) return found;
      do {
        space();
        const number = Number(token(NUMBER, 'a whole number'));
        if (!Number.isSafeInteger(number)) refuseFile('malformed', 'A number of the header is too large.');
        if (found.length >= max) refuseFile('too_deep', `More than ${max} dimensions.`);
        found.push(number);
      } while (take(','));
      must(']');
      return found;
    },
    end(): void {
      space();
      if (at !== text.length) refuseFile('malformed', `Something follows the header at ${at}.`);
    },
  };
}
