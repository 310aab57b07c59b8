import { refusals } from '#api/errors.ts';
import { startBatch } from '../../flows/start-batch.ts';
import { asId, type BatchId, type BoardId, type ReleaseId } from '../../ids.ts';
import { continentOf } from '../../kit/zones.ts';
import { micros, sum } from '../../kit/money.ts';
import { batchFor } from '../../views/generations.ts';
import { member, os } from '../base.ts';
import { retryAfterOf } from '../problems.ts';

export const createBatch = os.generation.createBatch.handler(
  async ({ input: { headers, body }, context: { context, caller } }) => {
    const me = member(caller);
    const { ids, refused } = await startBatch(context, me, {
      key: headers['idempotency-key'],
      batch_id: asId<BatchId>(body.batch_id),
      board_id: body.board_id === undefined ? null : asId<BoardId>(body.board_id),
      generations: body.generations.map((one) => ({ ...one, release_id: asId<ReleaseId>(one.release_id) })),
      spend_first: body.spend_first,
      api_key_id: caller.api_key_id,
      region: continentOf(headers['x-time-zone']),
    });
    const generations = await batchFor(context, ids);
    return {
      batch_id: body.batch_id,
      price_micros: micros(sum(generations.map(({ price_micros }) => BigInt(price_micros)))),
      generations,
      refused: refused.map(({ place, refusal: { code, data } }) => ({
        place,
        code,
        message: refusals[code].message,
        retry_after_s: retryAfterOf(data),
      })),
    };
  },
);
