import { Canvas, type Place } from './canvas.ts';
import { lit } from './light.ts';
import type { Value } from './onnx/graph.ts';
import { lookUp, makePalette } from './palette.ts';
import { createRandom, type Random } from '../contract/random.ts';

export type FlowFieldShape = {
  name: string;
  seed: number;
  /** waves per bank and hidden units per layer: what one pixel costs */
  waves: number;
  hidden: number;
  /** reads `time` (f32[1], 0..1 through one seamless loop), `param_pace` and `param_duration_s` */
  moves: boolean;
  /** reads `param_detail` and `param_gloss` */
  sliders: boolean;
};

/**
 * Flowing silk: coordinates are bent twice by small neural fields, a third reads colour, height and
 * glow from the bent place; the height is lit. Plain coordinate networks look dull; the double warp,
 * a palette in OKLab and lighting from the true slope are what give it body.
 */
export function flowField(shape: FlowFieldShape): Uint8Array {
  const canvas = new Canvas(shape.name, shape.seed);
  const motion = shape.moves ? loopMotion(canvas) : null;
  const zero = canvas.graph.constant([0], [1, 1]);
  const detail = shape.sliders ? canvas.parameter('detail') : zero;
  const gloss = shape.sliders ? canvas.parameter('gloss') : zero;

  const radius = canvas.x.squared().plus(canvas.y.squared());
  const zoom = canvas
    .says('detail')
    .plus(canvas.trait(4).times(0.3))
    .plus(detail.times(0.9))
    .scaled(0.75, 0.05)
    .exp();
  const warp = canvas.says('warp').plus(canvas.trait(5).times(0.35)).scaled(0.42, 0.5).clip(0, 1.15);

  const directions = createRandom(shape.seed ^ 77);
  const place0: Place = { x: canvas.x.times(zoom), y: canvas.y.times(zoom) };
  const place1 = bend(canvas, shape, place0, 2.2, warp.times(1.5), directions, motion);
  const place2 = bend(canvas, shape, place1, 3.2, warp.times(1.1), directions, motion);
  const waves = waveBank(canvas, shape, place2, 4.5, directions, motion);
  const { hidden } = shape;
  const fine = canvas.layer(waves, shape.waves, hidden, 1.6, 0.4, (wave) => 1 / (1 + wave * 0.12));
  const out = canvas.randomWeights(3, hidden, 1.25).matmul(fine);
  const [tone, height, bloom] = [0, 1, 2].map((i) => out.slice(0, i, i + 1)) as [Value, Value, Value];

  const rings = canvas.says('rings').clip(0, 1.2);
  const stripes = canvas.says('stripes').clip(0, 1.2);
  const ringWave = radius.plus(1e-6).sqrt().times(zoom).times(9).plus(tone.times(2.2)).sin();
  const stripeWave = tone.times(7).plus(place2.y.times(3.2)).sin();
  const surface = tone
    .times(0.55)
    .plus(ringWave.times(rings.times(0.38)))
    .plus(stripeWave.times(stripes.times(0.42)));

  const shade = surface.times(2.1).sigmoid().minus(0.5).scaled(1.15, 0.5).clip(0, 1);
  const softness = canvas.says('hardness').scaled(-1.7, -3.7).exp();
  const colour = lookUp(
    makePalette(canvas, 6, { dark: 0.25, light: 0.86, main: 'dark', hint: 'faint' }),
    shade,
    softness,
  );

  const relief = canvas
    .says('relief')
    .plus(canvas.trait(7).times(0.2))
    .scaled(0.5, 0.42)
    .plus(gloss.times(0.4))
    .clip(0.05, 1.3);
  const light = lit(canvas, height.times(0.16).plus(surface.times(0.2)), relief);
  const glow = bloom.scaled(3, -1.6).sigmoid().times(canvas.says('glow').scaled(0.8, 0.25).clip(0, 1.2));
  const vignette = radius.scaled(-0.15, 1.05).clip(0.35, 1.1);
  const lightness = colour.slice(0, 0, 1).plus(light).plus(glow.times(0.16)).times(vignette).clip(0, 1);
  const ab = colour.slice(0, 1, 3).times(glow.scaled(0.5, 1));
  return canvas.finish(canvas.graph.concat([lightness, ab], 0));
}

type Motion = { phases(random: Random, waves: number): Value };

/** Moves a place by a small neural field of itself. */
function bend(
  canvas: Canvas,
  shape: FlowFieldShape,
  place: Place,
  octaves: number,
  amount: Value,
  directions: Random,
  motion: Motion | null,
): Place {
  const { waves, hidden } = shape;
  const bank = waveBank(canvas, shape, place, octaves, directions, motion);
  const bending = canvas.layer(bank, waves, hidden, 1.3, 0.5);
  const shift = canvas.randomWeights(2, hidden, 1.1).matmul(bending).times(amount);
  return { x: place.x.plus(shift.slice(0, 0, 1)), y: place.y.plus(shift.slice(0, 1, 2)) };
}

/** Sines across the plane in fixed directions, from slow to `octaves` times as fast: [waves, pixels] */
function waveBank(
  canvas: Canvas,
  { waves }: FlowFieldShape,
  place: Place,
  octaves: number,
  directions: Random,
  motion: Motion | null,
): Value {
  const along: number[] = [];
  const across: number[] = [];
  for (let i = 0; i < waves; i++) {
    const frequency = 0.7 * 2.2 * octaves ** (i / (waves - 1));
    const angle = directions.uniform() * 2 * Math.PI;
    along.push(Math.cos(angle) * frequency);
    across.push(Math.sin(angle) * frequency);
  }
  let phases = canvas.styled(waves, 3);
  if (motion) phases = phases.plus(motion.phases(directions, waves));
  return canvas.waves(place, along, across, phases);
}

/** Every wave's phase walks a closed curve of its own, so the last frame meets the first. */
function loopMotion(canvas: Canvas): Motion {
  const { graph } = canvas;
  const turn = graph
    .input('time', 'f32', [1])
    .unsqueeze(1)
    .times(2 * Math.PI);
  const seconds = canvas.parameter('duration_s');
  const pace = canvas
    .parameter('pace')
    .exp()
    .times(canvas.says('pace').times(0.8).exp())
    .times(seconds.times(0.25));
  return {
    phases(random, waves) {
      const amounts = graph.constant(
        Array.from({ length: waves }, () => 0.55 + 0.5 * random.uniform()),
        [waves, 1],
      );
      const starts = graph.constant(
        Array.from({ length: waves }, () => random.uniform() * 2 * Math.PI),
        [waves, 1],
      );
      return turn.plus(starts).sin().minus(starts.sin()).times(amounts).times(pace);
    },
  };
}
