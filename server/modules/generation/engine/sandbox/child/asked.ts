import { Refusal } from '../../refusal.ts';
import type { Dimension, Manifest } from '../manifest.ts';

/** What one run is asked for, read out of the input by what the manifest allows. */
export type Asked = {
  prompt: string;
  width: number;
  height: number;
  frames: number;
  /** of music, for each channel */
  samples: number;
  steps: number;
  guidance: number;
  seed: number;
  number(name: string, low: number, high: number): number;
  word(name: string): string;
};

export function readAsked(manifest: Manifest, input: Record<string, unknown>, seed: number): Asked {
  const { size, duration_s, loop, output } = manifest;
  const number = (name: string, low: number, high: number): number => {
    const value = input[name];
    if (typeof value !== 'number' || !(value >= low && value <= high))
      throw new Refusal('invalid_input', `${name} must be a number from ${low} to ${high}`);
    return value;
  };
  const whole = (name: string, range: { minimum: number; maximum: number } | undefined) => {
    if (!range) return 0;
    const value = number(name, range.minimum, range.maximum);
    if (!Number.isInteger(value)) throw new Refusal('invalid_input', `${name} must be a whole number`);
    return value;
  };
  const seconds = duration_s ? number('duration_s', duration_s.minimum, duration_s.maximum) : 0;
  return {
    prompt: typeof input.prompt === 'string' ? input.prompt : '',
    width: whole('width', size?.width),
    height: whole('height', size?.height),
    frames: loop.kind === 'per-frame' ? Math.max(1, Math.round(seconds * loop.fps)) : 1,
    samples: output.role === 'audio-f32' ? Math.round(seconds * output.sample_rate) : 0,
    steps: loop.kind === 'flow' ? whole('steps', loop.steps) : 0,
    guidance:
      loop.kind === 'flow' && loop.guidance
        ? number('guidance', loop.guidance.minimum, loop.guidance.maximum)
        : 1,
    seed: seed >>> 0,
    number,
    word(name) {
      const value = input[name];
      if (typeof value !== 'string') throw new Refusal('invalid_input', `${name} must be a word`);
      return value;
    },
  };
}

const VALUES_MAX = 64_000_000;

/** `width/8` of what was asked for. */
export function shapeOf(dimensions: readonly Dimension[], asked: Asked): number[] {
  const shape = dimensions.map((dimension) => {
    if (typeof dimension === 'number') return dimension;
    const [whole = '', part = '1'] = dimension.split('/');
    const of = whole === 'width' ? asked.width : whole === 'height' ? asked.height : asked.samples;
    return Math.max(1, Math.ceil(of / Number(part)));
  });
  if (shape.reduce((product, size) => product * size, 1) > VALUES_MAX)
    throw new Refusal('invalid_input', 'the network would be given too much at this size');
  return shape;
}
