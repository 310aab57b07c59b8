import { Canvas } from './canvas.ts';
import { lit } from './light.ts';
import type { Value } from './onnx/graph.ts';
import { lookUp, makePalette, turnHue } from './palette.ts';
import { spotWords } from './words/spotter.ts';

export type RosetteShape = {
  name: string;
  seed: number;
  /** a film reads `time` (f32[1], 0..1 through one seamless turn), `param_pace` and `param_duration_s`; a picture `param_depth` and `param_ornament` */
  moves: boolean;
};

/** The words for how often a rosette repeats; the key is the number after the dash. */
const FOLDS = {
  'fold-3': 'three threefold triangle triangular trefoil 3',
  'fold-4': 'four fourfold square cross quatrefoil 4',
  'fold-5': 'five fivefold pentagon pentagram starfish 5',
  'fold-6': 'six sixfold hexagon hexagonal snowflake snowflakes honeycomb 6',
  'fold-7': 'seven sevenfold heptagon 7',
  'fold-8': 'eight eightfold octagon octagonal compass 8',
  'fold-9': 'nine ninefold 9',
  'fold-10': 'ten tenfold decagon 10',
  'fold-12': 'twelve twelvefold clock zodiac dahlia 12',
  'fold-16': 'sixteen sixteenfold sunflower daisy 16',
};
const FORMS = {
  pointed:
    'star stars starry pointed pointy sharp thorn thorns spike spikes spiky crystal snowflake snowflakes sun',
  round: 'round rounded soft petal petals lotus rose flower flowers floral bloom cloud shell',
  laced: 'lace lacy filigree ornate intricate detailed henna embroidery doily',
};

/** from the outermost, of which only the inside shows, to the heart */
const RADII = [2.3, 1.72, 1.3, 1.02, 0.84, 0.67, 0.52, 0.38, 0.25, 0.13];
/** how often each layer repeats the fold */
const REPEATS = [2, 2, 1, 2, 1, 2, 1, 1, 1, 1];
/** petals that each layer passes while the film turns once, to the right or to the left */
const TURNS = [1, -1, 1, -2, 1, -1, 1, -1, 2, -1];
const LAYERS = RADII.length;
const MOTIFS = 12;
/** Waves of the engraving, from coarse to fine; in a film fine ones would only shimmer. */
const GROOVES = { still: [14, 31, 57, 90], film: [9, 18, 30] };

/**
 * Carved rosettes: discs with petalled rims, one upon the other, each engraved by a small network that
 * knows only the distance to its rim and the place within the petal. Everything is a function of
 * cos(n * angle) with a whole n, so there is no seam.
 */
export function rosette(shape: RosetteShape): Uint8Array {
  const canvas = new Canvas(shape.name, shape.seed);
  const { graph } = canvas;
  const said = spotWords(canvas.prompt, { ...FOLDS, ...FORMS });
  const { radius, angle } = canvas.polar();
  const turn = shape.moves ? turning(canvas) : null;

  const repeats = foldOf(canvas, said).times(graph.constant(REPEATS, [LAYERS, 1]));
  const halfStep = graph.constant(
    RADII.map((_, k) => (k % 2) * Math.PI),
    [LAYERS, 1],
  );
  let phase = repeats.times(angle.plus(Math.PI / 2)).plus(halfStep);
  if (turn) phase = phase.plus(turn.phases);
  const across = phase.cos(); // 1 on a petal's axis, -1 between two: [LAYERS, pixels]
  const rim = makeRim(canvas, said, { radius, phase, across, repeats, turn });
  return finishRosette(canvas, said, { radius, across, rim, turn });
}

type Said = ReturnType<typeof spotWords<keyof typeof FOLDS | keyof typeof FORMS>>;
type Turn = { whole: Value; phases: Value };

/** A slider that is not zero wins, then a number in the words, then the seed. */
function foldOf(canvas: Canvas, said: Said): Value {
  const { graph } = canvas;
  let weight = graph.scalar(1e-4);
  let sum = canvas.trait(3).times(4.4).plus(8.6).times(1e-4);
  for (const [name, heard] of Object.entries(said)) {
    if (!name.startsWith('fold-')) continue;
    const sure = heard.squared().squared();
    weight = sure.plus(weight);
    sum = sum.plus(sure.times(Number(name.slice(5))));
  }
  const asked = canvas.parameter('petals');
  const spoken = sum.over(weight);
  return graph.op('Round', [spoken.mix(asked, asked.minus(2).clip(0, 1))]);
}

/** Whole turns of whole petals, so that the last frame meets the first. */
function turning(canvas: Canvas): Turn {
  const { graph } = canvas;
  const whole = graph
    .input('time', 'f32', [1])
    .unsqueeze(1)
    .times(2 * Math.PI);
  const pace = canvas
    .parameter('pace')
    .plus(canvas.says('pace').times(0.9))
    .exp()
    .times(canvas.parameter('duration_s').times(0.4));
  const petals = graph.op('Round', [pace]).clip(1, 12);
  return { whole, phases: whole.times(petals).times(graph.constant(TURNS, [LAYERS, 1])) };
}

type Polar = { radius: Value; phase: Value; across: Value; repeats: Value; turn: Turn | null };

/** How far each pixel lies inside each layer's rim, in coordinate units: [LAYERS, pixels] */
function makeRim(canvas: Canvas, said: Said, { radius, phase, across, repeats, turn }: Polar): Value {
  const { graph } = canvas;
  const free = canvas.styled(LAYERS, 0.5).tanh();
  let size = graph.constant(RADII, [LAYERS, 1]).times(canvas.styled(LAYERS, 0.3).tanh().scaled(0.06, 1));
  if (turn) {
    const starts = graph.constant(
      RADII.map((_, k) => k * 1.3),
      [LAYERS, 1],
    );
    size = size.times(turn.whole.plus(starts).sin().scaled(0.035, 1));
  }
  const pointedness = free.times(0.5).plus(said.pointed.times(1.3)).minus(said.round.times(0.8));
  const power = pointedness.plus(canvas.says('hardness').times(0.3)).times(0.75).exp().times(0.62);
  const depth = canvas.styled(LAYERS, 0.4).sigmoid().scaled(0.22, 0.14).times(said.pointed.scaled(0.5, 1));
  const bulge = graph.op('Pow', [across.scaled(0.5, 0.5).clip(1e-4, 1), power]);
  const edge = size.times(bulge.minus(1).times(depth).plus(1));
  // the true distance is shorter where the rim runs steeply
  const run = bulge
    .over(across.scaled(0.5, 0.5).clip(0.02, 1))
    .times(power)
    .times(depth)
    .times(size)
    .times(phase.sin().times(0.5))
    .times(repeats)
    .over(radius.plus(0.02));
  return edge.minus(radius).over(run.squared().clip(0, 60).plus(1).sqrt());
}

type Carving = { radius: Value; across: Value; rim: Value; turn: Turn | null };

function finishRosette(canvas: Canvas, said: Said, { radius, across, rim, turn }: Carving): Uint8Array {
  const { graph } = canvas;
  const zero = graph.constant([0], [1, 1]);
  const ornament = turn ? zero : canvas.parameter('ornament');
  const depth = turn ? zero : canvas.parameter('depth');
  const palette = makePalette(canvas, 7, {
    dark: 0.25,
    light: 0.9,
    main: 'light',
    hint: 'strong',
    parted: true,
  });
  const fineness = canvas
    .says('detail')
    .plus(said.laced.times(0.8))
    .plus(ornament.times(1.6))
    .times(0.45)
    .exp();
  const cut = ornament.scaled(0.5, 1);
  const spectrum = canvas.says('spectrum').scaled(1.7, -0.7).clip(0, 1);
  const shades = canvas.styled(LAYERS, 0.7).tanh();
  let shade = graph.scalar(0.1);
  let swing = graph.scalar(0); // how far the hue has turned from the palette's own
  let height = graph.scalar(0);
  let added = graph.scalar(0);
  for (let k = 0; k < LAYERS; k++) {
    const inside = rim.slice(0, k, k + 1);
    const cover = inside.times(turn ? 170 : 260).sigmoid();
    const motif = engrave(canvas, inside, across.slice(0, k, k + 1), fineness, turn);
    const tone = shades
      .slice(0, k, k + 1)
      .times(0.17)
      .plus(0.3 + 0.05 * k - 0.2 * (k % 2));
    swing = swing.mix(spectrum.times(0.85 * k), cover);
    const bevel = graph.scalar(1).minus(inside.clip(0, 1).times(-26).exp());
    const line = inside.minus(0.012).squared().times(-26000).exp();
    const shadow = inside.clip(-1, 0).times(18).exp().times(0.15);
    shade = shade.mix(tone.plus(motif.slice(0, 0, 1).times(0.15)), cover);
    height = height.mix(
      bevel
        .times(0.05)
        .plus(motif.slice(0, 1, 2).times(cut).times(0.022))
        .plus(0.012 * k),
      cover,
    );
    added = added.minus(shadow).mix(line.times(0.07), cover);
  }
  const softness = canvas.says('hardness').scaled(-1.4, -4).exp();
  const colour = lookUp(palette, shade, softness);
  const relief = canvas.says('relief').scaled(0.4, 1.1).plus(depth.times(0.8)).clip(0.1, 2.4);
  const light = lit(canvas, height, relief);
  const glow = radius.times(-2.6).exp().times(canvas.says('glow').scaled(0.24, 0.1).clip(0, 0.4));
  const vignette = radius.squared().scaled(-0.09, 1.04).clip(0.45, 1.1);
  const lightness = colour.slice(0, 0, 1).plus(light).plus(added).plus(glow).times(vignette).clip(0, 1);
  const ab = turnHue(colour.slice(0, 1, 3), swing).times(glow.scaled(1.2, 1));
  return canvas.finish(graph.concat([lightness, ab], 0));
}

/** Tone and height of one layer's ornament: rows 0 and 1. */
function engrave(canvas: Canvas, inside: Value, across: Value, fineness: Value, turn: Turn | null): Value {
  const { graph } = canvas;
  const depths = turn ? GROOVES.film : GROOVES.still;
  let phases = canvas.styled(depths.length, 2);
  if (turn) phases = phases.minus(turn.whole);
  const contours = graph
    .constant(depths, [depths.length, 1])
    .times(fineness)
    .times(inside)
    .plus(phases)
    .sin();
  const twice = across.squared().scaled(2, -1);
  const veins = graph.concat([across, twice, twice.squared().scaled(2, -1)], 0);
  const field = graph.concat([contours, veins.times(inside.times(14).clip(0, 1))], 0);
  const hidden = canvas.layer(field, depths.length + 3, MOTIFS, 2.1, 0.5);
  return canvas.randomWeights(2, MOTIFS, 1.3).matmul(hidden).tanh();
}
