import { createRandom } from '../contract/random.ts';
import { Canvas } from './canvas.ts';
import { lit } from './light.ts';
import type { Value } from './onnx/graph.ts';
import { lookUp, makePalette, turnHue, type Palette } from './palette.ts';
import { spotWords } from './words/spotter.ts';

const SCENES = {
  rose: 'rose rosette round radial wheel mandala cathedral circular kaleidoscope',
  plain: 'abstract mosaic geometric pattern tiles tile shards harlequin',
};
/** Panes around a rose window, and after how many they repeat. */
const AROUND = 24;
const REPEAT = 4;
const HILLS = 3;
/** half the width of the lead, in coordinate units */
const LEAD = 0.0105;

/** A pane is a cell around a site (Voronoi); every pixel looks at the nine sites nearest to it. */
type Panes = {
  /** place of the pane's own site in the picture, and three dice of the pane */
  x: Value;
  y: Value;
  dice: Value;
  /** distance to the next pane in coordinate units */
  edge: Value;
};

/** Stained glass: panes cut along the sun, the hills and the water of a landscape, leaded and lit from behind. */
export function stainedGlass(name: string, seed: number): Uint8Array {
  const canvas = new Canvas(name, seed);
  const { graph } = canvas;
  const said = spotWords(canvas.prompt, SCENES);
  const panes = cutPanes(canvas, said.rose);
  const palette = makePalette(canvas, 7, {
    dark: 0.3,
    light: 0.9,
    main: 'light',
    hint: 'strong',
    parted: true,
  });
  const scene = layOut(canvas, panes, said, palette);
  const edge = panes.edge.plus(scene.whole.times(9)).min(scene.cut);

  const [shimmer, streak] = glassGrain(canvas, panes, seed);
  const rim = edge.minus(LEAD).clip(0, 1);
  const fullness = graph.scalar(1).minus(rim.times(-11).exp());
  const behind = scene.away.times(-1.1).exp().times(canvas.says('glow').scaled(0.1, 0.16));
  const glass = scene.lightness
    .plus(shimmer.times(0.028))
    .plus(streak.times(0.018))
    .plus(fullness.times(0.1))
    .plus(behind)
    .minus(0.1);
  const ab = scene.ab.times(fullness.scaled(0.22, 0.86)).times(streak.scaled(0.06, 1));

  const lead = edge.minus(LEAD).times(-330).sigmoid();
  const bead = graph
    .scalar(LEAD * LEAD)
    .minus(edge.squared())
    .clip(0, 1)
    .plus(1e-7)
    .sqrt();
  const shine = lit(canvas, bead.times(1.4).plus(shimmer.times(0.0012)), graph.scalar(0.9));
  const metal = shine.times(0.7).plus(0.17);
  const vignette = canvas.x.squared().plus(canvas.y.squared()).scaled(-0.07, 1.03).clip(0.5, 1.1);
  const lightness = glass.plus(shine.times(0.12)).mix(metal, lead).times(vignette).clip(0, 1);
  return canvas.finish(graph.concat([lightness, ab.mix(0, lead.times(0.85))], 0));
}

function cutPanes(canvas: Canvas, rose: Value): Panes {
  const { graph } = canvas;
  const fineness = canvas
    .says('detail')
    .times(0.35)
    .plus(canvas.parameter('panes').times(0.65))
    .plus(canvas.trait(5).times(0.1))
    .exp();
  const scale = fineness.times(4.1);
  const { radius, angle } = canvas.polar();
  const [upright, level] = [canvas.y.times(scale).times(0.86), canvas.x.times(scale)];
  const around = angle
    .plus(Math.PI / AROUND)
    .times(AROUND / (2 * Math.PI))
    .plus(AROUND);
  const across = level.mix(around, rose);
  const down = upright.mix(radius.plus(0.04).times(scale).times(0.9), rose);

  const offsets = [-1, 0, 1];
  const nine = offsets.flatMap((y) => offsets.map((x) => [x, y] as const));
  const column = across.floor().plus(
    graph.constant(
      nine.map(([x]) => x),
      [9, 1],
    ),
  );
  const row = down.floor().plus(
    graph.constant(
      nine.map(([, y]) => y),
      [9, 1],
    ),
  );
  const repeated = column.minus(
    column
      .scaled(1 / REPEAT)
      .floor()
      .times(REPEAT),
  );
  const key = column.mix(repeated, rose).times(127.1).plus(row.times(311.7)).plus(canvas.trait(9).times(30));
  const dice = key.sin().times(4375.85).fraction();
  const jitter = canvas.says('hardness').scaled(-0.12, 0.7).clip(0.3, 0.85).times(rose.scaled(-0.55, 1));
  const siteX = column.plus(dice.times(97.3).fraction().minus(0.5).times(jitter)).plus(0.5);
  const siteY = row.plus(dice.times(31.7).fraction().minus(0.5).times(jitter)).plus(0.5);
  const away = siteX.minus(across).squared().plus(siteY.minus(down).squared());

  const nearest = least(away);
  const own = graph.op('LessOrEqual', [away, nearest]).cast('f32');
  const others = away.plus(own.times(99));
  const second = least(others);
  const next = graph.op('LessOrEqual', [others, second]).cast('f32');
  const of = (mask: Value, values: Value) => mask.times(values).sum(0);
  const [x, y] = [of(own, siteX), of(own, siteY)];
  const apart = of(next, siteX).minus(x).squared().plus(of(next, siteY).minus(y).squared()).plus(1e-4).sqrt();
  const size = scale.mix(scale.times(0.5).plus(graph.scalar(AROUND / 13).over(radius.plus(0.05))), rose);
  return {
    x: x.over(scale).mix(canvas.x, rose),
    y: y.over(scale.times(0.86)).mix(canvas.y, rose),
    dice: of(own, dice),
    edge: second.minus(nearest).over(apart.times(2)).over(size),
  };
}

type SceneInGlass = {
  lightness: Value;
  ab: Value;
  /** 1 where the scene wants no panes of its own: the sun, the water, a medallion */
  whole: Value;
  /** distance to the nearest cut that the scene asks for */
  cut: Value;
  /** distance from the light behind the window */
  away: Value;
};

function layOut(
  canvas: Canvas,
  { x, y, dice }: Panes,
  said: Record<keyof typeof SCENES, Value>,
  palette: Palette,
): SceneInGlass {
  const { graph } = canvas;
  const bare = said.rose.max(said.plain); // no land
  const whim = dice.times(53.9).fraction().minus(0.5);
  const line = canvas.trait(1).scaled(0.12, 0.22);
  const hasWater = canvas.says('water').scaled(30, -12).sigmoid();
  const hasSun = canvas
    .says('sun')
    .max(canvas.says('stars').times(0.6))
    .plus(canvas.trait(8).times(0.5))
    .plus(0.1)
    .times(40)
    .sigmoid();

  // sky: from the second hue above to the light around the sun
  const sun = { x: canvas.trait(2).times(0.5), y: line.minus(canvas.trait(6).scaled(0.16, 0.42)) };
  const sunX = sun.x.times(bare.scaled(-1, 1));
  const sunY = sun.y.times(bare.scaled(-1, 1));
  const away = canvas.x.minus(sunX).squared().plus(canvas.y.minus(sunY).squared()).plus(1e-6).sqrt();
  const paneAway = x.minus(sunX).squared().plus(y.minus(sunY).squared()).plus(1e-6).sqrt();
  const wave = paneAway.times(5).plus(canvas.trait(3).times(3)).sin().times(bare.times(0.2));
  let shade = paneAway.scaled(-0.34, 0.92).plus(whim.times(0.3)).plus(wave);
  const night = canvas.says('stars').minus(0.2).clip(0, 1);
  const star = dice.times(17.3).fraction().minus(0.8).times(40).sigmoid().times(night);
  shade = shade.minus(night.times(0.25)).mix(0.97, star);

  let cut = graph.scalar(9);
  const ring = 0.34;
  const haloed = away.minus(ring).times(-120).sigmoid().times(hasSun).times(said.plain.scaled(-1, 1));
  shade = shade.mix(whim.times(0.1).plus(0.86), haloed.times(0.75));
  const missing = hasSun.times(said.plain.scaled(-1, 1)).scaled(-20, 10).clip(0, 9);
  cut = cut.min(away.minus(ring).abs().plus(missing)).min(away.minus(0.2).abs().plus(missing));
  const disc = away.minus(0.2).times(-160).sigmoid().times(hasSun).times(said.plain.scaled(-1, 1));
  const tracery = medallions(canvas);
  shade = shade.mix(tracery.shade.plus(whim.times(0.06)), tracery.cover.times(said.rose));
  cut = cut.min(tracery.cut.plus(said.rose.scaled(-20, 10).clip(0, 9)));

  // hills from far to near, or the far one and a lake
  const shapes = createRandom(77);
  const steep = canvas.says('hills').scaled(0.35, 0.7).clip(0.25, 1.2);
  let land = graph.scalar(0);
  for (let k = 0; k < HILLS; k++) {
    const near = k / (HILLS - 1);
    const frequencies = [1.3, 2.9, 5.3].map(
      (frequency) => frequency * (0.8 + 0.5 * near) * (0.8 + 0.4 * shapes.uniform()),
    );
    const phases = canvas.styled(3, 3);
    const swings = canvas.affine(graph.constant(frequencies, [3, 1]), canvas.columns, phases).sin();
    const rise = canvas.perColumn(graph.constant([0.14, 0.06, 0.025], [1, 3]).matmul(swings)).times(steep);
    let edge = line
      .plus(0.06 + 0.36 * near)
      .minus(rise)
      .plus(bare.times(9));
    if (k > 0) edge = edge.plus(hasWater.times(9));
    const below = canvas.y.minus(edge);
    const cover = below.times(190).sigmoid();
    shade = shade.mix(whim.times(0.2).plus(0.42 - 0.15 * near), cover);
    land = land.max(cover);
    cut = cut.min(below.abs().times(0.85));
  }

  // water in long panes, shorter towards the shore
  const shore = line.plus(0.17);
  const under = canvas.y.minus(shore).minus(bare.times(9));
  const sway = canvas.x.times(2.6).plus(canvas.trait(11).times(3)).sin().times(0.02);
  const bands = under.plus(sway).plus(0.05).clip(0.01, 3).power(0.62).times(7.5);
  const band = bands.floor();
  const along = canvas.x.times(1.15).plus(band.times(0.377)).plus(bands.times(0.06));
  const isWater = under.times(190).sigmoid().times(hasWater);
  const pane = along.floor().times(7.31).plus(band.times(12.99)).sin();
  const glitter = canvas.x.minus(sunX).abs().minus(0.22).times(-18).sigmoid().times(hasSun).times(0.34);
  shade = shade.mix(pane.times(0.16).plus(0.36).plus(glitter), isWater);
  const rung = bands.fraction().minus(0.5).abs().scaled(-1, 0.5).times(under.clip(0, 1).scaled(0.13, 0.11));
  const stile = along.fraction().minus(0.5).abs().scaled(-1, 0.5).times(0.85);
  const dryCut = cut.min(under.abs().times(0.9).plus(hasWater.scaled(-20, 10).clip(0, 9)));
  cut = dryCut.mix(rung.min(stile).min(under.abs()), isWater);

  const colour = lookUp(palette, shade.clip(0, 1), canvas.says('hardness').scaled(-1, -4.2).exp());
  const rainbow = canvas.says('spectrum').scaled(1.7, -0.7).clip(0, 1);
  const own = whim.mix(pane.times(0.5), isWater);
  const swing = own.times(rainbow.scaled(3.4, 0.36)).plus(paneAway.times(rainbow).times(2.4));
  const sunlight = graph.constant([0.97, 0.012, 0.085], [3, 1]);
  const dry = disc.times(isWater.scaled(-1, 1)).times(land.scaled(-1, 1)); // the sun sets behind the hills
  return {
    lightness: colour
      .slice(0, 0, 1)
      .plus(own.times(0.07))
      .mix(sunlight.slice(0, 0, 1), dry.times(0.9)),
    ab: turnHue(colour.slice(0, 1, 3), swing)
      .times(1.08)
      .mix(sunlight.slice(0, 1, 3), dry.times(0.9)),
    whole: dry.max(isWater).max(tracery.cover.times(said.rose)).minus(0.5).times(30).sigmoid(),
    cut,
    away,
  };
}

/** The round panes of a rose window: two in the middle, twelve and twenty-four around it. */
function medallions(canvas: Canvas): { cut: Value; cover: Value; shade: Value } {
  const { graph } = canvas;
  const { radius, angle } = canvas.polar();
  let cut = radius.minus(0.14).abs().min(radius.minus(0.27).abs());
  let cover = radius.minus(0.27).times(-160).sigmoid();
  let shade = radius.minus(0.14).times(-160).sigmoid().scaled(0.6, 0.32);
  for (const { count, at, size, tone } of [
    { count: 12, at: 0.5, size: 0.105, tone: 0.26 },
    { count: 24, at: 0.88, size: 0.085, tone: 0.8 },
  ]) {
    const step = (2 * Math.PI) / count;
    const aside = angle.minus(graph.op('Round', [angle.times(1 / step)]).times(step));
    const [outward, sideways] = [radius.times(aside.cos()).minus(at), radius.times(aside.sin())];
    const rim = outward.squared().plus(sideways.squared()).plus(1e-6).sqrt().minus(size);
    const inside = rim.times(-160).sigmoid();
    cut = cut.min(rim.abs());
    shade = shade.mix(tone, inside);
    cover = cover.max(inside);
  }
  return { cut, cover, shade };
}

/** Bubbles and streaks in the glass, turned another way in every pane. */
function glassGrain(canvas: Canvas, { dice }: Panes, seed: number): [Value, Value] {
  const random = createRandom(seed ^ 5);
  const bank = (waves: number, low: number, high: number, stretch: number) => {
    const along: number[] = [];
    const across: number[] = [];
    for (let i = 0; i < waves; i++) {
      const frequency = low * (high / low) ** (i / (waves - 1));
      const angle = random.uniform() * 2 * Math.PI;
      along.push(Math.cos(angle) * frequency);
      across.push((Math.sin(angle) * frequency) / stretch);
    }
    const phases = canvas.styled(waves, 3).plus(dice.times(40));
    return canvas
      .waves(canvas, along, across, phases)
      .sum(0)
      .times(1 / Math.sqrt(waves));
  };
  return [bank(9, 20, 80, 1), bank(5, 9, 30, 4)];
}

function least(values: Value): Value {
  return values.graph.op('ReduceMin', [values], { axes: { ints: [0] }, keepdims: { int: 1 } });
}
