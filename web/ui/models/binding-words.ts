/** The ways in which a release of somebody's is run, in words, with the least that each is made of. */
export const bindingKinds = ['onnx', 'pull', 'cog', 'comfyui', 'openai-images', 'replicate'] as const;
export type BindingKind = (typeof bindingKinds)[number];

export const bindingSays: Record<BindingKind, string> = {
  onnx: 'In the sandbox, from files uploaded here',
  pull: 'By workers that fetch their jobs',
  cog: 'At a Cog endpoint',
  comfyui: 'At a ComfyUI endpoint',
  'openai-images': 'At an endpoint that speaks OpenAI images',
  replicate: 'At an endpoint that speaks Replicate',
};

export const bindingExample: Record<BindingKind, string> = {
  onnx: '{"contract": "mc-onnx/1", "networks": [], "output": {}}',
  pull: '{"pool": "gpus"}',
  cog: '{"endpoint": "name-on-the-list"}',
  comfyui: '{"endpoint": "name-on-the-list", "workflow": {}, "bind": {}, "output_nodes": []}',
  'openai-images': '{"endpoint": "name-on-the-list", "model": "gpt-image-1"}',
  replicate: '{"endpoint": "name-on-the-list", "model": "owner/name"}',
};

export const isBindingKind = (text: unknown): text is BindingKind =>
  bindingKinds.some((kind) => kind === text);

/** A JSON object; null for what is none, or not whole yet. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The networks that a manifest names. */
export function rolesOf(manifest: Record<string, unknown> | null): string[] {
  const named: unknown[] = manifest && Array.isArray(manifest['networks']) ? manifest['networks'] : [];
  return named.flatMap((one) =>
    typeof one === 'object' && one !== null && 'file' in one && typeof one.file === 'string'
      ? [one.file]
      : [],
  );
}
