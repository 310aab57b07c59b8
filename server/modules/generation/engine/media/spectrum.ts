import type { Stereo } from './loudness.ts';

export const WINDOW = 4096;

/** Powers of the first half of a Hann window's Fourier transform. */
export function spectrum({ left, right }: Stereo, from: number): Float32Array {
  const real = new Float64Array(WINDOW);
  const imaginary = new Float64Array(WINDOW);
  for (let i = 0; i < WINDOW; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW);
    real[reversed(i)] = ((left[from + i] ?? 0) + (right[from + i] ?? 0)) * window;
  }
  for (let size = 2; size <= WINDOW; size *= 2) {
    const turn = (-2 * Math.PI) / size;
    for (let k = 0; k < size / 2; k++) {
      const [cos, sin] = [Math.cos(turn * k), Math.sin(turn * k)];
      for (let a = k; a < WINDOW; a += size) {
        const b = a + size / 2;
        const [r, i] = [real[b]! * cos - imaginary[b]! * sin, real[b]! * sin + imaginary[b]! * cos];
        real[b] = real[a]! - r;
        imaginary[b] = imaginary[a]! - i;
        real[a]! += r;
        imaginary[a]! += i;
      }
    }
  }
  return Float32Array.from({ length: WINDOW / 2 }, (_, i) => real[i]! ** 2 + imaginary[i]! ** 2);
}

const BITS = Math.log2(WINDOW);

function reversed(index: number): number {
  let out = 0;
  for (let bit = 0; bit < BITS; bit++) out |= ((index >> bit) & 1) << (BITS - 1 - bit);
  return out;
}
