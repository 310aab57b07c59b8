import type { Random } from '../../../../../../../models/contract/random.ts';
import { frequency, perSample, SAMPLE_RATE, silence } from '../mixing.ts';
import type { Instrument, Note } from './arrange.ts';

const TURN = 2 * Math.PI;

/** Plays one note: f32 mono at SAMPLE_RATE. `brightness` runs from -1 to 1. */
export type PlayVoice = (note: Note, brightness: number, random: Random) => Float32Array;

export const VOICES: Record<Instrument, { play: PlayVoice; level: number; reverb: number }> = {
  pluck: { play: pluck, level: 0.5, reverb: 0.45 },
  bell: { play: bell, level: 0.32, reverb: 0.5 },
  keys: { play: keys, level: 0.36, reverb: 0.4 },
  pad: { play: pad, level: 0.5, reverb: 0.7 },
  bass: { play: bass, level: 0.32, reverb: 0.05 },
  kick: { play: kick, level: 0.6, reverb: 0.02 },
  snare: { play: snare, level: 0.55, reverb: 0.25 },
  hat: { play: hat, level: 0.3, reverb: 0.08 },
};

/** Karplus-Strong: a burst of noise in a loop of one period. The loop's length is a fraction, else high notes are out of tune. */
function pluck({ pitch, length, force }: Note, brightness: number, random: Random): Float32Array {
  const out = silence(length + 1.6);
  const period = SAMPLE_RATE / frequency(pitch) - 0.5; // the mean of two samples delays by half of one
  const whole = Math.floor(period);
  const part = period - whole;
  const damping = 0.9975 - 0.0015 * Math.max(0, (pitch - 60) / 24);
  const softness = 0.25 + 0.55 * (brightness * 0.5 + 0.5) * force;
  const released = length * SAMPLE_RATE;
  let burst = 0;
  for (let i = 0; i < out.length; i++) {
    if (i <= whole + 1) {
      burst += softness * (random.uniform() * 2 - 1 - burst);
      out[i] = burst;
      continue;
    }
    const now = out[i - whole]! * (1 - part) + out[i - whole - 1]! * part;
    const before = out[i - whole - 1]! * (1 - part) + (out[i - whole - 2] ?? 0) * part;
    out[i] = damping * 0.5 * (now + before) * (i > released ? 0.9996 : 1);
  }
  return out;
}

function bell({ pitch, length }: Note, brightness: number): Float32Array {
  const out = silence(length + 2.2);
  const step = (TURN * frequency(pitch)) / SAMPLE_RATE;
  const [strikeDecay, decay, releaseDecay] = [perSample(2.6), perSample(1.8), perSample(3)];
  const released = length * SAMPLE_RATE;
  let strike = 1.9 * (1 + 0.4 * brightness);
  let level = 1;
  for (let i = 0; i < out.length; i++) {
    strike *= strikeDecay;
    level *= i > released ? releaseDecay : decay;
    out[i] = level * Math.min(1, i / 90) * Math.sin(i * step + strike * Math.sin(i * step * 3.5));
  }
  return out;
}

/** An electric piano: a soft body and a short bright tine. */
function keys({ pitch, length, force }: Note, brightness: number): Float32Array {
  const out = silence(length + 0.8);
  const step = (TURN * frequency(pitch)) / SAMPLE_RATE;
  const [bodyDecay, tineDecay, decay, releaseDecay] = [
    perSample(3.5),
    perSample(9),
    perSample(1.9),
    perSample(9),
  ];
  const released = length * SAMPLE_RATE;
  let body = (0.8 + 0.5 * brightness) * (0.5 + force);
  let tine = 0.12;
  let level = 1;
  for (let i = 0; i < out.length; i++) {
    body *= bodyDecay;
    tine *= tineDecay;
    level *= i > released ? releaseDecay : decay;
    const bright = tine > 0.002 ? tine * Math.sin(i * step * 7) : 0;
    out[i] = level * Math.min(1, i / 130) * (Math.sin(i * step + body * Math.sin(i * step)) + bright);
  }
  return out;
}

function pad({ pitch, length }: Note, brightness: number, random: Random): Float32Array {
  const out = silence(length + 0.9);
  const step = frequency(pitch) / SAMPLE_RATE;
  const detuned = [1, 1.004, 0.9965];
  const phases = detuned.map(() => random.uniform());
  const cutoff = Math.min(0.45, (0.03 + 0.05 * (brightness * 0.5 + 0.5)) * (1 + frequency(pitch) / 900));
  const [attack, released, releaseDecay] = [0.35 * SAMPLE_RATE, length * SAMPLE_RATE, perSample(4)];
  let level = 1;
  let first = 0;
  let second = 0;
  for (let i = 0; i < out.length; i++) {
    let saws = 0;
    for (let k = 0; k < 3; k++) {
      const phase = phases[k]! + step * detuned[k]!;
      phases[k] = phase - Math.floor(phase);
      saws += phases[k]! * 2 - 1;
    }
    first += cutoff * (saws / 3 - first);
    second += cutoff * (first - second);
    if (i > released) level *= releaseDecay;
    out[i] = second * level * Math.min(1, i / attack);
  }
  return out;
}

function bass({ pitch, length }: Note): Float32Array {
  const out = silence(length + 0.08);
  const step = frequency(pitch) / SAMPLE_RATE;
  const decay = perSample(1.1);
  let level = 1;
  let phase = 0;
  let body = 0;
  for (let i = 0; i < out.length; i++) {
    phase += step;
    phase -= Math.floor(phase);
    body += 0.06 * (phase * 2 - 1 - body);
    level *= decay;
    out[i] =
      level * Math.min(1, i / 90, (out.length - i) / 800) * (Math.sin(TURN * phase) * 0.7 + body * 0.5);
  }
  return out;
}

function kick(): Float32Array {
  let phase = 0;
  return silence(0.32).map((_, i) => {
    const seconds = i / SAMPLE_RATE;
    phase += (TURN * (48 + 130 * Math.exp(-seconds * 38))) / SAMPLE_RATE;
    return Math.sin(phase) * Math.exp(-seconds * 9);
  });
}

function snare(_: Note, __: number, random: Random): Float32Array {
  let low = 0;
  return silence(0.22).map((_, i) => {
    const seconds = i / SAMPLE_RATE;
    const noise = random.uniform() * 2 - 1;
    low += 0.25 * (noise - low);
    return (
      (noise - low) * Math.exp(-seconds * 20) * 0.5 +
      Math.sin(TURN * 190 * seconds) * Math.exp(-seconds * 28) * 0.4
    );
  });
}

function hat(_: Note, __: number, random: Random): Float32Array {
  let low = 0;
  return silence(0.06).map((_, i) => {
    const noise = random.uniform() * 2 - 1;
    low += 0.6 * (noise - low);
    return (noise - low) * Math.exp((-i / SAMPLE_RATE) * 70);
  });
}
