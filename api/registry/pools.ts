import type { Binding } from './binding.ts';

/** Of what runs on this installation's own processors. */
export const EMBEDDED_POOL = 'embedded';
/** Of what an engine outside runs, by the name that the operator gave it. */
export const endpointPool = (name: string): string => `endpoint:${name}`;

/** The queue that jobs of a release wait in: whoever serves one pool takes from no other. */
export function poolOf(binding: Binding): string {
  switch (binding.kind) {
    case 'house':
    case 'onnx':
      return EMBEDDED_POOL;
    case 'pull':
      return `pull:${binding.pool}`;
    default:
      return endpointPool(binding.endpoint);
  }
}
