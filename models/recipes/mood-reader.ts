import { MOOD } from '../contract/mood.ts';
import { Graph } from './onnx/graph.ts';
import { readPrompt } from './words/encoder.ts';

/** prompt -> mood: f32[1, MOOD] */
export function moodReader(name: string): Uint8Array {
  const graph = new Graph();
  const prompt = readPrompt(graph);
  graph.output(
    graph.concat(
      MOOD.map((name) => prompt.value(name)),
      1,
    ),
    'mood',
    'f32',
    [1, MOOD.length],
  );
  return graph.finish(name);
}
