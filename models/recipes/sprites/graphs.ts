import { Graph, type Value } from '../onnx/graph.ts';
import { THINGS } from '../words/attributes.ts';
import { readPrompt } from '../words/encoder.ts';
import { CONDITION } from './condition.ts';
import { PIXELS, SIDE } from './corpus.ts';
import { LATENT, LAYERS, timeFeatures, velocity } from './flow-net.ts';
import type { TrainedFlow } from './train-flow.ts';

/**
 * prompt -> condition: f32[1, CONDITION]. What the words leave open stays zero, which the flow reads as
 * free; with `onDark` the ground is never free, so that it does not jump from frame to frame of a film.
 */
export function readerGraph({ onDark = false } = {}): Uint8Array {
  const graph = new Graph();
  const prompt = readPrompt(graph);
  const sureThings = prompt.surest(THINGS[0], THINGS.length);
  const anyThing = step(
    graph.op('ReduceMax', [sureThings], { axes: { ints: [1] }, keepdims: { int: 1 } }),
    0.25,
  );
  const thing = sureThings.times(30).softmax(1).times(anyThing);

  // Only a colour named outright colours the thing: a cat in a forest is not a green cat.
  const namedHue = step(prompt.surest('hue_cos', 1), 0.46);
  const namedGrey = step(prompt.strongest('chroma', -1), 0.6);
  const named = namedHue.max(namedGrey);
  const hue = graph.concat([prompt.value('hue_cos'), prompt.value('hue_sin')], 1);
  const direction = hue.over(hue.squared().sum(1).plus(1e-4).sqrt());
  const vivid = prompt.value('chroma').scaled(0.5, 0.62).clip(0.06, 1).mix(0.06, namedGrey);
  const light = prompt.value('light').times(namedGrey.scaled(0.75, 0.25)).clip(-1, 1);
  const coat = graph.concat([direction.times(vivid), light, named], 1).times(named);

  const mood = prompt
    .value('sun')
    .minus(prompt.value('stars'))
    .plus(prompt.value('light').times(named.scaled(-1, 1)));
  const known = graph.constant([1], [1, 1]);
  const ground = onDark
    ? graph.concat([mood.minus(0.35).times(9).tanh(), known], 1)
    : graph.concat([mood.times(4).tanh(), known], 1).times(step(mood.abs(), 0.3));
  graph.output(graph.concat([thing, coat, ground], 1), 'condition', 'f32', [1, CONDITION]);
  return graph.finish('spritelet-reader');
}

/** One guided step along the flow: latent, time, step, condition, guidance -> next and the end in sight. */
export function flowGraph({ weights }: TrainedFlow): Uint8Array {
  const graph = new Graph();
  const latent = graph.input('latent', 'f32', [1, LATENT]);
  const time = graph.input('time', 'f32', [1]);
  const length = graph.input('step', 'f32', [1]);
  const condition = graph.input('condition', 'f32', [1, CONDITION]);
  const guidance = graph.input('guidance', 'f32', [1]);
  const stored = new Map(LAYERS.map(({ name, shape }) => [name, graph.weights(weights[name]!, shape)]));

  // The told and the untold answer as one batch of two.
  const clock = timeFeatures(graph, time);
  const told = graph.concat([clock, condition], 1);
  const untold = graph.concat([clock, condition.times(0)], 1);
  const answers = velocity<Value>(
    {
      weight: (name) => stored.get(name)!,
      matmul: (left, right) => left.matmul(right),
      add: (left, right) => left.plus(right),
      bias: (left, right) => left.plus(right),
      silu: (value) => value.times(value.sigmoid()),
      concat: (left, right) => graph.concat([left, right], 1),
    },
    graph.concat([latent, latent], 0),
    graph.concat([told, untold], 0),
  );
  const guided = answers.slice(0, 1, 2).mix(answers.slice(0, 0, 1), guidance);
  graph.output(latent.plus(guided.times(length)), 'next', 'f32', [1, LATENT]);
  graph.output(latent.plus(guided.times(graph.scalar(1).minus(time))), 'end', 'f32', [1, LATENT]);
  return graph.finish('spritelet-flow');
}

/** latent -> image: u8[SIDE, SIDE, 3] */
export function decoderGraph({ decoder }: TrainedFlow): Uint8Array {
  const graph = new Graph();
  const latent = graph.input('latent', 'f32', [1, LATENT]);
  const pixels = latent
    .matmul(graph.weights(decoder.matrix, [LATENT, PIXELS]))
    .plus(graph.weights(decoder.mean, [1, PIXELS]));
  const image = pixels.scaled(127.5, 128).clip(0, 255).cast('u8').reshape([SIDE, SIDE, 3]);
  graph.output(image, 'image', 'u8', [SIDE, SIDE, 3]);
  return graph.finish('spritelet-decoder');
}

/** 0 below, 1 above `edge`, steep between */
function step(value: Value, edge: number): Value {
  return value.minus(edge).times(24).sigmoid();
}
