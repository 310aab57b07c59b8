import type { Random } from '../../contract/random.ts';
import { degreeToken, HOLD, REST, STEPS_PER_BAR } from '../../contract/melody.ts';
import { chordTones, drawWishes, nearest, withinReach } from './composing.ts';
import type { Song } from './train.ts';

const MAJOR = [
  [0, 4, 5, 3],
  [0, 5, 3, 4],
  [0, 3, 4, 4],
  [0, 3, 0, 4],
  [0, 2, 3, 4],
  [5, 3, 0, 4],
  [0, 4, 3, 3],
  [0, 1, 4, 0],
  [3, 4, 0, 5],
  [0, 5, 1, 4],
  [0, 3, 5, 4],
];
const MINOR = [
  [0, 5, 2, 6],
  [0, 3, 4, 0],
  [0, 5, 3, 4],
  [0, 6, 5, 4],
  [0, 2, 6, 3],
  [0, 3, 6, 2],
  [5, 6, 0, 0],
  [0, 0, 5, 6],
  [0, 4, 5, 3],
];
const FORMS = [
  [0, 1, 0, 1, 0, 1, 0, 1],
  [0, 0, 1, 0, 0, 0, 1, 0],
  [0, 1, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 1, 0, 0, 0, 1],
];
const ON_BEAT = [0, 4, 8, 12];
const OFF_BEAT = [2, 6, 10, 14];
const BETWEEN = [1, 3, 5, 7, 9, 11, 13, 15];

/**
 * The only teacher of the melody net: a composer by rule. Two motifs (a rhythm and a contour each) in
 * a form, chord tones on strong beats, a breath and a cadence after four bars.
 */
export function composeSong(random: Random): Song {
  const wishes = drawWishes(random);
  const [, valence, energy, density, register] = wishes;
  const progressions = valence < -0.1 ? MINOR : MAJOR;
  const opening = random.pick(progressions);
  const chords = [...opening, ...(random.uniform() < 0.5 ? opening : random.pick(progressions))];
  const motifs = [0, 1].map(() => ({
    rhythm: rhythm(random, 0.5 + 0.5 * density),
    contour: contour(random),
  }));
  const form = random.pick(FORMS);
  const centre = Math.round(3 + 3.2 * register);
  const tokens: number[] = [];
  let last = centre;
  for (let bar = 0; bar < 8; bar++) {
    const steps = Array.from({ length: STEPS_PER_BAR }, () => HOLD);
    const { rhythm, contour } = motifs[form[bar]!]!;
    const phraseEnds = bar === 3 || bar === 7;
    for (const [k, step] of rhythm.entries()) {
      if (phraseEnds && step > 8) break;
      let degree = last + contour[k % contour.length]!;
      const tones = chordTones(chords[bar]!);
      if (step % 4 === 0 || random.uniform() < 0.2)
        degree = nearest(
          tones.filter((tone) => tone !== last || random.uniform() < 0.15),
          degree,
        );
      if (degree - centre > 5) degree -= 2 + random.integer(3);
      if (centre - degree > 5) degree += 2 + random.integer(3);
      if (phraseEnds && step >= 6) degree = bar === 7 ? (Math.abs(last) < 4 ? 0 : 7) : nearest(tones, last);
      last = withinReach(degree);
      steps[step] = degreeToken(last);
    }
    if (bar === 0 && steps[0] === HOLD) steps[0] = REST;
    if (phraseEnds && random.uniform() < 0.5 - 0.3 * energy) steps[14] = REST;
    else if (random.uniform() < 0.1 - 0.1 * energy) steps[15] = REST;
    tokens.push(...steps);
  }
  return { tokens, chords, wishes };
}

function rhythm(random: Random, density: number): number[] {
  const steps = new Set<number>();
  const maybe = (places: number[], chance: number) => {
    for (const place of places) if (random.uniform() < chance) steps.add(place);
  };
  maybe(ON_BEAT, 0.55 + 0.35 * density);
  maybe(OFF_BEAT, 0.12 + 0.55 * density);
  if (density > 0.6) maybe(BETWEEN, (density - 0.6) * 0.55);
  maybe([0], 0.8);
  return [...steps].sort((a, b) => a - b);
}

/** Mostly steps, some thirds, few leaps: a corpus of repeated notes teaches the net to drone. */
function contour(random: Random): number[] {
  const direction = random.pick([1, -1, 1, -1, 0]);
  return Array.from({ length: STEPS_PER_BAR }, (_, i) => {
    const dice = random.uniform();
    if (dice < 0.12) return 0;
    if (dice < 0.62) return random.uniform() < 0.5 + 0.25 * direction * (i < 4 ? 1 : -1) ? 1 : -1;
    return dice < 0.88 ? random.pick([2, -2, 3, -3]) : random.pick([4, -4, 5]);
  });
}
