import { Tensor } from 'onnxruntime-web';
import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../../models/contract/prompt.ts';
import { createRandom, normals, type Random } from '../../../../../../models/contract/random.ts';
import { Refusal } from '../../refusal.ts';
import type { Dimension, Source } from '../manifest.ts';
import { type Asked, shapeOf } from './asked.ts';
import type { Port } from './runtime.ts';

/** Where a run is: what a network may be told that changes while it runs. */
export type Moment = {
  /** false: nothing is wished for, the other half of guidance */
  wished: boolean;
  time: number;
  step: number;
  state: Tensor | null;
  /** what networks before it made, by `file tensor` */
  made: ReadonlyMap<string, Tensor>;
};

/** Makes the tensors that a manifest promises its networks. */
export class Feeder {
  private readonly asked: Asked;
  private readonly random: Random;
  private readonly noises = new Map<object, Float32Array>();
  private readonly prompts = new Map<boolean, ReturnType<typeof promptFeatures>>();

  constructor(asked: Asked) {
    this.asked = asked;
    this.random = createRandom(asked.seed);
  }

  /** Noise is drawn once for each source, in the order in which it is first asked for. */
  noise(source: { shape: Dimension[]; scale: number }): { values: Float32Array; shape: number[] } {
    const shape = shapeOf(source.shape, this.asked);
    const count = shape.reduce((product, size) => product * size, 1);
    const values = this.noises.get(source) ?? normals(this.random, count, source.scale);
    this.noises.set(source, values);
    return { values, shape };
  }

  tensor(source: Source, port: Port, moment: Moment): Tensor {
    const { asked } = this;
    switch (source.role) {
      case 'text-hash-1024':
        return given(port, this.prompt(moment.wished).tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]);
      case 'text-mask':
        return given(port, this.prompt(moment.wished).mask, [PROMPT_WORDS_MAX]);
      case 'noise': {
        const { values, shape } = this.noise(source);
        return given(port, values, shape);
      }
      case 'seed':
        return given(port, [seedFor(port, asked.seed)]);
      case 'size':
        return given(
          port,
          {
            'height-width': [asked.height, asked.width],
            'width-height': [asked.width, asked.height],
            height: [asked.height],
            width: [asked.width],
          }[source.order],
        );
      case 'samples':
        return given(port, [asked.samples]);
      case 'time':
        return given(port, [moment.time]);
      case 'step':
        return given(port, [moment.step]);
      case 'param':
        return given(port, [asked.number(source.name, source.minimum, source.maximum)]);
      case 'class': {
        const { vocabulary, none } = source;
        const place =
          !moment.wished && none !== undefined ? none : vocabulary.indexOf(asked.word(source.name));
        if (place < 0) throw new Refusal('invalid_input', `${source.name} is none of its words`);
        return given(
          port,
          source.encoding === 'index' ? [place] : vocabulary.map((_, i) => Number(i === place)),
        );
      }
      case 'constant':
        return given(port, source.values, source.shape && shapeOf(source.shape, asked));
      case 'state':
        return moment.state ?? lacking('the state');
      case 'output':
        return (
          moment.made.get(`${source.of} ${source.tensor}`) ?? lacking(`${source.tensor} of ${source.of}`)
        );
    }
  }

  private prompt(wished: boolean) {
    const known = this.prompts.get(wished) ?? promptFeatures(wished ? this.asked.prompt : '');
    this.prompts.set(wished, known);
    return known;
  }
}

/** In whole numbers as many bits as fit; in others a share of one. */
function seedFor({ type }: Port, seed: number): number {
  if (type === 'float32') return seed / 2 ** 32;
  return type === 'int32' ? seed & 0x7fffffff : seed;
}

const lacking = (what: string): never => {
  throw new Refusal('model_error', `${what} is not there yet`);
};

/** Numbers as the port wants them: in its type, and in its shape where that holds as many. */
function given(port: Port, values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
  const dims = fitting(port.shape, values.length) ?? [...shape];
  if (port.type === 'int64')
    return new Tensor(
      'int64',
      BigInt64Array.from(values, (value) => BigInt(Math.round(value))),
      dims,
    );
  if (port.type === 'int32') return new Tensor('int32', Int32Array.from(values, Math.round), dims);
  return new Tensor('float32', values instanceof Float32Array ? values : Float32Array.from(values), dims);
}

/** The declared shape, its open dimensions filled in, if exactly so many values fit it. */
function fitting(declared: readonly (number | string)[], count: number): number[] | null {
  const fixed = declared.reduce<number>(
    (product, size) => (typeof size === 'number' && size > 0 ? product * size : product),
    1,
  );
  const isOpen = (size: number | string) => typeof size !== 'number' || size <= 0;
  const open = declared.filter(isOpen).length;
  if (open === 0) return fixed === count ? declared.map(Number) : null;
  if (open > 1 || count % fixed !== 0) return null;
  return declared.map((size) => (isOpen(size) ? count / fixed : Number(size)));
}
