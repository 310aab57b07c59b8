import { asWav } from '../desk/child/as-wav.ts';
import type { Stereo } from './media/loudness.ts';
import { spectrum, WINDOW } from './media/spectrum.ts';

/** What the tests measure in a piece to hear whether the prompt was heard. */
export async function heard(flac: Uint8Array): Promise<Stereo> {
  const { bytes } = await asWav(flac);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const samples = (bytes.length - HEADER) / 4;
  const side = (first: 0 | 1) =>
    Float32Array.from({ length: samples }, (_, i) => view.getInt16(HEADER + 4 * i + 2 * first, true) / 32768);
  return { left: side(0), right: side(1), sampleRate: view.getUint32(24, true) };
}
const HEADER = 44;

/** The middle of what sounds above the bass, in hertz; every part of the piece counts alike. */
export function centroid(audio: Stereo): number {
  const first = Math.ceil((250 * WINDOW) / audio.sampleRate);
  let sum = 0;
  for (let k = 0; k < PARTS; k++) {
    const powers = spectrum(audio, Math.floor((k / PARTS) * (audio.left.length - WINDOW)));
    let [weighted, whole] = [0, 1e-12];
    for (let bin = first; bin < powers.length; bin++) {
      weighted += ((bin * audio.sampleRate) / WINDOW) * powers[bin]!;
      whole += powers[bin]!;
    }
    sum += weighted / whole;
  }
  return sum / PARTS;
}
const PARTS = 40;

/** How strongly a tone of exactly this pitch sounds in the first four seconds. */
export function strength({ left, right, sampleRate }: Stereo, hertz: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < 4 * sampleRate; i += 16) {
    const value = left[i]! + right[i]!;
    const angle = (2 * Math.PI * hertz * i) / sampleRate;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  }
  return Math.hypot(real, imaginary);
}

/** Effective values of each twentieth of a second. */
export function levels({ left, right, sampleRate }: Stereo): number[] {
  const step = Math.round(sampleRate / 20);
  return Array.from({ length: Math.floor(left.length / step) }, (_, k) => {
    let sum = 0;
    for (let i = k * step; i < (k + 1) * step; i++) sum += (left[i]! ** 2 + right[i]! ** 2) / 2;
    return Math.sqrt(sum / step);
  });
}

export type Score = { bpm: number; notes: { start: number; pitch: number; drum: boolean }[] };

/** What a MIDI file of ours says; times in seconds. */
export function readScore(midi: Uint8Array): Score {
  const data = Buffer.from(midi);
  const tempo = data.readUIntBE(data.indexOf(Buffer.from([0xff, 0x51, 3])) + 3, 3);
  const notes: Score['notes'] = [];
  let ticks = 0;
  for (let at = 22; at < data.length;) {
    let delta = 0;
    do delta = delta * 128 + (data[at]! & 127);
    while (data[at++]! & 128);
    ticks += delta;
    const status = data[at]!;
    if (status === 0xff) at += 3 + data[at + 2]!;
    else if (status >> 4 === 0xc) at += 2;
    else {
      if (status >> 4 === 9)
        notes.push({ start: (ticks * tempo) / 480e6, pitch: data[at + 1]!, drum: (status & 15) === 9 });
      at += 3;
    }
  }
  return { bpm: 60e6 / tempo, notes };
}

/** The share of the pitched notes that lie in the scale on the root that suits them best. */
export function inScale({ notes }: Score, scale: readonly number[]): number {
  const pitched = notes.filter(({ drum }) => !drum);
  const shares = Array.from(
    { length: 12 },
    (_, root) => pitched.filter(({ pitch }) => scale.includes((pitch - root + 120) % 12)).length,
  );
  return Math.max(...shares) / pitched.length;
}
