import { WORD_FEATURES } from '../contract/prompt.ts';
import { NOISE } from '../contract/tensors.ts';
import { createRandom, normals, type Random } from '../contract/random.ts';
import { Graph, type Value } from './onnx/graph.ts';
import { readPrompt, type Reading } from './words/encoder.ts';
import type { Attribute } from './words/attributes.ts';

export const STYLE = 48;
const RESIDUE = 32;

export type Place = { x: Value; y: Value };

/**
 * What every coordinate network starts from: the prompt's reading, a style vector made of the seed's
 * noise and of the words themselves (so that unknown words still change the picture), and coordinates.
 * A run paints the band of rows `rows` (from, to) of a picture of `size` (height, width): bands keep
 * the memory small and let the caller report progress and stop. Each band is computed with one more
 * row above and below (the halo), so that slopes know no seam.
 *
 * Fields are f32[channels, pixels]: with the pixels last every operation runs along memory, which
 * made a picture three times as fast as with the channels last.
 */
export class Canvas {
  readonly graph = new Graph();
  readonly prompt: Reading;
  readonly random: Random;
  /** f32[STYLE, 1], -1..1 */
  readonly style: Value;
  /** -1..1 along the shorter side, y down: f32[1, pixels] */
  readonly x: Value;
  readonly y: Value;
  /** x of each column: f32[1, width] */
  readonly columns: Value;
  /** y of each row: f32[rows, 1] */
  private readonly lines: Value;
  /** shorter side in pixels: f32[1] */
  private readonly shorter: Value;
  /** i64[2] */
  private readonly size: Value;
  /** i64[1] */
  private readonly width: Value;
  private readonly rowCount: Value;
  private readonly name: string;

  constructor(name: string, seed: number) {
    this.name = name;
    this.random = createRandom(seed);
    const { graph } = this;
    this.prompt = readPrompt(graph);
    const noise = graph.input('noise', 'f32', [1, NOISE]);
    const size = graph.input('size', 'i64', [2]);
    const rows = graph.input('rows', 'i64', [2]);
    const mixed = this.randomWeights(STYLE, NOISE + RESIDUE, 0.16 * Math.sqrt(NOISE + RESIDUE));
    this.style = mixed.matmul(graph.concat([noise, this.wordResidue(seed)], 1).transpose()).tanh();

    const height = size.slice(0, 0, 1);
    this.size = size;
    this.width = size.slice(0, 1, 2);
    this.shorter = height.min(this.width).cast('f32');
    const one = graph.integers([1]);
    const [from, to] = [rows.slice(0, 0, 1).minus(one), rows.slice(0, 1, 2).plus(one)];
    this.rowCount = to.minus(from);
    const [acrossRow, downColumn] = [
      this.axis(graph.integers([0]), this.width, this.width),
      this.axis(from, to, height),
    ];
    this.columns = acrossRow.unsqueeze(0);
    this.x = this.perColumn(this.columns);
    this.lines = downColumn.unsqueeze(1);
    this.y = this.flat(downColumn.unsqueeze(0, 2).expand(this.fieldShape()));
  }

  says(attribute: Attribute): Value {
    return this.prompt.value(attribute);
  }

  sure(attribute: Attribute): Value {
    return this.prompt.confidence(attribute);
  }

  /** f32[1, 1]: one of the STYLE random traits of this seed and prompt */
  trait(index: number): Value {
    return this.style.slice(0, index, index + 1);
  }

  /** A slider of the input: f32[1, 1]. */
  parameter(name: string): Value {
    return this.graph.input(`param_${name}`, 'f32', [1]).unsqueeze(1);
  }

  /** f32[outputs, inputs], scaled so that `gain` is the spread of the result for unit inputs */
  randomWeights(
    outputs: number,
    inputs: number,
    gain: number,
    inputScale?: (input: number) => number,
  ): Value {
    const weights = normals(this.random, outputs * inputs, gain / Math.sqrt(inputs));
    if (inputScale) weights.forEach((weight, i) => (weights[i] = weight * inputScale(i % inputs)));
    return this.graph.weights(weights, [outputs, inputs]);
  }

  /** A bias that depends on the style: f32[outputs, 1] */
  styled(outputs: number, gain: number): Value {
    return this.randomWeights(outputs, STYLE, 2.2 * gain).matmul(this.style);
  }

  /** weights * field + bias, as one operation */
  affine(weights: Value, field: Value, bias: Value): Value {
    return this.graph.op('Gemm', [weights, field, bias]);
  }

  /** [inputs, pixels] -> tanh -> [outputs, pixels] */
  layer(
    field: Value,
    inputs: number,
    outputs: number,
    gain: number,
    styleGain: number,
    inputScale?: (input: number) => number,
  ): Value {
    return this.affine(
      this.randomWeights(outputs, inputs, gain, inputScale),
      field,
      this.styled(outputs, styleGain),
    ).tanh();
  }

  /** Sines of x * along + y * across + phase, one wave for each entry: [waves, pixels] */
  waves(place: Place, along: number[], across: number[], phases: Value): Value {
    const { graph } = this;
    const directions = graph.constant(
      along.flatMap((a, i) => [a, across[i]!]),
      [along.length, 2],
    );
    return this.affine(directions, graph.concat([place.x, place.y], 0), phases).sin();
  }

  /** A field of the columns alone, f32[1, width], for every pixel. */
  perColumn(columns: Value): Value {
    return this.flat(columns.unsqueeze(1).expand(this.fieldShape()));
  }

  /** Distance from the middle and angle (-pi..pi, 0 to the right, y down): [1, pixels] each */
  polar(): { radius: Value; angle: Value } {
    const radius = this.x.squared().plus(this.y.squared()).plus(1e-9).sqrt();
    // twice the angle seen from the left rim: no case for each quadrant, one seam at the far left
    const half = this.y.over(radius.plus(this.x).plus(1e-7));
    return { radius, angle: this.graph.op('Atan', [half]).times(2) };
  }

  /** Slope of a field [1, pixels] in coordinate units, by Sobel. */
  slope(field: Value): { dx: Value; dy: Value } {
    const { graph } = this;
    const image = field.reshape(graph.concat([graph.integers([1, 1]), this.rowCount, this.width], 0));
    const padded = graph.op('Pad', [image, graph.integers([0, 0, 1, 1, 0, 0, 1, 1])], {
      mode: { text: 'edge' },
    });
    const sobel = [-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1].map((weight) => weight / 8);
    const slopes = graph
      .op('Conv', [padded, graph.constant(sobel, [2, 1, 3, 3])])
      .times(this.shorter.over(2))
      .reshape([2, -1]);
    return { dx: slopes.slice(0, 0, 1), dy: slopes.slice(0, 1, 2) };
  }

  /**
   * OKLab field [3, pixels] -> the file's outputs: `image`, u8[rows, width, 3] in sRGB, without the halo,
   * and `unsound`, how many of its values are no numbers (they would be painted as black wedges).
   */
  finish(lab: Value): Uint8Array {
    const { graph } = this;
    const inner = lab.slice(1, this.width, this.rowCount.minus(graph.integers([1])).times(this.width));
    const lms = graph
      .constant(
        [1, 0.3963377774, 0.2158037573, 1, -0.1055613458, -0.0638541728, 1, -0.0894841775, -1.291485548],
        [3, 3],
      )
      .matmul(inner);
    const linear = graph
      .constant(
        [
          4.0767416621, -3.3077115913, 0.2309699292, -1.2684380046, 2.6097574011, -0.3413193965,
          -0.0041960863, -0.7034186147, 1.707614701,
        ],
        [3, 3],
      )
      .matmul(lms.squared().times(lms));
    const display = linear
      .clip(1e-6, 1)
      .power(1 / 2.2)
      .scaled(255, 0.5)
      .clip(0, 255)
      .cast('u8');
    const shape = graph.concat([graph.integers([-1]), this.width, graph.integers([3])], 0);
    const unsound = graph.op('IsNaN', [linear]).cast('f32').sum(0).sum(1).reshape([1]);
    graph.output(unsound, 'unsound', 'f32', [1]);
    graph.output(display.transpose().reshape(shape), 'image', 'u8', ['rows', 'width', 3]);
    return graph.finish(this.name);
  }

  /**
   * A plane of cells f32[1, 1, rows, columns] stretched over the picture, as a field [1, pixels]. Cubic
   * B-splines leave no trace of the cells; `blur` widens them to so many cells, `shift` moves the plane.
   */
  stretch(plane: Value, blur = 1, shift: Place | null = null): Value {
    const { graph } = this;
    const cells = graph.op('Shape', [plane]);
    const down = this.splines(this.lines, cells.slice(0, 2, 3), this.size.slice(0, 0, 1), blur, shift?.y);
    const columns = this.columns.transpose();
    const across = this.splines(columns, cells.slice(0, 3, 4), this.width, blur, shift?.x);
    const matrix = plane.reshape(cells.slice(0, 2, 4));
    return down.matmul(matrix).matmul(across.transpose()).reshape([1, -1]);
  }

  /** Weight of each of `cells` for each place along a side of `length` pixels: f32[places, cells] */
  private splines(places: Value, cells: Value, length: Value, blur: number, shift?: Value): Value {
    const { graph } = this;
    const moved = shift ? places.minus(shift) : places;
    const share = moved.times(this.shorter).over(length.cast('f32')).scaled(0.5, 0.5);
    const last = graph.op('Squeeze', [cells, graph.integers([0])]);
    const index = graph
      .op('Range', [graph.integer(0), last, graph.integer(1)])
      .cast('f32')
      .unsqueeze(0);
    const away = share
      .times(cells.cast('f32'))
      .minus(0.5)
      .minus(index)
      .abs()
      .scaled(1 / blur);
    const cube = (reach: number) => {
      const rest = away.scaled(-1, reach).clip(0, reach);
      return rest.squared().times(rest);
    };
    const weights = cube(2).minus(cube(1).times(4));
    return weights.over(weights.sum(1).plus(1e-6));
  }

  /** Closes a network that does not paint but seeds a plane of cells: [planes, pixels] -> f32[1, planes, rows, columns]. */
  finishCells(outputs: Record<string, Value>): Uint8Array {
    const { graph } = this;
    const one = graph.integers([1]);
    for (const [name, planes] of Object.entries(outputs)) {
      const inner = planes.slice(1, this.width, this.rowCount.minus(one).times(this.width));
      const shape = graph.concat([one, graph.integers([-1]), this.size], 0);
      graph.output(inner.reshape(shape), name, 'f32', [1, 2, 'rows', 'columns']);
    }
    return graph.finish(this.name);
  }

  private wordResidue(seed: number): Value {
    const together = this.prompt.tokens.times(this.prompt.mask.unsqueeze(1)).sum(0);
    const spread = normals(createRandom(seed ^ 0x51ed), WORD_FEATURES * RESIDUE, 0.8);
    return together.matmul(this.graph.weights(spread, [WORD_FEATURES, RESIDUE])).tanh();
  }

  /** Centres of the pixels from `from` to `to` of a side of `length`: f32[to - from] */
  private axis(from: Value, to: Value, length: Value): Value {
    const { graph } = this;
    const [start, end] = [from, to].map((edge) => graph.op('Squeeze', [edge, graph.integers([0])])) as [
      Value,
      Value,
    ];
    const pixels = graph.op('Range', [start, end, graph.integer(1)]).cast('f32');
    return pixels.scaled(2, 1).minus(length.cast('f32')).over(this.shorter);
  }

  private fieldShape(): Value {
    return this.graph.concat([this.graph.integers([1]), this.rowCount, this.width], 0);
  }

  private flat(field: Value): Value {
    return field.reshape([1, -1]);
  }
}
