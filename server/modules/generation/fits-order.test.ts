import { expect, test } from 'vitest';
import type { MediaOutput } from './engine/index.ts';
import { misfitOf } from './fits-order.ts';

const work = (made: Partial<MediaOutput>): MediaOutput => ({
  ...{ role: 'primary', modality: 'image', mime: 'image/webp', extension: 'webp', bytes: new Uint8Array() },
  ...made,
});
const PIXELS = { kind: 'pixels', width: 'width', height: 'height' } as const;
const SECONDS = { kind: 'seconds', field: 'duration_s' } as const;
const asked = { width: 256, height: 128 };

test('a picture is at least as large as what is paid for', () => {
  expect(misfitOf(PIXELS, asked, [work(asked)], 1)).toBeNull();
  expect(misfitOf(PIXELS, asked, [work({ width: 512, height: 256 })], 1)).toBeNull();
  expect(misfitOf(PIXELS, asked, [work({ width: 128, height: 256 })], 1)).toMatch('pixels');
  expect(misfitOf(PIXELS, asked, [work({})], 1)).toMatch('pixels');
});

test('a piece is not much shorter than what is paid for', () => {
  expect(misfitOf(SECONDS, { duration_s: 10 }, [work({ duration_ms: 8_000 })], 1)).toBeNull();
  expect(misfitOf(SECONDS, { duration_s: 10 }, [work({ duration_ms: 7_999 })], 1)).toMatch('ms');
  expect(misfitOf(SECONDS, { duration_s: 10 }, [work({})], 1)).toBeNull();
});

test('one order is one work, whatever comes along with it', () => {
  expect(misfitOf(PIXELS, asked, [work(asked), work({ role: 'opus' })], 1)).toBeNull();
  expect(misfitOf(PIXELS, asked, [work(asked), work(asked)], 1)).toMatch('2 works');
  expect(misfitOf(PIXELS, asked, [work(asked), work(asked)], 8)).toBeNull();
  expect(misfitOf(PIXELS, asked, [], 1)).toMatch('Nothing');
});
