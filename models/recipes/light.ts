import type { Canvas } from './canvas.ts';
import type { Value } from './onnx/graph.ts';

/** Lightness to add for light from the upper left: matt part and highlight. */
export function lit(canvas: Canvas, height: Value, relief: Value): Value {
  const { dx, dy } = canvas.slope(height);
  const [nx, ny] = [dx.times(relief).negated(), dy.times(relief).negated()];
  const steepness = nx.squared().plus(ny.squared()).plus(1).sqrt();
  const matt = nx.times(-0.5).plus(ny.times(0.62)).plus(0.6).over(steepness);
  const mirror = nx.times(-0.32).plus(ny.times(0.4)).plus(0.86).over(steepness).clip(0, 1);
  const highlight = mirror.squared().squared().squared().squared().squared();
  return matt.minus(0.6).times(0.26).plus(highlight.times(relief).times(0.22));
}
