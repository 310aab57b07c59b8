import { holdByCase } from '../../flows/hold-by-case.ts';
import { asId, type GenerationId } from '../../ids.ts';
import { shownCase } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createCase = os.finance.createCase.handler(async ({ input, context: { context, caller } }) => {
  const me = member(caller);
  const id = await holdByCase(context, me, {
    key: input.headers['idempotency-key'],
    generation_ids: input.body.generation_ids.map((of) => asId<GenerationId>(of)),
    reason: input.body.reason,
  });
  return shownCase(context, me, id);
});
