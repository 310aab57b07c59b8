import * as z from 'zod';
import { Instant } from '../base.ts';

const Tensor = z.object({
  name: z.string(),
  type: z.string().meta({ description: 'Element type: float32, int64, ...' }),
  shape: z
    .array(z.union([z.int(), z.string()]))
    .nullable()
    .meta({
      description: 'Dimensions; a name where the network leaves one open, null where it says nothing.',
    }),
});
export type Tensor = z.infer<typeof Tensor>;

export const OnnxReport = z.object({
  format: z.literal('onnx'),
  ir_version: z.int(),
  opset: z.int(),
  producer: z.string(),
  nodes: z.int().meta({ description: 'Operations, those of loops and branches included.' }),
  parameters: z.int().meta({ description: 'Numbers that the file holds.' }),
  depth: z.int().meta({ description: 'How deep loops and branches lie in each other.' }),
  inputs: z.array(Tensor),
  outputs: z.array(Tensor),
  ops: z.record(z.string(), z.int()),
  repeatable: z.boolean().meta({ description: 'False when it draws random numbers of its own.' }),
});
export type OnnxReport = z.infer<typeof OnnxReport>;

export const SafetensorsReport = z.object({
  format: z.literal('safetensors'),
  tensors: z.int(),
  parameters: z.int(),
  types: z.record(z.string(), z.int()).meta({ description: 'Tensors by element type.' }),
  metadata: z.record(z.string(), z.string()),
});
export type SafetensorsReport = z.infer<typeof SafetensorsReport>;

export const ModelFileReport = z.discriminatedUnion('format', [OnnxReport, SafetensorsReport]);
export type ModelFileReport = z.infer<typeof ModelFileReport>;

export const ModelFile = z.object({
  digest: z.string().meta({ description: 'sha256:<hex> of the bytes.' }),
  name: z.string(),
  bytes: z.int(),
  report: ModelFileReport,
  uploaded_at: Instant,
});
export type ModelFile = z.infer<typeof ModelFile>;

export const Digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'is not a digest: sha256: and 64 hexadecimal digits');
