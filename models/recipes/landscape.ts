import { createRandom, type Random } from '../contract/random.ts';
import { Canvas, type Place } from './canvas.ts';
import type { Value } from './onnx/graph.ts';
import { lookUp, makePalette, type Palette } from './palette.ts';
import { spotWords } from './words/spotter.ts';

const SKY_WAVES = 18;
const RIDGES = 6;
const RIDGE_WAVES = 16;
const STAR_CELLS = 34;
const SOFTNESS = 0.02;

/**
 * A landscape in layers: neural sky, sun and stars, ridges in mist, water. A still reads
 * `param_sun_height`; one that moves lives through a day, see `liveDay`.
 */
export function landscape(name: string, seed: number, moves = false): Uint8Array {
  const canvas = new Canvas(name, seed);
  const day = moves ? liveDay(canvas) : null;
  const scene: Scene = {
    canvas,
    shapes: createRandom(seed ^ 99),
    palette: makePalette(canvas, 7, { dark: 0.19, light: 0.93, main: 'light', hint: 'strong' }),
    line: canvas.trait(1).scaled(0.1, 0.12),
    sun: day?.sun ?? makeSun(canvas),
    day,
    hasWater: canvas.says('water').scaled(9, -4).sigmoid(),
  };
  const sky = paintSky(scene);
  const land = paintRidges(scene, sky);
  const whole = paintWater(scene, land.picture);
  const picture = day ? withLamps(scene, day, inItsLight(scene, day, whole), land.open) : whole;
  const vignette = canvas.x.squared().plus(canvas.y.squared()).scaled(-0.08, 1.03).clip(0.45, 1.1);
  return canvas.finish(canvas.graph.concat([picture.lightness.times(vignette).clip(0, 1), picture.ab], 0));
}

type Sun = { x: Value; above: Value; strength: Value };
type Scene = {
  canvas: Canvas;
  shapes: Random;
  palette: Palette;
  /** y of the horizon: f32[1, 1] */
  line: Value;
  sun: Sun;
  day: Day | null;
  hasWater: Value;
};
/** OKLab field in two parts: [1, pixels] and [2, pixels] */
type Paint = { lightness: Value; ab: Value };

function makeSun(canvas: Canvas): Sun {
  return {
    x: canvas.trait(2).times(0.55),
    above: canvas.trait(6).scaled(0.14, 0.26).plus(canvas.parameter('sun_height').times(0.26)),
    strength: canvas.says('sun').scaled(0.9, 0.35).clip(0, 1.1),
  };
}

function split(lab: Value): Paint {
  return { lightness: lab.slice(0, 0, 1), ab: lab.slice(0, 1, 3) };
}

function blend(below: Paint, above: Paint, cover: Value): Paint {
  return { lightness: below.lightness.mix(above.lightness, cover), ab: below.ab.mix(above.ab, cover) };
}

function stop(palette: Palette, index: number): Paint {
  return split(palette.colours.slice(0, index, index + 1).transpose());
}

function sunDistance({ canvas, line, sun }: Scene): Value {
  const [dx, dy] = [canvas.x.minus(sun.x), canvas.y.minus(line.minus(sun.above))];
  return dx.squared().plus(dy.squared()).plus(1e-6).sqrt();
}

function paintSky(scene: Scene): Paint {
  const { canvas, palette, line, sun } = scene;
  const height = line.minus(canvas.y).times(0.75).clip(0, 1);
  const shade = height.scaled(-0.62, 0.84).plus(clouds(scene).times(0.17));
  const base = split(lookUp(palette, shade.clip(0, 1), SOFTNESS));

  const distance = sunDistance(scene);
  const disc = distance.scaled(-160, 160 * 0.12).sigmoid();
  const halo = distance.times(-3.2).exp();
  const warmth = canvas.graph.constant([0.02, 0.055], [2, 1]);
  const sky: Paint = {
    lightness: base.lightness
      .plus(halo.times(sun.strength).times(0.2))
      .plus(scene.day ? 0 : starlight(scene).times(height.plus(0.25))),
    ab: base.ab.plus(halo.times(sun.strength).times(warmth)),
  };
  const sunlight = split(canvas.graph.constant([0.97, 0.005, 0.055], [3, 1]));
  return blend(sky, sunlight, disc.times(sun.strength.times(0.9)));
}

/** Streaks of cloud, 0..1: a warped bank of mostly level waves. */
function clouds({ canvas, shapes, day }: Scene): Value {
  const bank = () => {
    const along: number[] = [];
    const across: number[] = [];
    for (let i = 0; i < SKY_WAVES; i++) {
      const frequency = 0.8 * 4.2 ** (i / (SKY_WAVES - 1));
      const angle = shapes.normal() * 0.55;
      along.push(Math.cos(angle) * frequency * 1.65);
      across.push((Math.sin(angle) * 2.2 + 0.6) * frequency * 2.4);
    }
    return { along, across };
  };
  const phases = canvas.styled(SKY_WAVES, 3);
  const waves = (place: Place) => {
    const { along, across } = bank();
    return canvas.waves(place, along, across, day ? phases.plus(day.stream(along)) : phases);
  };
  const shift = canvas
    .randomWeights(2, 24, 1.08)
    .matmul(canvas.layer(waves(canvas), SKY_WAVES, 24, 1.3, 0.5));
  const bent = { x: canvas.x.plus(shift.slice(0, 0, 1)), y: canvas.y.plus(shift.slice(0, 1, 2).times(0.4)) };
  const cloud = canvas.randomWeights(1, 20, 2).matmul(canvas.layer(waves(bent), SKY_WAVES, 20, 1.6, 0.4));
  return cloud.scaled(2.6, -0.7).sigmoid();
}

/** One possible star in each cell of a grid, placed and weighed by a hash of the cell. */
function starlight({ canvas, day }: Scene): Value {
  const said = canvas.says('stars').minus(canvas.says('light').times(0.6)).plus(-0.15).clip(0, 1);
  const amount = day ? said.scaled(0.5, 0.5) : said;
  const [gridX, gridY] = [canvas.x.times(STAR_CELLS), canvas.y.times(STAR_CELLS)];
  const hash = gridX.floor().times(127.1).plus(gridY.floor().times(311.7)).plus(canvas.trait(9).times(40));
  const dice = hash.sin().times(4375.85).fraction();
  const offset = (field: Value, factor: number) =>
    field.fraction().minus(dice.times(factor).fraction().scaled(0.7, 0.15));
  const [dx, dy] = [offset(gridX, 97.3), offset(gridY, 31.7)];
  const shine = dx.squared().plus(dy.squared()).times(-85).exp();
  return shine.times(dice.scaled(2.6, -1.5).clip(0, 1)).times(amount);
}

/** From far and misty to near and dark. A ridge is a neural function of x alone. */
function paintRidges(scene: Scene, sky: Paint): { picture: Paint; open: Value } {
  const { canvas, palette, line, sun, hasWater } = scene;
  const steepness = canvas.says('hills').scaled(0.5, 0.75).clip(0.25, 1.3);
  const halo = sunDistance(scene).times(-3.2).exp().times(sun.strength);
  const haze = stop(palette, palette.stops - 2);
  let picture = sky;
  let open = canvas.graph.scalar(1); // where the sky still shows
  for (let k = 0; k < RIDGES; k++) {
    const near = k / (RIDGES - 1);
    const rise = ridge(scene, near)
      .plus(0.15)
      .times(0.34 - 0.1 * near)
      .times(steepness);
    let edge = line.plus(0.02 + 0.62 * near ** 1.35).minus(rise);
    if (k >= 2) edge = edge.plus(hasWater.times(0.9)); // a lake leaves only the far shore
    const below = canvas.y.minus(edge);
    const depth = below.times(1.3).clip(0, 1);
    const ground = split(lookUp(palette, depth.scaled(-0.06, 0.62 - 0.56 * near), SOFTNESS));
    const mist = (1 - near) ** 1.6 * 0.55;
    const misted = blend(ground, haze, canvas.graph.scalar(mist));
    const rim = below.clip(0, 1).times(-26).exp().times(halo).times(0.16);
    const cover = below.times(190).sigmoid();
    picture = blend(picture, { lightness: misted.lightness.plus(rim), ab: misted.ab }, cover);
    if (scene.day) open = open.times(cover.scaled(-1, 1));
  }
  return { picture, open };
}

/** Height of one ridge, about -1..1, computed once per column: [1, pixels] */
function ridge({ canvas, shapes }: Scene, near: number): Value {
  const frequencies = Array.from(
    { length: RIDGE_WAVES },
    (_, i) => (1.2 + 2.2 * near) * 9 ** (i / (RIDGE_WAVES - 1)) * (shapes.uniform() < 0.5 ? -1 : 1),
  );
  const { graph } = canvas;
  const starts = graph.constant(
    frequencies.map(() => shapes.uniform() * 6.28),
    [RIDGE_WAVES, 1],
  );
  const phases = canvas.styled(RIDGE_WAVES, 3).plus(starts);
  const waves = canvas.affine(graph.constant(frequencies, [RIDGE_WAVES, 1]), canvas.columns, phases).sin();
  const shape = canvas.layer(
    waves,
    RIDGE_WAVES,
    16,
    1.8,
    0.25,
    (wave) => Math.abs(frequencies[wave]!) ** -0.95,
  );
  return canvas.perColumn(canvas.randomWeights(1, 16, 1).matmul(shape));
}

/** Ripples by perspective, the palette upside down, and the sun's path. */
function paintWater(scene: Scene, land: Paint): Paint {
  const { canvas, palette, line, sun, day, hasWater } = scene;
  const swell = (times: number) => day?.turn.times(times) ?? 0;
  const below = canvas.y.minus(line).plus(0.02);
  const distance = canvas.graph.scalar(1).over(below.plus(0.06).clip(0.05, 3));
  const ripple = distance
    .times(26)
    .plus(canvas.x.times(2.2))
    .plus(swell(3))
    .sin()
    .times(0.5)
    .plus(distance.times(61).minus(canvas.x.times(5.1)).plus(swell(5)).sin().times(0.3))
    .plus(distance.times(13).plus(canvas.x.times(distance).times(1.3)).plus(swell(2)).sin().times(0.35));
  const width = canvas.graph.scalar(9).over(below.scaled(2.2, 0.3).clip(0.08, 9));
  const path = canvas.x
    .minus(sun.x.plus(ripple.times(0.05)))
    .squared()
    .times(width)
    .negated()
    .exp();
  const glitter = path.times(ripple.scaled(5, -0.5).sigmoid()).times(sun.strength.times(0.45));

  const shade = below.clip(0, 1).scaled(-0.5, 0.6).plus(ripple.times(0.055)).clip(0, 1);
  const surface = split(lookUp(palette, shade, SOFTNESS));
  const warm = stop(palette, palette.stops - 1).ab;
  const water = {
    lightness: surface.lightness.plus(glitter),
    ab: surface.ab.plus(glitter.times(warm).times(0.9)),
  };
  return blend(land, water, canvas.y.minus(line).minus(0.16).times(220).sigmoid().times(hasWater));
}

const HOURS = {
  dawn: 'dawn sunrise morning daybreak',
  dusk: 'sunset dusk twilight evening',
  night: 'night midnight nocturne moon moonlight moonlit stars starry',
};

type Day = {
  sun: Sun;
  moon: { x: Value; above: Value };
  /** 0..1 */
  bright: Value;
  golden: Value;
  night: Value;
  /** once round in the film */
  turn: Value;
  /** Lets waves travel a whole number of times through themselves: the clouds stream, the film closes. */
  stream(along: number[]): Value;
};

/**
 * Reads `time` (f32[1], 0..1), `param_hours`, `param_pace` and `param_duration_s`. The hour of the words
 * comes at a third of the film, where its poster is taken; 24 hours close the circle.
 */
function liveDay(canvas: Canvas): Day {
  const { graph } = canvas;
  const time = graph.input('time', 'f32', [1]).unsqueeze(1);
  const said = spotWords(canvas.prompt, HOURS);
  const hour = graph.scalar(0.3).mix(0.045, said.dawn).mix(0.46, said.dusk).mix(0.72, said.night);
  const shown = canvas.parameter('hours').scaled(1 / 24);
  const angle = time
    .minus(1 / 3)
    .times(shown)
    .plus(hour)
    .times(2 * Math.PI); // 0 at sunrise
  const elevation = angle.sin();
  const path = { x: angle.cos().times(-1.05), above: elevation.times(0.58) };
  const speed = canvas
    .parameter('pace')
    .plus(canvas.says('pace').times(0.8))
    .exp()
    .times(canvas.parameter('duration_s').times(0.12));
  const turn = time.times(2 * Math.PI);
  return {
    sun: {
      ...path,
      strength: elevation.times(6).sigmoid().times(canvas.says('sun').scaled(0.3, 0.75)).clip(0, 1),
    },
    moon: { x: path.x.negated(), above: path.above.negated() },
    bright: elevation.times(5).plus(0.5).sigmoid(),
    golden: elevation.minus(0.06).times(3.6).squared().negated().exp(),
    night: elevation.times(-9).minus(1).sigmoid(),
    turn,
    stream: (along) =>
      graph
        .op('Round', [graph.constant(along, [along.length, 1]).times(speed)])
        .times(turn)
        .negated(),
  };
}

/** Stars and a crescent moon keep their own light. */
function withLamps(scene: Scene, { moon, night }: Day, below: Paint, open: Value): Paint {
  const { canvas, line } = scene;
  const away = (shift: number) =>
    canvas.x
      .minus(moon.x.plus(shift))
      .squared()
      .plus(
        canvas.y
          .minus(line.minus(moon.above))
          .plus(shift * 0.4)
          .squared(),
      )
      .plus(1e-6)
      .sqrt();
  const within = (shift: number) =>
    away(shift)
      .scaled(-170, 170 * 0.075)
      .sigmoid();
  const crescent = within(0).times(within(0.035).scaled(-0.92, 1));
  const gleam = away(0).times(-5).exp().times(0.14);
  const dry = canvas.y.minus(line).times(-60).sigmoid().max(scene.hasWater.scaled(-1, 1));
  const shining = open.times(night).times(dry);
  const starry = below.lightness.plus(starlight(scene).plus(gleam).times(shining));
  const moonlight = split(canvas.graph.constant([0.95, -0.005, 0.015], [3, 1]));
  return blend({ lightness: starry, ab: below.ab }, moonlight, crescent.times(shining));
}

/** What the hour does to every colour: darker and bluer by night, warm while the sun is low. */
function inItsLight(scene: Scene, { bright, golden, night }: Day, { lightness, ab }: Paint): Paint {
  const { graph } = scene.canvas;
  const near = sunDistance(scene).times(-0.9).exp().scaled(0.8, 0.25);
  const warm = graph.constant([0.045, 0.06], [2, 1]);
  const cold = graph.constant([-0.004, -0.05], [2, 1]);
  const shaded = lightness.times(bright.scaled(0.6, 0.4)).plus(golden.times(near).times(0.05));
  return {
    lightness: shaded,
    ab: ab.times(bright.scaled(0.4, 0.6)).plus(golden.times(near).times(warm)).plus(night.times(cold)),
  };
}
