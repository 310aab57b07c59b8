import type { Series } from '../charts/lines.ts';
import type { Unit, Value } from '../charts/units.ts';

type Told<Point> = { series: readonly Point[]; prior: { series: readonly Point[] } | null };

/** A figure step by step, over that of the time before where it was asked for. */
export function overBefore<Point>(
  { series, prior }: Told<Point>,
  { name, unit, at }: { name: string; unit: Unit; at: (point: Point) => Value },
): Series[] {
  const drawn: Series = { name, unit, look: 'area', values: series.map(at) };
  if (!prior) return [drawn];
  const values = series.map((_, place) => {
    const point = prior.series[place];
    return point === undefined ? null : at(point);
  });
  return [drawn, { name: 'The time before', unit, look: 'before', values }];
}
