import type { Random } from '../../../../../../../models/contract/random.ts';
import { lowPass } from '../filter.ts';
import { frequency, perSample, SAMPLE_RATE, silence, turning, type Track } from '../mixing.ts';
import type { Drum, Note } from './arrange.ts';

/** A saw without the ringing of a plain one: its edge is rounded over two samples. */
function saw(phase: number, step: number): number {
  const plain = 2 * phase - 1;
  if (phase < step) return plain - blep(phase / step);
  if (phase > 1 - step) return plain + blep((1 - phase) / step);
  return plain;
}

function blep(part: number): number {
  return 2 * part - part * part - 1;
}

/** Five detuned saws, spread over the sides. */
export function chord({ pitch, length }: Note, random: Random): Track {
  const [left, right] = [silence(length + 0.4), silence(length + 0.4)];
  const step = frequency(pitch) / SAMPLE_RATE;
  const voices = [-1, -0.45, 0, 0.4, 1].map((offset) => ({
    step: step * (1 + 0.006 * offset),
    phase: random.uniform(),
    side: 0.5 + 0.45 * offset,
  }));
  const [attack, released, release] = [0.012 * SAMPLE_RATE, length * SAMPLE_RATE, perSample(14)];
  let level = 0.3;
  for (let i = 0; i < left.length; i++) {
    if (i > released) level *= release;
    const loud = level * Math.min(1, i / attack);
    for (const voice of voices) {
      voice.phase += voice.step;
      if (voice.phase >= 1) voice.phase -= 1;
      const value = saw(voice.phase, voice.step) * loud;
      left[i]! += value * (1 - voice.side);
      right[i]! += value * voice.side;
    }
  }
  return { left, right };
}

/** Saw and a square an octave below through a filter that closes. */
export function bass({ pitch, length, force }: Note, brightness: number): Float32Array {
  const out = silence(length + 0.06);
  const step = frequency(pitch) / SAMPLE_RATE;
  const filter = lowPass(0.55);
  const [released, release] = [length * SAMPLE_RATE, perSample(60)];
  const closing = perSample(9);
  let [phase, level, open] = [0, 1, 1];
  for (let i = 0; i < out.length; i++) {
    phase += step;
    if (phase >= 1) phase -= 1;
    if (i > released) level *= release;
    open *= closing;
    const raw = saw(phase, step) * 0.6 + Math.sin(2 * Math.PI * phase) * 0.75;
    const cutoff = 130 + (900 + 1500 * Math.max(-0.5, brightness)) * open * force;
    out[i] = filter(raw, cutoff) * level * Math.min(1, i / 60, (out.length - i) / 200);
  }
  return out;
}

/** A narrow pulse, plucked. */
export function arp({ pitch, length, force }: Note, brightness: number): Float32Array {
  const out = silence(length + 0.25);
  const step = frequency(pitch) / SAMPLE_RATE;
  const filter = lowPass(0.35);
  const fading = perSample(8);
  const [released, release] = [length * SAMPLE_RATE, perSample(25)];
  let [phase, level] = [0, 1];
  for (let i = 0; i < out.length; i++) {
    phase += step;
    if (phase >= 1) phase -= 1;
    level *= i > released ? release : fading;
    const behind = phase < 0.3 ? phase + 0.7 : phase - 0.3;
    const pulse = saw(phase, step) - saw(behind, step);
    const cutoff = 700 + frequency(pitch) + (3500 + 2500 * brightness) * level * force;
    out[i] = filter(pulse, cutoff) * level * 0.7 * Math.min(1, i / 40);
  }
  return out;
}

/** Two saws a little apart and a square below them, with vibrato on what lasts. */
export function lead({ pitch, length, force }: Note, brightness: number): Float32Array {
  const out = silence(length + 0.3);
  const base = frequency(pitch) / SAMPLE_RATE;
  const filter = lowPass(0.3);
  const [released, release] = [length * SAMPLE_RATE, perSample(16)];
  const phases = [0, 0.37, 0.7];
  let level = 1;
  for (let i = 0; i < out.length; i++) {
    const seconds = i / SAMPLE_RATE;
    const vibrato = 1 + 0.006 * Math.min(1, Math.max(0, seconds - 0.18) * 4) * Math.sin(seconds * 34);
    if (i > released) level *= release;
    let sum = 0;
    for (const [k, ratio] of [1.003, 0.997, 0.5].entries()) {
      const step = base * ratio * vibrato;
      phases[k] = (phases[k]! + step) % 1;
      sum += k < 2 ? saw(phases[k]!, step) * 0.5 : Math.sin(2 * Math.PI * phases[k]!) * 0.35;
    }
    const cutoff = 1400 + (3200 + 2200 * brightness) * force * (0.6 + 0.4 * Math.exp(-seconds * 5));
    out[i] = filter(sum, cutoff) * level * Math.min(1, i / 200);
  }
  return out;
}

/** A soft triangle-like voice for the break. */
export function theme({ pitch, length }: Note): Float32Array {
  const out = silence(length + 0.7);
  const step = turning(frequency(pitch));
  const [released, release, attack] = [length * SAMPLE_RATE, perSample(6), 0.03 * SAMPLE_RATE];
  let level = 1;
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const seconds = i / SAMPLE_RATE;
    phase += step * (1 + 0.004 * Math.min(1, seconds * 2) * Math.sin(seconds * 30));
    if (i > released) level *= release;
    out[i] =
      level *
      Math.min(1, i / attack) *
      (Math.sin(phase) + Math.sin(3 * phase) / 8 + Math.sin(2 * phase) / 5) *
      0.6;
  }
  return out;
}

export const DRUMS: Record<Drum, (random: Random) => Float32Array> = {
  kick() {
    let phase = 0;
    return silence(0.42).map((_, i) => {
      const seconds = i / SAMPLE_RATE;
      phase += turning(46 + 210 * Math.exp(-seconds * 55) + 60 * Math.exp(-seconds * 14));
      const click = Math.exp(-seconds * 900) * 0.5;
      return (
        Math.tanh(1.6 * Math.sin(phase) * Math.exp(-seconds * 7.5) + click) *
        Math.min(1, (0.42 - seconds) * 20)
      );
    });
  },
  /** gated: a wide burst that is cut off */
  snare(random) {
    const high = highPassed(1200);
    return silence(0.26).map((_, i) => {
      const seconds = i / SAMPLE_RATE;
      const gate =
        seconds < 0.16 ? 0.55 + 0.45 * Math.exp(-seconds * 30) : Math.exp(-(seconds - 0.16) * 60) * 0.5;
      const body = Math.sin(turning(185) * i) * Math.exp(-seconds * 22);
      return high(random.uniform() * 2 - 1) * gate * 0.55 + body * 0.6;
    });
  },
  clap(random) {
    const high = highPassed(900);
    const low = lowPass(0.2);
    return silence(0.3).map((_, i) => {
      const seconds = i / SAMPLE_RATE;
      const bursts = [0, 0.011, 0.023].reduce(
        (sum, at) => sum + (seconds >= at ? Math.exp(-(seconds - at) * 160) : 0),
        0,
      );
      const tail = seconds > 0.03 ? Math.exp(-(seconds - 0.03) * 18) * 0.55 : 0;
      return low(high(random.uniform() * 2 - 1), 5200) * (bursts * 0.6 + tail);
    });
  },
  hat: (random) => hiss(random, 0.07, 62),
  open: (random) => hiss(random, 0.26, 13),
  tom(_random) {
    let phase = 0;
    return silence(0.3).map((_, i) => {
      const seconds = i / SAMPLE_RATE;
      phase += turning(95 + 90 * Math.exp(-seconds * 18));
      return Math.sin(phase) * Math.exp(-seconds * 11);
    });
  },
  crash: (random) => hiss(random, 1.8, 2.6),
};

function hiss(random: Random, seconds: number, decay: number): Float32Array {
  const high = highPassed(6500);
  return silence(seconds).map(
    (_, i) =>
      high(random.uniform() * 2 - 1) *
      Math.exp((-i / SAMPLE_RATE) * decay) *
      Math.min(1, (seconds * SAMPLE_RATE - i) / 400),
  );
}

function highPassed(hertz: number) {
  const share = 1 - Math.exp(-turning(hertz));
  let [low, lower] = [0, 0];
  return (input: number) => {
    low += share * (input - low);
    const once = input - low;
    lower += share * (once - lower);
    return once - lower;
  };
}

/** Noise that opens up towards its end. */
export function riser(seconds: number, random: Random): Track {
  const side = () => {
    const filter = lowPass(0.6);
    const high = highPassed(300);
    return silence(seconds).map((_, i) => {
      const part = i / (seconds * SAMPLE_RATE);
      return high(filter(random.uniform() * 2 - 1, 250 * 40 ** part)) * part * part;
    });
  };
  return { left: side(), right: side() };
}

/** The low blow that a drop comes down with. */
export function boom(): Float32Array {
  let phase = 0;
  return silence(1.3).map((_, i) => {
    const seconds = i / SAMPLE_RATE;
    phase += turning(34 + 46 * Math.exp(-seconds * 6));
    return Math.sin(phase) * Math.exp(-seconds * 3) * Math.min(1, i / 200);
  });
}
