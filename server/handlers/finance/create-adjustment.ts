import { proposeAdjustment } from '../../flows/propose-adjustment.ts';
import { shownAdjustment } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createAdjustment = os.finance.createAdjustment.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { amount_micros, ...body } = input.body;
    const id = await proposeAdjustment(context, me, {
      key: input.headers['idempotency-key'],
      ...body,
      amount_micros: BigInt(amount_micros),
    });
    return shownAdjustment(context, me, id);
  },
);
