import { createRandom, normals, type Random } from '../contract/random.ts';
import { AIR_BEFORE, FRAME, HARMONIES, SOUND_RATE } from '../contract/sound.ts';
import { NOISE } from '../contract/tensors.ts';
import { Graph, type Value } from './onnx/graph.ts';
import type { Attribute } from './words/attributes.ts';
import { readPrompt, type Reading } from './words/encoder.ts';

const SEED = 31;
const STYLE = 48;
const HIDDEN = 48;
const FAMILIES = HARMONIES.length - 1;
const ROUTES = 8;
const STATIONS = 16;
const VOICES = 5;
const OVERTONES = 10;
const LAYERS = 2;
const CHORDAL = LAYERS * VOICES * OVERTONES;
const SPARKS = 8;
const PULSES = 2;
const PARTIALS = CHORDAL + SPARKS + PULSES;
const BANDS = 8;
const ROOT_HERTZ = 77.8;
const HEARD: Attribute[] = [
  ...(['tempo', 'valence', 'energy', 'density', 'register', 'brightness', 'reverb'] as const),
  ...(['percussion', 'pad', 'bell', 'warp', 'water', 'stars', 'glow', 'light', 'detail'] as const),
];

/** Just ratios over the root, as octaves, by semitone: nothing beats that is not meant to. */
const JUST = [1, 16 / 15, 9 / 8, 6 / 5, 5 / 4, 4 / 3, 45 / 32, 3 / 2, 8 / 5, 5 / 3, 9 / 5, 15 / 8].map(
  Math.log2,
);
const octaves = (semitone: number) => Math.floor(semitone / 12) + JUST[((semitone % 12) + 12) % 12]!;

/** For each harmony its chords as semitones of five voices; the first is home, and neighbours share tones. */
const CHORDS: number[][][] = [
  [
    [0, 7, 12, 19, 24],
    [-5, 7, 14, 19, 26],
    [5, 12, 17, 19, 24],
    [-2, 10, 14, 17, 26],
  ],
  [
    [0, 7, 15, 19, 24],
    [-4, 8, 12, 15, 24],
    [5, 8, 12, 17, 24],
    [-2, 10, 14, 17, 26],
    [3, 10, 15, 19, 22],
  ],
  [
    [0, 7, 16, 19, 24],
    [-7, 5, 12, 17, 21],
    [-5, 7, 14, 19, 23],
    [9, 12, 16, 21, 24],
    [2, 9, 14, 17, 21],
  ],
  [
    [0, 7, 14, 17, 24],
    [5, 12, 14, 19, 22],
    [-5, 7, 12, 17, 26],
    [-2, 5, 12, 17, 19],
  ],
  [
    [0, 1, 12, 13, 18],
    [0, 6, 11, 13, 19],
    [-1, 8, 12, 18, 20],
    [1, 7, 8, 13, 24],
  ],
];

/**
 * A network that makes sound itself: for each hundredth of a second it says how loud a hundred and ten
 * partials and eight bands of noise are, and the same graph sounds them. Chords cross-fade in two layers;
 * each partial's phase runs on from frame to frame as a fraction of a turn, so that it cannot drift.
 */
export function overtones(name: string): Uint8Array {
  const graph = new Graph();
  const prompt = readPrompt(graph);
  const random = createRandom(SEED);
  const style = styleOf(graph, prompt, random);
  const time = graph.input('time', 'f32', ['moments', 1]);
  const seconds = graph.input('seconds', 'f32', [1]);
  const motion = graph.input('param_motion', 'f32', [1]);
  const harmony = graph.input('param_harmony', 'f32', [1]);
  const says = (attribute: Attribute) => prompt.value(attribute);
  const said = (attribute: Attribute) => says(attribute).max(0);

  const speed = says('tempo').scaled(0.9).plus(says('energy').scaled(0.5)).plus(motion).exp();
  const hidden = sways(graph, { style, time, speed, random });
  const life = course(time, seconds);

  const { ratios, fades } = harmonies(graph, { prompt, style, time, speed, harmony });
  const root = says('register')
    .scaled(0.5)
    .plus(style.slice(1, 0, 1).scaled(0.22))
    .exp()
    .times(ROOT_HERTZ);
  const levels = hidden
    .matmul(weights(graph, random, HIDDEN, VOICES, 1.3))
    .softmax(1)
    .scaled(VOICES * 0.8, 0.2);
  const bright = says('brightness').scaled(0.65).plus(life.scaled(0.35)).plus(says('light').scaled(0.15));
  const shade = hidden.matmul(weights(graph, random, HIDDEN, OVERTONES, 1.2)).exp();
  const tilt = graph
    .constant(
      Array.from({ length: OVERTONES }, (_, h) => -Math.log(h + 1)),
      [1, OVERTONES],
    )
    .times(bright.scaled(-0.75, 1.15))
    .exp();
  const timbre = shade.times(tilt); // f32[moments, OVERTONES]
  const layers = fades.map((fade, layer) => {
    const voices = ratios[layer]!.scaled(Math.LN2).exp().times(root); // hertz, f32[moments, VOICES]
    return {
      hertz: outer(
        voices,
        graph.constant(
          Array.from({ length: OVERTONES }, (_, h) => h + 1),
          [1, OVERTONES],
        ),
      ),
      loud: outer(levels.times(fade), timbre),
    };
  });
  const sparks = sparkling(graph, {
    time,
    root,
    style,
    speed,
    amount: said('stars').plus(said('bell')).plus(said('glow').scaled(0.4)).plus(0.06),
  });
  const pulses = beating(graph, {
    time,
    root,
    beat: says('tempo').scaled(0.6).exp(),
    amount: said('percussion').scaled(8),
  });
  const hertz = graph
    .concat([...layers.map((layer) => layer.hertz), sparks.hertz, pulses.hertz], 1)
    .times(swaying(graph, time, random, 0.0016, [0.15, 0.9]));
  const audible = hertz.scaled(-1 / 600, 15_000 / 600).sigmoid();
  const loud = graph
    .concat([...layers.map((layer) => layer.loud), sparks.loud, pulses.loud], 1)
    .times(swaying(graph, time, random, 0.3, [0.2, 1.1]))
    .times(audible);
  const even = loud.over(loud.squared().slice(1, 0, CHORDAL).sum(1).plus(1e-4).sqrt());

  const { sound, phase } = sounding(graph, hertz, even, random);
  const air = breathing(graph, { prompt, hidden, time, speed, random });
  const swells = hidden
    .slice(1, 2, 3)
    .plus(hidden.slice(1, 3, 4))
    .scaled(0.28)
    .exp();
  const level = betweenMoments(graph, life.scaled(0.7, 0.3).times(swells).times(opening(time, seconds)));
  const mixed = sound.plus(air).times(level).reshape([2, -1]);
  graph.output(mixed.scaled(0.45).tanh(), 'audio', 'f32', [2, 'samples']);
  graph.output(phase, 'phase_out', 'f32', [1, PARTIALS]);
  graph.output(graph.concat([says('hue_cos'), says('hue_sin'), says('light')], 1), 'tint', 'f32', [1, 3]);
  return graph.finish(name);
}

/** The seed's noise and what was read: f32[1, STYLE], -1..1 */
function styleOf(graph: Graph, { value }: Reading, random: Random): Value {
  const noise = graph.input('noise', 'f32', [1, NOISE]);
  const heard = graph.concat(
    HEARD.map((attribute) => value(attribute)),
    1,
  );
  return noise
    .matmul(weights(graph, random, NOISE, STYLE, 1.2))
    .plus(heard.matmul(weights(graph, random, HEARD.length, STYLE, 0.7)))
    .tanh();
}

/** What changes slowly, each in its own time: f32[moments, HIDDEN], -1..1 */
function sways(
  graph: Graph,
  { style, time, speed, random }: { style: Value; time: Value; speed: Value; random: Random },
): Value {
  const rates = graph.constant(
    Array.from({ length: 16 }, (_, i) => 0.06 * 1.32 ** i),
    [1, 16],
  );
  const waves = time
    .times(speed)
    .times(rates)
    .plus(style.matmul(weights(graph, random, STYLE, 16, 4)))
    .sin();
  return waves
    .matmul(weights(graph, random, 16, HIDDEN, 1))
    .plus(style.matmul(weights(graph, random, STYLE, HIDDEN, 0.7)))
    .tanh();
}

/** Rises until three fifths of the piece and falls again: f32[moments, 1], 0..1 */
function course(time: Value, seconds: Value): Value {
  const part = time.over(seconds);
  return part.plus(part.minus(0.6).max(0).scaled(0.5)).minus(0.6).squared().scaled(-2.6, 1).clip(0, 1);
}

/** In from nothing and out to nothing */
function opening(time: Value, seconds: Value): Value {
  const length = seconds.scaled(0.12).clip(0.8, 4);
  return time
    .over(length)
    .min(seconds.minus(time).over(length.scaled(1.3)))
    .clip(0, 1)
    .scaled(Math.PI / 2)
    .sin()
    .squared();
}

type Harmony = { prompt: Reading; style: Value; time: Value; speed: Value; harmony: Value };

/** Each layer's chord (octaves over the root per voice) and how far it is faded in; chords change while unheard. */
function harmonies(
  graph: Graph,
  { prompt, style, time, speed, harmony }: Harmony,
): { ratios: Value[]; fades: Value[] } {
  const valence = prompt.value('valence');
  const chance = (i: number) => style.slice(1, i, i + 1).scaled(0.12);
  const liking = graph.concat(
    [
      valence.abs().scaled(-0.9, 0.3).plus(chance(1)),
      valence.scaled(-1, 0.12).plus(chance(2)),
      valence.plus(chance(3)),
      prompt.value('reverb').scaled(0.25, 0.12).minus(valence.abs().scaled(0.4)).plus(chance(4)),
      valence.scaled(-2.5, -1.25).plus(chance(5)),
    ],
    1,
  );
  const asked = graph
    .constant(
      Array.from({ length: FAMILIES }, (_, i) => i + 1),
      [1, FAMILIES],
    )
    .minus(harmony)
    .abs()
    .scaled(-20, 10)
    .max(0);
  const family = graph
    .op('ArgMax', [liking.plus(asked)], { axis: { int: 1 }, keepdims: { int: 1 } })
    .cast('f32');
  const route = style
    .slice(1, 6, 7)
    .scaled(0.5, 0.5)
    .times(ROUTES - 0.01)
    .floor();
  const table = graph.constant(routes(), [FAMILIES * ROUTES * STATIONS, VOICES]);
  const ratios: Value[] = [];
  const fades: Value[] = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    const place = time.times(speed.power(0.6)).scaled(1 / 12, layer / 2 + 0.25);
    const station = place.floor();
    const wrapped = station.minus(
      station
        .scaled(1 / STATIONS)
        .floor()
        .times(STATIONS),
    );
    const row = family.times(ROUTES).plus(route).times(STATIONS).plus(wrapped);
    ratios.push(graph.op('Gather', [table, row.reshape([-1]).cast('i64')], { axis: { int: 0 } }));
    fades.push(place.minus(station).scaled(Math.PI).sin().squared());
  }
  return { ratios, fades };
}

/** The ways from chord to chord that a seed may take, home at the start and after every fourth. */
function routes(): number[] {
  const random = createRandom(SEED + 1);
  const way = (family: number) => {
    const chords = CHORDS[family]!;
    return Array.from({ length: STATIONS }, (_, i) =>
      i % 4 === 0 ? chords[0]! : chords[1 + random.integer(chords.length - 1)]!,
    );
  };
  return CHORDS.flatMap((_, family) =>
    Array.from({ length: ROUTES }, () => way(family).map((chord) => chord.map(octaves))).flat(2),
  );
}

type Partials = { hertz: Value; loud: Value };

/** High tones struck now and then, each in its own time, that ring out. */
function sparkling(
  graph: Graph,
  {
    time,
    root,
    style,
    speed,
    amount,
  }: { time: Value; root: Value; style: Value; speed: Value; amount: Value },
): Partials {
  const tones = [12, 19, 24, 26, 31, 36, 38, 43].map((semitone) => 2 ** (octaves(semitone) + 2));
  const periods = Array.from({ length: SPARKS }, (_, i) => 3.1 + 1.37 * i);
  const since = time
    .times(speed.power(0.5))
    .times(
      graph.constant(
        periods.map((period) => 1 / period),
        [1, SPARKS],
      ),
    )
    .plus(style.slice(1, 8, 8 + SPARKS))
    .fraction();
  const ringing = since
    .times(
      graph.constant(
        periods.map((period) => -1.6 * period),
        [1, SPARKS],
      ),
    )
    .exp();
  return {
    hertz: time.times(0).plus(root.times(graph.constant(tones, [1, SPARKS]))),
    loud: ringing.times(amount).scaled(0.5),
  };
}

/** A deep beat for those who ask for drums. */
function beating(
  graph: Graph,
  { time, root, beat, amount }: { time: Value; root: Value; beat: Value; amount: Value },
): Partials {
  const since = time.times(beat).fraction();
  const shape = graph.concat([since.scaled(-7).exp(), since.scaled(-16).exp()], 1);
  return {
    hertz: time.times(0).plus(root.times(graph.constant([0.75, 1.5], [1, PULSES]))),
    loud: shape.times(amount),
  };
}

/** 1 give or take `reach`, each partial in its own slow time */
function swaying(
  graph: Graph,
  time: Value,
  random: Random,
  reach: number,
  [slow, fast]: [number, number],
): Value {
  const rates = Array.from({ length: PARTIALS }, () => slow + (fast - slow) * random.uniform());
  const starts = Array.from({ length: PARTIALS }, () => 2 * Math.PI * random.uniform());
  const chordal = (i: number) => (i < CHORDAL ? reach : 0);
  return time
    .times(graph.constant(rates, [1, PARTIALS]))
    .plus(graph.constant(starts, [1, PARTIALS]))
    .sin()
    .times(
      graph.constant(
        Array.from({ length: PARTIALS }, (_, i) => chordal(i)),
        [1, PARTIALS],
      ),
    )
    .plus(1);
}

/** Sine for each partial and sample, summed for both sides: f32[2, frames, FRAME], and the phases at the end. */
function sounding(graph: Graph, hertz: Value, loud: Value, random: Random): { sound: Value; phase: Value } {
  const before = graph.input('phase', 'f32', [1, PARTIALS]);
  const now = hertz.slice(0, 0, -1);
  const turned = now.scaled(FRAME / SOUND_RATE).fraction();
  const run = graph.op('CumSum', [turned, graph.integer(0)]);
  const phase = run.plus(before).fraction(); // at the end of each frame
  const start = graph.concat([before, phase.slice(0, 0, -1)], 0);
  const ramp = graph.constant(
    Array.from({ length: FRAME }, (_, i) => i / SOUND_RATE),
    [1, 1, FRAME],
  );
  const waves = now
    .unsqueeze(2)
    .times(ramp)
    .plus(start.unsqueeze(2))
    .scaled(2 * Math.PI)
    .sin();

  const pans = Array.from({ length: PARTIALS }, (_, i) =>
    i < CHORDAL + SPARKS ? 0.5 + 0.42 * (random.uniform() * 2 - 1) : 0.5,
  );
  const sides = (of: (angle: number) => number) =>
    graph.constant(
      pans.map((pan) => of((pan * Math.PI) / 2)),
      [1, PARTIALS],
    );
  const [left, right] = [sides(Math.cos), sides(Math.sin)];
  const gains = loud.slice(0, 0, -1);
  const change = loud.slice(0, 1, 1 << 30).minus(gains);
  const rows = [gains.times(left), gains.times(right), change.times(left), change.times(right)];
  const summed = graph
    .concat(
      rows.map((row) => row.unsqueeze(1)),
      1,
    )
    .matmul(waves); // f32[frames, 4, FRAME]
  const glide = graph.constant(
    Array.from({ length: FRAME }, (_, i) => i / FRAME),
    [1, 1, FRAME],
  );
  const both = summed.slice(1, 0, 2).plus(summed.slice(1, 2, 4).times(glide));
  const sound = graph.op('Transpose', [both], { perm: { ints: [1, 0, 2] } });
  return { sound, phase: phase.slice(0, -1, 1 << 30) };
}

/** White noise through eight bands, louder and softer with wind, surf and storm: f32[2, frames, FRAME] */
function breathing(
  graph: Graph,
  {
    prompt,
    hidden,
    time,
    speed,
    random,
  }: { prompt: Reading; hidden: Value; time: Value; speed: Value; random: Random },
): Value {
  const air = graph.input('air', 'f32', [2, 1, 'air']);
  const centres = Array.from({ length: BANDS }, (_, i) => 110 * 1.95 ** i);
  const bank = graph.constant(centres.flatMap(bandFilter), [BANDS, 1, AIR_BEFORE + 1]);
  const bands = graph.op('Conv', [air, bank]).reshape([2, BANDS, -1, FRAME]);

  const said = (attribute: Attribute) => prompt.value(attribute).max(0);
  const shape = (values: number[]) => graph.constant(values, [1, BANDS]);
  const surf = time
    .times(speed.power(0.5))
    .scaled((2 * Math.PI) / 9)
    .sin()
    .scaled(0.5, 0.5)
    .power(2);
  const gusts = hidden.slice(1, 0, 1).scaled(0.5, 0.5);
  const loud = shape([0.012, 0.014, 0.014, 0.012, 0.009, 0.006, 0.004, 0.002])
    .plus(
      said('water')
        .times(surf.scaled(0.9, 0.1))
        .times(shape([0.05, 0.1, 0.2, 0.26, 0.28, 0.24, 0.18, 0.11])),
    )
    .plus(
      said('warp')
        .plus(said('reverb').scaled(0.5))
        .times(gusts)
        .times(shape([0.03, 0.06, 0.09, 0.08, 0.05, 0.025, 0.01, 0.004])),
    )
    .plus(said('energy').times(shape([0.12, 0.1, 0.07, 0.04, 0.03, 0.025, 0.02, 0.015])))
    .times(hidden.matmul(weights(graph, random, HIDDEN, BANDS, 0.9)).exp());
  const now = loud.slice(0, 0, -1);
  const change = loud.slice(0, 1, 1 << 30).minus(now);
  const perFrame = (gain: Value) => gain.transpose().unsqueeze(0, 3); // f32[1, BANDS, frames, 1]
  const glide = graph.constant(
    Array.from({ length: FRAME }, (_, i) => i / FRAME),
    [1, 1, 1, FRAME],
  );
  return bands.times(perFrame(now).plus(perFrame(change).times(glide))).sum(1, false);
}

/** One value a moment made into one a sample: f32[1, frames, FRAME] */
function betweenMoments(graph: Graph, values: Value): Value {
  const now = values.slice(0, 0, -1);
  const glide = graph.constant(
    Array.from({ length: FRAME }, (_, i) => i / FRAME),
    [1, FRAME],
  );
  return now
    .plus(
      values
        .slice(0, 1, 1 << 30)
        .minus(now)
        .times(glide),
    )
    .unsqueeze(0);
}

/** f32[moments, a] and f32[.., b] -> f32[moments, a * b] */
function outer(one: Value, other: Value): Value {
  return one.unsqueeze(2).times(other.unsqueeze(1)).reshape([0, -1]);
}

/** A windowed band-pass about an octave wide whose noise has an effective value of about 1. */
function bandFilter(hertz: number): number[] {
  const taps = Array.from({ length: AIR_BEFORE + 1 }, (_, i) => {
    const at = (i - AIR_BEFORE / 2) / SOUND_RATE;
    const reach = Math.min(AIR_BEFORE / 5, (0.42 * SOUND_RATE) / hertz);
    const window = Math.exp(-0.5 * ((i - AIR_BEFORE / 2) / reach) ** 2);
    return Math.cos(2 * Math.PI * hertz * at) * window;
  });
  const mean = taps.reduce((sum, tap) => sum + tap, 0) / taps.length;
  const level = taps.map((tap) => tap - mean);
  const power = Math.sqrt(level.reduce((sum, tap) => sum + tap * tap, 0) / 3); // white noise between -1 and 1
  return level.map((tap) => tap / power);
}

function weights(graph: Graph, random: Random, rows: number, columns: number, reach: number): Value {
  return graph.weights(normals(random, rows * columns, reach / Math.sqrt(rows)), [rows, columns]);
}
