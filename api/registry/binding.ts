import * as z from 'zod';

/** The name of an endpoint that the operator has listed, or of a pool that workers pull from. */
const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
/** Where a value of the input goes: `<node>.inputs.<field>` of a ComfyUI workflow. */
const NodeInput = z.string().regex(/^[^.]{1,60}\.inputs\.[^.]{1,60}$/);

/**
 * How a release is run; part of the release and never edited. Addresses and secrets of endpoints are the
 * operator's and stand in no release.
 */
export const Binding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('house') }).meta({ description: 'A house model, on the processor.' }),
  z
    .strictObject({ kind: z.literal('onnx'), manifest: z.record(z.string(), z.unknown()) })
    .meta({ description: "A creator's own ONNX files, in a sandbox." }),
  z.strictObject({
    kind: z.literal('cog'),
    endpoint: Name,
    /** Fields of our input under the names that the model knows; what is not named goes as it is. */
    rename: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({
    kind: z.literal('comfyui'),
    endpoint: Name,
    workflow: z.record(z.string(), z.unknown()),
    bind: z.record(z.string(), NodeInput),
    output_nodes: z.array(z.string().max(60)).min(1).max(8),
  }),
  z.strictObject({ kind: z.literal('openai-images'), endpoint: Name, model: z.string().max(200) }),
  z.strictObject({
    kind: z.literal('replicate'),
    endpoint: Name,
    model: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}(:[0-9a-f]{64})?$/),
    rename: z.record(z.string(), z.string()).default({}),
  }),
  z
    .strictObject({
      kind: z.literal('pull'),
      pool: Name,
      requires: z
        .strictObject({
          vram_gib: z.number().positive().max(4096).optional(),
          features: z.array(z.string().max(60)).max(20).default([]),
        })
        .default({ features: [] }),
      /** How long one may take, by the wall clock, instead of what is usual for its kind. */
      wall_ms_max: z.int().min(1_000).max(7_200_000).optional(),
    })
    .meta({ description: 'Run by workers that fetch their jobs from this pool.' }),
]);
export type Binding = z.infer<typeof Binding>;

export { EMBEDDED_POOL, endpointPool, poolOf } from './pools.ts';
