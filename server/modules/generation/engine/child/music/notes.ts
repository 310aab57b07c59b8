/** times in seconds, pitch as MIDI number, force 0..1 */
export type Note<Instrument extends string = string> = {
  start: number;
  length: number;
  pitch: number;
  force: number;
  instrument: Instrument;
};

/** How an instrument stands in the score: its place in the MIDI file and its layer in the picture. */
export type Part = {
  /** General MIDI, 0..127; a drum has none */
  program?: number;
  layer: Layer;
};
export type Layer = 'pad' | 'bass' | 'drums' | 'companion' | 'lead';
export type Parts<Instrument extends string = string> = Readonly<Record<Instrument, Part>>;

/** MIDI number of a degree of a scale that repeats each octave */
export function pitchOf(scale: readonly number[], root: number, degree: number): number {
  const steps = scale.length;
  return root + 12 * Math.floor(degree / steps) + scale[((degree % steps) + steps) % steps]!;
}
