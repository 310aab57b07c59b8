import type { MediaOutput } from './engine/index.ts';
import type { Metering } from './pricing.ts';

/** A piece may end a little before its time, on a bar or on a frame. */
const DURATION_SHARE_MIN = 0.8;

/** So many works a model of others may make at one order, each of them as large as what is paid for. */
export const WORKS_MAX = 8;

/** Why what somebody else made is not what was ordered and is paid for by its size; null where it is. */
export function misfitOf(
  metering: Metering,
  input: Record<string, unknown>,
  outputs: readonly MediaOutput[],
  masters_max: number,
): string | null {
  const masters = outputs.filter(({ role }) => role === 'primary');
  if (masters.length === 0) return 'Nothing was made.';
  if (masters.length > masters_max) return `${masters.length} works where ${masters_max} was ordered.`;
  if (metering.kind === 'pixels') {
    const [width, height] = [Number(input[metering.width]), Number(input[metering.height])];
    const small = masters.find((made) => (made.width ?? 0) < width || (made.height ?? 0) < height);
    return small ? `${small.width} × ${small.height} pixels where ${width} × ${height} were ordered.` : null;
  }
  const wanted_ms = Number(input[metering.field]) * 1_000;
  // of some films it is not known
  const short = masters.find(
    ({ duration_ms }) => duration_ms !== undefined && duration_ms < wanted_ms * DURATION_SHARE_MIN,
  );
  return short ? `${short.duration_ms} ms where ${wanted_ms} were ordered.` : null;
}
