/**
 * Fingerprints of what a file looks or sounds like: they outlive what its digest does not, such as another format,
 * another size, and metadata that was taken out. Alike is not the same: a fingerprint is a hint, with a distance.
 */

// --- Pictures --------------------------------------------------------------------------------------------------

/** RGB or RGBA, row by row. */
export type Pixels = { data: ArrayLike<number>; width: number; height: number; channels: 3 | 4 };

/**
 * 64 bytes. 32 of form: the signs of the 256 lowest frequencies (DCT) of the picture's light against their median,
 * as pHash does it with 64 (C. Zauner, 2010). 32 of colour: the mean of two colour differences in 4 x 4 fields.
 */
export type PictureFingerprint = Uint8Array<ArrayBuffer>;

const SIDE = 64;
const LOW = 16;
const FIELDS = 4;
const FORM_BYTES = (LOW * LOW) / 8;
const PICTURE_BYTES = FORM_BYTES + FIELDS * FIELDS * 2;

export function pictureFingerprint(pixels: Pixels): PictureFingerprint {
  const [light, blue, red] = planes(pixels);
  const print = new Uint8Array(PICTURE_BYTES);
  const frequencies = lowFrequencies(light);
  const middle = median(frequencies);
  // zigzag by distance from the lowest: the first 64 bits say the coarse form, and are looked up by
  for (const [place, at] of ORDER.entries())
    if ((frequencies[at] ?? 0) > middle) print[place >> 3] = (print[place >> 3] ?? 0) | (0x80 >> (place & 7));
  print.set(fieldMeans(blue), FORM_BYTES);
  print.set(fieldMeans(red), FORM_BYTES + FIELDS * FIELDS);
  return print;
}

/** The first 64 bits of a picture's form: what is near each other in all is near in these. */
export const coarseForm = (print: PictureFingerprint): bigint =>
  new DataView(print.buffer, print.byteOffset).getBigInt64(0);

export type PictureDistance = {
  /** Bits of form that differ, of 256. Unrelated pictures: 128, give or take 8. */
  form: number;
  /** Mean difference of colour, 0 to 255. */
  colour: number;
};

export function pictureDistance(one: PictureFingerprint, other: PictureFingerprint): PictureDistance {
  let form = 0;
  let colour = 0;
  for (let at = 0; at < FORM_BYTES; at += 1) form += BITS[(one[at] ?? 0) ^ (other[at] ?? 0)] ?? 0;
  for (let at = FORM_BYTES; at < PICTURE_BYTES; at += 1)
    colour += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return { form, colour: colour / (PICTURE_BYTES - FORM_BYTES) };
}

/** The picture, and what is left of it with so much cut off at each edge: a copy may have lost its border. */
export const bordersCut = (pixels: Pixels): Pixels[] =>
  [0, 0.02, 0.04, 0.06].map((part) => {
    const [left, top] = [Math.round(pixels.width * part), Math.round(pixels.height * part)];
    const [width, height] = [pixels.width - 2 * left, pixels.height - 2 * top];
    return rearranged(pixels, width, height, (x, y) => x + left + (y + top) * pixels.width);
  });

/** The picture as it is, mirrored, and turned by quarters: what a copy may be without being another picture. */
export function turned(pixels: Pixels): Pixels[] {
  const quarter = (of: Pixels): Pixels =>
    rearranged(of, of.height, of.width, (x, y) => y + (of.height - 1 - x) * of.width);
  const mirrored = rearranged(
    pixels,
    pixels.width,
    pixels.height,
    (x, y) => pixels.width - 1 - x + y * pixels.width,
  );
  return [pixels, mirrored].flatMap((first) => {
    const second = quarter(first);
    const third = quarter(second);
    return [first, second, third, quarter(third)];
  });
}

function rearranged(
  of: Pixels,
  width: number,
  height: number,
  from: (x: number, y: number) => number,
): Pixels {
  const data = new Uint8Array(width * height * of.channels);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const to = (x + y * width) * of.channels;
      const source = from(x, y) * of.channels;
      for (let c = 0; c < of.channels; c += 1) data[to + c] = of.data[source + c] ?? 0;
    }
  return { data, width, height, channels: of.channels };
}

/** Light and two colour differences (JFIF), each averaged to 64 x 64. Every pixel counts, so all decoders agree. */
function planes({ data, width, height, channels }: Pixels): [Float32Array, Float32Array, Float32Array] {
  const sums = Array.from({ length: 3 }, () => new Float32Array(SIDE * SIDE));
  const counts = new Float32Array(SIDE * SIDE);
  const [light, blue, red] = sums as [Float32Array, Float32Array, Float32Array];
  // smaller than the grid: its pixels are repeated
  const step = Math.min(1, width / SIDE, height / SIDE);
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step) {
      const at = (Math.floor(y) * width + Math.floor(x)) * channels;
      const [r, g, b] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
      const cell = Math.floor((y * SIDE) / height) * SIDE + Math.floor((x * SIDE) / width);
      light[cell] = (light[cell] ?? 0) + 0.299 * r + 0.587 * g + 0.114 * b;
      blue[cell] = (blue[cell] ?? 0) + 128 - 0.168736 * r - 0.331264 * g + 0.5 * b;
      red[cell] = (red[cell] ?? 0) + 128 + 0.5 * r - 0.418688 * g - 0.081312 * b;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  for (const plane of sums)
    plane.forEach((sum, cell) => (plane[cell] = sum / Math.max(1, counts[cell] ?? 0)));
  return [light, blue, red];
}

const COSINES = Float32Array.from({ length: LOW * SIDE }, (_, at) =>
  Math.cos(((2 * (at % SIDE) + 1) * (Math.floor(at / SIDE) + 1) * Math.PI) / (2 * SIDE)),
);

/** The 16 x 16 lowest frequencies of the light, without the constant in either direction. */
function lowFrequencies(light: Float32Array): Float32Array {
  const rows = new Float32Array(SIDE * LOW);
  for (let y = 0; y < SIDE; y += 1)
    for (let u = 0; u < LOW; u += 1) {
      let sum = 0;
      for (let x = 0; x < SIDE; x += 1) sum += (light[y * SIDE + x] ?? 0) * (COSINES[u * SIDE + x] ?? 0);
      rows[y * LOW + u] = sum;
    }
  const low = new Float32Array(LOW * LOW);
  for (let v = 0; v < LOW; v += 1)
    for (let u = 0; u < LOW; u += 1) {
      let sum = 0;
      for (let y = 0; y < SIDE; y += 1) sum += (rows[y * LOW + u] ?? 0) * (COSINES[v * SIDE + y] ?? 0);
      low[v * LOW + u] = sum;
    }
  return low;
}

const ORDER = Array.from({ length: LOW * LOW }, (_, at) => at).sort(
  (a, b) => (a % LOW) + Math.floor(a / LOW) - ((b % LOW) + Math.floor(b / LOW)) || a - b,
);

function fieldMeans(plane: Float32Array): Uint8Array {
  const means = new Float32Array(FIELDS * FIELDS);
  const width = SIDE / FIELDS;
  plane.forEach((value, at) => {
    const field = Math.floor(at / SIDE / width) * FIELDS + Math.floor((at % SIDE) / width);
    means[field] = (means[field] ?? 0) + value / (width * width);
  });
  return Uint8Array.from(means, (mean) => Math.round(mean));
}

function median(values: Float32Array): number {
  const sorted = Float32Array.from(values).sort();
  return ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2;
}

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

// --- Sound -----------------------------------------------------------------------------------------------------

/** One channel, -1 to 1. */
export type Sound = { samples: Float32Array; sample_rate: number };

/**
 * 32 bits about every 93 ms: whether energy between neighbouring bands grew or fell since the piece before
 * (J. Haitsma and T. Kalker, 2002). Silence is 0.
 */
export type SoundFingerprint = Int32Array<ArrayBuffer>;

const RATE = 5512.5;
const FRAME = 2048;
const HOP = 512;
const BANDS = 33;
const LOWEST_HZ = 300;
const HIGHEST_HZ = 2000;
/** Root of mean square below which nothing is heard, -60 dB. */
const SILENT = 0.001;
/** A copy begins anywhere: what is asked with is taken at so many places between two pieces. */
export const PHASES = 4;

/** `phase` 0 to `PHASES - 1` moves the beginning by a part of the distance between two pieces. */
export function soundFingerprint(sound: Sound, phase = 0): SoundFingerprint {
  const samples = atRate(sound).subarray(Math.round((phase * HOP) / PHASES));
  const pieces = Math.max(0, Math.floor((samples.length - FRAME) / HOP));
  const print = new Int32Array(pieces);
  let before = energies(samples, 0);
  for (let piece = 0; piece < pieces; piece += 1) {
    const now = energies(samples, (piece + 1) * HOP);
    print[piece] = now.quiet ? 0 : bitsOf(before.bands, now.bands);
    before = now;
  }
  return print;
}

function bitsOf(before: Float64Array, now: Float64Array): number {
  let bits = 0;
  for (let band = 0; band < BANDS - 1; band += 1) {
    const rise = (now[band] ?? 0) - (now[band + 1] ?? 0) - ((before[band] ?? 0) - (before[band + 1] ?? 0));
    bits = (bits << 1) | (rise > 0 ? 1 : 0);
  }
  return bits;
}

const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (FRAME - 1)),
);
const EDGES = Array.from({ length: BANDS + 1 }, (_, band) =>
  Math.round((LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (band / BANDS) * FRAME) / RATE),
);

function energies(samples: Float32Array, from: number): { bands: Float64Array; quiet: boolean } {
  const real = new Float64Array(FRAME);
  const imaginary = new Float64Array(FRAME);
  let power = 0;
  for (let at = 0; at < FRAME; at += 1) {
    const sample = samples[from + at] ?? 0;
    power += sample * sample;
    real[at] = sample * (WINDOW[at] ?? 0);
  }
  const bands = new Float64Array(BANDS);
  const quiet = power / FRAME < SILENT * SILENT;
  if (quiet) return { bands, quiet };
  transform(real, imaginary);
  for (let band = 0; band < BANDS; band += 1) {
    const first = EDGES[band] ?? 0;
    const last = Math.max(first + 1, EDGES[band + 1] ?? 0);
    for (let bin = first; bin < last; bin += 1)
      bands[band] = (bands[band] ?? 0) + (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2;
  }
  return { bands, quiet };
}

const COS = Float64Array.from({ length: FRAME / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / FRAME));
const SIN = Float64Array.from({ length: FRAME / 2 }, (_, at) => -Math.sin((2 * Math.PI * at) / FRAME));

/** Fourier, in place, over one frame. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  for (let at = 1, mirror = 0; at < length; at += 1) {
    let bit = length >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (at < mirror) {
      [real[at], real[mirror]] = [real[mirror] ?? 0, real[at] ?? 0];
      [imaginary[at], imaginary[mirror]] = [imaginary[mirror] ?? 0, imaginary[at] ?? 0];
    }
  }
  for (let size = 2; size <= length; size <<= 1) {
    const half = size >> 1;
    for (let k = 0; k < half; k += 1) {
      const cos = COS[(k * FRAME) / size] ?? 1;
      const sin = SIN[(k * FRAME) / size] ?? 0;
      for (let at = k; at < length; at += size) {
        const re = real[at + half] ?? 0;
        const im = imaginary[at + half] ?? 0;
        const turnedRe = re * cos - im * sin;
        const turnedIm = re * sin + im * cos;
        const [sumRe, sumIm] = [real[at] ?? 0, imaginary[at] ?? 0];
        real[at + half] = sumRe - turnedRe;
        imaginary[at + half] = sumIm - turnedIm;
        real[at] = sumRe + turnedRe;
        imaginary[at] = sumIm + turnedIm;
      }
    }
  }
}

/** To 5,512.5 samples a second: each is the mean of those around it, which keeps out most of what is too high. */
function atRate({ samples, sample_rate }: Sound): Float32Array {
  const ratio = sample_rate / RATE;
  if (ratio <= 1) return samples;
  const sums = new Float64Array(samples.length + 1);
  for (let at = 0; at < samples.length; at += 1) sums[at + 1] = (sums[at] ?? 0) + (samples[at] ?? 0);
  return Float32Array.from({ length: Math.floor(samples.length / ratio) }, (_, at) => {
    const from = Math.max(0, Math.round((at - 0.5) * ratio));
    const to = Math.min(samples.length, Math.round((at + 1.5) * ratio));
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from);
  });
}

export type SoundDistance = {
  /** Part of the bits that differ where the two lie on each other best, 0 to 1. Unrelated: about 0.5. */
  errors: number;
  /** How much of it was compared, in seconds. */
  seconds: number;
};

/** Less than this says nothing. */
const PIECES_MIN = 32;
export const SECONDS_MIN = (PIECES_MIN * HOP) / RATE;

/** Where two sounds are most alike, each against the other at every place that they share a piece of. */
export function soundDistance(one: SoundFingerprint, other: SoundFingerprint): SoundDistance | null {
  const places = new Map<number, number[]>();
  other.forEach((bits, at) => {
    if (bits !== 0) places.set(bits, [...(places.get(bits) ?? []), at]);
  });
  const offsets = new Map<number, number>();
  one.forEach((bits, at) => {
    for (const place of bits === 0 ? [] : (places.get(bits) ?? []))
      offsets.set(place - at, (offsets.get(place - at) ?? 0) + 1);
  });
  const likely = [...offsets].sort((a, b) => b[1] - a[1]).slice(0, 8);
  return likely.reduce<SoundDistance | null>((best, [offset]) => {
    const found = distanceAt(one, other, offset);
    return found && (!best || found.errors < best.errors) ? found : best;
  }, null);
}

function distanceAt(one: SoundFingerprint, other: SoundFingerprint, offset: number): SoundDistance | null {
  let pieces = 0;
  let wrong = 0;
  for (let at = Math.max(0, -offset); at < one.length && at + offset < other.length; at += 1) {
    const [a, b] = [one[at] ?? 0, other[at + offset] ?? 0];
    if (a === 0 && b === 0) continue;
    pieces += 1;
    wrong += bitsSet(a ^ b);
  }
  return pieces < PIECES_MIN ? null : { errors: wrong / (pieces * 32), seconds: (pieces * HOP) / RATE };
}

function bitsSet(bits: number): number {
  let left = bits >>> 0;
  let set = 0;
  while (left) {
    left &= left - 1;
    set += 1;
  }
  return set;
}
