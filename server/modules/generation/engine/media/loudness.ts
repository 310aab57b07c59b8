import { Refusal } from '../refusal.ts';

export type Stereo = { left: Float32Array; right: Float32Array; sampleRate: number };

/** What every piece is brought to, so that none shouts over the next in a list: what the large music services play at. */
export const LOUDNESS_LUFS = -14;
/** Lossy encoders overshoot by up to a decibel. */
export const TRUE_PEAK_DBTP_MAX = -1;

const PASSES_MAX = 4;
const CLOSE_ENOUGH_LU = 0.1;

/** The piece at LOUDNESS_LUFS with no true peak above TRUE_PEAK_DBTP_MAX. What cannot be heard is refused. */
export function level(audio: Stereo): Stereo {
  const whole = [audio.left, audio.right].every((side) => side.every(Number.isFinite));
  const before = loudnessOf(audio);
  if (!whole || before === -Infinity) throw new Refusal('output_rejected', 'the piece is silent or broken');
  let gain = 10 ** ((LOUDNESS_LUFS - before) / 20);
  for (let pass = 1; ; pass++) {
    const levelled = limit(amplified(audio, gain));
    const missing = LOUDNESS_LUFS - loudnessOf(levelled);
    if (Math.abs(missing) < CLOSE_ENOUGH_LU || pass === PASSES_MAX) return levelled;
    gain *= 10 ** (missing / 20); // the limiter took some
  }
}

/** Integrated loudness after ITU-R BS.1770-4, in LUFS; -Infinity for what never rises over the absolute gate. */
export function loudnessOf({ left, right, sampleRate }: Stereo): number {
  const step = Math.round(sampleRate / 10);
  const squares = [left, right].map((side) => weightedSquares(side, sampleRate, step));
  const blocks: number[] = [];
  for (let i = 0; i + 4 <= squares[0]!.length; i++) {
    let sum = 0;
    for (const side of squares) for (let k = i; k < i + 4; k++) sum += side[k]!;
    blocks.push(sum / (4 * step));
  }
  const loud = blocks.filter((power) => toLufs(power) > -70);
  const relative = toLufs(mean(loud)) - 10;
  return toLufs(mean(loud.filter((power) => toLufs(power) > relative)));
}

/** The highest level between the samples too, in dBTP: four times the rate, after BS.1770-4 annex 2. */
export function truePeakOf({ left, right }: Stereo): number {
  let peak = 0;
  for (const side of [left, right])
    for (let i = 0; i < side.length; i++) {
      const here = peakAt(side, i, peak);
      if (here > peak) peak = here;
    }
  return 20 * Math.log10(peak);
}

/** Sums of squares of the K-weighted signal over each full `step` of samples. */
function weightedSquares(side: Float32Array, sampleRate: number, step: number): Float64Array {
  const [shelf, highPass] = kWeighting(sampleRate);
  const sums = new Float64Array(Math.floor(side.length / step));
  let [x1, x2, y1, y2, z1, z2] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < sums.length * step; i++) {
    const x = side[i]!;
    const y = shelf.b0 * x + shelf.b1 * x1 + shelf.b2 * x2 - shelf.a1 * y1 - shelf.a2 * y2;
    const z = highPass.b0 * y + highPass.b1 * y1 + highPass.b2 * y2 - highPass.a1 * z1 - highPass.a2 * z2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    z2 = z1;
    z1 = z;
    sums[Math.floor(i / step)]! += z * z;
  }
  return sums;
}

/**
 * The two filters of the standard. It gives coefficients for 48 kHz only; these are the analogue
 * filters behind them, which give the very same numbers there and the right ones at other rates.
 */
function kWeighting(sampleRate: number) {
  const K = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const Q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const norm = 1 + K / Q + K * K;
  const shelf = {
    b0: (high + (band * K) / Q + K * K) / norm,
    b1: (2 * (K * K - high)) / norm,
    b2: (high - (band * K) / Q + K * K) / norm,
    a1: (2 * (K * K - 1)) / norm,
    a2: (1 - K / Q + K * K) / norm,
  };
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const scale = 1 + k / q + k * k;
  const highPass = { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / scale, a2: (1 - k / q + k * k) / scale };
  return [shelf, highPass] as const;
}

const TAPS = 12;
const PHASES = 4;
/** Windowed sinc: what lies 1/4, 2/4 and 3/4 of the way to the next sample. */
const BETWEEN = [1, 2, 3].map((phase) => {
  const taps = Float64Array.from({ length: TAPS }, (_, t) => {
    const distance = t - (TAPS / 2 - 1) - phase / PHASES;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (TAPS / 2 + 0.5));
    return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window;
  });
  const whole = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / whole);
});
/** Music's peaks between samples are no further above the samples than this; white noise's may be. */
const OVERSHOOT = 2;

/** The peak at sample `i` and on the way to the next; exact only where it may exceed `known`. */
function peakAt(side: Float32Array, i: number, known: number): number {
  const here = Math.abs(side[i]!);
  const next = i + 1 < side.length ? Math.abs(side[i + 1]!) : 0;
  if (Math.max(here, next) * OVERSHOOT <= known) return here;
  let peak = here;
  for (const taps of BETWEEN) {
    let value = 0;
    for (let t = 0; t < TAPS; t++) value += taps[t]! * (side[i + t - (TAPS / 2 - 1)] ?? 0);
    if (Math.abs(value) > peak) peak = Math.abs(value);
  }
  return peak;
}

const LOOK_AHEAD_SECONDS = 0.003;
const RELEASE_SECONDS = 0.09;

/** Turns down in time for each peak that would exceed the ceiling, both sides alike, and comes back slowly. */
function limit({ left, right, sampleRate }: Stereo): Stereo {
  const ceiling = 10 ** ((TRUE_PEAK_DBTP_MAX - 0.05) / 20);
  const reach = Math.round(LOOK_AHEAD_SECONDS * sampleRate);
  const gains = new Float32Array(left.length).fill(1);
  let peaks = 0;
  for (let i = 0; i < left.length; i++) {
    const peak = Math.max(peakAt(left, i, ceiling), peakAt(right, i, ceiling));
    if (peak <= ceiling) continue;
    peaks++;
    const needed = ceiling / peak;
    const to = Math.min(gains.length - 1, i + reach + 1);
    for (let k = Math.max(0, i - reach); k <= to; k++) if (gains[k]! > needed) gains[k] = needed;
  }
  if (peaks === 0) return { left, right, sampleRate };
  const release = 1 - Math.exp(-1 / (RELEASE_SECONDS * sampleRate));
  for (let i = 1; i < gains.length; i++)
    gains[i] = Math.min(gains[i]!, gains[i - 1]! + (1 - gains[i - 1]!) * release);
  const smooth = movingMean(gains, reach);
  return { left: left.map((v, i) => v * smooth[i]!), right: right.map((v, i) => v * smooth[i]!), sampleRate };
}

/** over `reach` to both sides */
function movingMean(values: Float32Array, reach: number): Float32Array {
  const at = (i: number) => values[Math.max(0, Math.min(values.length - 1, i))]!;
  let sum = 0;
  for (let i = -reach; i <= reach; i++) sum += at(i);
  return values.map((_, i) => {
    const mean = sum / (2 * reach + 1);
    sum += at(i + reach + 1) - at(i - reach);
    return mean;
  });
}

function amplified({ left, right, sampleRate }: Stereo, gain: number): Stereo {
  return { left: left.map((v) => v * gain), right: right.map((v) => v * gain), sampleRate };
}

function toLufs(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length || 0;
}
