import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { Membership } from './agreement-shapes.ts';

/** Changes how a creator stands, with the reason that they will read. Your own you may only pause, resume or leave. */
export const updateMembership = endpoint
  .route({
    method: 'PATCH',
    path: '/program/memberships/{handle}',
    tags: ['Program'],
    summary: "Change a creator's standing",
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'SECOND_PERSON_NEEDED', 'OWN_INTEREST'))
  .input(
    z.strictObject({
      handle: Handle,
      act: z.enum([
        'pause',
        'resume',
        'look_into',
        'clear',
        'suspend',
        'propose_termination',
        'terminate',
        'leave',
        'finish_leaving',
        'block',
      ]),
      reason: z.string().trim().min(1).max(1_000),
      version: z.int().min(0).meta({ description: 'Of the standing that you saw.' }),
    }),
  )
  .output(Membership);
