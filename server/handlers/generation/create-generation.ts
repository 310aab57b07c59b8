import { startGeneration } from '../../flows/start-generation.ts';
import { asId, type ReleaseId } from '../../ids.ts';
import { continentOf } from '../../kit/zones.ts';
import { generationFor } from '../../views/generations.ts';
import { member, os } from '../base.ts';

export const createGeneration = os.generation.createGeneration.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { release_id, input: wanted, quote, spend_first, class: job_class } = input.body;
    const id = await startGeneration(context, me, {
      key: input.headers['idempotency-key'],
      release_id: asId<ReleaseId>(release_id),
      input: wanted,
      quote,
      spend_first,
      api_key_id: caller.api_key_id,
      region: continentOf(input.headers['x-time-zone']),
      ...(job_class === 'bulk' && { class: job_class }),
    });
    return generationFor(context, me, id);
  },
);
