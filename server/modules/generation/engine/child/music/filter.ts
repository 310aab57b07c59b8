import { SAMPLE_RATE } from './mixing.ts';

/** Low-pass with resonance (a state variable filter); its cutoff may move with every sample. */
export function lowPass(resonance: number) {
  let [first, second] = [0, 0];
  const damp = 2 - 1.9 * resonance;
  return (input: number, hertz: number): number => {
    const g = Math.tan((Math.PI * Math.min(hertz, 0.42 * SAMPLE_RATE)) / SAMPLE_RATE);
    const high = (input - (damp + g) * first - second) / (1 + g * (g + damp));
    const band = g * high + first;
    const low = g * band + second;
    first = g * high + band;
    second = g * band + low;
    return low;
  };
}
