import * as z from 'zod';
import { Can, Id, Instant, Modality } from '../base.ts';
import { Progress } from '../generation/shapes.ts';
import { Binding } from '../registry/binding.ts';

export const PoolName = z.string().regex(/^[a-z0-9][a-z0-9:-]{0,80}$/);
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Word = z.string().min(1).max(60);

export const Trust = z.enum(['probation', 'trusted', 'suspended']).meta({
  description: 'On probation a worker is checked often; suspended it gets nothing.',
});

/** A machine that fetches its jobs here, as admins see it. */
export const Worker = z.object({
  id: Id,
  name: z.string(),
  token_prefix: z.string().meta({ description: 'The first characters, to recognise the token by.' }),
  pools: z.array(z.string()),
  trust: Trust,
  reason: z.string().nullable().meta({ description: 'Why it is suspended.' }),
  made_at: Instant,
  seen_at: Instant.nullable(),
  runs: z.array(z.string()).meta({ description: 'Kinds of bindings that it said it runs.' }),
  models_loaded: z.array(z.string()),
  features: z.array(z.string()),
  vram_gib: z.number().nullable(),
  in_hand: z.int(),
  done: z.int(),
  failed: z.int(),
  lost: z.int(),
  checks_passed: z
    .int()
    .meta({ description: 'Jobs of which the outcome was known, or computed again here.' }),
  checks_failed: z.int(),
  can: z.object({ trust: Can, suspend: Can }),
});
export type Worker = z.infer<typeof Worker>;

/** A queue, and who serves it. */
export const Pool = z.object({
  pool: z.string(),
  waiting: z.int(),
  waiting_bulk: z.int().meta({ description: 'Of those, what nobody waits for.' }),
  in_hand: z.int(),
  slots: z.int().meta({ description: 'How many run at once, over all who serve it now.' }),
  wait_ms: z
    .int()
    .nullable()
    .meta({ description: 'Until somebody who comes now is served, by how long the last runs took.' }),
});
export type Pool = z.infer<typeof Pool>;

export const LeaseParams = z.strictObject({ lease_id: Id });
export const Fence = z.uuid().meta({ description: 'Of the lease; who has an older one has lost it.' });

export const Lease = z.object({
  lease_id: Id,
  fence: Fence,
  ttl_ms: z.int().meta({ description: 'Without a heartbeat for so long, the lease is lost.' }),
  job: z.object({
    generation_id: Id,
    attempt: z.int(),
    release: z.object({ id: Id, slug: z.string(), modality: Modality, binding: Binding }),
    input: z.record(z.string(), z.unknown()),
    seed: z.int(),
    limits: z.object({ wall_ms_max: z.int(), memory_bytes_max: z.int(), output_bytes_max: z.int() }),
  }),
  files: z.array(
    z.object({
      role: z.string(),
      sha256: Sha256,
      url: z
        .string()
        .meta({ description: 'Fetched with the token of the worker, while it holds the lease.' }),
    }),
  ),
  pictures: z
    .array(
      z.object({
        field: z.string(),
        sha256: Sha256,
        mime: z.string(),
        extension: z.string(),
        url: z.string().meta({ description: 'Fetched as a file of the model is.' }),
        link: z.string().meta({ description: 'For an engine that fetches it itself, without the token.' }),
      }),
    )
    .meta({ description: 'That the input names, by the field that does.' }),
  outputs_url: z
    .string()
    .meta({ description: 'Each output is sent to <outputs_url>/<place>?fence=<fence>.' }),
});
export type Lease = z.infer<typeof Lease>;

export const LeaseProgress = Progress.extend({
  step: z.int().min(0).max(1_000_000),
  total: z.int().min(0).max(1_000_000),
  label: z.string().max(120),
});
export type LeaseProgress = z.infer<typeof LeaseProgress>;

export const WhatItHas = {
  runs: z.array(Word).max(20).default([]),
  features: z.array(Word).max(50).default([]),
  vram_gib: z.number().min(0).max(100_000).nullable().default(null),
};
