import { createRandom } from '../contract/random.ts';
import { Canvas } from './canvas.ts';
import { lit } from './light.ts';
import { Graph, type Value } from './onnx/graph.ts';
import { lookUp, makePalette, turnHue } from './palette.ts';
import { spotWords } from './words/spotter.ts';

/** Steps of the reaction in one run of the grower. */
const STEPS = 10;
/** How fast both substances spread; slower makes finer forms of the same cells. */
const PACE = 0.62;

/** What is fed and what dies of each way of living (Gray and Scott), with the words that ask for it. */
const LIVES = {
  spots: {
    feed: 0.0367,
    kill: 0.0638,
    words:
      'spot spots spotted dots dotted leopard cheetah cell cells mitosis bubble bubbles polka eggs pearls',
  },
  coral: {
    feed: 0.0545,
    kill: 0.0614,
    words: 'coral corals reef moss lichen fungus branches branching fractal',
  },
  maze: {
    feed: 0.029,
    kill: 0.057,
    words: 'maze labyrinth brain zebra stripes striped fingerprint fingerprints tiger lines',
  },
  worms: {
    feed: 0.05,
    kill: 0.0626,
    words: 'worm worms snake snakes vein veins root roots thread threads noodles',
  },
  holes: {
    feed: 0.039,
    kill: 0.058,
    words: 'hole holes net mesh honeycomb sponge foam lace swiss giraffe cracks',
  },
};
const NAMES = Object.keys(LIVES) as (keyof typeof LIVES)[];

/** Where the first cells lie. */
const SOWN = {
  alone: 'one single lone alone heart core centre center egg embryo planet moon',
  ring: 'ring rings circle circles wreath halo crown portal',
  crowd: 'many crowd swarm colony field everywhere full dense carpet pattern wallpaper',
};

/** The first cells and the conditions at each place: outputs `state` and `rates`, f32[1, 2, rows, columns]. */
export function seedling(name: string, seed: number): Uint8Array {
  const canvas = new Canvas(name, seed);
  const { graph } = canvas;
  const sown = spotWords(canvas.prompt, SOWN);
  const clumps = noiseField(canvas, seed ^ 11, 9, [0.6, 3]);
  const dots = noiseField(canvas, seed ^ 13, 16, [8, 15]);
  const { radius } = canvas.polar();

  // Small first cells: a large one eats all there is and dies.
  const thick = sown.crowd
    .times(0.5)
    .plus(canvas.says('detail').times(0.2))
    .plus(canvas.trait(13).times(0.25));
  const sprinkled = dots.plus(clumps.times(0.5)).plus(thick).minus(1.15).times(9).sigmoid();
  const room = canvas.trait(12).times(0.2).plus(0.8);
  const inRoom = radius.minus(room).times(-7).sigmoid().mix(1, sown.crowd);
  const inHeart = radius.minus(clumps.times(0.06).plus(0.24)).times(-30).sigmoid();
  const heart = inHeart.times(dots.minus(0.1).times(9).sigmoid());
  const onRing = radius.minus(0.58).abs().minus(0.08).times(-40).sigmoid();
  const wreath = onRing.times(dots.minus(0.35).times(9).sigmoid());
  const ring = sown.ring.max(canvas.says('rings').scaled(2, -0.7).clip(0, 1));
  const alive = sprinkled
    .times(inRoom)
    .mix(heart, sown.alone)
    .mix(wreath, ring)
    .max(heart.times(0.5))
    .clip(0, 1);
  const state = graph.concat([alive.scaled(-0.5, 1), alive.scaled(0.32)], 0);

  const { feed, kill } = livesOf(canvas, clumps);
  return canvas.finishCells({ state, rates: graph.concat([feed, kill], 0) });
}

/** The words choose a way of living, else the seed; a second one shows through where the noise is high. */
function livesOf(canvas: Canvas, clumps: Value): { feed: Value; kill: Value } {
  const { graph } = canvas;
  const said = spotWords(
    canvas.prompt,
    Object.fromEntries(NAMES.map((name) => [name, LIVES[name].words])) as Record<
      (typeof NAMES)[number],
      string
    >,
  );
  const heard = graph.concat(
    NAMES.map((name) => said[name]),
    1,
  );
  const whims = canvas.style.slice(0, 14, 14 + NAMES.length).transpose();
  const first = heard.times(40).plus(whims.times(9)).softmax(1);
  const second = heard.times(-6).plus(whims.times(-5)).softmax(1);
  const named = heard.sum(1).clip(0, 1);
  const foreign = clumps.minus(0.2).times(2).clip(0, 0.55).times(named.scaled(-0.75, 1));
  const rate = (of: 'feed' | 'kill') => {
    const values = graph.constant(
      NAMES.map((name) => LIVES[name][of]),
      [NAMES.length, 1],
    );
    return first.matmul(values).mix(second.matmul(values), foreign);
  };
  return { feed: rate('feed'), kill: rate('kill') };
}

/** state and rates -> `next`: the two substances spread, react, are fed and die, `STEPS` times. */
export function grower(name: string): Uint8Array {
  const graph = new Graph();
  const shape = [1, 2, 'rows', 'columns'];
  let state = graph.input('state', 'f32', shape);
  const rates = graph.input('rates', 'f32', shape);
  const [feed, kill] = [rates.slice(1, 0, 1), rates.slice(1, 1, 2)];
  const leaving = graph.concat([feed, feed.plus(kill)], 1);
  const coming = graph.concat([feed, feed.times(0)], 1);
  const exchange = graph.constant([-1, 1], [1, 2, 1, 1]);
  const kernel = graph.constant([...spreading(PACE), ...spreading(PACE / 2)], [2, 1, 3, 3]);
  for (let step = 0; step < STEPS; step++) {
    const padded = graph.op('Pad', [state, graph.integers([0, 0, 1, 1, 0, 0, 1, 1])], {
      mode: { text: 'edge' },
    });
    const spread = graph.op('Conv', [padded, kernel], { group: { int: 2 } });
    const [food, body] = [state.slice(1, 0, 1), state.slice(1, 1, 2)];
    const eaten = food.times(body).times(body);
    state = spread.minus(state.times(leaving)).plus(coming).plus(eaten.times(exchange));
  }
  graph.output(state, 'next', 'f32', shape);
  return graph.finish(name);
}

/** What a cell keeps and what it takes from the eight around it. */
function spreading(pace: number): number[] {
  const [side, corner] = [0.2 * pace, 0.05 * pace];
  return [corner, side, corner, side, 1 - pace, side, corner, side, corner];
}

/** Paints a state as a wet body in relief: reads `state`. */
export function bodyPainter(name: string, seed: number): Uint8Array {
  const canvas = new Canvas(name, seed);
  const { graph } = canvas;
  const state = graph.input('state', 'f32', [1, 2, 'rows', 'columns']);
  const body = state.slice(1, 1, 2);
  const hunger = canvas.graph.scalar(1).minus(canvas.stretch(state.slice(1, 0, 1), 5));
  const thick = canvas.stretch(body).times(3).clip(0, 1.1);
  const shade = { x: graph.scalar(0.018), y: graph.scalar(0.022) };
  const shadow = canvas.stretch(body, 3, shade).times(3).clip(0, 1);
  const cover = thick.minus(0.3).times(9).sigmoid();

  const weather = noiseField(canvas, seed ^ 17, 8, [0.5, 2.2]);
  const regions = weather.sigmoid();
  const inner = thick.times(0.24).plus(regions.times(0.2)).plus(hunger.times(0.22)).plus(0.3);
  const floor = regions.scaled(0.1, 0.05).plus(hunger.times(0.12));
  const palette = makePalette(canvas, 7, {
    dark: 0.2,
    light: 0.9,
    main: 'light',
    hint: 'strong',
    parted: true,
  });
  const colour = lookUp(palette, floor.mix(inner, cover), canvas.says('hardness').scaled(-1.2, -4).exp());

  const relief = canvas
    .says('relief')
    .scaled(0.35, 0.95)
    .plus(canvas.parameter('relief').times(0.7))
    .clip(0.05, 2);
  const light = lit(canvas, thick.squared().scaled(-0.5).plus(thick).times(0.1), relief);
  const dim = shadow.minus(thick).clip(0, 1).times(0.2);
  const glow = canvas.says('glow').clip(0, 1).times(thick.minus(0.45).times(6).sigmoid()).times(0.12);
  const { radius } = canvas.polar();
  const vignette = radius.squared().scaled(-0.09, 1.03).clip(0.5, 1.1);
  const pale = canvas.says('light').minus(0.42).times(14).sigmoid();
  const base = colour.slice(0, 0, 1);
  const lightness = base
    .mix(base.scaled(0.5, 0.66), cover.scaled(-1, 1).times(pale))
    .plus(light)
    .minus(dim)
    .plus(glow)
    .times(vignette)
    .clip(0, 1);
  const rainbow = canvas.says('spectrum').scaled(1.7, -0.7).clip(0, 1);
  const swing = weather.times(rainbow.scaled(2.2, 0.15)).plus(hunger.times(rainbow.scaled(3, 0.2)));
  const faded = cover.mix(1, pale.scaled(-0.7, 1)); // a light ground has little colour of its own
  const ab = turnHue(colour.slice(0, 1, 3), swing.times(cover.scaled(0.8, 0.2))).times(faded);
  return canvas.finish(graph.concat([lightness, ab], 0));
}

/** A soft random field, about -1..1, of waves so coarse to so fine: [1, pixels] */
function noiseField(canvas: Canvas, seed: number, waves: number, [coarse, fine]: [number, number]): Value {
  const random = createRandom(seed);
  const along: number[] = [];
  const across: number[] = [];
  for (let i = 0; i < waves; i++) {
    const frequency = Math.PI * coarse * (fine / coarse) ** (i / (waves - 1));
    const angle = random.uniform() * 2 * Math.PI;
    along.push(Math.cos(angle) * frequency);
    across.push(Math.sin(angle) * frequency);
  }
  const bank = canvas.waves(canvas, along, across, canvas.styled(waves, 3));
  return bank.sum(0).times(1.3 / Math.sqrt(waves));
}
