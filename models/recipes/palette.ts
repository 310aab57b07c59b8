import type { Canvas } from './canvas.ts';
import type { Value } from './onnx/graph.ts';

export type Palette = {
  stops: number;
  /** f32[stops, 3] in OKLab, dark to light */
  colours: Value;
};

type Range = {
  dark: number;
  light: number;
  /** which end of the palette carries the main hue */
  main: 'dark' | 'light';
  /** how far a second hue counts that a scene merely suggests: little where hues flow into each other */
  hint: 'faint' | 'strong';
  /** the two hues stand side by side instead of blending into a third */
  parted?: boolean;
};

const LEVELS = 1024;

/** Traits 20..47 of the style vector belong to colour. */
const TRAIT = { mainHue: 20, secondHue: 24, spread: 28, firstStop: 30 };

/**
 * Dark to light, from the prompt's main hue towards its second or the other way round. Hues blend as
 * OKLab directions, so opposite colours pass near a neutral instead of through a third hue.
 */
export function makePalette(canvas: Canvas, stops: number, range: Range): Palette {
  const { graph } = canvas;
  const main = hueDirection(canvas, 'hue', TRAIT.mainHue);
  // A prompt that names its colour keeps it; one that does not may wander to a neighbouring hue.
  const turn = canvas.trait(TRAIT.spread).scaled(0.9, 0.35).times(canvas.sure('hue_cos').scaled(-1, 1.08));
  const neighbour = rotate(canvas, main, turn);
  const sure = canvas.sure('hue2_cos');
  const named = (range.hint === 'faint' ? sure.squared().times(1.7) : sure.times(1.6)).clip(0, 1);
  const second = neighbour.mix(hueDirection(canvas, 'hue2', TRAIT.secondHue), named);

  const light = canvas.says('light');
  const contrast = canvas.says('contrast');
  const darkest = light.minus(contrast.times(0.35)).scaled(0.24, range.dark).clip(0.06, 0.75);
  const saturation = canvas.says('chroma');
  // A named colour is strongest at its own lightness (yellow is light, blue is dark): stay near it.
  const ownLightest = ownLightness(canvas, main)
    .plus(light.times(0.1))
    .plus(canvas.says('glow').plus(contrast).clip(0, 1.5).times(0.13));
  const freeLightest = light.plus(contrast.times(0.5)).scaled(0.12, range.light);
  const vivid = saturation.clip(0, 1).times(canvas.sure('hue_cos'));
  const lightest = freeLightest.mix(ownLightest, vivid.times(0.95)).clip(0.35, 0.985);
  const chroma = saturation.scaled(0.105, 0.134).clip(0, 0.24);
  const sweep = canvas.says('spectrum').scaled(1.7, -0.7).clip(0, 1).times(5);
  const rows = Array.from({ length: stops }, (_, k) => {
    const place = k / (stops - 1);
    const away = range.main === 'dark' ? place : 1 - place;
    const whim = canvas.trait(TRAIT.firstStop + k);
    const towardsSecond = range.parted
      ? whim.scaled(1.6, (away - 0.62) * 30).sigmoid()
      : whim.scaled(0.3, Math.max(0, away * 1.1 - 0.12)).clip(0, 0.9);
    const strength = 1 - 0.8 * Math.abs(place - 0.6);
    const blend = main.mix(second, towardsSecond);
    const length = blend.squared().sum(1).plus(1e-6).sqrt();
    const hue = blend.over(length.scaled(0.65, 0.35)); // half way between opposites less grey than plain mixing
    const colour = rotate(canvas, hue, sweep.times(place)).times(chroma.times(strength));
    const shade = darkest.mix(lightest, place);
    // a dark gold is olive: the second hue comes nearer to its own lightness too
    const lifted = shade.mix(
      ownLightness(canvas, second),
      towardsSecond.times(named).times(vivid).times(0.4),
    );
    return graph.concat([range.parted ? shade.max(lifted) : shade, colour], 1);
  });
  return { stops, colours: graph.concat(rows, 0) };
}

/**
 * Soft look-up of a field [1, pixels] in 0..1: [3, pixels] in OKLab. Small `softness` gives flat
 * bands. The softmax runs over a table of levels, not over every pixel.
 */
export function lookUp(palette: Palette, field: Value, softness: Value | number): Value {
  const { graph } = field;
  const { stops } = palette;
  const places = graph.constant(
    Array.from({ length: stops }, (_, k) => k / (stops - 1)),
    [1, stops],
  );
  const levels = graph.constant(
    Array.from({ length: LEVELS }, (_, k) => k / (LEVELS - 1)),
    [LEVELS, 1],
  );
  const table = levels
    .minus(places)
    .squared()
    .over(softness)
    .negated()
    .softmax(-1)
    .matmul(palette.colours)
    .transpose();
  const index = field
    .clip(0, 1)
    .scaled(LEVELS - 1, 0.5)
    .cast('i64')
    .reshape([-1]);
  return graph.op('Gather', [table, index], { axis: { int: 1 } });
}

/** Turns the hue of a field [2, pixels] by an angle. */
export function turnHue(ab: Value, turn: Value): Value {
  const [a, b, cos, sin] = [ab.slice(0, 0, 1), ab.slice(0, 1, 2), turn.cos(), turn.sin()];
  return ab.graph.concat([a.times(cos).minus(b.times(sin)), a.times(sin).plus(b.times(cos))], 0);
}

/** The lightness at which a hue is strongest, about: yellow is light, blue is dark. */
function ownLightness(canvas: Canvas, hue: Value): Value {
  return hue.matmul(canvas.graph.constant([-0.068, 0.188], [2, 1])).plus(0.65);
}

/** f32[1, 2]: the prompt's hue where it names one, else one picked by the seed. */
function hueDirection(canvas: Canvas, hue: 'hue' | 'hue2', trait: number): Value {
  const { graph } = canvas;
  const said = unit(graph.concat([canvas.says(`${hue}_cos`), canvas.says(`${hue}_sin`)], 1));
  const angle = canvas.trait(trait).times(4.2);
  const picked = graph.concat([angle.cos(), angle.sin()], 1);
  return unit(picked.mix(said, canvas.sure(`${hue}_cos`).times(1.25).clip(0, 1)));
}

function unit(direction: Value): Value {
  return direction.over(direction.squared().sum(1).plus(1e-5).sqrt());
}

function rotate(canvas: Canvas, direction: Value, angle: Value): Value {
  const [a, b] = [direction.slice(1, 0, 1), direction.slice(1, 1, 2)];
  const [cos, sin] = [angle.cos(), angle.sin()];
  return canvas.graph.concat([a.times(cos).minus(b.times(sin)), a.times(sin).plus(b.times(cos))], 1);
}
