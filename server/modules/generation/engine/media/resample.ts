/** Zero crossings of the sinc to each side: what lies 60 dB down is not heard beside the piece itself. */
const REACH = 16;

/** The same sound at another rate: a windowed sinc, exact for each of the phases that two whole rates can have. */
export function resample(side: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return side;
  const common = gcd(from, to);
  const [step, phases] = [from / common, to / common];
  // towards a lower rate, what it cannot hold is taken away
  const cutoff = Math.min(1, to / from) * 0.97;
  const half = Math.ceil(REACH / cutoff);
  const kernel = kernelFor(phases, half, cutoff);
  const length = Math.floor((side.length * to) / from);
  const result = new Float32Array(length);
  for (let n = 0, at = 0, phase = 0; n < length; n++) {
    const taps = kernel[phase]!;
    let sum = 0;
    const first = at - half + 1;
    for (let t = Math.max(0, -first); t < taps.length && first + t < side.length; t++)
      sum += taps[t]! * side[first + t]!;
    result[n] = sum;
    phase += step;
    at += Math.floor(phase / phases);
    phase %= phases;
  }
  return result;
}

/** For each phase the weights of the samples around it; they sum to one, so that a level stays what it is. */
function kernelFor(phases: number, half: number, cutoff: number): Float32Array[] {
  return Array.from({ length: phases }, (_, phase) => {
    const taps = Float64Array.from({ length: half * 2 }, (_tap, t) => {
      const distance = t - half + 1 - phase / phases;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / half);
      const angle = Math.PI * distance * cutoff;
      return (Math.abs(distance) >= half ? 0 : window) * (angle === 0 ? 1 : Math.sin(angle) / angle);
    });
    const whole = taps.reduce((sum, tap) => sum + tap, 0);
    return Float32Array.from(taps, (tap) => tap / whole);
  });
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
