import { Graph, type Value } from '../../models/recipes/onnx/graph.ts';

/** What the applicants of the demo made: small networks that really run, each with weights of its own. */
export type Made = { figure: 'waves' | 'rings' | 'weave' | 'tone'; seed: number };

const TAU = Math.PI * 2;

export function networkOf(made: Made): Uint8Array {
  return made.figure === 'tone' ? tone(made.seed) : painter(made.figure, made.seed);
}

/** What the words of a prompt weigh: [1024, columns]. */
function wishOf(g: Graph, seed: number, columns: number): Value {
  const weights = Array.from(
    { length: 1024 * columns },
    (_, i) => Math.sin((i + 1) * (12.9898 + seed)) * 1.4,
  );
  return g
    .input('tokens', 'f32', [24, 1024])
    .sum(0)
    .matmul(g.constant(weights, [1024, columns]));
}

const lineOf = (g: Graph, count: Value): Value => {
  const scalar = count.reshape(g.integers([]));
  return g
    .op('Range', [g.integer(0), scalar, g.integer(1)])
    .cast('f32')
    .over(scalar.cast('f32'))
    .minus(0.5);
};

function painter(figure: 'waves' | 'rings' | 'weave', seed: number): Uint8Array {
  const g = new Graph();
  const noise = g.input('noise', 'f32', [1, 8]);
  const mood = noise.plus(wishOf(g, seed, 8));
  const size = g.input('size', 'i64', [2]);
  const y = lineOf(g, size.slice(0, 0, 1)).unsqueeze(1);
  const x = lineOf(g, size.slice(0, 1, 2)).unsqueeze(0);
  const part = (at: number) => mood.slice(1, at, at + 1).tanh();
  const channels = [0, 1, 2].map((channel) => {
    const across = x.times(
      part(channel)
        .times(2)
        .plus(4 + channel),
    );
    const down = y.times(
      part(channel + 3)
        .times(2)
        .plus(3 + (seed % 3)),
    );
    const turn = part(6).plus(part(7).times(channel)).times(3);
    const shape = {
      waves: () => across.plus(down).times(4).plus(turn).sin(),
      rings: () => across.times(across).plus(down.times(down)).times(3).plus(turn).sin(),
      weave: () => across.times(5).plus(turn).sin().times(down.times(5).sin()),
    }[figure]();
    return shape.scaled(0.45, 0.5).unsqueeze(0);
  });
  g.output(g.concat(channels, 0).unsqueeze(0), 'image', 'f32', [1, 3, 'height', 'width']);
  return g.finish(figure);
}

const SAMPLES_A_SECOND = 24_000;

function tone(seed: number): Uint8Array {
  const g = new Graph();
  const count = g.input('count', 'i64', [1]);
  const pitch = wishOf(g, seed, 1).tanh().times(120).plus(240).reshape([1]);
  const scalar = count.reshape(g.integers([]));
  const seconds = g
    .op('Range', [g.integer(0), scalar, g.integer(1)])
    .cast('f32')
    .over(SAMPLES_A_SECOND);
  const sway = seconds.times(1.5).sin().times(2);
  const voice = (times: number) =>
    seconds
      .times(pitch)
      .times(TAU * times)
      .plus(sway)
      .sin();
  const sound = voice(1).plus(voice(1.5)).plus(voice(2)).times(0.15);
  g.output(sound.unsqueeze(0), 'sound', 'f32', [1, 'samples']);
  return g.finish('tone');
}

const side = { minimum: 64, maximum: 512, default: 256 };

export const manifestOf = ({ figure }: Made): Record<string, unknown> =>
  figure === 'tone'
    ? {
        contract: 'mc-onnx/1',
        networks: [
          { file: 'model', inputs: { count: { role: 'samples' }, tokens: { role: 'text-hash-1024' } } },
        ],
        output: { role: 'audio-f32', of: 'model', tensor: 'sound', sample_rate: SAMPLES_A_SECOND },
        duration_s: { minimum: 1, maximum: 10, default: 4 },
      }
    : {
        contract: 'mc-onnx/1',
        networks: [
          {
            file: 'model',
            inputs: {
              noise: { role: 'noise', shape: [1, 8] },
              tokens: { role: 'text-hash-1024' },
              size: { role: 'size', order: 'height-width' },
            },
          },
        ],
        output: {
          ...{ role: 'image-f32', of: 'model', tensor: 'image', layout: 'nchw', range: 'zero-to-one' },
        },
        size: { width: side, height: side, multiple_of: 32 },
      };
