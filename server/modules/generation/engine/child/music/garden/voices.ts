import type { Random } from '../../../../../../../models/contract/random.ts';
import { frequency, perSample, SAMPLE_RATE, silence, turning } from '../mixing.ts';
import type { Instrument, Note } from './arrange.ts';

/** Plays one note: f32 mono at SAMPLE_RATE. `brightness` runs from -1 to 1. */
type PlayVoice = (note: Note, brightness: number, random: Random) => Float32Array;

export const VOICES: Record<Instrument, { play: PlayVoice; level: number; room: number }> = {
  koto: {
    play: (note, bright, random) =>
      string(note, { bright: 0.5 + 0.45 * bright, place: 0.13, hold: 6 }, random),
    level: 0.75,
    room: 0.3,
  },
  'low string': {
    play: (note, bright, random) => string(note, { bright: 0.3 + 0.2 * bright, place: 0.2, hold: 7 }, random),
    level: 0.3,
    room: 0.3,
  },
  dulcimer: { play: dulcimer, level: 0.5, room: 0.4 },
  'music box': {
    play: tine({
      ratios: [1, 2, 6.27, 9.4],
      levels: [1, 0.18, 0.16, 0.05],
      decays: [1.3, 2.6, 7, 14],
      click: 0.12,
    }),
    level: 0.45,
    room: 0.45,
  },
  'thumb piano': {
    play: tine({
      ratios: [1, 2.02, 5.4, 7.9],
      levels: [1, 0.12, 0.22, 0.06],
      decays: [2.2, 4, 14, 26],
      click: 0.2,
    }),
    level: 0.6,
    room: 0.35,
  },
  answer: {
    play: tine({ ratios: [1, 3, 6.27], levels: [1, 0.1, 0.08], decays: [1.4, 4, 9], click: 0.04 }),
    level: 0.3,
    room: 0.9,
  },
  'wind bell': {
    play: tine({
      ratios: [1, 1.006, 2.76, 5.4, 8.93],
      levels: [0.6, 0.5, 0.5, 0.25, 0.1],
      decays: [1.1, 1.2, 2, 4, 7],
      click: 0,
    }),
    level: 0.2,
    room: 1,
  },
  breath: { play: flute, level: 0.2, room: 0.6 },
  drum: { play: drum, level: 0.42, room: 0.5 },
  block: { play: block, level: 0.3, room: 0.5 },
};

/**
 * A plucked string in a loop of one period. Where it is plucked takes some overtones out, its length may
 * change while it sounds: pressed up to pitch, or trembling. The body is two soft resonances.
 */
function string(
  { pitch, length, force, press = 0, shake }: Note,
  { bright, place, hold }: { bright: number; place: number; hold: number },
  random: Random,
): Float32Array {
  const out = silence(Math.max(length, 1) + 3);
  const period = SAMPLE_RATE / frequency(pitch);
  const size = Math.ceil(period * 1.3) + 4;
  const line = new Float32Array(size);
  const soft = 0.15 + 0.75 * bright * (0.5 + 0.5 * force);
  const plucked = new Float32Array(Math.ceil(period));
  let burst = 0;
  for (let i = 0; i < plucked.length; i++) {
    burst += soft * (random.uniform() * 2 - 1 - burst);
    plucked[i] = burst;
  }
  const comb = Math.max(1, Math.round(period * place));
  const middle = plucked.reduce((sum, value) => sum + value, 0) / plucked.length;
  for (let i = 0; i < plucked.length; i++)
    line[i] = plucked[i]! - middle - 0.85 * (plucked[(i - comb + plucked.length) % plucked.length]! - middle);
  // the loop loses 60 dB in `hold` seconds on the way round, the higher the faster
  const loss = 10 ** ((-3 * period) / SAMPLE_RATE / (hold * (pitch > 72 ? 0.75 : 1)));
  const keep = 0.42 + 0.53 * bright;
  const [released, release] = [(length + 1) * SAMPLE_RATE, perSample(2.5)];
  let [write, last, level, low] = [plucked.length % size, 0, 1, 0];
  const [wood, hollow] = [resonance(480), resonance(210)];
  const bends = press !== 0 || shake === true;
  let delay = period - (1 - keep);
  for (let i = 0; i < out.length; i++) {
    if (bends && i % 16 === 0) {
      const seconds = i / SAMPLE_RATE;
      const bent = press * Math.max(0, 1 - Math.max(0, seconds - 0.08) / 0.22);
      const trembling = shake
        ? 0.22 * Math.sin(seconds * 33) * Math.min(1, Math.max(0, seconds - 0.15) * 3)
        : 0;
      delay = (period - (1 - keep)) * 2 ** (-(bent + trembling) / 12);
    }
    const at = write - delay + size * 2;
    const whole = Math.floor(at);
    const part = at - whole;
    const heard = line[whole % size]! * (1 - part) + line[(whole + 1) % size]! * part;
    const next = (heard * keep + last * (1 - keep)) * loss;
    last = heard;
    line[write] = next;
    if (++write === size) write = 0;
    if (i > released) level *= release;
    low += 0.5 * (next - low);
    const sounding = next * 0.75 + low * 0.25 + (wood(next) + hollow(next)) * 0.4;
    out[i] = sounding * level * Math.min(1, (out.length - i) / 2000);
  }
  return out;
}

/** Lets through what is near `hertz`, at full strength in the middle. */
function resonance(hertz: number, radius = 0.992) {
  const [a, b] = [2 * radius * Math.cos(turning(hertz)), -radius * radius];
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return (input: number) => {
    const y = (input - x2) * (1 - radius) + a * y1 + b * y2;
    x2 = x1;
    x1 = input;
    y2 = y1;
    y1 = y;
    return y;
  };
}

/** Two strings a hair apart, struck: bright and long. */
function dulcimer(note: Note, brightness: number, random: Random): Float32Array {
  const voice = { bright: 0.75 + 0.2 * brightness, place: 0.09, hold: 6 };
  const first = string(note, voice, random);
  const second = string({ ...note, pitch: note.pitch + 0.07 }, voice, random);
  return first.map((value, i) => (value + (second[i] ?? 0)) * 0.6);
}

/** Metal or wood that rings in partials of its own. */
function tine(body: { ratios: number[]; levels: number[]; decays: number[]; click: number }): PlayVoice {
  return ({ pitch, length, force, shake }, brightness, random) => {
    const out = silence(length + 1.8);
    const base = frequency(pitch);
    body.ratios.forEach((ratio, k) => {
      if (base * ratio > 16_000) return;
      const step = turning(base * ratio);
      const decay = perSample(body.decays[k]! * (0.7 + pitch / 200));
      let level = body.levels[k]! * (k > 0 ? (0.5 + force) * (1 + 0.5 * brightness) : 1);
      for (let i = 0; i < out.length && level > 1e-5; i++) {
        level *= decay;
        const trembling = shake ? 1 + 0.25 * Math.sin(i * turning(5.5)) : 1;
        out[i]! += Math.sin(step * i) * level * trembling;
      }
    });
    for (let i = 0; i < 300; i++) out[i]! += (random.uniform() * 2 - 1) * body.click * Math.exp(-i / 60);
    for (let i = 0; i < 48; i++) out[i]! *= i / 48;
    return out.map((value, i) => value * 0.7 * Math.min(1, (out.length - i) / 4000));
  };
}

/** Breath with a tone in it. */
function flute({ pitch, length }: Note, brightness: number, random: Random): Float32Array {
  const out = silence(length + 0.6);
  const step = turning(frequency(pitch));
  const colour = resonance(frequency(pitch), 0.998);
  const higher = resonance(frequency(pitch) * 2, 0.997);
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const seconds = i / SAMPLE_RATE;
    const swell = Math.min(1, seconds / 1.2) * Math.min(1, (out.length - i) / SAMPLE_RATE / 1.2);
    phase += step * (1 + 0.005 * Math.sin(seconds * 27) * Math.min(1, seconds / 3));
    const air = random.uniform() * 2 - 1;
    const tone =
      Math.sin(phase) + (0.2 + 0.1 * brightness) * Math.sin(2 * phase) + 0.08 * Math.sin(3 * phase);
    out[i] =
      swell *
      swell *
      (tone * 0.5 + (colour(air) + 0.5 * higher(air)) * 1.4) *
      (1 + 0.12 * Math.sin(seconds * 3.1));
  }
  return out;
}

function drum({ force }: Note): Float32Array {
  let phase = 0;
  return silence(1.4).map((_, i) => {
    const seconds = i / SAMPLE_RATE;
    phase += turning(62 + 40 * Math.exp(-seconds * 22));
    return Math.sin(phase) * Math.exp(-seconds * (5 - 2 * force)) * Math.min(1, i / 100);
  });
}

function block(_: Note): Float32Array {
  return silence(0.18).map((_, i) => {
    const seconds = i / SAMPLE_RATE;
    return (
      (Math.sin(turning(870) * i) + 0.6 * Math.sin(turning(1410) * i)) *
      Math.exp(-seconds * 45) *
      Math.min(1, i / 40)
    );
  });
}
