import * as generation from '../../modules/generation/index.ts';
import { presentGenerations } from '../../views/generations.ts';
import { pageOf, placeOf } from '../../views/paging.ts';
import { member, os } from '../base.ts';

export const listGenerations = os.generation.listGenerations.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { state, modality, limit, cursor } = input;
    const owner = `generations ${me}`;
    const before = placeOf(context, owner, cursor)?.[0] ?? null;
    const rows = await generation.generationsOfPayer(context.db, me, {
      state,
      modality,
      before,
      limit: limit + 1,
    });
    const { shown, next_cursor } = pageOf(context, owner, rows, limit, ({ id }) => [id]);
    return { items: await presentGenerations(context, shown), next_cursor };
  },
);
