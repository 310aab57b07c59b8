import type { Binding } from '#api/registry/binding.ts';
import { cog } from './cog.ts';
import { comfyui } from './comfyui.ts';
import type { Call, Dialect, Made } from './dialect.ts';
import type { EndpointKind } from './endpoint.ts';
import { openaiImages } from './openai-images.ts';
import { replicate } from './replicate.ts';

/** Of releases that are run by an engine outside. */
export type Outward = Extract<Binding, { endpoint: string }>;
type Dialects = { [K in EndpointKind]: Dialect<Extract<Outward, { kind: K }>> };

export const DIALECTS: Dialects = { cog, comfyui, 'openai-images': openaiImages, replicate };

/** What the engine makes of a call in the dialect of its kind. */
export function make(call: Call<Outward>): Promise<Made> {
  const { binding } = call;
  switch (binding.kind) {
    case 'cog':
      return DIALECTS.cog.make({ ...call, binding });
    case 'comfyui':
      return DIALECTS.comfyui.make({ ...call, binding });
    case 'openai-images':
      return DIALECTS['openai-images'].make({ ...call, binding });
    case 'replicate':
      return DIALECTS.replicate.make({ ...call, binding });
  }
}
