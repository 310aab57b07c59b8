import { env } from 'onnxruntime-node';
import type { Runtime } from '../types.ts';

/** What a receipt must name: the same seed gives the same bytes on the same of these. */
export const runtime: Runtime = {
  name: 'onnxruntime-node',
  version: env.versions.node ?? env.versions.common,
  provider: 'cpu',
  arch: `${process.platform}-${process.arch}`,
};
