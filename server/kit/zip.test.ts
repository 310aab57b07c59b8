import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventually } from '../../tests/eventually.ts';
import { type ZipEntry, zipOf } from './zip.ts';

const at = new Date('2026-03-01T10:00:00Z');

async function* pieces(...of: string[]) {
  for (const piece of of) yield Buffer.from(piece);
}
async function* entries(...of: ZipEntry[]) {
  yield* of;
}

/** Reads it from its end, as programs do: the directory says where each entry lies. */
function unzipped(zip: Buffer): [name: string, text: string][] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let line = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    expect(zip.readUInt32LE(line)).toBe(0x0201_4b50);
    const named = zip.readUInt16LE(line + 28);
    const name = zip.subarray(line + 46, line + 46 + named).toString();
    const head = zip.readUInt32LE(line + 42);
    expect(zip.readUInt32LE(head)).toBe(0x0403_4b50);
    const from = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
    const bytes = zip.subarray(from, from + zip.readUInt32LE(line + 24));
    expect(crc32(bytes)).toBe(zip.readUInt32LE(line + 16));
    line += 46 + named + zip.readUInt16LE(line + 30);
    return [name, bytes.toString()];
  });
}

test('what goes in comes out, under names of any letters, and it is the same twice', async () => {
  const zipped = async () => {
    const from = entries(
      { name: 'README.txt', at, bytes: Buffer.from('read me') },
      { name: 'bilder/Ströme.txt', at, bytes: pieces('one ', 'two ', 'three') },
      { name: 'empty.bin', at, bytes: pieces() },
    );
    return Buffer.concat(await Array.fromAsync(zipOf(from)));
  };
  const one = await zipped();
  expect(unzipped(one)).toEqual([
    ['README.txt', 'read me'],
    ['bilder/Ströme.txt', 'one two three'],
    ['empty.bin', ''],
  ]);
  expect((await zipped()).equals(one)).toBe(true);
});

test('it is made as it is taken, and whoever stops closes what was open', async () => {
  let read = 0;
  let closed = false;
  async function* endless() {
    try {
      for (;;) {
        read += 1;
        yield Buffer.alloc(65_536);
      }
    } finally {
      closed = true;
    }
  }
  const zip = zipOf(entries({ name: 'endless', at, bytes: endless() }));
  for (let taken = 0; taken < 5; taken += 1) expect((await zip.next()).done).toBe(false);
  await zip.return(undefined);
  expect(read).toBeLessThan(50);
  await eventually('it is closed', () => closed);
});

test('trouble with what goes in is trouble with the whole', async () => {
  async function* broken() {
    yield Buffer.from('a');
    throw new Error('the file is gone');
  }
  const zip = zipOf(entries({ name: 'a', at, bytes: broken() }));
  await expect(Array.fromAsync(zip)).rejects.toThrow('the file is gone');
});
