import { type Event, eventTokens, HIGHEST_DEGREE, LOWEST_DEGREE } from '../../contract/phrase.ts';
import type { Random } from '../../contract/random.ts';
import { drawWishes } from './composing.ts';
import type { Song } from './train.ts';

const PHRASES = 8;
/** Root and fifth of the five degrees, where a phrase may rest */
const RESTING = [-5, -2, 0, 3, 5, 8, 10];
type Figure = 'call' | 'arch' | 'fall' | 'run' | 'knock';

/**
 * The teacher of the phrase net: phrases in free time, mostly by step in a scale of five, which breathe.
 * The first is said again with another end, the third goes furthest and the fourth comes home.
 */
export function composePhrases(random: Random): Song {
  const wishes = drawWishes(random);
  const [tempo, valence, energy, density, register] = wishes;
  const centre = Math.round(4 + 3 * register);
  const tokens: number[] = [];
  let opening: Event[] = [];
  for (let k = 0; k < PHRASES; k++) {
    const place = k % 4;
    const phrase =
      place === 2 && opening.length > 0 && random.uniform() < 0.7
        ? answered(opening)
        : figure(place === 0 ? 'call' : place === 3 ? 'fall' : random.pick(figures()), place === 1 ? 2 : 0);
    if (place === 0) opening = phrase;
    const breath = random.pick(density > 0.3 ? [0.5, 1, 1] : density > -0.4 ? [1, 1.5, 2] : [1.5, 2, 3]);
    tokens.push(
      ...[...phrase, { degree: null, length: breath, ornament: 'plain' } satisfies Event].flatMap(
        eventTokens,
      ),
    );
  }
  return { tokens, chords: [], wishes };

  function figures(): Figure[] {
    const list: Figure[] = ['arch', 'arch', valence < 0 ? 'fall' : 'arch'];
    if (energy > -0.3) list.push('run');
    if (energy > 0.2) list.push('run', 'knock');
    if (valence < 0.2) list.push('knock');
    return list;
  }

  function figure(kind: Figure, lift: number): Event[] {
    const from = Math.max(LOWEST_DEGREE, Math.min(HIGHEST_DEGREE - 5, centre + lift + random.integer(3) - 1));
    switch (kind) {
      case 'call':
        return walk(rest(from), [3 + random.integer(2), -(1 + random.integer(2))], [1.5, 1], 1);
      case 'arch': {
        const up = 3 + random.integer(density > 0 ? 4 : 3);
        return walk(from - 1, [up, -(2 + random.integer(3))], [1, 0.5], 2);
      }
      case 'fall':
        return walk(from + 3 + random.integer(2), [-(4 + random.integer(3))], [1.5, 0.75], 3);
      case 'run': {
        const many = 4 + random.integer(4);
        const way = random.uniform() < 0.5 ? 1 : -1;
        const start = way > 0 ? from - 2 : from + many - 2;
        const fast = Array.from({ length: many }, (_, i) => note(start + way * i, 0.25, 'plain'));
        return [note(rest(start - way), 1.5, 'roll'), ...fast, ending(start + way * many)];
      }
      case 'knock': {
        const same = rest(from + 2);
        const lengths = [1.5, 1, 0.75, 0.5, 0.5, 0.25, 0.25, 0.25].slice(
          random.integer(2),
          6 + random.integer(3),
        );
        return [
          ...lengths.map((length) => note(same, length, 'plain')),
          ending(same + random.pick([-1, 0, 1])),
        ];
      }
    }
  }

  /** Goes by step, now and then over one, along the legs given; each leg starts slower than it ends. */
  function walk(start: number, legs: number[], lengths: number[], ends: number): Event[] {
    const events: Event[] = [];
    let degree = start;
    legs.forEach((leg, l) => {
      for (let i = 0; i < Math.abs(leg); i++) {
        const base =
          lengths[Math.min(lengths.length - 1, i)]! * (density > 0.3 ? 0.5 : 1) * (tempo > 0.4 ? 0.75 : 1);
        const length = Math.max(0.25, base * random.pick([0.5, 1, 1, 1, 1.5]));
        events.push(note(degree, length, ornament(length, events.length + l)));
        const dice = random.uniform();
        degree += Math.sign(leg) * (dice < 0.72 ? 1 : dice < 0.88 ? 2 : -1);
      }
    });
    events.push(ending(ends === 3 ? nearestOf([-5, 0, 5], degree) : degree));
    return events;
  }

  function ornament(length: number, place: number): Event['ornament'] {
    if (place === 0 && random.uniform() < 0.45) return 'roll';
    if (length >= 1.5 && random.uniform() < 0.3) return valence < 0 ? 'press' : 'shake';
    if (length >= 0.75 && random.uniform() < 0.18 + 0.1 * energy) return 'grace';
    return 'plain';
  }

  function ending(degree: number): Event {
    const long = random.pick(density > 0.3 ? [1.5, 2] : [2, 2, 3]);
    return note(rest(degree), long, random.uniform() < 0.35 ? (valence < 0 ? 'press' : 'shake') : 'plain');
  }

  /** The opening again, its last two notes turned to where it can rest. */
  function answered(phrase: Event[]): Event[] {
    const kept = phrase.slice(0, -1);
    const last = kept.at(-1)?.degree ?? centre;
    return [
      ...kept,
      note(last + random.pick([1, 2, -1]), 1, 'grace'),
      ending(last + random.pick([2, 3, -2])),
    ];
  }
}

function note(degree: number, length: number, ornament: Event['ornament']): Event {
  return { degree: Math.max(LOWEST_DEGREE, Math.min(HIGHEST_DEGREE, degree)), length, ornament };
}

function rest(degree: number): number {
  return nearestOf(RESTING, degree);
}

function nearestOf(list: readonly number[], degree: number): number {
  return list.reduce((best, one) => (Math.abs(one - degree) < Math.abs(best - degree) ? one : best));
}
