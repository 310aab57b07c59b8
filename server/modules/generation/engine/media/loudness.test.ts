import { expect, test } from 'vitest';
import { createRandom } from '../../../../../models/contract/random.ts';
import { level, LOUDNESS_LUFS, loudnessOf, TRUE_PEAK_DBTP_MAX, truePeakOf, type Stereo } from './loudness.ts';

const DB = (value: number) => 10 ** (value / 20);

/** Parts of [seconds, dBFS] of a sine on both sides. */
function sine(parts: [number, number][], hertz = 1000, sampleRate = 48_000): Stereo {
  const left = Float32Array.from(
    parts.flatMap(([seconds, dbfs]) =>
      Array.from(
        { length: seconds * sampleRate },
        (_, i) => DB(dbfs) * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
      ),
    ),
  );
  return { left, right: left, sampleRate };
}

test.each([48_000, 44_100, 32_000])(
  'a full sine of 997 Hz on one side is -3.01 LKFS at %i Hz (BS.1770-4)',
  (rate) => {
    const { left } = sine([[3, 0]], 997, rate);
    const mono = { left, right: new Float32Array(left.length), sampleRate: rate };
    expect(loudnessOf(mono)).toBeCloseTo(-3.01, 1);
  },
);

// EBU Tech 3341, table 1, each +-0.1 LU
test.each([
  ['1: -23 dBFS', [[20, -23]], -23],
  ['2: -33 dBFS', [[20, -33]], -33],
  [
    '3: a quiet start and end',
    [
      [10, -36],
      [60, -23],
      [10, -36],
    ],
    -23,
  ],
  [
    '4: and quieter ones',
    [
      [10, -72],
      [10, -36],
      [60, -23],
      [10, -36],
      [10, -72],
    ],
    -23,
  ],
  [
    '5: the relative gate',
    [
      [20, -26],
      [20.1, -20],
      [20, -26],
    ],
    -23,
  ],
] satisfies [string, [number, number][], number][])('the meter passes case %s', (_, parts, lufs) => {
  expect(Math.abs(loudnessOf(sine(parts)) - lufs)).toBeLessThan(0.1);
});

// EBU Tech 3341, cases 15 to 18: +0.2, -0.4 dB
test.each([
  [4, 0],
  [4, 45],
  [6, 60],
  [8, 67.5],
])('a half sine of a %ith of the rate and phase %d peaks at -6 dBTP', (part, degrees) => {
  const left = Float32Array.from(
    { length: 4800 },
    (_, i) =>
      0.5 *
      Math.min(1, i / 500, (4799 - i) / 500) *
      Math.sin((2 * Math.PI * i) / part + (degrees * Math.PI) / 180),
  );
  const peak = truePeakOf({ left, right: left, sampleRate: 48_000 });
  expect(peak).toBeGreaterThan(-6.4);
  expect(peak).toBeLessThan(-5.8);
});

test('whatever comes is brought to one loudness, and no peak is over the ceiling', () => {
  const random = createRandom(1);
  const plucks = Float32Array.from({ length: 48_000 * 6 }, (_, i) => {
    const since = (i % 24_000) / 48_000;
    return random.normal() * 0.9 * Math.exp(-since * 9) + 0.05 * Math.sin(i / 40);
  });
  const pieces: Stereo[] = [
    { left: plucks, right: plucks.map((v) => v * 0.3), sampleRate: 48_000 },
    sine([[5, -50]], 220),
    sine([[2, -3]], 5000, 44_100),
  ];
  for (const piece of pieces) {
    const levelled = level(piece);
    expect(Math.abs(loudnessOf(levelled) - LOUDNESS_LUFS)).toBeLessThan(0.5);
    expect(truePeakOf(levelled)).toBeLessThanOrEqual(TRUE_PEAK_DBTP_MAX);
  }
});

test('silence and what is no number are refused', () => {
  const silence = new Float32Array(48_000);
  expect(() => level({ left: silence, right: silence, sampleRate: 48_000 })).toThrow('silent or broken');
  const broken = Float32Array.from(silence, (_, i) => (i === 30_000 ? NaN : 0.1));
  expect(() => level({ left: broken, right: silence, sampleRate: 48_000 })).toThrow('silent or broken');
});
