import { degreeToken, HOLD, REST, STEPS_PER_BAR } from '../../contract/melody.ts';
import type { Random } from '../../contract/random.ts';
import { chordTones, drawWishes, nearest, withinReach } from './composing.ts';
import type { Song } from './train.ts';

const LOOPS = [
  [0, 5, 2, 6],
  [0, 3, 5, 6],
  [0, 6, 5, 6],
  [5, 6, 0, 0],
  [5, 3, 0, 4],
  [0, 2, 6, 3],
  [3, 4, 5, 5],
  [0, 4, 5, 3],
];
/** Where the notes of a bar start: dance hooks lean against the beat. */
const RHYTHMS = [
  [0, 3, 6, 10, 12],
  [0, 3, 6, 8, 11, 14],
  [0, 3, 6, 9, 12, 14],
  [2, 4, 7, 10, 12, 14],
  [0, 2, 3, 6, 8, 10, 11, 14],
  [0, 4, 6, 7, 10, 14],
  [0, 6, 8, 14],
  [0, 6, 12],
  [2, 6, 10, 14],
  [0, 2, 4, 6, 8, 10, 12, 14],
  [0, 3, 4, 7, 8, 11, 12, 15],
];
/** Which of the four bars of a hook are alike: 0 the call, 1 the answer, 2 the turn. */
const SHAPES = [
  [0, 1, 0, 2],
  [0, 0, 0, 2],
  [0, 1, 0, 1],
  [0, 0, 1, 2],
];

/**
 * The teacher of the hook net: four bars of a few notes that stay in the ear, said twice. The call moves
 * with the chords or holds against them; the second time its last bar is turned another way.
 */
export function composeHook(random: Random): Song {
  const wishes = drawWishes(random);
  const [, , energy, density, register] = wishes;
  const loop = random.pick(LOOPS);
  const chords = [...loop, ...loop];
  const shape = random.pick(SHAPES);
  const call = motif(random, density);
  const answer = { ...call, contour: varied(call.contour, random) };
  const motifs = [call, answer, motif(random, density + 0.4)];
  const follows = random.uniform() < 0.6;
  const short = random.uniform() < 0.35 + 0.35 * energy;
  const centre = Math.round(4 + 2.5 * register);

  const bars: number[][] = [];
  for (let bar = 0; bar < 4; bar++) bars.push(writeBar(motifs[shape[bar]!]!, chords[bar]!));
  const again = bars.map((bar, i) => (i === 3 ? writeBar(motif(random, density + 0.3), chords[3]!) : bar));
  return { tokens: [...bars, ...again].flat(), chords, wishes };

  function writeBar({ rhythm, contour }: Motif, chord: number): number[] {
    const steps = Array.from<number>({ length: STEPS_PER_BAR }).fill(short ? REST : HOLD);
    const root = follows ? chord : 0;
    let degree = nearest(chordTones(root), centre + contour[0]!);
    rhythm.forEach((step, k) => {
      if (k > 0) degree += contour[k]!;
      if (step % 4 === 0 || k === rhythm.length - 1) degree = nearest(chordTones(chord), degree);
      if (degree - centre > 6) degree -= 4 + random.integer(3);
      if (centre - degree > 6) degree += 4 + random.integer(3);
      degree = withinReach(degree);
      steps[step] = degreeToken(degree);
      const next = rhythm[k + 1] ?? STEPS_PER_BAR;
      if (short && next - step > 1) steps[step + 1] = next - step > 2 ? HOLD : REST;
    });
    if (rhythm[0]! > 0 && !short) steps[0] = REST;
    return steps;
  }
}

type Motif = { rhythm: number[]; contour: number[] };

/** A few notes of fourths and thirds, a note said again now and then. */
function motif(random: Random, density: number): Motif {
  const wanted = 5 + 2.5 * density + random.normal();
  const rhythm = [...RHYTHMS].sort(
    (a, b) => Math.abs(a.length - wanted) - Math.abs(b.length - wanted) || a[1]! - b[1]!,
  )[random.integer(4)]!;
  return { rhythm, contour: rhythm.map(() => stepOf(random)) };
}

function stepOf(random: Random): number {
  const dice = random.uniform();
  if (dice < 0.2) return 0;
  if (dice < 0.55) return random.pick([1, -1]);
  return dice < 0.85 ? random.pick([2, -2]) : random.pick([3, -3, 4, -4, 5, -5, 7]);
}

function varied(contour: readonly number[], random: Random): number[] {
  return contour.map((step) => (random.uniform() < 0.3 ? stepOf(random) : step));
}
