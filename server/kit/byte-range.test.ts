import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteRange } from './byte-range.ts';

const size = fc.nat(1_000);
const at = fc.nat(1_200);

test('what is understood is what a list of bytes has there, and the rest of it from any place makes it whole', () => {
  fc.assert(
    fc.property(size, at, at, (length, first, last) => {
      const bytes = Array.from({ length }, (_, n) => n);
      const cut = (header: string) => {
        const range = byteRange(header, length);
        return range && range !== 'none' ? bytes.slice(range.from, range.to) : range;
      };
      const asked = bytes.slice(first, last + 1);
      if (first > last) expect(cut(`bytes=${first}-${last}`)).toBeNull();
      else expect(cut(`bytes=${first}-${last}`)).toEqual(asked.length > 0 ? asked : 'none');
      expect(cut(`bytes=${first}-`)).toEqual(first < length ? bytes.slice(first) : 'none');
      expect(cut(`bytes=-${last}`)).toEqual(last > 0 && length > 0 ? bytes.slice(-last) : 'none');
    }),
  );
});

test('what is not understood, or is more than one range, is all of it', () => {
  for (const header of [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=1-2,4-5',
    'items=0-1',
    'bytes=a-b',
    'bytes=1.5-2',
  ])
    expect(byteRange(header, 10), header).toBeNull();
  fc.assert(fc.property(fc.string(), size, (header, length) => void byteRange(header, length)));
});
