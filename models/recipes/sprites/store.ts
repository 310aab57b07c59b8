import { existsSync, readFileSync } from 'node:fs';
import { readWeights } from '../onnx/read-weights.ts';
import { LAYERS } from './flow-net.ts';
import { trainFlow, type TrainedFlow } from './train-flow.ts';

/**
 * Training takes ten minutes and is not bit-stable across versions, so the weights are kept: in the
 * model's own files, from which the graphs can be drawn anew.
 */
const FLOW = new URL('../../spritelet/flow.onnx', import.meta.url);
const DECODER = new URL('../../spritelet/decoder.onnx', import.meta.url);

export async function trainedFlow({ retrain }: { retrain: boolean }): Promise<TrainedFlow> {
  if (retrain || !existsSync(FLOW) || !existsSync(DECODER)) return trainFlow();
  const weights = readWeights(readFileSync(FLOW));
  const [matrix, mean] = readWeights(readFileSync(DECODER));
  return {
    decoder: { matrix: matrix!, mean: mean! },
    weights: Object.fromEntries(LAYERS.map(({ name }, i) => [name, weights[i]!])),
  };
}
