import { addReverb } from './reverb.ts';

export const SAMPLE_RATE = 48_000;
const TURN = 2 * Math.PI;

/** What a group of instruments has played so far. */
export type Track = { left: Float32Array; right: Float32Array };

export function track(samples: number): Track {
  return { left: new Float32Array(samples), right: new Float32Array(samples) };
}

export function samplesOf(seconds: number): number {
  return Math.max(0, Math.floor(seconds * SAMPLE_RATE));
}

export function silence(seconds: number): Float32Array {
  return new Float32Array(samplesOf(seconds));
}

export function frequency(pitch: number): number {
  return 440 * 2 ** ((pitch - 69) / 12);
}

/** radians a sample */
export function turning(hertz: number): number {
  return (TURN * hertz) / SAMPLE_RATE;
}

/** the factor of one sample for a decay of e^-rate in a second */
export function perSample(rate: number): number {
  return Math.exp(-rate / SAMPLE_RATE);
}

/** Adds a mono sound from second `start` on; `pan` runs from -1, left, to 1. What sticks out at the end is cut. */
export function place(
  sound: Float32Array,
  onto: Track,
  { start, gain, pan }: { start: number; gain: number; pan: number },
): void {
  const from = Math.round(start * SAMPLE_RATE);
  const angle = ((pan + 1) * Math.PI) / 4;
  const [left, right] = [Math.cos(angle) * gain, Math.sin(angle) * gain];
  const { left: ontoLeft, right: ontoRight } = onto;
  const end = Math.min(sound.length, onto.left.length - from);
  for (let i = Math.max(0, -from); i < end; i++) {
    ontoLeft[from + i]! += sound[i]! * left;
    ontoRight[from + i]! += sound[i]! * right;
  }
}

export function addTrack(from: Track, onto: Track, gain: number): void {
  addSide(from.left, onto.left, gain);
  addSide(from.right, onto.right, gain);
}

function addSide(from: Float32Array, onto: Float32Array, gain: number): void {
  for (let i = 0; i < onto.length; i++) onto[i]! += from[i]! * gain;
}

/** Reverberation of `sent`, a little different on the two sides. */
export function addRoom(sent: Track, onto: Track, { wet, room }: { wet: number; room: number }): void {
  addReverb(sent.left, onto.left, { wet, room, spread: 0 });
  addReverb(sent.right, onto.right, { wet, room, spread: 23 });
}

/** Echoes that change sides. */
export function addEcho(
  sent: Track,
  onto: Track,
  { seconds, feedback, wet }: { seconds: number; feedback: number; wet: number },
): void {
  const delay = samplesOf(seconds);
  const [first, second] = [new Float32Array(delay), new Float32Array(delay)];
  let [dullLeft, dullRight] = [0, 0];
  for (let i = 0, at = 0; i < onto.left.length; i++) {
    const [left, right] = [first[at]!, second[at]!];
    dullLeft += 0.5 * (left - dullLeft);
    dullRight += 0.5 * (right - dullRight);
    first[at] = (sent.left[i]! + sent.right[i]!) * 0.5 + dullRight * feedback;
    second[at] = dullLeft;
    if (++at === delay) at = 0;
    onto.left[i]! += left * wet;
    onto.right[i]! += right * wet;
  }
}

/** The glue at the end: nothing below hearing, an even level into a soft limit, a fade of the last moment. */
export function finishMix(mix: Track, { drive, fade }: { drive: number; fade: number }): void {
  const share = 1 - perSample(TURN * 18);
  for (const side of [mix.left, mix.right])
    for (let i = 0, below = 0; i < side.length; i++) side[i]! -= below += share * (side[i]! - below);
  let squares = 0;
  for (let i = 0; i < mix.left.length; i++) squares += mix.left[i]! ** 2 + mix.right[i]! ** 2;
  const gain = drive / Math.sqrt(squares / (2 * mix.left.length) || 1);
  const fading = fade * SAMPLE_RATE;
  for (const side of [mix.left, mix.right])
    for (let i = 0; i < side.length; i++)
      side[i] = Math.tanh(side[i]! * gain) * Math.min(1, (side.length - i) / fading);
}
