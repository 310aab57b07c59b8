import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { FileRefused, refuseFile } from './refused.ts';

export type Field = {
  number: number;
  /** of a varint, as signed 64 bits */
  varint: bigint;
  /** of a string, bytes, message or packed list; of fixed numbers their bytes; of a varint none */
  bytes: Uint8Array;
};

/** Fields that may still be read of a file: a heap of tiny ones only wants to be walked through. */
export type Budget = { fields: number };

/** How each field of a message is encoded, and whether it may come more than once. */
export type Layout = Record<
  number,
  'varint' | 'varints' | 'bytes' | 'many bytes' | 'float' | 'floats' | 'doubles'
>;

const WIRE: Record<Layout[number], readonly WireType[]> = {
  varint: [WireType.Varint],
  varints: [WireType.Varint, WireType.LengthDelimited], // packed or one by one
  bytes: [WireType.LengthDelimited],
  'many bytes': [WireType.LengthDelimited],
  float: [WireType.Bit32],
  floats: [WireType.Bit32, WireType.LengthDelimited],
  doubles: [WireType.Bit64, WireType.LengthDelimited],
};
const ONCE = new Set<Layout[number]>(['varint', 'bytes', 'float']);
const NOTHING = new Uint8Array();

/**
 * Walks the fields of one message and copies none of them. What a lenient parser would read in another way is
 * refused: unknown fields, a field in another encoding, and what is there twice (the last wins, or both merge).
 */
export function walk(
  message: Uint8Array,
  layout: Layout,
  what: string,
  budget: Budget,
  onField: (field: Field) => void,
): void {
  const reader = new BinaryReader(message);
  let seen = 0; // a bit a field; those that may come once have low numbers
  try {
    while (reader.pos < reader.len) {
      if (--budget.fields < 0) return refuseFile('too_large', 'the file is made of too many parts');
      const [number, wire] = reader.tag();
      const kind = layout[number];
      if (!kind) return refuseFile('malformed', `${what} has the unknown field ${number}`);
      if (!WIRE[kind].includes(wire))
        return refuseFile('malformed', `field ${number} of ${what} is encoded otherwise`);
      if (ONCE.has(kind)) {
        if (seen & (1 << number)) return refuseFile('malformed', `field ${number} of ${what} is there twice`);
        seen |= 1 << number;
      }
      onField({ number, ...value(reader, wire, message) });
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    refuseFile('malformed', `${what} is cut off or not well formed`);
  }
}

function value(reader: BinaryReader, wire: WireType, message: Uint8Array): Omit<Field, 'number'> {
  if (wire === WireType.Varint) return { varint: BigInt(reader.int64()), bytes: NOTHING };
  if (wire !== WireType.LengthDelimited) return { varint: 0n, bytes: reader.skip(wire) };
  refuseLongLength(message, reader.pos);
  return { varint: 0n, bytes: reader.bytes() };
}

/** The library reads a length of more than 32 bits as its lower half; a runtime would not. */
function refuseLongLength(message: Uint8Array, at: number): void {
  for (let place = 0; place < 4; place++) if ((message[at + place] ?? 0) < 0x80) return;
  if ((message[at + 4] ?? 0) > 0x0f) refuseFile('malformed', 'a length has more than 32 bits');
}

/** A repeated whole number, packed or one of it, at most `count_max`. */
export function varints({ varint, bytes }: Field, count_max: number): bigint[] {
  if (bytes === NOTHING) return [varint];
  const reader = new BinaryReader(bytes);
  const found: bigint[] = [];
  while (reader.pos < reader.len) {
    if (found.length >= count_max) refuseFile('too_large', `a list has more than ${count_max} numbers`);
    found.push(BigInt(reader.int64()));
  }
  return found;
}

const VARINT_BYTES_MAX = 10;

/** How many whole numbers a repeated field holds, without reading them. */
export function countVarints({ bytes }: Field): number {
  if (bytes === NOTHING) return 1;
  let count = 0;
  let length = 0;
  for (const byte of bytes) {
    length += 1;
    if (length > VARINT_BYTES_MAX) refuseFile('malformed', 'a number has more than 64 bits');
    if (byte < 0x80) {
      count += 1;
      length = 0;
    }
  }
  if (length > 0) refuseFile('malformed', 'a list is cut off');
  return count;
}
