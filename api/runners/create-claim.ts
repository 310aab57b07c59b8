import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Lease, PoolName, WhatItHas } from './shapes.ts';

/** Asks for jobs, and waits for the first of them; the answer is empty when none came in that time. */
export const createClaim = endpoint
  .route({
    method: 'POST',
    path: '/runners/claims',
    tags: ['Workers'],
    summary: 'Claim jobs',
  })
  .errors(may('WORKER_SUSPENDED'))
  .input(
    z.strictObject({
      pools: z.array(PoolName).min(1).max(20),
      slots: z.int().min(1).max(256).meta({ description: 'How many it runs at once.' }),
      free: z.int().min(1).max(64).meta({ description: 'How many it would begin now.' }),
      releases_loaded: z
        .array(Id)
        .max(200)
        .default([])
        .meta({ description: 'Jobs of these come first, as long as nobody else waits too long for that.' }),
      ...WhatItHas,
      wait_ms: z.int().min(0).max(20_000).default(20_000),
    }),
  )
  .output(z.object({ leases: z.array(Lease) }));
