import * as ort from 'onnxruntime-node';
import { createRandom, normals, type Random } from '../../contract/random.ts';
import { Graph } from '../onnx/graph.ts';
import { Tape, type Node } from '../onnx/tape.ts';
import { THINGS } from '../words/attributes.ts';
import { CONDITION, writeCondition } from './condition.ts';
import { chooseSpecimen, drawSpecimen, PIXELS, type Specimen } from './corpus.ts';
import { LATENT, LAYERS, TOLD, velocity, writeTime } from './flow-net.ts';
import { decoderOf, findLatentSpace, type Decoder } from './latent.ts';

const BATCH = 256;
const DECAY_SQUARES = 0.99;
const AVERAGE = 0.998;

export type TrainedFlow = {
  decoder: Decoder;
  /** by layer name */
  weights: Record<string, Float32Array>;
};
type Corpus = { specimens: Specimen[]; codes: Float32Array };

/**
 * Trains the sprite model from nothing: draw a corpus, find its latent space, then learn the velocity
 * that carries noise to a sprite (flow matching). About ten minutes of one core.
 */
export async function trainFlow(
  options: { sprites?: number; steps?: number; seed?: number } = {},
): Promise<TrainedFlow> {
  const random = createRandom(options.seed ?? 42);
  const specimens: Specimen[] = [];
  const pictures = new Float32Array((options.sprites ?? 12_600) * PIXELS);
  for (let i = 0; i * PIXELS < pictures.length; i++) {
    specimens.push(chooseSpecimen(random, i % THINGS.length));
    pictures.set(drawSpecimen(specimens[i]!, random), i * PIXELS);
  }
  console.log(`spritelet: drew ${specimens.length} sprites`);
  const { space, codes, kept } = await findLatentSpace(pictures, random);
  console.log(`spritelet: latent space keeps ${(kept * 100).toFixed(1)} % of the variance`);
  return {
    decoder: decoderOf(space),
    weights: await learnVelocity({ specimens, codes }, options.steps ?? 12_000, random),
  };
}

async function learnVelocity(
  corpus: Corpus,
  steps: number,
  random: Random,
): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(trainingGraph(), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const state: Record<string, ort.Tensor> = {};
  for (const { name, shape, gain } of LAYERS) {
    const size = shape[0] * shape[1];
    const first = gain ? normals(random, size, gain / Math.sqrt(shape[0])) : new Float32Array(size);
    const keep = (role: string, values: Float32Array) =>
      (state[`${role}_${name}`] = new ort.Tensor('float32', values, shape));
    keep('weight', first);
    keep('mean', new Float32Array(size));
    keep('square', new Float32Array(size));
    keep('average', first.slice());
  }
  let smoothLoss = 0;
  for (let step = 1; step <= steps; step++) {
    const lesson = nextBatch(corpus, random);
    const scalar = (value: number) => new ort.Tensor('float32', Float32Array.of(value), [1]);
    const out = await session.run({
      ...lesson,
      ...state,
      rate: scalar(learningRate(step, steps)),
      mean_scale: scalar(1 - 0.9 ** step),
      square_scale: scalar(1 - DECAY_SQUARES ** step),
    });
    for (const key of Object.keys(state)) state[key] = out[`next_${key}`]!;
    const loss = (out.loss!.data as Float32Array)[0]!;
    smoothLoss = step === 1 ? loss : smoothLoss * 0.99 + loss * 0.01;
    if (step % 500 === 0) console.log(`spritelet: step ${step} loss ${smoothLoss.toFixed(4)}`);
  }
  return Object.fromEntries(
    LAYERS.map(({ name }) => [name, Float32Array.from(state[`average_${name}`]!.data as Float32Array)]),
  );
}

function learningRate(step: number, steps: number): number {
  const decay = step < steps / 2 ? 1 : 1 - 0.97 * ((step - steps / 2) / (steps / 2));
  return 1.5e-3 * Math.min(1, step / 200) * decay;
}

/** Points on straight lines from noise to sprites, with parts of the condition left unsaid at random. */
function nextBatch({ specimens, codes }: Corpus, random: Random): Record<string, ort.Tensor> {
  const latent = new Float32Array(BATCH * LATENT);
  const target = new Float32Array(BATCH * LATENT);
  const told = new Float32Array(BATCH * TOLD);
  for (let b = 0; b < BATCH; b++) {
    const chosen = random.integer(specimens.length);
    const time = 1 / (1 + Math.exp(-random.normal() * 1.1 - 0.1));
    writeTime(time, told.subarray(b * TOLD));
    const nothing = random.uniform() < 0.08;
    const said = {
      thing: !nothing && random.uniform() > 0.06,
      coat: !nothing && random.uniform() > 0.2,
      ground: !nothing && random.uniform() > 0.4,
    };
    writeCondition(specimens[chosen]!, said, told.subarray((b + 1) * TOLD - CONDITION, (b + 1) * TOLD));
    for (let k = 0; k < LATENT; k++) {
      const noise = random.normal();
      const code = codes[chosen * LATENT + k]!;
      latent[b * LATENT + k] = (1 - time) * noise + time * code;
      target[b * LATENT + k] = code - noise;
    }
  }
  return {
    latent: new ort.Tensor('float32', latent, [BATCH, LATENT]),
    target: new ort.Tensor('float32', target, [BATCH, LATENT]),
    told: new ort.Tensor('float32', told, [BATCH, TOLD]),
  };
}

/** One step of training as a single graph: forward, mean squared error, backward, Adam, moving average. */
function trainingGraph(): Uint8Array {
  const graph = new Graph();
  const tape = new Tape(graph);
  const input = (name: string, shape: number[]) => graph.input(name, 'f32', shape);
  const weights = new Map<string, Node>(
    LAYERS.map(({ name, shape }) => [name, { value: input(`weight_${name}`, shape) }]),
  );
  const told: Node = { value: input('told', [BATCH, TOLD]) };
  const out = velocity<Node>(
    {
      weight: (name) => weights.get(name)!,
      matmul: (left, right) => tape.matmul(left, right),
      add: (left, right) => tape.add(left, right),
      bias: (left, right) => tape.bias(left, right),
      silu: (node) => tape.silu(node),
      concat: (left, right) => ({ value: graph.concat([left.value, right.value], 1) }),
    },
    { value: input('latent', [BATCH, LATENT]) },
    told,
  );
  const miss = out.value.minus(input('target', [BATCH, LATENT]));
  graph.output(graph.op('ReduceMean', [miss.squared()], { keepdims: { int: 0 } }), 'loss', 'f32', []);
  tape.backward(out, miss.times(2 / BATCH));

  const [rate, meanScale, squareScale] = [
    input('rate', [1]),
    input('mean_scale', [1]),
    input('square_scale', [1]),
  ];
  for (const { name, shape } of LAYERS) {
    const { value, gradient } = weights.get(name)!;
    const mean = input(`mean_${name}`, shape).times(0.9).plus(gradient!.times(0.1));
    const square = input(`square_${name}`, shape)
      .times(DECAY_SQUARES)
      .plus(gradient!.squared().times(1 - DECAY_SQUARES));
    const next = value.minus(
      rate.times(mean.over(meanScale).over(square.over(squareScale).sqrt().plus(1e-8))),
    );
    const average = input(`average_${name}`, shape)
      .times(AVERAGE)
      .plus(next.times(1 - AVERAGE));
    const outputs = { weight: next, mean, square, average };
    for (const [role, result] of Object.entries(outputs))
      graph.output(result, `next_${role}_${name}`, 'f32', shape);
  }
  return graph.finish('flow-training');
}
